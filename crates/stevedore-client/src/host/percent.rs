//! Characters that an address can't hold as they are, as `%` and two digits.

use std::fmt::Write as _;

/// What `%` and two hexadecimal digits stand for is put in their place.
pub(super) fn decode(text: &str) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || char::from(rest.next()?).to_digit(16);
        let decoded = digit().and_then(|high| u8::try_from(high * 16 + digit()?).ok());
        bytes.push(decoded.ok_or_else(|| "two hexadecimal digits follow a `%`".to_owned())?);
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| "what is escaped with `%` in it is not UTF-8".to_owned())?;
    if text.contains(char::is_control) {
        return Err("it has a control character in it".to_owned());
    }
    Ok(text)
}

/// All but letters, digits and the characters of `kept` as `%` and two digits.
pub(super) fn encode(text: &str, kept: &[u8]) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || kept.contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}
