//! Connections: kept, closed, broken, and those that never say anything useful.

use std::collections::BTreeSet;

use stevedore::container::List;
use stevedore::{ApiVersion, Docker, Error, ErrorKind};

use crate::{ID, blocking, docker, endpoint, play, runtime, sequence, settings};

#[tokio::test]
async fn several_calls_go_over_one_connection() {
    let daemon = play("container_list");
    let docker = docker(&daemon);
    for _ in 0..5 {
        docker.containers().list(&List::new()).await.unwrap();
    }
    assert_eq!(daemon.open_connections(), 1);
    let report = daemon.finish().unwrap();
    assert_eq!(report.requests.len(), 6);
    let used: BTreeSet<_> = report
        .requests
        .iter()
        .map(|request| request.connection)
        .collect();
    assert_eq!(used.len(), 1);
}

#[tokio::test]
async fn calls_at_once_have_a_connection_each_and_leave_them_to_later_ones() {
    let daemon = play("container_list");
    let docker = docker(&daemon);
    let (containers, list) = (docker.containers(), List::new());
    for _ in 0..3 {
        let (one, other) = tokio::join!(containers.list(&list), containers.list(&list));
        assert_eq!(one.unwrap(), other.unwrap());
    }
    daemon.finish().unwrap();
}

#[tokio::test]
async fn dropping_the_client_closes_its_connections() {
    let daemon = play("container_list");
    let docker = docker(&daemon);
    docker.containers().list(&List::new()).await.unwrap();
    drop(docker);
    daemon.open_connections_are(0).await.unwrap();
    daemon.finish().unwrap();
}

#[tokio::test]
async fn a_kept_connection_that_the_engine_closed_is_replaced() {
    let daemon = play("keep_alive_closed");
    let docker = docker(&daemon);
    docker.containers().list(&List::new()).await.unwrap();
    daemon.open_connections_are(0).await.unwrap();
    docker.containers().list(&List::new()).await.unwrap();
    let list = "GET containers/json";
    assert_eq!(
        sequence(&daemon.finish().unwrap()),
        ["GET _ping", list, list]
    );
}

#[tokio::test]
async fn a_kept_connection_that_the_engine_closed_is_not_an_error_of_a_start() {
    let daemon = play("keep_alive_closed_post");
    let docker = docker(&daemon);
    docker.containers().list(&List::new()).await.unwrap();
    daemon.signal("close").unwrap();
    daemon.open_connections_are(0).await.unwrap();
    docker.container(ID).start().await.unwrap();
    daemon.finish().unwrap();
}

#[test]
fn a_kept_connection_that_the_engine_closed_while_nobody_waited_is_not_an_error_of_a_start() {
    let daemon = play("keep_alive_closed_post");
    let docker = blocking(&daemon);
    docker.containers().list(&List::new()).unwrap();
    daemon.signal("close").unwrap();
    // The client's runtime sleeps meanwhile, and learns of nothing.
    daemon.wait(daemon.open_connections_are(0)).unwrap();
    docker.container(ID).start().unwrap();
    daemon.finish().unwrap();
}

#[tokio::test]
async fn a_get_that_a_kept_connection_swallowed_is_sent_once_more() {
    let daemon = play("keep_alive_lost");
    docker(&daemon)
        .containers()
        .list(&List::new())
        .await
        .unwrap();
    let list = "GET containers/json";
    assert_eq!(
        sequence(&daemon.finish().unwrap()),
        ["GET _ping", list, list]
    );
}

/// An engine that closed the connection before it answered.
fn closed_early(error: &Error) {
    assert_eq!(error.kind(), ErrorKind::Protocol);
    assert!(
        error
            .to_string()
            .contains("closed the connection before it answered"),
        "{error}"
    );
}

#[tokio::test]
async fn a_get_that_is_never_answered_is_sent_twice_at_most() {
    let daemon = play("closed_before_answer");
    let error = docker(&daemon)
        .containers()
        .list(&List::new())
        .await
        .unwrap_err();
    closed_early(&error);
    assert_eq!(endpoint(&error), "container_list");
    let list = "GET containers/json";
    assert_eq!(
        sequence(&daemon.finish().unwrap()),
        ["GET _ping", list, list]
    );
}

#[tokio::test]
async fn a_get_on_a_new_connection_is_not_sent_twice() {
    let daemon = play("closed_before_answer");
    let docker = Docker::new(settings(&daemon).version(ApiVersion::new(1, 41)).unwrap());
    closed_early(&docker.containers().list(&List::new()).await.unwrap_err());
    assert_eq!(sequence(&daemon.finish().unwrap()), ["GET containers/json"]);
}

#[tokio::test]
async fn a_post_that_was_sent_is_not_sent_again() {
    let daemon = play("closed_before_answer_post");
    let error = docker(&daemon).container(ID).start().await.unwrap_err();
    closed_early(&error);
    assert_eq!(endpoint(&error), "container_start");
    let sequence = sequence(&daemon.finish().unwrap());
    assert_eq!(
        sequence,
        ["GET _ping", "POST containers/c0ffee012345/start"]
    );
}

#[tokio::test]
async fn what_is_not_http_is_a_protocol_error() {
    let daemon = play("not_http");
    let error = docker(&daemon).ping().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
    let text = error.to_string();
    assert!(text.contains("something that is not HTTP/1.1"), "{text}");
    assert!(text.contains(&daemon.host()), "{text}");
    daemon.finish().unwrap();
}

#[tokio::test]
async fn a_head_without_an_end_is_a_protocol_error() {
    let daemon = play("head_endless");
    let error = docker(&daemon)
        .container("web")
        .inspect()
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), endpoint(&error)),
        (ErrorKind::Protocol, "container_inspect")
    );
    daemon.finish().unwrap();
}

#[tokio::test]
async fn a_body_that_is_shorter_than_it_said_is_an_error() {
    let daemon = play("body_cut_off");
    let error = docker(&daemon)
        .containers()
        .list(&List::new())
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), endpoint(&error)),
        (ErrorKind::Protocol, "container_list")
    );
    assert!(
        error.to_string().contains("broke off before its end"),
        "{error}"
    );
    daemon.finish().unwrap();
}

#[tokio::test]
async fn an_engine_that_is_not_there_is_unreachable() {
    let daemon = play("ping");
    let docker = docker(&daemon);
    let host = daemon.host();
    daemon.finish().unwrap();
    let error = docker.ping().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable);
    assert!(error.to_string().contains(&host), "{error}");
    assert!(
        error.to_string().contains("there is no such socket"),
        "{error}"
    );
}

#[test]
fn several_threads_share_a_client_without_async() {
    let daemon = play("container_list");
    let docker = blocking(&daemon);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..20 {
                    let list = docker.clone().containers().list(&List::new()).unwrap();
                    assert_eq!(list.len(), 3);
                }
            });
        }
    });
    let report = daemon.finish().unwrap();
    assert_eq!(report.requests.len(), 161);
}

#[test]
fn the_connections_of_another_runtime_are_left_alone() {
    let daemon = play("container_list");
    let docker = docker(&daemon);
    let (one, other) = (runtime(), runtime());
    let list = async || docker.containers().list(&List::new()).await.unwrap().len();
    // Nobody drives the first while the other one is waited on.
    assert_eq!(one.block_on(list()), 3);
    assert_eq!(other.block_on(list()), 3);
    drop(other);
    assert_eq!(one.block_on(list()), 3);
    drop(one);
    assert_eq!(runtime().block_on(list()), 3);
    daemon.finish().unwrap();
}
