//! `run`, to its end.

use stevedore::container::{Create, HostConfig, Outcome, PullPolicy, Run, Step};
use stevedore::{Docker, ErrorKind, Result};
use stevedore_testing::{Daemon, Report};

use crate::{ID, blocking, docker, endpoint, play, sequence};

const CREATE: &str = "POST containers/create";
const ATTACH: &str = "POST containers/c0ffee012345/attach";
const WAIT: &str = "POST containers/c0ffee012345/wait";
const START: &str = "POST containers/c0ffee012345/start";
const REMOVE: &str = "DELETE containers/c0ffee012345";
const IMAGE: &str = "GET images/busybox:1.36/json";
const PULL: &str = "POST images/create";

fn busybox() -> Create {
    Create::new("busybox:1.36").cmd(["sh"])
}

async fn run(daemon: &Daemon, run: Run) -> Result<Outcome> {
    docker(daemon).containers().run(busybox(), run).await
}

/// The requests of a run, which the script must have had exactly; the ping is left out.
fn requests(daemon: Daemon) -> Vec<String> {
    let report: Report = daemon.finish().unwrap();
    let mut sequence = sequence(&report);
    assert_eq!(sequence.remove(0), "GET _ping");
    sequence
}

#[tokio::test]
async fn it_is_connected_before_it_starts_so_nothing_is_lost() {
    for script in ["run_hello", "run_hello_1_44"] {
        let daemon = play(script);
        let containers = docker(&daemon).containers();
        let outcome = containers
            .run(Create::new("hello-world"), Run::new())
            .await
            .unwrap();
        assert_eq!(
            outcome.stdout,
            b"Hello from Docker!\nThis message shows that\nall is well.\n"
        );
        assert_eq!(outcome.stderr, b"a word aside\n");
        assert_eq!((outcome.exit_code, outcome.container.id()), (0, ID));
        assert_eq!(requests(daemon), [CREATE, ATTACH, WAIT, START]);
    }
}

#[test]
fn it_is_the_same_without_async() {
    let daemon = play("run_hello");
    let docker = blocking(&daemon);
    let outcome = docker
        .containers()
        .run(Create::new("hello-world"), Run::new())
        .unwrap();
    assert_eq!(outcome.stderr, b"a word aside\n");
    assert_eq!(requests(daemon), [CREATE, ATTACH, WAIT, START]);
}

#[tokio::test]
async fn a_missing_image_is_pulled_and_each_step_told() {
    let daemon = play("run_missing_image");
    let docker = docker(&daemon);
    let mut launch = docker.containers().run(busybox(), Run::new());
    assert_eq!(
        daemon.requests(),
        [],
        "nothing is sent before somebody waits"
    );
    assert_eq!(launch.reference().to_string(), "busybox:1.36");

    let mut told = Vec::new();
    while let Some(step) = launch.next().await.unwrap() {
        told.push(match step {
            Step::ImageMissing(image) => format!("missing {image}"),
            Step::Progress(progress) => progress.status.unwrap(),
            Step::Created { container, .. } => format!("created {}", container.id()),
            other => panic!("{other:?}"),
        });
    }
    assert_eq!(
        told,
        [
            "missing busybox:1.36",
            "Pulling from library/busybox",
            "Pulling fs layer",
            "Downloading",
            "Download complete",
            "Digest: sha256:ba5eba11",
            "Status: Downloaded newer image for busybox:1.36",
            "created c0ffee012345",
        ]
    );
    let outcome = launch.start().await.unwrap().outcome().await.unwrap();
    assert_eq!(outcome.stdout, b"Hello from Docker!\n");
    assert_eq!(
        requests(daemon),
        [CREATE, IMAGE, PULL, CREATE, ATTACH, WAIT, START]
    );
}

#[tokio::test]
async fn a_404_for_another_reason_is_the_answer() {
    let daemon = play("run_404_though_image_is_there");
    let error = run(&daemon, Run::new().rm(true)).await.unwrap_err();
    assert_eq!(
        (error.status(), endpoint(&error)),
        (Some(404), "container_create")
    );
    assert_eq!(error.to_string(), "No such container: data");
    assert_eq!(error.reason(), Some("no_such_container"));
    assert_eq!(requests(daemon), [CREATE, IMAGE]);
}

#[tokio::test]
async fn an_image_that_is_nowhere_is_the_error_of_the_pull() {
    let daemon = play("run_image_nowhere");
    let error = run(&daemon, Run::new()).await.unwrap_err();
    assert_eq!(
        (error.kind(), endpoint(&error)),
        (ErrorKind::Refused, "image_pull")
    );
    assert!(error.to_string().contains("pull access denied"), "{error}");
    assert_eq!(requests(daemon), [CREATE, IMAGE, PULL]);
}

