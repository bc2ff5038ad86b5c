//! From the pieces of a log to its lines.

use std::borrow::Cow;

use bytes::{Bytes, BytesMut};
use stevedore_api::Timestamp;
use stevedore_client::{Chunk, Source};

/// A line of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogLine {
    /// Where it was written; nothing for a terminal, which has but one stream.
    pub source: Option<Source>,
    /// When the engine took it; nothing where it doesn't say.
    pub time: Option<Timestamp>,
    /// The labels and variables that the logging driver kept, `NAME=value` joined by
    /// commas, with [`Logs::details`](super::super::Logs::details).
    pub details: Option<String>,
    /// What was written, with the newline where it has one.
    pub bytes: Bytes,
    /// Whether it goes on with the next of this source: it is longer than
    /// [`LogLines::LONGEST`](super::LogLines::LONGEST).
    pub continues: bool,
}

impl LogLine {
    /// The text without the end of the line. What is no UTF-8 is replaced.
    pub fn text(&self) -> Cow<'_, str> {
        let bytes = self.bytes.strip_suffix(b"\n").unwrap_or(&self.bytes);
        // A terminal ends its lines with both.
        let bytes = match self.source {
            None => bytes.strip_suffix(b"\r").unwrap_or(bytes),
            Some(_) => bytes,
        };
        String::from_utf8_lossy(bytes)
    }
}

/// Cuts a log with timestamps into its lines, whatever pieces it comes in.
///
/// The engine takes a line that is longer than 16 KiB in several parts, each with the
/// same time before it: those are put together. Another time in the middle of a line
/// means that there was no newline: the last words of a program, before it ran again.
/// (Engines before 18.06 and Podman, which takes 8 KiB, give each part its own time; so a
/// part of just that length goes on in any case.)
#[derive(Debug)]
pub(super) struct Cutter {
    /// One stream without frames, each piece of which may be a part of its own.
    raw: bool,
    /// So many words stand before a line: the time, and with details those.
    words: usize,
    /// A line is given in parts of this many bytes.
    longest: usize,
    streams: [Stream; 2],
    /// What is cut now, and of which stream it is.
    rest: Bytes,
    of: Source,
}

/// What has come of one of the two streams.
#[derive(Debug, Default)]
struct Stream {
    /// What stands before a line is read: so much of it has come.
    head: Option<BytesMut>,
    /// The line that is not at its end yet.
    line: Option<Open>,
}

/// A line that is not at its end yet.
#[derive(Debug, Default)]
struct Open {
    /// What stood before it; empty where nothing did.
    head: Bytes,
    held: BytesMut,
    /// So many bytes stand after the time that came last.
    part: usize,
    /// Whether a part of it was given out.
    given: bool,
}

/// What a start of a line turned out to be.
enum Head {
    /// More bytes are needed to tell.
    Unknown,
    /// It is this long.
    Whole(usize),
    /// The line has nothing before it.
    Missing,
}

impl Cutter {
    /// So much engines take at once.
    const PARTS: [usize; 2] = [8 << 10, 16 << 10];
    /// With so much before a line, it is none of the engine.
    const HEAD: usize = 16 << 10;

    /// For lines with a time before them, or a time and details.
    pub(super) fn new(details: bool, longest: usize) -> Self {
        Self {
            raw: false,
            words: if details { 2 } else { 1 },
            longest,
            streams: <[Stream; 2]>::default(),
            rest: Bytes::new(),
            of: Source::Stdout,
        }
    }

    /// Forgets what has come, at the start of a log that is opened again.
    pub(super) fn restart(&mut self, raw: bool) {
        *self = Self {
            raw,
            ..Self::new(self.words > 1, self.longest)
        };
    }

    /// Whether it is one stream without frames.
    pub(super) fn is_raw(&self) -> bool {
        self.raw
    }

    /// Of each stream the time of the line that has come in part, in nanoseconds since 1970.
    pub(super) fn open(&self) -> [Option<i128>; 2] {
        self.streams
            .each_ref()
            .map(|stream| time(&stream.line.as_ref()?.head)?.nanoseconds())
    }

    /// Adds a piece, which is the start of a frame or not. What came before must be cut.
    pub(super) fn push(&mut self, chunk: Chunk, begins: bool) {
        (self.of, self.rest) = (chunk.source, chunk.bytes);
        let raw = self.raw;
        let stream = self.stream();
        match &mut stream.head {
            // A piece without frames may end anywhere.
            Some(_) if raw => {}
            Some(head) if begins && !head.is_empty() => {
                let text = std::mem::take(head);
                stream.open().held.extend_from_slice(&text);
            }
            head if begins => *head = Some(BytesMut::new()),
            _ => {}
        }
    }

    /// The next line, or nothing until another piece is pushed.
    pub(super) fn next(&mut self) -> Option<LogLine> {
        while !self.rest.is_empty() {
            let line = match self.stream().head {
                Some(_) => self.read_head(),
                None => self.read_text(),
            };
            if line.is_some() {
                return line;
            }
        }
        None
    }

