//! Nodes: the engines of a swarm.
//!
//! ```no_run
//! # async fn example(docker: stevedore::Docker) -> stevedore::Result<()> {
//! use stevedore::node::{Availability, InspectOne, List, Update};
//!
//! for node in docker.call(&List::new().filter("role", "worker")).await? {
//!     println!("{} {:?}", node.description.hostname, node.status.state);
//! }
//! // Take one out of service: what runs there moves elsewhere.
//! let node = docker.call(&InspectOne::new().id("worker-1")).await?;
//! let update = Update::new(node.spec.role, Availability::Drain, node.version.index)
//!     .labels(node.spec.labels)
//!     .id(&node.id);
//! docker.call(&update).await?;
//! # Ok(())
//! # }
//! ```

pub use stevedore_api::node::*;
