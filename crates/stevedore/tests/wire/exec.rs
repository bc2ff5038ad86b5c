//! Commands in running containers.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use stevedore::exec::{Create, Outcome, Start};
use stevedore::{Docker, ErrorKind, Result, Source, Stdin};
use stevedore_testing::{Daemon, Report, Script};
use tokio::io::AsyncRead;

use crate::cancel::give_up;
use crate::{ID, blocking, docker, endpoint, play, runtime, sequence};

const CREATE: &str = "POST containers/c0ffee012345/exec";
const START: &str = "POST exec/e8ec/start";
const INSPECT: &str = "GET exec/e8ec/json";
const EVENTS: &str = "GET events";

fn sh() -> Create {
    Create::new().cmd(["sh"])
}

async fn exec(daemon: &Daemon) -> Result<Outcome> {
    docker(daemon).container(ID).exec(sh()).await
}

/// The requests, which the script must have had exactly; the ping is left out.
fn requests(daemon: Daemon) -> Vec<String> {
    let report: Report = daemon.finish().unwrap();
    let mut sequence = sequence(&report);
    assert_eq!(sequence.remove(0), "GET _ping");
    sequence
}

#[tokio::test]
async fn a_command_gives_both_outputs_and_its_exit_code() {
    let daemon = play("exec");
    let outcome = exec(&daemon).await.unwrap();
    assert_eq!(outcome.stdout, b"one\nthree\n");
    assert_eq!(outcome.stderr, b"two\n");
    assert_eq!(outcome.merged(), b"one\ntwo\nthree\n");
    assert_eq!((outcome.exit_code, outcome.exec.id()), (3, "e8ec"));
    assert_eq!(requests(daemon), [CREATE, START, INSPECT]);

    let error = outcome.success().unwrap_err();
    assert_eq!(
        (error.kind(), error.exit_code(), error.command()),
        (ErrorKind::Failed, Some(3), &["sh".to_owned()][..])
    );
    assert_eq!(
        (error.stdout(), error.stderr()),
        (&b"one\nthree\n"[..], &b"two\n"[..])
    );
    assert!(error.to_string().ends_with("exit code 3: two"), "{error}");
}

#[tokio::test]
async fn output_comes_with_its_source_in_its_order() {
    let daemon = play("exec");
    let container = docker(&daemon).container(ID);
    let mut running = container.exec(sh()).start().await.unwrap();
    let mut seen = Vec::new();
    while let Some(chunk) = running.try_next().await.unwrap() {
        seen.push((chunk.source, chunk.bytes));
    }
    assert_eq!(
        seen,
        [
            (Source::Stdout, "one\n".into()),
            (Source::Stderr, "two\n".into()),
            (Source::Stdout, "three\n".into())
        ]
    );
    assert_eq!(running.exit().await.unwrap(), 3);
    assert_eq!(running.exit().await.unwrap(), 3, "no second request");
    assert_eq!(requests(daemon), [CREATE, START, INSPECT]);
}

#[tokio::test]
async fn an_old_engine_does_not_tell_how_output_is_framed() {
    let daemon = play("exec_1_25");
    let outcome = exec(&daemon).await.unwrap();
    assert_eq!(outcome.merged(), b"one\ntwo\nthree\n");
    assert_eq!(outcome.stderr, b"two\n");
    daemon.finish().unwrap();
}

#[tokio::test]
async fn a_command_with_a_terminal_is_one_raw_stream() {
    let daemon = play("exec_tty");
    let container = docker(&daemon).container(ID);
    let launch = container.exec(sh().tty(true).stdin(true));
    let mut running = launch.start().await.unwrap();
    assert!(running.is_raw());
    let mut input = running.input().unwrap();
    running.resize(24, 80).await.unwrap();
    assert_eq!(running.try_next().await.unwrap().unwrap().bytes, "$ ");
    assert_eq!(input.write_some(b"ls\n").await.unwrap(), 3);
    let outcome = running.outcome().await.unwrap();
    assert_eq!(outcome.stdout, b"ls\r\nfile\r\n");
    daemon.finish().unwrap();
}

