//! Sending calls, and what comes back.

use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use http::StatusCode;
use http::header::{CONNECTION, CONTENT_TYPE, HOST, HeaderMap, UPGRADE, USER_AGENT};
use serde::de::DeserializeOwned;
use stevedore_api::{ApiVersion, Args, Call, Endpoint, Framing, Info, Reply, Request, Schema};

use crate::body::Upload;
use crate::connect::connect;
use crate::connection::{Body, Broken, Connection, Pool};
use crate::error::{Error, ErrorKind};
use crate::negotiate::Negotiated;
use crate::read::Read;
use crate::reply::{Chunks, Duplex, Lines};
use crate::trace::{self, Mask, Tap, Traffic};
use crate::{Host, Result, Settings};

/// A client of one engine. Cheap to clone; clones share their connections.
///
/// Making one does no I/O. The version is agreed on before the first call,
/// once, unless the settings name one.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    settings: Settings,
    negotiated: Negotiated,
    pool: Pool,
}

impl Client {
    /// A client with these settings.
    pub fn new(settings: Settings) -> Self {
        Self(Arc::new(Inner {
            negotiated: Negotiated::new(settings.version),
            settings,
            pool: Pool::default(),
        }))
    }

    /// Where the engine is.
    pub fn host(&self) -> &Host {
        &self.0.settings.host
    }

    /// What it was made with.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The API version that calls are sent with: the one in the settings, or
    /// the newest that both sides speak. One request the first time, none after.
    pub async fn version(&self) -> Result<ApiVersion> {
        self.0.negotiated.version(self).await
    }

    /// The newest API version of the engine, once it was asked; the version of
    /// calls is older where this library does not know it.
    pub fn newest_of_engine(&self) -> Option<ApiVersion> {
        self.0.negotiated.newest_of_engine()
    }

    /// Calls an endpoint and reads its whole answer as the request's type says.
    pub async fn call<E>(&self, request: &E) -> Result<<E::Reply as Read>::Value>
    where
        E: Endpoint,
        E::Reply: Read,
    {
        let answer = self.open(E::INFO, &request.args()).await?;
        <E::Reply as Read>::read(answer).await
    }

    /// Calls an endpoint with loose arguments: the same check, the same sender.
    pub async fn open(&self, info: &'static Info, args: &Args) -> Result<Answer> {
        self.open_with(info, args, Upload::nothing()).await
    }

    /// The same, with bytes that go along.
    pub async fn open_with(
        &self,
        info: &'static Info,
        args: &Args,
        upload: Upload,
    ) -> Result<Answer> {
        let version = self.version().await?;
        self.send(Call::check(info, args, version)?, upload).await
    }

    /// Sends a checked call. Every request goes through here.
    ///
    /// # Errors
    /// Kinds `Unreachable`, `Protocol` and `Refused`; `Version` where the engine
    /// refuses the version itself.
    pub async fn send(&self, call: Call, upload: Upload) -> Result<Answer> {
        let answer = self.exchanged(&call, upload).await?;
        if answer.status >= 400 {
            return Err(self.refusal(answer).await);
        }
        if answer.version.is_some() {
            self.0.negotiated.accepted();
        }
        Ok(answer)
    }

    /// Sends a request written by hand. A refusal is an answer like any other.
    pub async fn request(&self, request: &Request, upload: Upload) -> Result<Answer> {
        let call = request.call(self.version().await?)?;
        self.exchanged(&call, upload).await
    }

