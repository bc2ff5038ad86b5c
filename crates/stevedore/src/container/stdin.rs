//! What a program reads from its standard input.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;

use bytes::{Bytes, BytesMut};
use stevedore_client::{Error, ErrorKind, Input, Result};
use tokio::io::{AsyncRead, ReadBuf};

/// What a program reads from its standard input: text, bytes, or what a reader gives.
///
/// It is written while output is read or the exit code is waited for, so neither side
/// waits for the other, and ends for the program where it ends here. For a program with
/// a terminal the end is Ctrl-D, as for one that sits before it.
///
/// ```
/// use stevedore::Stdin;
///
/// let text = Stdin::from("one\ntwo\n");
/// let bytes = Stdin::from(vec![0_u8, 255]);
/// let reader = Stdin::reader(&b"as they come"[..]);
/// # let _ = (text, bytes, reader);
/// ```
pub struct Stdin(Kind);

enum Kind {
    Whole(Bytes),
    Reader(Pin<Box<dyn AsyncRead + Send>>),
    File(Box<dyn std::io::Read + Send>),
}

impl Stdin {
    /// So much is asked of a reader at once.
    const PIECE: usize = 64 << 10;

    /// What the reader gives, as it comes.
    ///
    /// Where the reader fails, the run or exec is told so with kind `Interrupted`.
    pub fn reader(reader: impl AsyncRead + Send + 'static) -> Self {
        Self(Kind::Reader(Box::pin(reader)))
    }

    /// What a file or another reader without async gives. While it makes its reader
    /// wait, output waits as well.
    pub fn file(file: impl std::io::Read + Send + 'static) -> Self {
        Self(Kind::File(Box::new(file)))
    }

    /// Writes all of it and ends it: for a program with a terminal by Ctrl-D, and the
    /// connection is given back, which must stay open for its output.
    ///
    /// A program need not read its input to the end: where it can't be written any more,
    /// the rest is left. How it ended is told by its exit code.
    pub(crate) async fn feed(mut self, mut input: Input, is_raw: bool) -> Result<Option<Input>> {
        let mut last = b'\n';
        while let Some(piece) = self.next().await? {
            if input.write(&piece).await.is_err() {
                return Ok(None);
            }
            last = piece.last().copied().unwrap_or(last);
        }
        if is_raw {
            // Within a line the first only hands over what there is of it.
            let end = if last == b'\n' { "\x04" } else { "\x04\x04" };
            return Ok(input.write(end.as_bytes()).await.is_ok().then_some(input));
        }
        let _ = input.close().await;
        Ok(None)
    }

    /// The next piece, or nothing at the end.
    async fn next(&mut self) -> Result<Option<Bytes>> {
        let read = match &mut self.0 {
            Kind::Whole(bytes) => Ok(std::mem::take(bytes)),
            Kind::Reader(reader) => {
                let mut space = vec![0; Self::PIECE];
                let mut piece = ReadBuf::new(&mut space);
                let read = poll_fn(|cx| reader.as_mut().poll_read(cx, &mut piece)).await;
                read.map(|()| Bytes::copy_from_slice(piece.filled()))
            }
            Kind::File(file) => {
                let mut space = BytesMut::zeroed(Self::PIECE);
                match retried(|| file.read(&mut space)) {
                    Ok(count) => {
                        space.truncate(count);
                        Ok(space.freeze())
                    }
                    Err(error) => Err(error),
                }
            }
        };
        match read {
            Ok(bytes) => Ok((!bytes.is_empty()).then_some(bytes)),
            Err(error) => Err(Error::new(
                ErrorKind::Interrupted,
                "what standard input was to be read from failed before its end",
            )
            .caused_by(error)),
        }
    }
}

/// A read that a signal breaks off is done again.
fn retried(mut read: impl FnMut() -> std::io::Result<usize>) -> std::io::Result<usize> {
    loop {
        match read() {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}

impl From<Bytes> for Stdin {
    fn from(bytes: Bytes) -> Self {
        Self(Kind::Whole(bytes))
    }
}

impl From<Vec<u8>> for Stdin {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Kind::Whole(bytes.into()))
    }
}

impl From<String> for Stdin {
    fn from(text: String) -> Self {
        Self(Kind::Whole(text.into()))
    }
}

impl From<&str> for Stdin {
    fn from(text: &str) -> Self {
        Self(Kind::Whole(Bytes::copy_from_slice(text.as_bytes())))
    }
}

impl From<&[u8]> for Stdin {
    fn from(bytes: &[u8]) -> Self {
        Self(Kind::Whole(Bytes::copy_from_slice(bytes)))
    }
}

impl From<std::fs::File> for Stdin {
    fn from(file: std::fs::File) -> Self {
        Self::file(file)
    }
}

impl fmt::Debug for Stdin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Whole(bytes) => write!(f, "Stdin({} bytes)", bytes.len()),
            Kind::Reader(_) => f.write_str("Stdin(reader)"),
            Kind::File(_) => f.write_str("Stdin(file)"),
        }
    }
}
