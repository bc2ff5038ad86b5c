//! Things that belong to one process, which R may fork.

use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};

/// Something that belongs to the process that made it.
///
/// In a forked child it is forgotten, never dropped: closing the connections
/// there would take them out of the parent's event queue, which both share.
pub(crate) struct OfProcess<T> {
    pid: u32,
    value: ManuallyDrop<T>,
}

impl<T> OfProcess<T> {
    pub(crate) fn new(value: T) -> Self {
        Self {
            pid: std::process::id(),
            value: ManuallyDrop::new(value),
        }
    }

    pub(crate) fn is_ours(&self) -> bool {
        self.pid == std::process::id()
    }
}

impl<T> Deref for OfProcess<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for OfProcess<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T> Drop for OfProcess<T> {
    fn drop(&mut self) {
        if self.is_ours() {
            #[allow(unsafe_code, reason = "the way to drop what may also be forgotten")]
            // SAFETY: the value is not used again, for its owner is being dropped.
            unsafe {
                ManuallyDrop::drop(&mut self.value);
            }
        }
    }
}
