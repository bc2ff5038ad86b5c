//! Waiting for the exit code of a run whose output nobody reads.

use std::time::Duration;

use stevedore::container::{Create, Run, Running};
use stevedore::{Docker, ErrorKind};
use stevedore_testing::{Daemon, Script};

use crate::{ID, settings};

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
    let create = Create::new("busybox:1.36").cmd(["sh"]);
    let launch = docker.containers().run(create, Run::new());
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
    assert!(running.try_next().await.unwrap().is_none());
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
