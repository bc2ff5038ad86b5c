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
