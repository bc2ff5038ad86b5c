//! Stalled and broken calls leave nothing behind: descriptors and memory of this process
//! are where they were. It has a program of its own, so that nothing else opens files here.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, and shows its figures"
)]

use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use stevedore::container::{Attach, List, Logs};
use stevedore::image::Load;
use stevedore::{ApiVersion, Docker, ErrorKind, Request, Settings, Upload};
use stevedore_testing::{Daemon, Script};

const ID: &str = "c0ffee012345";
const ROUNDS: usize = 50;

#[test]
fn stalls_leave_neither_sockets_nor_memory() {
    for _ in 0..10 {
        round();
    }
    let (files, memory) = (files(), memory());
    for _ in 0..ROUNDS {
        round();
    }
    let (files_then, memory_then) = (self::files(), self::memory());
    println!(
        "{ROUNDS} rounds of {} stalls: descriptors {files} -> {files_then}, \
         memory {memory} -> {memory_then} KiB",
        STALLS.len() * 2 + 1
    );
    assert_eq!(files_then, files);
    assert!(memory_then < memory + 4096, "{memory} -> {memory_then}");
}

/// A way to stall: the script, the API version, and the call.
type Stall = (
    &'static str,
    u16,
    fn(Docker) -> Pin<Box<dyn Future<Output = ErrorKind>>>,
);

const STALLS: [Stall; 6] = [
    ("stall_ping", 0, |docker| Box::pin(list(docker))),
    ("stall_head", 41, |docker| Box::pin(list(docker))),
    ("stall_body", 41, |docker| Box::pin(list(docker))),
    ("stall_stream", 44, |docker| Box::pin(logs(docker))),
    ("stall_upload", 41, |docker| Box::pin(load(docker))),
    ("stall_attach", 44, |docker| Box::pin(attach(docker))),
];

/// Each stall ends once with its timeout and once by being given up, and an engine dies.
fn round() {
    for (script, minor, call) in STALLS {
        for given_up in [false, true] {
            let daemon = Daemon::start(&Script::spec(script).unwrap()).unwrap();
            let hour = Duration::from_secs(3600);
            let mut settings = settings(&daemon).request_timeout(hour).idle_timeout(hour);
            settings.version = (minor > 0).then(|| ApiVersion::new(1, minor));
            let mut future = call(Docker::new(settings));
            let kind = runtime().block_on(async {
                tokio::select! {
                    _ = &mut future => panic!("{script} did not wait"),
                    seen = daemon.seen("held") => seen.unwrap(),
                }
                if given_up {
                    drop(future);
                    return ErrorKind::Timeout;
                }
                tokio::time::pause();
                future.await
            });
            assert_eq!(kind, ErrorKind::Timeout, "{script}");
            daemon.wait(daemon.closed("held")).unwrap();
            daemon.finish().unwrap();
        }
    }
    dies();
}

async fn list(docker: Docker) -> ErrorKind {
    docker
        .containers()
        .list(&List::new())
        .await
        .unwrap_err()
        .kind()
}

async fn logs(docker: Docker) -> ErrorKind {
    let logs = docker.container(ID).logs(Logs::new().follow(true)).await;
    let mut logs = match logs {
        Ok(logs) => logs,
        Err(error) => return error.kind(),
    };
    loop {
        if let Err(error) = logs.try_next().await {
            return error.kind();
        }
    }
}

async fn load(docker: Docker) -> ErrorKind {
    let zeros = Upload::stream(Zeros);
    let loaded = docker.images().load(zeros, &Load::new()).await;
    loaded.unwrap_err().kind()
}

async fn attach(docker: Docker) -> ErrorKind {
    let attach = Attach::new().stream(true).stdin(true).stdout(true);
    let (mut output, _input) = match docker.container(ID).attach(attach).await {
        Ok(both) => both,
        Err(error) => return error.kind(),
    };
    loop {
        if let Err(error) = output.try_next().await {
            return error.kind();
        }
    }
}

/// An engine that dies in the middle of a call and of a stream.
fn dies() {
    let daemon = Daemon::start(&Script::spec("dies").unwrap()).unwrap();
    let mut settings = settings(&daemon);
    settings.version = Some(ApiVersion::new(1, 41));
    runtime().block_on(async {
        let docker = Docker::new(settings);
        let mut events = docker.request(&Request::get("/events")).await.unwrap();
        events.next().await.unwrap().unwrap();
        let listing = pin!(list(docker));
        let (kind, read, ()) = tokio::join!(listing, events.next(), async {
            daemon.seen("list").await.unwrap();
            daemon.finish().unwrap();
        });
        assert_eq!(kind, ErrorKind::Protocol);
        assert_eq!(read.unwrap_err().kind(), ErrorKind::Protocol);
    });
}

struct Zeros;

impl futures_core::Stream for Zeros {
    type Item = std::io::Result<bytes::Bytes>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(Some(Ok(bytes::Bytes::from_static(&[0; 4096]))))
    }
}

fn settings(daemon: &Daemon) -> Settings {
    Settings::new().host(daemon.host().parse().unwrap())
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

/// How many descriptors this process has.
fn files() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

/// The memory that this process has in use, in KiB.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let words = line.unwrap().split_whitespace();
    words.skip(1).find_map(|word| word.parse().ok()).unwrap()
}
