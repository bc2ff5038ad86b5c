//! The engine itself.

use stevedore::container::{List, Logs};
use stevedore::{ApiVersion, Docker, ErrorKind, Request, Settings};

use super::support::{IMAGE, docker, host, podman, remove, shell, skip};

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn the_version_in_use_is_the_newest_in_common() {
    let docker = docker().await;
    docker.ping().await.unwrap();
    let version = docker.version().await.unwrap();
    let newest: ApiVersion = version.api_version.parse().unwrap();
    let used = docker.api_version().await.unwrap();
    assert_eq!(used, newest.min(ApiVersion::NEWEST));
    println!("engine {}, API {used}", version.version);
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_version_that_the_engine_refuses_is_named_with_those_it_takes() {
    let docker = docker().await;
    if podman(&docker).await.is_some() {
        return skip("Podman refuses no version");
    }
    let version = docker.version().await.unwrap();
    let newest: ApiVersion = version.api_version.parse().unwrap();
    if newest >= ApiVersion::NEWEST {
        return skip("it speaks every version that this library knows");
    }
    let settings = Settings::new()
        .host(host())
        .version(ApiVersion::NEWEST)
        .unwrap();
    let error = Docker::new(settings)
        .containers()
        .list(&List::new())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Version);
    let message = error.to_string();
    assert!(
        message.contains(&format!("to {newest}, and not 1.55")),
        "{message}"
    );
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn the_oldest_version_works_where_the_engine_takes_it() {
    let docker = docker().await;
    let oldest: ApiVersion = docker
        .version()
        .await
        .unwrap()
        .min_api_version
        .parse()
        .unwrap();
    let pinned = oldest.max(ApiVersion::OLDEST);
    let old = Docker::new(Settings::new().host(host()).version(pinned).unwrap());
    assert_eq!(old.api_version().await.unwrap(), pinned);
    old.containers().list(&List::new().all(true)).await.unwrap();
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn what_is_not_there_is_a_refusal_with_its_reason() {
    let docker = docker().await;
    let error = docker
        .container("stevedore-nowhere")
        .logs(Logs::new())
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::Refused, Some(404))
    );
    assert_eq!(error.reason(), Some("no_such_container"));
    assert_eq!(error.endpoint().unwrap().id, "container_logs");
    assert!(error.to_string().contains("stevedore-nowhere"), "{error}");
}

#[test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
fn the_blocking_face_says_the_same() {
    let docker = stevedore::blocking::Docker::new(Settings::new().host(host())).unwrap();
    docker.ping().unwrap();
    assert!(docker.version().unwrap().api_version.starts_with("1."));
    let error = docker.container("stevedore-nowhere").inspect().unwrap_err();
    assert!(error.is_not_found());
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_request_by_hand_gives_any_answer_as_it_is() {
    let docker = docker().await;
    let info = docker.request(&Request::get("/info")).await.unwrap();
    assert_eq!(info.status(), 200);
    let info: serde_json::Value = info.json().await.unwrap();
    assert!(info["ServerVersion"].is_string());
    let request = Request::get("/containers/json").query("filters", r#"{"name":["nowhere"]}"#);
    let list = docker.request(&request).await.unwrap();
    assert_eq!(list.text().await.unwrap().trim(), "[]");
    let refused = docker.request(&Request::get("/nowhere")).await.unwrap();
    assert_eq!(refused.status(), 404);
    assert!(!refused.text().await.unwrap().is_empty());
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn every_kind_of_reply_is_read_as_its_type_says() {
    use stevedore::{container, image, network, system, volume};

    let docker = docker().await;
    assert!(docker.call(&system::GetInfo::new()).await.unwrap().n_cpu > 0);
    let networks = docker.call(&network::List::new()).await.unwrap();
    assert!(networks.iter().any(|network| network.name == "bridge"));
    docker.call(&volume::List::new()).await.unwrap();
    let images = docker.call(&image::List::new()).await.unwrap();
    // Podman writes them with their registry.
    let mut tags = images.iter().flat_map(|image| &image.repo_tags);
    assert!(tags.any(|tag| tag == IMAGE || tag.ends_with(&format!("/{IMAGE}"))));
    let container = docker.containers().create(&shell("true")).await.unwrap();
    let stat = container::GetPathStat::new("/bin/busybox").id(container.id());
    assert_eq!(docker.call(&stat).await.unwrap().name, "busybox");
    let archive = container::GetArchive::new("/etc/passwd").id(container.id());
    let tar = docker.call(&archive).await.unwrap().bytes().await.unwrap();
    assert_eq!(&tar[257..262], b"ustar");
    remove(&container).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_session_hands_the_connection_over_for_http2() {
    let docker = docker().await;
    if podman(&docker).await.is_some() {
        return skip("Podman has no BuildKit");
    }
    let answer = docker
        .call(&stevedore::image::OpenSession::new())
        .await
        .unwrap();
    assert_eq!(answer.status(), 101);
    assert_eq!(answer.header("upgrade"), Some("h2c"));
    answer.duplex().unwrap();
}
