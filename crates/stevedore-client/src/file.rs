//! Small files that somebody else wrote, read as a whole.

use std::fs::File;
use std::io::{ErrorKind as Io, Read as _};
use std::path::Path;

use crate::{Error, ErrorKind, Result};

/// What a file should be.
#[derive(Clone, Copy)]
pub(crate) enum Form {
    /// One of the `docker` program, or of the system.
    Settings,
    /// A certificate or a key.
    Pem,
}

impl Form {
    fn name(self) -> &'static str {
        match self {
            Self::Settings => "file of settings",
            Self::Pem => "certificate or key",
        }
    }

    /// More than so many MiB are not read.
    fn largest(self) -> u64 {
        match self {
            Self::Settings => 4,
            Self::Pem => 1,
        }
    }

    /// What to do where this user may not read it.
    fn unlock(self) -> &'static str {
        match self {
            Self::Settings => {
                "permission denied; make it readable for this user, or name the folder of \
                 another one's settings in DOCKER_CONFIG"
            }
            Self::Pem => "permission denied; make it readable for this user",
        }
    }
}

/// What is in a file, if there is one.
pub(crate) fn read(path: &Path, form: Form) -> Result<Option<Vec<u8>>> {
    let unreadable = |error: std::io::Error| {
        let why = match error.kind() {
            Io::PermissionDenied => form.unlock(),
            Io::NotADirectory => "a part of its path is no folder",
            _ => "reading it failed",
        };
        unusable(path, why).caused_by(error)
    };
    let meta = match path.metadata() {
        Ok(meta) => meta,
        Err(error) if error.kind() == Io::NotFound => {
            return match path.read_link() {
                Ok(target) => Err(unusable(
                    path,
                    &format!(
                        "it is a link to {}, which is not there; remove the link or make its target",
                        target.display()
                    ),
                )),
                Err(_) => Ok(None),
            };
        }
        Err(error) => return Err(unreadable(error)),
    };
    // Opening a pipe or a device might wait for ever.
    if !meta.is_file() {
        let what = if meta.is_dir() {
            "folder"
        } else {
            "special file"
        };
        return Err(unusable(
            path,
            &format!("it is a {what} and not a {}; move it away", form.name()),
        ));
    }
    let largest = form.largest() << 20;
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(largest + 1).read_to_end(&mut bytes))
        .map_err(unreadable)?;
    if bytes.len() as u64 > largest {
        let (largest, name) = (form.largest(), form.name());
        return Err(unusable(
            path,
            &format!("it is over {largest} MiB, which no {name} is"),
        ));
    }
    Ok(Some(bytes))
}

/// That a file can't be used, and why.
pub(crate) fn unusable(path: &Path, why: &str) -> Error {
    Error::new(
        ErrorKind::Settings,
        format!("cannot use {}: {why}", path.display()),
    )
}
