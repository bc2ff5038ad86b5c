//! How a client is set up.

use std::time::Duration;

use stevedore_api::ApiVersion;

use crate::discover::{Origin, Place};
use crate::{Dialer, Error, ErrorKind, Host, Result, Retry, Tls, Trace, Warning};

/// How a [`Client`](crate::Client) is set up. Reading it does no I/O.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// Where the engine is.
    pub host: Host,
    /// What TLS needs. It makes TLS of `tcp://`; `https://` is TLS in any case, and
    /// sockets, pipes and ssh have no use for it.
    pub tls: Option<Tls>,
    /// Further arguments for `ssh`, before the host; none by default.
    pub ssh_arguments: Vec<String>,
    /// Who connects, in place of the transports that are built in.
    pub dialer: Option<Dialer>,
    /// The API version to speak; agreed on with the engine by default.
    pub version: Option<ApiVersion>,
    /// What the client calls itself.
    pub user_agent: String,
    /// Who is told what goes over the wire; nobody by default.
    pub trace: Option<Trace>,
    /// How long it may take until there is a connection; 30 seconds by default.
    pub connect_timeout: Option<Duration>,
    /// How long a call may take whose answer is read as a whole; without end by default.
    pub request_timeout: Option<Duration>,
    /// How long a stream may be silent; without end by default.
    pub idle_timeout: Option<Duration>,
    /// How what got no answer is tried again; not at all by default.
    pub retry: Option<Retry>,
    /// Who says that the engine is there.
    pub(crate) origin: Origin,
    /// The context that `DOCKER_CONTEXT` names, where `DOCKER_HOST` wins over it.
    pub(crate) overridden: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            host: Host::default(),
            tls: None,
            ssh_arguments: Vec::new(),
            dialer: None,
            version: None,
            user_agent: concat!("stevedore/", env!("CARGO_PKG_VERSION")).to_owned(),
            trace: None,
            connect_timeout: Some(Duration::from_secs(30)),
            request_timeout: None,
            idle_timeout: None,
            retry: None,
            origin: Origin::Usual(Place::System),
            overridden: None,
        }
    }
}

impl Settings {
    /// The default socket, and a version agreed on with the engine.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets where the engine is.
    pub fn host(mut self, host: Host) -> Self {
        self.host = host;
        self.origin = Origin::Given;
        self.overridden = None;
        self
    }

    /// Sets what TLS needs; `tcp://` is TLS then.
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Sets further arguments for `ssh`, such as `["-i", "/home/me/.ssh/docker"]`.
    ///
    /// They stand before those of this library, so that they win over them as over the
    /// user's ssh configuration. No shell reads them.
    pub fn ssh_arguments<I>(mut self, arguments: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.ssh_arguments = arguments.into_iter().map(Into::into).collect();
        self
    }

    /// Sets who connects, in place of the transports that are built in.
    pub fn dialer(mut self, dialer: Dialer) -> Self {
        self.dialer = Some(dialer);
        self
    }

    /// Whether the connection is TLS.
    pub fn is_tls(&self) -> bool {
        match self.host {
            Host::Tls(_) => true,
            Host::Tcp(_) => self.tls.is_some(),
            Host::Unix(_) | Host::Npipe(_) | Host::Ssh(_) => false,
        }
    }

    /// What the user should know before a connection is made. No I/O.
    ///
    /// ```
    /// use stevedore_client::Settings;
    ///
    /// let settings = Settings::new().host("tcp://10.0.0.1".parse()?);
    /// for warning in settings.warnings() {
    ///     eprintln!("warning: {warning}");
    /// }
    /// # assert_eq!(settings.warnings().len(), 1);
    /// # Ok::<(), stevedore_client::Error>(())
    /// ```
    pub fn warnings(&self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        if self.is_tls() {
            if self.tls.as_ref().is_some_and(|tls| !tls.is_verifying()) {
                warnings.push(Warning::Unverified(self.host.clone()));
            }
        } else if let (Host::Tcp(_), None) = (&self.host, &self.dialer) {
            warnings.push(Warning::Plain(self.host.clone()));
        }
        if let Some(context) = &self.overridden {
            warnings.push(Warning::ContextIgnored(context.clone()));
        }
        warnings
    }

