//! Limits of a process: `nofile=1024:2048`.

use std::fmt;
use std::str::FromStr;

use super::Invalid;
use crate::container::Ulimit;

const WHAT: &str = "limit";

const NAMES: &[&str] = &[
    "core",
    "cpu",
    "data",
    "fsize",
    "locks",
    "memlock",
    "msgqueue",
    "nice",
    "nofile",
    "nproc",
    "rss",
    "rtprio",
    "rttime",
    "sigpending",
    "stack",
];

/// It is read as `docker run --ulimit` takes it: `name=soft:hard`, or `name=both`;
/// -1 is without end.
///
/// ```
/// use stevedore_api::container::{HostConfig, Ulimit};
///
/// let limit: Ulimit = "nofile=1024:2048".parse()?;
/// assert_eq!((limit.soft, limit.hard), (Some(1024), Some(2048)));
/// let host = HostConfig::new().ulimits([limit]);
/// # let _ = host;
/// # Ok::<(), stevedore_api::option::Invalid>(())
/// ```
impl FromStr for Ulimit {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let Some((name, values)) = text.split_once('=') else {
            return Err(Invalid::new(WHAT, text, text, "name=soft[:hard]"));
        };
        if !NAMES.contains(&name) {
            let expected = format!("one of the limits {}", NAMES.join(", "));
            return Err(Invalid::new(WHAT, text, name, expected));
        }
        let number = |part: &str| {
            let number = part.parse::<i64>().ok();
            number.ok_or_else(|| Invalid::new(WHAT, text, part, "a number"))
        };
        let (soft, hard) = match values.split_once(':') {
            None => (number(values)?, number(values)?),
            Some((soft, hard)) => (number(soft)?, number(hard)?),
        };
        let fits = match (soft, hard) {
            (_, -1) => true,
            (-1, _) => false,
            (soft, hard) => soft <= hard,
        };
        if !fits {
            let expected = "a soft limit that is not above the hard one";
            return Err(Invalid::new(WHAT, text, values, expected));
        }
        Ok(Self::new().name(name).soft(soft).hard(hard))
    }
}

/// As `--ulimit` takes it; a value that is not set is -1.
impl fmt::Display for Ulimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name.as_deref().unwrap_or_default();
        let (soft, hard) = (self.soft.unwrap_or(-1), self.hard.unwrap_or(-1));
        write!(f, "{name}={soft}:{hard}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_parses_to_the_same() {
        for text in ["nofile=1024:2048", "core=-1", "rttime=5:-1", "nproc=7"] {
            let limit: Ulimit = text.parse().unwrap();
            assert_eq!(limit.to_string().parse(), Ok(limit), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused_where_it_is_wrong() {
        for (text, part) in [
            ("", ""),
            ("nofile", "nofile"),
            ("nofile=", ""),
            ("NOFILE=1", "NOFILE"),
            ("nofile=2:1", "2:1"),
            ("nofile=-1:1", "-1:1"),
            ("nofile=1:2:3", "2:3"),
            ("nofile=x", "x"),
            ("nofile=1.5", "1.5"),
        ] {
            let error = text.parse::<Ulimit>().unwrap_err();
            assert_eq!(error.part(), part, "{error}");
        }
    }
}
