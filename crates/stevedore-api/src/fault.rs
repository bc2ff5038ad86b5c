//! What can be wrong with a call before it is sent.

use std::fmt;

use crate::{ApiVersion, Info, Span};

/// Why a call was not sent.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Fault {
    /// An argument is missing, unknown or of the wrong shape.
    Argument {
        /// The endpoint that was called.
        endpoint: &'static Info,
        /// The argument, with the way inside it: `host_config.memory`.
        argument: String,
        /// What would have been right.
        expected: String,
        /// What it was.
        got: String,
    },
    /// The endpoint or an argument does not exist at the version in use.
    Version {
        /// The endpoint that was called.
        endpoint: &'static Info,
        /// The argument, or nothing where the endpoint itself is too new.
        argument: Option<String>,
        /// The versions that have it.
        needs: Span,
        /// The version in use.
        have: ApiVersion,
    },
}

impl Fault {
    /// The endpoint that was called.
    pub fn endpoint(&self) -> &'static Info {
        match self {
            Self::Argument { endpoint, .. } | Self::Version { endpoint, .. } => endpoint,
        }
    }

    /// The argument at fault, where it is one.
    pub fn argument(&self) -> Option<&str> {
        match self {
            Self::Argument { argument, .. } => Some(argument),
            Self::Version { argument, .. } => argument.as_deref(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument {
                endpoint,
                argument,
                expected,
                got,
            } => write!(
                f,
                "`{argument}` of {} must be {expected}, not {got}",
                endpoint.id
            ),
            Self::Version {
                endpoint,
                argument,
                needs,
                have,
            } => {
                match argument {
                    Some(argument) => write!(f, "`{argument}` of {}", endpoint.id)?,
                    None => write!(
                        f,
                        "{} ({} {})",
                        endpoint.id,
                        endpoint.method.as_str(),
                        endpoint.path
                    )?,
                }
                match needs.until {
                    Some(until) if *have > until => {
                        write!(f, " went away after API version {until}")?;
                    }
                    _ => write!(f, " needs API version {} or later", needs.since)?,
                }
                write!(f, "; the version in use is {have}")
            }
        }
    }
}

impl std::error::Error for Fault {}
