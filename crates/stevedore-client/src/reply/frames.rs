//! Frames: standard output and standard error on one connection.

use bytes::{Buf, Bytes};
use stevedore_api::Framing;

use crate::{Error, ErrorKind, Result};

/// Which of the standard streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// Standard input, echoed.
    Stdin,
    /// Standard output; with a terminal, everything.
    Stdout,
    /// Standard error.
    Stderr,
}

/// A piece of output. Its ends mean nothing: a line may come in several, or several in one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// Where it was written.
    pub source: Source,
    /// The bytes, at least one.
    pub bytes: Bytes,
}

/// What the current frame carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Output(Source),
    /// The engine's own words on why the stream failed.
    Failure,
}

/// Takes the bytes of an output stream apart, whatever pieces they come in.
///
/// Nothing is copied, and memory does not grow with the size that a frame
/// claims: what has come of a frame is given out at once.
///
/// ```
/// use stevedore_client::{FrameDecoder, Source};
///
/// let mut decoder = FrameDecoder::multiplexed();
/// decoder.push(b"\x01\0\0\0\0\0\0\x03hi\n".to_vec().into());
/// let chunk = decoder.next()?.unwrap();
/// assert_eq!((chunk.source, &chunk.bytes[..]), (Source::Stdout, &b"hi\n"[..]));
/// assert!(decoder.next()?.is_none());
/// decoder.finish()?;
/// # Ok::<(), stevedore_client::Error>(())
/// ```
#[derive(Debug)]
pub struct FrameDecoder {
    framing: Framing,
    rest: Bytes,
    head: [u8; 8],
    /// So many bytes of `head` have come.
    have: usize,
    kind: Kind,
    /// So many bytes of the frame are still to come.
    left: u32,
    /// Whether nothing of the current frame was given out.
    untouched: bool,
    /// Whether the piece that was given out last is the start of its frame.
    begins: bool,
    failure: Vec<u8>,
}

impl FrameDecoder {
    /// The engine's own message is cut here.
    const FAILURE: usize = 1 << 20;

    /// For a stream of this framing.
    pub fn new(framing: Framing) -> Self {
        Self {
            framing,
            rest: Bytes::new(),
            head: [0; 8],
            have: 0,
            kind: Kind::Output(Source::Stdout),
            left: 0,
            untouched: false,
            begins: false,
            failure: Vec::new(),
        }
    }

    /// For frames of standard output and standard error.
    pub fn multiplexed() -> Self {
        Self::new(Framing::Multiplexed)
    }

    /// Adds bytes. Take what [`next`](Self::next) gives first: otherwise they are copied together.
    pub fn push(&mut self, bytes: Bytes) {
        self.rest = if self.rest.is_empty() {
            bytes
        } else {
            [&self.rest[..], &bytes[..]].concat().into()
        };
    }

