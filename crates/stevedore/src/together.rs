//! Several requests at a time, without a task for each.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use stevedore_client::Result;

/// So many run at the same time: about what an engine serves well, and few enough that
/// asking all of them at every wake-up costs nothing.
const AT_ONCE: usize = 16;

/// What all of them give, in their order; those that give nothing are left out.
///
/// At the first failure the others are dropped.
pub(crate) async fn together<T, F>(futures: impl IntoIterator<Item = F>) -> Result<Vec<T>>
where
    F: Future<Output = Result<Option<T>>>,
{
    let mut waiting = futures.into_iter().enumerate();
    let mut running: Vec<(usize, Pin<Box<F>>)> = Vec::new();
    let mut done = Vec::new();
    poll_fn(|cx| {
        loop {
            while running.len() < AT_ONCE {
                let Some((place, future)) = waiting.next() else {
                    break;
                };
                running.push((place, Box::pin(future)));
            }
            let mut failure = None;
            let before = running.len();
            running.retain_mut(|(place, future)| match future.as_mut().poll(cx) {
                Poll::Pending => true,
                Poll::Ready(Ok(value)) => {
                    done.extend(value.map(|value| (*place, value)));
                    false
                }
                Poll::Ready(Err(error)) => {
                    failure.get_or_insert(error);
                    false
                }
            });
            if let Some(error) = failure {
                return Poll::Ready(Err(error));
            }
            if running.is_empty() {
                return Poll::Ready(Ok(()));
            }
            // Where one has ended another takes its place, and must be asked before we wait.
            if running.len() == before {
                return Poll::Pending;
            }
        }
    })
    .await?;
    done.sort_by_key(|(place, _)| *place);
    Ok(done.into_iter().map(|(_, value)| value).collect())
}

#[cfg(test)]
mod tests {
    use stevedore_client::{Error, ErrorKind};
    use tokio::sync::Semaphore;

    use super::*;

    #[tokio::test]
    async fn all_are_done_in_their_order_and_few_at_a_time() {
        let (running, gate) = (std::cell::Cell::new(0), Semaphore::new(0));
        let most = std::cell::Cell::new(0);
        let futures = (0..100).map(|nth| {
            let (running, most, gate) = (&running, &most, &gate);
            async move {
                running.set(running.get() + 1);
                most.set(most.get().max(running.get()));
                if nth % 3 == 0 {
                    tokio::task::yield_now().await;
                }
                // The first ones end last.
                if nth < 15 {
                    let _ = gate.acquire().await.unwrap();
                } else if nth == 99 {
                    gate.add_permits(15);
                }
                running.set(running.get() - 1);
                Ok((nth != 50).then_some(nth))
            }
        });
        let done = together(futures).await.unwrap();
        let expected: Vec<_> = (0..100).filter(|nth| *nth != 50).collect();
        assert_eq!(done, expected);
        assert_eq!(most.get(), AT_ONCE);
    }

    #[tokio::test]
    async fn a_failure_ends_all() {
        let failure = || Error::new(ErrorKind::Protocol, "no");
        let futures = (0..3).map(|nth| async move {
            if nth == 1 {
                return Err(failure());
            }
            std::future::pending::<()>().await;
            Ok(Some(()))
        });
        let error = together(futures).await.unwrap_err();
        assert_eq!(error.to_string(), "no");
    }

    #[tokio::test]
    async fn none_is_done_at_once() {
        let none: [std::future::Ready<Result<Option<()>>>; 0] = [];
        assert!(together(none).await.unwrap().is_empty());
    }
}
