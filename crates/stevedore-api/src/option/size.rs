//! Sizes: `512m`.

use std::fmt;
use std::str::FromStr;

use super::{Invalid, number};

const WHAT: &str = "size";

/// The units by their letters, each 1024 times the one before.
const UNITS: &[u8] = b"bkmgtp";

/// A number of bytes, as `--memory` and the like take it: a number and a unit out
/// of `b`, `k`, `m`, `g`, `t`, `p`, each 1024 times the one before. Without a unit
/// it counts bytes; `kb` and `KiB` are `k`.
///
/// ```
/// use stevedore_api::option::Size;
///
/// let size: Size = "1.5g".parse()?;
/// assert_eq!(size.bytes(), 3 << 29);
/// assert_eq!(size.to_string(), "1536m");
/// # Ok::<(), stevedore_api::option::Invalid>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Size(i64);

impl Size {
    /// So many bytes; nothing where the API has no number for them.
    pub fn from_bytes(bytes: u64) -> Option<Self> {
        i64::try_from(bytes).ok().map(Self)
    }

    /// How many bytes it is, as the API takes them; never less than none.
    pub fn bytes(self) -> i64 {
        self.0
    }
}

impl From<Size> for i64 {
    fn from(size: Size) -> Self {
        size.0
    }
}

impl FromStr for Size {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_unit = |c: char| !(c.is_ascii_digit() || matches!(c, '.' | ' '));
        let (number, unit) = match text.rfind(|c| !is_unit(c)) {
            None => {
                let expected = "a number with a unit, such as 512m";
                return Err(Invalid::new(WHAT, text, text, expected));
            }
            // A single blank may stand before the unit.
            Some(last) if text.get(last..).is_some_and(|rest| rest.starts_with(' ')) => {
                text.split_at(last)
            }
            Some(last) => text.split_at(last + 1),
        };
        let number_of = number::decimal(number).filter(|number| *number >= 0.0);
        let Some(number_of) = number_of else {
            let expected = "a number that is not negative";
            return Err(Invalid::new(WHAT, text, number, expected));
        };
        let factor = factor(unit.strip_prefix(' ').unwrap_or(unit))
            .ok_or_else(|| Invalid::new(WHAT, text, unit, "one of the units b, k, m, g, t, p"))?;
        let bytes = number_of * factor;
        #[allow(clippy::cast_precision_loss, reason = "a power of two is exact")]
        let is_too_large = bytes >= i64::MAX as f64;
        if is_too_large {
            return Err(Invalid::new(WHAT, text, text, "less than 2^63 bytes"));
        }
        #[allow(clippy::cast_possible_truncation, reason = "parts of a byte are none")]
        Ok(Self(bytes as i64))
    }
}

/// How many bytes the unit is.
fn factor(unit: &str) -> Option<f64> {
    let unit = unit.to_ascii_lowercase();
    let mut letters = unit.chars();
    let Some(letter) = letters.next() else {
        return Some(1.0);
    };
    let power = UNITS.iter().position(|it| char::from(*it) == letter)?;
    match letters.as_str() {
        "" => {}
        "b" | "ib" if power > 0 => {}
        _ => return None,
    }
    Some(1024_f64.powi(i32::try_from(power).ok()?))
}

/// In the largest unit in which it is whole.
impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut number = self.0;
        let mut units = UNITS.iter().skip(1).peekable();
        let mut unit = None;
        while number > 0 && number % 1024 == 0 && units.peek().is_some() {
            number /= 1024;
            unit = units.next();
        }
        write!(f, "{number}")?;
        unit.map_or(Ok(()), |unit| write!(f, "{}", char::from(*unit)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_powers_of_1024_in_any_case() {
        for (text, bytes) in [
            ("0", 0),
            ("512", 512),
            ("512b", 512),
            ("1k", 1024),
            ("1KiB", 1024),
            ("1 Kb", 1024),
            (".5M", 512 << 10),
            ("1.5g", 3 << 29),
            ("2p", 2 << 50),
            ("1.9b", 1),
            ("1e3", 1000),
            ("5.", 5),
        ] {
            assert_eq!(text.parse::<Size>().unwrap().bytes(), bytes, "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused_where_it_is_wrong() {
        for (text, part) in [
            ("", ""),
            ("m", "m"),
            ("-1", "-1"),
            ("5x", "x"),
            ("5ib", "ib"),
            ("5bb", "bb"),
            ("1  g", "1 "),
            ("1.2.3", "1.2.3"),
            ("9e99", "9e99"),
            ("1 000", "1 000"),
        ] {
            let error = text.parse::<Size>().unwrap_err();
            assert_eq!(error.part(), part, "{text}");
        }
    }
}
