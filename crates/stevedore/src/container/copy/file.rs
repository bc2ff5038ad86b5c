//! One file as bytes.

use std::collections::VecDeque;
use std::task::Poll;
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use stevedore_client::{Error, ErrorKind, Result};

use super::archive::{Destination, Pieces, Place, next, put, stat_of};
use super::plan::{Found, InContainer};
use super::tar::{self, Decoder, Entry, Item, Kind, Time};
use super::{CopyOptions, about, asked};
use crate::container::Container;

/// No more than this is read into memory.
const WHOLE: u64 = 1 << 30;

/// Single files, in memory.
impl Container {
    /// The bytes of a file. A link is followed.
    ///
    /// One request, `GET /containers/{id}/archive`; two where the path is a link.
    ///
    /// ```no_run
    /// # async fn example(docker: stevedore::Docker) -> stevedore::Result<()> {
    /// let hosts = docker.container("web").read_file("/etc/hosts").await?;
    /// print!("{}", String::from_utf8_lossy(&hosts));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Kind `Argument`: it is a directory or the like, or is over 1 GiB. Kind `Refused`,
    /// [`is_not_found`](Error::is_not_found): there is no such container or file.
    pub async fn read_file(&self, path: &str) -> Result<Vec<u8>> {
        let path = asked(path)?;
        match read(self, &path).await? {
            Read::File(bytes) => Ok(bytes),
            Read::Link(target) => match read(self, &path.follow(&target)).await? {
                Read::File(bytes) => Ok(bytes),
                Read::Link(_) => Err(no_file(&path, "leads from link to link")),
            },
        }
    }

    /// Makes a file with these bytes, or puts them in the place of one.
    ///
    /// Two requests, `HEAD` and `PUT /containers/{id}/archive`; three where the path is a
    /// link, which is followed. A new file belongs to root and is readable by all; one
    /// that is replaced keeps its rights. The directory must be there.
    ///
    /// ```no_run
    /// # async fn example(docker: stevedore::Docker) -> stevedore::Result<()> {
    /// docker.container("web").write_file("/etc/motd", "Hello\n").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Kind `Argument`: there is a directory. Kind `Refused`,
    /// [`is_not_found`](Error::is_not_found): there is no such container or directory.
    pub async fn write_file(&self, path: &str, bytes: impl Into<Bytes>) -> Result<()> {
        let to = Destination::find(self, path).await.map_err(about("path"))?;
        if to.found == Found::Folder {
            return Err(no_file(&asked(path)?, "is a directory"));
        }
        let (folder, place) = to
            .place(self, path, false, false)
            .await
            .map_err(about("path"))?;
        let Place::Named(name) = place else {
            return Err(no_file(&asked(path)?, "is a directory"));
        };
        let bytes = bytes.into();
        let rights = match to.found {
            Found::File => to.mode & 0o777,
            Found::Folder | Found::Nothing => 0o644,
        };
        let mut entry = Entry::new(name, Kind::File, rights);
        entry.size = bytes.len() as u64;
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        entry.mtime = Time {
            seconds: now
                .unwrap_or_default()
                .as_secs()
                .try_into()
                .unwrap_or_default(),
            nanoseconds: 0,
        };
        let mut head = Vec::new();
        tar::head(&mut head, &entry);
        let end = [tar::padding(entry.size), &tar::END].concat();
        let mut pieces = VecDeque::from([head.into(), bytes, end.into()]);
        let pieces = Pieces::new(move |_| Poll::Ready(Ok(pieces.pop_front())));
        pieces.send(self, put(folder, &CopyOptions::new())).await
    }
}

enum Read {
    File(Vec<u8>),
    /// Where it leads.
    Link(String),
}

async fn read(container: &Container, path: &InContainer) -> Result<Read> {
    let mut answer = container.archive(&path.asked()).await?;
    let mut decoder = Decoder::new();
    let Some(Item::Entry(entry)) = next(&mut answer, &mut decoder).await? else {
        return Err(Error::new(
            ErrorKind::Protocol,
            format!(
                "the engine sent an archive without anything for {}",
                path.asked()
            ),
        ));
    };
    match entry.kind {
        Kind::File if entry.size > WHOLE => {
            return Err(no_file(path, "is over 1 GiB; copy it out instead"));
        }
        Kind::File => {}
        Kind::Symlink => {
            // The engine tells where all links on the way lead in the end.
            let told = stat_of(&answer).map(|stat| stat.link_target);
            let target = told.filter(|target| !target.is_empty());
            let own = || String::from_utf8_lossy(&entry.target).into_owned();
            return Ok(Read::Link(target.unwrap_or_else(own)));
        }
        Kind::Directory => return Err(no_file(path, "is a directory")),
        _ => return Err(no_file(path, "is not a regular file")),
    }
    let mut bytes = Vec::new();
    while let Some(item) = next(&mut answer, &mut decoder).await? {
        match item {
            Item::Data(piece) => bytes.extend_from_slice(&piece),
            Item::Entry(other) => {
                return Err(super::names::hostile(
                    &other.path,
                    "it is not part of what was asked for",
                ));
            }
        }
    }
    answer.done().await?;
    Ok(Read::File(bytes))
}

fn no_file(path: &InContainer, why: &str) -> Error {
    Error::new(ErrorKind::Argument, format!("'{}' {why}", path.asked())).of_argument("path")
}
