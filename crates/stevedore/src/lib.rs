//! A Docker client for Rust: the engine's containers and images as objects.
//!
//! It talks to the engine's HTTP API itself, without the `docker` program, and
//! speaks every API version from 1.25 to 1.55.
//!
//! ```no_run
//! use stevedore::container::{Create, Run};
//! use stevedore::Docker;
//!
//! # async fn example() -> stevedore::Result<()> {
//! let docker = Docker::from_env()?;
//! let outcome = docker.containers().run(Create::new("hello-world"), Run::new().rm(true)).await?;
//! print!("{}", String::from_utf8_lossy(&outcome.stdout));
//! # Ok(())
//! # }
//! ```
//!
//! Every future and stream can be dropped at any time: its socket closes at
//! once. Programs that don't use async have the same in [`blocking`].
//!
//! # Errors
//!
//! [`Error::kind`] says in which phase a call failed, and so whether the engine may have acted.
//! Where the engine refused, [`Error::reason`] is why, in a word that is the same at every
//! endpoint where the engine says it: `no_such_container`, `container_is_not_running`,
//! `name_already_in_use`.
//!
//! ```no_run
//! # async fn example(docker: stevedore::Docker) -> stevedore::Result<()> {
//! match docker.container("web").kill().await {
//!     Err(error) if error.reason() == Some("container_is_not_running") => {}
//!     killed => killed?,
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Giving up
//!
//! A drop can't wait for the engine. Where a run with [`rm`](container::Run::rm) is dropped before
//! its end, its container is left to its `Docker`, and stays until [`Docker::close`] removes it; a
//! program that gives runs up calls that before it ends. [`Launch::cancel`](container::Launch::cancel)
//! and [`Running::cancel`](container::Running::cancel) remove it at once and wait for it. In
//! [`blocking`] each wait removes what is left.
//!
//! ```no_run,edition2021
//! use std::time::Duration;
//!
//! use stevedore::Docker;
//! use stevedore::container::{Create, Run};
//!
//! # async fn example(docker: Docker) -> stevedore::Result<()> {
//! let create = Create::new("busybox").cmd(["sleep", "60"]);
//! let run = docker.containers().run(create, Run::new().rm(true));
//! if tokio::time::timeout(Duration::from_secs(5), run).await.is_err() {
//!     // It took too long and was dropped: this removes its container.
//!     docker.close().await?;
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Streams
//!
//! What comes piece by piece is pulled with `try_next`: output ([`Chunks`], the `Running` of a
//! run and of an exec), lines of a log ([`LogLines`](container::LogLines)), figures
//! ([`Usages`](container::Usages)), progress ([`Pulling`](image::Pulling)), values of an endpoint
//! ([`Lines`]); the body of an [`Answer`] with `next`. They are `Stream`s of `futures_core`, too,
//! for whoever has the tools for those, such as `StreamExt` of futures-util or tokio-stream.
//!
//! ```no_run
//! use std::future::poll_fn;
//! use std::pin::Pin;
//!
//! use futures_core::Stream;
//! use stevedore::{Chunk, Docker, container::Logs};
//!
//! /// Takes any stream of output: of a log, of a run, of an exec.
//! async fn count<S>(mut output: S) -> stevedore::Result<usize>
//! where
//!     S: Stream<Item = stevedore::Result<Chunk>> + Unpin,
//! {
//!     let mut count = 0;
//!     while let Some(chunk) = poll_fn(|cx| Pin::new(&mut output).poll_next(cx)).await {
//!         count += chunk?.bytes.len();
//!     }
//!     Ok(count)
//! }
//!
//! # async fn example(docker: Docker) -> stevedore::Result<()> {
//! println!("{} bytes", count(docker.container("web").logs(Logs::new()).await?).await?);
//! # Ok(())
//! # }
//! ```
//!
//! # More
//!
//! With the feature `terminal` a program in a container is put on the terminal of this
//! process, as `docker run -it` does: `Launch::interact`, `Container::interact`.
//! What the docker command's options take as text, `8080:80` or `512m`, is read by
//! [`option`]; it can read whole lines of `docker run` too.
//!
//! Endpoints without a method of their own are called with [`Docker::call`] and
//! a request type: `docker.call(&network::List::new())`. All of them are there, a
//! module a noun. [`Docker::request`] sends what is written by hand.

#[cfg(feature = "blocking")]
pub mod blocking;
mod cleanup;
pub mod config;
pub mod container;
mod docker;
pub mod exec;
pub mod image;
pub mod network;
pub mod node;
pub mod option;
pub mod plugin;
mod reference;
pub mod secret;
pub mod service;
pub mod swarm;
pub mod system;
pub mod task;
#[cfg(all(unix, feature = "terminal"))]
pub mod terminal;
mod together;
pub mod volume;

pub use container::Stdin;
pub use docker::Docker;
pub use reference::Reference;
pub use stevedore_api::{
    ApiVersion, Args, Endpoint, Framing, Method, NotATimestamp, Request, Timestamp, Value,
};
#[cfg(feature = "websocket")]
pub use stevedore_client::WebSocket;
pub use stevedore_client::discover;
pub use stevedore_client::{
    Address, Answer, Chunk, Chunks, Client, Dialer, Environment, Error, ErrorKind, Host, Input,
    Lines, Result, Retry, Settings, Source, Ssh, Tls, Trace, Traffic, Upload, Warning,
};

/// The examples of the README compile.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
