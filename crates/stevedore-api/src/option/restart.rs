//! When a container is started again: `on-failure:3`.

use std::fmt;
use std::str::FromStr;

use super::Invalid;
use crate::container::RestartPolicy;

const WHAT: &str = "restart policy";

/// It is read as `docker run --restart` takes it: `no`, `always`,
/// `unless-stopped` or `on-failure[:most]`.
///
/// ```
/// use stevedore_api::container::{HostConfig, RestartPolicy};
///
/// let policy: RestartPolicy = "on-failure:3".parse()?;
/// assert_eq!(policy, RestartPolicy::OnFailure(3));
/// let host = HostConfig::new().restart_policy(policy);
/// # let _ = host;
/// # Ok::<(), stevedore_api::option::Invalid>(())
/// ```
impl FromStr for RestartPolicy {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, most) = text.split_once(':').unwrap_or((text, ""));
        let count = match most {
            "" => 0,
            most => most
                .bytes()
                .all(|byte| byte.is_ascii_digit())
                .then(|| most.parse::<u32>().ok())
                .flatten()
                // The API counts in 32 bits with a sign.
                .filter(|most| i32::try_from(*most).is_ok())
                .ok_or_else(|| Invalid::new(WHAT, text, most, "how often at most, a number"))?,
        };
        let policy = match name {
            "" | "no" => Self::No,
            "always" => Self::Always,
            "unless-stopped" => Self::UnlessStopped,
            "on-failure" => return Ok(Self::OnFailure(count)),
            _ => {
                let expected = "no, always, unless-stopped or on-failure[:most]";
                return Err(Invalid::new(WHAT, text, name, expected));
            }
        };
        if count > 0 {
            let expected = "a number behind on-failure alone";
            return Err(Invalid::new(WHAT, text, most, expected));
        }
        Ok(policy)
    }
}

/// As `--restart` takes it.
impl fmt::Display for RestartPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::No => f.write_str("no"),
            Self::Always => f.write_str("always"),
            Self::UnlessStopped => f.write_str("unless-stopped"),
            Self::OnFailure(0) => f.write_str("on-failure"),
            Self::OnFailure(most) => write!(f, "on-failure:{most}"),
            Self::Other(name) => f.write_str(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_parses_to_the_same() {
        for text in [
            "no",
            "always",
            "unless-stopped",
            "on-failure",
            "on-failure:3",
        ] {
            let policy: RestartPolicy = text.parse().unwrap();
            assert_eq!(policy.to_string(), text);
        }
        assert_eq!("always:0".parse(), Ok(RestartPolicy::Always));
        assert_eq!("".parse(), Ok(RestartPolicy::No));
    }

    #[test]
    fn anything_else_is_refused_where_it_is_wrong() {
        for (text, part) in [
            ("sometimes", "sometimes"),
            ("always:3", "3"),
            ("on-failure:x", "x"),
            ("on-failure:-1", "-1"),
            ("on-failure:1:2", "1:2"),
            ("on-failure:9999999999", "9999999999"),
        ] {
            let error = text.parse::<RestartPolicy>().unwrap_err();
            assert_eq!(error.part(), part, "{error}");
        }
    }
}
