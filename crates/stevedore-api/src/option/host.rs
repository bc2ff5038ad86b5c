//! Names of hosts: `db:10.0.0.1`.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use super::Invalid;

/// A line more of a container's `/etc/hosts`, as `docker run --add-host` takes
/// it: `name:address` or `name=address`. The address may be `host-gateway`, for the
/// host itself; an IPv6 address may stand in brackets.
///
/// ```
/// use stevedore_api::container::HostConfig;
/// use stevedore_api::option::ExtraHost;
///
/// let db: ExtraHost = "db=[2001:db8::1]".parse()?;
/// assert_eq!(db.to_string(), "db:2001:db8::1");
/// let host = HostConfig::new().extra_hosts([db]);
/// # let _ = host;
/// # Ok::<(), stevedore_api::option::Invalid>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ExtraHost {
    name: String,
    address: String,
}

impl ExtraHost {
    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The address, or `host-gateway`.
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl FromStr for ExtraHost {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WHAT: &str = "host";
        let Some((name, address)) = text.split_once('=').or_else(|| text.split_once(':')) else {
            return Err(Invalid::new(WHAT, text, text, "name:address"));
        };
        if name.is_empty() || name.contains(':') {
            return Err(Invalid::new(WHAT, text, name, "a name without a colon"));
        }
        let bare = address
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .unwrap_or(address);
        if bare != "host-gateway" && bare.parse::<IpAddr>().is_err() {
            let expected = "an IP address, or host-gateway";
            return Err(Invalid::new(WHAT, text, address, expected));
        }
        Ok(Self {
            name: name.to_owned(),
            address: bare.to_owned(),
        })
    }
}

/// As engines take it, with a colon.
impl fmt::Display for ExtraHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.name, self.address)
    }
}

impl From<ExtraHost> for String {
    fn from(host: ExtraHost) -> Self {
        host.to_string()
    }
}

/// A link to another container, as `docker run --link` takes it: `name`, or
/// `name:alias`.
///
/// ```
/// use stevedore_api::option::Link;
///
/// let link: Link = "db".parse()?;
/// assert_eq!((link.name(), link.alias()), ("db", "db"));
/// # Ok::<(), stevedore_api::option::Invalid>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Link {
    name: String,
    alias: Option<String>,
}

impl Link {
    /// The other container.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name under which this one finds it.
    pub fn alias(&self) -> &str {
        self.alias.as_deref().unwrap_or(&self.name)
    }
}

impl FromStr for Link {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WHAT: &str = "link";
        let (name, alias) = match text.split_once(':') {
            Some((name, alias)) => (name, Some(alias)),
            None => (text, None),
        };
        if name.is_empty() {
            return Err(Invalid::new(WHAT, text, name, "the name of a container"));
        }
        if let Some(alias) = alias.filter(|alias| alias.contains(':')) {
            return Err(Invalid::new(WHAT, text, alias, "an alias without a colon"));
        }
        Ok(Self {
            name: name.to_owned(),
            alias: alias.map(str::to_owned),
        })
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        match &self.alias {
            Some(alias) => write!(f, ":{alias}"),
            None => Ok(()),
        }
    }
}

impl From<Link> for String {
    fn from(link: Link) -> Self {
        link.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_has_a_name_and_an_address() {
        for (text, shown) in [
            ("db:10.0.0.1", "db:10.0.0.1"),
            ("db=10.0.0.1", "db:10.0.0.1"),
            ("db:::1", "db:::1"),
            ("db:[::1]", "db:::1"),
            ("host:host-gateway", "host:host-gateway"),
        ] {
            let host: ExtraHost = text.parse().unwrap();
            assert_eq!(host.to_string(), shown);
            assert_eq!(shown.parse(), Ok(host));
        }
        for (text, part) in [
            ("", ""),
            ("db", "db"),
            ("db:", ""),
            ("a:b=1.2.3.4", "a:b"),
            (":1.2.3.4", ""),
            ("db:x", "x"),
            ("db=[1.2.3.4", "[1.2.3.4"),
        ] {
            assert_eq!(
                text.parse::<ExtraHost>().unwrap_err().part(),
                part,
                "{text}"
            );
        }
    }

    #[test]
    fn a_link_has_a_name_and_perhaps_an_alias() {
        for text in ["db", "db:alias"] {
            assert_eq!(text.parse::<Link>().unwrap().to_string(), text);
        }
        for text in ["", ":b", "a:b:c"] {
            assert!(text.parse::<Link>().is_err(), "{text}");
        }
    }
}
