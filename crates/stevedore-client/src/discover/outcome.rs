//! What was found at one place.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use stevedore_api::ApiVersion;

/// What was found at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// An engine that can be used.
    Answers(Engine),
    /// None that can be used, and why.
    Fails(Why),
    /// Something is there, but it was not asked: somebody said where the engine is.
    NotAsked,
}

/// What an engine tells of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Engine {
    /// What it calls itself, such as `Podman Engine`; empty where it does not say.
    pub name: String,
    /// Its own version: `28.5.2`.
    pub version: String,
    /// The newest API version it speaks.
    pub newest: ApiVersion,
    /// The oldest API version it speaks, where it says so.
    pub oldest: Option<ApiVersion>,
}

/// Why the engine at a place can't be used.
///
/// `Display` says it in a few words, [`advice`](Self::advice) what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Why {
    /// What was said about the engine can't be understood: a variable, a file, a context.
    Settings(String),
    /// There is no such file.
    NoFile {
        /// Where a link leads, whose end is missing.
        link: Option<PathBuf>,
    },
    /// There is a file, but not a socket.
    NotASocket,
    /// This user may not use the socket.
    NoPermission(Barred),
    /// Nobody listens.
    Refused,
    /// The name of the machine is not known.
    NoSuchMachine,
    /// No answer in this time.
    TimedOut(Duration),
    /// TLS is spoken there.
    TlsExpected,
    /// No TLS is spoken there.
    NoTls,
    /// TLS is spoken, but there was no agreement: a certificate, its name, its issuer.
    TlsFailed(String),
    /// Something between here and the engine answered in its place.
    Proxy {
        /// The HTTP status of the answer.
        status: u16,
    },
    /// It is an engine older than this library speaks to.
    TooOld(Engine),
    /// It is an engine that has given up all versions that this library speaks.
    TooNew(Engine),
    /// Something answered that is no engine.
    NotAnEngine,
    /// Something took the connection and closed it without an answer.
    HungUp,
    /// Anything else, in the words of the error.
    Other(String),
}

/// What keeps a user from a socket.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Barred {
    /// The socket may be used by members of this group.
    Group {
        /// Its number.
        id: u32,
        /// Its name, where it has one on this machine.
        name: Option<String>,
        /// Whether this user is a member already, but this session began before that.
        is_member: bool,
        /// What the user is called, where that is known.
        user: Option<String>,
    },
    /// The socket may be used by its owner alone.
    Owner(String),
    /// A folder on the way to the socket is closed.
    Folder(PathBuf),
    /// It can't be seen what.
    Unknown,
}

impl Outcome {
    /// The engine, where one answers that can be used.
    pub fn engine(&self) -> Option<&Engine> {
        match self {
            Self::Answers(engine) => Some(engine),
            _ => None,
        }
    }

    /// Why it can't be used.
    pub fn why(&self) -> Option<&Why> {
        match self {
            Self::Fails(why) => Some(why),
            _ => None,
        }
    }
}

impl Why {
    /// What to do about it, where something can be said.
    pub fn advice(&self) -> Option<String> {
        let text = match self {
            Self::NoFile { link: Some(target) } => format!(
                "it is a link to {}, which is not there; start the engine that makes it",
                target.display()
            ),
            Self::NoPermission(barred) => barred.advice()?,
            Self::Refused => "start the engine".to_owned(),
            Self::NoSuchMachine => "check its name, and that this machine is online".to_owned(),
            Self::TimedOut(_) => {
                "it hangs, or has only just begun to start; look at its log".to_owned()
            }
            Self::TlsExpected => {
                "name it as https://, or give the certificates to use with it".to_owned()
            }
            Self::NoTls => "name it as tcp:// and give no certificates, if its network is \
                            trusted"
                .to_owned(),
            Self::Proxy { .. } => "go round the proxy, or have it pass on /_ping, /version and \
                                   what else is needed"
                .to_owned(),
            Self::TooOld(_) => format!(
                "API {} or later is needed, which Docker has since 1.13; upgrade the engine",
                ApiVersion::OLDEST
            ),
            Self::TooNew(_) => format!(
                "this library speaks API versions up to {}; look for a newer one",
                ApiVersion::NEWEST
            ),
            Self::NotASocket => "check the path; what is there is a file or a folder".to_owned(),
            Self::NotAnEngine => {
                "another program listens there; check the address and the port".to_owned()
            }
            Self::HungUp => "an engine that is about to stop does so, and a proxy whose engine is \
                             gone; start the engine again"
                .to_owned(),
            Self::Settings(_)
            | Self::NoFile { link: None }
            | Self::TlsFailed(_)
            | Self::Other(_) => return None,
        };
        Some(text)
    }
}

impl Barred {
    fn advice(&self) -> Option<String> {
        let text = match self {
            Self::Group {
                name: Some(name),
                is_member: true,
                ..
            } => format!(
                "this user is in the group `{name}`, but not yet in this session; log in again"
            ),
            Self::Group { name: None, id, .. } => {
                format!("members of the group {id} may use it, which has no name on this machine")
            }
            Self::Group {
                name: Some(name),
                user,
                ..
            } => format!(
                "the group `{name}` may use it: `sudo usermod -aG {name} {}`, then log in again",
                user.as_deref().unwrap_or("USER")
            ),
            Self::Owner(owner) => format!("only the user `{owner}` may use it"),
            Self::Folder(folder) => {
                format!("the folder {} is closed to this user", folder.display())
            }
            Self::Unknown => return None,
        };
        Some(text)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answers(engine) => engine.fmt(f),
            Self::Fails(why) => why.fmt(f),
            Self::NotAsked => f.write_str("is there; was not asked"),
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.name.is_empty() {
            write!(f, "{} ", self.name)?;
        }
        if !self.version.is_empty() {
            write!(f, "{}, ", self.version)?;
        }
        match self.oldest {
            Some(oldest) => write!(f, "API {oldest} to {}", self.newest),
            None => write!(f, "API up to {}", self.newest),
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Settings(what) | Self::Other(what) => f.write_str(what),
            Self::NoFile { link: None } => f.write_str("no such file"),
            Self::NoFile { link: Some(_) } => f.write_str("a link to nothing"),
            Self::NotASocket => f.write_str("not a socket"),
            Self::NoPermission(_) => f.write_str("permission denied"),
            Self::Refused => f.write_str("nobody listens"),
            Self::NoSuchMachine => f.write_str("no machine of that name"),
            Self::TimedOut(limit) => write!(f, "no answer in {limit:?}"),
            Self::TlsExpected => f.write_str("speaks TLS, was spoken to without"),
            Self::NoTls => f.write_str("speaks no TLS"),
            Self::TlsFailed(what) => write!(f, "no agreement on TLS: {what}"),
            Self::Proxy { status } => write!(f, "a proxy answers, with status {status}"),
            Self::TooOld(engine) => write!(f, "too old: {engine}"),
            Self::TooNew(engine) => write!(f, "too new: {engine}"),
            Self::NotAnEngine => f.write_str("something that is no engine"),
            Self::HungUp => f.write_str("closes the connection"),
        }
    }
}
