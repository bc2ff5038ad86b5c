//! From a host to a byte stream.

use std::pin::Pin;

use tokio::io::{AsyncRead, AsyncWrite};

use crate::{Error, Host, Result};

/// What every transport gives: bytes both ways.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send {}

impl<T: AsyncRead + AsyncWrite + Send> Stream for T {}

pub(crate) type BoxStream = Pin<Box<dyn Stream>>;

/// A new connection to `host`.
pub(crate) async fn connect(host: &Host) -> Result<BoxStream> {
    match host {
        Host::Unix(path) => unix(path)
            .await
            .map_err(|error| Error::unreachable(host, error)),
    }
}

#[cfg(unix)]
async fn unix(path: &std::path::Path) -> std::io::Result<BoxStream> {
    use std::io::ErrorKind::WouldBlock;

    // A full backlog is answered at once, not waited for: many clients start together.
    for _ in 0..TRIES {
        match tokio::net::UnixStream::connect(path).await {
            Err(error) if error.kind() == WouldBlock => tokio::time::sleep(PAUSE).await,
            connected => return Ok(Box::pin(connected?)),
        }
    }
    Ok(Box::pin(tokio::net::UnixStream::connect(path).await?))
}

/// So often a full backlog is tried again, and so long after the last time: five seconds in all.
#[cfg(unix)]
const TRIES: u32 = 500;
#[cfg(unix)]
const PAUSE: std::time::Duration = std::time::Duration::from_millis(10);

#[cfg(not(unix))]
async fn unix(_path: &std::path::Path) -> std::io::Result<BoxStream> {
    Err(std::io::Error::new(
        std::io::ErrorKind::Unsupported,
        "this system has no unix sockets",
    ))
}
