//! Where a copy comes from or goes to.

use std::path::PathBuf;

/// One end of a copy: a path on this side, or one in a container.
///
/// As text it is that of `docker cp`, `NAME:PATH` or a path. What is absolute, or
/// begins with a dot before its first colon, is on this side: `./a:b` is a file.
///
/// ```
/// use stevedore::container::Location;
///
/// assert_eq!(Location::from("my.web:/etc"), Location::container("my.web", "/etc"));
/// assert_eq!(Location::from("./a:b"), Location::local("./a:b"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Location {
    /// On this side.
    Local(PathBuf),
    /// In a container.
    Container {
        /// The container's name or id.
        name: String,
        /// The path in it, from its root.
        path: String,
    },
}

impl Location {
    /// A path on this side, whatever it looks like.
    pub fn local(path: impl Into<PathBuf>) -> Self {
        Self::Local(path.into())
    }

    /// A path in a container, known by name or id.
    pub fn container(name: impl Into<String>, path: impl Into<String>) -> Self {
        Self::Container {
            name: name.into(),
            path: path.into(),
        }
    }
}

impl From<&str> for Location {
    fn from(text: &str) -> Self {
        match text.split_once(':') {
            Some((name, path)) if !is_local(text) => Self::container(name, path),
            _ => Self::local(text),
        }
    }
}

impl From<String> for Location {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

impl From<PathBuf> for Location {
    fn from(path: PathBuf) -> Self {
        Self::Local(path)
    }
}

/// Whether text with a colon is a path on this side all the same.
fn is_local(text: &str) -> bool {
    text.starts_with(['.', ':']) || std::path::Path::new(text).is_absolute()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_before_the_first_colon_is_a_container() {
        for (text, name, path) in [
            ("web:/etc/hosts", "web", "/etc/hosts"),
            ("my.web-1_x:etc", "my.web-1_x", "etc"),
            ("web:", "web", ""),
            ("web:a:b", "web", "a:b"),
            ("a/b:c", "a/b", "c"),
        ] {
            assert_eq!(Location::from(text), Location::container(name, path));
        }
    }

    #[test]
    fn what_is_absolute_or_begins_with_a_dot_is_on_this_side() {
        for text in ["/a:b", "./a:b", "../a:b", ".:b", "a", "", ":/x", "dir/."] {
            assert_eq!(Location::from(text), Location::local(text));
        }
    }
}
