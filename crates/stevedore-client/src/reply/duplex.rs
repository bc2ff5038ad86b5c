//! A connection that the engine has handed over.

use std::fmt;
use std::pin::{Pin, pin};
use std::task::{Context, Waker};

use bytes::Bytes;
use stevedore_api::{Framing, Info};
use tokio::io::{AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf};

use super::Chunks;
use crate::Result;
use crate::answer::cut_off;
use crate::connect::BoxStream;
use crate::patience::{Patience, Under, within};

/// A connection that the engine has handed over, in both directions.
pub struct Duplex {
    read: ReadHalf<BoxStream>,
    write: WriteHalf<BoxStream>,
    first: Bytes,
    patience: Option<Patience>,
}

impl Duplex {
    pub(crate) fn new(stream: BoxStream, first: Bytes, patience: Option<Patience>) -> Self {
        let (read, write) = tokio::io::split(stream);
        Self {
            read,
            write,
            first,
            patience,
        }
    }

    /// The two directions: what comes out, and what goes in.
    ///
    /// They are used independently; the socket closes when both are dropped.
    pub fn split(self, framing: Framing, info: &'static Info) -> (Chunks, Input) {
        let input = Input {
            write: self.write,
            info,
            open: true,
            patience: self.patience.as_ref().and_then(Patience::twin),
        };
        let chunks = Chunks::of_stream(self.read, self.first, self.patience, framing, info);
        (chunks, input)
    }

    /// The two halves, and what was read already: for a protocol of its own.
    #[cfg(feature = "websocket")]
    pub(crate) fn into_parts(self) -> (BoxStream, Bytes, Option<Patience>) {
        let stream = self.read.unsplit(self.write);
        (stream, self.first, self.patience)
    }

    /// Only what comes out.
    pub(crate) fn into_chunks(self, framing: Framing, info: &'static Info) -> Chunks {
        Chunks::of_stream(self.read, self.first, self.patience, framing, info)
    }
}

impl fmt::Debug for Duplex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Duplex").finish_non_exhaustive()
    }
}

/// Standard input of the other side. Dropping it is its end, as closing it is.
pub struct Input {
    write: WriteHalf<BoxStream>,
    info: &'static Info,
    open: bool,
    patience: Option<Patience>,
}

impl Input {
    /// Writes all of `bytes`.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let written = pin!(async {
            self.write.write_all(bytes).await?;
            self.write.flush().await
        });
        within(self.patience.as_mut(), Under::Talking, written)
            .await?
            .map_err(|error| cut_off(self.info, error))
    }

    /// Writes some of `bytes`, at least one, and says how many. Given up, it has
    /// written none.
    pub async fn write_some(&mut self, bytes: &[u8]) -> Result<usize> {
        let written = pin!(self.write.write(bytes));
        within(self.patience.as_mut(), Under::Talking, written)
            .await?
            .map_err(|error| cut_off(self.info, error))
    }

    /// Ends it: the other side reads an end of file, and its output goes on.
    pub async fn close(mut self) -> Result<()> {
        self.open = false;
        let closed = pin!(self.write.shutdown());
        within(self.patience.as_mut(), Under::Talking, closed)
            .await?
            .map_err(|error| cut_off(self.info, error))
    }
}

impl Drop for Input {
    fn drop(&mut self) {
        if self.open {
            // On a socket a half-close is done at once or not at all.
            let mut cx = Context::from_waker(Waker::noop());
            let _ = Pin::new(&mut self.write).poll_shutdown(&mut cx);
        }
    }
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Input").finish_non_exhaustive()
    }
}
