//! Giving up: what is dropped closes its sockets at once, and keeps its promises later.

use std::future::Future;
use std::ops::ControlFlow;
use std::pin::pin;
use std::task::{Context, Waker};
use std::time::{Duration, Instant};

use stevedore::blocking::Waiter;
use stevedore::container::{Create, List, Logs, Run, Running, Step};
use stevedore::{Docker, Error, ErrorKind, Reference};
use stevedore_testing::Daemon;
use tokio::runtime::{Builder, Runtime};

use crate::{ID, blocking, docker, endpoint, play, runtime, sequence};

pub(crate) const REMOVE: &str = "DELETE containers/c0ffee012345";

pub(crate) fn busybox() -> Create {
    Create::new("busybox:1.36").cmd(["sh"])
}

/// Runs until `event`, and drops the future there, outside of its runtime.
pub(crate) fn give_up(
    runtime: &Runtime,
    future: impl Future,
    event: impl Future<Output = Result<(), stevedore_testing::Error>>,
) {
    let mut future = Box::pin(future);
    runtime.block_on(async {
        tokio::select! {
            _ = &mut future => panic!("it did not wait"),
            seen = event => seen.unwrap(),
        }
    });
    drop(future);
}

/// A container that runs and has written its first line.
pub(crate) async fn working(docker: &Docker, run: Run) -> Running {
    let mut running = docker
        .containers()
        .run(busybox(), run)
        .start()
        .await
        .unwrap();
    let chunk = running.try_next().await.unwrap().unwrap();
    assert_eq!(chunk.bytes, "working\n");
    running
}

/// Waits, without any runtime of the client's, until it has closed its connections.
fn closed(daemon: &Daemon, labels: &[&str]) {
    for label in labels {
        daemon.wait(daemon.closed(label)).unwrap();
    }
}

/// How often a request came.
pub(crate) fn count(daemon: Daemon, line: &str) -> usize {
    let report = daemon.finish().unwrap();
    sequence(&report)
        .iter()
        .filter(|request| *request == line)
        .count()
}

#[test]
fn a_dropped_call_closes_its_socket_without_a_runtime() {
    let daemon = play("held");
    let (runtime, docker) = (runtime(), docker(&daemon));
    let (containers, list) = (docker.containers(), List::new());
    give_up(&runtime, containers.list(&list), daemon.seen("held"));
    closed(&daemon, &["held"]);
    daemon.finish().unwrap();
}

#[test]
fn a_refusal_that_stops_in_the_middle_can_be_given_up() {
    let daemon = play("error_held");
    let (runtime, docker) = (runtime(), docker(&daemon));
    let label = "GET /v1.41/containers/web/json";
    let container = docker.container("web");
    give_up(&runtime, container.inspect(), daemon.seen(label));
    closed(&daemon, &[label]);
    daemon.finish().unwrap();
}

#[test]
fn dropped_logs_close_their_socket_without_a_runtime() {
    let daemon = play("logs_follow_held");
    let (runtime, docker) = (runtime(), docker(&daemon));
    let mut logs = runtime
        .block_on(docker.container(ID).logs(Logs::new().follow(true)))
        .unwrap();
    assert_eq!(
        runtime.block_on(logs.try_next()).unwrap().unwrap().bytes,
        "one\n"
    );
    drop(logs);
    closed(&daemon, &["logs"]);
    daemon.finish().unwrap();
}

#[test]
fn a_pull_of_logs_that_is_given_up_loses_nothing() {
    let daemon = play("logs_follow");
    let (runtime, docker) = (runtime(), docker(&daemon));
    let mut logs = runtime
        .block_on(docker.container(ID).logs(Logs::new().follow(true)))
        .unwrap();
    let mut text = Vec::new();
    let _inside = runtime.enter();
    let mut signals = ["more", "rest"].into_iter();
    loop {
        // Each wait is given up after one look, until something is there.
        let looked = pin!(logs.try_next()).poll(&mut Context::from_waker(Waker::noop()));
        match looked {
            std::task::Poll::Pending => {
                runtime.block_on(tokio::task::yield_now());
            }
            std::task::Poll::Ready(chunk) => {
                let Some(chunk) = chunk.unwrap() else { break };
                text.extend(chunk.bytes);
                if let Some(signal) = signals.next() {
                    daemon.signal(signal).unwrap();
                }
            }
        }
    }
    assert_eq!(text, b"one\ntwo three\n");
    daemon.finish().unwrap();
}

