//! What a ring has to show: how many tests passed, which failed, which were
//! skipped and why.

use std::fmt;
use std::ops::AddAssign;

/// A test that did not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Skip {
    pub(crate) test: String,
    pub(crate) reason: String,
    /// Not for want of something on this machine: the engine is not made for it.
    pub(crate) is_engines: bool,
}

/// How a test begins a reason that lies with the engine.
const ENGINES: &str = "engine: ";

impl Skip {
    /// From the reason that the test told.
    pub(super) fn told(test: impl Into<String>, reason: &str) -> Self {
        let of_engine = reason.strip_prefix(ENGINES);
        Self {
            test: test.into(),
            reason: of_engine.unwrap_or(reason).to_owned(),
            is_engines: of_engine.is_some(),
        }
    }
}

impl fmt::Display for Skip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.test, self.reason)
    }
}

/// A test that did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) test: String,
    /// What it said of it; empty where there is nothing to say.
    pub(crate) answer: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { test, answer } = self;
        f.write_str(test)?;
        if answer.is_empty() {
            return Ok(());
        }
        write!(f, ": {}", answer.replace('\n', " "))
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) passed: usize,
    pub(crate) failed: Vec<Failure>,
    pub(crate) skipped: Vec<Skip>,
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
        let mut count = Self::default();
        count.fail(what, "");
        count
    }

    pub(super) fn fail(&mut self, test: impl Into<String>, answer: impl Into<String>) {
        self.failed.push(Failure {
            test: test.into(),
            answer: answer.into(),
        });
    }

    pub(super) fn skip(test: impl Into<String>, reason: &str) -> Self {
        Self {
            skipped: vec![Skip::told(test, reason)],
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
    fn a_reason_tells_whether_it_lies_with_the_engine() {
        let skip = Skip::told("a", "engine: it has no swarm");
        assert!(skip.is_engines);
        assert_eq!(skip.to_string(), "a: it has no swarm");
        assert!(!Skip::told("a", "no engine: none").is_engines);
    }

    #[test]
    fn the_line_of_totals_has_the_form_that_machines_look_for() {
        let mut total = Count::one();
        total += Count::failure("a");
        total += Count::skip("b", "because");
        total += Count::one();
        assert_eq!(total.to_string(), "2 passed, 1 failed, 1 skipped");
    }
}
