//! Which version is spoken.

use stevedore::container::List;
use stevedore::{ApiVersion, Docker, ErrorKind};

use crate::{blocking, docker, endpoint, play, sequence, settings};

#[tokio::test]
async fn the_version_is_agreed_on_once_by_an_unversioned_ping() {
    let daemon = play("version");
    let docker = docker(&daemon);
    assert_eq!(docker.client().newest_of_engine(), None);

    let version = docker.version().await.unwrap();
    assert_eq!(
        (
            &*version.version,
            &*version.api_version,
            &*version.min_api_version
        ),
        ("20.10.24", "1.41", "1.12")
    );
    assert_eq!(version.git_commit, "5d6db84");
    docker.clone().version().await.unwrap();

    assert_eq!(docker.api_version().await.unwrap(), ApiVersion::new(1, 41));
    assert_eq!(
        docker.client().newest_of_engine(),
        Some(ApiVersion::new(1, 41))
    );
    let report = daemon.finish().unwrap();
    assert_eq!(
        sequence(&report),
        ["GET _ping", "GET version", "GET version"]
    );
    assert_eq!(report.requests[0].target, "/_ping");
}

#[tokio::test]
async fn those_who_come_meanwhile_wait_for_the_same_ping() {
    let daemon = play("version");
    let docker = docker(&daemon);
    let (one, other) = tokio::join!(docker.version(), docker.version());
    assert_eq!(one.unwrap(), other.unwrap());
    let report = daemon.finish().unwrap();
    assert_eq!(
        sequence(&report),
        ["GET _ping", "GET version", "GET version"]
    );
}

#[test]
fn an_engine_that_is_newer_is_spoken_to_in_our_newest_version() {
    let daemon = play("negotiate_engine_newer");
    let docker = blocking(&daemon);
    assert_eq!(docker.version().unwrap().api_version, "1.60");
    assert_eq!(docker.api_version().unwrap(), ApiVersion::NEWEST);
    daemon.finish().unwrap();
}

#[tokio::test]
async fn an_engine_that_is_too_old_is_a_version_error_that_names_both() {
    let daemon = play("negotiate_engine_too_old");
    let docker = docker(&daemon);
    for _ in 0..2 {
        let error = docker.containers().list(&List::new()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Version);
        let text = error.to_string();
        assert!(text.contains("1.24") && text.contains("1.25"), "{text}");
        assert!(text.contains(&daemon.host()), "{text}");
    }
    // What failed is not remembered: the engine may be another one the next time.
    assert_eq!(
        sequence(&daemon.finish().unwrap()),
        ["GET _ping", "GET _ping"]
    );
}

#[tokio::test]
async fn what_answers_without_a_version_is_no_engine() {
    let daemon = play("negotiate_no_version");
    let error = docker(&daemon).version().await.unwrap_err();
    assert_eq!(
        (error.kind(), endpoint(&error)),
        (ErrorKind::Protocol, "system_ping")
    );
    assert!(
        error.to_string().contains("is it a Docker engine?"),
        "{error}"
    );
    daemon.finish().unwrap();
}

#[tokio::test]
async fn a_version_that_is_none_is_a_protocol_error() {
    let daemon = play("negotiate_strange_version");
    let error = docker(&daemon).ping().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
    assert!(
        error.chain().contains("`latest` is not an API version"),
        "{}",
        error.chain()
    );
    daemon.finish().unwrap();
}

#[tokio::test]
async fn a_pinned_version_needs_no_ping() {
    let daemon = play("negotiate_pinned");
    let pinned = settings(&daemon).version(ApiVersion::new(1, 39)).unwrap();
    let docker = Docker::new(pinned);
    assert_eq!(docker.api_version().await.unwrap(), ApiVersion::new(1, 39));
    docker.version().await.unwrap();
    assert_eq!(sequence(&daemon.finish().unwrap()), ["GET version"]);
}

#[tokio::test]
async fn a_pinned_version_that_the_engine_refuses_is_a_version_error_with_its_range() {
    let daemon = play("negotiate_pinned_refused");
    let pinned = settings(&daemon).version(ApiVersion::NEWEST).unwrap();
    let error = Docker::new(pinned)
        .containers()
        .list(&List::new())
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), endpoint(&error)),
        (ErrorKind::Version, "container_list")
    );
    let text = error.to_string();
    assert!(text.contains("1.12 to 1.41, and not 1.55"), "{text}");
    let report = daemon.finish().unwrap();
    assert_eq!(sequence(&report), ["GET containers/json", "GET version"]);
    assert_eq!(report.requests[1].target, "/version");
}

#[tokio::test]
async fn an_engine_that_is_too_new_is_a_version_error_with_its_range() {
    let daemon = play("negotiate_engine_too_new");
    let error = docker(&daemon)
        .containers()
        .list(&List::new())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Version);
    let text = error.to_string();
    assert!(text.contains("1.60 to 1.70, and not 1.55"), "{text}");
    let report = daemon.finish().unwrap();
    assert_eq!(
        sequence(&report),
        ["GET _ping", "GET containers/json", "GET version"]
    );
}

#[tokio::test]
async fn a_bad_request_in_a_version_that_is_spoken_stays_a_refusal() {
    let daemon = play("negotiate_pinned_bad_request");
    let pinned = settings(&daemon).version(ApiVersion::new(1, 41)).unwrap();
    let docker = Docker::new(pinned);
    let nonsense = List::new().filter("nonsense", "x");

    let error = docker.containers().list(&nonsense).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::Refused, Some(400))
    );
    assert_eq!(error.to_string(), "Invalid filter 'nonsense'");
    // Once a call succeeded, a 400 is never about the version.
    docker.containers().list(&List::new()).await.unwrap();
    docker.containers().list(&nonsense).await.unwrap_err();

    let sequence = sequence(&daemon.finish().unwrap());
    let list = "GET containers/json";
    assert_eq!(sequence, [list, "GET version", list, list]);
}
