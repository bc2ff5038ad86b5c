//! Entries of a tar archive into files of this side.

use std::ffi::{OsStr, OsString};
use std::fs::{File, FileTimes};
use std::io::Write;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::fs::{self, AtFlags, FileType, Mode, OFlags, Timespec, Timestamps};
use rustix::io::Errno;
use stevedore_client::{Error, ErrorKind, Result};

use super::local::{cleaned, failed};
use super::names::{Names, hostile};
use super::tar::{Entry, Item, Kind, Time};
use super::{Copied, DEPTH};

/// Writes what an archive holds below one folder, and nowhere else.
///
/// Every folder on the way is opened by a handle of the one above, and links are never
/// followed, whoever made them. A file is written under a name of its own and takes its
/// place when it is whole; dropped before that, it is removed.
#[derive(Debug)]
pub(super) struct Unpacker {
    root: Arc<OwnedFd>,
    place: PathBuf,
    names: Names,
    /// The folders down to where the last entry went.
    levels: Vec<Level>,
    file: Option<Writing>,
    /// Counts the names for files that are not whole.
    temporary: u64,
    copied: Copied,
}

#[derive(Debug)]
struct Level {
    name: OsString,
    folder: Arc<OwnedFd>,
    /// Rights and time, to be set when nothing more comes into it.
    finish: Option<(u32, Time)>,
}

/// A file that is being written.
#[derive(Debug)]
struct Writing {
    file: File,
    left: u64,
    mode: u32,
    mtime: Time,
    temporary: Temporary,
    name: OsString,
    place: PathBuf,
}

/// Something under a name of its own; removed when it is dropped.
#[derive(Debug)]
struct Temporary {
    folder: Arc<OwnedFd>,
    name: OsString,
}

impl Temporary {
    /// Puts it in its place, over whatever is there but a folder.
    fn keep(&self, name: &OsStr) -> Result<(), Errno> {
        fs::renameat(&*self.folder, &self.name, &*self.folder, name)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // Once it is in its place it is no longer here.
        let _ = fs::unlinkat(&*self.folder, &self.name, AtFlags::empty());
    }
}

const FOLDER: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

