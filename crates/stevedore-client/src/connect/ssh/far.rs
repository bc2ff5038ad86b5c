//! Both standard streams of a child, as one stream.

#[cfg(unix)]
pub(super) use unix::{Errors, Far, spawn};
#[cfg(windows)]
pub(super) use windows::{Errors, Far, spawn};

#[cfg(unix)]
mod unix {
    use std::io;
    use std::os::fd::OwnedFd;
    use std::os::unix::net::UnixStream;
    use std::process::Command;

    use tokio::net::unix::pipe::Receiver;

    use crate::connect::ssh::process::Process;

    /// A socket: it can be closed in one direction also while a forked process holds a copy.
    pub(in crate::connect::ssh) type Far = tokio::net::UnixStream;

    /// What the child says on its standard error.
    pub(in crate::connect::ssh) type Errors = Receiver;

    /// Starts the command. It is dropped here, so that only the child has its streams.
    pub(in crate::connect::ssh) fn spawn(
        mut command: Command,
    ) -> io::Result<(Far, Option<Errors>, Process)> {
        let (near, far) = UnixStream::pair()?;
        near.set_nonblocking(true)?;
        let near = Far::from_std(near)?;
        command
            .stdin(OwnedFd::from(far.try_clone()?))
            .stdout(OwnedFd::from(far));
        let mut process = Process::spawn(&mut command)?;
        let errors = process.child().and_then(|child| child.stderr.take());
        let errors = errors.map(|it| Receiver::from_owned_fd(it.into()));
        Ok((near, errors.transpose()?, process))
    }
}

#[cfg(windows)]
mod windows {
    use std::io;
    use std::pin::Pin;
    use std::process::{Command, Stdio};
    use std::task::{Context, Poll};

    use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
    use tokio::process::{ChildStderr, ChildStdin, ChildStdout};

    use crate::connect::ssh::process::Process;

    pub(in crate::connect::ssh) struct Far {
        input: Option<ChildStdin>,
        output: Option<ChildStdout>,
    }

    /// What the child says on its standard error.
    pub(in crate::connect::ssh) type Errors = ChildStderr;

    pub(in crate::connect::ssh) fn spawn(
        mut command: Command,
    ) -> io::Result<(Far, Option<Errors>, Process)> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = Process::spawn(&mut command)?;
        let child = process.child();
        let (input, output, errors) = child.map_or((None, None, None), |child| {
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        });
        let far = Far {
            input: input.map(ChildStdin::from_std).transpose()?,
            output: output.map(ChildStdout::from_std).transpose()?,
        };
        let errors = errors.map(ChildStderr::from_std).transpose()?;
        Ok((far, errors, process))
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
