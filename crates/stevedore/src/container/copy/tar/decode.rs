//! Reading an archive that comes in pieces.

use bytes::{Buf, Bytes};

use super::header::{self, Block, Header, Type};
use super::{BLOCK, Entry, Item, Kind, NotATar, pax};

/// At most this many bytes extend a header; paths and attributes are far shorter.
const EXTENSION: u64 = 1 << 20;
/// At most this many bytes follow the end mark; archives are filled up to a round size.
const TRAILER: usize = 1 << 20;

/// Takes an archive in pieces, and gives what is in it. Any split gives the same.
#[derive(Debug)]
pub(in super::super) struct Decoder {
    /// What was pushed and not yet looked at.
    input: Bytes,
    /// The start of a block or of an extension whose rest is still to come.
    held: Vec<u8>,
    state: State,
    extended: Extended,
}

#[derive(Debug)]
enum State {
    Header,
    /// The bytes of what extends the next header.
    Extension {
        kind: Type,
        size: usize,
    },
    Data {
        left: u64,
        padding: usize,
    },
    Padding(usize),
    /// One block of zeros was seen: the second makes the end.
    HalfEnd,
    End {
        behind: usize,
    },
    Failed(NotATar),
}

/// What extends the next header.
#[derive(Debug, Default)]
struct Extended {
    records: Option<Vec<u8>>,
    path: Option<Vec<u8>>,
    target: Option<Vec<u8>>,
}

impl Decoder {
    pub(in super::super) fn new() -> Self {
        Self {
            input: Bytes::new(),
            held: Vec::new(),
            state: State::Header,
            extended: Extended::default(),
        }
    }

    /// Takes the next piece. All of the one before must have been taken out.
    pub(in super::super) fn push(&mut self, piece: Bytes) {
        if self.input.is_empty() {
            self.input = piece;
        } else {
            self.input = [&self.input[..], &piece[..]].concat().into();
        }
    }

    /// The next item, or nothing where more bytes are needed.
    pub(in super::super) fn next(&mut self) -> Result<Option<Item>, NotATar> {
        let result = self.step();
        if let Err(error) = &result {
            self.state = State::Failed(error.clone());
        }
        result
    }

    /// To be called at the end of the bytes.
    ///
    /// # Errors
    /// The archive isn't complete.
    pub(in super::super) fn finish(&self) -> Result<(), NotATar> {
        match &self.state {
            State::End { .. } => Ok(()),
            State::HalfEnd if self.held.is_empty() => Ok(()),
            State::Failed(error) => Err(error.clone()),
            State::Header if self.held.is_empty() => Err(NotATar::new(
                "the archive ends without its end mark, so something may be missing",
            )),
            _ => Err(NotATar::new("the archive is cut off in the middle")),
        }
    }

    fn step(&mut self) -> Result<Option<Item>, NotATar> {
        loop {
            match &mut self.state {
                State::Failed(error) => return Err(error.clone()),
                State::Header => {
                    let Some(block) = self.block() else {
                        return Ok(None);
                    };
                    if header::is_zero(&block) {
                        self.end_of_entries()?;
                        continue;
                    }
                    let header = header::read(&block)?;
                    if let Some(entry) = self.begin(header)? {
                        return Ok(Some(Item::Entry(Box::new(entry))));
                    }
                }
                State::Extension { kind, size } => {
                    let (kind, size) = (*kind, *size);
                    if !self.hold(size.next_multiple_of(BLOCK)) {
                        return Ok(None);
                    }
                    let mut bytes = std::mem::take(&mut self.held);
                    bytes.truncate(size);
                    self.extend(kind, bytes)?;
                    self.state = State::Header;
                }
                State::Data { left, padding } => {
                    if *left == 0 {
                        self.state = State::Padding(*padding);
                        continue;
                    }
                    if self.input.is_empty() {
                        return Ok(None);
                    }
                    let count = usize::try_from(*left)
                        .unwrap_or(usize::MAX)
                        .min(self.input.len());
                    *left -= count as u64;
                    return Ok(Some(Item::Data(self.input.split_to(count))));
                }
                State::Padding(left) => {
                    let count = (*left).min(self.input.len());
                    self.input.advance(count);
                    *left -= count;
                    if *left > 0 {
                        return Ok(None);
                    }
                    self.state = State::Header;
                }
                State::HalfEnd => {
                    let Some(block) = self.block() else {
                        return Ok(None);
                    };
                    if !header::is_zero(&block) {
                        return Err(NotATar::new("there is half an end mark among the entries"));
                    }
                    self.state = State::End { behind: 0 };
                }
                State::End { behind } => {
                    *behind += self.input.len();
                    self.input.clear();
                    if *behind > TRAILER {
                        return Err(NotATar::new("bytes without end follow the archive"));
                    }
                    return Ok(None);
                }
            }
        }
    }