#[test]
fn a_frame_that_claims_4_gib_is_no_memory_and_can_be_given_up() {
    let daemon = play("logs_oversized_frame");
    let (runtime, docker) = (runtime(), docker(&daemon));
    let mut logs = runtime
        .block_on(docker.container(ID).logs(Logs::new()))
        .unwrap();
    let mut text = Vec::new();
    while text != b"one\ntw" {
        text.extend(runtime.block_on(logs.try_next()).unwrap().unwrap().bytes);
    }
    drop(logs);
    closed(&daemon, &["logs"]);
    daemon.finish().unwrap();
}

#[test]
fn a_dropped_pull_closes_its_socket_without_a_runtime() {
    let daemon = play("pull_held");
    let (runtime, docker) = (runtime(), docker(&daemon));
    let image = Reference::new("busybox:1.36");
    let mut pulling = runtime.block_on(docker.images().pull(&image)).unwrap();
    let line = runtime.block_on(pulling.try_next()).unwrap().unwrap();
    assert_eq!(line.id.as_deref(), Some("1.36"));
    drop(pulling);
    closed(&daemon, &["pull"]);
    daemon.finish().unwrap();
}

#[test]
fn a_dropped_wait_closes_its_socket_without_a_runtime() {
    let daemon = play("wait_held");
    let (runtime, docker) = (runtime(), docker(&daemon));
    let container = docker.container(ID);
    give_up(&runtime, container.wait(), daemon.seen("waited"));
    closed(&daemon, &["waited"]);
    daemon.finish().unwrap();
}

#[test]
fn a_wait_that_the_tick_gives_up_returns_and_closes_its_socket() {
    let daemon = play("held");
    let (waiter, docker) = (Waiter::new().unwrap(), docker(&daemon));
    let (containers, list) = (docker.containers(), List::new());
    let (mut broken_at, mut ticks) = (None, 0);
    let given_up = waiter.wait(containers.list(&list), || {
        ticks += 1;
        let held = daemon
            .requests()
            .iter()
            .any(|request| request.label.as_deref() == Some("held"));
        if held {
            broken_at = Some(Instant::now());
            ControlFlow::Break("enough")
        } else {
            ControlFlow::Continue(())
        }
    });
    let returned = broken_at.unwrap().elapsed();
    assert_eq!(given_up.unwrap_err(), "enough");
    println!("returned {returned:?} after the tick that broke off, the {ticks}.");
    assert!(ticks > 1 && returned < Duration::from_secs(5));
    closed(&daemon, &["held"]);
    daemon.finish().unwrap();
}

#[test]
fn a_tick_before_the_first_look_sends_nothing() {
    let daemon = play("ping");
    let (waiter, docker) = (Waiter::new().unwrap(), docker(&daemon));
    let given_up = waiter.wait(docker.api_version(), || ControlFlow::Break(()));
    assert_eq!(given_up.unwrap_err(), ());
    assert_eq!(daemon.finish().unwrap().requests, []);
}

#[test]
fn a_dropped_run_closes_its_sockets_and_leaves_the_container() {
    let daemon = play("run_held");
    let (runtime, docker) = (runtime(), docker(&daemon));
    drop(runtime.block_on(working(&docker, Run::new())));
    closed(&daemon, &["attached", "waited"]);
    runtime.block_on(docker.close()).unwrap();
    assert_eq!(count(daemon, REMOVE), 0);
}

