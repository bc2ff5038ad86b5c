//! Networks: what containers talk to each other over.
//!
//! ```no_run
//! # async fn example(docker: stevedore::Docker) -> stevedore::Result<()> {
//! use stevedore::network::{Connect, Create, Prune, Remove};
//!
//! let made = docker.call(&Create::new("backend").internal(true).labels([("tier", "db")])).await?;
//! docker.call(&Connect::new("web").id(&made.id)).await?;
//! docker.call(&Remove::new().id("backend")).await?;
//! let gone = docker.call(&Prune::new().filter("label", "tier=db")).await?;
//! println!("removed {:?}", gone.networks_deleted);
//! # Ok(())
//! # }
//! ```

pub use stevedore_api::network::*;
