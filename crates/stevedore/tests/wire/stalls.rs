//! Engines that stop: each wait ends as it was told to, and its socket closes.
//!
//! No test waits: once the engine has stopped, the clock of the test jumps to the next
//! moment for which somebody has set a timer.

use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use stevedore::container::{Attach, List, Logs};
use stevedore::image::Load;
use stevedore::{ApiVersion, Docker, Error, ErrorKind, Reference, Settings, Upload};
use stevedore_testing::Daemon;
use tokio::time::Instant;

use crate::{ID, endpoint, play, settings};

const HOUR: Duration = Duration::from_secs(3600);

/// Without a request to agree on a version.
fn pinned(daemon: &Daemon, minor: u16) -> Settings {
    settings(daemon).version(ApiVersion::new(1, minor)).unwrap()
}

/// Waits until the engine has come to `label`; from then on the clock jumps.
async fn stalled<T>(daemon: &Daemon, label: &str, future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    tokio::select! {
        _ = &mut future => panic!("it did not wait"),
        seen = daemon.seen(label) => seen.unwrap(),
    }
    tokio::time::pause();
    future.await
}

/// The end of a wait: after an hour, at this endpoint, in words that say so.
#[track_caller]
fn ended(error: &Error, id: &str, words: &[&str]) {
    assert_eq!((error.kind(), endpoint(error)), (ErrorKind::Timeout, id));
    let text = error.to_string();
    for word in [&["3600s", id], words].concat() {
        assert!(text.contains(word), "no {word} in: {text}");
    }
}

/// Nothing is left of the wait.
async fn all_closed(daemon: Daemon, label: &str) {
    daemon.closed(label).await.unwrap();
    daemon.finish().unwrap();
}

#[tokio::test]
async fn an_engine_that_says_nothing() {
    let daemon = play("held");
    let docker = Docker::new(pinned(&daemon, 41).request_timeout(HOUR));
    let (containers, list) = (docker.containers(), List::new());
    let error = stalled(&daemon, "held", containers.list(&list))
        .await
        .unwrap_err();
    ended(
        &error,
        "container_list",
        &["did not answer", &daemon.host(), "request_timeout"],
    );
    all_closed(daemon, "held").await;
}

#[tokio::test]
async fn an_engine_that_never_tells_its_version() {
    let daemon = play("stall_ping");
    let docker = Docker::new(settings(&daemon).request_timeout(HOUR));
    let (containers, list) = (docker.containers(), List::new());
    let error = stalled(&daemon, "held", containers.list(&list))
        .await
        .unwrap_err();
    ended(&error, "system_ping", &["did not answer"]);
    all_closed(daemon, "held").await;
}

#[tokio::test]
async fn an_engine_that_stops_in_the_head_of_its_answer() {
    let daemon = play("stall_head");
    let docker = Docker::new(pinned(&daemon, 41).request_timeout(HOUR));
    let (containers, list) = (docker.containers(), List::new());
    let error = stalled(&daemon, "held", containers.list(&list))
        .await
        .unwrap_err();
    ended(&error, "container_list", &["did not answer"]);
    all_closed(daemon, "held").await;
}

#[tokio::test]
async fn an_engine_that_stops_in_the_body_of_its_answer() {
    use stevedore::Endpoint as _;

    let daemon = play("stall_body");
    let docker = Docker::new(pinned(&daemon, 41).request_timeout(HOUR));
    let answer = docker
        .client()
        .open(List::INFO, &List::new().args())
        .await
        .unwrap();
    let error = stalled(&daemon, "held", answer.bytes()).await.unwrap_err();
    ended(
        &error,
        "container_list",
        &["was not complete", "request_timeout"],
    );
    all_closed(daemon, "held").await;
}

#[tokio::test]
async fn an_engine_that_stops_in_an_error() {
    let daemon = play("error_held");
    let docker = Docker::new(settings(&daemon).request_timeout(HOUR));
    docker.api_version().await.unwrap();
    let (container, label) = (docker.container("web"), "GET /v1.41/containers/web/json");
    let error = stalled(&daemon, label, container.inspect())
        .await
        .unwrap_err();
    // Where the head was here, it says enough: the engine has refused.
    if error.kind() == ErrorKind::Refused {
        assert_eq!(error.status(), Some(500));
    } else {
        ended(&error, "container_inspect", &["request_timeout"]);
    }
    all_closed(daemon, label).await;
}

