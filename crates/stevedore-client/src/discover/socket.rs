//! What keeps a client from a socket, as far as the file system tells.

use std::io::ErrorKind;
use std::path::Path;

use super::{Barred, Why};
use crate::Environment;
#[cfg(unix)]
use crate::file::{self, Form};

/// Why this user got no connection to a socket, and what to do, where more can be said than
/// that it failed.
pub(crate) fn locked_out(path: &Path, error: &std::io::Error) -> Option<String> {
    let why = diagnose(&Environment::new(), path, error)?;
    match why {
        Why::NoFile { link: Some(_) } | Why::NotASocket | Why::NoPermission(_) => {
            Some(match why.advice() {
                Some(advice) => format!("{why}; {advice}"),
                None => why.to_string(),
            })
        }
        _ => None,
    }
}

/// Why there was no connection to a socket.
pub(super) fn diagnose(
    environment: &Environment,
    path: &Path,
    error: &std::io::Error,
) -> Option<Why> {
    match error.kind() {
        ErrorKind::NotFound => Some(Why::NoFile {
            link: path.read_link().ok(),
        }),
        ErrorKind::NotADirectory => Some(Why::NoFile { link: None }),
        ErrorKind::PermissionDenied => Some(Why::NoPermission(barred(environment, path))),
        ErrorKind::ConnectionRefused if !is_socket(path) => Some(Why::NotASocket),
        ErrorKind::ConnectionRefused => Some(Why::Refused),
        _ => None,
    }
}

#[cfg(unix)]
fn is_socket(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt;

    path.metadata()
        .is_ok_and(|meta| meta.file_type().is_socket())
}

#[cfg(not(unix))]
fn is_socket(_path: &Path) -> bool {
    true
}

#[cfg(unix)]
fn barred(environment: &Environment, path: &Path) -> Barred {
    use std::os::unix::fs::MetadataExt;

    const GROUP_MAY_WRITE: u32 = 0o020;

    let Ok(meta) = path.metadata() else {
        let closed = path.ancestors().skip(1).find(|folder| {
            // The innermost folder that can be looked at is the one that is closed.
            folder.metadata().is_ok()
        });
        return match closed {
            Some(folder) => Barred::Folder(folder.to_path_buf()),
            None => Barred::Unknown,
        };
    };
    // Nobody is made a member of the group of root for this.
    if meta.mode() & GROUP_MAY_WRITE == 0 || meta.gid() == 0 {
        let owner = entry(environment, "etc/passwd", meta.uid());
        return Barred::Owner(owner.map_or_else(|| meta.uid().to_string(), |it| it.name));
    }
    let group = entry(environment, "etc/group", meta.gid());
    let user = environment.user_name();
    Barred::Group {
        is_member: group
            .as_ref()
            .zip(user)
            .is_some_and(|(group, user)| group.members.split(',').any(|member| member == user)),
        user: user.map(str::to_owned),
        id: meta.gid(),
        name: group.map(|it| it.name),
    }
}

#[cfg(not(unix))]
fn barred(_environment: &Environment, _path: &Path) -> Barred {
    Barred::Unknown
}

/// A line of `/etc/passwd` or `/etc/group`.
#[cfg(unix)]
struct Entry {
    name: String,
    members: String,
}

/// The line of a number. Users and groups of a directory service have none.
#[cfg(unix)]
fn entry(environment: &Environment, file: &str, id: u32) -> Option<Entry> {
    let bytes = file::read(&environment.system(file), Form::Settings).ok()??;
    let text = String::from_utf8_lossy(&bytes);
    text.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        let number: u32 = fields.nth(1)?.parse().ok()?;
        let members = fields.next().unwrap_or_default();
        (number == id && !name.is_empty()).then(|| Entry {
            name: name.to_owned(),
            members: members.to_owned(),
        })
    })
}
