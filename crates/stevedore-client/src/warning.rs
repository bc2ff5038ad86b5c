//! What a user should know before a connection is made.

use std::fmt;

use crate::Host;

/// Something about the settings that is allowed but dangerous, or hardly meant.
///
/// Printed, it is a sentence for the user.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Warning {
    /// The engine listens on a port without TLS.
    Plain(Host),
    /// With TLS, but the engine need not prove who it is.
    Unverified(Host),
    /// `DOCKER_CONTEXT` names this context, but `DOCKER_HOST` is set and wins.
    ContextIgnored(String),
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(host) => write!(
                f,
                "{host} is plain TCP: whoever reaches that port is root on the engine's machine, \
                 and whoever sits on the way reads and changes everything; use TLS or ssh"
            ),
            Self::Unverified(host) => write!(
                f,
                "the certificate of {host} is not verified: whoever sits on the way can pose as \
                 the engine, and read and change everything"
            ),
            Self::ContextIgnored(name) => write!(
                f,
                "DOCKER_HOST is set and wins over DOCKER_CONTEXT, which names the context `{}`; \
                 unset one of them",
                name.escape_debug()
            ),
        }
    }
}
