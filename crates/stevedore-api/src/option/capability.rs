//! Rights of root: `NET_ADMIN`.

use std::fmt;
use std::str::FromStr;

use super::Invalid;

/// A right of root, as `docker run --cap-add` takes it: `NET_ADMIN` in any case,
/// with or without `CAP_` in front, or `ALL`.
///
/// ```
/// use stevedore_api::container::HostConfig;
/// use stevedore_api::option::Capability;
///
/// let right: Capability = "net_admin".parse()?;
/// assert_eq!(right.to_string(), "CAP_NET_ADMIN");
/// let host = HostConfig::new().cap_add([right]);
/// # let _ = host;
/// # Ok::<(), stevedore_api::option::Invalid>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Capability(String);

impl FromStr for Capability {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let upper = text.to_ascii_uppercase();
        if upper == "ALL" {
            return Ok(Self(upper));
        }
        let name = upper.strip_prefix("CAP_").unwrap_or(&upper);
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || !name.chars().all(is_word) {
            let expected = "the name of a right, such as NET_ADMIN, or ALL";
            return Err(Invalid::new("capability", text, text, expected));
        }
        Ok(Self(format!("CAP_{name}")))
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Capability> for String {
    fn from(capability: Capability) -> Self {
        capability.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_one_form() {
        for (text, name) in [
            ("chown", "CAP_CHOWN"),
            ("CAP_CHOWN", "CAP_CHOWN"),
            ("cap_chown", "CAP_CHOWN"),
            ("all", "ALL"),
        ] {
            assert_eq!(text.parse::<Capability>().unwrap().to_string(), name);
            assert_eq!(name.parse::<Capability>().unwrap().to_string(), name);
        }
        for text in ["", "CAP_", " chown", "a b", "a-b"] {
            assert!(text.parse::<Capability>().is_err(), "{text}");
        }
    }
}
