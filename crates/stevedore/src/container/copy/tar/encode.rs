//! Writing an archive.

use super::header::{self, Misfit};
use super::{BLOCK, Entry, Kind, pax};

/// What an archive ends with.
pub(in super::super) const END: [u8; 2 * BLOCK] = [0; 2 * BLOCK];

/// Appends an entry's header; the bytes of a file and their padding follow it.
pub(in super::super) fn head(into: &mut Vec<u8>, entry: &Entry) {
    let mut path = entry.path.clone();
    let flag = match entry.kind {
        Kind::File => b'0',
        Kind::HardLink => b'1',
        Kind::Symlink => b'2',
        Kind::CharDevice => b'3',
        Kind::BlockDevice => b'4',
        Kind::Directory => b'5',
        Kind::Fifo => b'6',
    };
    if entry.kind == Kind::Directory && !path.ends_with(b"/") {
        path.push(b'/');
    }
    let (block, misfit) = header::write(entry, flag, &path);
    let records = records(entry, &misfit, &path);
    if !records.is_empty() {
        let mut extension = Entry::new(b"PaxHeaders/0".as_slice(), Kind::File, 0o644);
        extension.size = records.len() as u64;
        let (block, _) = header::write(&extension, b'x', &extension.path);
        into.extend(block);
        into.extend(&records);
        into.extend(padding(extension.size));
    }
    into.extend(block);
}

/// What fills the last block of a file of this size.
pub(in super::super) fn padding(size: u64) -> &'static [u8] {
    let filled = usize::try_from(size % BLOCK as u64).unwrap_or_default();
    let empty = (BLOCK - filled) % BLOCK;
    END.get(..empty).unwrap_or_default()
}

fn records(entry: &Entry, misfit: &Misfit, path: &[u8]) -> Vec<u8> {
    let mut records = Vec::new();
    let mut write = |is_needed: bool, key: &str, value: &[u8]| {
        if is_needed {
            pax::write(&mut records, key.as_bytes(), value);
        }
    };
    write(misfit.path, "path", path);
    write(misfit.target, "linkpath", &entry.target);
    write(misfit.names, "uname", &entry.names.0);
    write(misfit.names, "gname", &entry.names.1);
    write(misfit.uid, "uid", entry.uid.to_string().as_bytes());
    write(misfit.gid, "gid", entry.gid.to_string().as_bytes());
    write(misfit.size, "size", entry.size.to_string().as_bytes());
    write(
        misfit.mtime,
        "mtime",
        pax::time_text(entry.mtime).as_bytes(),
    );
    for (key, value) in &entry.records {
        pax::write(&mut records, key, value);
    }
    records
}
