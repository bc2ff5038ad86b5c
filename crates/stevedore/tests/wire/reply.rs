//! Answers that are read as a whole.

use stevedore::container::{Create, List, Remove, Started};
use stevedore::{ApiVersion, ErrorKind};

use crate::{ID, blocking, docker, endpoint, play, sequence};

#[test]
fn a_ping_is_answered() {
    let daemon = play("ping");
    let version = blocking(&daemon).api_version().unwrap();
    assert_eq!(version, ApiVersion::new(1, 41));
    daemon.finish().unwrap();
}

#[tokio::test]
async fn a_list_has_its_fields_and_keeps_what_it_does_not_know() {
    let daemon = play("container_list");
    let list = docker(&daemon)
        .containers()
        .list(&List::new())
        .await
        .unwrap();
    let [web, odd, bare] = list.as_slice() else {
        panic!("{list:?}")
    };
    assert_eq!(web.names, ["/web", "/front/web"]);
    assert_eq!(web.labels["com.example.Some-Key"], "kept as it is");
    assert_eq!(
        (web.ports[0].public_port, web.ports[1].public_port),
        (Some(8080), None)
    );
    assert_eq!(web.host_config.network_mode, "default");

    assert!(odd.names.is_empty() && odd.ports.is_empty() && odd.labels.is_empty());
    assert_eq!(odd.state, "hibernating");
    assert_eq!(odd.extra["SomethingNew"]["Deep"][2], 3);

    assert_eq!((&*bare.image, &*bare.state), ("", ""));
    assert_eq!(bare.created.unix(), Some((4_102_444_800, 0)));
    daemon.finish().unwrap();
}

#[tokio::test]
async fn a_list_of_nothing_is_empty() {
    let daemon = play("container_list_empty");
    assert_eq!(
        docker(&daemon)
            .containers()
            .list(&List::new())
            .await
            .unwrap(),
        []
    );
    daemon.finish().unwrap();
}

#[tokio::test]
async fn null_in_place_of_a_list_is_an_empty_list() {
    let daemon = play("container_list_null");
    assert_eq!(
        docker(&daemon)
            .containers()
            .list(&List::new())
            .await
            .unwrap(),
        []
    );
    daemon.finish().unwrap();
}

#[tokio::test]
async fn what_is_not_json_is_a_protocol_error_that_shows_its_start() {
    let daemon = play("container_list_not_json");
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
        error
            .to_string()
            .contains(r#"`[{\"Id\": \"c0ffee012345\", oops"#),
        "{error}"
    );
    assert!(error.chain().contains("column"), "{}", error.chain());
    daemon.finish().unwrap();
}

#[test]
fn a_container_goes_through_its_life() {
    let daemon = play("container_lifecycle");
    let docker = blocking(&daemon);
    let container = docker
        .containers()
        .create(&Create::new("busybox:1.36").name("web"))
        .unwrap();
    assert_eq!(container.id(), ID);
    assert_eq!(container.inspect().unwrap().state.status, "created");
    assert_eq!(container.start().unwrap(), Started::Now);
    assert_eq!(container.start().unwrap(), Started::Already);
    assert_eq!(container.stop().unwrap(), Started::Already);
    let error = container.kill().unwrap_err();
    assert_eq!(
        (error.status(), endpoint(&error)),
        (Some(409), "container_kill")
    );
    container.remove_with(Remove::new()).unwrap();

    let report = daemon.finish().unwrap();
    assert_eq!(
        sequence(&report),
        [
            "GET _ping",
            "POST containers/create",
            "GET containers/c0ffee012345/json",
            "POST containers/c0ffee012345/start",
            "POST containers/c0ffee012345/start",
            "POST containers/c0ffee012345/stop",
            "POST containers/c0ffee012345/kill",
            "DELETE containers/c0ffee012345",
        ]
    );
    assert!(
        report
            .requests
            .iter()
            .all(|request| request.connection == 0)
    );
}

#[tokio::test]
async fn a_wait_gives_the_exit_code_when_it_is_there() {
    let daemon = play("wait");
    let docker = docker(&daemon);
    let container = docker.container(ID);
    let exits = async {
        daemon.seen("waited").await.unwrap();
        daemon.signal("exits").unwrap();
    };
    let (code, ()) = tokio::join!(container.wait(), exits);
    assert_eq!(code.unwrap(), 7);
    daemon.finish().unwrap();
}

#[tokio::test]
async fn a_wait_that_the_engine_could_not_do_is_an_error() {
    let daemon = play("wait_error");
    let error = docker(&daemon).container(ID).wait().await.unwrap_err();
    assert_eq!(
        (error.kind(), endpoint(&error)),
        (ErrorKind::Stream, "container_wait")
    );
    assert!(error.to_string().contains("context canceled"), "{error}");
    daemon.finish().unwrap();
}

#[tokio::test]
async fn a_wait_whose_answer_names_no_exit_code_is_an_error() {
    let daemon = play("wait_without_code");
    let error = docker(&daemon).container(ID).wait().await.unwrap_err();
    assert_eq!(
        (error.kind(), endpoint(&error)),
        (ErrorKind::Protocol, "container_wait")
    );
    daemon.finish().unwrap();
}

#[tokio::test]
async fn a_wait_that_ends_without_an_exit_code_is_an_error() {
    let daemon = play("wait_ends_empty");
    let error = docker(&daemon).container(ID).wait().await.unwrap_err();
    assert_eq!(
        (error.kind(), endpoint(&error)),
        (ErrorKind::Protocol, "container_wait")
    );
    assert!(error.to_string().contains("is empty"), "{error}");
    daemon.finish().unwrap();
}
