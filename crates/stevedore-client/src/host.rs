//! Where an engine is.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::{Error, ErrorKind};

/// Where an engine is reached.
///
/// ```
/// use stevedore_client::Host;
///
/// let host: Host = "unix:///var/run/docker.sock".parse()?;
/// assert_eq!(host, "/var/run/docker.sock".parse()?);
/// # Ok::<(), stevedore_client::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Host {
    /// A unix socket.
    Unix(PathBuf),
}

impl Host {
    /// The socket of a system-wide engine.
    pub const DEFAULT: &str = "unix:///var/run/docker.sock";

    /// The socket's path.
    pub fn path(&self) -> &Path {
        match self {
            Self::Unix(path) => path,
        }
    }

    /// How it is reached, in a word: `socket`.
    pub fn protocol(&self) -> &'static str {
        match self {
            Self::Unix(_) => "socket",
        }
    }
}

impl Default for Host {
    fn default() -> Self {
        Self::Unix(PathBuf::from("/var/run/docker.sock"))
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => write!(f, "unix://{}", path.display()),
        }
    }
}

impl FromStr for Host {
    type Err = Error;

    /// `unix://PATH`, `http+unix://PATH` or an absolute path; blanks around are ignored.
    fn from_str(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let wrong = |why: &str| {
            Error::new(
                ErrorKind::Settings,
                format!(
                    "`{}` is not a host to connect to: {why}",
                    text.escape_debug()
                ),
            )
        };
        let path = if text.starts_with('/') {
            text
        } else {
            let (scheme, rest) = text.split_once("://").ok_or_else(|| {
                wrong("it must be `<protocol>://<address>`, such as unix:///var/run/docker.sock")
            })?;
            match scheme {
                "unix" | "http+unix" => rest,
                "tcp" | "http" | "https" | "ssh" | "npipe" | "fd" => {
                    return Err(wrong(&format!(
                        "this version reaches engines over unix sockets only, not over {scheme}"
                    )));
                }
                _ => return Err(wrong(&format!("`{scheme}` is an unknown protocol"))),
            }
        };
        if !path.starts_with('/') {
            return Err(wrong("the socket's path must be absolute"));
        }
        // sockaddr_un holds 108 bytes, the last of them zero.
        if path.len() > 107 || path.contains('\0') {
            return Err(wrong("a socket's path has at most 107 bytes"));
        }
        Ok(Self::Unix(PathBuf::from(path)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_is_named_three_ways() {
        let socket = Host::Unix("/run/d.sock".into());
        for text in [
            "unix:///run/d.sock",
            "http+unix:///run/d.sock",
            " /run/d.sock\n",
        ] {
            assert_eq!(text.parse::<Host>().unwrap(), socket, "{text}");
        }
        assert_eq!(socket.to_string().parse::<Host>().unwrap(), socket);
        assert_eq!(Host::DEFAULT.parse::<Host>().unwrap(), Host::default());
    }

    #[test]
    fn what_cannot_be_reached_is_refused_by_name() {
        let long = format!("unix:///{}", "x".repeat(107));
        for (text, why) in [
            ("", "must be `<protocol>://<address>`"),
            ("docker.sock", "must be `<protocol>://<address>`"),
            ("ftp://x", "`ftp` is an unknown protocol"),
            ("tcp://x:2375", "not over tcp"),
            ("unix://docker.sock", "must be absolute"),
            (long.as_str(), "at most 107 bytes"),
        ] {
            let error = text.parse::<Host>().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Settings);
            assert!(error.to_string().contains(why), "{error}");
        }
    }
}
