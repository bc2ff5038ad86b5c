//! Lines of the docker command, on an engine.

use serde::Deserialize;
use serde_json::{Value as Json, json};
use stevedore::container::Run;
use stevedore::option::{Caller, Command, RunLine};
use stevedore::{Docker, Request};

use super::support::{IMAGE, docker, podman, remove, run, skip};

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
    if podman(&docker).await.is_some() {
        return skip("Podman runs some of what Docker refuses");
    }
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

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_line_runs_as_it_says() {
    let docker = docker().await;
    if podman(&docker).await.is_some_and(|major| major < 5) {
        return skip("Podman 4 sets more limits than those that it is told");
    }
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    std::fs::write(path("env"), "A=from the file\nB=also\n").unwrap();
    std::fs::write(path("told"), "told\n").unwrap();
    let script = "echo $A, $B; cat told; touch x 2>&1 | grep -c Read-only; ulimit -n; \
                  touch /scratch/x && echo $HOSTNAME";
    let words = [
        "--rm",
        "--label",
        &format!("stevedore.test={}", run()),
        "--env-file",
        &path("env"),
        "-eA=here",
        "-v",
        &format!("{}:/in:ro", path("")),
        "--mount=type=tmpfs,target=/scratch,tmpfs-size=1m",
        "--ulimit=nofile=64:128",
        "-h",
        "web1",
        "-w=/in",
        IMAGE,
        "sh",
        "-c",
        script,
    ];
    let line = words.into_iter().collect::<Command>().to_string();
    let line = RunLine::from_line(&line, &Caller).unwrap();
    let how = Run::from(&line);
    let outcome = docker.containers().run(line.create, how).await.unwrap();
    let out = String::from_utf8(outcome.stdout.clone()).unwrap();
    assert_eq!(out, "here, also\ntold\n1\n64\nweb1\n");
    let gone = outcome.container.inspect().await.unwrap_err();
    assert!(gone.is_not_found());
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
