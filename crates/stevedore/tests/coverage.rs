//! Every endpoint, called through its request type against a private engine.
//!
//! Only `cargo xtask coverage` runs this: it makes the engine a swarm and leaves
//! it again. Each call is written to the file that `STEVEDORE_COVERAGE` names,
//! with the JSON as it came, for the command to hold against the catalogue.
#![cfg(feature = "websocket")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "coverage/archive.rs"]
mod archive;
#[path = "coverage/containers.rs"]
mod containers;
#[path = "coverage/images.rs"]
mod images;
#[path = "coverage/locked.rs"]
mod locked;
#[path = "coverage/networks.rs"]
mod networks;
#[path = "coverage/plugins.rs"]
mod plugins;
#[path = "coverage/story.rs"]
mod story;
#[path = "coverage/swarm.rs"]
mod swarm;
#[path = "coverage/system.rs"]
mod system;
