//! JSON values one after the other, however they are set apart.

use bytes::{Buf, Bytes, BytesMut};

use crate::{Error, ErrorKind, Result};

/// Cuts a stream into the texts of its JSON objects and arrays.
///
/// Newlines, CRLF, the record separator of `json-seq` or nothing at all may
/// stand between them. Each byte is looked at once.
///
/// ```
/// use stevedore_client::ValueDecoder;
///
/// let mut decoder = ValueDecoder::new();
/// decoder.push(b"{\"a\":1}{\"b\":");
/// assert_eq!(decoder.next()?.unwrap(), &b"{\"a\":1}"[..]);
/// assert!(decoder.next()?.is_none());
/// decoder.push(b"\"}\"}\r\n");
/// assert_eq!(decoder.next()?.unwrap(), &b"{\"b\":\"}\"}"[..]);
/// # Ok::<(), stevedore_client::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct ValueDecoder {
    buffer: BytesMut,
    /// So many bytes of `buffer` were looked at.
    seen: usize,
    depth: usize,
    in_text: bool,
    escaped: bool,
}

impl ValueDecoder {
    /// A single value may be this long.
    const LONGEST: usize = 64 << 20;

    /// Nothing read yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The text of the next value, or nothing until more bytes are pushed.
    ///
    /// # Errors
    /// The bytes are no JSON objects, or one is over 64 MiB.
    #[allow(
        clippy::should_implement_trait,
        reason = "a pull that can fail, as `try_next`"
    )]
    pub fn next(&mut self) -> Result<Option<Bytes>> {
        if self.depth == 0 {
            let between = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0x1e;
            let blank = self.buffer.iter().take_while(|byte| between(byte)).count();
            self.buffer.advance(blank);
            self.seen = 0;
            match self.buffer.first() {
                None => return Ok(None),
                Some(b'{' | b'[') => {}
                Some(_) => return Err(self.strange()),
            }
        }
        for (at, byte) in self.buffer.iter().enumerate().skip(self.seen) {
            if self.in_text {
                match byte {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => self.in_text = false,
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' => self.in_text = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        self.seen = 0;
                        return Ok(Some(self.buffer.split_to(at + 1).freeze()));
                    }
                }
                _ => {}
            }
        }
        self.seen = self.buffer.len();
        if self.seen > Self::LONGEST {
            return Err(Error::new(
                ErrorKind::Protocol,
                format!(
                    "a single value of the answer is over {} bytes",
                    Self::LONGEST
                ),
            ));
        }
        Ok(None)
    }

    /// Whether the stream may end here.
    ///
    /// # Errors
    /// It ends within a value.
    pub fn finish(&self) -> Result<()> {
        if self.depth == 0 {
            Ok(())
        } else {
            Err(Error::new(
                ErrorKind::Protocol,
                format!(
                    "the answer broke off within a value that starts with `{}`",
                    self.start()
                ),
            ))
        }
    }

    fn strange(&self) -> Error {
        Error::new(
            ErrorKind::Protocol,
            format!(
                "the answer should be JSON objects, and goes on with `{}`",
                self.start()
            ),
        )
    }

    fn start(&self) -> String {
        let start: Vec<u8> = self.buffer.iter().copied().take(60).collect();
        String::from_utf8_lossy(&start).escape_debug().to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decode(bytes: &[u8], cuts: &[usize]) -> (Vec<Bytes>, bool) {
        let mut decoder = ValueDecoder::new();
        let mut values = Vec::new();
        let mut from = 0;
        for to in cuts.iter().copied().chain([bytes.len()]) {
            let to = to.clamp(from, bytes.len());
            decoder.push(&bytes[from..to]);
            from = to;
            loop {
                match decoder.next() {
                    Ok(Some(value)) => values.push(value),
                    Ok(None) => break,
                    Err(_) => return (values, false),
                }
            }
        }
        (values, decoder.finish().is_ok())
    }

    #[test]
    fn values_are_set_apart_in_any_way() {
        let bytes = b"{\"a\":1}\n{\"b\":\"}{\"}\r\n\x1e{\"c\":[{}]}{\"d\":\"\\\"}\"}  [1]\n\n";
        let (values, whole) = decode(bytes, &[]);
        assert_eq!(
            values,
            [
                "{\"a\":1}",
                "{\"b\":\"}{\"}",
                "{\"c\":[{}]}",
                "{\"d\":\"\\\"}\"}",
                "[1]"
            ]
        );
        assert!(whole);
    }

    #[test]
    fn what_is_no_object_is_refused_with_its_start() {
        let mut decoder = ValueDecoder::new();
        decoder.push(b"<html>bad gateway</html>");
        let error = decoder.next().unwrap_err().to_string();
        assert!(error.contains("`<html>bad gateway"), "{error}");
    }

    #[test]
    fn an_end_within_a_value_is_no_end() {
        assert!(!decode(b"{\"a\":", &[]).1);
    }

    proptest! {
        #[test]
        fn any_split_gives_the_same_values(
            texts in prop::collection::vec("[a-z\"\\\\{}\\[\\]\u{e9} ]{0,12}", 0..6),
            between in prop::collection::vec(prop::sample::select(vec!["", "\n", "\r\n", "\u{1e}"]), 6),
            mut cuts in prop::collection::vec(0..200_usize, 0..12),
        ) {
            let values: Vec<String> = texts.iter().map(|text| serde_json::json!({ "t": text }).to_string()).collect();
            let bytes: String = values.iter().zip(&between).flat_map(|(value, gap)| [value.as_str(), gap]).collect();
            cuts.sort_unstable();
            let (found, whole) = decode(bytes.as_bytes(), &cuts);
            prop_assert_eq!(found, values);
            prop_assert!(whole);
        }

        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), cut in 0..300_usize) {
            decode(&bytes, &[cut]);
        }
    }
}