    /// Sets the API version to speak, instead of agreeing on one.
    ///
    /// # Errors
    /// A version that this library does not speak.
    pub fn version(mut self, version: ApiVersion) -> Result<Self> {
        self.version = Some(Self::spoken(version)?);
        Ok(self)
    }

    /// Sets what the client calls itself.
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.user_agent = name.into();
        self
    }

    /// Sets who is told what goes over the wire.
    pub fn trace(mut self, trace: Trace) -> Self {
        self.trace = Some(trace);
        self
    }

    /// Sets how long it may take until there is a connection; `None` is for ever.
    ///
    /// By default 30 seconds: nothing that an engine does is part of it, so this is
    /// time for a slow network, or for a key of ssh that somebody has to touch.
    /// Nothing was sent when it ends.
    pub fn connect_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.connect_timeout = limit.into();
        self
    }

    /// Sets how long a call may take, from its first byte to the last of its answer,
    /// where the answer is read as a whole; `None`, the default, is for ever.
    ///
    /// Tries after a failure count, the request that agrees on a version does not.
    /// Streams, both of bytes that go along and of answers, have no such end, but
    /// [`idle_timeout`](Self::idle_timeout); nor has a wait for a container. There is no
    /// default because nobody knows it: to stop a container takes as long as that
    /// likes, and to prune or to commit as long as the disk. For a limit to a single
    /// call drop its future, with `tokio::time::timeout`: its socket closes at once.
    ///
    /// When it ends, the engine may have acted.
    pub fn request_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.request_timeout = limit.into();
        self
    }

    /// Sets how long a stream may be silent while somebody waits for it; `None`,
    /// the default, is for ever.
    ///
    /// That is: no byte came and none went. It is for logs, progress, archives, output
    /// of commands and requests by hand, also before their answer begins, and for bytes
    /// that go along. Time in which nobody pulls does not count, nor does time in
    /// which the caller is the one that has no bytes ready. There is no default because
    /// followed logs, events and builds may well be silent for hours.
    pub fn idle_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.idle_timeout = limit.into();
        self
    }

    /// Sets how what got no answer is tried again.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = Some(retry);
        self
    }

    pub(crate) fn spoken(version: ApiVersion) -> Result<ApiVersion> {
        if (ApiVersion::OLDEST..=ApiVersion::NEWEST).contains(&version) {
            Ok(version)
        } else {
            Err(Error::new(
                ErrorKind::Settings,
                format!(
                    "API version {version} is none that this library speaks: {} to {}",
                    ApiVersion::OLDEST,
                    ApiVersion::NEWEST
                ),
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_dangerous_is_told() {
        let settings = |host: &str| Settings::new().host(host.parse().unwrap());
        assert!(settings("/run/d.sock").warnings().is_empty());
        assert!(settings("ssh://a").warnings().is_empty());
        assert!(settings("https://a").warnings().is_empty());
        let plain = settings("tcp://a");
        assert_eq!(plain.warnings(), [Warning::Plain(plain.host.clone())]);
        let secured = settings("tcp://a").tls(Tls::new());
        assert!(secured.is_tls());
        assert!(secured.warnings().is_empty());
        let unverified = settings("https://a").tls(Tls::new().verify(false));
        assert_eq!(
            unverified.warnings(),
            [Warning::Unverified(unverified.host.clone())]
        );
        let socket = settings("/run/d.sock").tls(Tls::new().verify(false));
        assert!(!socket.is_tls());
        assert!(socket.warnings().is_empty());
    }

    #[test]
    fn only_versions_that_are_spoken_can_be_pinned() {
        assert!(Settings::new().version(ApiVersion::new(1, 41)).is_ok());
        for beyond in [ApiVersion::new(1, 24), ApiVersion::new(1, 56)] {
            let error = Settings::new().version(beyond).unwrap_err();
            assert!(error.to_string().contains("1.25 to 1.55"), "{error}");
        }
    }
}
