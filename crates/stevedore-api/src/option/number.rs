//! Numbers and truth, as the docker command reads them.

/// A whole number: decimal, or after `0x`, `0o`, `0` and `0b` in another base, with `_` between
/// digits where there is such a prefix.
pub(super) fn whole(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = digits.to_ascii_lowercase();
    let (base, digits) = [("0x", 16), ("0b", 2), ("0o", 8)]
        .into_iter()
        .find_map(|(prefix, base)| Some((base, lower.strip_prefix(prefix)?)))
        .unwrap_or_else(|| match lower.strip_prefix('0') {
            Some(rest) if !rest.is_empty() => (8, rest),
            _ => (10, lower.as_str()),
        });
    let plain = match digits.contains('_') {
        true if is_grouped(&lower) => digits.replace('_', ""),
        true => return None,
        false => digits.to_owned(),
    };
    if !plain.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let size = i128::from_str_radix(&plain, base).ok()?;
    i64::try_from(if negative { -size } else { size }).ok()
}

/// Whether each `_` stands between digits, or between a prefix and a digit.
fn is_grouped(digits: &str) -> bool {
    let digits = digits
        .strip_prefix("0x")
        .or_else(|| digits.strip_prefix("0b"))
        .or_else(|| digits.strip_prefix("0o"))
        .map_or(digits, |rest| rest.strip_prefix('_').unwrap_or(rest));
    digits.split('_').all(|group| !group.is_empty())
}

/// Truth in one of its spellings.
pub(super) fn flag(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

/// A decimal number that may have a fraction and an exponent.
pub(super) fn decimal(text: &str) -> Option<f64> {
    let digits = |c: char| c.is_ascii_digit();
    let plausible = |c: char| digits(c) || matches!(c, '.' | 'e' | 'E' | '+' | '-');
    (text.contains(digits) && text.chars().all(plausible))
        .then(|| text.parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_chooses_the_base() {
        for (text, number) in [
            ("10", 10),
            ("-10", -10),
            ("+1", 1),
            ("0", 0),
            ("0x1F", 31),
            ("0b11", 3),
            ("0o17", 15),
            ("017", 15),
            ("1_000", 1000),
            ("0x_ff", 255),
            ("-9223372036854775808", i64::MIN),
        ] {
            assert_eq!(whole(text), Some(number), "{text}");
        }
        for text in [
            "",
            "-",
            "x",
            "1.5",
            "0x",
            "09",
            "1__0",
            "_1",
            "1_",
            "--1",
            "+-1",
            "0x-1",
            "1 ",
            "9223372036854775808",
        ] {
            assert_eq!(whole(text), None, "{text}");
        }
    }

    #[test]
    fn a_decimal_needs_digits() {
        assert_eq!(decimal(".5"), Some(0.5));
        assert_eq!(decimal("1e3"), Some(1000.0));
        for text in ["", ".", "inf", "NaN", "e", "1e", "0x1", "1.2.3", " 1"] {
            assert_eq!(decimal(text), None, "{text}");
        }
    }
}
