//! One HTTP/1.1 connection, driven by whoever waits on it.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body as _;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;

use crate::body::Upload;
use crate::connect::BoxStream;

type Driver = http1::Connection<TokioIo<BoxStream>, Upload>;

/// A connection that is free for a request.
pub(crate) struct Connection {
    sender: http1::SendRequest<Upload>,
    driver: Driver,
}

/// Why there is no answer.
pub(crate) struct Broken {
    pub(crate) error: hyper::Error,
    /// The request, where not a byte of it was written.
    pub(crate) unsent: Option<Request<Upload>>,
}

impl Connection {
    pub(crate) async fn open(stream: BoxStream) -> hyper::Result<Self> {
        let (sender, driver) = http1::Builder::new()
            // A listing or a log is read in large pieces or small ones as it comes.
            .max_buf_size(1 << 20)
            .handshake(TokioIo::new(stream))
            .await?;
        Ok(Self { sender, driver })
    }

    /// Whether a request can go out; notices when the engine has closed it.
    pub(crate) fn is_free(&mut self) -> bool {
        let mut cx = Context::from_waker(Waker::noop());
        let open = self.driver.poll_without_shutdown(&mut cx).is_pending();
        open && self.sender.is_ready()
    }

    /// Sends a request and waits for the head of its answer.
    pub(crate) async fn exchange(
        mut self,
        request: Request<Upload>,
    ) -> Result<(Response<Incoming>, Self), Broken> {
        let response = {
            let mut answer = pin!(self.sender.try_send_request(request));
            poll_fn(|cx| {
                if let Poll::Ready(answer) = answer.as_mut().poll(cx) {
                    return Poll::Ready(answer);
                }
                // The driver does the I/O. When it ends, the answer is there or never comes.
                let ended = self.driver.poll_without_shutdown(cx).is_ready();
                match answer.as_mut().poll(cx) {
                    Poll::Pending if ended => {
                        cx.waker().wake_by_ref();
                        Poll::Pending
                    }
                    other => other,
                }
            })
            .await
        };
        match response {
            Ok(response) => Ok((response, self)),
            Err(mut error) => Err(Broken {
                unsent: error.take_message(),
                error: error.into_error(),
            }),
        }
    }

    /// Gives up HTTP: the stream, and what of it was read already.
    pub(crate) fn into_stream(self) -> (BoxStream, Bytes) {
        let parts = self.driver.into_parts();
        (parts.io.into_inner(), parts.read_buf)
    }
}

/// The body of an answer, together with the connection that it comes from.
///
/// Once it was read to its end the connection is free for the next request;
/// dropped before that, it closes the socket.
pub(crate) struct Body {
    incoming: Incoming,
    connection: Option<Connection>,
    ended: bool,
}

impl Body {
    pub(crate) fn new(incoming: Incoming, connection: Connection) -> Self {
        Self {
            incoming,
            connection: Some(connection),
            ended: false,
        }
    }

    /// The next piece, or nothing at the end.
    pub(crate) fn poll_data(&mut self, cx: &mut Context<'_>) -> Poll<Option<hyper::Result<Bytes>>> {
        while !self.ended {
            let polled = match Pin::new(&mut self.incoming).poll_frame(cx) {
                Poll::Ready(frame) => Poll::Ready(frame),
                Poll::Pending => {
                    let Some(connection) = &mut self.connection else {
                        self.ended = true;
                        break;
                    };
                    let closed = connection.driver.poll_without_shutdown(cx).is_ready();
                    if closed {
                        self.connection = None;
                    }
                    match Pin::new(&mut self.incoming).poll_frame(cx) {
                        Poll::Pending if closed => Poll::Ready(None),
                        other => other,
                    }
                }
            };
            match polled {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => self.ended = true,
                Poll::Ready(Some(Err(error))) => {
                    self.ended = true;
                    self.connection = None;
                    return Poll::Ready(Some(Err(error)));
                }
                // Trailers carry nothing that any endpoint documents.
                Poll::Ready(Some(Ok(frame))) => {
                    if let Ok(data) = frame.into_data() {
                        return Poll::Ready(Some(Ok(data)));
                    }
                }
            }
        }
        Poll::Ready(None)
    }

    /// The connection, if the body was read to its end.
    pub(crate) fn into_connection(mut self) -> Option<Connection> {
        if self.ended {
            self.connection.take()
        } else {
            None
        }
    }
}

/// Connections that are free, to be used again.
#[derive(Default)]
pub(crate) struct Pool(Mutex<Vec<Connection>>);

impl Pool {
    /// More than this many are not kept waiting.
    const IDLE: usize = 8;

    /// A connection that still works, the last used first.
    pub(crate) fn take(&self) -> Option<Connection> {
        let mut idle = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(mut connection) = idle.pop() {
            if connection.is_free() {
                return Some(connection);
            }
        }
        None
    }

    /// Takes a connection back, if it can be used again.
    pub(crate) fn put(&self, mut connection: Connection) {
        if connection.is_free() {
            let mut idle = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if idle.len() < Self::IDLE {
                idle.push(connection);
            }
        }
    }
}
