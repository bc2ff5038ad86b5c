//! Points in time, and lengths of it.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::de::{Deserializer, Error, Unexpected, Visitor};

use crate::Value;
use crate::reply::Lenient;

/// A point in time, to the nanosecond.
///
/// It keeps the text that the engine sent: RFC 3339 with its zone, or seconds
/// since 1970. What the engine never filled in, or wrote in some other way, is a
/// `Timestamp` too; asked for its moment it gives nothing.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use stevedore_api::Timestamp;
///
/// let at: Timestamp = "2024-05-01T12:00:00.000000001+02:00".parse()?;
/// assert_eq!(at.unix(), Some((1_714_557_600, 1)));
/// assert_eq!(at.as_str(), "2024-05-01T12:00:00.000000001+02:00");
/// assert_eq!(at.system_time(), Some(UNIX_EPOCH + Duration::new(1_714_557_600, 1)));
///
/// let never: Timestamp = "0001-01-01T00:00:00Z".parse()?;
/// assert!(!never.is_set());
/// # Ok::<(), stevedore_api::NotATimestamp>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Timestamp(String);

impl Timestamp {
    /// So many seconds and nanoseconds after the start of 1970, in UTC.
    pub fn from_unix(seconds: i64, nanoseconds: u32) -> Self {
        match nanoseconds {
            0 => Self(seconds.to_string()),
            _ => Self(format!("{seconds}.{nanoseconds:09}")),
        }
    }

    /// The text that it came as; empty where there was none.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Seconds since the start of 1970 in UTC, and the nanoseconds after that second.
    ///
    /// Nothing where the text is none that this library can read.
    pub fn unix(&self) -> Option<(i64, u32)> {
        if let Some(unix) = seconds(&self.0) {
            return Some(unix);
        }
        let at: jiff::Timestamp = self.0.parse().ok()?;
        let nanoseconds = at.as_nanosecond();
        let whole = i64::try_from(nanoseconds.div_euclid(1_000_000_000)).ok()?;
        let rest = u32::try_from(nanoseconds.rem_euclid(1_000_000_000)).ok()?;
        Some((whole, rest))
    }

    /// Nanoseconds since the start of 1970 in UTC: what to compare and sort by.
    pub fn nanoseconds(&self) -> Option<i128> {
        let (seconds, nanoseconds) = self.unix()?;
        Some(i128::from(seconds) * 1_000_000_000 + i128::from(nanoseconds))
    }

    /// The same as the system's own type, where that reaches so far.
    pub fn system_time(&self) -> Option<SystemTime> {
        let (seconds, nanoseconds) = self.unix()?;
        let whole = Duration::from_secs(seconds.unsigned_abs());
        let second = if seconds < 0 {
            UNIX_EPOCH.checked_sub(whole)
        } else {
            UNIX_EPOCH.checked_add(whole)
        };
        second?.checked_add(Duration::from_nanos(nanoseconds.into()))
    }

    /// Whether it is a moment. The engine's sign for "never", the year 1, is none.
    pub fn is_set(&self) -> bool {
        const YEAR_1: i64 = -62_135_596_800;
        self.unix().is_some_and(|unix| unix != (YEAR_1, 0))
    }
}

/// `1714557600` or `1714557600.000000001`, as the engine takes it and some replies have it.
fn seconds(text: &str) -> Option<(i64, u32)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(fraction) || !is_digits(whole.strip_prefix('-').unwrap_or(whole)) {
        return None;
    }
    let nanoseconds = format!("{fraction:0<9}").get(..9)?.parse().ok()?;
    Some((whole.parse().ok()?, nanoseconds))
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Timestamp {
    type Err = NotATimestamp;

    /// RFC 3339, or seconds since 1970 with or without a fraction.
    fn from_str(text: &str) -> Result<Self, NotATimestamp> {
        let at = Self(text.trim().to_owned());
        match at.unix() {
            Some(_) => Ok(at),
            None => Err(NotATimestamp(text.to_owned())),
        }
    }
}

/// Seconds since the start of 1970.
impl From<i64> for Timestamp {
    fn from(seconds: i64) -> Self {
        Self::from_unix(seconds, 0)
    }
}

impl From<SystemTime> for Timestamp {
    fn from(at: SystemTime) -> Self {
        let whole = |it: Duration| i64::try_from(it.as_secs()).unwrap_or(i64::MAX);
        match at.duration_since(UNIX_EPOCH) {
            Ok(after) => Self::from_unix(whole(after), after.subsec_nanos()),
            Err(before) => {
                let before = before.duration();
                match before.subsec_nanos() {
                    0 => Self::from_unix(-whole(before), 0),
                    rest => Self::from_unix(-whole(before) - 1, 1_000_000_000 - rest),
                }
            }
        }
    }
}

/// As an argument: the engine reads seconds since 1970.
impl From<Timestamp> for Value {
    fn from(at: Timestamp) -> Self {
        if let Ok(seconds) = at.0.parse() {
            return Self::Int(seconds);
        }
        match at.unix() {
            Some((seconds, 0)) if !at.0.contains('.') => Self::Int(seconds),
            Some((seconds, nanoseconds)) => Self::Text(format!("{seconds}.{nanoseconds:09}")),
            None => Self::Text(at.0),
        }
    }
}

