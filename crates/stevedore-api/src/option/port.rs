//! Published ports: `127.0.0.1:8080:80/tcp`.

use std::fmt;
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::str::FromStr;

use super::{Invalid, csv};

const WHAT: &str = "port mapping";

/// A transport protocol that ports can be published for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Protocol {
    /// TCP, where nothing else is said.
    #[default]
    Tcp,
    /// UDP.
    Udp,
    /// SCTP.
    Sctp,
}

impl Protocol {
    /// As it stands behind a port: `tcp`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Sctp => "sctp",
        }
    }

    /// The protocol of that name in any case; none is TCP.
    fn named(word: &str) -> Option<Self> {
        [Self::Tcp, Self::Udp, Self::Sctp]
            .into_iter()
            .find(|known| known.as_str().eq_ignore_ascii_case(word))
            .or_else(|| word.is_empty().then_some(Self::Tcp))
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Ports of a container and where on the host they are published.
///
/// It is written as `docker run --publish` takes it:
/// `container`, `host:container`, `ip:host:container` or `ip::container`, each
/// followed by `/udp` or `/sctp` where it is not TCP. An IPv6 address stands in
/// brackets, and either port may be a range. The form with keys is read too:
/// `published=8080,target=80,protocol=udp`.
///
/// ```
/// use stevedore_api::container::Create;
/// use stevedore_api::option::PortMapping;
///
/// let mapping: PortMapping = "127.0.0.1:8080:80".parse()?;
/// let published: Vec<_> = mapping.publications().collect();
/// assert_eq!(published[0].container, "80/tcp");
/// assert_eq!(published[0].host_port, "8080");
///
/// let web = Create::new("nginx").publish(mapping);
/// # let _ = web;
/// # Ok::<(), stevedore_api::option::Invalid>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortMapping {
    ip: Option<IpAddr>,
    host: Option<RangeInclusive<u16>>,
    container: RangeInclusive<u16>,
    protocol: Protocol,
}

/// One published port, in the engine's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// Port and protocol in the container: `80/tcp`.
    pub container: String,
    /// Address on the host; empty for all of them.
    pub host_ip: String,
    /// Port on the host, or a range for the engine to pick from; empty if any will do.
    pub host_port: String,
}

impl PortMapping {
    /// The ports in the container.
    pub fn container(&self) -> RangeInclusive<u16> {
        self.container.clone()
    }

    /// The ports on the host, or nothing where the engine picks them.
    pub fn host(&self) -> Option<RangeInclusive<u16>> {
        self.host.clone()
    }

    /// The address on the host, or nothing for all of them.
    pub fn ip(&self) -> Option<IpAddr> {
        self.ip
    }

    /// The protocol.
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// What to ask of the engine: one item per port in the container.
    pub fn publications(&self) -> impl Iterator<Item = Publication> + '_ {
        let host_ip = self.ip.map(|ip| ip.to_string()).unwrap_or_default();
        let one_each = count(&self.container) > 1;
        self.container
            .clone()
            .zip(0_u16..)
            .map(move |(port, nth)| Publication {
                container: format!("{port}/{}", self.protocol),
                host_ip: host_ip.clone(),
                host_port: match &self.host {
                    None => String::new(),
                    Some(host) if one_each => host.start().saturating_add(nth).to_string(),
                    Some(host) => written(host),
                },
            })
    }
}

impl FromStr for PortMapping {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.contains('=') {
            return with_keys(text);
        }
        let (rest, word) = text.split_once('/').unwrap_or((text, ""));
        let protocol = Protocol::named(word)
            .ok_or_else(|| Invalid::new(WHAT, text, word, "tcp, udp or sctp"))?;
        let (ip, rest) = address(text, rest)?;
        let (host, container) = match rest.split_once(':') {
            None => ("", rest),
            Some((host, container)) => (host, container),
        };
        if ip.is_some() && !rest.contains(':') {
            let expected = "a host port, if only an empty one, between address and port";
            return Err(Invalid::new(WHAT, text, rest, expected));
        }
        let range = |part: &str| {
            ports(part).ok_or_else(|| Invalid::new(WHAT, text, part, "a port from 1 to 65535"))
        };
        let container_ports = range(container)?;
        if *container_ports.start() == 0 {
            return Err(Invalid::new(
                WHAT,
                text,
                container,
                "a port from 1 to 65535",
            ));
        }
        let host_ports = match host {
            "" => None,
            host => Some(range(host)?),
        };
        let fits = match &host_ports {
            None => true,
            Some(host) => count(&container_ports) == 1 || count(host) == count(&container_ports),
        };
        if !fits {
            let expected = "as many ports of the host as of the container";
            return Err(Invalid::new(WHAT, text, host, expected));
        }
        Ok(Self {
            ip,
            host: host_ports,
            container: container_ports,
            protocol,
        })
    }
}

