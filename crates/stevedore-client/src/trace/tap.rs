//! A stream whose traffic is told.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::{Mask, Trace, Traffic};
use crate::connect::BoxStream;

/// A connection that was handed over, and is watched.
pub(crate) struct Tap {
    stream: BoxStream,
    trace: Trace,
    read: Mask,
    written: Mask,
}

impl Tap {
    /// `read` is the mask of what was read already.
    pub(crate) fn new(stream: BoxStream, trace: Trace, read: Mask) -> Self {
        Self {
            stream,
            trace,
            read,
            written: Mask::default(),
        }
    }
}

impl AsyncRead for Tap {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let tap = &mut *self;
        let before = buf.filled().len();
        let polled = tap.stream.as_mut().poll_read(cx, buf);
        if let Some(fresh) = buf.filled().get(before..).filter(|it| !it.is_empty()) {
            tap.trace.tell(Traffic::Received(&tap.read.hide(fresh)));
        }
        polled
    }
}

impl AsyncWrite for Tap {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let tap = &mut *self;
        let polled = tap.stream.as_mut().poll_write(cx, bytes);
        if let Poll::Ready(Ok(count)) = &polled {
            let written = bytes.get(..*count).unwrap_or_default();
            tap.trace.tell(Traffic::Sent(&tap.written.hide(written)));
        }
        polled
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream.as_mut().poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream.as_mut().poll_shutdown(cx)
    }
}
