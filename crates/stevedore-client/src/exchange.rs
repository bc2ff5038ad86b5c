//! From a request to the head of its answer: connections, tries, time.

use std::pin::pin;

use stevedore_api::{Call, Info, Reply};

use crate::Result;
use crate::body::Upload;
use crate::client::Client;
use crate::connect::{BoxStream, told};
use crate::connection::{Broken, Connection};
use crate::error::{Error, ErrorKind};
use crate::patience::{Patience, Under, within};
use crate::retry::may_pass;

impl Client {
    /// An exchange, tried again as the settings say.
    pub(crate) async fn attempts(
        &self,
        call: &Call,
        request: http::Request<Upload>,
        repeatable: bool,
        mut patience: Option<&mut Patience>,
    ) -> Result<(http::Response<hyper::body::Incoming>, Connection)> {
        let (mut request, mut tried) = (request, 0);
        loop {
            tried += 1;
            let pause = self.settings().retry.and_then(|retry| retry.after(tried));
            let again = (repeatable && pause.is_some()).then(|| copy(&request));
            let exchange = pin!(self.exchange(call, request, repeatable));
            let failed = within(patience.as_deref_mut(), Under::Asking, exchange).await?;
            let failed = match failed {
                Ok(answered) => return Ok(answered),
                Err(failed) => failed,
            };
            let error = failed.error;
            let (Some(back), Some(pause), true) = (
                failed.unsent.map(|it| *it).or(again),
                pause,
                failed.may_pass,
            ) else {
                return Err(error);
            };
            if self.settings().trace.is_some() {
                self.tell(&format!("{}; trying again in {pause:?}", error.chain()));
            }
            let slept = pin!(tokio::time::sleep(pause));
            if let Err(late) = within(patience.as_deref_mut(), Under::Asking, slept).await {
                return Err(late.caused_by(error));
            }
            request = back;
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
    ) -> Result<(http::Response<hyper::body::Incoming>, Connection), Failed> {
        let mut request = request;
        // What was closed while nobody waited is known only after the reactor has had a turn.
        // Right after an answer that is not worth it, if a mistake costs another try at most.
        if !(repeatable && self.has_fresh()) {
            tokio::task::yield_now().await;
        }
        if let Some(kept) = self.kept() {
            self.tell("on a connection that is open already");
            self.tell_request(&request);
            let again = repeatable.then(|| copy(&request));
            match self.exchange_on(kept, call, request).await? {
                Ok(answered) => return Ok(answered),
                Err(Broken { error, unsent }) => match unsent.or(again) {
                    Some(back) if is_unanswered(error.as_ref()) => {
                        self.tell("the engine had closed it; trying again");
                        request = back;
                    }
                    back => return Err(self.failed(call, error, back)),
                },
            }
        }
        let stream = match self.connected(call.info).await {
            Ok(stream) => stream,
            Err(error) => {
                return Err(Failed {
                    may_pass: may_pass(&error),
                    unsent: Some(Box::new(request)),
                    error,
                });
            }
        };
        let felt = self.settings().idle_timeout.is_some();
        let fresh = match Connection::open(stream, felt).await {
            Ok(fresh) => fresh,
            Err(error) => return Err(self.failed(call, Some(error), Some(request))),
        };
        if self.settings().trace.is_some() {
            self.tell(&format!("connected to {}", self.host()));
            self.tell_request(&request);
        }
        match self.exchange_on(fresh, call, request).await? {
            Ok(answered) => Ok(answered),
            Err(Broken { error, unsent }) => Err(self.failed(call, error, unsent)),
        }
    }

    /// A new connection, within the time that the settings give it.
    async fn connected(&self, info: &'static Info) -> Result<BoxStream> {
        let limit = self.settings().connect_timeout;
        let mut patience = limit.map(|limit| Patience::whole(self.host(), info, limit));
        let connecting = pin!(self.connector().connect(self.settings()));
        let connected = within(patience.as_mut(), Under::Connecting, connecting).await;
        connected
            .map_err(|late| match self.settings().origin.sayer() {
                Some(sayer) => late.with_note(&format!("{sayer} says that it is there")),
                None => late,
            })?
            .map_err(|error| error.at(info))
    }

    /// Sends a request, and waits for the head of its answer while something happens.
    async fn exchange_on(
        &self,
        connection: Connection,
        call: &Call,
        mut request: http::Request<Upload>,
    ) -> Result<Exchanged, Failed> {
        let mut patience = None;
        if Pace::of(call.info, request.body()) == Pace::Stream {
            patience = self.idle(call.info, &connection);
            if let Some(pulse) = connection.pulse() {
                request.body_mut().note_starved(pulse.starved());
            }
        }
        let exchange = pin!(connection.exchange(request));
        within(patience.as_mut(), Under::Asking, exchange)
            .await
            .map_err(|error| Failed {
                error,
                unsent: None,
                may_pass: false,
            })
    }

    /// How long a stream on this connection may be silent.
    pub(crate) fn idle(&self, info: &'static Info, connection: &Connection) -> Option<Patience> {
        let limit = self.settings().idle_timeout?;
        let pulse = connection.pulse()?;
        pulse.beat();
        Some(Patience::idle(self.host(), info, limit, pulse.clone()))
    }

    /// On a connection that broke.
    fn failed(
        &self,
        call: &Call,
        error: Option<hyper::Error>,
        unsent: Option<http::Request<Upload>>,
    ) -> Failed {
        Failed {
            may_pass: is_unanswered(error.as_ref()),
            error: self.broken(call, error),
            unsent: unsent.map(Box::new),
        }
    }

    fn broken(&self, call: &Call, error: Option<hyper::Error>) -> Error {
        if let Some(told) = error.as_ref().and_then(|e| told(self.settings(), e)) {
            return told.at(call.info);
        }
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
}

/// The head of an answer and where its body comes from, or a connection that broke.
type Exchanged = Result<(http::Response<hyper::body::Incoming>, Connection), Broken>;

/// Why an exchange failed.
struct Failed {
    error: Error,
    /// The request, where it may be sent again because not a byte of it was.
    unsent: Option<Box<http::Request<Upload>>>,
    /// Whether another try may have more luck.
    may_pass: bool,
}

/// Nonsense is an answer, too: only what had none is asked for again. And bytes that
/// could not be read the first time are not there for a second.
fn is_unanswered(error: Option<&hyper::Error>) -> bool {
    error.is_none_or(|error| !error.is_parse() && !error.is_user())
}

/// What a call's time depends on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pace {
    /// The engine alone: the request is there, and the answer is read as a whole.
    Whole,
    /// Bytes come or go for as long as there are some.
    Stream,
    /// Something that no engine hastens.
    Open,
}

impl Pace {
    pub(crate) fn of(info: &Info, upload: &Upload) -> Self {
        match info.reply {
            _ if info.lasts => Self::Open,
            _ if upload.is_stream() => Self::Stream,
            Reply::Json(_) | Reply::Nothing | Reply::Text | Reply::Header(..) => Self::Whole,
            _ => Self::Stream,
        }
    }
}

/// The same request again; only those without a stream are copied.
fn copy(request: &http::Request<Upload>) -> http::Request<Upload> {
    let body = request.body().known().cloned();
    let mut copy = http::Request::new(body.map_or_else(Upload::nothing, Upload::bytes));
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    copy
}
