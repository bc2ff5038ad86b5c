//! Which API version to speak.

use std::sync::atomic::{AtomicBool, Ordering};

use stevedore_api::system::{GetVersion, Ping, Version};
use stevedore_api::{ApiVersion, Call, Endpoint};
use tokio::sync::OnceCell;

use crate::body::Upload;
use crate::error::{Error, ErrorKind};
use crate::{Client, Result};

/// The version that was agreed on, once it was.
pub(crate) struct Negotiated {
    version: OnceCell<Agreed>,
    /// Whether the engine has answered a call in that version.
    accepted: AtomicBool,
}

/// What calls are sent with, and the engine's newest where it was asked.
#[derive(Clone, Copy)]
struct Agreed {
    version: ApiVersion,
    newest: Option<ApiVersion>,
}

impl Negotiated {
    pub(crate) fn new(pinned: Option<ApiVersion>) -> Self {
        Self {
            version: OnceCell::new_with(pinned.map(|version| Agreed {
                version,
                newest: None,
            })),
            accepted: AtomicBool::new(false),
        }
    }

    pub(crate) fn accepted(&self) {
        self.accepted.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_accepted(&self) -> bool {
        self.accepted.load(Ordering::Relaxed)
    }

    /// Asks the engine, the first time: whoever comes meanwhile waits for the same answer.
    pub(crate) async fn version(&self, client: &Client) -> Result<ApiVersion> {
        self.version
            .get_or_try_init(|| newest_in_common(client))
            .await
            .map(|agreed| agreed.version)
    }

    pub(crate) fn newest_of_engine(&self) -> Option<ApiVersion> {
        self.version.get()?.newest
    }

    /// After a 400 before any success: whether the engine does not speak `version`.
    ///
    /// One request, and only where something failed.
    pub(crate) async fn refused(&self, client: &Client, version: ApiVersion) -> Option<Error> {
        let call = Call::unversioned(GetVersion::INFO);
        let answer = Box::pin(client.send(call, Upload::nothing())).await.ok()?;
        let spoken: Version = answer.json().await.ok()?;
        let newest: ApiVersion = spoken.api_version.parse().ok()?;
        let oldest: ApiVersion = spoken.min_api_version.parse().unwrap_or(ApiVersion::OLDEST);
        if (oldest..=newest).contains(&version) {
            return None;
        }
        Some(Error::new(
            ErrorKind::Version,
            format!(
                "the engine at {} (version {}) speaks API versions {oldest} to {newest}, and not {version}; \
                 ask for one of these, or leave the version to be agreed on",
                client.host(),
                spoken.version
            ),
        ))
    }
}

/// The newest version that the engine and this library both speak.
async fn newest_in_common(client: &Client) -> Result<Agreed> {
    let ping = Ping::INFO;
    let answer = Box::pin(client.send(Call::unversioned(ping), Upload::nothing())).await?;
    let Some(header) = answer.header("api-version").map(str::to_owned) else {
        return Err(Error::new(
            ErrorKind::Protocol,
            format!(
                "what answers at {} does not say which API version it speaks; is it a Docker engine?",
                client.host()
            ),
        )
        .at(ping));
    };
    answer.done().await?;
    let newest: ApiVersion = header.parse().map_err(|error| {
        Error::new(
            ErrorKind::Protocol,
            format!(
                "the engine at {} names a strange API version",
                client.host()
            ),
        )
        .at(ping)
        .caused_by(error)
    })?;
    if newest < ApiVersion::OLDEST {
        return Err(Error::new(
            ErrorKind::Version,
            format!(
                "the engine at {} speaks API versions up to {newest}; this library needs {} or later, \
                 which Docker has since 1.13",
                client.host(),
                ApiVersion::OLDEST
            ),
        )
        .at(ping));
    }
    Ok(Agreed {
        version: newest.min(ApiVersion::NEWEST),
        newest: Some(newest),
    })
}
