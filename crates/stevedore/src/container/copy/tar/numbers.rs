//! Numbers as the fields of a header hold them.

use super::NotATar;

/// A number in octal digits, or in two's complement where the first bit is set.
pub(super) fn read(field: &[u8], what: &str) -> Result<i64, NotATar> {
    match field {
        [first, rest @ ..] if first & 0x80 != 0 => binary(*first, rest),
        _ => octal(field),
    }
    .ok_or_else(|| NotATar::new(format!("a header has no readable {what}")))
}

fn octal(field: &[u8]) -> Option<i64> {
    let is_blank = |byte: &u8| matches!(byte, b' ' | 0);
    let start = field.iter().take_while(|byte| is_blank(byte)).count();
    let mut digits = field.iter().skip(start);
    let mut value = 0i64;
    for byte in digits.by_ref() {
        match byte {
            b'0'..=b'7' => {
                value = value.checked_mul(8)?.checked_add(i64::from(byte - b'0'))?;
            }
            b' ' | 0 => break,
            _ => return None,
        }
    }
    // After the end of the number there is nothing else.
    digits.all(is_blank).then_some(value)
}

fn binary(first: u8, rest: &[u8]) -> Option<i64> {
    // The first bit only marks the form, the second is the sign.
    let negative = first & 0x40 != 0;
    let mut value = i128::from(first & 0x3f) - if negative { 0x40 } else { 0 };
    for byte in rest {
        value = value.checked_mul(256)?.checked_add(i128::from(*byte))?;
    }
    i64::try_from(value).ok()
}

/// Writes a number as octal digits with a zero byte behind, if it fits.
pub(super) fn write(field: &mut [u8], value: u64) -> bool {
    let width = field.len().saturating_sub(1);
    let text = format!("{value:0width$o}");
    if text.len() > width {
        return false;
    }
    for (place, digit) in field.iter_mut().zip(text.bytes().chain([0])) {
        *place = digit;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_octal_or_binary_and_nothing_else() {
        let read = |field: &[u8]| read(field, "number").ok();
        assert_eq!(read(b"0000644\0"), Some(0o644));
        assert_eq!(read(b"   644 \0"), Some(0o644));
        assert_eq!(read(b"77777777777\0"), Some(0o77_777_777_777));
        assert_eq!(read(&[0; 12]), Some(0));
        assert_eq!(read(b"0000648\0"), None);
        assert_eq!(read(b"644 644\0"), None);
        assert_eq!(read(b"-000644\0"), None);
        assert_eq!(read(b"\x80\0\0\0\0\0\0\0\0\0\0\x01"), Some(1));
        assert_eq!(read(&[0xff; 12]), Some(-1));
        assert_eq!(
            read(b"\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff"),
            Some(i64::MAX)
        );
        assert_eq!(read(b"\x80\0\0\0\x80\0\0\0\0\0\0\0"), None);
        assert_eq!(read(b"\x80\x01\0\0\0\0\0\0\0\0\0\0"), None);
        assert_eq!(read(b"\xc0\0\0\0\0\0\0\0\0\0\0\0"), None);
    }

    #[test]
    fn what_does_not_fit_is_not_written() {
        let mut field = [0; 8];
        assert!(write(&mut field, 0o7_777_777));
        assert_eq!(&field, b"7777777\0");
        assert!(!write(&mut field, 0o10_000_000));
        assert_eq!(&field, b"7777777\0");
    }
}