#[tokio::test]
async fn a_pull_that_fails_on_its_way_is_the_error() {
    let daemon = play("run_pull_fails");
    let error = run(&daemon, Run::new()).await.unwrap_err();
    assert_eq!(
        (error.kind(), endpoint(&error)),
        (ErrorKind::Stream, "image_pull")
    );
    let text = "toomanyrequests: slow down; the image busybox:1.36 can't be pulled";
    assert_eq!(error.to_string(), text);
    assert_eq!(requests(daemon), [CREATE, IMAGE, PULL]);
}

#[tokio::test]
async fn a_start_that_fails_is_the_error_and_the_container_stays() {
    let daemon = play("run_start_fails");
    let docker = docker(&daemon);
    let error = docker
        .containers()
        .run(busybox(), Run::new())
        .await
        .unwrap_err();
    assert_eq!(
        (error.status(), endpoint(&error)),
        (Some(400), "container_start")
    );
    assert_eq!(
        error.to_string(),
        format!(
            "OCI runtime create failed: exec: \"nosuch\": executable file not found in $PATH: \
             unknown; its container {ID} is left behind; remove it if it is not wanted"
        )
    );
    let image = Some("busybox:1.36");
    assert_eq!((error.container(), error.image()), (Some(ID), image));
    assert_eq!(error.command(), ["sh"]);
    daemon.closed("attached").await.unwrap();
    daemon.closed("waited").await.unwrap();
    docker.close().await.unwrap();
    assert_eq!(requests(daemon), [CREATE, ATTACH, WAIT, START]);
}

#[tokio::test]
async fn a_container_that_cannot_start_is_removed_where_that_was_promised() {
    let daemon = play("run_rm_start_fails");
    let docker = docker(&daemon);
    let error = docker
        .containers()
        .run(busybox(), Run::new().rm(true))
        .await
        .unwrap_err();
    assert_eq!(endpoint(&error), "container_start");
    assert!(error.to_string().ends_with("unknown"), "{error}");
    docker.close().await.unwrap();
    assert_eq!(requests(daemon), [CREATE, ATTACH, WAIT, START, REMOVE]);
}

#[tokio::test]
async fn a_container_is_removed_once_after_its_end() {
    for (script, code) in [("run_rm", 0), ("run_rm_nonzero_exit", 1)] {
        let daemon = play(script);
        let docker = docker(&daemon);
        let outcome = docker
            .containers()
            .run(busybox(), Run::new().rm(true))
            .await
            .unwrap();
        assert_eq!(outcome.exit_code, code);
        docker.close().await.unwrap();
        let report = daemon.finish().unwrap();
        assert_eq!(
            sequence(&report)[1..],
            [CREATE, ATTACH, WAIT, START, REMOVE]
        );
        // The first becomes the stream and the second holds the wait; the third is used again.
        let used: Vec<_> = report
            .requests
            .iter()
            .map(|request| request.connection)
            .collect();
        assert_eq!(used[..5], [0, 0, 0, 1, 2]);
    }
}

#[tokio::test]
async fn a_container_that_is_gone_or_going_is_removed() {
    for script in ["run_rm_gone", "run_rm_in_progress"] {
        let daemon = play(script);
        run(&daemon, Run::new().rm(true)).await.unwrap();
        assert_eq!(requests(daemon), [CREATE, ATTACH, WAIT, START, REMOVE]);
    }
}

#[tokio::test]
async fn the_error_is_what_went_wrong_first() {
    let daemon = play("run_rm_start_and_remove_fail");
    let error = run(&daemon, Run::new().rm(true)).await.unwrap_err();
    assert_eq!(endpoint(&error), "container_start");
    assert_eq!(requests(daemon), [CREATE, ATTACH, WAIT, START, REMOVE]);
}

#[tokio::test]
async fn a_run_whose_stream_breaks_removes_its_container() {
    let daemon = play("run_rm_attach_lost");
    let error = run(&daemon, Run::new().rm(true)).await.unwrap_err();
    assert_eq!(endpoint(&error), "container_attach");
    assert_eq!(requests(daemon), [CREATE, ATTACH, WAIT, START, REMOVE]);
}

#[tokio::test]
async fn a_container_that_cannot_be_removed_is_an_error_told_once() {
    let daemon = play("run_rm_refused");
    let docker = docker(&daemon);
    let error = docker
        .containers()
        .run(busybox(), Run::new().rm(true))
        .await
        .unwrap_err();
    assert_eq!(
        (error.status(), endpoint(&error)),
        (Some(500), "container_remove")
    );
    docker.close().await.unwrap();
    assert_eq!(requests(daemon), [CREATE, ATTACH, WAIT, START, REMOVE]);
}

