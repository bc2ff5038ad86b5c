//! Unix sockets.

use std::io;
use std::path::Path;

use super::BoxStream;

#[cfg(unix)]
pub(super) async fn connect(path: &Path) -> io::Result<BoxStream> {
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
#[allow(clippy::unused_async, reason = "it stands for the one that connects")]
pub(super) async fn connect(_: &Path) -> io::Result<BoxStream> {
    Err(io::Error::new(
        io::ErrorKind::Unsupported,
        "this system has no unix sockets",
    ))
}
