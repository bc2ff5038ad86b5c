//! What comes back: a head, and a body to be pulled.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use http::header::HeaderMap;
use serde::de::DeserializeOwned;
use stevedore_api::{ApiVersion, Call, Framing, Info, Reply, Schema};

use crate::Result;
use crate::client::Client;
use crate::connection::Body;
use crate::error::{Error, ErrorKind};
use crate::patience::{Patience, Under};
use crate::reply::{Chunks, Duplex, Lines};
use crate::trace::{self, Mask, Traffic};

/// At most this much of an answer that is read as a whole.
const WHOLE_BODY: usize = 1 << 30;

/// An answer: its head is here, its body still to be read.
///
/// The body is pulled with [`next`](Self::next), or as a [`Stream`] of the same pieces. Dropping
/// it before its end closes the connection.
pub struct Answer {
    client: Client,
    version: Option<ApiVersion>,
    info: &'static Info,
    status: u16,
    headers: HeaderMap,
    content: Content,
    /// There where it does not last for ever.
    patience: Option<Patience>,
    /// There where somebody watches.
    mask: Option<Mask>,
}

pub(crate) enum Content {
    Http(Box<Body>),
    Upgraded(Duplex),
}

impl Answer {
    pub(crate) fn new(
        client: &Client,
        call: &Call,
        head: http::response::Parts,
        content: Content,
        patience: Option<Patience>,
        mask: Option<Mask>,
    ) -> Self {
        Self {
            client: client.clone(),
            version: call.version,
            info: call.info,
            status: head.status.as_u16(),
            headers: head.headers,
            content,
            patience,
            mask,
        }
    }

