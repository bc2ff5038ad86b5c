//! How a client is set up.

use stevedore_api::ApiVersion;

use crate::{Error, ErrorKind, Host, Result, Trace};

/// How a [`Client`](crate::Client) is set up. Reading it does no I/O.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// Where the engine is.
    pub host: Host,
    /// The API version to speak; agreed on with the engine by default.
    pub version: Option<ApiVersion>,
    /// What the client calls itself.
    pub user_agent: String,
    /// Who is told what goes over the wire; nobody by default.
    pub trace: Option<Trace>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            host: Host::default(),
            version: None,
            user_agent: concat!("stevedore/", env!("CARGO_PKG_VERSION")).to_owned(),
            trace: None,
        }
    }
}

impl Settings {
    /// The default socket, and a version agreed on with the engine.
    pub fn new() -> Self {
        Self::default()
    }

    /// What `DOCKER_HOST` and `DOCKER_API_VERSION` say; a variable that is empty counts as not set.
    ///
    /// # Errors
    /// A variable that can't be read; the message names it.
    pub fn from_env() -> Result<Self> {
        let mut settings = Self::default();
        if let Some(host) = variable("DOCKER_HOST")? {
            settings.host = host.parse().map_err(|error| blame("DOCKER_HOST", &error))?;
        }
        settings.version = Self::version_from_env()?;
        Ok(settings)
    }

    /// What `DOCKER_API_VERSION` says.
    ///
    /// # Errors
    /// It is set and no version, or none that this library speaks.
    pub fn version_from_env() -> Result<Option<ApiVersion>> {
        let Some(text) = variable("DOCKER_API_VERSION")? else {
            return Ok(None);
        };
        let version: ApiVersion = text.parse().map_err(|error| {
            Error::new(ErrorKind::Settings, format!("DOCKER_API_VERSION: {error}"))
        })?;
        Self::spoken(version)
            .map(Some)
            .map_err(|error| blame("DOCKER_API_VERSION", &error))
    }

    /// Sets where the engine is.
    pub fn host(mut self, host: Host) -> Self {
        self.host = host;
        self
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

    fn spoken(version: ApiVersion) -> Result<ApiVersion> {
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

/// The value of an environment variable, unless it is unset or empty.
fn variable(name: &str) -> Result<Option<String>> {
    match std::env::var(name) {
        Ok(value) if value.trim().is_empty() => Ok(None),
        Ok(value) => Ok(Some(value)),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => Err(Error::new(
            ErrorKind::Settings,
            format!("{name} is not valid UTF-8"),
        )),
    }
}

fn blame(variable: &str, error: &Error) -> Error {
    Error::new(ErrorKind::Settings, format!("{variable}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_versions_that_are_spoken_can_be_pinned() {
        assert!(Settings::new().version(ApiVersion::new(1, 41)).is_ok());
        for beyond in [ApiVersion::new(1, 24), ApiVersion::new(1, 56)] {
            let error = Settings::new().version(beyond).unwrap_err();
            assert!(error.to_string().contains("1.25 to 1.55"), "{error}");
        }
    }
}
