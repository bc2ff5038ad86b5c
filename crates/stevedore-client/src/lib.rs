//! The wire to a Docker engine.
//!
//! This crate knows how to reach an engine, which version to speak, how to
//! send a checked [`Call`](stevedore_api::Call) and how to decode what comes
//! back. It knows none of Docker's nouns.
//!
//! Nothing here spawns a task or a thread: a connection is driven by whoever
//! waits on it, so dropping a future or a stream closes its socket at once.
//!
//! Its futures need a tokio runtime with I/O and time enabled (`enable_all`).
//!
//! With the feature `tracing` each request is a span `request` of the target
//! `stevedore`, at level debug, from its start to the head of its answer. Its fields are
//! `endpoint`, `method`, `version`, `status` or the kind of `error`, and `elapsed`: nothing
//! that a user gave. [`Settings::trace`] shows what goes over the wire.

mod answer;
mod body;
mod client;
mod config_file;
mod connect;
mod connection;
mod context;
mod dialer;
pub mod discover;
mod environment;
mod error;
mod exchange;
mod file;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
mod host;
mod machine;
mod negotiate;
mod patience;
mod quiet;
mod read;
mod reply;
mod retry;
mod settings;
#[cfg(feature = "tracing")]
mod span;
mod tls;
mod together;
mod trace;
mod warning;

pub use answer::Answer;
pub use body::Upload;
pub use client::Client;
pub use dialer::Dialer;
pub use environment::Environment;
pub use error::{Error, ErrorKind};
pub use host::{Address, Host, Ssh};
pub use read::Read;
#[cfg(feature = "websocket")]
pub use reply::WebSocket;
pub use reply::{Chunk, Chunks, Duplex, FrameDecoder, Input, Lines, Source, ValueDecoder};
pub use retry::Retry;
pub use settings::Settings;
pub use tls::Tls;
pub use trace::{Trace, Traffic};
pub use warning::Warning;

/// What every fallible call returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;
