//! Waiting for the exit code of a run whose output nobody reads.

use std::time::Duration;

use stevedore::container::{Run, Running};
use stevedore::{Docker, ErrorKind};
use stevedore_testing::{Daemon, Script};

use crate::cancel::{REMOVE, busybox, count, give_up};
use crate::{ID, blocking, docker, play, runtime, settings};

/// A run whose attach takes these `steps`; its exit code comes with the signal `exited`.
fn script(steps: &str) -> Daemon {
    let script = format!(
        "says: a wait for the exit code\n\
         signals: [exited, late]\n\
         exchanges:\n\
         - on: GET /_ping\n  \
           times: any\n  \
           reply: {{headers: {{Api-Version: \"1.44\", Ostype: linux}}, text: OK}}\n\
         - on: POST /v1.44/containers/create\n  \
           reply: {{status: 201, json: {{Id: {ID}, Warnings: []}}}}\n\
         - on: POST /v1.44/containers/{ID}/attach?stream=true&stdin=true&stdout=true&stderr=true\n  \
           label: attached\n  \
           reply:\n    \
             upgrade: true\n    \
             headers: {{Content-Type: application/vnd.docker.multiplexed-stream}}\n    \
             steps: [{steps}]\n\
         - on: POST /v1.44/containers/{ID}/wait?condition=next-exit\n  \
           reply:\n    \
             chunked: true\n    \
             steps: [{{await: exited}}, {{line: {{StatusCode: 3}}}}]\n\
         - on: POST /v1.44/containers/{ID}/start\n  \
           reply: {{status: 204}}\n"
    );
    Daemon::start(&Script::parse(&script).unwrap()).unwrap()
}

async fn started(docker: &Docker) -> Running {
    let launch = docker.containers().run(busybox(), Run::new());
    launch.stdin("b\na\n").start().await.unwrap()
}

/// The exit code, which comes once the daemon has come to the end of its output.
async fn exit_after_output(daemon: &Daemon, running: &mut Running) -> i64 {
    let (code, ()) = tokio::join!(running.exit(), async {
        // The wait has one, and the start has left one.
        daemon.open_connections_are(2).await.unwrap();
        daemon.signal("exited").unwrap();
    });
    code.unwrap()
}

#[tokio::test]
async fn more_output_than_a_socket_holds_holds_up_no_exit_code() {
    let line = "x".repeat(1 << 10);
    let daemon = script(&format!(
        "{{read: \"b\\na\\n\"}}, read_eof, \
         {{repeat: {{times: 4096, steps: [{{frame: {{stdout: {line}}}}}]}}}}"
    ));
    let mut running = started(&Docker::new(settings(&daemon))).await;
    assert_eq!(exit_after_output(&daemon, &mut running).await, 3);
    // What the wait has not come to dropping.
    while running.try_next().await.unwrap().is_some() {}
    daemon.finish().unwrap();
}

#[tokio::test]
async fn output_that_breaks_is_told_by_the_next_read_and_not_by_the_wait() {
    let daemon = script("{bytes: \"01 00 00 00 00 00 00 05 61 62 63\"}");
    let mut running = started(&Docker::new(settings(&daemon))).await;
    assert_eq!(exit_after_output(&daemon, &mut running).await, 3);
    let error = running.try_next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
    assert!(running.try_next().await.unwrap().is_none());
    daemon.finish().unwrap();
}

#[tokio::test]
async fn a_program_that_is_silent_is_waited_for_however_long_output_may_be_silent() {
    let hour = Duration::from_secs(3600);
    let daemon = script("{await: late}, {frame: {stdout: late}}");
    let mut running = started(&Docker::new(settings(&daemon).idle_timeout(hour))).await;
    tokio::time::pause();
    let waited = tokio::time::timeout(3 * hour, running.exit()).await;
    assert!(waited.is_err(), "{waited:?}");
    tokio::time::resume();
    daemon.signal("exited").unwrap();
    assert_eq!(running.exit().await.unwrap(), 3);
    daemon.signal("late").unwrap();
    assert_eq!(running.try_next().await.unwrap().unwrap().bytes, "late");
    daemon.finish().unwrap();
}

/// How many requests to remove it have come so far.
fn removals(daemon: &Daemon) -> usize {
    let requests = daemon.requests();
    requests.iter().filter(|it| it.method == "DELETE").count()
}

#[tokio::test]
async fn what_a_run_promised_to_remove_is_removed_once_its_end_is_told() {
    let daemon = play("run_rm");
    let docker = docker(&daemon);
    let launch = docker.containers().run(busybox(), Run::new().rm(true));
    let mut running = launch.start().await.unwrap();
    while running.try_next().await.unwrap().is_some() {}
    assert_eq!(running.exit_code().await.unwrap(), 0);
    assert_eq!(removals(&daemon), 0);
    assert_eq!(running.exit().await.unwrap(), 0);
    assert_eq!(removals(&daemon), 1);
    assert_eq!(running.exit().await.unwrap(), 0);
    drop(running);
    docker.close().await.unwrap();
    assert_eq!(count(daemon, REMOVE), 1);
}

#[test]
fn the_blocking_face_removes_what_it_promised_when_it_is_told_to() {
    for by_exit in [false, true] {
        let daemon = play("run_rm");
        let docker = blocking(&daemon);
        let launch = docker.containers().launch(busybox(), Run::new().rm(true));
        let mut running = launch.unwrap().start().unwrap();
        if by_exit {
            assert_eq!(running.exit().unwrap(), 0);
        } else {
            assert_eq!(running.exit_code().unwrap(), 0);
            assert_eq!(removals(&daemon), 0);
            running.remove().unwrap();
        }
        assert_eq!(removals(&daemon), 1);
        drop(running);
        docker.close().unwrap();
        assert_eq!(count(daemon, REMOVE), 1);
    }
}

#[tokio::test]
async fn a_removal_that_fails_is_told_by_the_wait_once_with_the_exit_code() {
    let daemon = play("run_rm_refused");
    let docker = docker(&daemon);
    let launch = docker.containers().run(busybox(), Run::new().rm(true));
    let mut running = launch.start().await.unwrap();
    let error = running.exit().await.unwrap_err();
    assert_eq!((error.status(), error.exit_code()), (Some(500), Some(0)));
    assert_eq!(error.container(), Some(ID));
    assert_eq!(running.exit().await.unwrap(), 0);
    drop(running);
    docker.close().await.unwrap();
    assert_eq!(count(daemon, REMOVE), 1);
}

#[test]
fn a_wait_that_is_given_up_while_it_removes_goes_on() {
    let daemon = play("run_rm_given_up");
    let (runtime, docker) = (runtime(), docker(&daemon));
    let launch = docker.containers().run(busybox(), Run::new().rm(true));
    let mut running = runtime.block_on(launch.start()).unwrap();
    give_up(&runtime, running.exit(), daemon.seen("removed"));
    assert_eq!(runtime.block_on(running.exit()).unwrap(), 0);
    drop(running);
    runtime.block_on(docker.close()).unwrap();
    assert_eq!(count(daemon, REMOVE), 2);
}
