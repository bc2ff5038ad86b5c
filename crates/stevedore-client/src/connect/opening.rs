//! The first byte of a connection shows whether both sides speak the same protocol.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::BoxStream;

/// The first byte of a TLS record that says what is wrong (RFC 8446, section 5.1).
const ALERT: u8 = 21;

#[derive(Clone, Copy)]
pub(super) enum Expected {
    Http,
    #[cfg(feature = "tls")]
    Tls,
}

/// The other side answers in the other protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unexpected {
    #[cfg(feature = "tls")]
    Http,
    Tls,
}

impl fmt::Display for Unexpected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            #[cfg(feature = "tls")]
            Self::Http => "it answers in plain HTTP, not in TLS; is the port right?",
            Self::Tls => {
                "it speaks TLS on that port; give the certificates (DOCKER_CERT_PATH), \
                 or `https://` as the protocol"
            }
        })
    }
}

impl std::error::Error for Unexpected {}

/// A stream that looks at the first byte that it reads.
pub(super) struct Opening {
    stream: BoxStream,
    expected: Option<Expected>,
}

impl Opening {
    pub(super) fn new(stream: BoxStream, expected: Expected) -> Self {
        Self {
            stream,
            expected: Some(expected),
        }
    }
}

impl AsyncRead for Opening {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = self.stream.as_mut().poll_read(cx, buf);
        if let Some(expected) = self.expected {
            if let Some(first) = buf.filled().get(before) {
                self.expected = None;
                let unexpected = match (expected, *first) {
                    // Every answer of HTTP/1 begins with `HTTP/`.
                    #[cfg(feature = "tls")]
                    (Expected::Tls, b'H') => Some(Unexpected::Http),
                    (Expected::Http, ALERT) => Some(Unexpected::Tls),
                    _ => None,
                };
                if let Some(unexpected) = unexpected {
                    return Poll::Ready(Err(io::Error::other(unexpected)));
                }
            }
        }
        polled
    }
}

impl AsyncWrite for Opening {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.stream.as_mut().poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream.as_mut().poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream.as_mut().poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.stream.as_mut().poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
