//! A stream of JSON values.

use std::fmt;
use std::marker::PhantomData;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use futures_core::Stream;
use serde::de::DeserializeOwned;
use stevedore_api::Info;

use super::ValueDecoder;
use crate::answer::{Answer, not_json};
use crate::{Error, Result};

/// A stream of JSON values, each a `T`, pulled one by one.
///
/// Dropping it closes the connection. A pull that was given up loses nothing. It is a [`Stream`],
/// too.
pub struct Lines<T> {
    answer: Option<Answer>,
    info: &'static Info,
    decoder: ValueDecoder,
    of: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> Lines<T> {
    pub(crate) fn new(answer: Answer) -> Self {
        Self {
            info: answer.endpoint(),
            answer: Some(answer),
            decoder: ValueDecoder::new(),
            of: PhantomData,
        }
    }

    /// The endpoint that answers.
    pub fn endpoint(&self) -> &'static Info {
        self.info
    }

    /// The next value, or nothing at the end of the stream.
    pub async fn try_next(&mut self) -> Result<Option<T>> {
        loop {
            if let Some(text) = self.decoder.next().map_err(|error| self.fail(error))? {
                return serde_json::from_slice(&text)
                    .map(Some)
                    .map_err(|error| self.fail(not_json(self.info, &text, error)));
            }
            let Some(answer) = &mut self.answer else {
                return Ok(None);
            };
            match answer.next().await {
                Ok(Some(bytes)) => self.decoder.push(&bytes),
                Ok(None) => {
                    if let Some(answer) = self.answer.take() {
                        answer.finish();
                    }
                    self.decoder.finish().map_err(|error| error.at(self.info))?;
                }
                Err(error) => return Err(self.fail(error)),
            }
        }
    }

    /// After a failure nothing more is read.
    fn fail(&mut self, error: Error) -> Error {
        self.answer = None;
        self.decoder = ValueDecoder::new();
        error.at(self.info)
    }
}

impl<T: DeserializeOwned> Stream for Lines<T> {
    type Item = Result<T>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        // A pull that is given up loses nothing.
        let pull = pin!(self.get_mut().try_next());
        pull.poll(cx).map(Result::transpose)
    }
}

impl<T> fmt::Debug for Lines<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lines")
            .field("endpoint", &self.info.id)
            .finish_non_exhaustive()
    }
}
