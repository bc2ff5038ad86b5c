//! The engine itself: ping and version.

pub use stevedore_api::system::*;
