//! Named pipes of Windows.

use std::io;

use super::BoxStream;

#[cfg(windows)]
pub(super) async fn connect(name: &str) -> io::Result<BoxStream> {
    use tokio::net::windows::named_pipe::ClientOptions;

    let name = name.replace('/', r"\");
    // An engine makes the next instance of its pipe only when one is taken.
    for _ in 0..TRIES {
        match ClientOptions::new().open(&name) {
            Err(error) if error.raw_os_error() == Some(ERROR_PIPE_BUSY) => {
                tokio::time::sleep(PAUSE).await;
            }
            opened => return Ok(Box::pin(windows::Pipe::new(opened?))),
        }
    }
    let opened = ClientOptions::new().open(&name)?;
    Ok(Box::pin(windows::Pipe::new(opened)))
}

#[cfg(windows)]
const ERROR_PIPE_BUSY: i32 = 231;
/// So often a busy pipe is tried again, and so long after the last time: five seconds in all.
#[cfg(windows)]
const TRIES: u32 = 500;
#[cfg(windows)]
const PAUSE: std::time::Duration = std::time::Duration::from_millis(10);

#[cfg(not(windows))]
#[allow(clippy::unused_async, reason = "it stands for the one that connects")]
pub(super) async fn connect(_: &str) -> io::Result<BoxStream> {
    Err(io::Error::new(
        io::ErrorKind::Unsupported,
        "named pipes are there on Windows only",
    ))
}

#[cfg(windows)]
mod windows {
    use std::io;
    use std::pin::Pin;
    use std::task::{Context, Poll, ready};

    use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
    use tokio::net::windows::named_pipe::NamedPipeClient;

    /// A pipe that can be closed in one direction.
    pub(super) struct Pipe {
        pipe: NamedPipeClient,
        closed: bool,
    }

    impl Pipe {
        pub(super) fn new(pipe: NamedPipeClient) -> Self {
            Self {
                pipe,
                closed: false,
            }
        }
    }

    impl AsyncRead for Pipe {
        fn poll_read(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            buf: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            Pin::new(&mut self.pipe).poll_read(cx, buf)
        }
    }

    impl AsyncWrite for Pipe {
        fn poll_write(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            bytes: &[u8],
        ) -> Poll<io::Result<usize>> {
            // An empty message would be the end.
            if bytes.is_empty() {
                return Poll::Ready(Ok(0));
            }
            Pin::new(&mut self.pipe).poll_write(cx, bytes)
        }

        fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            Pin::new(&mut self.pipe).poll_flush(cx)
        }

        /// Pipes know no half-close: engines take an empty message for it.
        fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            if !self.closed {
                ready!(Pin::new(&mut self.pipe).poll_write(cx, &[]))?;
                self.closed = true;
            }
            Poll::Ready(Ok(()))
        }
    }
}