    /// The next piece of output, or nothing until more bytes are pushed.
    ///
    /// # Errors
    /// The bytes are no frames, or the engine reports a failure.
    #[allow(
        clippy::should_implement_trait,
        reason = "a pull that can fail, as `try_next`"
    )]
    pub fn next(&mut self) -> Result<Option<Chunk>> {
        if self.framing == Framing::Raw {
            self.begins = true;
            let bytes = std::mem::take(&mut self.rest);
            return Ok((!bytes.is_empty()).then_some(Chunk {
                source: Source::Stdout,
                bytes,
            }));
        }
        loop {
            if self.left > 0 {
                let here = self.rest.len().min(self.left as usize);
                if here == 0 {
                    return Ok(None);
                }
                let bytes = self.rest.split_to(here);
                // `here` is at most `left`, a u32.
                self.left -= u32::try_from(here).unwrap_or(self.left);
                match self.kind {
                    Kind::Output(source) => {
                        self.begins = std::mem::take(&mut self.untouched);
                        return Ok(Some(Chunk { source, bytes }));
                    }
                    Kind::Failure => {
                        let room = Self::FAILURE.saturating_sub(self.failure.len());
                        self.failure.extend(bytes.iter().take(room));
                        if self.left == 0 {
                            return Err(self.failed());
                        }
                    }
                }
            } else if !self.read_head()? {
                return Ok(None);
            }
        }
    }

    /// Whether the piece that [`next`](Self::next) gave last is the start of a frame.
    ///
    /// In a log a frame is what the engine took at once: a line, or a part of a long one.
    /// A stream without frames has none to tell; each piece counts as one.
    pub fn begins(&self) -> bool {
        self.begins
    }

    /// Whether the stream may end here.
    ///
    /// # Errors
    /// It ends within a frame.
    pub fn finish(&self) -> Result<()> {
        if self.kind == Kind::Failure && self.left > 0 {
            return Err(self.failed());
        }
        if self.left > 0 || self.have > 0 {
            return Err(Error::new(
                ErrorKind::Protocol,
                match self.left {
                    0 => "the output broke off within the head of a frame".to_owned(),
                    left => format!("the output broke off {left} bytes before the end of a frame"),
                },
            ));
        }
        Ok(())
    }

    /// Reads the head of the next frame; false until all of it has come.
    fn read_head(&mut self) -> Result<bool> {
        let here = self.rest.len().min(self.head.len() - self.have);
        if let Some(slot) = self.head.get_mut(self.have..self.have + here) {
            self.rest.copy_to_slice(slot);
        }
        self.have += here;
        if self.have < self.head.len() {
            return Ok(false);
        }
        self.have = 0;
        let [kind, zero @ .., a, b, c, d] = self.head;
        self.kind = match (kind, zero) {
            (0, [0, 0, 0]) => Kind::Output(Source::Stdin),
            (1, [0, 0, 0]) => Kind::Output(Source::Stdout),
            (2, [0, 0, 0]) => Kind::Output(Source::Stderr),
            (3, [0, 0, 0]) => Kind::Failure,
            _ => {
                return Err(Error::new(
                    ErrorKind::Protocol,
                    format!(
                        "the output is not framed as it should be: a frame cannot start with {:02x?}",
                        self.head
                    ),
                ));
            }
        };
        self.left = u32::from_be_bytes([a, b, c, d]);
        self.untouched = true;
        if self.kind == Kind::Failure && self.left == 0 {
            return Err(self.failed());
        }
        Ok(true)
    }

    fn failed(&self) -> Error {
        let message = String::from_utf8_lossy(&self.failure);
        Error::new(
            ErrorKind::Stream,
            match message.trim() {
                "" => "the engine broke the output off without saying why".to_owned(),
                message => format!("the engine broke the output off: {message}"),
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn frame(kind: u8, text: &[u8]) -> Vec<u8> {
        let size = u32::try_from(text.len()).unwrap().to_be_bytes();
        [&[kind, 0, 0, 0], &size[..], text].concat()
    }

    /// What a decoder gives for `bytes` cut at `cuts`: per source the bytes, and the failure.
    fn decode(bytes: &[u8], cuts: &[usize]) -> (Vec<(Source, Vec<u8>)>, Option<String>) {
        let mut decoder = FrameDecoder::multiplexed();
        let mut runs: Vec<(Source, Vec<u8>)> = Vec::new();
        let mut from = 0;
        for to in cuts.iter().copied().chain([bytes.len()]) {
            let to = to.clamp(from, bytes.len());
            decoder.push(bytes[from..to].to_vec().into());
            from = to;
            loop {
                match decoder.next() {
                    Ok(Some(chunk)) => match runs.last_mut() {
                        Some((source, run)) if *source == chunk.source => run.extend(chunk.bytes),
                        _ => runs.push((chunk.source, chunk.bytes.to_vec())),
                    },
                    Ok(None) => break,
                    Err(error) => return (runs, Some(error.to_string())),
                }
            }
        }
        (runs, decoder.finish().err().map(|error| error.to_string()))
    }

    #[test]
    fn both_streams_come_in_their_order() {
        let bytes = [frame(1, b"a\n"), frame(2, b"b"), frame(1, b"")].concat();
        let (runs, failure) = decode(&bytes, &[]);
        assert_eq!(
            runs,
            [
                (Source::Stdout, b"a\n".to_vec()),
                (Source::Stderr, b"b".to_vec())
            ]
        );
        assert_eq!(failure, None);
    }

    #[test]
    fn a_frame_of_type_3_is_the_engines_failure() {
        let bytes = [frame(1, b"a"), frame(3, b"log driver gone\n")].concat();
        let (runs, failure) = decode(&bytes, &[12]);
        assert_eq!(runs.len(), 1);
        assert_eq!(
            failure.unwrap(),
            "the engine broke the output off: log driver gone"
        );
        // One that promises more than ever comes is still a failure, not a frame.
        let mut cut = frame(3, b"gone");
        cut[7] = 200;
        assert!(decode(&cut, &[]).1.unwrap().contains("gone"));
    }

    #[test]
    fn what_is_no_frame_is_refused_with_its_bytes() {
        let (_, failure) = decode(b"plain text of a terminal", &[]);
        assert!(failure.unwrap().contains("70, 6c, 61, 69"));
    }

    #[test]
    fn an_end_within_a_frame_is_no_end() {
        let bytes = frame(1, b"hello");
        assert!(
            decode(&bytes[..10], &[])
                .1
                .unwrap()
                .contains("3 bytes before the end")
        );
        assert!(
            decode(&bytes[..5], &[])
                .1
                .unwrap()
                .contains("within the head")
        );
    }

    #[test]
    fn the_start_of_a_frame_is_told_from_its_middle() {
        let bytes = [
            frame(1, b"abc"),
            frame(1, b""),
            frame(2, b"d"),
            frame(1, b"e"),
        ]
        .concat();
        let mut decoder = FrameDecoder::multiplexed();
        let mut found = String::new();
        for byte in bytes {
            decoder.push(vec![byte].into());
            while let Some(chunk) = decoder.next().unwrap() {
                found.push(if decoder.begins() { '|' } else { ' ' });
                found.push(char::from(chunk.bytes[0]));
            }
        }
        assert_eq!(found, "|a b c|d|e");
    }

    #[test]
    fn a_huge_size_takes_no_memory() {
        let mut decoder = FrameDecoder::multiplexed();
        decoder.push(vec![1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, b'x'].into());
        assert_eq!(decoder.next().unwrap().unwrap().bytes, "x");
        assert!(decoder.next().unwrap().is_none());
        assert!(decoder.finish().is_err());
    }

    proptest! {
        #[test]
        fn any_split_gives_the_same_items(
            frames in prop::collection::vec((0..4_u8, prop::collection::vec(any::<u8>(), 0..20)), 0..8),
            mut cuts in prop::collection::vec(0..200_usize, 0..12),
        ) {
            let bytes: Vec<u8> = frames.iter().flat_map(|(kind, text)| frame(*kind, text)).collect();
            cuts.sort_unstable();
            prop_assert_eq!(decode(&bytes, &cuts), decode(&bytes, &[]));
        }

        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), cut in 0..300_usize) {
            decode(&bytes, &[cut]);
        }
    }
}
