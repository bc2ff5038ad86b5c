//! Volumes and paths of the host: `source:destination[:mode]`.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use super::{Invalid, path};

const WHAT: &str = "volume mapping";

/// A path of the host, or a volume, and where in the container it appears.
///
/// It is written as `docker run --volume` takes it: `source:destination`, or
/// `source:destination:mode` where the mode is a list such as `ro` or `rw,z`. A
/// destination alone is a volume without a name.
///
/// ```
/// use stevedore_api::container::Create;
/// use stevedore_api::option::Volume;
///
/// let volume: Volume = "data:/var/lib/data:ro".parse()?;
/// assert_eq!(volume.source(), Some("data"));
/// assert_eq!(volume.destination(), "/var/lib/data");
/// assert!(volume.is_read_only());
///
/// let web = Create::new("nginx").volume(volume);
/// # let _ = web;
/// # Ok::<(), stevedore_api::option::Invalid>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Volume {
    source: Option<String>,
    destination: String,
    mode: Option<String>,
}

impl Volume {
    /// The path on the host, or the name of the volume; nothing for one without a name.
    pub fn source(&self) -> Option<&str> {
        self.source.as_deref()
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

    /// The same, with a source that begins with a dot made absolute: it is a path from
    /// `folder` on. Engines know only absolute ones.
    pub fn anchored(mut self, folder: &Path) -> Self {
        self.source = self.source.map(|source| path::anchored(source, folder));
        self
    }
}

impl FromStr for Volume {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (first, rest) = split(text);
        let Some(rest) = rest else {
            if first.trim_matches('/').is_empty() {
                let expected = "source:destination[:mode], or a destination";
                return Err(Invalid::new(WHAT, text, text, expected));
            }
            return Ok(Self {
                source: None,
                destination: first.to_owned(),
                mode: None,
            });
        };
        let (second, mode) = split(rest);
        if first.is_empty() {
            return Err(Invalid::new(
                WHAT,
                text,
                first,
                "a path or the name of a volume",
            ));
        }
        if second.is_empty() {
            return Err(Invalid::new(WHAT, text, second, "a path in the container"));
        }
        let is_mode = |mode: &str| {
            let of_mode =
                |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b',' | b'=' | b'-');
            !mode.is_empty() && mode.bytes().all(of_mode)
        };
        if let Some(mode) = mode.filter(|mode| !is_mode(mode)) {
            let expected = "a mode such as ro or rw,z";
            return Err(Invalid::new(WHAT, text, mode, expected));
        }
        Ok(Self {
            source: Some(first.to_owned()),
            destination: second.to_owned(),
            mode: mode.map(str::to_owned),
        })
    }
}

impl fmt::Display for Volume {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(source) = &self.source {
            write!(f, "{source}:")?;
        }
        f.write_str(&self.destination)?;
        match &self.mode {
            Some(mode) => write!(f, ":{mode}"),
            None => Ok(()),
        }
    }
}

/// What is before the first colon and behind it. The one behind a drive letter, as in
/// `C:\data`, separates nothing.
fn split(text: &str) -> (&str, Option<&str>) {
    let from = if has_drive(text) { 2 } else { 0 };
    let colon = text.get(from..).and_then(|rest| rest.find(':'));
    match colon.and_then(|at| Some((text.get(..from + at)?, text.get(from + at + 1..)?))) {
        Some((before, behind)) => (before, Some(behind)),
        None => (text, None),
    }
}

fn has_drive(text: &str) -> bool {
    matches!(text.as_bytes(), [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> (Option<String>, String, Option<String>) {
        let volume: Volume = text.parse().unwrap();
        assert_eq!(volume.to_string(), text);
        (volume.source, volume.destination, volume.mode)
    }

    fn source(text: &str) -> String {
        parts(text).0.unwrap()
    }

    #[test]
    fn source_and_destination_are_split_at_the_colon() {
        let named = |source: &str| (Some(source.into()), "/data".into(), None);
        assert_eq!(parts("/tmp:/data"), named("/tmp"));
        assert_eq!(parts("vol:/data"), named("vol"));
        assert_eq!(parts("/data"), (None, "/data".into(), None));
        assert_eq!(parts("data"), (None, "data".into(), None));
    }

    #[test]
    fn a_third_part_is_the_mode() {
        assert_eq!(parts("/tmp:/data:ro").2.as_deref(), Some("ro"));
        assert!("/tmp:/data:z,ro".parse::<Volume>().unwrap().is_read_only());
        assert!(!"/tmp:/data:rw".parse::<Volume>().unwrap().is_read_only());
    }

    #[test]
    fn a_drive_letter_belongs_to_its_path() {
        assert_eq!(
            parts(r"C:\data:/data:ro"),
            (Some(r"C:\data".into()), "/data".into(), Some("ro".into()))
        );
        assert_eq!(source("C:/data:/data"), "C:/data");
        // No volume is named by a single letter, so this is a path alone.
        assert_eq!(parts("c:/data").0, None);
    }

    #[test]
    fn blanks_and_unicode_in_paths_are_kept() {
        assert_eq!(source("/my data/é:/d"), "/my data/é");
    }

    #[test]
    fn a_source_that_begins_with_a_dot_is_a_path_from_here() {
        let volume: Volume = "./a/../b/:/c".parse().unwrap();
        assert_eq!(
            volume.anchored(Path::new("/here")).to_string(),
            "/here/b:/c"
        );
    }

    #[test]
    fn anything_else_is_refused_by_name() {
        for (text, part) in [
            ("", ""),
            ("/", "/"),
            (":", ""),
            ("vol:", ""),
            (":/b", ""),
            ("vol:/b:", ""),
            ("vol:/b:ro:x", "ro:x"),
            ("vol:/b:r o", "r o"),
            ("vol::ro", ""),
        ] {
            let error = text.parse::<Volume>().unwrap_err();
            let named = match text {
                "" => "found nothing".to_owned(),
                text => format!("'{text}'"),
            };
            assert!(error.to_string().contains(&named), "{error}");
            assert_eq!(error.part(), part, "{text}");
        }
    }
}
