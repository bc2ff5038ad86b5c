use super::*;

/// All that is in an archive, its files' bytes joined, when it comes in pieces of this size.
fn read(archive: &[u8], size: usize) -> Result<Vec<(Entry, Vec<u8>)>, NotATar> {
    let mut decoder = Decoder::new();
    let mut found: Vec<(Entry, Vec<u8>)> = Vec::new();
    for piece in archive.chunks(size) {
        decoder.push(Bytes::copy_from_slice(piece));
        while let Some(item) = decoder.next()? {
            match item {
                Item::Entry(entry) => found.push((*entry, Vec::new())),
                Item::Data(bytes) => found.last_mut().unwrap().1.extend(bytes),
            }
        }
    }
    decoder.finish()?;
    Ok(found)
}

fn write(entries: &[(Entry, Vec<u8>)]) -> Vec<u8> {
    let mut archive = Vec::new();
    for (entry, bytes) in entries {
        head(&mut archive, entry);
        archive.extend(bytes);
        archive.extend(padding(entry.size));
    }
    archive.extend(END);
    archive
}

#[test]
fn what_is_written_is_read_whatever_the_pieces() {
    let long = "directory/".repeat(40);
    let mut entries = vec![(Entry::new("d/", Kind::Directory, 0o1755), Vec::new())];
    for (size, seconds, nanoseconds) in [(0, 0, 0), (1, -1, 0), (512, -1, 5), (1300, 1 << 40, 7)] {
        let mut entry = Entry::new(format!("{long}{size}"), Kind::File, 0o4644);
        entry.size = size;
        entry.uid = 1 << 21;
        entry.gid = u64::from(u32::MAX);
        entry.mtime = Time {
            seconds,
            nanoseconds,
        };
        entry.names = ("someone".into(), "g".repeat(40).into());
        let bytes = (0..=255).cycle().take(usize::try_from(size).unwrap());
        entries.push((entry, bytes.collect()));
    }
    for kind in [Kind::HardLink, Kind::Symlink] {
        let mut entry = Entry::new(
            [b"d/\n\xff".as_slice(), format!("{kind:?}").as_bytes()].concat(),
            kind,
            0o777,
        );
        entry.target = format!("{long}target").into();
        entry.records = vec![(b"SCHILY.xattr.user.a".to_vec(), b"=\n\0".to_vec())];
        entries.push((entry, Vec::new()));
    }
    for kind in [Kind::CharDevice, Kind::BlockDevice, Kind::Fifo] {
        let mut entry = Entry::new("d/x", kind, 0);
        if kind != Kind::Fifo {
            entry.device = (8, 1_000_000);
        }
        entries.push((entry, Vec::new()));
    }
    let archive = write(&entries);
    for size in [1, 2, 3, 511, 512, 513, 1000, archive.len()] {
        assert_eq!(read(&archive, size).unwrap(), entries, "pieces of {size}");
    }
}

#[test]
fn a_file_over_8_gib_is_told_by_a_record() {
    let mut entry = Entry::new("large", Kind::File, 0o644);
    entry.size = 1 << 40;
    let mut archive = Vec::new();
    head(&mut archive, &entry);
    let mut decoder = Decoder::new();
    decoder.push(archive.into());
    assert_eq!(decoder.next().unwrap(), Some(Item::Entry(Box::new(entry))));
    assert_eq!(decoder.next().unwrap(), None);
    assert!(decoder.finish().is_err());
}

#[test]
fn no_cut_and_no_changed_byte_panics_or_is_taken_for_whole() {
    let mut file = Entry::new("d/f".repeat(50), Kind::File, 0o644);
    file.size = 600;
    let archive = write(&[
        (Entry::new("d/", Kind::Directory, 0o755), Vec::new()),
        (file, vec![7; 600]),
    ]);
    let whole = read(&archive, 100).unwrap();
    // Up to one of the two blocks of zeros at its end nothing may be missing.
    for end in 0..archive.len() - BLOCK {
        assert!(read(&archive[..end], 100).is_err(), "cut at {end}");
    }
    let mut different = 0;
    for at in 0..archive.len() {
        for change in [0x01, 0x80, 0xff] {
            let mut changed = archive.clone();
            changed[at] ^= change;
            // Within a header each change is noticed; bytes of a file have no sum.
            different += usize::from(read(&changed, 1000) != Ok(whole.clone()));
        }
    }
    assert!(different > 3 * 3 * BLOCK, "{different}");
}

#[test]
fn a_failure_stays() {
    let mut decoder = Decoder::new();
    decoder.push(Bytes::from_static(&[b'x'; 2 * BLOCK]));
    let first = decoder.next().unwrap_err();
    decoder.push(Bytes::from_static(&END));
    assert_eq!(decoder.next().unwrap_err(), first);
    assert_eq!(decoder.finish().unwrap_err(), first);
}
