//! From a host to a byte stream.

mod npipe;
mod opening;
#[cfg(feature = "ssh")]
mod ssh;
mod tcp;
#[cfg(feature = "tls")]
mod tls;
mod unix;

use std::error::Error as StdError;
use std::io;
use std::pin::Pin;

use tokio::io::{AsyncRead, AsyncWrite};

use self::opening::{Expected, Opening, Unexpected};
use crate::error::Hitch;
use crate::{Error, Host, Result, Settings};

/// What every transport gives: bytes both ways.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send {}

impl<T: AsyncRead + AsyncWrite + Send> Stream for T {}

pub(crate) type BoxStream = Pin<Box<dyn Stream>>;

/// Makes the connections of one client.
#[derive(Default)]
pub(crate) struct Connector {
    #[cfg(feature = "tls")]
    secure: tls::Secure,
}

impl Connector {
    /// A new connection to the host of these settings.
    pub(crate) async fn connect(&self, settings: &Settings) -> Result<BoxStream> {
        let host = &settings.host;
        if settings.is_tls() {
            return self.secured(settings).await;
        }
        let stream = open(settings).await?;
        Ok(match host {
            Host::Tcp(_) => Box::pin(Opening::new(stream, Expected::Http)),
            _ => stream,
        })
    }

    #[cfg(feature = "tls")]
    async fn secured(&self, settings: &Settings) -> Result<BoxStream> {
        // Certificates that can't be used are told of before anything is opened.
        let config = self.secure.config(settings)?;
        let stream = Opening::new(open(settings).await?, Expected::Tls);
        tls::over(settings, config, Box::pin(stream)).await
    }

    #[cfg(not(feature = "tls"))]
    #[allow(
        clippy::unused_async,
        clippy::unused_self,
        reason = "it stands for the one that connects"
    )]
    async fn secured(&self, _: &Settings) -> Result<BoxStream> {
        Err(crate::tls::lacking())
    }
}

/// The transport alone, before any TLS.
async fn open(settings: &Settings) -> Result<BoxStream> {
    let host = &settings.host;
    let unreachable = |error| Error::unreachable(settings, error);
    if let Some(dialer) = &settings.dialer {
        return dialer.dial(host).await.map_err(unreachable);
    }
    match host {
        Host::Unix(path) => unix::connect(path).await.map_err(unreachable),
        Host::Npipe(name) => npipe::connect(name).await.map_err(unreachable),
        Host::Tcp(address) | Host::Tls(address) => tcp::connect(settings, address).await,
        #[cfg(feature = "ssh")]
        Host::Ssh(far) => ssh::connect(settings, far).await,
        #[cfg(not(feature = "ssh"))]
        Host::Ssh(_) => Err(Error::new(
            crate::ErrorKind::Settings,
            "this program was built without ssh; the feature `ssh` of the crate brings it",
        )),
    }
}

/// What is wrong where plain HTTP was answered by a server that expects TLS.
///
/// Those written in Go, as engines are, answer so: HTTP/1.0, status 400, not one header.
/// No engine answers anything else like that.
pub(crate) fn refused_by_tls<T>(
    settings: &Settings,
    response: &http::Response<T>,
) -> Option<Error> {
    let is_plain_port = matches!(settings.host, Host::Tcp(_)) && !settings.is_tls();
    let is_refusal = response.version() == http::Version::HTTP_10
        && response.status() == http::StatusCode::BAD_REQUEST
        && response.headers().is_empty();
    (is_plain_port && is_refusal).then(|| spoken(settings, Unexpected::Tls))
}

/// That the other side speaks the other protocol.
fn spoken(settings: &Settings, unexpected: Unexpected) -> Error {
    let hitch = match unexpected {
        #[cfg(feature = "tls")]
        Unexpected::Http => Hitch::NoTls,
        Unexpected::Tls => Hitch::TlsExpected,
    };
    Error::unreachable_because(settings, &unexpected.to_string()).for_hitch(hitch)
}

/// What the transport knows of why an exchange over it failed, where it does.
pub(crate) fn told(settings: &Settings, error: &(dyn StdError + 'static)) -> Option<Error> {
    let mut next = Some(error);
    while let Some(error) = next {
        let inner = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        if let Some(inner) = inner {
            if let Some(unexpected) = inner.downcast_ref::<Unexpected>() {
                return Some(spoken(settings, *unexpected));
            }
            #[cfg(feature = "tls")]
            if let Some(error) = inner.downcast_ref() {
                return Some(tls::explain(settings, error));
            }
        }
        next = error.source();
    }
    None
}