    /// Sends a call and waits for the head of its answer, whatever its status.
    async fn exchanged(&self, call: &Call, upload: Upload) -> Result<Answer> {
        let repeatable = call.method().is_safe() && !upload.is_stream();
        let request = self.message(call, upload)?;
        #[cfg(feature = "websocket")]
        let key = request.headers().get("Sec-WebSocket-Key").cloned();
        let (response, connection) = self.exchange(call, request, repeatable).await?;
        let (head, incoming) = response.into_parts();
        let trace = &self.0.settings.trace;
        if let Some(trace) = trace {
            let head = trace::answer_head(head.status.as_u16(), &head.headers, true);
            trace.tell(Traffic::Answer(&head));
        }
        let body = if head.status == StatusCode::SWITCHING_PROTOCOLS {
            if !matches!(
                call.info.reply,
                Reply::Duplex | Reply::Http2 | Reply::WebSocket
            ) {
                return Err(Error::new(
                    ErrorKind::Protocol,
                    format!(
                        "the engine at {} handed over the connection, which {} did not ask for",
                        self.host(),
                        call.info.id
                    ),
                )
                .at(call.info));
            }
            #[cfg(feature = "websocket")]
            if let Some(key) = key {
                crate::reply::WebSocket::check(&key, &head.headers)
                    .map_err(|error| error.at(call.info))?;
            }
            let (stream, read) = connection.into_stream();
            let stream = match trace.clone() {
                Some(trace) => {
                    trace.tell(Traffic::Note("the connection was handed over"));
                    trace.tell(Traffic::Received(&Mask::default().hide(&read)));
                    Box::pin(Tap::new(stream, trace))
                }
                None => stream,
            };
            Content::Upgraded(Duplex::new(stream, read))
        } else {
            Content::Http(Box::new(Body::new(incoming, connection)))
        };
        Ok(Answer {
            client: self.clone(),
            version: call.version,
            info: call.info,
            status: head.status.as_u16(),
            headers: head.headers,
            content: body,
            mask: trace.is_some().then(Mask::default),
        })
    }

    fn message(&self, call: &Call, upload: Upload) -> Result<http::Request<Upload>> {
        let mut request = http::Request::builder()
            .method(call.method().as_str())
            .uri(&call.target)
            .header(HOST, "localhost")
            .header(USER_AGENT, &self.0.settings.user_agent);
        for (name, value) in &call.headers {
            request = request.header(name.as_ref(), value);
        }
        let upgrade = match call.info.reply {
            Reply::Duplex => Some("tcp"),
            Reply::Http2 => Some("h2c"),
            Reply::WebSocket => Some("websocket"),
            _ => None,
        };
        if let Some(protocol) = upgrade {
            request = request
                .header(CONNECTION, "Upgrade")
                .header(UPGRADE, protocol);
        }
        #[cfg(feature = "websocket")]
        if matches!(call.info.reply, Reply::WebSocket) {
            request = request
                .header("Sec-WebSocket-Version", "13")
                .header("Sec-WebSocket-Key", crate::reply::WebSocket::key());
        }
        let (kind, upload) = match &call.body {
            Some(json) => (Some("application/json"), Upload::bytes(json.clone())),
            None => (call.info.upload, upload),
        };
        if let Some(kind) = kind {
            request = request.header(CONTENT_TYPE, kind);
        }
        request.body(upload).map_err(|error| {
            Error::new(
                ErrorKind::Argument,
                format!("{} cannot be sent as a request", call.info.id),
            )
            .at(call.info)
            .caused_by(error)
        })
    }

    /// Says to who watches what is about to be sent.
    fn tell_request(&self, request: &http::Request<Upload>) {
        let Some(trace) = &self.0.settings.trace else {
            return;
        };
        trace.tell(Traffic::Request(&trace::request_head(request)));
        match request.body().known() {
            Some(bytes) => trace.tell(Traffic::Sent(&Mask::default().hide(bytes))),
            None if request.body().is_stream() => {
                trace.tell(Traffic::Note(
                    "a stream of bytes goes along, not shown here",
                ));
            }
            None => {}
        }
    }

    fn tell(&self, note: &str) {
        if let Some(trace) = &self.0.settings.trace {
            trace.tell(Traffic::Note(note));
        }
    }

    /// One exchange, on a connection that is free or on a new one.
    ///
    /// A kept connection may have been closed by the engine just now. What was not
    /// sent at all goes out again on a new one; what was sent does too if it is safe.
    async fn exchange(
        &self,
        call: &Call,
        request: http::Request<Upload>,
        repeatable: bool,
    ) -> Result<(http::Response<hyper::body::Incoming>, Connection)> {
        let mut request = request;
        // What was closed while nobody waited is known only after the reactor has had a turn.
        tokio::task::yield_now().await;
        if let Some(kept) = self.0.pool.take() {
            self.tell("on a connection that is open already");
            self.tell_request(&request);
            let again = repeatable.then(|| copy(&request));
            match kept.exchange(request).await {
                Ok(answered) => return Ok(answered),
                Err(Broken { error, unsent }) => {
                    // Nonsense is an answer, too: only what had none is asked for again.
                    let answered = error.as_ref().is_some_and(hyper::Error::is_parse);
                    match unsent.or(again) {
                        Some(back) if !answered => {
                            self.tell("the engine had closed it; trying again");
                            request = back;
                        }
                        _ => return Err(self.broken(call, error)),
                    }
                }
            }
        }
        let stream = connect(self.host()).await.map_err(|e| e.at(call.info))?;
        let fresh = Connection::open(stream)
            .await
            .map_err(|error| self.broken(call, Some(error)))?;
        if self.0.settings.trace.is_some() {
            self.tell(&format!("connected to {}", self.host()));
            self.tell_request(&request);
        }
        fresh
            .exchange(request)
            .await
            .map_err(|broken| self.broken(call, broken.error))
    }

