//! An exchange with nothing around it: bytes to a socket, bytes from it.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use stevedore::Host;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// What is asked for, and by what the end of the answer is known.
pub(crate) struct Question {
    request: Vec<u8>,
    end: &'static [u8],
    /// At least as long as the answer.
    buffer: Vec<u8>,
}

impl Question {
    pub(crate) fn ping(version: &str) -> Self {
        Self::new(version, "/_ping", b"\r\n\r\nOK", 4 << 10)
    }

    /// All containers; there must be so many that the answer comes in chunks.
    pub(crate) fn containers(version: &str) -> Self {
        Self::new(
            version,
            "/containers/json?all=1",
            b"\r\n0\r\n\r\n",
            32 << 20,
        )
    }

    fn new(version: &str, path: &str, end: &'static [u8], longest: usize) -> Self {
        let request = format!(
            "GET /v{version}{path} HTTP/1.1\r\nhost: localhost\r\nuser-agent: stevedore/0.1.0\r\n\r\n"
        );
        Self {
            request: request.into_bytes(),
            end,
            buffer: vec![0; longest],
        }
    }

    /// Whether so many bytes are the whole answer.
    fn is_over(&self, have: usize) -> bool {
        self.buffer[..have].ends_with(self.end)
    }
}

/// A blocking socket, as C would use it.
pub(crate) struct Raw {
    socket: UnixStream,
    question: Question,
}

impl Raw {
    pub(crate) fn new(path: &Path, question: Question) -> Result<Self> {
        Ok(Self {
            socket: UnixStream::connect(path).context("the engine's socket")?,
            question,
        })
    }

    pub(crate) fn ask(&mut self) -> Result<Duration> {
        let begun = Instant::now();
        self.socket.write_all(&self.question.request)?;
        let mut have = 0;
        while !self.question.is_over(have) {
            let read = self.socket.read(&mut self.question.buffer[have..])?;
            ensure!(read > 0, "the engine closed the raw socket");
            have += read;
        }
        Ok(begun.elapsed())
    }
}

/// The same on tokio: what any async client pays before it does anything.
pub(crate) struct RawAsync {
    socket: tokio::net::UnixStream,
    question: Question,
}

impl RawAsync {
    pub(crate) async fn new(path: &Path, question: Question) -> Result<Self> {
        Ok(Self {
            socket: tokio::net::UnixStream::connect(path).await?,
            question,
        })
    }

    pub(crate) async fn ask(&mut self) -> Result<Duration> {
        let begun = Instant::now();
        self.socket.write_all(&self.question.request).await?;
        let mut have = 0;
        while !self.question.is_over(have) {
            let read = self.socket.read(&mut self.question.buffer[have..]).await?;
            ensure!(read > 0, "the engine closed the raw socket");
            have += read;
        }
        Ok(begun.elapsed())
    }
}

/// Where the socket is.
pub(crate) fn path(host: &Host) -> Result<PathBuf> {
    let text = host.to_string();
    let path = text.strip_prefix("unix://");
    path.map(PathBuf::from)
        .with_context(|| format!("{host} is no unix socket, which the raw exchange needs"))
}
