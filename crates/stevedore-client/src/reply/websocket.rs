//! A connection that has become a websocket.

use std::fmt;
use std::future::poll_fn;
use std::pin::{Pin, pin};

use bytes::Bytes;
use futures_core::Stream as _;
use futures_util::SinkExt as _;
use http::header::{HeaderMap, HeaderValue};
use stevedore_api::Info;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;
use tokio_tungstenite::tungstenite::{Error as Broken, Message};

use super::Duplex;
use crate::answer::cut_off;
use crate::connect::BoxStream;
use crate::patience::{Patience, Under, within};
use crate::{Error, ErrorKind, Result};

/// A connection that has become a websocket. Dropping it closes its socket.
///
/// Its messages are pieces of one raw stream: standard output and standard error
/// can't be told apart. Cutting them means nothing.
pub struct WebSocket {
    stream: WebSocketStream<BoxStream>,
    info: &'static Info,
    patience: Option<Patience>,
}

impl WebSocket {
    pub(crate) async fn new(duplex: Duplex, info: &'static Info) -> Self {
        let (stream, read, patience) = duplex.into_parts();
        let stream =
            WebSocketStream::from_partially_read(stream, read.to_vec(), Role::Client, None).await;
        Self {
            stream,
            info,
            patience,
        }
    }

    /// A key that no other handshake has.
    pub(crate) fn key() -> String {
        generate_key()
    }

    /// Whether who answered has read the key, and so speaks the protocol.
    pub(crate) fn check(key: &HeaderValue, answered: &HeaderMap) -> Result<()> {
        let expected = derive_accept_key(key.as_bytes());
        match answered.get("Sec-WebSocket-Accept") {
            Some(accept) if accept.as_bytes() == expected.as_bytes() => Ok(()),
            _ => Err(Error::new(
                ErrorKind::Protocol,
                "what answers does not speak the websocket protocol; is there a proxy before the engine?",
            )),
        }
    }

    /// The next piece of output, or nothing at the end.
    pub async fn try_next(&mut self) -> Result<Option<Bytes>> {
        loop {
            let message = poll_fn(|cx| Pin::new(&mut self.stream).poll_next(cx));
            let message = within(self.patience.as_mut(), Under::Talking, message).await?;
            match message {
                None | Some(Ok(Message::Close(_)) | Err(Broken::ConnectionClosed)) => {
                    return Ok(None);
                }
                Some(Ok(Message::Binary(bytes))) if !bytes.is_empty() => return Ok(Some(bytes)),
                Some(Ok(Message::Text(text))) if !text.is_empty() => {
                    return Ok(Some(text.into()));
                }
                // Pings are answered by the library.
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(cut_off(self.info, error)),
            }
        }
    }

    /// Writes `bytes` to standard input.
    pub async fn write(&mut self, bytes: impl Into<Bytes>) -> Result<()> {
        let message = Message::Binary(bytes.into());
        let sent = self.stream.send(message);
        within(self.patience.as_mut(), Under::Talking, sent)
            .await?
            .map_err(|error| cut_off(self.info, error))
    }

    /// Says goodbye and closes the connection.
    pub async fn close(mut self) -> Result<()> {
        let closed = pin!(self.stream.close(None));
        match within(self.patience.as_mut(), Under::Talking, closed).await? {
            Ok(()) | Err(Broken::ConnectionClosed) => Ok(()),
            Err(error) => Err(cut_off(self.info, error)),
        }
    }
}

impl fmt::Debug for WebSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebSocket").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_read_the_key_is_taken_for_a_websocket() {
        // The example of RFC 6455, section 1.3.
        let key = HeaderValue::from_static("dGhlIHNhbXBsZSBub25jZQ==");
        let mut answered = HeaderMap::new();
        assert!(WebSocket::check(&key, &answered).is_err());
        answered.insert(
            "Sec-WebSocket-Accept",
            HeaderValue::from_static("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
        );
        assert!(WebSocket::check(&key, &answered).is_ok());
    }
}
