//! Output, as it arrives in chunks of any size, cut into lines.
//!
//! Chunks are no elements: the engine frames the same bytes differently from
//! one endpoint to the next. So what arrives is joined per stream and cut after
//! each newline.

use std::borrow::Cow;

use stevedore::Source;

use crate::display::Display;
use crate::tree::{Encoding, Tree};

/// Lines collected for the end.
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

    /// Takes a chunk; adds to `display` what the screen should show of it.
    pub(crate) fn push(&mut self, source: Source, chunk: &[u8], mut display: Option<&mut Display>) {
        let (chunk, zeros) = without_zeros(chunk);
        self.zeros += zeros;
        let nth = index(source);
        let marked = (!self.raw).then_some(nth);
        let mut from = 0;
        for newline in memchr::memchr_iter(b'\n', &chunk) {
            let piece = chunk.get(from..newline).unwrap_or_default();
            from = newline + 1;
            let starts = self.is_fresh(nth);
            if let Some(display) = display.as_deref_mut() {
                display.add(marked, self.shown(piece), starts, true);
            }
            self.end_line(nth, piece, true);
        }
        let rest = chunk.get(from..).unwrap_or_default();
        if rest.is_empty() {
            return;
        }
        let starts = self.is_fresh(nth);
        if let Some(display) = display {
            display.add(marked, rest, starts, false);
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
