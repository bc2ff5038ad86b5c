//! Engines that go away and come back.

use std::path::PathBuf;
use std::time::Duration;

use stevedore::container::List;
use stevedore::{ApiVersion, Docker, ErrorKind, Request, Retry, Settings};
use stevedore_testing::{Daemon, Script};
use tempfile::TempDir;
use tokio::time::Instant;

use crate::{ID, endpoint, play, sequence, settings};

/// A place where one engine can follow another.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        Self {
            folder: tempfile::Builder::new()
                .prefix("sv")
                .tempdir_in("/tmp")
                .unwrap(),
        }
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("docker.sock")
    }

    fn play(&self, name: &str) -> Daemon {
        Daemon::start_at(&Script::spec(name).unwrap(), Some(&self.socket()), None).unwrap()
    }

    fn settings(&self) -> Settings {
        let host = self.socket().display().to_string().parse().unwrap();
        let version = ApiVersion::new(1, 41);
        Settings::new().host(host).version(version).unwrap()
    }
}

/// The number of lists that an engine was asked for.
fn lists(daemon: Daemon) -> usize {
    let sequence = sequence(&daemon.finish().unwrap());
    assert!(sequence.iter().all(|line| line == "GET containers/json"));
    sequence.len()
}

#[tokio::test]
async fn an_engine_that_was_started_again_between_two_calls_is_found() {
    let place = Place::new();
    let first = place.play("container_list");
    let docker = Docker::new(place.settings());
    docker.containers().list(&List::new()).await.unwrap();
    assert_eq!(lists(first), 1);
    let second = place.play("container_list");
    docker.containers().list(&List::new()).await.unwrap();
    assert_eq!(lists(second), 1);
}

#[tokio::test]
async fn an_engine_that_dies_during_calls_ends_them_and_is_found_again() {
    let place = Place::new();
    let first = place.play("dies");
    let docker = Docker::new(place.settings());
    let mut events = docker.request(&Request::get("/events")).await.unwrap();
    assert!(events.next().await.unwrap().is_some());
    let (containers, list) = (docker.containers(), List::new());
    let (listed, read, ()) = tokio::join!(containers.list(&list), events.next(), async {
        first.seen("list").await.unwrap();
        first.finish().unwrap();
    });
    let error = listed.unwrap_err();
    assert_eq!(
        (error.kind(), endpoint(&error)),
        (ErrorKind::Protocol, "container_list")
    );
    let error = read.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
    assert!(
        error.to_string().contains("broke off before its end"),
        "{error}"
    );
    let second = place.play("container_list");
    docker.containers().list(&List::new()).await.unwrap();
    assert_eq!(lists(second), 1);
}

#[tokio::test]
async fn a_call_that_is_tried_again_outlives_the_engine() {
    let place = Place::new();
    let first = place.play("held");
    let retry = Retry::times(1000).pause(Duration::from_millis(1));
    let docker = Docker::new(place.settings().retry(retry));
    let (containers, list) = (docker.containers(), List::new());
    let (listed, second) = tokio::join!(containers.list(&list), async {
        first.seen("held").await.unwrap();
        first.finish().unwrap();
        place.play("container_list")
    });
    assert_eq!(listed.unwrap().len(), 3);
    assert_eq!(lists(second), 1);
}

#[tokio::test]
async fn a_start_that_was_not_sent_is_tried_again_and_one_that_was_is_not() {
    let place = Place::new();
    let retry = Retry::times(1000).pause(Duration::from_millis(1));
    let docker = Docker::new(place.settings().retry(retry));
    let container = docker.container(ID);
    // Nobody is there when it begins.
    let (started, daemon) = tokio::join!(container.start(), async {
        tokio::task::yield_now().await;
        place.play("closed_before_answer_post")
    });
    let error = started.unwrap_err();
    assert_eq!(
        (error.kind(), endpoint(&error)),
        (ErrorKind::Protocol, "container_start")
    );
    let starts = daemon.requests().len();
    assert_eq!(starts, 1);
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_stays_away_is_given_up_after_the_last_try() {
    let place = Place::new();
    let retry = Retry::times(3).pause(Duration::from_secs(1));
    let docker = Docker::new(place.settings().retry(retry));
    let begun = Instant::now();
    let error = docker.containers().list(&List::new()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable);
    // One, two and four seconds, or down to half of them.
    let waited = begun.elapsed().as_secs_f64();
    assert!((3.5..7.5).contains(&waited), "{waited}");
}

#[tokio::test(start_paused = true)]
async fn tries_have_the_time_of_the_call_together() {
    let place = Place::new();
    let retry = Retry::times(u32::MAX).pause(Duration::from_secs(1));
    let settings = place.settings().retry(retry);
    let docker = Docker::new(settings.request_timeout(Duration::from_secs(100)));
    let begun = Instant::now();
    let error = docker.containers().list(&List::new()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(begun.elapsed().as_secs(), 100);
    // What was wrong all the time is not forgotten.
    let text = error.chain();
    assert!(text.contains("no such socket"), "{text}");
}

#[tokio::test]
async fn nothing_is_tried_again_unless_it_was_asked_for() {
    let docker = Docker::new(Place::new().settings());
    let error = docker.ping().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable);
}

#[tokio::test]
async fn a_refusal_is_an_answer_and_not_tried_again() {
    let daemon = play("error_404");
    let retry = Retry::times(3).pause(Duration::from_millis(1));
    let docker = Docker::new(settings(&daemon).retry(retry));
    let error = docker.container("web").inspect().await.unwrap_err();
    assert_eq!(error.status(), Some(404));
    daemon.finish().unwrap();
}

#[tokio::test]
async fn a_request_by_hand_is_repeated_with_what_goes_along() {
    let daemon = play("by_hand_lost");
    let docker = Docker::new(settings(&daemon));
    let request = Request::get("/info").json("{\"a\":1}");
    let answer = docker.request(&request).await.unwrap();
    assert_eq!(answer.status(), 200);
    daemon.finish().unwrap();
}
