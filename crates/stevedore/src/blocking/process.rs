//! Things that belong to one process, which may fork.

use std::fmt;

use stevedore_client::{Error, ErrorKind, Result};

/// Something that belongs to the process that made it.
///
/// In a forked child it is refused, and forgotten instead of dropped: closing a
/// connection there would take it out of the parent's reactor, which both share.
pub(super) struct OfProcess<T> {
    process: u32,
    value: Option<T>,
}

impl<T> OfProcess<T> {
    pub(super) fn new(value: T) -> Self {
        Self {
            process: std::process::id(),
            value: Some(value),
        }
    }

    pub(super) fn is_ours(&self) -> bool {
        self.process == std::process::id()
    }

    pub(super) fn get(&self) -> Result<&T> {
        match &self.value {
            Some(value) if self.is_ours() => Ok(value),
            _ => Err(stale()),
        }
    }

    pub(super) fn get_mut(&mut self) -> Result<&mut T> {
        let ours = self.is_ours();
        match &mut self.value {
            Some(value) if ours => Ok(value),
            _ => Err(stale()),
        }
    }

    pub(super) fn take(mut self) -> Result<T> {
        if !self.is_ours() {
            return Err(stale());
        }
        self.value.take().ok_or_else(stale)
    }
}

impl<T> Drop for OfProcess<T> {
    fn drop(&mut self) {
        if !self.is_ours() {
            std::mem::forget(self.value.take());
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for OfProcess<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => value.fmt(f),
            None => f.write_str("nothing"),
        }
    }
}

fn stale() -> Error {
    Error::new(
        ErrorKind::Settings,
        "this belongs to the process that opened it; open another in the forked child",
    )
}
