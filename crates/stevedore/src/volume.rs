//! Volumes: data that outlives containers.
//!
//! ```no_run
//! # async fn example(docker: stevedore::Docker) -> stevedore::Result<()> {
//! use stevedore::volume::{Create, List, Remove};
//!
//! let volume = docker.call(&Create::new().name("data").labels([("keep", "yes")])).await?;
//! println!("{} is at {}", volume.name, volume.mountpoint);
//! for volume in docker.call(&List::new().filter("label", "keep=yes")).await?.volumes {
//!     println!("{} {:?}", volume.name, volume.created_at.unix());
//! }
//! docker.call(&Remove::new().name("data")).await?;
//! # Ok(())
//! # }
//! ```

pub use stevedore_api::volume::*;
