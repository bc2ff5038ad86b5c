//! Graphics processors: `all`, `device=0`.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use super::csv::{Field, Writer, fields};
use super::{Invalid, number};
use crate::container::DeviceRequest;

const WHAT: &str = "request for GPUs";

/// Graphics processors for a container, as `docker run --gpus` takes them: `all`,
/// a number, or `key=value` between commas with the keys `count`, `device`,
/// `driver`, `capabilities` and `options`.
///
/// ```
/// use stevedore_api::container::{DeviceRequest, HostConfig};
/// use stevedore_api::option::Gpus;
///
/// let two: Gpus = r#""device=0,2",driver=nvidia"#.parse()?;
/// let request = DeviceRequest::from(two.clone());
/// assert_eq!(request.device_ids.as_deref(), Some(["0", "2"].map(String::from).as_slice()));
/// let host = HostConfig::new().device_requests([two]);
/// # let _ = host;
/// # Ok::<(), stevedore_api::option::Invalid>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Gpus {
    /// How many; -1 for all there are.
    pub count: i64,
    /// Which ones, by the driver's names; instead of a count.
    pub devices: Vec<String>,
    /// The driver; none for one that has the capabilities.
    pub driver: Option<String>,
    /// What they must be able to do, besides `gpu`.
    pub capabilities: Vec<String>,
    /// Options of the driver.
    pub options: BTreeMap<String, String>,
}

impl FromStr for Gpus {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut gpus = Self {
            count: 0,
            devices: Vec::new(),
            driver: None,
            capabilities: Vec::new(),
            options: BTreeMap::new(),
        };
        let mut seen = Vec::new();
        for field in &fields(WHAT, text)? {
            let (key, value) = match field.pair() {
                (key, Some(value)) => (key, value),
                // A number alone is the count.
                (count, None) => ("count", count),
            };
            if seen.contains(&key) {
                let expected = format!("{key} just once");
                return Err(field.wrong_key(WHAT, expected));
            }
            gpus.set(field, key, value)?;
            seen.extend(
                ["count", "device", "driver", "capabilities", "options"]
                    .into_iter()
                    .find(|known| *known == key),
            );
        }
        if !seen.contains(&"count") && !seen.contains(&"device") {
            gpus.count = 1;
        }
        Ok(gpus)
    }
}

impl Gpus {
    fn set(&mut self, field: &Field<'_>, key: &str, value: &str) -> Result<(), Invalid> {
        let list = || value.split(',').map(str::to_owned).collect();
        match key {
            "count" if value == "all" => self.count = -1,
            "count" => {
                self.count =
                    plain(value).ok_or_else(|| field.wrong(WHAT, value, "a number or 'all'"))?;
            }
            "device" => self.devices = list(),
            "driver" => self.driver = Some(value.to_owned()),
            "capabilities" => self.capabilities = list(),
            "options" => {
                for option in &fields(WHAT, value)? {
                    let (name, value) = option.pair();
                    let value = value.unwrap_or_default().to_owned();
                    self.options.insert(name.to_owned(), value);
                }
            }
            _ => {
                let expected = "one of the keys count, device, driver, capabilities, options";
                return Err(field.wrong_key(WHAT, expected));
            }
        }
        Ok(())
    }
}

/// A decimal number.
fn plain(text: &str) -> Option<i64> {
    let digits = text.trim_start_matches(['+', '-']);
    let digits = digits.trim_start_matches('0');
    match digits {
        "" => number::whole(text.get(text.len().checked_sub(1)?..)?),
        _ => text.parse().ok(),
    }
}

impl From<Gpus> for DeviceRequest {
    fn from(gpus: Gpus) -> Self {
        let mut request = Self::new().count(gpus.count);
        if !gpus.devices.is_empty() {
            request = request.device_ids(gpus.devices);
        }
        if let Some(driver) = gpus.driver {
            request = request.driver(driver);
        }
        let mut capabilities = gpus.capabilities;
        capabilities.push("gpu".to_owned());
        request = request.capabilities([capabilities]);
        if !gpus.options.is_empty() {
            request = request.options(gpus.options);
        }
        request
    }
}

impl fmt::Display for Gpus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = Writer::default();
        match self.count {
            0 if !self.devices.is_empty() => {}
            -1 => out.field("all"),
            count => out.field(&count.to_string()),
        }
        if !self.devices.is_empty() {
            out.pair("device", &self.devices.join(","));
        }
        if let Some(driver) = &self.driver {
            out.pair("driver", driver);
        }
        if !self.capabilities.is_empty() {
            out.pair("capabilities", &self.capabilities.join(","));
        }
        if !self.options.is_empty() {
            let mut options = Writer::default();
            for (name, value) in &self.options {
                options.pair(name, value);
            }
            out.pair("options", &options.into_text());
        }
        f.write_str(&out.into_text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_parses_to_the_same() {
        for text in [
            "all",
            "2",
            "0",
            "device=0",
            "device=",
            r#""device=0,1","capabilities=utility,compute""#,
            r#"driver=nvidia,"options=a=b,c=d""#,
            "count=all,options=a",
            "1,device=0",
        ] {
            let gpus: Gpus = text.parse().unwrap();
            let printed = gpus.to_string();
            assert_eq!(printed.parse(), Ok(gpus), "{text} as {printed}");
        }
    }

    #[test]
    fn one_is_meant_where_nothing_is_said() {
        assert_eq!("driver=x".parse::<Gpus>().unwrap().count, 1);
        assert_eq!("device=0".parse::<Gpus>().unwrap().count, 0);
    }

    #[test]
    fn anything_else_is_refused_where_it_is_wrong() {
        for (text, part) in [
            ("x", "x"),
            ("ALL", "ALL"),
            ("count=x", "x"),
            ("all,count=2", "count"),
            ("all, count=1", " count"),
            ("other=1", "other"),
        ] {
            let error = text.parse::<Gpus>().unwrap_err();
            assert_eq!(text.get(error.range()), Some(part), "{error}");
        }
    }
}
