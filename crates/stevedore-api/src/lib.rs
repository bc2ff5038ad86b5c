//! The Docker Engine API as data and types.
//!
//! This crate does no I/O. It holds the table of endpoints ([`endpoint`]),
//! the shapes of their arguments and replies ([`Schema`]), the one check
//! between an argument and the wire ([`Call::check`]), and typed requests and
//! replies, a module a noun: [`container`], [`exec`], [`image`], [`network`],
//! [`volume`], [`system`], and for a swarm [`swarm`], [`node`], [`service`],
//! [`task`], [`secret`], [`config`], [`plugin`].
//!
//! ```
//! use stevedore_api::{ApiVersion, Call, Endpoint, container};
//!
//! let logs = container::Logs::new().id("web").follow(true).tail(10);
//! let call = Call::check(container::Logs::INFO, &logs.args(), ApiVersion::new(1, 41))?;
//! assert_eq!(call.target, "/v1.41/containers/web/logs?follow=true&tail=10");
//! # Ok::<(), stevedore_api::Fault>(())
//! ```

mod by_hand;
mod call;
pub mod container;
mod endpoint;
mod fault;
mod framing;
#[allow(
    unreachable_pub,
    reason = "some nouns are reached by their own module below"
)]
mod generated;
mod hidden;
pub mod image;
mod kind;
mod lower;
mod meant;
mod object;
pub mod option;
mod refusal;
mod reply;
mod request;
mod schema;
mod time;
mod value;
mod version;
mod words;

pub use by_hand::Request;
pub use call::Call;
pub use endpoint::{
    Arg, Bytes, Duplex, Endpoint, Frames, Header, Info, Json, Lines, Method, Nothing, Place, Reply,
    Text, WebSocket,
};
pub use fault::Fault;
pub use framing::Framing;
pub use generated::{
    config, exec, network, node, plugin, secret, service, swarm, system, task, volume,
};
pub use hidden::{HIDDEN, holds_secrets, is_secret};
pub use meant::meant;
pub use refusal::{in_the_way, missing, usual_reason};
pub use schema::{Field, Object, Schema, Span};
pub use time::{NotATimestamp, Timestamp};
pub use value::{Args, Value};
pub use version::{ApiVersion, NotAVersion};

/// Every endpoint of the table.
pub fn endpoints() -> impl Iterator<Item = &'static Info> {
    generated::ENDPOINTS
        .iter()
        .flat_map(|noun| noun.iter().copied())
}

/// The endpoint called `id`, such as `container_logs`.
pub fn endpoint(id: &str) -> Option<&'static Info> {
    endpoints().find(|info| info.id == id)
}
