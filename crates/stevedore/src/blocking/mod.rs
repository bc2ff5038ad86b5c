//! The same without async.
//!
//! Every method is that of its async namesake: the same requests, the same
//! errors. What is a future of several steps there is waited for to its end by
//! `run`, `exec` and the like, and step by step by what `launch` and `launch_exec` give.
//! The thread that calls does the waiting; no other is started. It must not be a thread
//! that runs async code: waiting there would panic, as tokio does.
//!
//! ```no_run
//! use stevedore::blocking::Docker;
//! use stevedore::container::{Create, Run};
//!
//! let docker = Docker::from_env()?;
//! let outcome = docker.containers().run(Create::new("hello-world"), Run::new().rm(true))?;
//! print!("{}", String::from_utf8_lossy(&outcome.stdout));
//! # Ok::<(), stevedore::Error>(())
//! ```

mod answer;
mod container;
mod copy;
mod discover;
mod docker;
mod exec;
mod face;
mod generated;
mod image;
mod network;
mod process;
mod stream;
mod volume;
mod wait;

pub use answer::Answer;
pub use container::{Container, Containers};
pub use discover::{discover, machine, probe};
pub use docker::Docker;
pub use exec::{Exec, ExecLaunch, ExecRunning};
pub use image::{Image, Images, Pulling};
pub use network::{Network, Networks};
pub use stream::{Chunks, Input, Launch, LogLines, Running, Usages};
pub use volume::{Volume, Volumes};
pub use wait::Waiter;
