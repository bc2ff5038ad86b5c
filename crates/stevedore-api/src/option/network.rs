//! Networks to join: `mynet`, `name=mynet,alias=web,ip=10.0.0.5`.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use super::Invalid;
use super::csv::{Field, Writer, fields};
use crate::container::{Network as Settings, NetworkAddresses};

const WHAT: &str = "network";

/// A network that a container joins and how, as `docker run --network` takes it:
/// a name, or `key=value` between commas with the keys `name`, `alias`, `ip`, `ip6`,
/// `link-local-ip`, `mac-address`, `driver-opt` and `gw-priority`.
///
/// ```
/// use stevedore_api::container::Create;
/// use stevedore_api::option::Network;
///
/// let network: Network = "name=back,alias=db,ip=10.0.0.5".parse()?;
/// assert_eq!(network.name, "back");
/// let db = Create::new("postgres").join(network);
/// # let _ = db;
/// # Ok::<(), stevedore_api::option::Invalid>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Network {
    /// The network's name or id, or a word such as `host` or `container:<id>`.
    pub name: String,
    /// How to join it.
    pub settings: Settings,
}

impl Network {
    /// The network of that name, joined as engines do it by themselves.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            settings: Settings::new(),
        }
    }

    /// Whether containers have names of their own there: on all but those that every
    /// engine has, `bridge`, `host` and `none`, and another container's.
    pub fn is_user_defined(&self) -> bool {
        !matches!(
            self.name.as_str(),
            "" | "default" | "bridge" | "host" | "none" | "nat"
        ) && !self.name.starts_with("container:")
    }
}

impl FromStr for Network {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() {
            return Err(Invalid::new(WHAT, text, text, "a name"));
        }
        if !text.contains('=') {
            return Ok(Self::new(text));
        }
        let mut network = Self::new("");
        for field in &fields(WHAT, text)? {
            network.set(field)?;
        }
        if network.name.is_empty() {
            return Err(Invalid::short(WHAT, "", "the key name"));
        }
        Ok(network)
    }
}

impl Network {
    fn set(&mut self, field: &Field<'_>) -> Result<(), Invalid> {
        let (key, Some(value)) = field.pair() else {
            return Err(field.wrong(WHAT, field.value(), "key=value"));
        };
        let value = value.trim();
        let settings = &mut self.settings;
        match key.trim().to_ascii_lowercase().as_str() {
            "name" => value.clone_into(&mut self.name),
            "alias" => settings
                .aliases
                .get_or_insert_default()
                .push(value.to_owned()),
            "ip" => addresses(settings).ipv4_address = Some(checked::<Ipv4Addr>(field, value)?),
            "ip6" => addresses(settings).ipv6_address = Some(checked::<Ipv6Addr>(field, value)?),
            "link-local-ip" => addresses(settings)
                .link_local_ips
                .get_or_insert_default()
                .push(value.to_owned()),
            "mac-address" => {
                let mac: MacAddress = value.parse().map_err(|error: Invalid| {
                    field.wrong(WHAT, value, error.expected().to_owned())
                })?;
                settings.mac_address = Some(mac.into());
            }
            "driver-opt" => {
                let Some((name, value)) = value.split_once('=') else {
                    return Err(field.wrong_key(WHAT, "driver-opt=name=value"));
                };
                settings
                    .driver_opts
                    .get_or_insert_default()
                    .insert(name.trim().to_owned(), value.trim().to_owned());
            }
            "gw-priority" => {
                let number = value.parse();
                settings.gw_priority =
                    Some(number.map_err(|_| field.wrong(WHAT, value, "a number"))?);
            }
            _ => {
                let expected = "one of the keys name, alias, ip, ip6, link-local-ip, \
                                mac-address, driver-opt, gw-priority";
                return Err(field.wrong_key(WHAT, expected));
            }
        }
        Ok(())
    }
}

fn addresses(settings: &mut Settings) -> &mut NetworkAddresses {
    settings.ipam_config.get_or_insert_default()
}

/// The text of an address that is one.
fn checked<A: FromStr>(field: &Field<'_>, value: &str) -> Result<String, Invalid> {
    match value.parse::<A>() {
        Ok(_) => Ok(value.to_owned()),
        Err(_) => Err(field.wrong(WHAT, value, "an address")),
    }
}

