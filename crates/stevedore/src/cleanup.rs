//! What was promised and must still be done when its owner is gone.

use std::fmt;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};

use stevedore_client::Result;

pub(crate) type Task = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// Removals that were promised by things that are dropped.
///
/// Dropping can't wait, so it leaves the work here; [`Docker::close`](crate::Docker::close)
/// does it, and so does every wait of the blocking face.
#[derive(Default)]
pub(crate) struct Cleanup(Mutex<Vec<Task>>);

impl Cleanup {
    pub(crate) fn add(&self, task: Task) {
        self.lock().push(task);
    }

    /// Does all that is due; the first failure is reported after the last was tried.
    pub(crate) async fn drain(&self) -> Result<()> {
        let mut outcome = Ok(());
        loop {
            let Some(task) = self.lock().pop() else {
                return outcome;
            };
            // Given up while it waits, the task is dropped: a caller who stops waiting is told so.
            let done = task.await;
            if outcome.is_ok() {
                outcome = done;
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Task>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Cleanup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cleanup({} due)", self.lock().len())
    }
}
