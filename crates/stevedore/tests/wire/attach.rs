//! Connections that are handed over, in both directions.

use stevedore::container::Attach;
use stevedore::{Chunks, ErrorKind, Input};
use stevedore_testing::{Daemon, Script};

use crate::{ID, docker, endpoint, play, sequence};

async fn attached(daemon: &Daemon) -> (Chunks, Input) {
    let attach = Attach::new().stream(true).stdin(true).stdout(true);
    docker(daemon).container(ID).attach(attach).await.unwrap()
}

#[tokio::test]
async fn closing_the_input_leaves_the_output_open() {
    let daemon = play("attach_input");
    let (mut output, mut input) = attached(&daemon).await;
    input.write(b"hello\n").await.unwrap();
    assert_eq!(output.try_next().await.unwrap().unwrap().bytes, "hello\n");
    input.close().await.unwrap();
    assert_eq!(
        output.try_next().await.unwrap().unwrap().bytes,
        "and good-bye\n"
    );
    assert!(output.try_next().await.unwrap().is_none());
    assert_eq!(sequence(&daemon.finish().unwrap()).len(), 2);
}

#[tokio::test]
async fn dropping_the_input_is_its_end() {
    let daemon = play("attach_input");
    let (mut output, mut input) = attached(&daemon).await;
    input.write(b"hello\n").await.unwrap();
    drop(input);
    let mut all = Vec::new();
    while let Some(chunk) = output.try_next().await.unwrap() {
        all.extend(chunk.bytes);
    }
    assert_eq!(all, b"hello\nand good-bye\n");
    daemon.finish().unwrap();
}

#[tokio::test]
async fn the_connection_closes_with_both_directions() {
    let daemon = play("attach_held");
    let (mut output, input) = attached(&daemon).await;
    assert_eq!(output.try_next().await.unwrap().unwrap().bytes, "one\n");
    drop(input);
    drop(output);
    daemon.closed("attached").await.unwrap();
    daemon.finish().unwrap();
}

#[tokio::test]
async fn input_to_a_container_that_is_gone_is_an_error() {
    let daemon = play("attach_input");
    let (output, mut input) = attached(&daemon).await;
    // The daemon goes away in the middle of it, and its script is not played to the end.
    daemon.finish().unwrap_err();
    drop(output);
    let error = input.write(b"hello\n").await.unwrap_err();
    assert_eq!(
        (error.kind(), endpoint(&error)),
        (ErrorKind::Protocol, "container_attach")
    );
}

#[tokio::test]
async fn output_that_comes_with_the_head_is_not_lost() {
    let daemon = play("attach_together");
    let attach = Attach::new().logs(true).stdout(true).stderr(true);
    let (mut output, _input) = docker(&daemon).container(ID).attach(attach).await.unwrap();
    assert_eq!(output.try_next().await.unwrap().unwrap().bytes, "one\n");
    assert_eq!(output.try_next().await.unwrap().unwrap().bytes, "two\n");
    assert!(output.try_next().await.unwrap().is_none());
    daemon.finish().unwrap();
}

#[tokio::test]
async fn an_attach_that_is_not_handed_over_says_so() {
    let daemon = play("attach_not_upgraded");
    let attach = Attach::new().stream(true).stdin(true).stdout(true);
    let error = docker(&daemon)
        .container(ID)
        .attach(attach)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), endpoint(&error)),
        (ErrorKind::Protocol, "container_attach")
    );
    assert!(
        error
            .to_string()
            .contains("is there a proxy before the engine?"),
        "{error}"
    );
    daemon.finish().unwrap();
}

#[tokio::test]
async fn an_attach_that_is_refused_leaves_its_connection_for_the_next_call() {
    let daemon = play("attach_missing");
    let container = docker(&daemon).container(ID);
    for _ in 0..2 {
        let attach = Attach::new().stream(true).stdin(true).stdout(true);
        let error = container.attach(attach).await.unwrap_err();
        assert_eq!(
            (error.status(), error.reason()),
            (Some(404), Some("no_such_container"))
        );
    }
    let report = daemon.finish().unwrap();
    assert!(
        report
            .requests
            .iter()
            .all(|request| request.connection == 0)
    );
}

#[tokio::test]
async fn a_container_that_is_taken_up_tells_its_output_and_its_exit_code() {
    // What is usual need not be said.
    for output in [
        Attach::new().stream(true).stdout(true).stderr(true),
        Attach::new().stdout(true).stderr(true),
        Attach::new(),
    ] {
        let daemon = play("take_up");
        let mut running = docker(&daemon).container(ID).take_up(output).await.unwrap();
        assert_eq!(running.try_next().await.unwrap().unwrap().bytes, "one\n");
        assert_eq!(running.try_next().await.unwrap().unwrap().bytes, "two\n");
        assert!(running.try_next().await.unwrap().is_none());
        assert_eq!(running.ended().await.unwrap(), Some(3));
        daemon.finish().unwrap();
    }
}

/// How a container is attached to that is taken up with this.
async fn asked_for(attach: Attach) -> Vec<(String, String)> {
    let daemon = play("take_up_refused");
    let refused = docker(&daemon).container(ID).take_up(attach).await;
    assert_eq!(refused.unwrap_err().status(), Some(500));
    let mut requests = daemon.finish().unwrap().requests;
    requests.pop().unwrap().query
}

