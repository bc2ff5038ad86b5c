//! One HTTP/1.1 connection, driven by whoever waits on it.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body as _, Frame};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::runtime::{self, Handle};
use tokio::time::{Duration, Instant};

use crate::body::Upload;
use crate::connect::BoxStream;
use crate::patience::{Felt, Pulse};
use crate::quiet::Quiet;

type Driver = http1::Connection<TokioIo<BoxStream>, Upload>;

/// A connection that is free for a request.
pub(crate) struct Connection {
    sender: http1::SendRequest<Upload>,
    driver: Driver,
    quiet: Quiet,
    /// Whose reactor wakes it.
    runtime: Option<runtime::Id>,
    /// There where somebody wants to know when a byte last came or went.
    pulse: Option<Pulse>,
    /// When it became free.
    since: Instant,
}

/// Why there is no answer.
pub(crate) struct Broken {
    /// Why, where that is known; otherwise the connection just ended.
    pub(crate) error: Option<hyper::Error>,
    /// The request, where not a byte of it was written.
    pub(crate) unsent: Option<Request<Upload>>,
}

impl Connection {
    /// `felt`: whether its bytes are to be noticed.
    pub(crate) async fn open(stream: BoxStream, felt: bool) -> hyper::Result<Self> {
        let pulse = felt.then(Pulse::new);
        let stream: BoxStream = match &pulse {
            Some(pulse) => Box::pin(Felt::new(stream, pulse.clone())),
            None => stream,
        };
        let (sender, driver) = http1::Builder::new()
            // A listing or a log is read in large pieces or small ones as it comes.
            .max_buf_size(1 << 20)
            .handshake(TokioIo::new(stream))
            .await?;
        Ok(Self {
            sender,
            driver,
            quiet: Quiet::new(),
            runtime: runtime_here(),
            pulse,
            since: Instant::now(),
        })
    }

    /// When a byte last came or went, where it was asked for.
    pub(crate) fn pulse(&self) -> Option<&Pulse> {
        self.pulse.as_ref()
    }

    /// Whether a request can go out; notices when the engine has closed it.
    pub(crate) fn is_free(&mut self) -> bool {
        let mut cx = Context::from_waker(Waker::noop());
        let open = self.driver.poll_without_shutdown(&mut cx).is_pending();
        open && self.sender.is_ready()
    }