#[test]
fn a_dropped_run_is_removed_once_by_close() {
    let daemon = play("run_rm_held");
    let (runtime, docker) = (runtime(), docker(&daemon));
    drop(runtime.block_on(working(&docker, Run::new().rm(true))));
    closed(&daemon, &["attached", "waited"]);
    assert!(
        daemon
            .requests()
            .iter()
            .all(|request| request.method != "DELETE")
    );
    runtime.block_on(docker.close()).unwrap();
    runtime.block_on(docker.close()).unwrap();
    drop(docker);
    assert_eq!(count(daemon, REMOVE), 1);
}

#[test]
fn a_launch_that_is_dropped_after_it_made_the_container_is_removed_by_close() {
    let daemon = play("run_rm_create_held");
    daemon.signal("made").unwrap();
    let (runtime, docker) = (runtime(), docker(&daemon));
    let mut launch = docker.containers().run(busybox(), Run::new().rm(true));
    let step = runtime.block_on(launch.next()).unwrap();
    assert!(matches!(step, Some(Step::Created { .. })), "{step:?}");
    drop(launch);
    runtime.block_on(docker.close()).unwrap();
    assert_eq!(count(daemon, REMOVE), 1);
}

#[test]
fn a_run_that_is_dropped_while_its_container_is_made_is_seen_through_by_close() {
    let daemon = play("run_rm_create_held");
    let (runtime, docker) = (runtime(), docker(&daemon));
    let launch = docker.containers().run(busybox(), Run::new().rm(true));
    give_up(&runtime, launch.into_future(), daemon.seen("created"));
    daemon.signal("made").unwrap();
    runtime.block_on(docker.close()).unwrap();
    assert_eq!(count(daemon, REMOVE), 1);
}

#[test]
fn a_run_that_is_dropped_while_its_container_is_refused_leaves_nothing_to_remove() {
    let daemon = play("run_rm_create_refused");
    let (runtime, docker) = (runtime(), docker(&daemon));
    let launch = docker.containers().run(busybox(), Run::new().rm(true));
    give_up(&runtime, launch.into_future(), daemon.seen("created"));
    daemon.signal("refused").unwrap();
    runtime.block_on(docker.close()).unwrap();
    assert_eq!(count(daemon, REMOVE), 0);
}

#[test]
fn a_run_that_is_dropped_while_it_pulls_makes_nothing() {
    let daemon = play("run_pull_held");
    let (runtime, docker) = (runtime(), docker(&daemon));
    let mut launch = docker.containers().run(busybox(), Run::new().rm(true));
    runtime.block_on(async {
        while !matches!(launch.next().await.unwrap(), Some(Step::Progress(_))) {}
    });
    drop(launch);
    closed(&daemon, &["pull"]);
    runtime.block_on(docker.close()).unwrap();
    let requests = sequence(&daemon.finish().unwrap());
    assert_eq!(requests.last().unwrap(), "POST images/create");
}

/// What `close` ends with after its patience, on a clock that jumps to the next timer, while
/// the request of the label `held` has no answer.
fn patience(script: &str, held: &str) -> Error {
    let daemon = play(script);
    let runtime = Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    let docker = docker(&daemon);
    let mut launch = docker.containers().run(busybox(), Run::new().rm(true));
    if held == "created" {
        give_up(&runtime, launch.into_future(), daemon.seen(held));
    } else {
        runtime.block_on(launch.next()).unwrap().unwrap();
        drop(launch);
    }
    let (closed, after) = runtime.block_on(async {
        let begun = tokio::time::Instant::now();
        (docker.close().await, begun.elapsed())
    });
    assert!((10..11).contains(&after.as_secs()), "{after:?}");
    runtime.block_on(docker.close()).unwrap();
    // The clock may have jumped before the daemon had read the request.
    daemon.wait(daemon.seen(held)).unwrap();
    daemon.finish().unwrap();
    closed.unwrap_err()
}

#[test]
fn a_container_that_is_never_made_is_not_waited_for_for_ever() {
    let error = patience("run_rm_create_never", "created");
    assert_eq!(
        (error.kind(), endpoint(&error)),
        (ErrorKind::Timeout, "container_create")
    );
}

#[test]
fn a_container_that_is_never_removed_is_named() {
    let error = patience("run_rm_never", "removed");
    assert_eq!(
        (error.kind(), endpoint(&error)),
        (ErrorKind::Timeout, "container_remove")
    );
    assert!(error.to_string().contains(ID), "{error}");
}