#[tokio::test]
async fn an_exit_code_that_is_not_0_is_an_outcome_and_an_error_if_asked() {
    let daemon = play("run_nonzero_exit");
    let outcome = run(&daemon, Run::new()).await.unwrap();
    assert_eq!(
        (outcome.exit_code, &*outcome.stdout),
        (3, &b"so far so good\n"[..])
    );
    let error = outcome.success().unwrap_err();
    assert_eq!(
        (error.kind(), error.exit_code()),
        (ErrorKind::Failed, Some(3))
    );
    assert_eq!(error.image(), Some("busybox:1.36"));
    assert_eq!(error.command(), ["sh"]);
    assert_eq!(error.stdout(), b"so far so good\n");
    assert!(!error.stderr().is_empty());
    assert!(error.to_string().contains("sh: not any more"), "{error}");
    assert_eq!(error.container(), Some("c0ffee012345"));
    assert_eq!(requests(daemon), [CREATE, ATTACH, WAIT, START]);
}

#[tokio::test]
async fn output_after_the_exit_code_is_not_lost() {
    let daemon = play("run_output_after_exit");
    let containers = docker(&daemon).containers();
    let mut running = containers.run(busybox(), Run::new()).start().await.unwrap();
    assert_eq!(running.try_next().await.unwrap().unwrap().bytes, "early\n");
    assert_eq!(running.exit().await.unwrap(), 0);
    daemon.signal("exited").unwrap();
    assert_eq!(running.try_next().await.unwrap().unwrap().bytes, "late\n");
    assert!(running.try_next().await.unwrap().is_none());
    daemon.finish().unwrap();
}

#[tokio::test]
async fn the_exit_code_is_told_as_often_as_it_is_asked_for() {
    let daemon = play("run_nonzero_exit");
    let containers = docker(&daemon).containers();
    let mut running = containers.run(busybox(), Run::new()).start().await.unwrap();
    assert_eq!(running.exit().await.unwrap(), 3);
    assert_eq!(running.exit().await.unwrap(), 3);
    assert_eq!(running.outcome().await.unwrap().exit_code, 3);
    assert_eq!(requests(daemon), [CREATE, ATTACH, WAIT, START]);
}

#[tokio::test]
async fn a_stream_that_breaks_is_a_protocol_error() {
    let daemon = play("run_attach_lost");
    let error = run(&daemon, Run::new()).await.unwrap_err();
    assert_eq!(
        (error.kind(), endpoint(&error)),
        (ErrorKind::Protocol, "container_attach")
    );
    assert!(
        error
            .to_string()
            .contains("2 bytes before the end of a frame"),
        "{error}"
    );
    daemon.finish().unwrap();
}

#[tokio::test]
async fn an_attach_that_is_answered_with_200_has_all_its_output() {
    let daemon = play("run_attach_not_upgraded");
    let outcome = run(&daemon, Run::new()).await.unwrap();
    assert_eq!((outcome.exit_code, &*outcome.stdout), (0, &b"one\n"[..]));
    daemon.finish().unwrap();
}

#[tokio::test]
async fn output_of_a_terminal_is_one_raw_stream() {
    let daemon = play("run_tty");
    let containers = docker(&daemon).containers();
    let running = containers
        .run(busybox().tty(true), Run::new())
        .start()
        .await
        .unwrap();
    assert!(running.is_raw());
    let outcome = running.outcome().await.unwrap();
    assert_eq!(
        (&*outcome.stdout, &*outcome.stderr),
        (&b"one\r\ntwo\r\n"[..], &b""[..])
    );
    daemon.finish().unwrap();
}

#[tokio::test]
async fn before_1_30_it_starts_and_then_waits() {
    let daemon = play("run_1_25");
    let outcome = run(&daemon, Run::new()).await.unwrap();
    assert_eq!((outcome.exit_code, &*outcome.stdout), (5, &b"one\n"[..]));
    assert_eq!(requests(daemon), [CREATE, ATTACH, START, WAIT]);
}

#[tokio::test]
async fn a_detached_one_is_made_and_started() {
    let daemon = play("run_detach");
    let containers = docker(&daemon).containers();
    let mut running = containers
        .run(busybox(), Run::new().detach(true))
        .start()
        .await
        .unwrap();
    assert_eq!(running.container().id(), ID);
    assert!(running.try_next().await.unwrap().is_none());
    assert_eq!(requests(daemon), [CREATE, START]);
}

