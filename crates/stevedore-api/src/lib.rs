//! The Docker Engine API as data and types.
//!
//! This crate does no I/O. It holds the table of endpoints ([`endpoint`]),
//! the shapes of their arguments and replies ([`Schema`]), the one check
//! between an argument and the wire ([`Call::check`]), and typed requests and
//! replies, a module a noun ([`container`], [`image`], [`system`]).
//!
//! ```
//! use stevedore_api::{ApiVersion, Call, Endpoint, container};
//!
//! let logs = container::Logs::new().id("web").follow(true).tail(10);
//! let call = Call::check(container::Logs::INFO, &logs.args(), ApiVersion::new(1, 41))?;
//! assert_eq!(call.target, "/v1.41/containers/web/logs?follow=true&tail=10");
//! # Ok::<(), stevedore_api::Fault>(())
//! ```

mod call;
pub mod container;
mod endpoint;
mod fault;
mod framing;
pub mod image;
mod lower;
mod reply;
mod request;
mod schema;
pub mod system;
mod value;
mod version;

pub use call::Call;
pub use endpoint::{
    Arg, Duplex, Endpoint, Frames, Info, Json, Lines, Method, Nothing, Place, Reply, Text,
};
pub use fault::Fault;
pub use framing::Framing;
pub use schema::{Field, Object, Schema, Span};
pub use value::{Args, Value};
pub use version::{ApiVersion, NotAVersion};

/// Every endpoint of the table.
pub fn endpoints() -> impl Iterator<Item = &'static Info> {
    system::ENDPOINTS
        .iter()
        .chain(container::ENDPOINTS)
        .chain(image::ENDPOINTS)
        .copied()
}

/// The endpoint called `id`, such as `container_logs`.
pub fn endpoint(id: &str) -> Option<&'static Info> {
    endpoints().find(|info| info.id == id)
}
