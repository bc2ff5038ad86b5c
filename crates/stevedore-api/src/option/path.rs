//! Paths as the caller writes them.

use std::path::{Component, Path, PathBuf};

/// A path that begins with a dot, from `folder` on and without detours; any other as it is.
pub(super) fn anchored(path: String, folder: &Path) -> String {
    if !path.starts_with('.') {
        return path;
    }
    let mut way = PathBuf::new();
    for component in folder.join(&path).components() {
        match component {
            Component::ParentDir => {
                way.pop();
            }
            Component::CurDir => {}
            other => way.push(other),
        }
    }
    way.into_os_string().into_string().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_dot_in_front_makes_a_path_the_callers() {
        let here = Path::new("/a/b");
        for (path, whole) in [
            (".", "/a/b"),
            ("./c/", "/a/b/c"),
            ("../c", "/a/c"),
            ("../../../c", "/c"),
            ("./c/./../d", "/a/b/d"),
            (".hidden", "/a/b/.hidden"),
            ("/c/../d", "/c/../d"),
            ("name", "name"),
            ("~", "~"),
        ] {
            assert_eq!(anchored(path.to_owned(), here), whole, "{path}");
        }
    }
}