#[tokio::test]
async fn input_is_written_while_output_is_read() {
    let ways: [fn() -> Stdin; 5] = [
        || "b\na\n".into(),
        || b"b\na\n".to_vec().into(),
        || Stdin::reader(&b"b\na\n"[..]),
        || Stdin::file(&b"b\na\n"[..]),
        || bytes().into(),
    ];
    for stdin in ways {
        let daemon = play("exec_input");
        let launch = docker(&daemon).container(ID).exec(sh()).stdin(stdin());
        let outcome = launch.await.unwrap();
        assert_eq!(outcome.stdout, b"so far\na\nb\n");
        assert_eq!(requests(daemon), [CREATE, START, INSPECT]);
    }
}

fn bytes() -> String {
    "b\na\n".to_owned()
}

#[tokio::test]
async fn input_is_written_also_while_only_the_end_is_waited_for() {
    let daemon = play("exec_input");
    let container = docker(&daemon).container(ID);
    let read = Arc::new(AtomicBool::new(false));
    let reader = Stdin::file(b"b\na\n".chain(Marking(read.clone())));
    let launch = container.exec(sh()).stdin(reader);
    let mut running = launch.start().await.unwrap();
    assert!(!read.load(Ordering::SeqCst));
    assert_eq!(running.exit().await.unwrap(), 0);
    assert!(read.load(Ordering::SeqCst));
    // What the wait has not dropped of the output.
    while running.try_next().await.unwrap().is_some() {}
    daemon.finish().unwrap();
}

/// Says that it was read, and is empty.
struct Marking(Arc<AtomicBool>);

impl Read for Marking {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.store(true, Ordering::SeqCst);
        Ok(0)
    }
}

#[tokio::test]
async fn a_command_need_not_read_its_input() {
    let daemon = play("exec_input_unread");
    let launch = docker(&daemon).container(ID).exec(sh());
    let outcome = launch.stdin(vec![b'x'; 16 << 20]).await.unwrap();
    assert_eq!((outcome.exit_code, &*outcome.stdout), (0, &b"enough\n"[..]));
    daemon.finish().unwrap();
}

/// Gives a byte and then fails.
struct Failing(bool);

impl AsyncRead for Failing {
    fn poll_read(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
        buffer: &mut tokio::io::ReadBuf<'_>,
    ) -> std::task::Poll<io::Result<()>> {
        if std::mem::replace(&mut self.0, true) {
            return std::task::Poll::Ready(Err(io::Error::other("the disk is gone")));
        }
        buffer.put_slice(b"x");
        std::task::Poll::Ready(Ok(()))
    }
}

#[tokio::test]
async fn a_reader_that_fails_is_an_error_with_what_had_come() {
    let daemon = play("exec_input_held");
    let container = docker(&daemon).container(ID);
    let launch = container.exec(sh()).stdin(Stdin::reader(Failing(false)));
    let error = launch.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert!(error.chain().ends_with("the disk is gone"), "{error}");
    daemon.closed("started").await.unwrap();
    daemon.finish().unwrap();
}

#[tokio::test]
async fn a_detached_command_is_connected_to_nothing() {
    let daemon = play("exec_detach");
    let container = docker(&daemon).container(ID);
    let mut running = container.exec(sh()).detach(true).start().await.unwrap();
    assert!(running.try_next().await.unwrap().is_none());
    assert!(running.input().is_none());
    assert_eq!(running.exit().await.unwrap(), 4);
    assert_eq!(requests(daemon), [CREATE, START, INSPECT]);
}

#[tokio::test]
async fn a_detached_command_cannot_be_given_input() {
    let daemon = play("ping");
    let container = docker(&daemon).container(ID);
    let launch = container.exec(sh()).detach(true).stdin("x");
    let error = launch.await.unwrap_err();
    assert_eq!(
        (error.kind(), endpoint(&error)),
        (ErrorKind::Argument, "exec_create")
    );
    assert_eq!(daemon.finish().unwrap().requests, []);
}

