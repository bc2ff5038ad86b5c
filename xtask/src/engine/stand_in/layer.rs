//! A layer of an image: a small tree of files, packed the same way every time.

use std::io::Write as _;

use anyhow::Result;
use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{Builder, EntryType, Header};

use super::sha256;

/// The first second of 2024, as [`super::CREATED`].
const MTIME: u64 = 1_704_067_200;

/// A packed layer, plain and compressed, with the digests that images refer to.
pub(super) struct Layer {
    pub(super) tar: Vec<u8>,
    pub(super) tar_digest: String,
    pub(super) gzip: Vec<u8>,
    pub(super) gzip_digest: String,
    pub(super) made_by: &'static str,
}

/// The files of a layer in the making. Paths are relative to the root.
pub(super) struct Tree {
    builder: Builder<Vec<u8>>,
}

impl Tree {
    pub(super) fn new() -> Tree {
        Tree {
            builder: Builder::new(Vec::new()),
        }
    }

    pub(super) fn dir(&mut self, path: &str, mode: u32) -> Result<()> {
        let mut header = header(EntryType::Directory, mode, 0);
        Ok(self
            .builder
            .append_data(&mut header, format!("{path}/"), std::io::empty())?)
    }

    pub(super) fn dirs(&mut self, paths: &[&str]) -> Result<()> {
        paths.iter().try_for_each(|path| self.dir(path, 0o755))
    }

    pub(super) fn file(&mut self, path: &str, mode: u32, bytes: &[u8]) -> Result<()> {
        append(&mut self.builder, path, mode, bytes)
    }

    pub(super) fn link(&mut self, path: &str, target: &str) -> Result<()> {
        let mut header = header(EntryType::Symlink, 0o777, 0);
        Ok(self.builder.append_link(&mut header, path, target)?)
    }

    pub(super) fn pack(self, made_by: &'static str) -> Result<Layer> {
        let tar = self.builder.into_inner()?;
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&tar)?;
        let gzip = encoder.finish()?;
        Ok(Layer {
            tar_digest: sha256(&tar),
            gzip_digest: sha256(&gzip),
            tar,
            gzip,
            made_by,
        })
    }
}

/// Adds a plain file to an archive, owned by root and dated as all of them.
pub(super) fn append<W: std::io::Write>(
    builder: &mut Builder<W>,
    path: &str,
    mode: u32,
    bytes: &[u8],
) -> Result<()> {
    let mut header = header(EntryType::Regular, mode, bytes.len() as u64);
    Ok(builder.append_data(&mut header, path, bytes)?)
}

fn header(kind: EntryType, mode: u32, size: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_size(size);
    header.set_mtime(MTIME);
    header.set_uid(0);
    header.set_gid(0);
    header
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Layer {
        let mut tree = Tree::new();
        tree.dir("bin", 0o755).unwrap();
        tree.file("bin/true", 0o755, b"#!/bin/sh\n").unwrap();
        tree.link("bin/yes", "/bin/true").unwrap();
        tree.pack("sample").unwrap()
    }

    #[test]
    fn the_same_tree_packs_to_the_same_bytes() {
        assert_eq!(sample().gzip_digest, sample().gzip_digest);
    }

    #[test]
    fn a_packed_tree_holds_what_was_put_in() {
        let layer = sample();
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(layer.gzip.as_slice()));
        let seen: Vec<(String, EntryType, u32)> = archive
            .entries()
            .unwrap()
            .map(|entry| {
                let entry = entry.unwrap();
                let path = entry.path().unwrap().to_string_lossy().into_owned();
                (
                    path,
                    entry.header().entry_type(),
                    entry.header().mode().unwrap(),
                )
            })
            .collect();
        assert_eq!(
            seen,
            [
                ("bin/".to_owned(), EntryType::Directory, 0o755),
                ("bin/true".to_owned(), EntryType::Regular, 0o755),
                ("bin/yes".to_owned(), EntryType::Symlink, 0o777),
            ]
        );
    }
}
