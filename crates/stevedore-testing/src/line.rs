//! One connection: its bytes, and the moment when the client goes away.

use std::io::{self, Read};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream as StdUnixStream;

use tokio::io::{AsyncReadExt, AsyncWriteExt, Interest, Ready};
use tokio::net::UnixStream;

/// Why a conversation on a connection is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Over {
    ClientGone,
    Close,
    /// Close without looking at what the client sent meanwhile.
    Reset,
}

/// The daemon's end of a connection.
#[derive(Debug)]
pub(crate) struct Line {
    stream: UnixStream,
    /// The same socket a second time. Its writability is only ever taken as news, so that "the
    /// client took these bytes" and "the client is gone" are events and need no polling.
    twin: UnixStream,
    /// What came and was not used yet.
    pub(crate) input: Vec<u8>,
}

impl Line {
    pub(crate) fn new(stream: UnixStream) -> io::Result<Self> {
        let stream = stream.into_std()?;
        let twin = UnixStream::from_std(stream.try_clone()?)?;
        Ok(Self {
            stream: UnixStream::from_std(stream)?,
            twin,
            input: Vec::new(),
        })
    }

    /// Reads some more; `false` at the end of what the client sends.
    pub(crate) async fn fill(&mut self) -> bool {
        self.input.reserve(64 * 1024);
        // A broken connection ends like a closed one: the client is not there any more.
        matches!(self.stream.read_buf(&mut self.input).await, Ok(1..))
    }

    /// Waits until the client has closed both directions.
    pub(crate) async fn gone(&self) {
        while !self.news().await.is_write_closed() {}
    }

    /// The next thing that the system has to tell about writing.
    async fn news(&self) -> Ready {
        let Ok(ready) = self.twin.ready(Interest::WRITABLE).await else {
            return Ready::WRITE_CLOSED;
        };
        // "Would block" makes the runtime forget what it knows, until the system speaks again.
        let forget = || io::Result::<()>::Err(io::ErrorKind::WouldBlock.into());
        let _ = self.twin.try_io(Interest::WRITABLE, forget);
        ready
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) -> Result<(), Over> {
        self.stream
            .write_all(bytes)
            .await
            .map_err(|_| Over::ClientGone)
    }

    /// Forgets the news of earlier writes, so that the next is about a later one.
    pub(crate) async fn settle(&self) {
        loop {
            // The runtime collects news while this task stands back.
            tokio::task::yield_now().await;
            tokio::select! {
                biased;
                ready = self.news() => if ready.is_write_closed() { return },
                () = std::future::ready(()) => return,
            }
        }
    }

    /// Waits until the client has read what was written last.
    ///
    /// Linux tells a writer each time that its peer has emptied a buffer of a unix socket.
    /// Other systems are not known to, so there the pieces follow each other without a wait.
    pub(crate) async fn taken(&self) -> Result<(), Over> {
        if !cfg!(target_os = "linux") {
            tokio::task::yield_now().await;
            return Ok(());
        }
        if self.news().await.is_write_closed() {
            return Err(Over::ClientGone);
        }
        Ok(())
    }

    /// Asks the system, without waiting, whether the client has ended its side.
    pub(crate) fn is_ended(&self) -> bool {
        let Ok(socket) = self.twin.as_fd().try_clone_to_owned() else {
            return false;
        };
        let mut socket = StdUnixStream::from(socket);
        // A client that sends faster than this reads has not ended.
        for _ in 0..256 {
            match socket.read(&mut [0; 4096]) {
                Ok(0) => return true,
                Ok(_) => {}
                Err(error) => return error.kind() != io::ErrorKind::WouldBlock,
            }
        }
        false
    }

    /// Ends the connection.
    ///
    /// A socket that is dropped with unread bytes in it breaks the connection, and the client
    /// may lose what was sent last. So they are read first, except for a reset.
    pub(crate) async fn close(mut self, over: Over) {
        if over == Over::Close {
            // A client that is already gone needs no good-bye.
            let _ = self.stream.shutdown().await;
            self.is_ended();
        }
    }
}
