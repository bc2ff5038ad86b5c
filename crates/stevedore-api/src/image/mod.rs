//! Images: requests and replies, builds and registries too.

mod progress;

pub use self::progress::{Progress, ProgressDetail};
pub use crate::generated::image::*;
