//! Configs: files of settings that services are given.
//!
//! ```no_run
//! # async fn example(docker: stevedore::Docker) -> stevedore::Result<()> {
//! use stevedore::config::{Create, InspectOne};
//!
//! // The data is base64.
//! let made = docker.call(&Create::new().name("site.conf").data("bGlzdGVuIDgw")).await?;
//! let config = docker.call(&InspectOne::new().id(&made.id)).await?;
//! println!("{:?} {:?}", config.spec.name, config.spec.data);
//! # Ok(())
//! # }
//! ```

pub use stevedore_api::config::*;