#[tokio::test]
async fn an_engine_that_stops_in_a_stream() {
    let daemon = play("stall_stream");
    // A request's time is not a stream's.
    let second = Duration::from_secs(1);
    let settings = pinned(&daemon, 44).request_timeout(second);
    let docker = Docker::new(settings.idle_timeout(HOUR));
    let mut logs = docker
        .container(ID)
        .logs(Logs::new().follow(true))
        .await
        .unwrap();
    assert_eq!(logs.try_next().await.unwrap().unwrap().bytes, "one\n");
    let begun = Instant::now();
    let error = stalled(&daemon, "held", logs.try_next()).await.unwrap_err();
    ended(
        &error,
        "container_logs",
        &["in the middle of its answer", "idle_timeout"],
    );
    assert!(begun.elapsed() >= HOUR);
    // After a failure nothing more is read, and nothing is waited for.
    assert!(logs.try_next().await.unwrap().is_none());
    all_closed(daemon, "held").await;
}

#[tokio::test]
async fn an_engine_that_does_not_begin_a_stream() {
    let daemon = play("held");
    let docker = Docker::new(pinned(&daemon, 41).idle_timeout(HOUR));
    let request = stevedore::Request::get("/containers/json");
    let error = stalled(&daemon, "held", docker.request(&request))
        .await
        .unwrap_err();
    ended(&error, "request", &["no answer yet", "idle_timeout"]);
    all_closed(daemon, "held").await;
}

#[tokio::test]
async fn a_stream_that_goes_on_in_time_goes_on() {
    let daemon = play("stall_lines");
    let docker = Docker::new(pinned(&daemon, 41).idle_timeout(HOUR));
    let image = Reference::new("busybox:1.36");
    let mut pulling = docker.images().pull(&image).await.unwrap();
    let status = pulling.try_next().await.unwrap().unwrap().status;
    assert_eq!(status.as_deref(), Some("Downloading"));
    tokio::time::pause();
    // Waits that are given up count together, and one in which a byte comes ends them.
    for _ in 0..3 {
        let part = HOUR / 4;
        let waited = tokio::time::timeout(part, pulling.try_next()).await;
        assert!(waited.is_err(), "{waited:?}");
    }
    daemon.signal("more").unwrap();
    tokio::time::resume();
    let status = pulling.try_next().await.unwrap().unwrap().status;
    assert_eq!(status.as_deref(), Some("Extracting"));
    tokio::time::pause();
    let waited = tokio::time::timeout(HOUR * 9 / 10, pulling.try_next()).await;
    assert!(waited.is_err(), "{waited:?}");
    let waited = tokio::time::timeout(HOUR / 5, pulling.try_next()).await;
    ended(&waited.unwrap().unwrap_err(), "image_pull", &[]);
    all_closed(daemon, "held").await;
}

#[tokio::test]
async fn time_in_which_nobody_pulls_does_not_count() {
    let daemon = play("stall_lines");
    let docker = Docker::new(pinned(&daemon, 41).idle_timeout(HOUR));
    let image = Reference::new("busybox:1.36");
    let mut pulling = docker.images().pull(&image).await.unwrap();
    pulling.try_next().await.unwrap().unwrap();
    tokio::time::pause();
    tokio::time::advance(10 * HOUR).await;
    let waited = tokio::time::timeout(HOUR / 2, pulling.try_next()).await;
    assert!(waited.is_err(), "{waited:?}");
    daemon.signal("more").unwrap();
    tokio::time::resume();
    let status = pulling.try_next().await.unwrap().unwrap().status;
    assert_eq!(status.as_deref(), Some("Extracting"));
    drop(pulling);
    all_closed(daemon, "held").await;
}

/// A stream of bytes: so many pieces, then none for ever.
struct Bytes(usize);

impl futures_core::Stream for Bytes {
    type Item = std::io::Result<bytes::Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(left) = self.0.checked_sub(1) else {
            return Poll::Pending;
        };
        self.0 = left;
        Poll::Ready(Some(Ok(bytes::Bytes::from_static(&[0; 4096]))))
    }
}

#[tokio::test]
async fn an_engine_that_stops_in_an_upload() {
    let daemon = play("stall_upload");
    let second = Duration::from_secs(1);
    let settings = pinned(&daemon, 41).request_timeout(second);
    let docker = Docker::new(settings.idle_timeout(HOUR));
    let (images, load) = (docker.images(), Load::new());
    let loading = images.load(Upload::stream(Bytes(usize::MAX)), &load);
    let error = stalled(&daemon, "held", loading).await.unwrap_err();
    ended(&error, "image_load", &["no byte went", "idle_timeout"]);
    all_closed(daemon, "held").await;
}