impl Unpacker {
    /// Writes below `place`, a folder that is there.
    pub(super) fn new(place: &Path, names: Names) -> Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let root = fs::open(place, flags, Mode::empty())
            .map_err(|error| failed("write in", place, error.into()))?;
        Ok(Self {
            root: Arc::new(root),
            place: place.to_owned(),
            names,
            levels: Vec::new(),
            file: None,
            temporary: 0,
            copied: Copied::default(),
        })
    }

    /// What was written so far.
    pub(super) fn copied(&self) -> &Copied {
        &self.copied
    }

    pub(super) fn take(&mut self, item: Item) -> Result<()> {
        match item {
            Item::Entry(entry) => self.entry(&entry),
            Item::Data(bytes) => self.data(&bytes),
        }
    }

    /// The end of the archive.
    pub(super) fn finish(mut self) -> Result<Copied> {
        while let Some(level) = self.levels.pop() {
            self.leave(&level)?;
        }
        Ok(std::mem::take(&mut self.copied))
    }

    fn entry(&mut self, entry: &Entry) -> Result<()> {
        let mut path: Vec<OsString> = self
            .names
            .path(entry)?
            .into_iter()
            .map(OsString::from_vec)
            .collect();
        if path.len() > DEPTH {
            let why = format!("it is over {DEPTH} directories deep");
            return Err(hostile(&entry.path, &why));
        }
        let place: PathBuf = std::iter::once(self.place.as_os_str())
            .chain(path.iter().map(OsString::as_os_str))
            .collect();
        if entry.kind == Kind::Directory {
            self.enter(&path)?;
            // Where there is no level, it is the folder that was there before.
            if let Some(level) = self.levels.last_mut() {
                level.finish = Some((entry.mode, entry.mtime));
                self.copied.entries += 1;
            }
            return Ok(());
        }
        let Some(name) = path.pop() else {
            return Err(hostile(
                &entry.path,
                "it is no directory, but others are in it",
            ));
        };
        match entry.kind {
            Kind::File => self.begin(&path, name, place, entry),
            Kind::Symlink => self.symlink(&path, &name, &place, entry),
            Kind::HardLink => self.hard_link(&path, &name, place, entry),
            Kind::CharDevice | Kind::BlockDevice | Kind::Fifo | Kind::Directory => {
                self.copied.skip(place);
                Ok(())
            }
        }
    }

    /// Goes to the folder with this path, and makes it where it is missing.
    fn enter(&mut self, path: &[OsString]) -> Result<Arc<OwnedFd>> {
        let common = self
            .levels
            .iter()
            .zip(path)
            .take_while(|(level, name)| level.name == **name)
            .count();
        while self.levels.len() > common {
            if let Some(level) = self.levels.pop() {
                self.leave(&level)?;
            }
        }
        for name in path.iter().skip(common) {
            let above = self.folder();
            let place = self.here().join(name);
            let is_new = match fs::mkdirat(&*above, name, Mode::RWXU) {
                Ok(()) => true,
                Err(Errno::EXIST) => false,
                Err(error) => return Err(failed("make the directory", &place, error.into())),
            };
            let folder = match fs::openat(&*above, name, FOLDER, Mode::empty()) {
                Ok(folder) => folder,
                Err(error @ (Errno::NOTDIR | Errno::LOOP)) => {
                    return Err(
                        conflict(&place, "a directory, but there is a file or a link")
                            .caused_by(std::io::Error::from(error)),
                    );
                }
                Err(error) => return Err(failed("write in", &place, error.into())),
            };
            self.levels.push(Level {
                name: name.clone(),
                folder: Arc::new(folder),
                // An archive need not name the folders on the way.
                finish: is_new.then_some((0o755, now())),
            });
        }
        Ok(self.folder())
    }

    /// The folder of the last level.
    fn folder(&self) -> Arc<OwnedFd> {
        let level = self.levels.last().map(|level| &level.folder);
        level.unwrap_or(&self.root).clone()
    }

    /// The path of the last level.
    fn here(&self) -> PathBuf {
        let mut here = self.place.clone();
        here.extend(self.levels.iter().map(|level| &level.name));
        here
    }

    /// Sets what was promised for a folder.
    fn leave(&self, level: &Level) -> Result<()> {
        let Some((mode, mtime)) = level.finish else {
            return Ok(());
        };
        fs::fchmod(&*level.folder, Mode::from_raw_mode(mode))
            .and_then(|()| fs::futimens(&*level.folder, &timestamps(mtime)))
            .map_err(|error| {
                let place = self.here().join(&level.name);
                failed("set rights and time of", &place, error.into())
            })
    }

    fn begin(
        &mut self,
        folder: &[OsString],
        name: OsString,
        place: PathBuf,
        entry: &Entry,
    ) -> Result<()> {
        let folder = self.enter(folder)?;
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        let (file, temporary) = self
            .under_own_name(&folder, |folder, name| {
                fs::openat(folder, name, flags, Mode::RUSR | Mode::WUSR)
            })
            .map_err(|error| failed("write", &place, error.into()))?;
        self.file = Some(Writing {
            file: file.into(),
            left: entry.size,
            mode: entry.mode,
            mtime: entry.mtime,
            temporary,
            name,
            place,
        });
        self.data(&[])
    }

    fn data(&mut self, bytes: &[u8]) -> Result<()> {
        let Some(writing) = &mut self.file else {
            return Ok(());
        };
        writing
            .file
            .write_all(bytes)
            .map_err(|error| failed("write", &writing.place, error))?;
        self.copied.bytes += bytes.len() as u64;
        writing.left = writing.left.saturating_sub(bytes.len() as u64);
        if writing.left > 0 {
            return Ok(());
        }
        let Some(writing) = self.file.take() else {
            return Ok(());
        };
        let times = system_time(writing.mtime)
            .map(|time| FileTimes::new().set_modified(time).set_accessed(time));
        fs::fchmod(&writing.file, Mode::from_raw_mode(writing.mode))
            .map_err(std::io::Error::from)
            .and_then(|()| times.map_or(Ok(()), |times| writing.file.set_times(times)))
            .map_err(|error| failed("set rights and time of", &writing.place, error))?;
        self.settle(&writing.temporary, &writing.name, &writing.place)
    }

    fn symlink(
        &mut self,
        folder: &[OsString],
        name: &OsStr,
        place: &Path,
        entry: &Entry,
    ) -> Result<()> {
        let target = OsStr::from_bytes(&entry.target);
        // An absolute target is taken as if it began here: it is data, nobody follows it.
        let relative = Path::new(target);
        let relative = relative.strip_prefix("/").unwrap_or(relative);
        let above = place.parent().unwrap_or(&self.place);
        if !cleaned(&above.join(relative)).starts_with(&self.place) {
            return Err(hostile(
                &entry.path,
                &format!("the link leads out of {}", self.place.display()),
            ));
        }
        let folder = self.enter(folder)?;
        let ((), temporary) = self
            .under_own_name(&folder, |folder, name| fs::symlinkat(target, folder, name))
            .and_then(|made| {
                let times = timestamps(entry.mtime);
                let (folder, name) = (&*made.1.folder, &made.1.name);
                fs::utimensat(folder, name, &times, AtFlags::SYMLINK_NOFOLLOW)?;
                Ok(made)
            })
            .map_err(|error| failed("make the link", place, error.into()))?;
        self.settle(&temporary, name, place)
    }

    fn hard_link(
        &mut self,
        folder: &[OsString],
        name: &OsStr,
        place: PathBuf,
        entry: &Entry,
    ) -> Result<()> {
        let mut target = self.names.target(entry)?;
        let Some(file) = target.pop().map(OsString::from_vec) else {
            return Err(hostile(&entry.path, "the link is to a directory"));
        };
        let first: PathBuf = std::iter::once(self.place.as_os_str())
            .chain(target.iter().map(|part| OsStr::from_bytes(part)))
            .chain([file.as_os_str()])
            .collect();
        if self.copied.has_skipped(&first) {
            self.copied.skip(place);
            return Ok(());
        }
        let missing = |error: Errno| {
            let why = format!("the link is to `{}`, which is not there", first.display());
            hostile(&entry.path, &why).caused_by(std::io::Error::from(error))
        };
        let mut from = self.root.clone();
        for part in &target {
            let part = OsStr::from_bytes(part);
            from = Arc::new(fs::openat(&*from, part, FOLDER, Mode::empty()).map_err(missing)?);
        }
        let look = fs::statat(&*from, &file, AtFlags::SYMLINK_NOFOLLOW).map_err(missing)?;
        let kind = FileType::from_raw_mode(look.st_mode);
        if !matches!(kind, FileType::RegularFile | FileType::Symlink) {
            return Err(hostile(&entry.path, "the link is not to a file"));
        }
        let folder = self.enter(folder)?;
        let ((), temporary) = self
            .under_own_name(&folder, |folder, name| {
                fs::linkat(&*from, &file, folder, name, AtFlags::empty())
            })
            .map_err(|error| failed("make the link", &place, error.into()))?;
        self.settle(&temporary, name, &place)
    }

    /// Makes something under a name that nothing else has.
    fn under_own_name<T>(
        &mut self,
        folder: &Arc<OwnedFd>,
        make: impl Fn(&OwnedFd, &OsStr) -> Result<T, Errno>,
    ) -> Result<(T, Temporary), Errno> {
        loop {
            let name = format!(".stevedore-{:x}-{:x}", std::process::id(), self.temporary);
            self.temporary += 1;
            let name = OsString::from(name);
            match make(folder, &name) {
                Err(Errno::EXIST) if self.temporary < u64::from(u32::MAX) => {}
                Err(error) => return Err(error),
                Ok(new) => {
                    let folder = folder.clone();
                    return Ok((new, Temporary { folder, name }));
                }
            }
        }
    }

    fn settle(&mut self, temporary: &Temporary, name: &OsStr, place: &Path) -> Result<()> {
        match temporary.keep(name) {
            Ok(()) => {
                self.copied.entries += 1;
                Ok(())
            }
            Err(error @ (Errno::ISDIR | Errno::EXIST | Errno::NOTEMPTY)) => {
                Err(conflict(place, "a file, but there is a directory")
                    .caused_by(std::io::Error::from(error)))
            }
            Err(error) => Err(failed("write", place, error.into())),
        }
    }
}

