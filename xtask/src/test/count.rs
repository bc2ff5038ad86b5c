//! What a ring has to show: how many tests passed, which failed, which were
//! skipped and why.

use std::fmt;
use std::ops::AddAssign;

/// A test that did not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Skip {
    pub(super) test: String,
    pub(super) reason: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) passed: usize,
    pub(super) failed: Vec<String>,
    pub(super) skipped: Vec<Skip>,
}

impl Count {
    /// One check that holds.
    pub(super) fn one() -> Self {
        Self {
            passed: 1,
            ..Self::default()
        }
    }

    pub(super) fn failure(what: impl Into<String>) -> Self {
        Self {
            failed: vec![what.into()],
            ..Self::default()
        }
    }

    pub(super) fn skip(test: impl Into<String>, reason: impl Into<String>) -> Self {
        let (test, reason) = (test.into(), reason.into());
        Self {
            skipped: vec![Skip { test, reason }],
            ..Self::default()
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.passed == 0 && self.failed.is_empty() && self.skipped.is_empty()
    }
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed.extend(other.failed);
        self.skipped.extend(other.skipped);
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} passed, {} failed, {} skipped",
            self.passed,
            self.failed.len(),
            self.skipped.len()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_totals_has_the_form_that_machines_look_for() {
        let mut total = Count::one();
        total += Count::failure("a");
        total += Count::skip("b", "because");
        total += Count::one();
        assert_eq!(total.to_string(), "2 passed, 1 failed, 1 skipped");
    }
}