#[tokio::test]
async fn what_is_named_is_all_that_is_connected() {
    let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        let owned = pairs.iter();
        owned
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect()
    };
    assert_eq!(
        asked_for(Attach::new().stderr(true)).await,
        pairs(&[("stream", "true"), ("stderr", "true")])
    );
    assert_eq!(
        asked_for(Attach::new().logs(true)).await,
        pairs(&[
            ("logs", "true"),
            ("stream", "true"),
            ("stdout", "true"),
            ("stderr", "true")
        ])
    );
    assert_eq!(
        asked_for(Attach::new().logs(true).stream(false).stdout(true)).await,
        pairs(&[("logs", "true"), ("stream", "false"), ("stdout", "true")])
    );
}

fn both_ways() -> Attach {
    Attach::new()
        .stream(true)
        .stdin(true)
        .stdout(true)
        .stderr(true)
}

#[tokio::test]
async fn a_container_that_is_taken_up_may_go_on_after_its_input() {
    let daemon = play("take_up_input");
    let container = docker(&daemon).container(ID);
    let mut running = container.take_up(both_ways()).await.unwrap();
    assert!(running.feed("b\na\n"));
    let first = running.try_next().await.unwrap().unwrap();
    assert_eq!(first.bytes, "so far\n");
    assert!(running.try_next().await.unwrap().is_none());
    assert_eq!(running.ended().await.unwrap(), None);
    drop(running);
    daemon.closed("waited").await.unwrap();
    daemon.finish().unwrap();
}

#[tokio::test]
async fn a_container_that_is_given_up_again_runs_on() {
    let daemon = play("take_up_held");
    let output = Attach::new().stream(true).stdout(true).stderr(true);
    let mut running = docker(&daemon).container(ID).take_up(output).await.unwrap();
    assert_eq!(running.try_next().await.unwrap().unwrap().bytes, "one\n");
    drop(running);
    daemon.closed("attached").await.unwrap();
    daemon.closed("waited").await.unwrap();
    daemon.finish().unwrap();
}

#[tokio::test]
async fn a_container_that_ends_before_it_is_connected_is_refused() {
    for (script, why) in [
        ("take_up_ended", "its logs have what it wrote"),
        ("take_up_removed", "and is removed"),
    ] {
        let daemon = play(script);
        let refused = docker(&daemon).container(ID).take_up(both_ways()).await;
        let error = refused.unwrap_err();
        assert_eq!(
            (error.kind(), endpoint(&error)),
            (ErrorKind::Refused, "container_attach")
        );
        assert_eq!(error.reason(), Some("container_is_not_running"));
        let text = error.to_string();
        assert!(
            text.contains("has ended meanwhile") && text.ends_with(why),
            "{text}"
        );
        daemon.closed("attached").await.unwrap();
        daemon.finish().unwrap();
    }
}

#[tokio::test]
async fn a_container_that_ends_once_it_is_connected_gives_what_it_wrote() {
    let daemon = play("take_up_ends");
    let taken_up = docker(&daemon).container(ID).take_up(both_ways()).await;
    let mut taken_up = taken_up.unwrap();
    assert_eq!(taken_up.try_next().await.unwrap().unwrap().bytes, "bye\n");
    assert!(taken_up.try_next().await.unwrap().is_none());
    assert_eq!(taken_up.ended().await.unwrap(), Some(3));
    daemon.finish().unwrap();
}

#[tokio::test]
async fn what_can_not_be_taken_up_is_refused_before_it_is_connected() {
    for (state, reason, why) in [
        (
            "Running: false",
            Some("container_is_not_running"),
            "does not run; start it first",
        ),
        (
            "Running: true, Paused: true",
            Some("container_is_paused"),
            "is paused; unpause it first",
        ),
        (
            "Running: true, Restarting: true",
            Some("container_is_restarting"),
            "is being restarted; try again once it runs",
        ),
        (
            "Running: true",
            None,
            "has no standard input open; make it with `open_stdin`, or don't connect that",
        ),
    ] {
        let script = format!(
            "says: nothing is attached\n\
             exchanges:\n\
             - on: GET /_ping\n  \
               times: any\n  \
               reply: {{headers: {{Api-Version: \"1.44\"}}, text: OK}}\n\
             - on: GET /v1.44/containers/{ID}/json\n  \
               reply: {{json: {{State: {{{state}}}, Config: {{OpenStdin: {open}}}}}}}\n",
            open = reason.is_some()
        );
        let daemon = Daemon::start(&Script::parse(&script).unwrap()).unwrap();
        let refused = docker(&daemon).container(ID).take_up(both_ways()).await;
        let error = refused.unwrap_err();
        let is_about = match reason {
            Some(_) => (ErrorKind::Refused, None),
            None => (ErrorKind::Argument, Some("stdin")),
        };
        assert_eq!((error.kind(), error.argument()), is_about);
        assert_eq!((error.reason(), error.status()), (reason, None));
        assert_eq!(error.to_string(), format!("container {ID} {why}"));
        assert_eq!(endpoint(&error), "container_attach");
        daemon.finish().unwrap();
    }
}