    fn broken(&self, call: &Call, error: Option<hyper::Error>) -> Error {
        let what = match &error {
            Some(error) if error.is_parse() => "answered with something that is not HTTP/1.1",
            Some(error) if error.is_user() => {
                "was not sent the whole request, because its bytes could not be read"
            }
            Some(error)
                if !(error.is_incomplete_message() || error.is_closed() || error.is_canceled()) =>
            {
                "broke off the exchange"
            }
            _ => "closed the connection before it answered",
        };
        let broken = Error::new(
            ErrorKind::Protocol,
            format!("the engine at {} {what} ({})", self.host(), call.info.id),
        )
        .at(call.info);
        match error {
            Some(error) => broken.caused_by(error),
            None => broken,
        }
    }

    /// The error that an answer of 400 or more stands for.
    async fn refusal(&self, answer: Answer) -> Error {
        let (info, status, version) = (answer.info, answer.status, answer.version);
        // A refusal of the version itself comes as a plain 400.
        if let (400, Some(version), false) = (status, version, self.0.negotiated.is_accepted()) {
            if let Some(error) = self.0.negotiated.refused(self, version).await {
                return error.at(info);
            }
        }
        let body = answer.head_of_body(ERROR_BODY).await;
        let message = serde_json::from_slice::<ErrorBody>(&body)
            .ok()
            .and_then(|body| body.message)
            .unwrap_or_else(|| String::from_utf8_lossy(&body).trim().to_owned());
        let message = if message.is_empty() {
            let words = StatusCode::from_u16(status)
                .ok()
                .and_then(|status| status.canonical_reason())
                .unwrap_or("no reason given");
            format!(
                "the engine refused {} with status {status}: {words}",
                info.id
            )
        } else {
            message
        };
        Error::refused(info, status, message)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("host", self.host())
            .field("version", &self.0.settings.version)
            .finish_non_exhaustive()
    }
}

/// The same request again; only those without a stream are copied.
fn copy(request: &http::Request<Upload>) -> http::Request<Upload> {
    let mut copy = http::Request::new(Upload::nothing());
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    copy
}

/// At most this much of an error's body is read.
const ERROR_BODY: usize = 1 << 20;
/// At most this much of an answer that is read as a whole.
const WHOLE_BODY: usize = 1 << 30;

#[derive(serde::Deserialize)]
struct ErrorBody {
    message: Option<String>,
}

/// An answer: its head is here, its body still to be read.
///
/// Dropping it before its end closes the connection.
pub struct Answer {
    client: Client,
    version: Option<ApiVersion>,
    info: &'static Info,
    status: u16,
    headers: HeaderMap,
    content: Content,
    /// There where somebody watches.
    mask: Option<Mask>,
}

enum Content {
    Http(Box<Body>),
    Upgraded(Duplex),
}

impl Answer {
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
        poll_fn(|cx| self.poll_next(cx)).await
    }

    pub(crate) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>>> {
        let info = self.info;
        let polled = match &mut self.content {
            Content::Http(body) => body
                .poll_data(cx)
                .map(Option::transpose)
                .map_err(|error| cut_off(info, error)),
            Content::Upgraded(_) => Poll::Ready(Ok(None)),
        };
        if let (Some(mask), Poll::Ready(Ok(Some(piece)))) = (&mut self.mask, &polled) {
            if let Some(trace) = &self.client.0.settings.trace {
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
    async fn head_of_body(mut self, limit: usize) -> Vec<u8> {
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
                self.client.0.pool.put(connection);
            }
        }
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
        format!("the answer to {} broke off before its end", info.id),
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