/// A text that is no point in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotATimestamp(String);

impl fmt::Display for NotATimestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is no time: write 2024-05-01T12:00:00Z, or seconds since 1970",
            self.0.escape_debug()
        )
    }
}

impl std::error::Error for NotATimestamp {}

impl<'de> Lenient<'de> for Timestamp {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfTime;

        impl Visitor<'_> for OfTime {
            type Value = Timestamp;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a point in time")
            }

            fn visit_unit<E>(self) -> Result<Timestamp, E> {
                Ok(Timestamp::default())
            }

            fn visit_str<E>(self, text: &str) -> Result<Timestamp, E> {
                Ok(Timestamp(text.to_owned()))
            }

            fn visit_i64<E>(self, seconds: i64) -> Result<Timestamp, E> {
                Ok(Timestamp::from(seconds))
            }

            fn visit_u64<E>(self, seconds: u64) -> Result<Timestamp, E> {
                Ok(Timestamp(seconds.to_string()))
            }

            fn visit_f64<E>(self, seconds: f64) -> Result<Timestamp, E> {
                Ok(Timestamp(seconds.to_string()))
            }
        }

        deserializer.deserialize_any(OfTime)
    }
}

/// A length of time, which the API counts in nanoseconds.
impl From<Duration> for Value {
    fn from(length: Duration) -> Self {
        match u64::try_from(length.as_nanos()) {
            Ok(nanoseconds) => nanoseconds.into(),
            // It is no whole number of ours, which the check says.
            Err(_) => Self::Float(length.as_secs_f64() * 1e9),
        }
    }
}

impl<'de> Lenient<'de> for Duration {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let nanoseconds = i64::read(deserializer)?;
        match u64::try_from(nanoseconds) {
            Ok(nanoseconds) => Ok(Self::from_nanos(nanoseconds)),
            Err(_) => Err(D::Error::invalid_value(
                Unexpected::Signed(nanoseconds),
                &"nanoseconds, not fewer than none",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn zones_and_nanoseconds_count() {
        for (text, unix) in [
            ("1970-01-01T00:00:00Z", (0, 0)),
            ("1970-01-01T01:00:00.5+01:00", (0, 500_000_000)),
            ("1969-12-31T23:59:59.25Z", (-1, 250_000_000)),
            (
                "2024-05-01T12:00:00.123456789Z",
                (1_714_564_800, 123_456_789),
            ),
            ("1714564800", (1_714_564_800, 0)),
            ("1714564800.000000001", (1_714_564_800, 1)),
            ("1714564800.5", (1_714_564_800, 500_000_000)),
        ] {
            assert_eq!(at(text).unix(), Some(unix), "{text}");
            assert_eq!(at(text).to_string(), text);
            assert!(at(text).is_set());
        }
    }

    #[test]
    fn what_is_no_time_is_kept_and_gives_none() {
        for text in [
            "",
            "soon",
            "2024-13-01T00:00:00Z",
            "1.2.3",
            ".5",
            "-",
            "9e9",
        ] {
            assert!(text.parse::<Timestamp>().is_err(), "{text}");
            let json = serde_json::to_string(text).unwrap();
            let read = Timestamp::read(&mut serde_json::Deserializer::from_str(&json)).unwrap();
            assert_eq!((read.as_str(), read.unix()), (text, None));
            assert!(!read.is_set());
        }
        assert!(!at("0001-01-01T00:00:00Z").is_set());
    }

    #[test]
    fn the_engine_is_sent_seconds() {
        for (text, sent) in [
            ("1970-01-01T00:01:00Z", Value::Int(60)),
            ("1970-01-01T00:01:00.5Z", Value::Text("60.500000000".into())),
            ("60", Value::Int(60)),
            ("60.000000000", Value::Text("60.000000000".into())),
        ] {
            assert_eq!(Value::from(at(text)), sent);
        }
    }

    #[test]
    fn the_systems_own_times_go_both_ways() {
        for text in ["-1.5", "-2", "0", "3.000000007"] {
            let system = at("1970-01-01T00:00:00Z").system_time();
            assert_eq!(system, Some(UNIX_EPOCH));
            let time = at(text);
            let system = time.system_time().unwrap();
            assert_eq!(Timestamp::from(system).unix(), time.unix(), "{text}");
        }
    }

    #[test]
    fn lengths_are_nanoseconds() {
        let read = |json| Duration::read(&mut serde_json::Deserializer::from_str(json));
        assert_eq!(read("1500000000").unwrap(), Duration::from_millis(1500));
        assert_eq!(read("null").unwrap(), Duration::ZERO);
        let error = read("-1").unwrap_err().to_string();
        assert!(error.contains("nanoseconds"), "{error}");
        assert_eq!(
            Value::from(Duration::from_secs(1)),
            Value::Int(1_000_000_000)
        );
        assert!(matches!(Value::from(Duration::MAX), Value::Float(_)));
    }
}