#[tokio::test]
async fn a_command_that_runs_on_without_output_is_waited_for() {
    let daemon = play("exec_ends_late");
    let container = docker(&daemon).container(ID);
    let mut running = container.exec(sh()).start().await.unwrap();
    while running.try_next().await.unwrap().is_some() {}
    let (code, ()) = tokio::join!(running.exit(), async {
        daemon.seen("looked").await.unwrap();
        daemon.signal("ended").unwrap();
    });
    assert_eq!(code.unwrap(), 7);
    assert_eq!(
        requests(daemon),
        [CREATE, START, INSPECT, EVENTS, INSPECT, INSPECT]
    );
}

#[tokio::test(start_paused = true)]
async fn an_end_that_is_not_told_is_seen() {
    let daemon = play("exec_ends_untold");
    assert_eq!(exec(&daemon).await.unwrap().exit_code, 7);
    let mut expected = vec![CREATE, START, INSPECT, EVENTS];
    expected.extend([INSPECT; 4]);
    assert_eq!(requests(daemon), expected);
}

#[tokio::test]
async fn without_its_container_a_command_is_refused() {
    let daemon = play("exec_container_missing");
    let error = exec(&daemon).await.unwrap_err();
    assert_eq!(
        (endpoint(&error), error.reason()),
        ("exec_create", Some("no_such_container"))
    );
    daemon.finish().unwrap();

    let daemon = play("exec_container_stopped");
    let error = exec(&daemon).await.unwrap_err();
    assert_eq!(
        (endpoint(&error), error.reason()),
        ("exec_start", Some("container_is_not_running"))
    );
    daemon.finish().unwrap();
}

#[tokio::test]
async fn what_was_read_before_a_failure_is_with_the_error() {
    for (script, kind, at) in [
        ("exec_container_removed", ErrorKind::Refused, "exec_inspect"),
        ("exec_lost", ErrorKind::Protocol, "exec_start"),
    ] {
        let daemon = play(script);
        let error = exec(&daemon).await.unwrap_err();
        assert_eq!((error.kind(), endpoint(&error)), (kind, at));
        assert!(error.stdout().starts_with(b"one\nthree\n"), "{error:?}");
        assert_eq!(error.stderr(), b"two\n");
        assert_eq!(error.command(), ["sh"]);
        daemon.finish().unwrap();
    }
}

#[tokio::test]
async fn output_comes_also_where_the_connection_is_not_handed_over() {
    let daemon = play("exec_not_upgraded");
    assert_eq!(exec(&daemon).await.unwrap().merged(), b"one\ntwo\nthree\n");
    daemon.finish().unwrap();

    let daemon = play("exec_input_not_upgraded");
    let launch = docker(&daemon).container(ID).exec(sh()).stdin("x");
    let error = launch.await.unwrap_err();
    assert!(error.to_string().contains("proxy"), "{error}");
    assert_eq!(
        (error.kind(), endpoint(&error)),
        (ErrorKind::Protocol, "exec_start")
    );
    daemon.finish().unwrap();
}

#[tokio::test]
async fn a_command_can_be_made_and_started_by_its_id() {
    let daemon = play("exec_made");
    let docker: Docker = docker(&daemon);
    let made = docker.container(ID).exec(sh()).create().await.unwrap();
    let exec = docker.exec(made.id());
    let start = Start::new().tty(false).detach(false);
    let mut running = exec.start_with(start).await.unwrap();
    assert!(running.input().is_none() && !running.feed("x"));
    let outcome = running.outcome().await.unwrap();
    assert_eq!((outcome.exit_code, &*outcome.stderr), (3, &b"two\n"[..]));
    daemon.finish().unwrap();
}

