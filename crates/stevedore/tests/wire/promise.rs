//! What becomes of a promised removal that is given up or refused itself.

use std::future::IntoFuture;

use stevedore::container::{List, Run};
use stevedore::{Docker, ErrorKind};

use crate::cancel::{REMOVE, busybox, count, give_up, working};
use crate::{docker, play, runtime};

/// The message of the failure that `close` tells, and nothing the second time.
fn told(runtime: &tokio::runtime::Runtime, docker: &Docker) -> String {
    let error = runtime.block_on(docker.close()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    runtime.block_on(docker.close()).unwrap();
    error.to_string()
}

#[test]
fn a_container_that_was_being_made_and_cannot_be_removed_is_told_of_by_close() {
    let daemon = play("run_rm_create_held_refused");
    let (runtime, docker) = (runtime(), docker(&daemon));
    let launch = docker.containers().run(busybox(), Run::new().rm(true));
    give_up(&runtime, launch.into_future(), daemon.seen("created"));
    daemon.signal("made").unwrap();
    assert_eq!(told(&runtime, &docker), "device or resource busy");
    assert_eq!(count(daemon, REMOVE), 1);
}

#[test]
fn a_run_that_is_cancelled_and_cannot_be_removed_says_so_itself() {
    let daemon = play("run_rm_held_refused");
    let (runtime, docker) = (runtime(), docker(&daemon));
    let running = runtime.block_on(working(&docker, Run::new().rm(true)));
    let error = runtime.block_on(running.cancel()).unwrap_err();
    assert_eq!(error.to_string(), "device or resource busy");
    runtime.block_on(docker.close()).unwrap();
    assert_eq!(count(daemon, REMOVE), 1);
}

#[test]
fn a_removal_that_is_given_up_is_seen_through_by_close() {
    let daemon = play("run_rm_given_up");
    let (runtime, docker) = (runtime(), docker(&daemon));
    let run = docker.containers().run(busybox(), Run::new().rm(true));
    give_up(&runtime, run.into_future(), daemon.seen("removed"));
    runtime.block_on(docker.close()).unwrap();
    assert_eq!(count(daemon, REMOVE), 2);
}

#[test]
fn a_removal_that_was_given_up_and_is_refused_then_is_told_by_close_once() {
    let daemon = play("run_rm_held_given_up");
    let (runtime, docker) = (runtime(), docker(&daemon));
    let running = runtime.block_on(working(&docker, Run::new().rm(true)));
    give_up(&runtime, running.cancel(), daemon.seen("removed"));
    assert_eq!(told(&runtime, &docker), "device or resource busy");
    let list = runtime.block_on(docker.containers().list(&List::new()));
    assert!(list.unwrap().is_empty());
    assert_eq!(count(daemon, REMOVE), 2);
}