    /// Sends a request and waits for the head of its answer.
    pub(crate) async fn exchange(
        self,
        request: Request<Upload>,
    ) -> Result<(Response<Incoming>, Self), Broken> {
        let Self {
            mut sender,
            driver,
            quiet,
            runtime,
            pulse,
            since,
        } = self;
        let mut driver = Some(driver);
        let response = {
            let mut answer = pin!(sender.try_send_request(request));
            let mut poll = |cx: &mut Context<'_>| {
                if let Poll::Ready(answer) = answer.as_mut().poll(cx) {
                    return Poll::Ready(answer);
                }
                quiet.heed();
                // The driver does the I/O. Where it ends without a look at the request, it
                // gives the request back only when it is dropped.
                let ended = match &mut driver {
                    Some(driver) => driver.poll_without_shutdown(cx).is_ready(),
                    None => true,
                };
                let polled = answer.as_mut().poll(cx);
                if ended && polled.is_pending() {
                    driver = None;
                    return answer.as_mut().poll(cx);
                }
                polled
            };
            poll_fn(|cx| quiet.poll(cx, &mut poll)).await
        };
        match (response, driver) {
            (Ok(response), Some(driver)) => {
                let connection = Self {
                    sender,
                    driver,
                    quiet,
                    runtime,
                    pulse,
                    since,
                };
                Ok((response, connection))
            }
            (Ok(_), None) => Err(Broken {
                error: None,
                unsent: None,
            }),
            (Err(mut error), _) => Err(Broken {
                unsent: error.take_message(),
                error: Some(error.into_error()),
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
            let polled = self.poll_frame(cx);
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

    fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<hyper::Result<Frame<Bytes>>>> {
        let mut incoming = Pin::new(&mut self.incoming);
        let Some(Connection { driver, quiet, .. }) = &mut self.connection else {
            // What it has brought may still be here.
            let left = incoming.poll_frame(cx);
            return if left.is_pending() {
                Poll::Ready(None)
            } else {
                left
            };
        };
        let mut closed = false;
        let polled = quiet.poll(cx, |cx| {
            if let Poll::Ready(frame) = incoming.as_mut().poll_frame(cx) {
                return Poll::Ready(frame);
            }
            quiet.heed();
            closed = driver.poll_without_shutdown(cx).is_ready();
            match incoming.as_mut().poll_frame(cx) {
                Poll::Pending if closed => Poll::Ready(None),
                other => other,
            }
        });
        if closed {
            self.connection = None;
        }
        polled
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
    /// One that has waited for longer is not used: what lies in between, a router or
    /// a tunnel, may have forgotten it without a word.
    const AGE: Duration = Duration::from_secs(60);

    /// No engine, and nothing before it, closes a connection that it answered so recently.
    const FRESH: Duration = Duration::from_millis(5);

    /// Whether the one that would be taken has become free just now.
    pub(crate) fn has_fresh(&self) -> bool {
        let here = runtime_here();
        let idle = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let next = idle.iter().rev().find(|kept| kept.runtime == here);
        next.is_some_and(|next| next.since.elapsed() < Self::FRESH)
    }

    /// A connection that still works, the last used first.
    ///
    /// Only one of this runtime: nobody may be driving the others.
    pub(crate) fn take(&self) -> Option<Connection> {
        let here = runtime_here();
        let mut idle = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|kept| kept.since.elapsed() < Self::AGE);
        while let Some(at) = idle.iter().rposition(|kept| kept.runtime == here) {
            let mut connection = idle.remove(at);
            if connection.is_free() {
                return Some(connection);
            }
        }
        None
    }

    /// Takes a connection back, if it can be used again; the oldest makes room for it.
    pub(crate) fn put(&self, mut connection: Connection) {
        if connection.is_free() {
            let mut idle = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if idle.len() == Self::IDLE {
                idle.remove(0);
            }
            connection.since = Instant::now();
            idle.push(connection);
        }
    }
}

fn runtime_here() -> Option<runtime::Id> {
    Handle::try_current().ok().map(|handle| handle.id())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::Wake;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test]
    async fn a_kept_connection_that_ended_before_the_request_was_written_gives_it_back() {
        let (near, mut far) = tokio::io::duplex(1024);
        let connection = Connection::open(Box::pin(near), false).await.unwrap();
        let first = connection.exchange(Request::new(Upload::nothing()));
        let answer = async {
            far.read_u8().await.unwrap();
            let answer = b"HTTP/1.1 204 No Content\r\n\r\n";
            far.write_all(answer).await.unwrap();
        };
        let (first, ()) = tokio::join!(first, answer);
        let (_, mut connection) = first.ok().unwrap();
        assert!(connection.is_free());

        drop(far);
        let exchange = connection.exchange(Request::new(Upload::nothing()));
        let exchanged = tokio::time::timeout(Duration::from_secs(5), exchange).await;
        let broken = exchanged.expect("it ends").err().unwrap();
        assert!(broken.unsent.is_some());
    }

    /// How often somebody was woken.
    #[derive(Default)]
    struct Wakes(AtomicUsize);

    impl Wake for Wakes {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    #[tokio::test]
    async fn who_waits_is_woken_by_the_far_side_alone() {
        let (near, mut far) = tokio::io::duplex(1024);
        let connection = Connection::open(Box::pin(near), false).await.unwrap();
        let counted = Arc::new(Wakes::default());
        let waker = Waker::from(Arc::clone(&counted));
        let mut cx = Context::from_waker(&waker);
        let woken = || counted.0.swap(0, Ordering::SeqCst);

        let mut exchange = pin!(connection.exchange(Request::new(Upload::nothing())));
        assert!(exchange.as_mut().poll(&mut cx).is_pending());
        assert_eq!(woken(), 0);
        let _ = far.read(&mut [0; 1024]).await.unwrap();
        far.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab")
            .await
            .unwrap();
        assert_eq!(woken(), 1);
        let Poll::Ready(Ok((response, connection))) = exchange.as_mut().poll(&mut cx) else {
            panic!("there is an answer");
        };
        let mut body = Body::new(response.into_body(), connection);
        let piece = |polled| match polled {
            Poll::Ready(Some(Ok(bytes))) => bytes,
            other => panic!("{other:?}"),
        };
        assert_eq!(piece(body.poll_data(&mut cx)), "ab");
        assert!(body.poll_data(&mut cx).is_pending());
        assert_eq!(woken(), 0);
        far.write_all(b"cd").await.unwrap();
        assert_eq!(woken(), 1);
        assert_eq!(piece(body.poll_data(&mut cx)), "cd");
        assert!(matches!(body.poll_data(&mut cx), Poll::Ready(None)));
        assert_eq!(woken(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_was_free_for_too_long_is_not_used() {
        let pool = Pool::default();
        let (near, mut far) = tokio::io::duplex(1024);
        let connection = Connection::open(Box::pin(near), false).await.unwrap();
        pool.put(connection);
        tokio::time::advance(Pool::AGE * 9 / 10).await;
        let connection = pool.take().unwrap();
        pool.put(connection);
        tokio::time::advance(Pool::AGE).await;
        assert!(pool.take().is_none());
        // It was closed, too.
        assert_eq!(far.read(&mut [0]).await.unwrap(), 0);
    }
}
