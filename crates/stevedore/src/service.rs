//! Services: what a swarm keeps running.
//!
//! ```no_run
//! # async fn example(docker: stevedore::Docker) -> stevedore::Result<()> {
//! use stevedore::service::{Create, List, Mode, Replicated};
//! use stevedore::task::{ContainerSpec, Spec};
//!
//! let task = Spec::new().container_spec(ContainerSpec::new().image("nginx:latest"));
//! let mode = Mode::new().replicated(Replicated::new().replicas(3));
//! docker.call(&Create::new().name("web").task_template(task).mode(mode)).await?;
//! for service in docker.call(&List::new()).await? {
//!     println!("{} since {}", service.id, service.created_at);
//! }
//! # Ok(())
//! # }
//! ```

pub use stevedore_api::service::*;
