//! Devices of the host: `/dev/ttyUSB0:/dev/tty:rw`.

use std::fmt;
use std::str::FromStr;

use super::{Invalid, Size};
use crate::container::{DeviceMapping, DeviceRequest, ThrottleDevice, WeightDevice};

/// A device for a container, as `docker run --device` takes it:
/// `path[:path in the container][:rights]`, or the name of one that a CDI
/// specification describes, `vendor.com/class=name`.
///
/// ```
/// use stevedore_api::container::HostConfig;
/// use stevedore_api::option::Device;
///
/// let fuse: Device = "/dev/fuse".parse()?;
/// let gpu: Device = "nvidia.com/gpu=all".parse()?;
/// assert_eq!(fuse.to_string(), "/dev/fuse:/dev/fuse:rwm");
/// let host = HostConfig::new().device(fuse).device(gpu);
/// assert_eq!(host.device_requests.map(|all| all.len()), Some(1));
/// # Ok::<(), stevedore_api::option::Invalid>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Device {
    /// A node of the host's `/dev`.
    Node {
        /// Where it is on the host.
        host: String,
        /// Where the container finds it.
        container: String,
        /// What the container may do: of `r` (read), `w` (write), `m` (make nodes).
        rights: String,
    },
    /// A device by its CDI name.
    Cdi(String),
}

impl FromStr for Device {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WHAT: &str = "device";
        if is_cdi(text) {
            return Ok(Self::Cdi(text.to_owned()));
        }
        let absolute = |part: &str| {
            if part.starts_with('/') {
                Ok(part.to_owned())
            } else {
                Err(Invalid::new(WHAT, text, part, "an absolute path"))
            }
        };
        let rights = |part: &str| {
            if is_rights(part) {
                Ok(part.to_owned())
            } else {
                Err(Invalid::new(WHAT, text, part, "rights out of r, w and m"))
            }
        };
        let mut parts = text.splitn(3, ':');
        let host = absolute(parts.next().unwrap_or_default())?;
        let (container, given) = match (parts.next(), parts.next()) {
            (None, _) => (host.clone(), "rwm"),
            (Some(second), None) if is_rights(second) => (host.clone(), second),
            (Some(second), None) => (absolute(second)?, "rwm"),
            (Some(second), Some(third)) => (absolute(second)?, third),
        };
        Ok(Self::Node {
            host,
            container,
            rights: rights(given)?,
        })
    }
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Node {
                host,
                container,
                rights,
            } => write!(f, "{host}:{container}:{rights}"),
            Self::Cdi(name) => f.write_str(name),
        }
    }
}

/// The node of a device, or nothing for one by its CDI name.
impl From<&Device> for Option<DeviceMapping> {
    fn from(device: &Device) -> Self {
        match device {
            Device::Node {
                host,
                container,
                rights,
            } => Some(
                DeviceMapping::new()
                    .path_on_host(host)
                    .path_in_container(container)
                    .cgroup_permissions(rights),
            ),
            Device::Cdi(_) => None,
        }
    }
}

/// What asks for devices by their CDI names.
pub(crate) fn cdi(names: impl IntoIterator<Item = String>) -> DeviceRequest {
    DeviceRequest::new().driver("cdi").device_ids(names)
}

/// Each of the letters `r`, `w`, `m` at most once, and at least one.
fn is_rights(text: &str) -> bool {
    let once = |letter: u8| text.bytes().filter(|it| *it == letter).count() == 1;
    !text.is_empty()
        && text
            .bytes()
            .all(|letter| b"rwm".contains(&letter) && once(letter))
}

/// Whether it is `vendor/class=name` as the specification of CDI has it.
fn is_cdi(text: &str) -> bool {
    let word = |text: &str, more: &str| {
        let first = text.chars().next().unwrap_or(' ');
        let last = text.chars().next_back().unwrap_or(' ');
        let inner = |c: char| c.is_ascii_alphanumeric() || more.contains(c);
        first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric() && text.chars().all(inner)
    };
    text.split_once('=').is_some_and(|(kind, name)| {
        let is_kind = kind.split_once('/').is_some_and(|(vendor, class)| {
            let starts = |text: &str| text.starts_with(|c: char| c.is_ascii_alphabetic());
            starts(vendor) && word(vendor, "_-.") && starts(class) && word(class, "_-")
        });
        is_kind && word(name, "_-.:")
    })
}

