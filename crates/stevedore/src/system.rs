//! The engine itself: what it is, what it has, and what happens in it.
//!
//! ```no_run
//! # async fn example(docker: stevedore::Docker) -> stevedore::Result<()> {
//! use stevedore::system::{Df, Events, GetInfo};
//!
//! let info = docker.call(&GetInfo::new()).await?;
//! println!("{} containers, {} images on {}", info.containers, info.images, info.operating_system);
//! println!("layers take {} bytes", docker.call(&Df::new()).await?.layers_size);
//!
//! let mut events = docker.call(&Events::new().filter("type", "container")).await?;
//! while let Some(event) = events.try_next().await? {
//!     println!("{} {} {}", event.time, event.action, event.actor.id);
//! }
//! # Ok(())
//! # }
//! ```

pub use stevedore_api::system::*;
