//! A story that tells its steps to whoever waits on it.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use stevedore_api::image::Progress;

use super::Container;
use crate::Reference;

/// What happens before a container of [`run`](super::Containers::run) is running.
#[derive(Debug)]
#[non_exhaustive]
pub enum Step {
    /// The engine does not have the image; it is pulled now.
    ImageMissing(Reference),
    /// The pull goes on.
    Progress(Progress),
    /// The container is made. It is not started yet.
    Created {
        /// The container.
        container: Container,
        /// What the engine did not like about the request.
        warnings: Vec<String>,
    },
}

/// Where the story puts its next step.
#[derive(Clone, Default)]
pub(super) struct Teller(Arc<Mutex<Option<Step>>>);

impl Teller {
    /// Tells a step, and goes on once it was taken.
    pub(super) async fn tell(&self, step: Step) {
        *self.lock() = Some(step);
        // Only `Story::next` polls, and only after it has taken the step.
        poll_fn(|_| match *self.lock() {
            Some(_) => Poll::Pending,
            None => Poll::Ready(()),
        })
        .await;
    }

    fn take(&self) -> Option<Step> {
        self.lock().take()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Step>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A future with steps on the way. Waiting for one can be given up: the story
/// goes on with the next wait.
pub(super) struct Story<T> {
    teller: Teller,
    future: Option<Pin<Box<dyn Future<Output = T> + Send>>>,
}

/// A step, or the end of the story.
pub(super) enum Told<T> {
    Step(Step),
    End(T),
}

impl<T> Story<T> {
    pub(super) fn new<F>(write: impl FnOnce(Teller) -> F) -> Self
    where
        F: Future<Output = T> + Send + 'static,
    {
        let teller = Teller::default();
        Self {
            future: Some(Box::pin(write(teller.clone()))),
            teller,
        }
    }

    /// The next step or the end; nothing after the end.
    pub(super) async fn next(&mut self) -> Option<Told<T>> {
        poll_fn(|cx| self.poll(cx)).await
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Told<T>>> {
        let Some(future) = &mut self.future else {
            return Poll::Ready(None);
        };
        let polled = future.as_mut().poll(cx);
        match (polled, self.teller.take()) {
            (Poll::Ready(end), _) => {
                self.future = None;
                Poll::Ready(Some(Told::End(end)))
            }
            (Poll::Pending, Some(step)) => Poll::Ready(Some(Told::Step(step))),
            (Poll::Pending, None) => Poll::Pending,
        }
    }
}