    fn end_of_entries(&mut self) -> Result<(), NotATar> {
        let Extended {
            records: None,
            path: None,
            target: None,
        } = &self.extended
        else {
            return Err(NotATar::new(
                "the header that another one extends is missing",
            ));
        };
        self.state = State::HalfEnd;
        Ok(())
    }

    /// Goes on behind a header, and gives its entry if it is one.
    fn begin(&mut self, header: Header) -> Result<Option<Entry>, NotATar> {
        let Header { kind, mut entry } = header;
        let Type::Entry(kind) = kind else {
            if entry.size > EXTENSION {
                return Err(NotATar::new(format!(
                    "{} bytes are to extend a header, which is too much",
                    entry.size
                )));
            }
            let size = usize::try_from(entry.size).unwrap_or_default();
            self.state = State::Extension { kind, size };
            return Ok(None);
        };
        self.apply(&mut entry)?;
        if entry.path.is_empty() {
            return Err(NotATar::new("there is an entry without a name"));
        }
        if entry.path.contains(&0) || entry.target.contains(&0) {
            return Err(NotATar::new("there is a zero byte in a name"));
        }
        let is_link = matches!(kind, Kind::HardLink | Kind::Symlink);
        if is_link && entry.target.is_empty() {
            return Err(NotATar::new(format!(
                "the link {} leads nowhere",
                entry.shown()
            )));
        }
        // What has no bytes of its own but a size is where tar programs disagree.
        if kind != Kind::File && entry.size > 0 {
            return Err(NotATar::new(format!(
                "{} is no file but has {} bytes",
                entry.shown(),
                entry.size
            )));
        }
        let padding = (entry.size.next_multiple_of(BLOCK as u64) - entry.size) % BLOCK as u64;
        self.state = State::Data {
            left: entry.size,
            padding: usize::try_from(padding).unwrap_or_default(),
        };
        Ok(Some(entry))
    }

    /// Keeps what extends the next header.
    fn extend(&mut self, kind: Type, bytes: Vec<u8>) -> Result<(), NotATar> {
        let place = match kind {
            Type::Records => &mut self.extended.records,
            Type::LongPath => &mut self.extended.path,
            Type::LongTarget => &mut self.extended.target,
            Type::GlobalRecords | Type::Entry(_) => return Ok(()),
        };
        if place.is_some() {
            return Err(NotATar::new("a header is extended twice in the same way"));
        }
        *place = Some(bytes);
        Ok(())
    }

    /// Applies what extends this header: the records have the last word.
    fn apply(&mut self, entry: &mut Entry) -> Result<(), NotATar> {
        let extended = std::mem::take(&mut self.extended);
        if let Some(path) = extended.path {
            entry.path = header::text(&path).to_vec();
        }
        let is_link = matches!(entry.kind, Kind::HardLink | Kind::Symlink);
        if let (Some(target), true) = (extended.target, is_link) {
            entry.target = header::text(&target).to_vec();
        }
        let records = extended.records.unwrap_or_default();
        for (key, value) in pax::read(&records)? {
            // An empty value takes a record back, and none was there before.
            if value.is_empty() {
                continue;
            }
            match key {
                b"path" => entry.path = value.to_vec(),
                b"linkpath" if is_link => entry.target = value.to_vec(),
                b"size" => entry.size = pax::number("size", value)?,
                b"uid" => entry.uid = pax::number("uid", value)?,
                b"gid" => entry.gid = pax::number("gid", value)?,
                b"uname" => entry.names.0 = value.to_vec(),
                b"gname" => entry.names.1 = value.to_vec(),
                b"mtime" => entry.mtime = pax::time(value)?,
                b"linkpath" | b"atime" | b"ctime" => {}
                _ if key.starts_with(b"GNU.sparse.") => {
                    return Err(NotATar::new(format!(
                        "{} is packed as a sparse file, which is not supported",
                        entry.shown()
                    )));
                }
                _ => entry.records.push((key.to_vec(), value.to_vec())),
            }
        }
        Ok(())
    }

    /// The next block, once all of it is there.
    fn block(&mut self) -> Option<Block> {
        if !self.hold(BLOCK) {
            return None;
        }
        let block = self.held.as_slice().try_into().ok();
        self.held.clear();
        block
    }

    /// Holds what comes until it is `size` bytes.
    fn hold(&mut self, size: usize) -> bool {
        let count = size.saturating_sub(self.held.len()).min(self.input.len());
        self.held.extend_from_slice(&self.input.split_to(count));
        self.held.len() >= size
    }
}
