//! Trees as lines of text, alike on this side and in a container.

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use stevedore::container::Container;

/// Times after this one are those of the test.
const LONG_AGO: i64 = 1_700_000_000;

/// What there is, a line each: path, kind and rights, owner, contents or target, time.
pub(crate) struct Tree(Vec<String>);

struct Entry<'a> {
    path: &'a str,
    kind: char,
    mode: u32,
    owner: (u64, u64),
    what: String,
    mtime: i64,
}

impl Entry<'_> {
    fn line(&self) -> String {
        let time = if self.mtime > LONG_AGO {
            "now".to_owned()
        } else {
            self.mtime.to_string()
        };
        format!(
            "{} {}{:04o} {}:{} {} {time}",
            self.path.replace(' ', "_"),
            self.kind,
            self.mode & 0o7777,
            self.owner.0,
            self.owner.1,
            self.what.trim_end().replace(' ', "_"),
        )
    }
}

impl Tree {
    pub(crate) fn lines(&self) -> &[String] {
        &self.0
    }

    /// What is below a directory of this side.
    pub(crate) fn of_folder(root: &Path) -> Self {
        let mut tree = Self(Vec::new());
        let mut seen = HashMap::new();
        tree.add(root, "", &mut seen);
        tree
    }

    fn add(&mut self, at: &Path, path: &str, seen: &mut HashMap<u64, String>) {
        let look = fs::symlink_metadata(at).unwrap();
        let kind = look.file_type();
        let (letter, mut what) = if kind.is_dir() {
            ('d', String::new())
        } else if kind.is_symlink() {
            ('l', format!("->{}", fs::read_link(at).unwrap().display()))
        } else if kind.is_fifo() {
            ('p', String::new())
        } else {
            (
                'f',
                format!("'{}'", fs::read_to_string(at).unwrap().trim_end()),
            )
        };
        if !kind.is_dir() && look.nlink() > 1 {
            if let Some(first) = seen.get(&look.ino()) {
                what = format!("={first}");
            } else {
                seen.insert(look.ino(), path.to_owned());
            }
        }
        let entry = Entry {
            path: if path.is_empty() { "." } else { path },
            kind: letter,
            mode: look.mode(),
            owner: (look.uid().into(), look.gid().into()),
            what,
            mtime: look.mtime(),
        };
        self.0.push(entry.line());
        if kind.is_dir() {
            let names = fs::read_dir(at).unwrap();
            let mut names: Vec<_> = names.map(|it| it.unwrap().file_name()).collect();
            names.sort();
            for name in names {
                let name = name.to_str().unwrap();
                let path = if path.is_empty() {
                    name.to_owned()
                } else {
                    format!("{path}/{name}")
                };
                self.add(&at.join(name), &path, seen);
            }
        }
    }

    /// What is at a path in a container, by the engine's own archive.
    pub(crate) async fn of_container(container: &Container, path: &str) -> Self {
        let archive = container.archive(path).await.unwrap();
        let archive = archive.bytes().await.unwrap();
        Self(read(&archive))
    }

    /// The same with these paths, which differ from run to run, as `ROOT`.
    pub(crate) fn without(mut self, roots: &[&str]) -> Self {
        for line in &mut self.0 {
            for root in roots {
                *line = line.replace(root, "ROOT");
            }
        }
        self
    }

    /// The lines that were there and are not any more, and those that came.
    pub(crate) fn changes(&self, after: &Self) -> Vec<String> {
        let only = |sign: &str, here: &Self, there: &Self| -> Vec<String> {
            let lines = here.0.iter().filter(|line| !there.0.contains(line));
            lines.map(|line| format!("{sign} {line}")).collect()
        };
        let mut changes = only("-", self, after);
        changes.extend(only("+", after, self));
        changes
    }
}

/// The entries of an archive, by hand.
fn read(mut archive: &[u8]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut long = HashMap::new();
    while archive[0] != 0 {
        let text = |at: usize, length: usize| {
            let field = &archive[at..at + length];
            let end = field.iter().position(|byte| *byte == 0).unwrap_or(length);
            String::from_utf8(field[..end].to_vec()).unwrap()
        };
        let number = |at, length| u64::from_str_radix(text(at, length).trim(), 8).unwrap();
        let size = usize::try_from(number(124, 12)).unwrap();
        let data = &archive[512..512 + size];
        if archive[156] == b'x' {
            let records = String::from_utf8(data.to_vec()).unwrap();
            for record in records.lines() {
                let record = record.split_once(' ').unwrap().1;
                let (key, value) = record.split_once('=').unwrap();
                long.insert(key.to_owned(), value.to_owned());
            }
        } else {
            let name = match text(345, 155) {
                prefix if prefix.is_empty() => text(0, 100),
                prefix => format!("{prefix}/{}", text(0, 100)),
            };
            let name = long.remove("path").unwrap_or(name);
            let target = long.remove("linkpath").unwrap_or_else(|| text(157, 100));
            let path = match name.trim_end_matches('/') {
                "." => ".",
                name => name.trim_start_matches("./"),
            };
            let (kind, what) = match archive[156] {
                b'5' => ('d', String::new()),
                b'2' => ('l', format!("->{target}")),
                b'1' => ('f', format!("={}", target.trim_start_matches("./"))),
                b'6' => ('p', String::new()),
                b'3' => ('c', format!("{}:{}", number(329, 8), number(337, 8))),
                _ => (
                    'f',
                    format!("'{}'", String::from_utf8_lossy(data).trim_end()),
                ),
            };
            let entry = Entry {
                path,
                kind,
                mode: u32::try_from(number(100, 8)).unwrap(),
                owner: (number(108, 8), number(116, 8)),
                what,
                mtime: number(136, 12).try_into().unwrap(),
            };
            lines.push(entry.line());
            long.clear();
        }
        archive = &archive[512 + size.next_multiple_of(512)..];
    }
    lines
}

/// A stream of one piece.
pub(crate) struct Once(pub(crate) Option<Bytes>);

impl futures_core::Stream for Once {
    type Item = std::io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().map(Ok))
    }
}
