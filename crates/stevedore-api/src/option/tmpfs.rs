//! Paths that live in memory: `/run:size=64m`.

use std::fmt;
use std::str::FromStr;

use super::Invalid;

/// A path of a container that lives in memory, as `docker run --tmpfs` takes it:
/// `path` or `path:options`, the options being those of the mount, between commas.
///
/// ```
/// use stevedore_api::container::HostConfig;
/// use stevedore_api::option::Tmpfs;
///
/// let run: Tmpfs = "/run:rw,noexec,size=64m".parse()?;
/// let host = HostConfig::new().mount_tmpfs(run);
/// # let _ = host;
/// # Ok::<(), stevedore_api::option::Invalid>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Tmpfs {
    path: String,
    options: String,
}

impl Tmpfs {
    /// The path in the container.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The options, as they were written; empty where there are none.
    pub fn options(&self) -> &str {
        &self.options
    }
}

impl FromStr for Tmpfs {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (path, options) = text.split_once(':').unwrap_or((text, ""));
        if !path.starts_with('/') {
            let expected = "an absolute path in the container";
            return Err(Invalid::new("tmpfs", text, path, expected));
        }
        Ok(Self {
            path: path.to_owned(),
            options: options.to_owned(),
        })
    }
}

impl fmt::Display for Tmpfs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        match self.options.as_str() {
            "" => Ok(()),
            options => write!(f, ":{options}"),
        }
    }
}

impl From<Tmpfs> for (String, String) {
    fn from(tmpfs: Tmpfs) -> Self {
        (tmpfs.path, tmpfs.options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_stand_behind_a_colon() {
        let tmpfs: Tmpfs = "/run:a,b=c:d".parse().unwrap();
        assert_eq!((tmpfs.path(), tmpfs.options()), ("/run", "a,b=c:d"));
        assert_eq!(tmpfs.to_string(), "/run:a,b=c:d");
        assert_eq!("/run:".parse::<Tmpfs>().unwrap().to_string(), "/run");
        assert!("run".parse::<Tmpfs>().is_err());
        assert!("".parse::<Tmpfs>().is_err());
    }
}
