//! Records that extend a header: `30 mtime=1700000000.123456\n`.

use super::{NotATar, Time};

/// A key and its value.
type Record<'a> = (&'a [u8], &'a [u8]);

/// Reads all records, in their order.
pub(super) fn read(mut rest: &[u8]) -> Result<Vec<Record<'_>>, NotATar> {
    let mut records = Vec::new();
    while !rest.is_empty() {
        let (record, behind) = first(rest)
            .ok_or_else(|| NotATar::new("the records that extend a header are not readable"))?;
        records.push(record);
        rest = behind;
    }
    Ok(records)
}

/// A record begins with its own length, so that values may hold anything.
fn first(rest: &[u8]) -> Option<(Record<'_>, &[u8])> {
    let digits = rest.iter().position(|byte| *byte == b' ')?;
    let length: usize = whole(rest.get(..digits)?)?;
    let record = rest.get(..length)?.get(digits + 1..)?.strip_suffix(b"\n")?;
    let equals = record.iter().position(|byte| *byte == b'=')?;
    let (key, value) = record.split_at_checked(equals)?;
    if key.is_empty() || key.contains(&0) {
        return None;
    }
    Some(((key, value.get(1..)?), rest.get(length..)?))
}

fn whole<T: std::str::FromStr>(text: &[u8]) -> Option<T> {
    let digits = !text.is_empty() && text.len() < 20 && text.iter().all(u8::is_ascii_digit);
    digits.then(|| std::str::from_utf8(text).ok()?.parse().ok())?
}

/// A number that isn't negative.
pub(super) fn number(key: &str, value: &[u8]) -> Result<u64, NotATar> {
    whole(value)
        .filter(|number| i64::try_from(*number).is_ok())
        .ok_or_else(|| NotATar::new(format!("the record `{key}` of a header is not a number")))
}

/// A time such as `-12.5`.
pub(super) fn time(value: &[u8]) -> Result<Time, NotATar> {
    parsed(value).ok_or_else(|| NotATar::new("the record `mtime` of a header is not a time"))
}

fn parsed(value: &[u8]) -> Option<Time> {
    let (negative, value) = match value.strip_prefix(b"-") {
        Some(rest) => (true, rest),
        None => (false, value),
    };
    let point = value.iter().position(|byte| *byte == b'.');
    let (seconds, fraction) = value.split_at_checked(point.unwrap_or(value.len()))?;
    let seconds: i64 = whole(seconds)?;
    let fraction = fraction.get(1..).unwrap_or_default();
    if !fraction.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let mut nanoseconds = 0u32;
    for place in 0..9 {
        let digit = fraction.get(place).map_or(0, |digit| digit - b'0');
        nanoseconds = nanoseconds * 10 + u32::from(digit);
    }
    Some(match (negative, nanoseconds) {
        (false, nanoseconds) => Time {
            seconds,
            nanoseconds,
        },
        (true, 0) => Time {
            seconds: -seconds,
            nanoseconds: 0,
        },
        (true, nanoseconds) => Time {
            seconds: -seconds - 1,
            nanoseconds: 1_000_000_000 - nanoseconds,
        },
    })
}

/// A record with its length in front, which counts its own digits too.
pub(super) fn write(into: &mut Vec<u8>, key: &[u8], value: &[u8]) {
    let rest = key.len() + value.len() + 3;
    let mut length = rest + 1;
    while rest + length.to_string().len() != length {
        length = rest + length.to_string().len();
    }
    into.extend(format!("{length} ").bytes());
    into.extend(key);
    into.push(b'=');
    into.extend(value);
    into.push(b'\n');
}

/// The text of a time.
pub(super) fn time_text(time: Time) -> String {
    match (time.seconds, time.nanoseconds) {
        (seconds, 0) => seconds.to_string(),
        (seconds, nanoseconds) if seconds < 0 => {
            format!("-{}.{:09}", -(seconds + 1), 1_000_000_000 - nanoseconds)
        }
        (seconds, nanoseconds) => format!("{seconds}.{nanoseconds:09}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_comes_back_whatever_its_value_holds() {
        for length in [0, 1, 88, 89, 90, 91, 986, 987, 988, 9980] {
            let value = vec![b'\n'; length];
            let mut bytes = Vec::new();
            write(&mut bytes, b"path", &value);
            write(&mut bytes, b"k", b"=");
            let records = read(&bytes).unwrap();
            assert_eq!(
                records,
                [(&b"path"[..], &value[..]), (&b"k"[..], &b"="[..])]
            );
        }
    }

    #[test]
    fn records_that_are_cut_or_lie_about_their_length_are_refused() {
        for wrong in [
            &b"12 path=abc"[..],
            b"99 path=abc\n",
            b"5 path=abc\n",
            b"11 pathabcd\n",
            b"-1 path=a\n",
            b"+9 pat=a\n",
            b" path=a\n",
            b"0 \n",
            b"3 \n",
            b"6 =ab\n",
            b"99999999999999999999999 path=a\n",
            b"\0\0\0\0",
        ] {
            assert!(read(wrong).is_err(), "{}", wrong.escape_ascii());
        }
    }

    #[test]
    fn times_have_a_sign_and_a_fraction() {
        let time = |seconds, nanoseconds| Time {
            seconds,
            nanoseconds,
        };
        for (text, value) in [
            ("0", time(0, 0)),
            ("1700000000.5", time(1_700_000_000, 500_000_000)),
            ("-1.25", time(-2, 750_000_000)),
            ("-3", time(-3, 0)),
            ("-0.5", time(-1, 500_000_000)),
        ] {
            assert_eq!(parsed(text.as_bytes()), Some(value), "{text}");
            assert_eq!(parsed(time_text(value).as_bytes()), Some(value), "{text}");
        }
        assert_eq!(parsed(b"1.0000000019"), Some(time(1, 1)));
        for wrong in ["", "-", ".5", "1.x", "1,5", "99999999999999999999", "--1"] {
            assert_eq!(parsed(wrong.as_bytes()), None, "{wrong}");
        }
    }
}
