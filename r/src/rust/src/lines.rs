//! Output, as it arrives in chunks of any size, cut into lines.
//!
//! Chunks are no elements: the engine frames the same bytes differently from
//! one endpoint to the next. So what arrives is joined per stream and cut after
//! each newline.

use std::borrow::Cow;

use stevedore::Source;

use crate::tree::{Encoding, Tree};

/// Lines collected for the end, and pieces of lines for the screen.
#[derive(Debug)]
pub(crate) struct Lines {
    /// Output of a terminal: one stream, whose lines end in CR LF.
    raw: bool,
    /// Complete lines, one after the other, in the order in which they ended.
    bytes: Vec<u8>,
    ends: Vec<usize>,
    sources: Vec<u8>,
    /// The beginning of a line, per stream.
    partial: [Vec<u8>; 3],
    /// Streams with a beginning, in the order in which it began.
    begun: Vec<usize>,
    /// Zero bytes, which R's strings can't hold, that were left out.
    zeros: usize,
}

/// What has arrived since the last look, for the screen.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    sources: Vec<u8>,
    starts: Vec<Option<bool>>,
    finished: Vec<Option<bool>>,
}

impl Lines {
    pub(crate) fn new(raw: bool) -> Self {
        Self {
            raw,
            bytes: Vec::new(),
            ends: Vec::new(),
            sources: Vec::new(),
            partial: [const { Vec::new() }; 3],
            begun: Vec::new(),
            zeros: 0,
        }
    }

    /// Takes a chunk; adds to `pieces` what the screen should show of it.
    pub(crate) fn push(&mut self, source: Source, chunk: &[u8], pieces: Option<&mut Pieces>) {
        let (chunk, zeros) = without_zeros(chunk);
        self.zeros += zeros;
        self.push_clean(source, &chunk, pieces);
    }

    fn push_clean(&mut self, source: Source, chunk: &[u8], mut pieces: Option<&mut Pieces>) {
        let nth = index(source);
        let mut from = 0;
        for newline in memchr::memchr_iter(b'\n', chunk) {
            let piece = chunk.get(from..newline).unwrap_or_default();
            from = newline + 1;
            let starts = self.is_fresh(nth);
            if let Some(pieces) = pieces.as_deref_mut() {
                pieces.add(nth, self.shown(piece), starts, true);
            }
            self.end_line(nth, piece, true);
        }
        let rest = chunk.get(from..).unwrap_or_default();
        if rest.is_empty() {
            return;
        }
        let starts = self.is_fresh(nth);
        if let Some(pieces) = pieces {
            pieces.add(nth, rest, starts, false);
        }
        if starts {
            self.begun.push(nth);
        }
        if let Some(partial) = self.partial.get_mut(nth) {
            partial.extend_from_slice(rest);
        }
    }

    fn is_fresh(&self, nth: usize) -> bool {
        !self.begun.contains(&nth)
    }

    /// Without the carriage return that a terminal puts before a newline.
    fn shown<'p>(&self, piece: &'p [u8]) -> &'p [u8] {
        if self.raw {
            piece.strip_suffix(b"\r").unwrap_or(piece)
        } else {
            piece
        }
    }

    fn end_line(&mut self, nth: usize, piece: &[u8], newline: bool) {
        let from = self.bytes.len();
        if let Some(partial) = self.partial.get_mut(nth) {
            self.bytes.append(partial);
        }
        self.begun.retain(|begun| *begun != nth);
        self.bytes.extend_from_slice(piece);
        if self.raw {
            if newline && self.bytes.len() > from && self.bytes.last() == Some(&b'\r') {
                self.bytes.pop();
            }
        } else if newline {
            self.bytes.push(b'\n');
        }
        self.ends.push(self.bytes.len());
        self.sources.push(code(nth));
    }

    /// Whether this is the output of a terminal.
    pub(crate) fn is_raw(&self) -> bool {
        self.raw
    }

    /// No more will come: what has no newline is a line too.
    pub(crate) fn finish(&mut self) {
        while let Some(nth) = self.begun.first().copied() {
            self.end_line(nth, b"", false);
        }
    }

    /// `lines`, and unless they are a terminal's, `source`.
    pub(crate) fn fields(&self) -> Vec<(&'static str, Tree<'_>)> {
        let lines = Tree::Bytes {
            bytes: &self.bytes,
            ends: &self.ends,
            encoding: Encoding::Native,
        };
        let source = if self.raw {
            Tree::Null
        } else {
            Tree::Codes(&self.sources)
        };
        let zeros = i64::try_from(self.zeros).unwrap_or(i64::MAX);
        vec![
            ("lines", lines),
            ("source", source),
            ("zeros", Tree::whole(zeros)),
        ]
    }
}

impl Pieces {
    pub(crate) fn add(&mut self, nth: usize, piece: &[u8], starts: bool, ends: bool) {
        self.bytes.extend_from_slice(piece);
        self.ends.push(self.bytes.len());
        self.sources.push(code(nth));
        self.starts.push(Some(starts));
        self.finished.push(Some(ends));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// How much there is to show.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len() + self.ends.len()
    }

    pub(crate) fn tree(&self, raw: bool) -> Tree<'_> {
        Tree::record(vec![
            ("step", Tree::Strs(vec!["output"])),
            (
                "text",
                Tree::Bytes {
                    bytes: &self.bytes,
                    ends: &self.ends,
                    encoding: Encoding::Native,
                },
            ),
            (
                "source",
                if raw {
                    Tree::Null
                } else {
                    Tree::Codes(&self.sources)
                },
            ),
            ("starts", Tree::Bools(self.starts.clone())),
            ("ends", Tree::Bools(self.finished.clone())),
        ])
    }
}

/// The bytes that R's strings can hold, and how many zero bytes were left out.
pub(crate) fn without_zeros(bytes: &[u8]) -> (Cow<'_, [u8]>, usize) {
    if memchr::memchr(0, bytes).is_none() {
        return (bytes.into(), 0);
    }
    let kept: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
    let zeros = bytes.len() - kept.len();
    (kept.into(), zeros)
}

pub(crate) fn index(source: Source) -> usize {
    match source {
        Source::Stdin => 0,
        Source::Stdout => 1,
        Source::Stderr => 2,
    }
}

/// R counts from one.
pub(crate) fn code(nth: usize) -> u8 {
    u8::try_from(nth + 1).unwrap_or(u8::MAX)
}
