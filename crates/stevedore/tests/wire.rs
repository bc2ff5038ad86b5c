//! The conversations of `spec/`, each played by a scripted daemon of its own.
//!
//! A test ends with `finish`, which fails unless exactly the requests of its script came.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking, and shows its figures"
)]

#[path = "wire/attach.rs"]
mod attach;
#[path = "wire/awaits.rs"]
mod awaits;
#[path = "wire/cancel.rs"]
mod cancel;
#[path = "wire/connection.rs"]
mod connection;
#[path = "wire/copy.rs"]
mod copy;
#[path = "wire/exec.rs"]
mod exec;
#[path = "wire/exit.rs"]
mod exit;
#[path = "wire/handles.rs"]
mod handles;
#[path = "wire/log_lines.rs"]
mod log_lines;
#[path = "wire/logs.rs"]
mod logs;
#[path = "wire/negotiate.rs"]
mod negotiate;
#[path = "wire/outputs.rs"]
mod outputs;
#[path = "wire/promise.rs"]
mod promise;
#[path = "wire/pull.rs"]
mod pull;
#[path = "wire/refusal.rs"]
mod refusal;
#[path = "wire/reply.rs"]
mod reply;
#[path = "wire/retry.rs"]
mod retry;
#[path = "wire/run.rs"]
mod run;
#[cfg(feature = "tracing")]
#[path = "wire/spans.rs"]
mod spans;
#[path = "wire/stalls.rs"]
mod stalls;
#[path = "wire/stats.rs"]
mod stats;
#[path = "wire/streams.rs"]
mod streams;
#[cfg(all(unix, feature = "terminal"))]
#[path = "wire/terminal.rs"]
mod terminal;
#[cfg(feature = "tls")]
#[path = "wire/tls.rs"]
mod tls;
#[path = "wire/transport.rs"]
mod transport;
#[path = "wire/verbs.rs"]
mod verbs;

use std::collections::BTreeSet;

use stevedore::{Docker, Error, Settings, blocking};
use stevedore_testing::{Daemon, Report, Script};

/// The container that most scripts know.
const ID: &str = "c0ffee012345";

/// Starts a daemon that plays `spec/NAME.yaml`.
fn play(name: &str) -> Daemon {
    Daemon::start(&Script::spec(name).unwrap()).unwrap()
}

fn settings(daemon: &Daemon) -> Settings {
    Settings::new().host(daemon.host().parse().unwrap())
}

fn docker(daemon: &Daemon) -> Docker {
    Docker::new(settings(daemon))
}

fn blocking(daemon: &Daemon) -> blocking::Docker {
    blocking::Docker::new(settings(daemon)).unwrap()
}

/// A runtime that does nothing while nobody waits on it.
fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

/// Method and path of every request in its order, without the version.
fn sequence(report: &Report) -> Vec<String> {
    let short = |path: &str| {
        let parts: Vec<_> = path.split('/').skip(1).collect();
        match parts.as_slice() {
            [version, rest @ ..] if version.starts_with("v1.") => rest.join("/"),
            rest => rest.join("/"),
        }
    };
    let requests = report.requests.iter();
    requests
        .map(|request| format!("{} {}", request.method, short(&request.path)))
        .collect()
}

/// The endpoint's name, for which an error must have one.
fn endpoint(error: &Error) -> &'static str {
    error.endpoint().unwrap().id
}

#[test]
fn every_script_is_played() {
    let tests = [
        include_str!("wire/attach.rs"),
        include_str!("wire/cancel.rs"),
        include_str!("wire/connection.rs"),
        include_str!("wire/exec.rs"),
        include_str!("wire/handles.rs"),
        include_str!("wire/log_lines.rs"),
        include_str!("wire/copy.rs"),
        include_str!("wire/logs.rs"),
        include_str!("wire/negotiate.rs"),
        include_str!("wire/exit.rs"),
        include_str!("wire/outputs.rs"),
        include_str!("wire/promise.rs"),
        include_str!("wire/pull.rs"),
        include_str!("wire/refusal.rs"),
        include_str!("wire/reply.rs"),
        include_str!("wire/retry.rs"),
        include_str!("wire/run.rs"),
        include_str!("wire/terminal.rs"),
        include_str!("wire/spans.rs"),
        include_str!("wire/stalls.rs"),
        include_str!("wire/stats.rs"),
        include_str!("wire/verbs.rs"),
        include_str!("wire/tls.rs"),
        include_str!("wire/transport.rs"),
    ]
    .concat();
    let scripts: BTreeSet<String> = std::fs::read_dir(Script::spec_folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "yaml"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let unplayed: Vec<_> = scripts
        .iter()
        .filter(|name| !tests.contains(&format!("\"{name}\"")))
        .collect();
    assert!(scripts.len() > 90, "{scripts:?}");
    assert!(unplayed.is_empty(), "no test plays {unplayed:?}");
}
