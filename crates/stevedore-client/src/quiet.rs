//! Wakes that nobody needs to hear of.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

/// Between what is polled together and who polls it.
///
/// A request, its answer and the connection that carries both wake each other while they are
/// polled. A runtime takes each of these wakes for news: it asks the system what has happened,
/// and polls once more, for nothing. So a wake goes through to it only where nobody is at it.
pub(crate) struct Quiet {
    shared: Arc<Shared>,
    waker: Waker,
}

struct Shared {
    state: AtomicU8,
    outer: Mutex<Waker>,
}

/// Nobody polls: a wake goes through.
const LEFT: u8 = 0;
/// Somebody polls.
const POLLED: u8 = 1;
/// Somebody polls, and it was woken since the last [`Quiet::heed`].
const WOKEN: u8 = 2;

impl Quiet {
    pub(crate) fn new() -> Self {
        let shared = Arc::new(Shared {
            state: AtomicU8::new(LEFT),
            outer: Mutex::new(Waker::noop().clone()),
        });
        Self {
            waker: Waker::from(Arc::clone(&shared)),
            shared,
        }
    }

    /// Polls by `poll`, and lets a wake through only if there is still something to do.
    pub(crate) fn poll<T>(
        &self,
        cx: &mut Context<'_>,
        poll: impl FnOnce(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<T> {
        self.shared.report_to(cx.waker());
        self.shared.state.store(POLLED, Ordering::SeqCst);
        let polled = poll(&mut Context::from_waker(&self.waker));
        let state = self.shared.state.swap(LEFT, Ordering::SeqCst);
        if state == WOKEN && polled.is_pending() {
            cx.waker().wake_by_ref();
        }
        polled
    }

    /// From now on a wake counts: to be called before the part that does the work is polled,
    /// which then sees what the wakes before were about.
    pub(crate) fn heed(&self) {
        self.shared.state.store(POLLED, Ordering::SeqCst);
    }
}

impl Shared {
    fn report_to(&self, waker: &Waker) {
        let mut outer = self.outer.lock().unwrap_or_else(PoisonError::into_inner);
        if !outer.will_wake(waker) {
            let before = std::mem::replace(&mut *outer, waker.clone());
            // It may be the last that holds a task, and a task that goes may wake this one.
            drop(outer);
            drop(before);
        }
    }
}

impl Wake for Shared {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let noted = self
            .state
            .compare_exchange(POLLED, WOKEN, Ordering::SeqCst, Ordering::SeqCst);
        if noted == Err(LEFT) {
            let outer = self
                .outer
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone();
            outer.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// How often who polls is woken while `poll` goes on.
    fn wakes<T>(quiet: &Quiet, poll: impl FnOnce(&mut Context<'_>) -> Poll<T>) -> usize {
        let count = Arc::new(Count::default());
        let waker = Waker::from(Arc::clone(&count));
        let _ = quiet.poll(&mut Context::from_waker(&waker), poll);
        count.0.load(Ordering::SeqCst)
    }

    #[test]
    fn a_wake_of_what_is_polled_goes_through_only_if_it_must_be_polled_again() {
        let quiet = Quiet::new();
        let done = wakes(&quiet, |cx| {
            cx.waker().wake_by_ref();
            Poll::Ready(())
        });
        assert_eq!(done, 0);
        let heard_of_by_the_work = wakes(&quiet, |cx| {
            cx.waker().wake_by_ref();
            quiet.heed();
            Poll::<()>::Pending
        });
        assert_eq!(heard_of_by_the_work, 0);
        let after_the_work = wakes(&quiet, |cx| {
            quiet.heed();
            cx.waker().wake_by_ref();
            cx.waker().wake_by_ref();
            Poll::<()>::Pending
        });
        assert_eq!(after_the_work, 1);
    }

    #[test]
    fn a_wake_from_outside_reaches_who_polled_last() {
        let quiet = Quiet::new();
        let counts = [(); 2].map(|()| Arc::new(Count::default()));
        let mut inner = None;
        for count in &counts {
            let waker = Waker::from(Arc::clone(count));
            let polled = quiet.poll(&mut Context::from_waker(&waker), |cx| {
                quiet.heed();
                inner = Some(cx.waker().clone());
                Poll::<()>::Pending
            });
            assert!(polled.is_pending());
        }
        inner.unwrap().wake();
        assert_eq!(counts.map(|count| count.0.load(Ordering::SeqCst)), [0, 1]);
    }
}
