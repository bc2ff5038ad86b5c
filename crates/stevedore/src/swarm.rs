//! The swarm: engines that work as one.
//!
//! ```no_run
//! # async fn example(docker: stevedore::Docker) -> stevedore::Result<()> {
//! use stevedore::swarm::{Init, InspectOne, Leave};
//!
//! let node = docker.call(&Init::new("0.0.0.0:2377").advertise_addr("192.168.1.10")).await?;
//! let swarm = docker.call(&InspectOne::new()).await?;
//! println!("{node} is its manager; others join with {}", swarm.join_tokens.worker);
//! docker.call(&Leave::new().force(true)).await?;
//! # Ok(())
//! # }
//! ```

pub use stevedore_api::swarm::*;
