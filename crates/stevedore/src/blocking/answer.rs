//! An answer whose body is read piece by piece, without async.

use std::io::{self, Read};
use std::sync::Arc;

use bytes::{Buf, Bytes};
use stevedore_client::Result;

use super::docker::State;
use super::process::OfProcess;

/// An answer: its head is here, its body still to be read.
///
/// An iterator over the pieces of the body, which ends after a failure, and a
/// [`Read`]. Dropped before its end it closes the connection.
///
/// ```no_run
/// use stevedore::Request;
/// use stevedore::blocking::Docker;
///
/// let docker = Docker::from_env()?;
/// let mut archive = docker.request(&Request::get("/images/busybox/get"))?;
/// let mut file = std::fs::File::create("busybox.tar").unwrap();
/// std::io::copy(&mut archive, &mut file).unwrap();
/// # Ok::<(), stevedore::Error>(())
/// ```
#[derive(Debug)]
pub struct Answer {
    state: Arc<State>,
    inner: OfProcess<stevedore_client::Answer>,
    status: u16,
    /// What was pulled and not read yet.
    rest: Bytes,
    ended: bool,
}

impl Answer {
    pub(super) fn new(state: Arc<State>, answer: stevedore_client::Answer) -> Self {
        Self {
            state,
            status: answer.status(),
            inner: OfProcess::new(answer),
            rest: Bytes::new(),
            ended: false,
        }
    }

    /// The HTTP status; below 400 but for a request by hand.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// See [`stevedore_client::Answer::bytes`]: the body, or what of it was not read yet.
    pub fn bytes(self) -> Result<Bytes> {
        let Self {
            state,
            inner,
            rest,
            ended,
            ..
        } = self;
        if ended {
            return Ok(rest);
        }
        let body = state.wait(inner.take()?.bytes())?;
        if rest.is_empty() {
            return Ok(body);
        }
        Ok([rest, body].concat().into())
    }

    /// The same as text.
    pub fn text(self) -> Result<String> {
        let bytes = self.bytes()?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn try_next(&mut self) -> Result<Option<Bytes>> {
        if !self.rest.is_empty() {
            return Ok(Some(std::mem::take(&mut self.rest)));
        }
        if self.ended {
            return Ok(None);
        }
        let pulled = self.state.wait(self.inner.get_mut()?.next());
        self.ended = !matches!(pulled, Ok(Some(_)));
        pulled
    }
}

impl Iterator for Answer {
    type Item = Result<Bytes>;

    fn next(&mut self) -> Option<Result<Bytes>> {
        self.try_next().transpose()
    }
}

impl Read for Answer {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.rest.is_empty() {
            match self.try_next() {
                Ok(Some(bytes)) => self.rest = bytes,
                Ok(None) => return Ok(0),
                Err(error) => return Err(io::Error::other(error)),
            }
        }
        let count = self.rest.len().min(buffer.len());
        if let Some(part) = buffer.get_mut(..count) {
            self.rest.copy_to_slice(part);
        }
        Ok(count)
    }
}
