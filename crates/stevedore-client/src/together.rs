//! Several futures at a time.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

/// Waits for all of them at the same time; nothing is spawned.
pub(crate) async fn together<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    enum Slot<F: Future> {
        Waits(Pin<Box<F>>),
        Has(F::Output),
    }
    let mut slots: Vec<Slot<F>> = futures
        .into_iter()
        .map(|future| Slot::Waits(Box::pin(future)))
        .collect();
    poll_fn(|cx| {
        let mut waits = false;
        for slot in &mut slots {
            if let Slot::Waits(future) = slot {
                match future.as_mut().poll(cx) {
                    Poll::Ready(output) => *slot = Slot::Has(output),
                    Poll::Pending => waits = true,
                }
            }
        }
        if waits {
            Poll::Pending
        } else {
            Poll::Ready(())
        }
    })
    .await;
    slots
        .into_iter()
        .filter_map(|slot| match slot {
            Slot::Has(output) => Some(output),
            Slot::Waits(_) => None,
        })
        .collect()
}
