//! What goes along with a request.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use http_body::{Body, Frame, SizeHint};

type Parts = Pin<Box<dyn Stream<Item = std::io::Result<Bytes>> + Send>>;

/// The bytes that go along with a request: a build context, an archive.
#[derive(Default)]
pub struct Upload(Kind);

#[derive(Default)]
enum Kind {
    #[default]
    Nothing,
    Whole(Bytes),
    Parts {
        parts: Parts,
        /// Set while they have none ready, where somebody wants to know.
        starved: Option<Arc<AtomicBool>>,
    },
}

impl Upload {
    /// No bytes.
    pub fn nothing() -> Self {
        Self::default()
    }

    /// These bytes.
    pub fn bytes(bytes: impl Into<Bytes>) -> Self {
        Self(Kind::Whole(bytes.into()))
    }

    /// The bytes of a stream, sent as they come; an error breaks the request off.
    pub fn stream(parts: impl Stream<Item = std::io::Result<Bytes>> + Send + 'static) -> Self {
        Self(Kind::Parts {
            parts: Box::pin(parts),
            starved: None,
        })
    }

    /// Notes from now on where the stream has no bytes ready.
    pub(crate) fn note_starved(&mut self, note: Arc<AtomicBool>) {
        if let Kind::Parts { starved, .. } = &mut self.0 {
            *starved = Some(note);
        }
    }

    /// The bytes, where all of them are here.
    pub(crate) fn known(&self) -> Option<&Bytes> {
        match &self.0 {
            Kind::Whole(bytes) => Some(bytes),
            Kind::Nothing | Kind::Parts { .. } => None,
        }
    }

    /// Whether the bytes can't be sent a second time.
    pub(crate) fn is_stream(&self) -> bool {
        matches!(self.0, Kind::Parts { .. })
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Nothing => f.write_str("Upload(nothing)"),
            Kind::Whole(bytes) => write!(f, "Upload({} bytes)", bytes.len()),
            Kind::Parts { .. } => f.write_str("Upload(stream)"),
        }
    }
}

impl Body for Upload {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<std::io::Result<Frame<Bytes>>>> {
        match &mut self.0 {
            Kind::Nothing => Poll::Ready(None),
            Kind::Whole(bytes) => {
                let bytes = std::mem::take(bytes);
                self.0 = Kind::Nothing;
                Poll::Ready(Some(Ok(Frame::data(bytes))))
            }
            Kind::Parts { parts, starved } => {
                let polled = parts.as_mut().poll_next(cx);
                if let Some(starved) = starved {
                    starved.store(polled.is_pending(), Ordering::Relaxed);
                }
                polled.map(|part| part.map(|part| part.map(Frame::data)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.0, Kind::Nothing)
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Nothing => SizeHint::with_exact(0),
            Kind::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Kind::Parts { .. } => SizeHint::default(),
        }
    }
}