#[tokio::test]
async fn a_detached_one_is_removed_by_the_engine() {
    let daemon = play("run_detach_rm");
    let docker: Docker = docker(&daemon);
    let create = busybox().host_config(HostConfig::new().memory(64 << 20));
    let launch = docker
        .containers()
        .run(create, Run::new().detach(true).rm(true));
    drop(launch.start().await.unwrap());
    docker.close().await.unwrap();
    assert_eq!(requests(daemon), [CREATE, START]);
}

#[tokio::test]
async fn a_container_with_its_input_open_reads_to_the_end() {
    let daemon = play("run_input");
    let containers = docker(&daemon).containers();
    let mut running = containers
        .run(busybox().stdin(), Run::new())
        .start()
        .await
        .unwrap();
    let mut input = running.input().unwrap();
    assert!(running.input().is_none());
    input.write(b"b\na\n").await.unwrap();
    input.close().await.unwrap();
    assert_eq!(running.outcome().await.unwrap().stdout, b"a\nb\n");
    daemon.finish().unwrap();
}

#[tokio::test]
async fn a_container_whose_input_nobody_takes_reads_its_end() {
    let daemon = play("run_input_untaken");
    let containers = docker(&daemon).containers();
    let outcome = containers.run(busybox().stdin(), Run::new()).await.unwrap();
    assert_eq!(outcome.stdout, b"nothing came\n");
    daemon.finish().unwrap();
}

#[tokio::test]
async fn an_image_can_be_pulled_each_time() {
    let daemon = play("run_pull_always");
    let run = Run::new().pull(PullPolicy::Always);
    let outcome = docker(&daemon).containers().run(busybox(), run).await;
    let outcome = outcome.unwrap();
    assert_eq!(outcome.merged(), b"one\ntwo\nthree\n");
    assert_eq!(
        outcome.warnings,
        ["Your kernel does not support swap limit"]
    );
    assert_eq!(requests(daemon), [PULL, CREATE, ATTACH, WAIT, START]);
}

#[tokio::test]
async fn an_image_that_must_not_be_pulled_is_a_refusal() {
    let daemon = play("run_pull_never");
    let error = run(&daemon, Run::new().pull(PullPolicy::Never))
        .await
        .unwrap_err();
    assert_eq!(
        (endpoint(&error), error.reason()),
        ("container_create", Some("no_such_image"))
    );
    assert_eq!(requests(daemon), [CREATE]);
}

#[tokio::test]
async fn an_image_that_is_there_for_another_platform_is_pulled() {
    let daemon = play("run_platform");
    let create = busybox().platform("linux/arm64");
    let run = docker(&daemon).containers().run(create, Run::new());
    assert_eq!(run.await.unwrap().exit_code, 0);
    assert_eq!(
        requests(daemon),
        [CREATE, PULL, CREATE, ATTACH, WAIT, START]
    );
}

#[tokio::test]
async fn what_it_is_given_to_read_is_written() {
    let daemon = play("run_stdin");
    let launch = docker(&daemon).containers().run(busybox(), Run::new());
    assert_eq!(launch.stdin("b\na\n").await.unwrap().stdout, b"a\nb\n");
    assert_eq!(requests(daemon), [CREATE, ATTACH, WAIT, START]);
}

#[test]
fn what_it_is_given_to_read_is_written_without_async_too() {
    let daemon = play("run_stdin");
    let docker = blocking(&daemon);
    let launch = docker.containers().launch(busybox(), Run::new()).unwrap();
    let running = launch.stdin("b\na\n").unwrap().start();
    assert_eq!(running.unwrap().outcome().unwrap().stdout, b"a\nb\n");
    daemon.finish().unwrap();
}

#[tokio::test]
async fn a_detached_one_cannot_be_given_input() {
    let daemon = play("ping");
    let launch = docker(&daemon)
        .containers()
        .run(busybox(), Run::new().detach(true));
    let error = launch.stdin("x").await.unwrap_err();
    assert_eq!(
        (error.kind(), endpoint(&error)),
        (ErrorKind::Argument, "container_create")
    );
    assert_eq!(daemon.finish().unwrap().requests, []);
}

#[tokio::test]
async fn what_it_wrote_before_the_engine_went_is_with_the_error() {
    let daemon = play("run_engine_gone");
    let error = run(&daemon, Run::new()).await.unwrap_err();
    assert_eq!(
        (error.kind(), endpoint(&error)),
        (ErrorKind::Protocol, "container_wait")
    );
    assert_eq!(
        (error.stdout(), error.stderr()),
        (&b"one\nthree\n"[..], &b"two\n"[..])
    );
    assert_eq!(error.command(), ["sh"]);
    daemon.finish().unwrap();
}
