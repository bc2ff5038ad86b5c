//! How much of a log.

use crate::Value;

/// How many lines from the end of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tail {
    /// All there are.
    All,
    /// This many.
    Lines(u32),
}

impl From<u32> for Tail {
    fn from(lines: u32) -> Self {
        Self::Lines(lines)
    }
}

impl From<Tail> for Value {
    fn from(tail: Tail) -> Self {
        match tail {
            Tail::All => "all".into(),
            Tail::Lines(lines) => lines.into(),
        }
    }
}
