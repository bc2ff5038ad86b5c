//! Decoding what an engine streams.
//!
//! The decoders are pure: bytes are pushed in, items come out, and any split
//! of the same bytes gives the same items.

mod chunks;
mod duplex;
mod frames;
mod lines;
mod values;
#[cfg(feature = "websocket")]
mod websocket;

pub use chunks::Chunks;
pub use duplex::{Duplex, Input};
pub use frames::{Chunk, FrameDecoder, Source};
pub use lines::Lines;
pub use values::ValueDecoder;
#[cfg(feature = "websocket")]
pub use websocket::WebSocket;