#[tokio::test]
async fn a_launch_that_is_cancelled_removes_what_it_made() {
    let daemon = play("run_rm_create_held");
    daemon.signal("made").unwrap();
    let docker = docker(&daemon);
    let mut launch = docker.containers().run(busybox(), Run::new().rm(true));
    while !matches!(launch.next().await.unwrap(), Some(Step::Created { .. })) {}
    launch.cancel().await.unwrap();
    docker.close().await.unwrap();
    assert_eq!(count(daemon, REMOVE), 1);
}

#[tokio::test]
async fn a_launch_that_is_cancelled_before_it_began_sends_nothing() {
    let daemon = play("ping");
    let launch = docker(&daemon)
        .containers()
        .run(busybox(), Run::new().rm(true));
    launch.cancel().await.unwrap();
    assert_eq!(daemon.finish().unwrap().requests, []);
}

#[tokio::test]
async fn a_running_one_that_is_cancelled_is_removed_after_its_sockets_closed() {
    let daemon = play("run_rm_held");
    let docker = docker(&daemon);
    working(&docker, Run::new().rm(true))
        .await
        .cancel()
        .await
        .unwrap();
    daemon.closed("attached").await.unwrap();
    daemon.closed("waited").await.unwrap();
    docker.close().await.unwrap();
    assert_eq!(count(daemon, REMOVE), 1);
}

#[tokio::test]
async fn a_running_one_that_is_cancelled_without_a_promise_stays() {
    let daemon = play("run_held");
    let docker = docker(&daemon);
    working(&docker, Run::new()).await.cancel().await.unwrap();
    daemon.closed("attached").await.unwrap();
    daemon.closed("waited").await.unwrap();
    assert_eq!(count(daemon, REMOVE), 0);
}

#[test]
fn the_blocking_face_keeps_promises_with_its_next_call() {
    let daemon = play("run_rm_held");
    let docker = blocking(&daemon);
    let launch = docker
        .containers()
        .launch(busybox(), Run::new().rm(true))
        .unwrap();
    let mut running = launch.start().unwrap();
    assert_eq!(running.next().unwrap().unwrap().bytes, "working\n");
    drop(running);
    closed(&daemon, &["attached", "waited"]);
    docker.api_version().unwrap();
    assert_eq!(count(daemon, REMOVE), 1);
}

#[test]
fn the_blocking_face_cancels() {
    let daemon = play("run_rm_held");
    let docker = blocking(&daemon);
    let launch = docker
        .containers()
        .launch(busybox(), Run::new().rm(true))
        .unwrap();
    let running = launch.start().unwrap();
    assert_eq!(running.id(), ID);
    running.cancel().unwrap();
    closed(&daemon, &["attached", "waited"]);
    assert_eq!(count(daemon, REMOVE), 1);
}

#[test]
fn what_users_hold_and_await_can_move_between_threads() {
    fn is_send<T: Send>(_: &T) {}
    fn is_sync<T: Sync>(_: &T) {}
    fn outcome(running: Running) -> impl Future + Send {
        running.outcome()
    }
    let _ = outcome;
    let daemon = play("ping");
    let docker = docker(&daemon);
    is_send(&docker);
    is_sync(&docker);
    let (containers, container, images) =
        (docker.containers(), docker.container(ID), docker.images());
    let (list, image) = (List::new(), Reference::new("x"));
    is_send(&containers.list(&list));
    is_send(&container.inspect());
    is_send(&container.logs(Logs::new()));
    is_send(&container.attach(stevedore::container::Attach::new()));
    is_send(&container.wait());
    is_send(&images.pull(&image));
    is_send(&docker.close());
    let mut launch = containers.run(busybox(), Run::new());
    is_send(&launch);
    is_send(&launch.next());
    is_send(&launch.start());
    is_send(&containers.run(busybox(), Run::new()).cancel());
    assert_eq!(daemon.finish().unwrap().requests, []);
}
