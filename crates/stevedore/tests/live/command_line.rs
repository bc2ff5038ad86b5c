//! Lines that the docker command passes on, and that end at the engine.

use serde::Deserialize;
use serde_json::{Value as Json, json};
use stevedore::{Docker, Request};

use super::support::{IMAGE, docker, remove, run};

#[path = "../command_line/table.rs"]
mod table;
use table::{PASSED_ON, patched, table};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Created {
    id: String,
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn what_the_command_passes_on_and_we_refuse_no_engine_runs() {
    let docker = docker().await;
    let table = table();
    let mut ran = Vec::new();
    for line in PASSED_ON {
        let recorded = table.lines.iter().find(|it| it.text == *line).unwrap();
        let mut body = patched(&Json::Null, &recorded.sends[0].body);
        body["Image"] = json!(IMAGE);
        body["Labels"] = json!({"stevedore.test": run()});
        println!("{line}");
        if runs(&docker, &body).await {
            ran.push(*line);
        }
    }
    assert!(ran.is_empty(), "{ran:?}");
}

/// Whether the engine makes and starts such a container. It is removed again.
async fn runs(docker: &Docker, body: &Json) -> bool {
    let request = Request::post("/containers/create").json(body.to_string());
    let answer = docker.request(&request).await.unwrap();
    if answer.status() != 201 {
        println!("    {}", answer.text().await.unwrap().trim());
        return false;
    }
    let created: Created = answer.json().await.unwrap();
    let container = docker.container(&created.id);
    let started = container.start().await;
    remove(&container).await;
    match started {
        Ok(_) => true,
        Err(error) => {
            println!("    {error}");
            false
        }
    }
}
