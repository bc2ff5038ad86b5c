//! Answers that are refusals, well made or not.

use stevedore::container::Inspect;
use stevedore::{Error, ErrorKind, Result};

use crate::{docker, endpoint, play};

/// What an inspect of `web` gives, and the script was played to its end.
async fn refused(script: &str) -> Error {
    let daemon = play(script);
    let inspected: Result<Inspect> = docker(&daemon).container("web").inspect().await;
    daemon.finish().unwrap();
    let error = inspected.unwrap_err();
    assert_eq!(
        (error.kind(), endpoint(&error)),
        (ErrorKind::Refused, "container_inspect")
    );
    error
}

#[tokio::test]
async fn a_refusal_has_the_engines_words_its_status_and_what_it_means_here() {
    let error = refused("error_404").await;
    assert_eq!(error.to_string(), "No such container: web");
    assert_eq!(error.status(), Some(404));
    assert_eq!(error.reason(), Some("no_such_container"));
    assert!(error.is_not_found());
}

#[tokio::test]
async fn a_refusal_in_plain_text_has_that_text() {
    let error = refused("error_text").await;
    assert_eq!(
        (error.to_string().as_str(), error.status()),
        ("bad gateway", Some(502))
    );
    assert_eq!(error.reason(), Some("server_error"));
    assert!(!error.is_not_found());
}

#[tokio::test]
async fn a_refusal_that_claims_to_be_json_and_is_not_has_its_text() {
    let error = refused("error_html").await;
    assert_eq!(
        (error.to_string().as_str(), error.status()),
        ("<html>oops</html>", Some(500))
    );
}

#[tokio::test]
async fn a_refusal_without_a_word_has_its_status() {
    let error = refused("error_empty").await;
    let text = error.to_string();
    assert!(text.contains("status 500: Internal Server Error"), "{text}");
    assert_eq!(error.reason(), Some("server_error"));
}

#[tokio::test]
async fn a_refusal_that_is_too_long_is_cut_and_its_connection_closed() {
    for script in ["error_large", "error_endless"] {
        let daemon = play(script);
        let docker = docker(&daemon);
        let error = docker.container("web").inspect().await.unwrap_err();
        assert_eq!(
            (error.kind(), error.status()),
            (ErrorKind::Refused, Some(500))
        );
        let length = error.to_string().len();
        assert!((1 << 19..=1 << 20).contains(&length), "{script}: {length}");
        // Read to its end it would be kept.
        daemon
            .closed("GET /v1.41/containers/web/json")
            .await
            .unwrap();
        daemon.finish().unwrap();
    }
}

#[tokio::test]
async fn a_connection_that_nobody_asked_for_is_an_error() {
    let daemon = play("error_upgraded");
    let error = docker(&daemon)
        .container("web")
        .inspect()
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), endpoint(&error)),
        (ErrorKind::Protocol, "container_inspect")
    );
    assert!(error.to_string().contains("did not ask for"), "{error}");
    daemon
        .closed("GET /v1.41/containers/web/json")
        .await
        .unwrap();
    daemon.finish().unwrap();
}