#[tokio::test]
async fn an_upload_that_the_caller_holds_up_is_not_the_engines_fault() {
    let daemon = play("stall_upload");
    let docker = Docker::new(pinned(&daemon, 41).idle_timeout(HOUR));
    let (images, load) = (docker.images(), Load::new());
    let loading = images.load(Upload::stream(Bytes(1)), &load);
    let patient = async { tokio::time::timeout(10 * HOUR, loading).await };
    assert!(stalled(&daemon, "held", patient).await.is_err());
    all_closed(daemon, "held").await;
}

#[tokio::test]
async fn a_connection_that_was_handed_over_and_falls_silent() {
    let daemon = play("stall_attach");
    let docker = Docker::new(pinned(&daemon, 44).idle_timeout(HOUR));
    let attach = Attach::new().stream(true).stdin(true).stdout(true);
    let (mut output, mut input) = docker.container(ID).attach(attach).await.unwrap();
    assert_eq!(output.try_next().await.unwrap().unwrap().bytes, "one\n");
    tokio::time::pause();
    let waited = tokio::time::timeout(HOUR * 9 / 10, output.try_next()).await;
    assert!(waited.is_err(), "{waited:?}");
    // What goes in counts as well as what comes out.
    input.write(b"hello\n").await.unwrap();
    let waited = tokio::time::timeout(HOUR * 9 / 10, output.try_next()).await;
    assert!(waited.is_err(), "{waited:?}");
    let waited = tokio::time::timeout(HOUR / 5, output.try_next()).await;
    ended(
        &waited.unwrap().unwrap_err(),
        "container_attach",
        &["on the connection", "idle_timeout"],
    );
    drop((output, input));
    all_closed(daemon, "held").await;
}

#[tokio::test]
async fn an_input_that_is_not_read() {
    let daemon = play("stall_attach");
    let docker = Docker::new(pinned(&daemon, 44).idle_timeout(HOUR));
    let attach = Attach::new().stream(true).stdin(true).stdout(true);
    let (output, mut input) = docker.container(ID).attach(attach).await.unwrap();
    tokio::time::pause();
    let much = vec![0; 16 << 20];
    let error = input.write(&much).await.unwrap_err();
    ended(&error, "container_attach", &["no byte went"]);
    drop((output, input));
    all_closed(daemon, "held").await;
}

#[tokio::test]
async fn a_wait_has_as_long_as_the_container() {
    let daemon = play("wait");
    let second = Duration::from_secs(1);
    let settings = pinned(&daemon, 41).request_timeout(second);
    let docker = Docker::new(settings.idle_timeout(second));
    let container = docker.container(ID);
    let wait = stalled(&daemon, "waited", async {
        let mut wait = pin!(container.wait());
        let waited = tokio::time::timeout(HOUR, &mut wait).await;
        assert!(waited.is_err(), "{waited:?}");
        daemon.signal("exits").unwrap();
        wait.await
    });
    assert_eq!(wait.await.unwrap(), 7);
    daemon.finish().unwrap();
}

#[tokio::test]
async fn an_engine_that_takes_no_connection() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("docker.sock");
    let listener = tokio::net::UnixSocket::new_stream().unwrap();
    listener.bind(&path).unwrap();
    let _listener = listener.listen(0).unwrap();
    let mut waiting = Vec::new();
    // Those that nobody accepts fill the queue.
    while let Ok(stream) = tokio::net::UnixStream::connect(&path).await {
        waiting.push(stream);
    }
    tokio::time::pause();
    let limit = Duration::from_secs(2);
    let settings = Settings::new().host(path.display().to_string().parse().unwrap());
    let docker = Docker::new(settings.connect_timeout(limit));
    let begun = Instant::now();
    let error = docker.ping().await.unwrap_err();
    assert_eq!(
        (error.kind(), endpoint(&error)),
        (ErrorKind::Timeout, "system_ping")
    );
    let text = error.to_string();
    for word in ["within 2s", "was not sent", "connect_timeout"] {
        assert!(text.contains(word), "no {word} in: {text}");
    }
    assert_eq!(begun.elapsed().as_secs(), 2);
}

#[test]
fn the_blocking_face_has_the_same_limits() {
    let daemon = play("stall_ping");
    let settings = settings(&daemon).request_timeout(Duration::from_millis(20));
    let docker = stevedore::blocking::Docker::new(settings).unwrap();
    let error = docker.version().unwrap_err();
    assert_eq!(
        (error.kind(), endpoint(&error)),
        (ErrorKind::Timeout, "system_ping")
    );
    daemon.wait(daemon.open_connections_are(0)).unwrap();
}