/// As `--network` takes it: the name alone where nothing is set beside it.
impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_plain = self.settings == Settings::new() && !self.name.contains('=');
        if is_plain {
            return f.write_str(&self.name);
        }
        let mut out = Writer::default();
        out.pair("name", &self.name);
        let mut all = |key: &str, values: &[String]| {
            for value in values {
                out.pair(key, value);
            }
        };
        all(
            "alias",
            self.settings.aliases.as_deref().unwrap_or_default(),
        );
        if let Some(addresses) = &self.settings.ipam_config {
            all("ip", addresses.ipv4_address.as_slice());
            all("ip6", addresses.ipv6_address.as_slice());
            all(
                "link-local-ip",
                addresses.link_local_ips.as_deref().unwrap_or_default(),
            );
        }
        all("mac-address", self.settings.mac_address.as_slice());
        for (name, value) in self.settings.driver_opts.iter().flatten() {
            out.pair("driver-opt", &format!("{name}={value}"));
        }
        if let Some(priority) = self.settings.gw_priority {
            out.pair("gw-priority", &priority.to_string());
        }
        f.write_str(&out.into_text())
    }
}

/// A hardware address, such as `92:d0:c6:0a:29:33`: 6, 8 or 20 bytes, with `:`, `-`
/// or, two bytes at a time, `.` between them.
///
/// ```
/// use stevedore_api::option::MacAddress;
///
/// assert!("92:d0:c6:0a:29:33".parse::<MacAddress>().is_ok());
/// assert!("92:d0:c6".parse::<MacAddress>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MacAddress(String);

impl FromStr for MacAddress {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let groups = |sign: char, digits: usize| {
            let is_group = |group: &str| {
                group.len() == digits && group.bytes().all(|it| it.is_ascii_hexdigit())
            };
            let all: Vec<&str> = text.split(sign).collect();
            all.iter()
                .all(|group| is_group(group))
                .then_some(all.len() * digits / 2)
        };
        let bytes = [(':', 2), ('-', 2), ('.', 4)]
            .into_iter()
            .find_map(|(sign, digits)| groups(sign, digits));
        if !matches!(bytes, Some(6 | 8 | 20)) {
            let expected = "a hardware address, such as 92:d0:c6:0a:29:33";
            return Err(Invalid::new("hardware address", text, text, expected));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for MacAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<MacAddress> for String {
    fn from(address: MacAddress) -> Self {
        address.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_parses_to_the_same() {
        for text in [
            "host",
            "name=mine",
            "name=mine,alias=a,alias=b,ip=1.2.3.4,ip6=::1,link-local-ip=fe80::1",
            r#"name=mine,mac-address=92-d0-c6-0a-29-33,"driver-opt=a=b,c",gw-priority=-5"#,
            "NAME=mine, alias=a",
        ] {
            let network: Network = text.parse().unwrap();
            let printed = network.to_string();
            assert_eq!(printed.parse(), Ok(network), "{text} as {printed}");
        }
    }

    #[test]
    fn a_drivers_options_are_kept_as_they_are_written() {
        let text = "name=mine,driver-opt=a.sysctls=net.ipv4.conf.IFNAME.log_martians=1";
        let network: Network = text.parse().unwrap();
        let options = network.settings.driver_opts.unwrap();
        assert_eq!(options["a.sysctls"], "net.ipv4.conf.IFNAME.log_martians=1");
    }

    #[test]
    fn anything_else_is_refused_where_it_is_wrong() {
        for (text, part) in [
            ("", ""),
            ("alias=a", ""),
            ("name=", ""),
            ("name=a,other=secret", "other"),
            ("name=a,alias", "alias"),
            ("name=a,ip=x", "x"),
            ("name=a,driver-opt=secret", "driver-opt"),
            ("name=a,gw-priority=x", "x"),
            ("name=a,mac-address=92:d0", "92:d0"),
        ] {
            let error = text.parse::<Network>().unwrap_err();
            assert_eq!(error.part(), part, "{error}");
            assert!(!format!("{error} {error:?}").contains("secret"));
        }
    }

    #[test]
    fn a_hardware_address_has_6_8_or_20_bytes() {
        for text in [
            "92-D0-C6-0A-29-33",
            "02:00:5e:10:00:00:00:01",
            "0000.5e00.5301",
        ] {
            assert_eq!(text.parse::<MacAddress>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "x",
            "92:d0:c6:0a:29",
            "92:d0:c6:0a:29:3g",
            "92:d0-c6:0a:29:33",
            "92d0c60a2933",
        ] {
            assert!(text.parse::<MacAddress>().is_err(), "{text}");
        }
    }
}
