//! The engine itself.

use stevedore::container::{List, Logs};
use stevedore::{ApiVersion, Docker, ErrorKind, Settings};

use super::support::{docker, host};

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
    let newest = {
        let docker = docker().await;
        let version = docker.version().await.unwrap();
        version.api_version.parse::<ApiVersion>().unwrap()
    };
    if newest >= ApiVersion::NEWEST {
        println!("this engine speaks every version that this library knows");
        return;
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
