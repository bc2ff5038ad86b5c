//! Numbers of processors: `1.5`.

use std::fmt;
use std::str::FromStr;

use super::Invalid;

const WHAT: &str = "number of processors";

/// How many there are in one processor.
const BILLION: i128 = 1_000_000_000;

/// A number of processors, as `docker run --cpus` takes it: `1.5`, `.5`, also
/// `1/2` and `5e-1`. The API counts billionths.
///
/// ```
/// use stevedore_api::container::HostConfig;
/// use stevedore_api::option::Cpus;
///
/// let cpus: Cpus = "1.5".parse()?;
/// let host = HostConfig::new().nano_cpus(cpus.billionths());
/// assert_eq!(host.nano_cpus, Some(1_500_000_000));
/// # Ok::<(), stevedore_api::option::Invalid>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Cpus(i64);

impl Cpus {
    /// In billionths of a processor.
    pub fn billionths(self) -> i64 {
        self.0
    }
}

impl FromStr for Cpus {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = |expected: &'static str| Invalid::new(WHAT, text, text, expected);
        let (dividend, divisor) = ratio(text).ok_or_else(|| wrong("a number, such as 1.5"))?;
        let scaled = dividend
            .checked_mul(BILLION)
            .ok_or_else(|| wrong("a smaller number"))?;
        if scaled % divisor != 0 {
            return Err(wrong("no more than 9 digits behind the point"));
        }
        let billionths = i64::try_from(scaled / divisor);
        Ok(Self(billionths.map_err(|_| wrong("a smaller number"))?))
    }
}

/// The number as a fraction, whose divisor is above 0.
fn ratio(text: &str) -> Option<(i128, i128)> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    if let Some((dividend, divisor)) = digits.split_once('/') {
        let divisor = whole(divisor).filter(|divisor| *divisor > 0)?;
        return Some((sign * whole(dividend)?, divisor));
    }
    let (digits, power) = match digits.split_once(['e', 'E']) {
        Some((digits, power)) => (digits, power.parse::<i32>().ok()?),
        None => (digits, 0),
    };
    let (before, behind) = digits.split_once('.').unwrap_or((digits, ""));
    let number = whole(&format!("{before}{behind}"))?;
    let power = power.checked_sub(i32::try_from(behind.len()).ok()?)?;
    let scale = 10_i128.checked_pow(power.unsigned_abs());
    if power >= 0 {
        Some((sign * number.checked_mul(scale?)?, 1))
    } else {
        Some((sign * number, scale?))
    }
}

fn whole(digits: &str) -> Option<i128> {
    let is_whole = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    is_whole.then(|| digits.parse().ok()).flatten()
}

impl fmt::Display for Cpus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let number = i128::from(self.0).abs();
        write!(f, "{sign}{}", number / BILLION)?;
        let behind = format!("{:09}", number % BILLION);
        match behind.trim_end_matches('0') {
            "" => Ok(()),
            behind => write!(f, ".{behind}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_exact() {
        for (text, billionths, shown) in [
            ("1.5", 1_500_000_000, "1.5"),
            (".5", 500_000_000, "0.5"),
            ("2", 2_000_000_000, "2"),
            ("2.", 2_000_000_000, "2"),
            ("1/2", 500_000_000, "0.5"),
            ("1e-1", 100_000_000, "0.1"),
            ("12E1", 120_000_000_000, "120"),
            ("0.000000001", 1, "0.000000001"),
            ("-1", -1_000_000_000, "-1"),
            ("+1", 1_000_000_000, "1"),
        ] {
            let cpus: Cpus = text.parse().unwrap();
            assert_eq!(cpus.billionths(), billionths, "{text}");
            assert_eq!(cpus.to_string(), shown);
            assert_eq!(shown.parse(), Ok(cpus));
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            ".",
            "x",
            "1/0",
            "1/",
            "/2",
            "1/3",
            "0.0000000001",
            "99999999999",
            "1e99",
            "1e999999999999",
            "1e-40",
            "--1",
            "1e+-1",
            "1.2.3",
            "1 ",
            "170141183460469231731687303715884105728",
        ] {
            assert!(text.parse::<Cpus>().is_err(), "{text}");
        }
    }
}
