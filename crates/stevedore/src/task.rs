//! Tasks: the containers of services.
//!
//! ```no_run
//! # async fn example(docker: stevedore::Docker) -> stevedore::Result<()> {
//! use stevedore::task::List;
//!
//! let list = List::new().filter("service", "web").filter("desired-state", "running");
//! for task in docker.call(&list).await? {
//!     println!("{} on {}: {:?}", task.slot, task.node_id, task.status.state);
//! }
//! # Ok(())
//! # }
//! ```

pub use stevedore_api::task::*;