/// What is given up keeps what came of it, with its rights.
impl Drop for Unpacker {
    fn drop(&mut self) {
        self.file = None;
        while let Some(level) = self.levels.pop() {
            // The failure that led here is the one to tell.
            let _ = self.leave(&level);
        }
    }
}

fn conflict(place: &Path, what: &str) -> Error {
    let message = format!("cannot overwrite {}: it is to be {what}", place.display());
    Error::new(ErrorKind::Local, message)
}

fn system_time(time: Time) -> Option<SystemTime> {
    let seconds = Duration::from_secs(time.seconds.unsigned_abs());
    let whole = if time.seconds < 0 {
        UNIX_EPOCH.checked_sub(seconds)
    } else {
        UNIX_EPOCH.checked_add(seconds)
    };
    whole?.checked_add(Duration::from_nanos(time.nanoseconds.into()))
}

fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let since = since.unwrap_or_default();
    Time {
        seconds: since.as_secs().try_into().unwrap_or_default(),
        nanoseconds: since.subsec_nanos(),
    }
}

fn timestamps(time: Time) -> Timestamps {
    let time = Timespec {
        tv_sec: time.seconds,
        tv_nsec: time.nanoseconds.into(),
    };
    Timestamps {
        last_access: time,
        last_modification: time,
    }
}
