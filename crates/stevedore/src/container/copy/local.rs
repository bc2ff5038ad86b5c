//! The ends of a copy on this side.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::os::unix::fs::FileTypeExt;
use std::path::{Component, Path, PathBuf};

use stevedore_client::{Error, ErrorKind, Result};

use super::plan::{Found, Plan};

/// What is copied from this side.
#[derive(Debug)]
pub(super) struct LocalSource {
    /// The folder that it is in, or that it is.
    pub(super) folder: PathBuf,
    /// Its name in there; none if it is that folder.
    pub(super) entry: Option<OsString>,
    /// What it is called where it arrives.
    pub(super) name: OsString,
    pub(super) is_folder: bool,
    /// Only what is in the folder is meant.
    pub(super) is_contents: bool,
}

impl LocalSource {
    /// Looks at `path`. The last part may be a link, which `follow` follows.
    pub(super) fn find(path: &Path, follow: bool) -> Result<Self> {
        let given = Given::new(path)?;
        let name = given.clean.file_name().unwrap_or_default().to_owned();
        let missing = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => {
                argument(format!("file does not exist: {}", path.display())).caused_by(error)
            }
            _ => failed("read", path, error),
        };
        let is_root = name.is_empty();
        let looked = if follow || given.asserts_folder || is_root {
            fs::metadata(&given.asked)
        } else {
            fs::symlink_metadata(&given.asked)
        }
        .map_err(missing)?;
        let is_folder = looked.is_dir();
        let is_contents = given.is_dot || is_root;
        let (folder, entry) = if is_folder {
            (fs::canonicalize(&given.asked).map_err(missing)?, None)
        } else {
            let real = if follow {
                fs::canonicalize(&given.asked).map_err(missing)?
            } else {
                given.clean.clone()
            };
            let parent = real.parent().unwrap_or(Path::new("/"));
            (
                fs::canonicalize(parent).map_err(missing)?,
                Some(real.file_name().unwrap_or_default().to_owned()),
            )
        };
        Ok(Self {
            folder,
            entry,
            name,
            is_folder,
            is_contents,
        })
    }
}

/// Where something is copied to on this side.
#[derive(Debug)]
pub(super) struct LocalDestination {
    /// Without links at its end.
    path: PathBuf,
    pub(super) found: Found,
    pub(super) asserts_folder: bool,
}

impl LocalDestination {
    /// So many links are followed, one after the other.
    const LINKS: usize = 10;

    /// Looks at `path`. It need not exist, but the folder above it must.
    pub(super) fn find(path: &Path) -> Result<Self> {
        let given = Given::new(path)?;
        let asserts_folder = given.asserts_folder;
        let (mut asked, mut clean) = (given.asked, given.clean);
        for _ in 0..=Self::LINKS {
            let looked = match fs::symlink_metadata(&asked) {
                Ok(looked) => looked,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    folder_above(&clean)?;
                    return Ok(Self {
                        path: clean,
                        found: Found::Nothing,
                        asserts_folder,
                    });
                }
                Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
                    return Err(argument(format!(
                        "destination is not a directory: {}",
                        path.display()
                    ))
                    .caused_by(error));
                }
                Err(error) => return Err(failed("look at", &asked, error)),
            };
            if looked.is_symlink() {
                let target = fs::read_link(&asked)
                    .map_err(|error| failed("read the link", &asked, error))?;
                let parent = clean.parent().unwrap_or(Path::new("/"));
                clean = cleaned(&parent.join(target));
                asked.clone_from(&clean);
                continue;
            }
            let kind = looked.file_type();
            let found = if kind.is_dir() {
                Found::Folder
            } else if kind.is_block_device() || kind.is_char_device() {
                return Err(argument(format!(
                    "destination is a device: {}",
                    path.display()
                )));
            } else {
                Found::File
            };
            return Ok(Self {
                path: clean,
                found,
                asserts_folder,
            });
        }
        Err(argument(format!(
            "destination leads through too many links: {}",
            path.display()
        )))
    }

    /// The folder to write in, and the name in it that a plan gives, if any.
    pub(super) fn place(&self, plan: Plan) -> (&Path, Option<&OsStr>) {
        match plan {
            Plan::Inside | Plan::Contents => (&self.path, None),
            Plan::As => (
                self.path.parent().unwrap_or(&self.path),
                self.path.file_name(),
            ),
        }
    }
}

fn folder_above(path: &Path) -> Result<()> {
    let parent = path.parent().unwrap_or(path);
    match fs::metadata(parent) {
        Ok(looked) if looked.is_dir() => Ok(()),
        Ok(_) => Err(argument(format!(
            "destination is not in a directory: {}",
            path.display()
        ))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(argument(format!(
            "destination directory does not exist: {}",
            parent.display()
        ))),
        Err(error) => Err(failed("look at", parent, error)),
    }
}

/// A path that a user gave.
struct Given {
    /// Absolute, without `.`, `..` and a slash at the end.
    clean: PathBuf,
    /// The same, with a slash at the end if there was one or a dot: the system then
    /// takes it for a folder.
    asked: PathBuf,
    asserts_folder: bool,
    is_dot: bool,
}

impl Given {
    fn new(path: &Path) -> Result<Self> {
        if path.as_os_str().is_empty() {
            return Err(argument("a path on this side is empty"));
        }
        let bytes = path.as_os_str().as_encoded_bytes();
        let absolute = std::path::absolute(path)
            .map_err(|error| failed("find the working directory for", path, error))?;
        let is_separator = |byte: &u8| std::path::is_separator(char::from(*byte));
        let is_dot = match bytes {
            [b'.'] => true,
            [.., before, b'.'] => is_separator(before),
            _ => false,
        };
        let asserts_folder = is_dot || bytes.last().is_some_and(is_separator);
        let clean = cleaned(&absolute);
        let asked = if asserts_folder {
            clean.join("")
        } else {
            clean.clone()
        };
        Ok(Self {
            clean,
            asked,
            asserts_folder,
            is_dot,
        })
    }
}

/// The path without `.` and `..`, as text: links in between aren't looked at.
pub(super) fn cleaned(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                clean.pop();
            }
            part => clean.push(part),
        }
    }
    clean
}

/// An error about what the caller gave.
pub(super) fn argument(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Argument, message)
}

/// An error of this side's file system.
pub(super) fn failed(what: &str, path: &Path, error: io::Error) -> Error {
    let message = format!("cannot {what} {}", path.display());
    Error::new(ErrorKind::Local, message).caused_by(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_cleaned_as_text() {
        for (path, clean) in [
            ("/a/./b/../c", "/a/c"),
            ("/../a/", "/a"),
            ("/", "/"),
            ("/a/..", "/"),
        ] {
            assert_eq!(cleaned(Path::new(path)), Path::new(clean));
        }
    }
}
