//! A connection that the engine has handed over.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Waker};

use bytes::Bytes;
use stevedore_api::{Framing, Info};
use tokio::io::{AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf};

use super::Chunks;
use crate::Result;
use crate::client::cut_off;
use crate::connect::BoxStream;

/// A connection that the engine has handed over, in both directions.
pub struct Duplex {
    read: ReadHalf<BoxStream>,
    write: WriteHalf<BoxStream>,
    first: Bytes,
}

impl Duplex {
    pub(crate) fn new(stream: BoxStream, first: Bytes) -> Self {
        let (read, write) = tokio::io::split(stream);
        Self { read, write, first }
    }

    /// The two directions: what comes out, and what goes in.
    ///
    /// They are used independently; the socket closes when both are dropped.
    pub fn split(self, framing: Framing, info: &'static Info) -> (Chunks, Input) {
        let chunks = Chunks::of_stream(self.read, self.first, framing, info);
        let input = Input {
            write: self.write,
            info,
            open: true,
        };
        (chunks, input)
    }

    /// The two halves, and what was read already: for a protocol of its own.
    #[cfg(feature = "websocket")]
    pub(crate) fn into_parts(self) -> (BoxStream, Bytes) {
        (self.read.unsplit(self.write), self.first)
    }

    /// Only what comes out.
    pub(crate) fn into_chunks(self, framing: Framing, info: &'static Info) -> Chunks {
        Chunks::of_stream(self.read, self.first, framing, info)
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
}

impl Input {
    /// Writes all of `bytes`.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let written = async {
            self.write.write_all(bytes).await?;
            self.write.flush().await
        };
        written.await.map_err(|error| cut_off(self.info, error))
    }

    /// Writes some of `bytes`, at least one, and says how many. Given up, it has
    /// written none.
    pub async fn write_some(&mut self, bytes: &[u8]) -> Result<usize> {
        let written = self.write.write(bytes).await;
        written.map_err(|error| cut_off(self.info, error))
    }

    /// Ends it: the other side reads an end of file, and its output goes on.
    pub async fn close(mut self) -> Result<()> {
        self.open = false;
        self.write
            .shutdown()
            .await
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