    /// At the end of the log: lines without a newline are lines.
    pub(super) fn finish(&mut self) -> Option<LogLine> {
        for source in [Source::Stdout, Source::Stderr] {
            self.of = source;
            let stream = self.stream();
            if let Some(head) = stream.head.take() {
                if !head.is_empty() {
                    stream.open().held.extend_from_slice(&head);
                }
            }
            let line = stream.line.take();
            if let Some(line) = line.and_then(|line| self.end(line)) {
                return Some(line);
            }
        }
        None
    }

    fn stream(&mut self) -> &mut Stream {
        let [stdout, stderr] = &mut self.streams;
        match self.of {
            Source::Stderr => stderr,
            _ => stdout,
        }
    }

    /// Reads what stands before a line; gives the line before, where that has ended.
    fn read_head(&mut self) -> Option<LogLine> {
        let words = self.words;
        let mut rest = std::mem::take(&mut self.rest);
        let stream = self.stream();
        let head = stream.head.take().unwrap_or_default();
        let found = if head.is_empty() {
            look(&rest, words)
        } else {
            look(&[&head[..], &rest[..]].concat(), words)
        };
        match found {
            Head::Unknown if head.len() + rest.len() < Self::HEAD => {
                let mut head = head;
                head.extend_from_slice(&rest);
                stream.head = Some(head);
                None
            }
            Head::Unknown | Head::Missing => {
                if !head.is_empty() {
                    stream.open().held.extend_from_slice(&head);
                }
                self.rest = rest;
                None
            }
            Head::Whole(length) => {
                // `length` reaches beyond what had come before.
                let here = rest.split_to(length - head.len());
                let head = if head.is_empty() {
                    here
                } else {
                    [&head[..], &here[..]].concat().into()
                };
                let before = match stream.line.take() {
                    Some(mut line) if line.head == head || Self::PARTS.contains(&line.part) => {
                        line.part = 0;
                        stream.line = Some(line);
                        None
                    }
                    before => {
                        stream.line = Some(Open {
                            head,
                            ..Open::default()
                        });
                        before
                    }
                };
                self.rest = rest;
                before.and_then(|line| self.end(line))
            }
        }
    }

    /// Reads on to the end of the line; gives it, or a part that is long enough.
    fn read_text(&mut self) -> Option<LogLine> {
        let mut rest = std::mem::take(&mut self.rest);
        let longest = self.longest;
        let stream = self.stream();
        let line = stream.open();
        let room = longest.saturating_sub(line.held.len());
        let end = rest.iter().take(room).position(|byte| *byte == b'\n');
        let here = rest.split_to(end.map_or(room.min(rest.len()), |at| at + 1));
        line.part += here.len();
        let bytes = if line.held.is_empty() && end.is_some() {
            here
        } else {
            line.held.extend_from_slice(&here);
            if end.is_none() && line.held.len() < longest {
                self.rest = rest;
                return None;
            }
            line.held.split().freeze()
        };
        let head = line.head.clone();
        if end.is_some() {
            stream.line = None;
            stream.head = Some(BytesMut::new());
        } else {
            line.given = true;
        }
        self.rest = rest;
        Some(self.line(&head, bytes, end.is_none()))
    }

    /// A line that ended without a newline, unless there is nothing of it.
    fn end(&self, line: Open) -> Option<LogLine> {
        let is_there = line.given || !line.held.is_empty();
        is_there.then(|| self.line(&line.head, line.held.freeze(), false))
    }

    fn line(&self, head: &[u8], bytes: Bytes, continues: bool) -> LogLine {
        let details = head.split(|byte| *byte == b' ').nth(1);
        let details = details.filter(|details| self.words > 1 && !details.is_empty());
        LogLine {
            source: (!self.raw).then_some(self.of),
            time: time(head),
            details: details.map(|details| String::from_utf8_lossy(details).into_owned()),
            bytes,
            continues,
        }
    }
}

impl Stream {
    fn open(&mut self) -> &mut Open {
        self.line.get_or_insert_default()
    }
}

/// Looks for what stands before a line: a time, perhaps another word, and a blank each.
fn look(text: &[u8], words: usize) -> Head {
    let belongs = |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b':' | b'.' | b'+' | b'T' | b'Z');
    let length = text.iter().take_while(|byte| belongs(byte)).count();
    match text.get(length) {
        // No time is longer than that.
        None if length < 40 => return Head::Unknown,
        Some(b' ') if is_time(text.get(..length).unwrap_or_default()) => {}
        _ => return Head::Missing,
    }
    if words == 1 {
        return Head::Whole(length + 1);
    }
    let mut rest = text.iter().skip(length + 1);
    match rest.position(|byte| matches!(byte, b' ' | b'\n')) {
        None => Head::Unknown,
        Some(more) if text.get(length + 1 + more) == Some(&b' ') => Head::Whole(length + more + 2),
        Some(_) => Head::Missing,
    }
}

/// The time that stands before a line.
fn time(head: &[u8]) -> Option<Timestamp> {
    let word = head.split(|byte| *byte == b' ').next()?;
    std::str::from_utf8(word).ok()?.parse().ok()
}

/// Whether it is a time as RFC 3339 writes it, and no plain number.
fn is_time(text: &[u8]) -> bool {
    text.get(10) == Some(&b'T') && time(text).is_some()
}
