//! A port on some machine.

use std::fmt;
use std::net::Ipv6Addr;

/// A port on some machine, where an engine listens.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Address {
    /// A name or an IP address; an IPv6 address without its brackets.
    pub host: String,
    /// The port.
    pub port: u16,
    /// What stands before the path of every request, where a proxy wants that: `/docker`.
    /// Mostly empty.
    pub base: String,
}

impl Address {
    /// The port that engines use for plain HTTP.
    pub const PLAIN: u16 = 2375;
    /// The port that engines use for TLS.
    pub const TLS: u16 = 2376;

    /// This port of `host`, which is a name or an IP address without brackets.
    pub fn new(host: impl Into<String>, port: u16) -> Self {
        Self {
            host: host.into(),
            port,
            base: String::new(),
        }
    }

    /// `host:port`, with brackets around an IPv6 address.
    pub(crate) fn authority(&self) -> String {
        bracketed(&self.host, Some(self.port))
    }

    /// What follows `tcp://`, or why it is no address.
    pub(super) fn read(text: &str, port: u16) -> Result<Self, String> {
        if text.contains(['?', '#']) {
            return Err("a query or a fragment has no place in it".to_owned());
        }
        // Also behind a slash, which a password may have.
        if text.contains('@') {
            return Err(
                "engines know no user names or passwords; TLS certificates or ssh do that"
                    .to_owned(),
            );
        }
        let (authority, base) = match text.find('/') {
            Some(at) => text.split_at(at),
            None => (text, ""),
        };
        let base = base.trim_end_matches('/');
        if !base.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("the path after the port has a character that must be escaped".to_owned());
        }
        let (host, given) = split(authority)?;
        let host = if host.is_empty() { "localhost" } else { host };
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        if !host.contains(':') && (!host.bytes().all(is_name) || host.starts_with('-')) {
            return Err(format!("`{host}` is not the name of a machine"));
        }
        Ok(Self {
            base: base.to_owned(),
            ..Self::new(host, given.unwrap_or(port))
        })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.authority(), self.base)
    }
}

/// `host:port`, with brackets around an IPv6 address.
pub(super) fn bracketed(host: &str, port: Option<u16>) -> String {
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    if host.contains(':') {
        format!("[{host}]{port}")
    } else {
        format!("{host}{port}")
    }
}

/// Host and port, the host without brackets; either may be left out.
pub(super) fn split(authority: &str) -> Result<(&str, Option<u16>), String> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (host, after) = rest
                .split_once(']')
                .ok_or_else(|| "the bracket before an IPv6 address is never closed".to_owned())?;
            let (address, zone) = host.split_once('%').unwrap_or((host, "0"));
            let is_zone = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
            if address.parse::<Ipv6Addr>().is_err() || zone.is_empty() || !zone.bytes().all(is_zone)
            {
                return Err(format!("`[{host}]` is not an IPv6 address"));
            }
            match after.strip_prefix(':') {
                Some(port) => (host, Some(port)),
                None if after.is_empty() => (host, None),
                None => return Err("a port follows the bracket after a colon".to_owned()),
            }
        }
        None => match authority.split_once(':') {
            Some((_, port)) if port.contains(':') => {
                return Err("an IPv6 address stands in brackets: [::1]:2375".to_owned());
            }
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        },
    };
    let port = match port {
        None | Some("") => None,
        Some(port) => match port.parse() {
            // Parsing takes a sign.
            Ok(number) if number > 0 && !port.starts_with('+') => Some(number),
            _ => return Err(format!("`{port}` is not a port: 1 to 65535")),
        },
    };
    Ok((host, port))
}
