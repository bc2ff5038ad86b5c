//! What was promised and must still be done when its owner is gone.

use std::fmt;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};

use stevedore_client::{Error, Result};

pub(crate) type Task = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// Removals that were promised by things that are dropped.
///
/// Dropping can't wait, so it leaves the work here; [`Docker::close`](crate::Docker::close)
/// does it and reports, and each wait of the blocking face does it on the way.
#[derive(Default)]
pub(crate) struct Cleanup {
    due: Mutex<Vec<Task>>,
    /// What failed on the way of another call, to be reported by `close`.
    failed: Mutex<Option<Error>>,
}

impl Cleanup {
    pub(crate) fn add(&self, task: Task) {
        lock(&self.due).push(task);
    }

    /// Does all that is due; the first failure is kept for [`close`](Self::close).
    pub(crate) async fn drain(&self) {
        loop {
            let Some(task) = lock(&self.due).pop() else {
                return;
            };
            let mut under_way = UnderWay {
                cleanup: self,
                task: Some(task),
            };
            self.note(under_way.done().await);
        }
    }

    /// Keeps a failure for [`close`](Self::close), unless an earlier one waits there.
    pub(crate) fn note(&self, done: Result<()>) {
        if let Err(error) = done {
            lock(&self.failed).get_or_insert(error);
        }
    }

    /// Does all that is due; the first failure is reported after the last was tried.
    pub(crate) async fn close(&self) -> Result<()> {
        self.drain().await;
        lock(&self.failed).take().map_or(Ok(()), Err)
    }
}

/// A task that is being done. Given up half way, it is due again.
struct UnderWay<'a> {
    cleanup: &'a Cleanup,
    task: Option<Task>,
}

impl UnderWay<'_> {
    async fn done(&mut self) -> Result<()> {
        let done = match &mut self.task {
            Some(task) => task.await,
            None => Ok(()),
        };
        self.task = None;
        done
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        if let Some(task) = self.task.take() {
            self.cleanup.add(task);
        }
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Cleanup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cleanup({} due)", lock(&self.due).len())
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use stevedore_client::ErrorKind;

    use super::*;

    fn poll<F: Future>(future: F) -> Poll<F::Output> {
        pin!(future).poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn what_is_given_up_half_way_is_due_again() {
        let cleanup = Cleanup::default();
        cleanup.add(Box::pin(pending()));
        assert!(poll(cleanup.close()).is_pending());
        assert_eq!(format!("{cleanup:?}"), "Cleanup(1 due)");
    }

    #[test]
    fn a_failure_on_the_way_is_reported_by_close_and_the_rest_is_done() {
        let cleanup = Cleanup::default();
        cleanup.add(Box::pin(ready(Ok(()))));
        cleanup.add(Box::pin(ready(Err(Error::new(ErrorKind::Refused, "no")))));
        assert!(poll(cleanup.drain()).is_ready());
        assert_eq!(format!("{cleanup:?}"), "Cleanup(0 due)");
        assert!(
            matches!(poll(cleanup.close()), Poll::Ready(Err(error)) if error.to_string() == "no")
        );
        assert!(matches!(poll(cleanup.close()), Poll::Ready(Ok(()))));
    }
}
