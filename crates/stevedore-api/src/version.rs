//! Versions of the Engine API.

use std::fmt;
use std::str::FromStr;

/// A version of the Engine API, such as 1.41.
///
/// Ordered by number, not by text: 1.9 is older than 1.25.
///
/// ```
/// use stevedore_api::ApiVersion;
///
/// let version: ApiVersion = "1.41".parse()?;
/// assert!(version > ApiVersion::new(1, 9));
/// assert_eq!(version.to_string(), "1.41");
/// # Ok::<(), stevedore_api::NotAVersion>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApiVersion {
    major: u16,
    minor: u16,
}

impl ApiVersion {
    /// The oldest version this library speaks, 1.25 (Docker 1.13).
    pub const OLDEST: Self = Self::new(1, 25);
    /// The newest version this library speaks, 1.55.
    pub const NEWEST: Self = Self::new(1, 55);

    /// The version `major.minor`.
    pub const fn new(major: u16, minor: u16) -> Self {
        Self { major, minor }
    }

    /// The number before the dot.
    pub const fn major(self) -> u16 {
        self.major
    }

    /// The number after the dot.
    pub const fn minor(self) -> u16 {
        self.minor
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl fmt::Debug for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for ApiVersion {
    type Err = NotAVersion;

    fn from_str(text: &str) -> Result<Self, NotAVersion> {
        // `u16::from_str` takes a sign; a version has none.
        let number = |part: &str| {
            (!part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
                .then(|| part.parse().ok())
                .flatten()
        };
        text.split_once('.')
            .and_then(|(major, minor)| Some(Self::new(number(major)?, number(minor)?)))
            .ok_or_else(|| NotAVersion(text.to_owned()))
    }
}

/// A text that is not `MAJOR.MINOR`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAVersion(String);

impl fmt::Display for NotAVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is not an API version; one looks like 1.41",
            self.0.escape_debug()
        )
    }
}

impl std::error::Error for NotAVersion {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_reads_back_as_it_prints() {
        for text in ["1.25", "1.41", "1.55", "2.0"] {
            assert_eq!(text.parse::<ApiVersion>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_version_is_refused_by_name() {
        for text in [
            "", "1", "1.", ".41", "1.4x", "v1.41", "1.41.2", "+1.41", "1.+4", "1.99999",
        ] {
            let refusal = text.parse::<ApiVersion>().unwrap_err().to_string();
            assert!(refusal.contains(&format!("`{text}`")), "{refusal}");
        }
    }

    #[test]
    fn order_is_by_number() {
        assert!(ApiVersion::new(1, 100) > ApiVersion::NEWEST);
        assert!(ApiVersion::new(1, 9) < ApiVersion::OLDEST);
    }
}
