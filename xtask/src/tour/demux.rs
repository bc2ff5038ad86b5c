//! A second pair of eyes on the engine's log frames: written apart from the
//! client's decoder, so that the two can be compared.

use anyhow::{Context as _, Result, bail};

/// What a container wrote, stream by stream.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: Vec<u8>,
}

/// Take frames apart: a stream's number, three zeros, four bytes of length
/// with the highest first, and as many bytes as that says.
pub(super) fn demux(mut bytes: &[u8]) -> Result<Written> {
    let mut written = Written::default();
    while let Some((head, rest)) = bytes.split_first_chunk::<8>() {
        let [stream, 0, 0, 0, length @ ..] = *head else {
            bail!("a log frame begins with {head:?}");
        };
        let length = usize::try_from(u32::from_be_bytes(length)).context("a log frame's length")?;
        let (content, rest) = rest
            .split_at_checked(length)
            .context("a log frame ends early")?;
        match stream {
            1 => written.stdout.extend_from_slice(content),
            2 => written.stderr.extend_from_slice(content),
            other => bail!("a log frame is of stream {other}"),
        }
        bytes = rest;
    }
    if !bytes.is_empty() {
        bail!("a log ends with {} bytes of a frame", bytes.len());
    }
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_joined_by_stream() {
        let log = b"\x01\0\0\0\0\0\0\x03ab\n\x02\0\0\0\0\0\0\x02!\n\x01\0\0\0\0\0\0\x02c\n";
        let expected = Written {
            stdout: b"ab\nc\n".to_vec(),
            stderr: b"!\n".to_vec(),
        };
        assert_eq!(demux(log).unwrap(), expected);
    }

    #[test]
    fn an_empty_log_is_nothing_written() {
        assert_eq!(demux(b"").unwrap(), Written::default());
    }

    #[test]
    fn what_is_no_frame_or_none_whole_is_an_error() {
        assert!(demux(b"hello there\n").is_err());
        assert!(demux(b"\x01\0\0\0\0\0\0\x09ab").is_err());
        assert!(demux(b"\x01\0\0").is_err());
        assert!(demux(b"\x03\0\0\0\0\0\0\x01x").is_err());
    }
}
