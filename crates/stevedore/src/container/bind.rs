//! Docker's own notation for mounts: `source:destination[:mode]`.

use std::fmt;
use std::str::FromStr;

/// A path of the host, or a volume, and where in the container it appears.
///
/// It is written as `docker run --volume` takes it: `source:destination`, or
/// `source:destination:mode` where the mode is a list such as `ro` or `rw,z`.
///
/// ```
/// use stevedore::container::Bind;
///
/// let bind: Bind = "data:/var/lib/data:ro".parse()?;
/// assert_eq!(bind.source(), "data");
/// assert_eq!(bind.destination(), "/var/lib/data");
/// assert!(bind.is_read_only());
/// # Ok::<(), stevedore::container::NotABind>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Bind {
    source: String,
    destination: String,
    mode: Option<String>,
}

impl Bind {
    /// The path on the host, or the name of the volume.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The path in the container.
    pub fn destination(&self) -> &str {
        &self.destination
    }

    /// The mode, as it was written.
    pub fn mode(&self) -> Option<&str> {
        self.mode.as_deref()
    }

    /// Whether the container can't write to it.
    pub fn is_read_only(&self) -> bool {
        self.mode()
            .is_some_and(|mode| mode.split(',').any(|word| word == "ro"))
    }
}

impl FromStr for Bind {
    type Err = NotABind;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).ok_or_else(|| NotABind(text.to_owned()))
    }
}

impl fmt::Display for Bind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.source, self.destination)?;
        match &self.mode {
            Some(mode) => write!(f, ":{mode}"),
            None => Ok(()),
        }
    }
}

/// A text that is no mount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotABind(String);

impl fmt::Display for NotABind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "volume mapping '{}' does not match '<src>:<dest>[:ro]'",
            self.0
        )
    }
}

impl std::error::Error for NotABind {}

fn parse(text: &str) -> Option<Bind> {
    // The colon behind a drive letter, as in `C:\data`, separates nothing.
    let from = if has_drive(text) { 2 } else { 0 };
    let colon = from + text.get(from..)?.find(':')?;
    let (source, rest) = (text.get(..colon)?, text.get(colon + 1..)?);

    let from = if has_drive(rest) { 2 } else { 0 };
    let (destination, mode) = match rest.get(from..)?.find(':') {
        None => (rest, None),
        Some(colon) => (
            rest.get(..from + colon)?,
            Some(rest.get(from + colon + 1..)?),
        ),
    };

    let is_mode = |mode: &str| {
        !mode.is_empty()
            && mode
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b',' | b'=' | b'-'))
    };
    let fits = !source.is_empty() && !destination.is_empty() && mode.is_none_or(is_mode);
    fits.then(|| Bind {
        source: source.to_owned(),
        destination: destination.to_owned(),
        mode: mode.map(str::to_owned),
    })
}

fn has_drive(text: &str) -> bool {
    matches!(text.as_bytes(), [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> (String, String, Option<String>) {
        let bind: Bind = text.parse().unwrap();
        assert_eq!(bind.to_string(), text);
        (bind.source, bind.destination, bind.mode)
    }

    #[test]
    fn source_and_destination_are_split_at_the_colon() {
        assert_eq!(parts("/tmp:/data"), ("/tmp".into(), "/data".into(), None));
        assert_eq!(parts("vol:/data"), ("vol".into(), "/data".into(), None));
    }

    #[test]
    fn a_third_part_is_the_mode() {
        assert_eq!(parts("/tmp:/data:ro").2.as_deref(), Some("ro"));
        assert!("/tmp:/data:z,ro".parse::<Bind>().unwrap().is_read_only());
        assert!(!"/tmp:/data:rw".parse::<Bind>().unwrap().is_read_only());
    }

    #[test]
    fn a_drive_letter_belongs_to_its_path() {
        assert_eq!(
            parts(r"C:\data:/data:ro"),
            (r"C:\data".into(), "/data".into(), Some("ro".into()))
        );
        assert_eq!(parts("C:/data:/data").0, "C:/data");
        // No volume is named by a single letter, so this is half a mapping.
        assert!("c:/data".parse::<Bind>().is_err());
    }

    #[test]
    fn blanks_and_unicode_in_paths_are_kept() {
        assert_eq!(parts("/my data/é:/d").0, "/my data/é");
    }

    #[test]
    fn anything_else_is_refused_by_name() {
        for text in [
            "",
            "a",
            ":",
            "vol:",
            ":/b",
            "vol:/b:",
            "vol:/b:ro:x",
            "vol:/b:r o",
            "vol::ro",
        ] {
            let error = text.parse::<Bind>().unwrap_err();
            assert!(error.to_string().contains(&format!("'{text}'")), "{text}");
        }
    }
}
