//! Names of images.

use std::fmt;

/// The name of an image, taken apart: `registry/name:tag@digest`.
///
/// Nothing is checked beyond the parts; the engine knows the rules.
///
/// ```
/// use stevedore::Reference;
///
/// let image = Reference::new("localhost:5000/app");
/// assert_eq!((image.name(), image.tag()), ("localhost:5000/app", None));
/// assert_eq!(image.or_latest().to_string(), "localhost:5000/app:latest");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reference {
    name: String,
    tag: Option<String>,
    digest: Option<String>,
}

impl Reference {
    /// The parts of `text`.
    pub fn new(text: &str) -> Self {
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest.to_owned())),
            None => (text, None),
        };
        // A colon before a slash belongs to the registry's port.
        let (name, tag) = match rest.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name, Some(tag.to_owned())),
            _ => (rest, None),
        };
        Self {
            name: name.to_owned(),
            tag,
            digest,
        }
    }

    /// The name, with its registry where it has one.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The tag, where it has one.
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// The digest, where it has one.
    pub fn digest(&self) -> Option<&str> {
        self.digest.as_deref()
    }

    /// With the tag `latest` where it names neither a tag nor a digest.
    pub fn or_latest(mut self) -> Self {
        if self.tag.is_none() && self.digest.is_none() {
            self.tag = Some("latest".to_owned());
        }
        self
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        if let Some(digest) = &self.digest {
            write!(f, "@{digest}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_no_tag_and_a_digest_is_no_port() {
        for (text, name, tag, digest) in [
            ("busybox", "busybox", None, None),
            ("busybox:1", "busybox", Some("1"), None),
            ("reg:5000/a/b", "reg:5000/a/b", None, None),
            ("reg:5000/a/b:1", "reg:5000/a/b", Some("1"), None),
            ("a@sha256:00", "a", None, Some("sha256:00")),
            (
                "reg:5000/a:1@sha256:00",
                "reg:5000/a",
                Some("1"),
                Some("sha256:00"),
            ),
        ] {
            let parts = Reference::new(text);
            assert_eq!(
                (parts.name(), parts.tag(), parts.digest()),
                (name, tag, digest)
            );
            assert_eq!(parts.to_string(), text);
        }
        assert_eq!(Reference::new("a@sha256:00").or_latest().tag(), None);
    }
}