/// The address in front, and what is behind it.
fn address<'a>(text: &str, rest: &'a str) -> Result<(Option<IpAddr>, &'a str), Invalid> {
    if let Some(bracketed) = rest.strip_prefix('[') {
        let Some((ip, behind)) = bracketed.split_once("]:") else {
            return Err(Invalid::new(WHAT, text, rest, "an IPv6 address, as [::1]:"));
        };
        return match ip.parse() {
            Ok(ip) => Ok((Some(ip), behind)),
            Err(_) => Err(Invalid::new(WHAT, text, ip, "an IP address")),
        };
    }
    match rest.matches(':').count() {
        0 | 1 => Ok((None, rest)),
        2 => {
            let (ip, behind) = rest.split_once(':').unwrap_or(("", rest));
            match ip.parse() {
                Ok(ip) => Ok((Some(IpAddr::V4(ip)), behind)),
                Err(_) => Err(Invalid::new(WHAT, text, ip, "an IPv4 address")),
            }
        }
        _ => {
            let expected = "[ip:][host:]container[/protocol], an IPv6 address in brackets";
            Err(Invalid::new(WHAT, text, rest, expected))
        }
    }
}

/// The form with keys, which is rewritten to the other and has no more to say.
fn with_keys(text: &str) -> Result<PortMapping, Invalid> {
    let (mut published, mut target, mut protocol) = (None, None, Protocol::Tcp);
    for field in &csv::fields(WHAT, text)? {
        let (key, value) = field.pair();
        let value = value.unwrap_or_default();
        let range = || {
            let expected = "a port from 1 to 65535, or a range of them";
            ports(value)
                .filter(|range| *range.start() > 0)
                .ok_or_else(|| field.wrong(WHAT, value, expected))
        };
        match key.to_ascii_lowercase().as_str() {
            "target" => target = Some(range()?),
            "published" => published = Some(range()?),
            "protocol" => {
                protocol = Protocol::named(value)
                    .filter(|_| !value.is_empty())
                    .ok_or_else(|| field.wrong(WHAT, value, "tcp, udp or sctp"))?;
            }
            // Only services know the difference.
            "mode" if matches!(value, "host" | "ingress") => {}
            "mode" => return Err(field.wrong(WHAT, value, "host or ingress")),
            _ => {
                let expected = "one of the keys target, published, protocol, mode";
                return Err(field.wrong(WHAT, key, expected));
            }
        }
    }
    let Some(container) = target else {
        return Err(Invalid::short(WHAT, text, "the key target"));
    };
    let fits =
        |host: &RangeInclusive<u16>| count(&container) == 1 || count(host) == count(&container);
    if !published.as_ref().is_none_or(fits) {
        let expected = "as many ports published as there are targets";
        return Err(Invalid::new(WHAT, text, text, expected));
    }
    Ok(PortMapping {
        ip: None,
        host: published,
        container,
        protocol,
    })
}

impl fmt::Display for PortMapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.ip {
            Some(IpAddr::V6(ip)) => write!(f, "[{ip}]:")?,
            Some(IpAddr::V4(ip)) => write!(f, "{ip}:")?,
            None => {}
        }
        match &self.host {
            Some(host) => write!(f, "{}:", written(host))?,
            None if self.ip.is_some() => f.write_str(":")?,
            None => {}
        }
        write!(f, "{}/{}", written(&self.container), self.protocol)
    }
}

/// Ports that a container offers, as `docker run --expose` takes them: a port or
/// a range, followed by `/udp` or `/sctp` where it is not TCP.
///
/// ```
/// use stevedore_api::option::Exposed;
///
/// let exposed: Exposed = "8000-8001/udp".parse()?;
/// assert_eq!(exposed.ports().collect::<Vec<_>>(), ["8000/udp", "8001/udp"]);
/// # Ok::<(), stevedore_api::option::Invalid>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exposed {
    ports: RangeInclusive<u16>,
    protocol: Protocol,
}

impl Exposed {
    /// Each port in the engine's words: `80/tcp`.
    pub fn ports(&self) -> impl Iterator<Item = String> + '_ {
        self.ports
            .clone()
            .map(|port| format!("{port}/{}", self.protocol))
    }
}

impl FromStr for Exposed {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WHAT: &str = "exposed port";
        let (range, word) = text.split_once('/').unwrap_or((text, ""));
        let protocol = Protocol::named(word)
            .ok_or_else(|| Invalid::new(WHAT, text, word, "tcp, udp or sctp"))?;
        let ports = ports(range)
            .filter(|range| *range.start() > 0)
            .ok_or_else(|| {
                let expected = "a port from 1 to 65535, or a range of them";
                Invalid::new(WHAT, text, range, expected)
            })?;
        Ok(Self { ports, protocol })
    }
}

impl fmt::Display for Exposed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", written(&self.ports), self.protocol)
    }
}

fn ports(text: &str) -> Option<RangeInclusive<u16>> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (port(first)?, port(last)?);
    (first <= last).then_some(first..=last)
}

fn port(text: &str) -> Option<u16> {
    // Rust would take "+80" for a number.
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then_some(())?;
    text.parse().ok()
}

