//! Against a real engine, the one that `STEVEDORE_TEST_DOCKER` names.
//!
//! Everything made here is labelled with the run, and only that is removed.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, and shows its figures"
)]

#[path = "live/command_line.rs"]
mod command_line;
#[path = "live/containers.rs"]
mod containers;
#[path = "live/copy.rs"]
mod copy;
#[path = "live/engine.rs"]
mod engine;
#[path = "live/execs.rs"]
mod execs;
#[path = "live/faults.rs"]
mod faults;
#[path = "live/handles.rs"]
mod handles;
#[path = "live/images.rs"]
mod images;
#[path = "live/log_lines.rs"]
mod log_lines;
#[path = "live/refusals.rs"]
mod refusals;
#[path = "live/runs.rs"]
mod runs;
#[path = "live/stats.rs"]
mod stats;
#[path = "live/support.rs"]
mod support;
#[cfg(all(feature = "ssh", feature = "tls"))]
#[path = "live/transport.rs"]
mod transport;
#[path = "live/tty.rs"]
mod tty;
#[path = "live/verbs.rs"]
mod verbs;
