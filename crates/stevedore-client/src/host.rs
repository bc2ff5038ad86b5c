//! Where an engine is.

mod address;
mod percent;
mod ssh;

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

pub use address::Address;
pub use ssh::Ssh;

use crate::{Error, ErrorKind};

/// Where an engine is reached.
///
/// It is written as `DOCKER_HOST` is, and printed so that it reads back the same:
///
/// ```
/// use stevedore_client::Host;
///
/// let host: Host = "unix:///var/run/docker.sock".parse()?;
/// assert_eq!(host, "/var/run/docker.sock".parse()?);
///
/// let host: Host = "tcp://build.example.com".parse()?;
/// assert_eq!(host.to_string(), "tcp://build.example.com:2375");
/// # Ok::<(), stevedore_client::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Host {
    /// A unix socket.
    Unix(PathBuf),
    /// A named pipe of Windows, such as `//./pipe/docker_engine`.
    Npipe(String),
    /// A port that speaks plain HTTP, or TLS where the settings have it.
    Tcp(Address),
    /// A port that speaks TLS.
    Tls(Address),
    /// An engine on a machine that `ssh` logs in to.
    ///
    /// Each connection is a program `ssh`, killed when the connection is dropped. Nobody waits for
    /// its end then: where that comes a moment later, it stays in the system's table of
    /// processes, as a zombie that holds nothing else, until the next connection over ssh is made
    /// or dropped. After a burst of connections that get nowhere there can be one for each.
    Ssh(Ssh),
}

impl Host {
    /// Where a system-wide engine listens.
    #[cfg(not(windows))]
    pub const DEFAULT: &str = "unix:///var/run/docker.sock";
    /// Where a system-wide engine listens.
    #[cfg(windows)]
    pub const DEFAULT: &str = "npipe:////./pipe/docker_engine";

    /// The socket's path, where it is a unix socket.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Unix(path) => Some(path),
            _ => None,
        }
    }

    /// The address without the protocol: a path, or `host:port`.
    pub fn address(&self) -> String {
        match self {
            Self::Unix(path) => path.display().to_string(),
            Self::Npipe(name) => name.clone(),
            Self::Tcp(address) | Self::Tls(address) => address.to_string(),
            Self::Ssh(ssh) => ssh.to_string(),
        }
    }

    /// How it is reached, in a word: `socket`, `npipe`, `http`, `https` or `ssh`.
    ///
    /// `tcp://` is `http` here, also where [`Settings::tls`](crate::Settings) makes TLS of it.
    pub fn protocol(&self) -> &'static str {
        match self {
            Self::Unix(_) => "socket",
            Self::Npipe(_) => "npipe",
            Self::Tcp(_) => "http",
            Self::Tls(_) => "https",
            Self::Ssh(_) => "ssh",
        }
    }

    /// The name under which requests ask for it, and what stands before their paths.
    pub(crate) fn authority_and_base(&self) -> (String, &str) {
        match self {
            Self::Tcp(address) | Self::Tls(address) => (address.authority(), &address.base),
            Self::Unix(_) | Self::Npipe(_) | Self::Ssh(_) => ("localhost".to_owned(), ""),
        }
    }
}

impl Default for Host {
    fn default() -> Self {
        if cfg!(windows) {
            Self::Npipe("//./pipe/docker_engine".to_owned())
        } else {
            Self::Unix(PathBuf::from("/var/run/docker.sock"))
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => write!(f, "unix://{}", path.display()),
            Self::Npipe(name) => write!(f, "npipe://{name}"),
            Self::Tcp(address) => write!(f, "tcp://{address}"),
            Self::Tls(address) => write!(f, "https://{address}"),
            Self::Ssh(ssh) => write!(f, "ssh://{ssh}"),
        }
    }
}

impl FromStr for Host {
    type Err = Error;

    /// Reads an address as `DOCKER_HOST` holds it; blanks around are ignored.
    ///
    /// - `unix://PATH`, `http+unix://PATH` or an absolute path;
    /// - `npipe:////./pipe/NAME`;
    /// - `tcp://HOST:PORT` and `http://HOST:PORT`, by default `localhost` and 2375;
    /// - `https://HOST:PORT`, by default `localhost` and 2376;
    /// - `ssh://USER@HOST:PORT/SOCKET`, of which only the host is needed.
    ///
    /// An IPv6 address stands in brackets. What follows a port is put before every path.
    ///
    /// # Errors
    /// Kind `Settings`, with the address and what is wrong with it. A user name or a
    /// password in it is not repeated.
    fn from_str(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        read(text).map_err(|why| {
            Error::new(
                ErrorKind::Settings,
                format!(
                    "`{}` is not a host to connect to: {why}",
                    shown(text).escape_debug()
                ),
            )
        })
    }
}

/// The host, or why it is none.
fn read(text: &str) -> Result<Host, String> {
    if text.contains(char::is_control) {
        return Err("it has a control character in it".to_owned());
    }
    if text.starts_with('/') {
        return unix(text);
    }
    let (scheme, rest) = text.split_once("://").ok_or_else(|| {
        "it must be `<protocol>://<address>`, such as unix:///var/run/docker.sock".to_owned()
    })?;
    match scheme {
        "unix" | "http+unix" => unix(rest),
        "npipe" => npipe(rest),
        "tcp" | "http" => Address::read(rest, Address::PLAIN).map(Host::Tcp),
        "https" => Address::read(rest, Address::TLS).map(Host::Tls),
        "ssh" => Ssh::read(rest).map(Host::Ssh),
        "fd" => Err("`fd` is an engine's way to be given its socket, not a client's".to_owned()),
        _ => Err(format!("`{scheme}` is an unknown protocol")),
    }
}

fn unix(path: &str) -> Result<Host, String> {
    if !path.starts_with('/') {
        return Err("the socket's path must be absolute".to_owned());
    }
    // sockaddr_un holds 108 bytes, the last of them zero.
    if path.len() > 107 {
        return Err("a socket's path has at most 107 bytes".to_owned());
    }
    Ok(Host::Unix(PathBuf::from(path)))
}

fn npipe(name: &str) -> Result<Host, String> {
    let name = name.replace('\\', "/");
    let parts: Vec<_> = name.split('/').collect();
    match parts.as_slice() {
        ["", "", computer, "pipe", rest @ ..]
            if !computer.is_empty() && rest.iter().any(|part| !part.is_empty()) =>
        {
            Ok(Host::Npipe(name))
        }
        _ => Err("a named pipe is called such as npipe:////./pipe/docker_engine".to_owned()),
    }
}

/// The text without a user's name and password, which stand before the last `@`.
fn shown(text: &str) -> String {
    match text.rsplit_once('@') {
        Some((before, after)) if !text.starts_with('/') && !text.starts_with("unix:") => {
            let scheme = before.split_once("://").map_or("", |(scheme, _)| scheme);
            let between = if scheme.is_empty() { "" } else { "://" };
            format!("{scheme}{between}***@{after}")
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
