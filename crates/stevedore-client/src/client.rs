//! Sending calls, and what comes back.

use std::fmt;
use std::sync::Arc;

use http::StatusCode;
use http::header::{CONNECTION, CONTENT_TYPE, HOST, UPGRADE, USER_AGENT};
use stevedore_api::system::Ping;
use stevedore_api::{ApiVersion, Args, Call, Endpoint, Info, Method, Reply, Request, Value};

use crate::answer::{Answer, Content};
use crate::body::Upload;
use crate::connect::{Connector, refused_by_tls};
use crate::connection::{Body, Connection, Pool};
use crate::error::{Error, ErrorKind};
use crate::exchange::Pace;
use crate::negotiate::Negotiated;
use crate::patience::Patience;
use crate::read::Read;
use crate::reply::Duplex;
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
    connector: Connector,
    pool: Pool,
}

impl Client {
    /// A client with these settings.
    pub fn new(settings: Settings) -> Self {
        Self(Arc::new(Inner {
            negotiated: Negotiated::new(settings.version),
            settings,
            connector: Connector::default(),
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
        let answer = self.send(Call::check(info, args, version)?, upload).await;
        answer.map_err(|error| match info.method {
            Method::Head if error.kind() == ErrorKind::Refused => error.about(&named(args)),
            _ => error,
        })
    }

    /// Sends a checked call. Every request goes through here.
    ///
    /// # Errors
    /// Kinds `Unreachable`, `Timeout`, `Protocol` and `Refused`; `Version` where the engine
    /// refuses the version itself.
    pub async fn send(&self, call: Call, upload: Upload) -> Result<Answer> {
        let answer = self.exchanged(&call, upload).await?;
        if answer.status() >= 400 {
            return Err(self.refusal(answer).await);
        }
        if answer.version().is_some() {
            self.0.negotiated.accepted();
        }
        Ok(answer)
    }

    /// Sends a request written by hand. A refusal is an answer like any other.
    pub async fn request(&self, request: &Request, upload: Upload) -> Result<Answer> {
        let call = request.call(self.version().await?)?;
        self.exchanged(&call, upload).await
    }

    /// Takes a connection back that can be used again.
    pub(crate) fn keep(&self, connection: Connection) {
        self.0.pool.put(connection);
    }

    /// What makes its connections.
    pub(crate) fn connector(&self) -> &Connector {
        &self.0.connector
    }

    /// Whether a connection has become free just now.
    pub(crate) fn has_fresh(&self) -> bool {
        self.0.pool.has_fresh()
    }

    /// A connection that is free.
    pub(crate) fn kept(&self) -> Option<Connection> {
        self.0.pool.take()
    }

    /// Sends a call and waits for the head of its answer, whatever its status.
    pub(crate) async fn exchanged(&self, call: &Call, upload: Upload) -> Result<Answer> {
        let answer = self.answered(call, upload);
        #[cfg(feature = "tracing")]
        let answer = crate::span::around(call, answer);
        answer.await
    }

    async fn answered(&self, call: &Call, upload: Upload) -> Result<Answer> {
        let pace = Pace::of(call.info, &upload);
        let repeatable = call.method().is_safe() && !upload.is_stream();
        let request = self.message(call, upload)?;
        #[cfg(feature = "websocket")]
        let key = request.headers().get("Sec-WebSocket-Key").cloned();
        let mut patience = match (self.0.settings.request_timeout, pace) {
            (Some(limit), Pace::Whole) => Some(Patience::whole(self.host(), call.info, limit)),
            _ => None,
        };
        // Boxed, so that the futures of callers stay small.
        let attempts = Box::pin(self.attempts(call, request, repeatable, patience.as_mut()));
        let (response, connection) = attempts.await?;
        if let Some(error) = refused_by_tls(self.settings(), &response) {
            return Err(error.at(call.info));
        }
        if pace == Pace::Stream {
            patience = self.idle(call.info, &connection);
        }
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
                    let mut mask = Mask::default();
                    trace.tell(Traffic::Received(&mask.hide(&read)));
                    Box::pin(Tap::new(stream, trace, mask))
                }
                None => stream,
            };
            Content::Upgraded(Duplex::new(stream, read, patience.take()))
        } else {
            Content::Http(Box::new(Body::new(incoming, connection)))
        };
        let mask = trace.is_some().then(Mask::default);
        Ok(Answer::new(self, call, head, body, patience, mask))
    }

    fn message(&self, call: &Call, upload: Upload) -> Result<http::Request<Upload>> {
        let (authority, base) = self.host().authority_and_base();
        let request = http::Request::builder().method(call.method().as_str());
        let request = match base {
            "" => request.uri(&call.target),
            base => request.uri(format!("{base}{}", call.target)),
        };
        let mut request = request
            .header(HOST, authority)
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
    pub(crate) fn tell_request(&self, request: &http::Request<Upload>) {
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

    pub(crate) fn tell(&self, note: &str) {
        if let Some(trace) = &self.0.settings.trace {
            trace.tell(Traffic::Note(note));
        }
    }

    /// The error that an answer of 400 or more stands for.
    async fn refusal(&self, answer: Answer) -> Error {
        let (info, status, version) = (answer.endpoint(), answer.status(), answer.version());
        // A refusal of the version itself comes as a plain 400.
        if let (400, Some(version), false) = (status, version, self.0.negotiated.is_accepted()) {
            if let Some(error) = self.0.negotiated.refused(self, version).await {
                return error.at(info);
            }
        }
        let body = answer.head_of_body(ERROR_BODY).await;
        if (info.id, status) == (Ping::INFO.id, 404) {
            // Every engine has this one.
            let why = "what answers there is no engine; check the address and the port";
            return Error::unreachable_because(self.settings(), why).at(info);
        }
        let message = serde_json::from_slice::<ErrorBody>(&body)
            .ok()
            .and_then(|body| body.message)
            .unwrap_or_else(|| String::from_utf8_lossy(&body).trim().to_owned());
        let message = if message.is_empty() {
            let words = words(info, status);
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

/// What a status means where the engine says nothing. To `HEAD` it can't: there the table knows
/// what it would have said.
fn words(info: &Info, status: u16) -> String {
    let word = info.error(status).filter(|_| info.method == Method::Head);
    if let Some(word) = word {
        return word.replace('_', " ");
    }
    let status = StatusCode::from_u16(status).ok();
    let words = status.and_then(|status| status.canonical_reason());
    words.unwrap_or("no reason given").to_owned()
}

/// What was asked for, by the names of the arguments. They stand in the path and the query: for
/// `HEAD` none of them is secret.
fn named(args: &Args) -> String {
    let named = args.iter().filter_map(|(name, value)| match value {
        Value::Text(text) => Some(format!("{name} `{}`", text.escape_debug())),
        _ => None,
    });
    named.collect::<Vec<_>>().join(", ")
}

/// At most this much of an error's body is read.
const ERROR_BODY: usize = 1 << 20;

#[derive(serde::Deserialize)]
struct ErrorBody {
    message: Option<String>,
}
