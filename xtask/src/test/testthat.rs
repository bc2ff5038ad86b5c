//! What `xtask/r/testthat.R` writes about a run of R tests, counted.

use anyhow::{Result, bail};

use super::count::{Count, Skip};

/// The last line of a run that came to its end.
const END: &str = "end";

/// Count a report: one line a test, of verdict, file, test and message with
/// tabs between them, and a last line that says that all were run.
pub(super) fn count(report: &str) -> Result<Count> {
    let mut count = Count::default();
    let mut is_whole = false;
    for line in report.lines() {
        if line == END {
            is_whole = true;
            continue;
        }
        let fields: Vec<&str> = line.split('\t').collect();
        let [verdict, file, test, message] = fields.as_slice() else {
            bail!("the report of the R tests holds a line that is none: {line}");
        };
        let test = format!("{file}: {test}");
        match *verdict {
            "passed" => count.passed += 1,
            "failed" => count.fail(test, *message),
            "skipped" => count.skipped.push(Skip::told(test, message)),
            other => bail!("the report of the R tests holds a verdict that is none: {other}"),
        }
    }
    if !is_whole {
        count.fail("R ended before its tests did", "");
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_verdict_is_counted() {
        let report = "passed\ttest-a.R\tone\t\n\
            skipped\ttest-a.R\ttwo\tno engine\n\
            failed\ttest-b.R\tthree\tx is not y\n\
            end\n";
        let count = count(report).unwrap();
        assert_eq!(count.passed, 1);
        let failed = &count.failed[0];
        assert_eq!(
            (&*failed.test, &*failed.answer),
            ("test-b.R: three", "x is not y")
        );
        assert_eq!(count.skipped, [Skip::told("test-a.R: two", "no engine")]);
    }

    #[test]
    fn a_report_without_its_end_is_a_failure() {
        let count = count("passed\ttest-a.R\tone\t\n").unwrap();
        assert_eq!((count.passed, count.failed.len()), (1, 1));
    }

    #[test]
    fn a_line_that_is_none_is_an_error() {
        assert!(count("Error in library(stevedore)\n").is_err());
    }
}
