//! A ping with nothing around it: bytes to a socket, bytes from it.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// What an engine's answer to a ping ends with.
const END: &[u8] = b"\r\n\r\nOK";

fn request(version: &str) -> Vec<u8> {
    format!(
        "GET /v{version}/_ping HTTP/1.1\r\nhost: localhost\r\nuser-agent: stevedore/0.1.0\r\n\r\n"
    )
    .into_bytes()
}

/// A blocking socket, as C would use it.
pub(crate) struct Raw {
    socket: UnixStream,
    request: Vec<u8>,
    buffer: Vec<u8>,
}

impl Raw {
    pub(crate) fn new(path: &Path, version: &str) -> Result<Self> {
        Ok(Self {
            socket: UnixStream::connect(path).context("the engine's socket")?,
            request: request(version),
            buffer: vec![0; 4096],
        })
    }

    pub(crate) fn ping(&mut self) -> Result<Duration> {
        let begun = Instant::now();
        self.socket.write_all(&self.request)?;
        let mut have = 0;
        while !self.buffer[..have].ends_with(END) {
            let read = self.socket.read(&mut self.buffer[have..])?;
            ensure!(read > 0, "the engine closed the raw socket");
            have += read;
        }
        Ok(begun.elapsed())
    }
}

/// The same on tokio: what any async client pays before it does anything.
pub(crate) struct RawAsync {
    socket: tokio::net::UnixStream,
    request: Vec<u8>,
    buffer: Vec<u8>,
}

impl RawAsync {
    pub(crate) async fn new(path: &Path, version: &str) -> Result<Self> {
        Ok(Self {
            socket: tokio::net::UnixStream::connect(path).await?,
            request: request(version),
            buffer: vec![0; 4096],
        })
    }

    pub(crate) async fn ping(&mut self) -> Result<Duration> {
        let begun = Instant::now();
        self.socket.write_all(&self.request).await?;
        let mut have = 0;
        while !self.buffer[..have].ends_with(END) {
            let read = self.socket.read(&mut self.buffer[have..]).await?;
            ensure!(read > 0, "the engine closed the raw socket");
            have += read;
        }
        Ok(begun.elapsed())
    }
}
