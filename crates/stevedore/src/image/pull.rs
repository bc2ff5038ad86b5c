//! Progress of a pull or a load.

use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use futures_core::Stream;
use stevedore_api::image::Progress;
use stevedore_client::{Lines, Result};

/// The progress of a pull or a load, line by line.
///
/// A failure that the engine reports inside the stream is an error of kind
/// `Stream`. Dropping it before its end breaks the work off. It is a [`Stream`], too.
#[derive(Debug)]
pub struct Pulling(Lines<Progress>);

impl Pulling {
    pub(crate) fn new(lines: Lines<Progress>) -> Self {
        Self(lines)
    }

    /// The next line, or nothing once it is done.
    pub async fn try_next(&mut self) -> Result<Option<Progress>> {
        let Some(progress) = self.0.try_next().await? else {
            return Ok(None);
        };
        match super::failure(&progress) {
            Some(error) => Err(error.at(self.0.endpoint())),
            None => Ok(Some(progress)),
        }
    }

    /// Waits until it is done.
    pub async fn done(mut self) -> Result<()> {
        while self.try_next().await?.is_some() {}
        Ok(())
    }
}

impl Stream for Pulling {
    type Item = Result<Progress>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Progress>>> {
        // A pull that is given up loses nothing.
        let pull = pin!(self.get_mut().try_next());
        pull.poll(cx).map(Result::transpose)
    }
}