#[tokio::test]
async fn a_command_is_started_once() {
    for (state, why) in [
        (r#"{"Running":true,"ExitCode":null,"Pid":7}"#, "runs"),
        (r#"{"Running":false,"ExitCode":0,"Pid":7}"#, "has run"),
        // No such program.
        (r#"{"Running":false,"ExitCode":127,"Pid":0}"#, "has run"),
        // As Podman says it.
        (
            r#"{"Running":false,"ExitCode":0,"Pid":0,"CanRemove":true}"#,
            "has run",
        ),
    ] {
        let script = format!(
            "says: it is looked at, and not started\n\
             exchanges:\n\
             - on: GET /_ping\n  \
               times: any\n  \
               reply: {{headers: {{Api-Version: \"1.44\"}}, text: OK}}\n\
             - on: GET /v1.44/exec/e8ec/json\n  \
               reply: {{json: {state}}}\n"
        );
        let daemon = Daemon::start(&Script::parse(&script).unwrap()).unwrap();
        let exec = docker(&daemon).exec("e8ec");
        let error = exec
            .start_with(Start::new().detach(true))
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), endpoint(&error), error.reason()),
            (
                ErrorKind::Refused,
                "exec_start",
                Some("exec_has_already_run")
            )
        );
        let message = format!("exec e8ec {why} already; make another one to run its command again");
        assert_eq!(error.to_string(), message);
        daemon.finish().unwrap();
    }
}

#[test]
fn a_dropped_command_closes_its_socket_without_a_runtime() {
    let daemon = play("exec_held");
    let (runtime, docker) = (runtime(), docker(&daemon));
    let mut running = runtime
        .block_on(docker.container(ID).exec(sh()).start())
        .unwrap();
    assert_eq!(
        runtime.block_on(running.try_next()).unwrap().unwrap().bytes,
        "one\n"
    );
    drop(running);
    daemon.wait(daemon.closed("started")).unwrap();
    assert_eq!(requests(daemon), [CREATE, START]);
}

#[test]
fn a_wait_for_its_end_can_be_given_up_and_taken_up_again() {
    let daemon = play("exec_ends_late");
    let (runtime, docker) = (runtime(), docker(&daemon));
    let mut running = runtime
        .block_on(docker.container(ID).exec(sh()).start())
        .unwrap();
    give_up(&runtime, running.exit(), daemon.seen("looked"));
    daemon.signal("ended").unwrap();
    assert_eq!(runtime.block_on(running.exit()).unwrap(), 7);
    assert_eq!(
        requests(daemon),
        [CREATE, START, INSPECT, EVENTS, INSPECT, INSPECT]
    );
}

#[test]
fn it_is_the_same_without_async() {
    let daemon = play("exec");
    let container = blocking(&daemon).container(ID);
    assert_eq!(container.exec(sh()).unwrap().stdout, b"one\nthree\n");
    assert_eq!(requests(daemon), [CREATE, START, INSPECT]);

    let daemon = play("exec_input");
    let container = blocking(&daemon).container(ID);
    let launch = container
        .launch_exec(sh())
        .unwrap()
        .stdin("b\na\n")
        .unwrap();
    let mut running = launch.start().unwrap();
    assert!(!running.is_raw().unwrap());
    let output: Vec<_> = running.by_ref().map(|chunk| chunk.unwrap().bytes).collect();
    assert_eq!(output.concat(), b"so far\na\nb\n");
    assert_eq!(running.exit().unwrap(), 0);
    daemon.finish().unwrap();

    let daemon = play("exec_tty_made");
    let docker = blocking(&daemon);
    let launch = docker.container(ID).launch_exec(sh().tty(true).stdin(true));
    let made = launch.unwrap().create().unwrap();
    let exec = docker.exec(made.id());
    let mut running = exec
        .start_with(Start::new().tty(true).detach(false))
        .unwrap();
    running.input().unwrap().unwrap().write(b"ls\n").unwrap();
    exec.resize(24, 80).unwrap();
    assert_eq!(running.exec().exit().unwrap(), 0);
    assert_eq!(running.by_ref().count(), 2);
    daemon.finish().unwrap();
}
