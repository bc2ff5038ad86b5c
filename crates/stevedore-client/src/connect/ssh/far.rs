//! Both standard streams of a child, as one stream.

#[cfg(unix)]
pub(super) use unix::{Far, spawn};
#[cfg(windows)]
pub(super) use windows::{Far, spawn};

#[cfg(unix)]
mod unix {
    use std::io;
    use std::os::fd::OwnedFd;
    use std::os::unix::net::UnixStream;

    use tokio::process::{Child, Command};

    /// A socket: it can be closed in one direction also while a forked process holds a copy.
    pub(in crate::connect::ssh) type Far = tokio::net::UnixStream;

    /// Starts the command. It is dropped here, so that only the child has its streams.
    pub(in crate::connect::ssh) fn spawn(mut command: Command) -> io::Result<(Far, Child)> {
        let (near, far) = UnixStream::pair()?;
        near.set_nonblocking(true)?;
        let near = Far::from_std(near)?;
        let child = command
            .stdin(OwnedFd::from(far.try_clone()?))
            .stdout(OwnedFd::from(far))
            .spawn()?;
        Ok((near, child))
    }
}

#[cfg(windows)]
mod windows {
    use std::io;
    use std::pin::Pin;
    use std::process::Stdio;
    use std::task::{Context, Poll};

    use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
    use tokio::process::{Child, ChildStdin, ChildStdout, Command};

    pub(in crate::connect::ssh) struct Far {
        input: Option<ChildStdin>,
        output: Option<ChildStdout>,
    }

    pub(in crate::connect::ssh) fn spawn(mut command: Command) -> io::Result<(Far, Child)> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let far = Far {
            input: child.stdin.take(),
            output: child.stdout.take(),
        };
        Ok((far, child))
    }

    impl AsyncRead for Far {
        fn poll_read(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            buf: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            match &mut self.output {
                Some(output) => Pin::new(output).poll_read(cx, buf),
                None => Poll::Ready(Ok(())),
            }
        }
    }

    impl AsyncWrite for Far {
        fn poll_write(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            bytes: &[u8],
        ) -> Poll<io::Result<usize>> {
            match &mut self.input {
                Some(input) => Pin::new(input).poll_write(cx, bytes),
                None => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
            }
        }

        fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            match &mut self.input {
                Some(input) => Pin::new(input).poll_flush(cx),
                None => Poll::Ready(Ok(())),
            }
        }

        /// A pipe ends when it is closed.
        fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            let flushed = self.as_mut().poll_flush(cx);
            if flushed.is_ready() {
                self.input = None;
            }
            flushed
        }
    }
}
