//! A machine that `ssh` logs in to.

use std::fmt;

use super::address::{bracketed, split};
use super::percent::{decode, encode};

/// An engine on a machine that `ssh` logs in to.
///
/// Who logs in, and with which key, is up to the user's ssh configuration, where the
/// host may be an alias. The far side needs the program `docker`, 18.09 or later.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Ssh {
    /// Who logs in; left out, ssh decides.
    pub user: Option<String>,
    /// The machine, or its alias; an IPv6 address without its brackets.
    pub host: String,
    /// The port of its ssh server; left out, ssh decides.
    pub port: Option<u16>,
    /// The engine's socket over there; left out, `docker` over there decides.
    pub path: Option<String>,
}

impl Ssh {
    /// What follows `ssh://`, or why it is no address.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        if text.contains(['?', '#']) {
            return Err("a query or a fragment has no place in it".to_owned());
        }
        let user = text.rsplit_once('@').map_or("", |(user, _)| user);
        if user.contains(':') {
            return Err("a password has no place in it; use a key, or ssh-agent".to_owned());
        }
        let (authority, path) = match text.find('/') {
            Some(at) => text.split_at(at),
            None => (text, ""),
        };
        let (user, rest) = match authority.rsplit_once('@') {
            Some((user, rest)) => (Some(user), rest),
            None => (None, authority),
        };
        let (host, port) = split(rest)?;
        let user = user.map(decode).transpose()?;
        if host.is_empty() {
            return Err("it names no machine".to_owned());
        }
        // What is passed on to ssh as an argument, and by its configuration perhaps to a shell.
        for (what, name) in [
            ("a user", user.as_deref().unwrap_or("x")),
            ("a machine", host),
        ] {
            if name.is_empty() {
                return Err(format!("the name of {what} is empty"));
            }
            if name.starts_with('-') {
                return Err(format!("the name of {what} can't begin with `-`"));
            }
            if name.contains(|c: char| c.is_whitespace() || "'`\"$\\;&<>|(){}!*?[]".contains(c)) {
                return Err(format!(
                    "the name of {what} has a character that a shell would act on"
                ));
            }
        }
        let path = decode(path)?;
        let path = (!path.trim_matches('/').is_empty()).then_some(path);
        Ok(Self {
            user,
            host: host.to_owned(),
            port,
            path,
        })
    }
}

impl fmt::Display for Ssh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(user) = &self.user {
            write!(f, "{}@", encode(user, b"-._~"))?;
        }
        f.write_str(&bracketed(&self.host, self.port))?;
        f.write_str(&encode(self.path.as_deref().unwrap_or_default(), b"-._~/"))
    }
}
