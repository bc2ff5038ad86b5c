//! Plugins: what extends an engine.
//!
//! ```no_run
//! # async fn example(docker: stevedore::Docker) -> stevedore::Result<()> {
//! use stevedore::plugin::{Disable, Enable, GetPrivileges, List};
//!
//! for asked in docker.call(&GetPrivileges::new("vieux/sshfs:latest")).await? {
//!     println!("{:?}: {:?}", asked.name, asked.value);
//! }
//! docker.call(&Enable::new(30).name("vieux/sshfs:latest")).await?;
//! for plugin in docker.call(&List::new().filter("enabled", "true")).await? {
//!     println!("{}", plugin.name);
//! }
//! docker.call(&Disable::new().name("vieux/sshfs:latest")).await?;
//! # Ok(())
//! # }
//! ```

pub use stevedore_api::plugin::*;
