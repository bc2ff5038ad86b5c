//! Small files that somebody else wrote, read as a whole.

use std::fs::{File, Metadata};
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
    let file = match open(path) {
        Ok(file) => file,
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
        Err(error) => {
            // A socket can't be opened.
            let other = path.metadata().ok().and_then(|meta| no_file(&meta));
            return Err(match other {
                Some(other) => misplaced(path, other, form),
                None => unreadable(error),
            });
        }
    };
    // Of what was opened: something else may have the name by now.
    if let Some(other) = no_file(&file.metadata().map_err(unreadable)?) {
        return Err(misplaced(path, other, form));
    }
    let largest = form.largest() << 20;
    let mut bytes = Vec::new();
    file.take(largest + 1)
        .read_to_end(&mut bytes)
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

/// Opens it for reading. What is no file is not waited for: a pipe opens when somebody writes.
fn open(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(
        &mut options,
        libc::O_NONBLOCK | libc::O_NOCTTY,
    );
    options.open(path)
}

/// What it is, where it is no file.
fn no_file(meta: &Metadata) -> Option<&'static str> {
    if meta.is_file() {
        None
    } else if meta.is_dir() {
        Some("folder")
    } else {
        Some("special file")
    }
}

fn misplaced(path: &Path, other: &str, form: Form) -> Error {
    let name = form.name();
    unusable(
        path,
        &format!("it is a {other} and not a {name}; move it away"),
    )
}

/// That a file can't be used, and why.
pub(crate) fn unusable(path: &Path, why: &str) -> Error {
    Error::new(
        ErrorKind::Settings,
        format!("cannot use {}: {why}", path.display()),
    )
}

#[cfg(all(test, unix))]
mod tests {
    use std::process::Command;
    use std::sync::mpsc;
    use std::time::{Duration, Instant};
    use std::{fs, thread};

    use super::*;

    #[test]
    fn a_pipe_that_takes_the_place_of_a_file_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("file"), "{}").unwrap();
        let made = Command::new("mkfifo").arg(at("pipe")).status().unwrap();
        assert!(made.success());
        let (path, next) = (at("config.json"), at("next"));
        fs::hard_link(at("file"), &path).unwrap();

        let (tell, told) = mpsc::channel();
        let read_often = {
            let path = path.clone();
            move || tell.send((0..5000).map(|_| read(&path, Form::Settings)).collect())
        };
        thread::spawn(read_often);
        let begun = Instant::now();
        let all: Vec<Result<Option<Vec<u8>>>> = loop {
            for name in ["pipe", "file"] {
                fs::hard_link(at(name), &next).unwrap();
                fs::rename(&next, &path).unwrap();
            }
            if let Ok(all) = told.try_recv() {
                break all;
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "a pipe blocks");
        };
        for read in all {
            match read {
                Ok(bytes) => assert_eq!(bytes.unwrap(), b"{}"),
                Err(error) => assert!(error.to_string().contains("special file"), "{error}"),
            }
        }
    }
}
