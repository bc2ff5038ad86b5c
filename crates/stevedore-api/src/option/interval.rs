//! Lengths of time: `1h30m`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::Invalid;

const WHAT: &str = "length of time";

const UNITS: &[(&str, u64)] = &[
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    // The micro sign, and the Greek letter that looks the same.
    ("us", 1_000),
    ("\u{b5}s", 1_000),
    ("\u{3bc}s", 1_000),
    ("ns", 1),
];

/// A length of time, as `--health-interval` and the like take it: numbers with
/// their units `h`, `m`, `s`, `ms`, `us`, `ns` in a row, or `0`.
///
/// ```
/// use std::time::Duration;
/// use stevedore_api::option::Interval;
///
/// let interval: Interval = "1h30m".parse()?;
/// assert_eq!(Duration::from(interval), Duration::from_secs(5400));
/// assert_eq!(interval.to_string(), "1h30m0s");
/// # Ok::<(), stevedore_api::option::Invalid>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Interval(Duration);

impl From<Duration> for Interval {
    fn from(duration: Duration) -> Self {
        Self(duration)
    }
}

impl From<Interval> for Duration {
    fn from(interval: Interval) -> Self {
        interval.0
    }
}

impl FromStr for Interval {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut rest = text.strip_prefix('+').unwrap_or(text);
        if rest == "0" {
            return Ok(Self::default());
        }
        if rest.is_empty() {
            let expected = "a number with a unit, such as 1h30m";
            return Err(Invalid::new(WHAT, text, rest, expected));
        }
        let mut nanoseconds: u64 = 0;
        while !rest.is_empty() {
            let is_number = |c: char| c.is_ascii_digit() || c == '.';
            let end = rest.find(|c| !is_number(c)).unwrap_or(rest.len());
            let (number, behind) = rest.split_at(end);
            let end = behind.find(is_number).unwrap_or(behind.len());
            let (unit, behind) = behind.split_at(end);
            if !number.contains(|c: char| c.is_ascii_digit()) || number.matches('.').count() > 1 {
                let part = if number.is_empty() { unit } else { number };
                return Err(Invalid::new(
                    WHAT,
                    text,
                    part,
                    "a number that is not negative",
                ));
            }
            let Some((_, factor)) = UNITS.iter().find(|(name, _)| *name == unit) else {
                let expected = "one of the units h, m, s, ms, us, ns";
                return Err(Invalid::new(WHAT, text, unit, expected));
            };
            nanoseconds = many(number, *factor)
                .and_then(|more| nanoseconds.checked_add(more))
                .filter(|sum| i64::try_from(*sum).is_ok())
                .ok_or_else(|| Invalid::new(WHAT, text, text, "less than 2^63 nanoseconds"))?;
            rest = behind;
        }
        Ok(Self(Duration::from_nanos(nanoseconds)))
    }
}

/// So many nanoseconds as the decimal number counts units; parts of one are none.
fn many(number: &str, factor: u64) -> Option<u64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let whole: u64 = match whole {
        "" => 0,
        digits => digits.parse().ok()?,
    };
    // 18 digits tell parts of an hour far below a nanosecond.
    let (mut part, mut scale) = (0_u128, 1_u128);
    for digit in fraction.bytes().take(18) {
        part = part * 10 + u128::from(digit - b'0');
        scale *= 10;
    }
    let part = u64::try_from(part * u128::from(factor) / scale).ok()?;
    whole.checked_mul(factor)?.checked_add(part)
}

/// As the docker command writes it: `1h30m0s`, `1.5s`, `250ms`.
impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, nanoseconds) = (self.0.as_secs(), self.0.subsec_nanos());
        if seconds == 0 {
            return match nanoseconds {
                0 => f.write_str("0s"),
                1..1_000 => write!(f, "{nanoseconds}ns"),
                1_000..1_000_000 => fraction(f, 0, nanoseconds, 3, "\u{b5}s"),
                _ => fraction(f, 0, nanoseconds, 6, "ms"),
            };
        }
        let (minutes, seconds) = (seconds / 60, seconds % 60);
        let (hours, minutes) = (minutes / 60, minutes % 60);
        if hours > 0 {
            write!(f, "{hours}h")?;
        }
        if hours > 0 || minutes > 0 {
            write!(f, "{minutes}m")?;
        }
        fraction(f, seconds, nanoseconds, 9, "s")
    }
}

/// A number with so many digits behind the point, without zeros at its end.
fn fraction(
    f: &mut fmt::Formatter<'_>,
    whole: u64,
    parts: u32,
    digits: usize,
    unit: &str,
) -> fmt::Result {
    let scale = 10_u64.pow(u32::try_from(digits).unwrap_or_default());
    let number = whole * scale + u64::from(parts);
    write!(f, "{}", number / scale)?;
    let behind = format!("{:0digits$}", number % scale);
    match behind.trim_end_matches('0') {
        "" => {}
        behind => write!(f, ".{behind}")?,
    }
    f.write_str(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_units_are_added_up() {
        for (text, nanoseconds, shown) in [
            ("0", 0, "0s"),
            ("5s", 5_000_000_000, "5s"),
            ("1m30s", 90_000_000_000, "1m30s"),
            ("1.5h", 5_400_000_000_000, "1h30m0s"),
            ("+.5s", 500_000_000, "500ms"),
            ("1us", 1_000, "1\u{b5}s"),
            ("1\u{3bc}s", 1_000, "1\u{b5}s"),
            ("1.5ms", 1_500_000, "1.5ms"),
            ("7ns", 7, "7ns"),
            ("1h2m3s4ms5us6ns", 3_723_004_005_006, "1h2m3.004005006s"),
            ("1.s", 1_000_000_000, "1s"),
            (
                "9223372036854775807ns",
                i64::MAX.unsigned_abs(),
                "2562047h47m16.854775807s",
            ),
        ] {
            let interval: Interval = text.parse().unwrap();
            assert_eq!(interval.0, Duration::from_nanos(nanoseconds), "{text}");
            assert_eq!(interval.to_string(), shown);
            assert_eq!(shown.parse(), Ok(interval));
        }
    }

    #[test]
    fn anything_else_is_refused_where_it_is_wrong() {
        for (text, part) in [
            ("", ""),
            ("5", ""),
            ("s", "s"),
            ("-1s", "-"),
            (".s", "."),
            ("1d", "d"),
            ("1s1", ""),
            ("1.5.5s", "1.5.5"),
            ("300000000h", "300000000h"),
            ("99999999999999999999s", "99999999999999999999s"),
        ] {
            let error = text.parse::<Interval>().unwrap_err();
            assert_eq!(error.part(), part, "{text}: {error}");
        }
    }
}
