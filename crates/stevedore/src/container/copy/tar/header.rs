//! The block that an entry begins with.

use super::numbers;
use super::{BLOCK, Entry, Kind, NotATar, Time};

/// The type of a header, as its byte says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Entry(Kind),
    /// Records for the next entry.
    Records,
    /// Records for all that follow; they say nothing that we need.
    GlobalRecords,
    LongPath,
    LongTarget,
}

pub(super) type Block = [u8; BLOCK];

pub(super) fn is_zero(block: &Block) -> bool {
    block.iter().all(|byte| *byte == 0)
}

/// What a header says, before anything extends it.
pub(super) struct Header {
    pub(super) kind: Type,
    pub(super) entry: Entry,
}

pub(super) fn read(block: &Block) -> Result<Header, NotATar> {
    let sum = numbers::read(part(block, 148, 8), "sum")?;
    if sum != sum_of(block, i64::from)
        && sum != sum_of(block, |byte| i64::from(i8::from_ne_bytes([byte])))
    {
        return Err(NotATar::new("a header's sum is not that of its bytes"));
    }
    let is_posix = part(block, 257, 8) == b"ustar\x0000";
    let mut path = text(part(block, 0, 100)).to_vec();
    if is_posix {
        let prefix = text(part(block, 345, 155));
        if !prefix.is_empty() {
            path = [prefix, b"/", &path].concat();
        }
    }
    let kind = match part(block, 156, 1) {
        // Before there were directories, a slash at the end made one.
        b"\0" if path.ends_with(b"/") => Type::Entry(Kind::Directory),
        b"0" | b"\0" | b"7" => Type::Entry(Kind::File),
        b"1" => Type::Entry(Kind::HardLink),
        b"2" => Type::Entry(Kind::Symlink),
        b"3" => Type::Entry(Kind::CharDevice),
        b"4" => Type::Entry(Kind::BlockDevice),
        b"5" => Type::Entry(Kind::Directory),
        b"6" => Type::Entry(Kind::Fifo),
        b"x" => Type::Records,
        b"g" => Type::GlobalRecords,
        b"L" => Type::LongPath,
        b"K" => Type::LongTarget,
        other => {
            return Err(NotATar::new(format!(
                "there is an entry of the unknown type `{}`",
                other.escape_ascii()
            )));
        }
    };
    let size = numbers::read(part(block, 124, 12), "size")?;
    let number = |at, length, what| {
        u64::try_from(numbers::read(part(block, at, length), what)?)
            .map_err(|_| NotATar::new(format!("a header has a negative {what}")))
    };
    let rights = Kind::File;
    let mut entry = Entry::new(path, rights, 0);
    if let Type::Entry(kind) = kind {
        entry.kind = kind;
        // The upper bits of the mode say the kind again, where they are there at all.
        entry.mode = u32::try_from(number(100, 8, "mode")? & 0o7777).unwrap_or_default();
        entry.uid = number(108, 8, "user")?;
        entry.gid = number(116, 8, "group")?;
        entry.mtime = Time {
            seconds: numbers::read(part(block, 136, 12), "time")?,
            nanoseconds: 0,
        };
        if matches!(kind, Kind::HardLink | Kind::Symlink) {
            entry.target = text(part(block, 157, 100)).to_vec();
        }
        if is_posix || part(block, 257, 8) == b"ustar  \0" {
            entry.names = (
                text(part(block, 265, 32)).to_vec(),
                text(part(block, 297, 32)).to_vec(),
            );
            if matches!(kind, Kind::CharDevice | Kind::BlockDevice) {
                let device = |at| {
                    u32::try_from(number(at, 8, "device")?)
                        .map_err(|_| NotATar::new("a header has an impossible device"))
                };
                entry.device = (device(329)?, device(337)?);
            }
        }
    }
    entry.size = u64::try_from(size).map_err(|_| NotATar::new("a header has a negative size"))?;
    Ok(Header { kind, entry })
}

fn part(block: &Block, at: usize, length: usize) -> &[u8] {
    block.get(at..at + length).unwrap_or_default()
}

/// What stands before the first zero byte.
pub(super) fn text(field: &[u8]) -> &[u8] {
    field.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// The sum counts its own place as blanks.
fn sum_of(block: &Block, value: impl Fn(u8) -> i64) -> i64 {
    block
        .iter()
        .enumerate()
        .map(|(at, byte)| {
            if (148..156).contains(&at) {
                b' '
            } else {
                *byte
            }
        })
        .map(value)
        .sum()
}

/// A header for what fits into one; which fields don't fit is told.
pub(super) fn write(entry: &Entry, flag: u8, path: &[u8]) -> (Block, Misfit) {
    let mut block = [0; BLOCK];
    let mut misfit = Misfit {
        path: !put(&mut block, 0, 100, path),
        target: !put(&mut block, 157, 100, &entry.target),
        names: !put(&mut block, 265, 31, &entry.names.0)
            | !put(&mut block, 297, 31, &entry.names.1),
        ..Misfit::default()
    };
    let seconds = u64::try_from(entry.mtime.seconds);
    number(&mut block, 100, 8, entry.mode.into());
    misfit.uid = !number(&mut block, 108, 8, entry.uid);
    misfit.gid = !number(&mut block, 116, 8, entry.gid);
    misfit.size = !number(&mut block, 124, 12, entry.size);
    misfit.mtime = match seconds {
        Ok(seconds) => !number(&mut block, 136, 12, seconds) || entry.mtime.nanoseconds != 0,
        Err(_) => true,
    };
    number(&mut block, 329, 8, entry.device.0.into());
    number(&mut block, 337, 8, entry.device.1.into());
    put(&mut block, 156, 1, &[flag]);
    put(&mut block, 257, 8, b"ustar\x0000");
    seal(&mut block);
    (block, misfit)
}

/// Fields that need a record before the header.
#[derive(Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "a flag for each field")]
pub(super) struct Misfit {
    pub(super) path: bool,
    pub(super) target: bool,
    pub(super) names: bool,
    pub(super) uid: bool,
    pub(super) gid: bool,
    pub(super) size: bool,
    pub(super) mtime: bool,
}

/// Writes as much as there is room for; whether that was all.
fn put(block: &mut Block, at: usize, room: usize, bytes: &[u8]) -> bool {
    for (place, byte) in block.iter_mut().skip(at).take(room).zip(bytes) {
        *place = *byte;
    }
    bytes.len() <= room
}

/// What doesn't fit is left zero.
fn number(block: &mut Block, at: usize, room: usize, value: u64) -> bool {
    block.get_mut(at..at + room).is_some_and(|field| {
        let fits = numbers::write(field, value);
        if !fits {
            numbers::write(field, 0);
        }
        fits
    })
}

fn seal(block: &mut Block) {
    let sum = sum_of(block, i64::from).unsigned_abs();
    if let Some(field) = block.get_mut(148..156) {
        // Six digits, a zero byte, a blank: so it has always been written.
        numbers::write(field.get_mut(..7).unwrap_or_default(), sum);
    }
    put(block, 155, 1, b" ");
}