fn count(range: &RangeInclusive<u16>) -> u32 {
    u32::from(*range.end()) - u32::from(*range.start()) + 1
}

fn written(range: &RangeInclusive<u16>) -> String {
    if range.start() == range.end() {
        range.start().to_string()
    } else {
        format!("{}-{}", range.start(), range.end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn published(text: &str) -> Vec<(String, String, String)> {
        text.parse::<PortMapping>()
            .unwrap()
            .publications()
            .map(|it| (it.container, it.host_ip, it.host_port))
            .collect()
    }

    fn one(container: &str, ip: &str, host: &str) -> Vec<(String, String, String)> {
        vec![(container.into(), ip.into(), host.into())]
    }

    #[test]
    fn a_port_alone_is_published_on_any_port() {
        assert_eq!(published("80"), one("80/tcp", "", ""));
    }

    #[test]
    fn host_port_and_address_come_before_the_container_port() {
        assert_eq!(published("8080:80"), one("80/tcp", "", "8080"));
        assert_eq!(
            published("10.0.0.1:8080:80"),
            one("80/tcp", "10.0.0.1", "8080")
        );
        assert_eq!(published("127.0.0.1::80"), one("80/tcp", "127.0.0.1", ""));
    }

    #[test]
    fn an_ipv6_address_stands_in_brackets() {
        assert_eq!(published("[::1]:8080:80"), one("80/tcp", "::1", "8080"));
        assert_eq!(
            published("[2001:db8::1]::80/udp"),
            one("80/udp", "2001:db8::1", "")
        );
    }

    #[test]
    fn the_protocol_stands_behind_a_slash() {
        assert_eq!(published("53:53/udp"), one("53/udp", "", "53"));
        assert_eq!(published("9/SCTP"), one("9/sctp", "", ""));
    }

    #[test]
    fn equal_ranges_are_paired_port_by_port() {
        let pairs: Vec<_> = published("8000-8002:80-82")
            .into_iter()
            .map(|(container, _, host)| (container, host))
            .collect();
        assert_eq!(
            pairs,
            [("80/tcp", "8000"), ("81/tcp", "8001"), ("82/tcp", "8002")]
                .map(|(a, b)| (a.to_owned(), b.to_owned()))
        );
    }

    #[test]
    fn the_engine_picks_from_a_host_range_for_a_single_port() {
        assert_eq!(published("8000-8010:80"), one("80/tcp", "", "8000-8010"));
    }

    #[test]
    fn a_container_range_alone_is_several_ports() {
        assert_eq!(published("80-81").len(), 2);
    }

    #[test]
    fn the_highest_ports_do_not_overflow() {
        assert_eq!(published("0-65535:1"), one("1/tcp", "", "0-65535"));
        assert_eq!(published("65534-65535:65534-65535").len(), 2);
    }

    #[test]
    fn what_is_printed_parses_to_the_same() {
        for text in ["80", "1:2/udp", "1.2.3.4::5", "[::1]:1-2:3-4/sctp", "1-9:5"] {
            let mapping: PortMapping = text.parse().unwrap();
            assert_eq!(mapping.to_string().parse(), Ok(mapping), "{text}");
        }
    }

    #[test]
    fn keys_say_the_same() {
        for (keys, plain) in [
            ("target=80", "80"),
            ("published=8080,target=80,protocol=UDP", "8080:80/udp"),
            ("published=1-2,target=3-4,mode=host", "1-2:3-4"),
        ] {
            assert_eq!(
                keys.parse::<PortMapping>().unwrap(),
                plain.parse().unwrap(),
                "{keys}"
            );
        }
    }

    #[test]
    fn the_bad_part_is_pointed_at() {
        for (text, part) in [
            ("80:x", "x"),
            ("80/icmp", "icmp"),
            ("1.2.3:80:80", "1.2.3"),
            ("1-2:1-3", "1-2"),
            ("[::1]:80", "80"),
            ("[::x]:80:80", "::x"),
            ("target=80,published=x", "x"),
            ("target=80,port=1", "port"),
        ] {
            let error = text.parse::<PortMapping>().unwrap_err();
            assert_eq!(error.part(), part);
            assert_eq!(text.get(error.range()), Some(part));
        }
    }

    #[test]
    fn anything_else_is_refused_by_name() {
        for text in [
            "",
            ":",
            "80:",
            "a",
            "+80",
            "80/icmp",
            "0",
            "65536",
            "82-80",
            "1-2:1-3",
            "1-3:1-2",
            "::1:80:80",
            "[::1]:80",
            "1.2.3.4:80",
            "localhost:80:80",
            "1:2:3:4",
            " 80",
            "80/tcp/udp",
        ] {
            let error = text.parse::<PortMapping>().unwrap_err();
            let named = match text {
                "" => "found nothing".to_owned(),
                text => format!("'{text}'"),
            };
            assert!(error.to_string().contains(&named), "{error}");
        }
    }
}
