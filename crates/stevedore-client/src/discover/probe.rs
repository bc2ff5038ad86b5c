//! Asking one place whether an engine is there.

use std::io::ErrorKind as Io;
use std::time::Duration;

use stevedore_api::system::{GetVersion, Ping, Version};
use stevedore_api::{ApiVersion, Call, Endpoint, Info};
use tokio::time::timeout;

use super::{Barred, Engine, Outcome, Why, socket};
use crate::error::Hitch;
use crate::{Answer, Client, Environment, Error, ErrorKind, Host, Result, Settings, Upload};

/// An answer about versions is not longer than this.
const LARGEST: usize = 1 << 20;

/// What an engine says of itself is cut off after so many characters.
const WORDS: usize = 60;

/// Headers that only an intermediary sends.
const OF_A_PROXY: [&str; 4] = ["via", "proxy-authenticate", "proxy-connection", "x-cache"];

/// Asks, and waits for at most this long.
pub(super) async fn probe(
    environment: &Environment,
    settings: &Settings,
    patience: Duration,
) -> Outcome {
    let mut settings = settings.clone();
    settings.version = None;
    let client = Client::new(settings);
    match timeout(patience, ask(environment, &client)).await {
        Ok(Ok(engine)) => judged(engine),
        Ok(Err(why)) => Outcome::Fails(why),
        Err(_) => Outcome::Fails(Why::TimedOut(patience)),
    }
}

/// Whether this library and the engine have a version in common.
fn judged(engine: Engine) -> Outcome {
    if engine.newest < ApiVersion::OLDEST {
        Outcome::Fails(Why::TooOld(engine))
    } else if engine.oldest.is_some_and(|it| it > ApiVersion::NEWEST) {
        Outcome::Fails(Why::TooNew(engine))
    } else {
        Outcome::Answers(engine)
    }
}

async fn ask(environment: &Environment, client: &Client) -> Result<Engine, Why> {
    let version = send(environment, client, GetVersion::INFO).await?;
    let status = version.status();
    if status < 400 {
        let proxied = is_of_a_proxy(&version);
        let body = version.head_of_body(LARGEST).await;
        return match serde_json::from_slice(&body).ok().and_then(engine) {
            Some(engine) => Ok(engine),
            None if proxied => Err(Why::Proxy { status }),
            None => Err(Why::NotAnEngine),
        };
    }
    // A proxy that lets through some calls may let through this one.
    let proxied = is_of_a_proxy(&version);
    drop(version);
    let ping = send(environment, client, Ping::INFO).await?;
    let newest = ping.header("api-version").and_then(|it| it.parse().ok());
    match newest {
        Some(newest) => Ok(Engine {
            name: String::new(),
            version: String::new(),
            newest,
            oldest: None,
        }),
        // 401, 403 and 407 are of somebody who guards something, 502 to 504 of somebody
        // between; an engine has no word for `GET /version` but 200.
        None if proxied || matches!(status, 401 | 403 | 407 | 502..=504) => {
            Err(Why::Proxy { status })
        }
        None => Err(Why::NotAnEngine),
    }
}

async fn send(
    environment: &Environment,
    client: &Client,
    info: &'static Info,
) -> Result<Answer, Why> {
    let call = Call::unversioned(info);
    let sent = client.exchanged(&call, Upload::nothing()).await;
    sent.map_err(|error| why(environment, client.host(), &error))
}

fn is_of_a_proxy(answer: &Answer) -> bool {
    OF_A_PROXY.iter().any(|name| answer.header(name).is_some())
}

fn engine(version: Version) -> Option<Engine> {
    let named = version.components.into_iter().next();
    Some(Engine {
        newest: version.api_version.parse().ok()?,
        oldest: version.min_api_version.parse().ok(),
        name: named.map(|it| words(&it.name)).unwrap_or_default(),
        version: words(&version.version),
    })
}

/// Text of others, fit to be shown in a line.
fn words(text: &str) -> String {
    let shown = text.chars().filter(|it| !it.is_control());
    shown.take(WORDS).collect()
}

/// What an error means for who looks for an engine.
fn why(environment: &Environment, host: &Host, error: &Error) -> Why {
    if let Some(io) = cause::<std::io::Error>(error) {
        let told = match (host, io.kind()) {
            (Host::Unix(path), _) => socket::diagnose(environment, path, io),
            (Host::Npipe(_), Io::NotFound) => Some(Why::NoFile { link: None }),
            (Host::Npipe(_), Io::PermissionDenied) => Some(Why::NoPermission(Barred::Unknown)),
            (Host::Tcp(_) | Host::Tls(_), Io::ConnectionRefused) => Some(Why::Refused),
            _ => None,
        };
        if let Some(why) = told {
            return why;
        }
    }
    match (error.kind(), error.hitch()) {
        (_, Some((Hitch::NoSuchMachine, _))) => Why::NoSuchMachine,
        (_, Some((Hitch::TlsExpected, _))) => Why::TlsExpected,
        (_, Some((Hitch::NoTls, _))) => Why::NoTls,
        (_, Some((Hitch::TlsFailed, why))) => Why::TlsFailed(why.to_owned()),
        (_, Some((Hitch::Other | Hitch::Passing | Hitch::NoProgram, why))) => {
            Why::Other(why.to_owned())
        }
        (ErrorKind::Protocol, None) if is_nonsense(error) => Why::NotAnEngine,
        (ErrorKind::Protocol, None) => Why::HungUp,
        (ErrorKind::Settings, None) => Why::Settings(error.to_string()),
        (_, None) => Why::Other(error.to_string()),
    }
}

/// Whether there was an answer at all.
fn is_nonsense(error: &Error) -> bool {
    cause::<hyper::Error>(error).is_some_and(hyper::Error::is_parse)
}

/// The first cause of a kind.
fn cause<T: std::error::Error + 'static>(error: &Error) -> Option<&T> {
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        if let Some(found) = cause.downcast_ref() {
            return Some(found);
        }
        next = cause.source();
    }
    None
}
