//! Secrets: what services may know and nobody else.
//!
//! ```no_run
//! # async fn example(docker: stevedore::Docker) -> stevedore::Result<()> {
//! use stevedore::secret::{Create, List, Remove};
//!
//! // The data is base64; no engine gives it back.
//! let made = docker.call(&Create::new().name("db_password").data("czNjcmV0")).await?;
//! for secret in docker.call(&List::new()).await? {
//!     println!("{} {:?}", secret.id, secret.spec.name);
//! }
//! docker.call(&Remove::new().id(&made.id)).await?;
//! # Ok(())
//! # }
//! ```

pub use stevedore_api::secret::*;