    /// The endpoint that was called.
    pub fn endpoint(&self) -> &'static Info {
        self.info
    }

    /// The API version of the call; none where its path had none.
    pub fn version(&self) -> Option<ApiVersion> {
        self.version
    }

    /// The HTTP status; below 400 but for a request by hand.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// A header, where it is there and is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// A header that is JSON in base64.
    ///
    /// # Errors
    /// Kind `Protocol`: it isn't there, or is something else.
    pub fn json_header<T: DeserializeOwned>(&self, name: &str) -> Result<T> {
        crate::read::json_header(self.info, name, self.header(name))
    }

    /// The status line and the headers, as they stood on the wire but for the
    /// spelling of the headers' names.
    pub fn head(&self) -> Vec<u8> {
        trace::answer_head(self.status, &self.headers, false)
    }

    /// How output in the body is framed, if the engine says so.
    pub fn framing(&self) -> Option<Framing> {
        Framing::told(self.header("content-type"), self.version)
    }

    /// The next piece of the body, or nothing at its end.
    pub async fn next(&mut self) -> Result<Option<Bytes>> {
        poll_fn(|cx| self.poll_piece(cx)).await
    }

    pub(crate) fn patience(&mut self) -> &mut Option<Patience> {
        &mut self.patience
    }

    pub(crate) fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>>> {
        let info = self.info;
        let polled = match &mut self.content {
            Content::Http(body) => body
                .poll_data(cx)
                .map(Option::transpose)
                .map_err(|error| cut_off(info, error)),
            Content::Upgraded(_) => Poll::Ready(Ok(None)),
        };
        if let Some(patience) = &mut self.patience {
            if polled.is_ready() {
                patience.rest();
            } else {
                // The connection is of no use to anybody else.
                return patience.poll_end(Under::Reading, cx).map(Err);
            }
        }
        if let (Some(mask), Poll::Ready(Ok(Some(piece)))) = (&mut self.mask, &polled) {
            if let Some(trace) = &self.client.settings().trace {
                trace.tell(Traffic::Received(&mask.hide(piece)));
            }
        }
        polled
    }

    /// The whole body; the connection is then free for the next call.
    pub async fn bytes(mut self) -> Result<Bytes> {
        let Some(first) = self.next().await? else {
            self.finish();
            return Ok(Bytes::new());
        };
        let mut second = self.next().await?;
        if second.is_none() {
            self.finish();
            return Ok(first);
        }
        let mut whole = BytesMut::from(first);
        while let Some(piece) = second {
            if whole.len() + piece.len() > WHOLE_BODY {
                return Err(Error::new(
                    ErrorKind::Protocol,
                    format!("the answer to {} is over {WHOLE_BODY} bytes", self.info.id),
                )
                .at(self.info));
            }
            whole.extend_from_slice(&piece);
            second = self.next().await?;
        }
        self.finish();
        Ok(whole.freeze())
    }

    /// The whole body as JSON. A list or a map that is null reads as an empty one.
    pub async fn json<T: DeserializeOwned>(self) -> Result<T> {
        let (info, status) = (self.info, self.status);
        let bytes = self.bytes().await?;
        let text: &[u8] = match (bytes.trim_ascii(), info.reply) {
            (b"null", Reply::Json(Schema::List(_))) => b"[]",
            (b"null", Reply::Json(Schema::Map(_))) => b"{}",
            // No content: every field of the reply is absent.
            (b"", _) if status == 204 => b"null",
            (text, _) => text,
        };
        serde_json::from_slice(text).map_err(|error| not_json(info, text, error))
    }

    /// The whole body as text.
    pub async fn text(self) -> Result<String> {
        let bytes = self.bytes().await?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Waits for the end of the body and forgets it.
    pub async fn done(mut self) -> Result<()> {
        while self.next().await?.is_some() {}
        self.finish();
        Ok(())
    }

    /// The body as JSON values, as they come.
    pub fn lines<T: DeserializeOwned>(self) -> Lines<T> {
        Lines::new(self)
    }

    /// The body as output, standard output and standard error apart.
    pub fn chunks(self, framing: Framing) -> Chunks {
        let info = self.info;
        match self.content {
            Content::Http(_) => Chunks::of_answer(self, framing, info),
            Content::Upgraded(duplex) => duplex.into_chunks(framing, info),
        }
    }

    /// Whether the engine handed over the connection, so that [`duplex`](Self::duplex) gives it.
    pub fn is_handed_over(&self) -> bool {
        matches!(self.content, Content::Upgraded(_))
    }

    /// The connection, taken over in both directions.
    ///
    /// # Errors
    /// The engine, or a proxy before it, did not hand the connection over.
    pub fn duplex(self) -> Result<Duplex> {
        match self.content {
            Content::Upgraded(duplex) => Ok(duplex),
            Content::Http(_) => Err(Error::new(
                ErrorKind::Protocol,
                format!(
                    "{} was answered with status {} instead of handing over the connection; \
                     is there a proxy before the engine?",
                    self.info.id, self.status
                ),
            )
            .at(self.info)),
        }
    }

    /// The websocket that the connection became.
    ///
    /// # Errors
    /// As of [`duplex`](Self::duplex).
    #[cfg(feature = "websocket")]
    pub async fn websocket(self) -> Result<crate::WebSocket> {
        let info = self.info;
        Ok(crate::WebSocket::new(self.duplex()?, info).await)
    }

    /// At most `limit` bytes from the start of the body; what fails is left out.
    pub(crate) async fn head_of_body(mut self, limit: usize) -> Vec<u8> {
        let mut head = Vec::new();
        while let Ok(Some(piece)) = self.next().await {
            let room = limit - head.len();
            head.extend(piece.iter().take(room));
            if head.len() == limit {
                return head;
            }
        }
        self.finish();
        head
    }

    /// Gives the connection back, if the body was read to its end.
    pub(crate) fn finish(self) {
        if let Content::Http(body) = self.content {
            if let Some(connection) = body.into_connection() {
                self.client.keep(connection);
            }
        }
    }
}

impl Stream for Answer {
    type Item = Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes>>> {
        self.get_mut().poll_piece(cx).map(Result::transpose)
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("endpoint", &self.info.id)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

pub(crate) fn cut_off(
    info: &'static Info,
    error: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> Error {
    Error::new(
        ErrorKind::Protocol,
        format!(
            "the answer to {} broke off before its end, as when the engine is stopped",
            info.id
        ),
    )
    .at(info)
    .caused_by(error)
}

pub(crate) fn not_json(info: &'static Info, text: &[u8], error: serde_json::Error) -> Error {
    let start: Vec<u8> = text.iter().copied().take(60).collect();
    let found = match String::from_utf8_lossy(&start) {
        start if start.is_empty() => "is empty".to_owned(),
        start => format!("starts with `{}`", start.escape_debug()),
    };
    Error::new(
        ErrorKind::Protocol,
        format!(
            "the answer to {} is not what it should be; it {found}",
            info.id
        ),
    )
    .at(info)
    .caused_by(error)
}