/// A rule for kinds of devices, as `docker run --device-cgroup-rule` takes it:
/// `type major:minor rights`.
///
/// ```
/// use stevedore_api::option::DeviceRule;
///
/// let rule: DeviceRule = "c 42:* rmw".parse()?;
/// assert_eq!(rule.to_string(), "c 42:* rmw");
/// # Ok::<(), stevedore_api::option::Invalid>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DeviceRule(String);

impl FromStr for DeviceRule {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WHAT: &str = "rule for devices";
        let number = |text: &str| {
            text == "*" || !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit())
        };
        let mut words = text.split(' ');
        let mut word = || words.next().unwrap_or_default();
        let (kind, numbers, rights) = (word(), word(), word());
        let wrong = |part, expected: &'static str| Err(Invalid::new(WHAT, text, part, expected));
        if !matches!(kind, "a" | "b" | "c") {
            return wrong(kind, "one of the kinds a, b, c");
        }
        if !numbers
            .split_once(':')
            .is_some_and(|(major, minor)| number(major) && number(minor))
        {
            return wrong(numbers, "major:minor, each a number or *");
        }
        if !(1..=3).contains(&rights.len()) || !rights.bytes().all(|it| b"rwm".contains(&it)) {
            return wrong(rights, "rights out of r, w and m");
        }
        if words.next().is_some() {
            return wrong(text, "no more than kind, numbers and rights");
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for DeviceRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<DeviceRule> for String {
    fn from(rule: DeviceRule) -> Self {
        rule.0
    }
}

/// The path of a device, and what is behind the colon.
fn of_device<'a>(
    what: &'static str,
    text: &'a str,
    value: &'static str,
) -> Result<(&'a str, &'a str), Invalid> {
    let Some((path, behind)) = text.split_once(':') else {
        return Err(Invalid::short(what, text, value));
    };
    if !path.starts_with("/dev/") {
        return Err(Invalid::new(what, text, path, "a path below /dev/"));
    }
    Ok((path, behind))
}

/// A limit in bytes a second on the use of a device, as
/// `docker run --device-read-bps` takes it: `/dev/sda:1mb`.
///
/// ```
/// use stevedore_api::container::HostConfig;
/// use stevedore_api::option::DeviceBps;
///
/// let limit: DeviceBps = "/dev/sda:1mb".parse()?;
/// let host = HostConfig::new().blkio_device_read_bps([limit]);
/// # let _ = host;
/// # Ok::<(), stevedore_api::option::Invalid>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct DeviceBps {
    /// The device on the host.
    pub path: String,
    /// The most in a second.
    pub rate: Size,
}

impl FromStr for DeviceBps {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WHAT: &str = "limit on a device";
        let (path, rate) = of_device(WHAT, text, "path:size")?;
        let rate = rate.parse().map_err(|error: Invalid| {
            Invalid::new(WHAT, text, rate, error.expected().to_owned())
        })?;
        let path = path.to_owned();
        Ok(Self { path, rate })
    }
}

impl fmt::Display for DeviceBps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.path, self.rate)
    }
}

impl From<DeviceBps> for ThrottleDevice {
    fn from(limit: DeviceBps) -> Self {
        Self::new().path(limit.path).rate(limit.rate.bytes())
    }
}

/// A limit in reads or writes a second on the use of a device, as
/// `docker run --device-read-iops` takes it: `/dev/sda:1000`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct DeviceIops {
    /// The device on the host.
    pub path: String,
    /// The most in a second.
    pub rate: i64,
}

impl FromStr for DeviceIops {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WHAT: &str = "limit on a device";
        let (path, rate) = of_device(WHAT, text, "path:number")?;
        let rate = digits(rate)
            .ok_or_else(|| Invalid::new(WHAT, text, rate, "a number that is not negative"))?;
        let path = path.to_owned();
        Ok(Self { path, rate })
    }
}

impl fmt::Display for DeviceIops {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.path, self.rate)
    }
}

