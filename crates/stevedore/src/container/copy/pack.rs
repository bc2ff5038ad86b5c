//! Files of this side into a tar archive.

use std::collections::HashMap;
use std::ffi::{CStr, CString, OsStr};
use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::vec;

use bytes::Bytes;
use rustix::fs::{self, AtFlags, Dir, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;
use stevedore_client::{Error, ErrorKind, Result};

use super::local::{LocalSource, failed};
use super::tar::{self, Entry, Kind, Time};
use super::{Copied, DEPTH};

/// Reads a tree and gives it as an archive, piece by piece.
///
/// Files are opened by handles of their folders, without following links: what is swapped
/// meanwhile can't lead out of the tree.
#[derive(Debug)]
pub(super) struct Packer {
    levels: Vec<Level>,
    /// The file whose bytes are being read.
    file: Option<Open>,
    /// Where files with several names were first.
    seen: HashMap<(u64, u64), Vec<u8>>,
    /// What is ready to be sent.
    out: Vec<u8>,
    state: State,
    copied: Copied,
}

#[derive(Debug, PartialEq, Eq)]
enum State {
    Walking,
    Ended,
    Done,
}

/// A folder that is being walked through.
#[derive(Debug)]
struct Level {
    folder: Arc<OwnedFd>,
    names: vec::IntoIter<CString>,
    /// On this side.
    place: PathBuf,
    /// In the archive; empty for its root.
    path: Vec<u8>,
}

#[derive(Debug)]
struct Open {
    file: File,
    left: u64,
    size: u64,
    place: PathBuf,
}

impl Packer {
    /// A piece is at least this large, where so much is left.
    const PIECE: usize = 128 << 10;

    /// Packs `source` under the name `root`, or only what is in it where there is none.
    pub(super) fn new(source: &LocalSource, root: Option<&OsStr>) -> Result<Self> {
        let mut packer = Self {
            levels: Vec::new(),
            file: None,
            seen: HashMap::new(),
            out: Vec::new(),
            state: State::Walking,
            copied: Copied::default(),
        };
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let folder = fs::open(&source.folder, flags, Mode::empty())
            .map_err(|error| failed("read", &source.folder, error.into()))?;
        let path = root.map(OsStr::as_bytes).unwrap_or_default().to_vec();
        if let Some(entry) = &source.entry {
            let place = source.folder.join(entry);
            let name = CString::new(entry.as_bytes())
                .map_err(|error| failed("read", &place, error.into()))?;
            let look = fs::statat(&folder, &name, AtFlags::SYMLINK_NOFOLLOW)
                .map_err(|error| failed("read", &place, error.into()))?;
            packer.entry(&folder, &name, &look, place, path)?;
            if packer.copied.entries == 0 {
                let message = format!("{} is a socket", source.folder.join(entry).display());
                return Err(Error::new(ErrorKind::Argument, message));
            }
        } else {
            if root.is_some() {
                let look = fs::fstat(&folder)
                    .map_err(|error| failed("read", &source.folder, error.into()))?;
                packer.head(&entry_of(&path, Kind::Directory, &look));
            }
            packer.enter(folder, source.folder.clone(), path)?;
        }
        Ok(packer)
    }

    /// What was packed so far.
    pub(super) fn copied(&self) -> &Copied {
        &self.copied
    }

    /// The next piece of the archive, or nothing at its end.
    pub(super) fn piece(&mut self) -> Result<Option<Bytes>> {
        while self.out.len() < Self::PIECE {
            if self.file.is_some() {
                self.read()?;
            } else if !self.step()? {
                break;
            }
        }
        if self.out.is_empty() {
            return Ok(None);
        }
        let room = Vec::with_capacity(self.out.len().min(2 * Self::PIECE));
        Ok(Some(std::mem::replace(&mut self.out, room).into()))
    }

    /// Takes the next name; whether there is more to come.
    fn step(&mut self) -> Result<bool> {
        if self.state == State::Done {
            return Ok(false);
        }
        let Some(level) = self.levels.last_mut() else {
            if self.state == State::Ended || self.file.is_none() {
                self.out.extend(tar::END);
                self.state = State::Done;
            }
            return Ok(true);
        };
        let Some(name) = level.names.next() else {
            self.levels.pop();
            return Ok(true);
        };
        let place = level.place.join(OsStr::from_bytes(name.to_bytes()));
        let mut path = level.path.clone();
        if !path.is_empty() {
            path.push(b'/');
        }
        path.extend(name.to_bytes());
        match fs::statat(&level.folder, &name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(look) => {
                let folder = level.folder.clone();
                self.entry(&folder, &name, &look, place, path)?;
            }
            // It has gone since the folder was read.
            Err(Errno::NOENT) => {}
            Err(error) => return Err(failed("read", &place, error.into())),
        }
        Ok(true)
    }

    fn entry(
        &mut self,
        folder: &OwnedFd,
        name: &CStr,
        look: &Stat,
        place: PathBuf,
        path: Vec<u8>,
    ) -> Result<()> {
        let kind = match FileType::from_raw_mode(look.st_mode) {
            FileType::RegularFile => Kind::File,
            FileType::Directory => Kind::Directory,
            FileType::Symlink => Kind::Symlink,
            FileType::Fifo => Kind::Fifo,
            FileType::CharacterDevice => Kind::CharDevice,
            FileType::BlockDevice => Kind::BlockDevice,
            // No archive can hold a socket.
            FileType::Socket | FileType::Unknown => {
                self.copied.skip(place);
                return Ok(());
            }
        };
        let unread = |error: Errno| failed("read", &place, error.into());
        if kind != Kind::Directory && look.st_nlink > 1 {
            #[allow(
                clippy::useless_conversion,
                reason = "the types differ between systems"
            )]
            let id = (u64::from(look.st_dev), u64::from(look.st_ino));
            if let Some(first) = self.seen.get(&id) {
                let mut entry = entry_of(&path, Kind::HardLink, look);
                entry.target.clone_from(first);
                self.head(&entry);
                return Ok(());
            }
            self.seen.insert(id, path.clone());
        }
        match kind {
            Kind::Directory => {
                let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
                let inner = fs::openat(folder, name, flags, Mode::empty()).map_err(unread)?;
                self.head(&entry_of(&path, kind, look));
                self.enter(inner, place, path)?;
            }
            Kind::File => {
                // Without waiting, should it have become a fifo meanwhile.
                let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::CLOEXEC;
                let file = fs::openat(folder, name, flags, Mode::empty()).map_err(unread)?;
                let look = fs::fstat(&file).map_err(unread)?;
                if FileType::from_raw_mode(look.st_mode) != FileType::RegularFile {
                    return Err(changed(&place));
                }
                let size = u64::try_from(look.st_size).unwrap_or_default();
                let mut entry = entry_of(&path, kind, &look);
                entry.size = size;
                self.head(&entry);
                self.copied.bytes += size;
                self.file = Some(Open {
                    file: file.into(),
                    left: size,
                    size,
                    place,
                });
            }
            Kind::Symlink => {
                let target = fs::readlinkat(folder, name, Vec::new()).map_err(unread)?;
                let mut entry = entry_of(&path, kind, look);
                entry.target = target.into_bytes();
                self.head(&entry);
            }
            _ => self.head(&entry_of(&path, kind, look)),
        }
        Ok(())
    }

    fn head(&mut self, entry: &Entry) {
        self.copied.entries += 1;
        tar::head(&mut self.out, entry);
    }

    fn enter(&mut self, folder: OwnedFd, place: PathBuf, path: Vec<u8>) -> Result<()> {
        if self.levels.len() == DEPTH {
            let message = format!("{} is over {DEPTH} directories deep", place.display());
            return Err(Error::new(ErrorKind::Local, message));
        }
        let unread = |error: Errno| failed("read", &place, error.into());
        let mut names = Vec::new();
        for entry in Dir::read_from(&folder).map_err(unread)? {
            let entry = entry.map_err(unread)?;
            let name = entry.file_name();
            if name != c"." && name != c".." {
                names.push(name.to_owned());
            }
        }
        names.sort_unstable();
        self.levels.push(Level {
            folder: Arc::new(folder),
            names: names.into_iter(),
            place,
            path,
        });
        Ok(())
    }

    /// Reads on in the file that is open.
    fn read(&mut self) -> Result<()> {
        let Some(open) = &mut self.file else {
            return Ok(());
        };
        let count = open.left.min((2 * Self::PIECE - self.out.len()) as u64);
        let read = (&open.file)
            .take(count)
            .read_to_end(&mut self.out)
            .map_err(|error| failed("read", &open.place, error))?;
        if (read as u64) < count {
            return Err(changed(&open.place));
        }
        open.left -= count;
        if open.left == 0 {
            self.out.extend(tar::padding(open.size));
            self.file = None;
        }
        Ok(())
    }
}

/// The archive has promised something else.
fn changed(place: &Path) -> Error {
    let message = format!("{} changed while it was read", place.display());
    Error::new(ErrorKind::Local, message)
}

fn entry_of(path: &[u8], kind: Kind, look: &Stat) -> Entry {
    let mut entry = Entry::new(path, kind, look.st_mode & 0o7777);
    entry.uid = look.st_uid.into();
    entry.gid = look.st_gid.into();
    // Whole seconds, as the docker command sends them.
    entry.mtime = Time {
        #[allow(
            clippy::useless_conversion,
            reason = "the types differ between systems"
        )]
        seconds: look.st_mtime.into(),
        nanoseconds: 0,
    };
    if matches!(kind, Kind::CharDevice | Kind::BlockDevice) {
        entry.device = (fs::major(look.st_rdev), fs::minor(look.st_rdev));
    }
    entry
}
