//! Tar archives, as pure codecs: bytes in, entries out, and back.
//!
//! The reader is strict: where tar programs disagree about what an archive
//! holds, it refuses. Nothing that an archive claims is allocated.

mod decode;
mod encode;
mod header;
mod numbers;
mod pax;
#[cfg(test)]
mod tests;

use std::fmt;

use bytes::Bytes;

pub(super) use decode::Decoder;
pub(super) use encode::{END, head, padding};

/// The unit that an archive consists of.
const BLOCK: usize = 512;

/// What an entry of an archive is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    HardLink,
    Symlink,
    CharDevice,
    BlockDevice,
    Directory,
    Fifo,
}

/// One entry: all but the bytes of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) path: Vec<u8>,
    pub(super) kind: Kind,
    /// Where a link of either kind leads.
    pub(super) target: Vec<u8>,
    /// Rights, with the bits for set-user-id, set-group-id and sticky.
    pub(super) mode: u32,
    pub(super) uid: u64,
    pub(super) gid: u64,
    /// Bytes that follow.
    pub(super) size: u64,
    pub(super) mtime: Time,
    /// Major and minor number of a device.
    pub(super) device: (u32, u32),
    /// Names of user and group.
    pub(super) names: (Vec<u8>, Vec<u8>),
    /// Extended attributes and the like, as they stood.
    pub(super) records: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Entry {
    /// An entry of this kind, owned by root.
    pub(super) fn new(path: impl Into<Vec<u8>>, kind: Kind, mode: u32) -> Self {
        Self {
            path: path.into(),
            kind,
            target: Vec::new(),
            mode,
            uid: 0,
            gid: 0,
            size: 0,
            mtime: Time::default(),
            device: (0, 0),
            names: (Vec::new(), Vec::new()),
            records: Vec::new(),
        }
    }

    /// Its path for people.
    pub(super) fn shown(&self) -> String {
        shown(&self.path)
    }
}

/// A path of an archive for people: whatever it holds, it is one line.
pub(super) fn shown(path: &[u8]) -> String {
    let text = String::from_utf8_lossy(path);
    let mut line: String = text
        .chars()
        .take(200)
        .flat_map(|c| {
            let escaped = c.is_control().then(|| c.escape_default());
            let plain = escaped.is_none().then_some(c);
            escaped.into_iter().flatten().chain(plain)
        })
        .collect();
    if text.chars().nth(200).is_some() {
        line.push('…');
    }
    line
}

/// Seconds since 1970, and a fraction that points forward in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Time {
    pub(super) seconds: i64,
    pub(super) nanoseconds: u32,
}

/// What the reader finds.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Item {
    /// The next entry. If it is a file, its bytes follow.
    Entry(Box<Entry>),
    /// Some more bytes of the file.
    Data(Bytes),
}

/// Why something is no archive that this reader accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NotATar(String);

impl NotATar {
    fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }
}

impl fmt::Display for NotATar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NotATar {}
