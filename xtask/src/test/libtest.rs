//! What Rust's test programs print, counted.

use super::count::{Count, Skip};

/// A test that finds out while it runs that it can't, and says why, prints a
/// line that starts so.
const SKIPPED: &str = "skipped: ";

/// Count what one or more test programs said, run with `--show-output`.
pub(super) fn count(text: &str) -> Count {
    let mut count = Count::default();
    let mut passed: Vec<&str> = Vec::new();
    let mut speaker = None;
    let mut begun = 0_usize;
    let mut ended = 0_usize;
    for line in text.lines() {
        if is_beginning(line) {
            begun += 1;
        } else if line.starts_with("test result: ") {
            ended += 1;
        } else if let Some((name, status)) = verdict(line) {
            match status.split_once(", ").unwrap_or((status, "")) {
                ("ok", _) => passed.push(name),
                ("ignored", reason) => count.skipped.push(Skip {
                    test: name.to_owned(),
                    reason: if reason.is_empty() {
                        "ignored, without a reason".to_owned()
                    } else {
                        reason.to_owned()
                    },
                }),
                _ => count.failed.push(name.to_owned()),
            }
        } else if let Some(name) = heading(line) {
            speaker = Some(name);
        } else if let (Some(reason), Some(name)) = (line.strip_prefix(SKIPPED), speaker)
            && let Some(at) = passed.iter().position(|passed| *passed == name)
        {
            passed.remove(at);
            count.skipped.push(Skip {
                test: name.to_owned(),
                reason: reason.to_owned(),
            });
        }
    }
    count.passed = passed.len();
    if begun != ended {
        count
            .failed
            .push("a test program that ended before its tests did".to_owned());
    }
    count
}

/// `running 3 tests`
fn is_beginning(line: &str) -> bool {
    let number = line.strip_prefix("running ");
    let number = number.and_then(|rest| {
        rest.strip_suffix(" tests")
            .or_else(|| rest.strip_suffix(" test"))
    });
    number.is_some_and(|number| number.parse::<usize>().is_ok())
}

/// `test name ... ok`
fn verdict(line: &str) -> Option<(&str, &str)> {
    let (name, status) = line.strip_prefix("test ")?.rsplit_once(" ... ")?;
    let known = ["ok", "FAILED", "ignored"];
    let is_verdict = known.iter().any(|word| status.starts_with(word));
    is_verdict.then_some((name, status))
}

/// `---- name stdout ----`
fn heading(line: &str) -> Option<&str> {
    line.strip_prefix("---- ")?.strip_suffix(" stdout ----")
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUN: &str = "
running 4 tests
test host::a_path_is_a_socket ... ok
test live::pulls ... ok
test slow ... ignored, takes an hour
test wrong - should panic ... FAILED

successes:

---- live::pulls stdout ----
skipped: the engine has no registry


successes:
    host::a_path_is_a_socket
    live::pulls

failures:

---- wrong stdout ----
test is not what it seems

failures:
    wrong

test result: FAILED. 2 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s

";

    fn skip(test: &str, reason: &str) -> Skip {
        Skip {
            test: test.to_owned(),
            reason: reason.to_owned(),
        }
    }

    #[test]
    fn each_verdict_is_counted_and_a_skip_keeps_its_reason() {
        let count = count(RUN);
        assert_eq!(count.passed, 1);
        assert_eq!(count.failed, ["wrong - should panic"]);
        let expected = [
            skip("slow", "takes an hour"),
            skip("live::pulls", "the engine has no registry"),
        ];
        assert_eq!(count.skipped, expected);
    }

    #[test]
    fn several_programs_add_up() {
        let twice = format!("{RUN}{RUN}");
        assert_eq!(count(&twice).passed, 2);
        assert_eq!(count(&twice).failed.len(), 2);
    }

    #[test]
    fn a_program_that_dies_half_way_is_a_failure() {
        let text = "running 2 tests\ntest a ... ok\n";
        let count = count(text);
        assert_eq!(count.passed, 1);
        assert_eq!(count.failed.len(), 1);
    }

    #[test]
    fn doctests_are_tests() {
        let text = "\nrunning 2 tests\n\
            test crates/a/src/lib.rs - (line 3) - compile ... ok\n\
            test crates/a/src/lib.rs - b (line 9) ... ignored\n\n\
            test result: ok. 1 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.20s\n";
        let count = count(text);
        assert_eq!(count.passed, 1);
        assert_eq!(count.skipped.len(), 1);
    }
}
