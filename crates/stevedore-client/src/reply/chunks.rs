//! Output, pulled piece by piece.

use std::fmt;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use stevedore_api::{Framing, Info};
use tokio::io::{AsyncReadExt, ReadHalf};

use super::{Chunk, FrameDecoder};
use crate::answer::{Answer, cut_off};
use crate::connect::BoxStream;
use crate::patience::{Patience, Under};
use crate::{Error, Result};

/// Output, pulled piece by piece.
///
/// Dropping it closes its socket at once. A pull that was given up loses nothing. It is a
/// [`Stream`], too.
pub struct Chunks {
    from: From,
    framing: Framing,
    decoder: FrameDecoder,
    info: &'static Info,
}

enum From {
    Answer(Box<Answer>),
    Stream {
        half: ReadHalf<BoxStream>,
        /// What was read together with the head of the answer.
        first: Bytes,
        buffer: BytesMut,
        patience: Option<Patience>,
    },
    End,
}

impl Chunks {
    const BUFFER: usize = 64 << 10;
    /// With less room than this a new buffer is begun.
    const ROOM: usize = 4 << 10;

    pub(crate) fn of_answer(answer: Answer, framing: Framing, info: &'static Info) -> Self {
        Self::new(From::Answer(Box::new(answer)), framing, info)
    }

    pub(crate) fn of_stream(
        half: ReadHalf<BoxStream>,
        first: Bytes,
        patience: Option<Patience>,
        framing: Framing,
        info: &'static Info,
    ) -> Self {
        let from = From::Stream {
            half,
            first,
            buffer: BytesMut::new(),
            patience,
        };
        Self::new(from, framing, info)
    }

    fn new(from: From, framing: Framing, info: &'static Info) -> Self {
        Self {
            from,
            framing,
            decoder: FrameDecoder::new(framing),
            info,
        }
    }

    /// Whether it is one raw stream, as a terminal gives it.
    pub fn is_raw(&self) -> bool {
        self.framing == Framing::Raw
    }

    /// Whether the piece that was given last is the start of a frame.
    ///
    /// See [`FrameDecoder::begins`].
    pub fn begins_frame(&self) -> bool {
        self.decoder.begins()
    }

    /// The next piece, or nothing at the end.
    pub async fn try_next(&mut self) -> Result<Option<Chunk>> {
        poll_fn(|cx| self.poll_chunk(cx)).await
    }

    /// The next piece as [`try_next`](Self::try_next) gives it, however long it takes:
    /// [`Settings::idle_timeout`](crate::Settings::idle_timeout) is not looked at, for those who
    /// wait for something else beside it.
    pub fn poll_unhurried(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Chunk>>> {
        let laid_aside = self.patience().and_then(Option::take);
        let polled = self.poll_chunk(cx);
        if let (Some(patience), Some(mut laid_aside)) = (self.patience(), laid_aside) {
            laid_aside.rest();
            *patience = Some(laid_aside);
        }
        polled
    }

    fn patience(&mut self) -> Option<&mut Option<Patience>> {
        match &mut self.from {
            From::Answer(answer) => Some(answer.patience()),
            From::Stream { patience, .. } => Some(patience),
            From::End => None,
        }
    }

    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Chunk>>> {
        loop {
            match self.decoder.next() {
                Ok(Some(chunk)) => return Poll::Ready(Ok(Some(chunk))),
                Ok(None) => {}
                Err(error) => return Poll::Ready(Err(self.fail(error))),
            }
            let read = match &mut self.from {
                From::End => return Poll::Ready(Ok(None)),
                From::Answer(answer) => ready!(answer.poll_piece(cx)),
                From::Stream {
                    half,
                    first,
                    buffer,
                    patience,
                } => {
                    if first.is_empty() {
                        match (read_some(half, buffer, cx), patience) {
                            (Poll::Pending, None) => return Poll::Pending,
                            (Poll::Pending, Some(patience)) => {
                                Err(ready!(patience.poll_end(Under::Talking, cx)))
                            }
                            (Poll::Ready(read), patience) => {
                                patience.iter_mut().for_each(Patience::rest);
                                read.map_err(|error| cut_off(self.info, error))
                            }
                        }
                    } else {
                        Ok(Some(std::mem::take(first)))
                    }
                }
            };
            match read {
                Ok(Some(bytes)) => self.decoder.push(bytes),
                Ok(None) => {
                    if let From::Answer(answer) = std::mem::replace(&mut self.from, From::End) {
                        answer.finish();
                    }
                    if let Err(error) = self.decoder.finish() {
                        return Poll::Ready(Err(self.fail(error)));
                    }
                }
                Err(error) => return Poll::Ready(Err(self.fail(error))),
            }
        }
    }

    /// After a failure nothing more is read.
    fn fail(&mut self, error: Error) -> Error {
        self.from = From::End;
        self.decoder = FrameDecoder::new(self.framing);
        error.at(self.info)
    }
}

/// What has come, or nothing at the end.
///
/// Small pieces share one buffer, so that those who keep them keep little more than their bytes.
fn read_some(
    half: &mut ReadHalf<BoxStream>,
    buffer: &mut BytesMut,
    cx: &mut Context<'_>,
) -> Poll<std::io::Result<Option<Bytes>>> {
    if buffer.capacity() < Chunks::ROOM {
        buffer.reserve(Chunks::BUFFER);
    }
    let count = ready!(pin!(half.read_buf(buffer)).poll(cx))?;
    Poll::Ready(Ok((count > 0).then(|| buffer.split().freeze())))
}

impl Stream for Chunks {
    type Item = Result<Chunk>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Chunk>>> {
        self.get_mut().poll_chunk(cx).map(Result::transpose)
    }
}

impl fmt::Debug for Chunks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chunks")
            .field("endpoint", &self.info.id)
            .field("framing", &self.framing)
            .finish_non_exhaustive()
    }
}