impl From<DeviceIops> for ThrottleDevice {
    fn from(limit: DeviceIops) -> Self {
        Self::new().path(limit.path).rate(limit.rate)
    }
}

/// It is read as `docker run --blkio-weight-device` takes it: `/dev/sda:200`, a
/// weight from 10 to 1000, or 0 for none.
impl FromStr for WeightDevice {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WHAT: &str = "weight of a device";
        let (path, weight) = of_device(WHAT, text, "path:weight")?;
        let fits = |weight: &i64| *weight == 0 || (10..=1000).contains(weight);
        let weight = digits(weight)
            .filter(fits)
            .ok_or_else(|| Invalid::new(WHAT, text, weight, "a weight from 10 to 1000, or 0"))?;
        Ok(Self::new().path(path).weight(weight))
    }
}

/// As `--blkio-weight-device` takes it.
impl fmt::Display for WeightDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.as_deref().unwrap_or_default();
        write!(f, "{path}:{}", self.weight.unwrap_or_default())
    }
}

fn digits(text: &str) -> Option<i64> {
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(text: &str) -> (String, String, String) {
        match text.parse().unwrap() {
            Device::Node {
                host,
                container,
                rights,
            } => (host, container, rights),
            Device::Cdi(name) => panic!("{name} is a node"),
        }
    }

    #[test]
    fn a_path_may_be_followed_by_another_and_by_rights() {
        let three = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
        assert_eq!(node("/dev/a"), three("/dev/a", "/dev/a", "rwm"));
        assert_eq!(node("/dev/a:r"), three("/dev/a", "/dev/a", "r"));
        assert_eq!(node("/dev/a:/b"), three("/dev/a", "/b", "rwm"));
        assert_eq!(node("/dev/a:/b:mw"), three("/dev/a", "/b", "mw"));
        assert_eq!(node("/dev/a=b").0, "/dev/a=b");
    }

    #[test]
    fn a_cdi_name_has_a_vendor_a_class_and_a_device() {
        for name in ["vendor.com/class=device", "nvidia.com/gpu=0", "a/b=c:d"] {
            assert_eq!(name.parse(), Ok(Device::Cdi(name.to_owned())));
        }
        for name in ["a=b", "1/b=c", "a/b=", "a/b=-c", "a./b=c"] {
            assert!(name.parse::<Device>().is_err(), "{name}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_device_is_pointed_at() {
        for (text, part) in [
            ("", ""),
            ("./a", "./a"),
            ("/dev/a:b", "b"),
            ("/dev/a:", ""),
            ("/dev/a:/b:rwx", "rwx"),
            ("/dev/a:/b:rr", "rr"),
            ("/dev/a:/b:r:w", "r:w"),
        ] {
            let error = text.parse::<Device>().unwrap_err();
            assert_eq!(error.part(), part, "{error}");
        }
    }

    #[test]
    fn limits_and_weights_belong_to_devices() {
        let limit: DeviceBps = "/dev/sda:1mb".parse().unwrap();
        assert_eq!(ThrottleDevice::from(limit).rate, Some(1 << 20));
        let limit: DeviceIops = "/dev/sda:1000".parse().unwrap();
        assert_eq!(limit.to_string(), "/dev/sda:1000");
        let weight: WeightDevice = "/dev/sda:0".parse().unwrap();
        assert_eq!(weight.to_string(), "/dev/sda:0");
        assert!("sda:1m".parse::<DeviceBps>().is_err());
        assert!("/dev/sda:-1".parse::<DeviceBps>().is_err());
        assert!("/dev/sda:1m".parse::<DeviceIops>().is_err());
        for text in ["/dev/sda", "/dev/sda:5", "/dev/sda:2000", "/dev/sda:x"] {
            assert!(text.parse::<WeightDevice>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_rule_names_a_kind_numbers_and_rights() {
        for text in ["c 42:* rmw", "a *:* r", "b 1:2 rrr"] {
            assert_eq!(text.parse::<DeviceRule>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "c 42 rmw",
            "x 1:1 r",
            "c 1:1",
            "c 1:1 rwmr",
            "c 1:1 x",
            "c  1:1 r",
            "c 1:1 r ",
        ] {
            assert!(text.parse::<DeviceRule>().is_err(), "{text}");
        }
    }
}
