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
    let mut words = Words::default();
    for line in text.lines() {
        if is_beginning(line) {
            begun += 1;
        } else if line.starts_with("test result: ") {
            ended += 1;
        } else if let Some((name, status)) = verdict(line) {
            match status.split_once(", ").unwrap_or((status, "")) {
                ("ok", _) => passed.push(name),
                ("ignored", "") => {
                    count
                        .skipped
                        .push(Skip::told(name, "ignored, without a reason"));
                }
                ("ignored", reason) => count.skipped.push(Skip::told(name, reason)),
                _ => count.fail(name, ""),
            }
        } else if let Some(name) = heading(line) {
            speaker = Some(name);
            words = Words::default();
        } else if let (Some(reason), Some(name)) = (line.strip_prefix(SKIPPED), speaker)
            && let Some(at) = passed.iter().position(|passed| *passed == name)
        {
            passed.remove(at);
            count.skipped.push(Skip::told(name, reason));
        } else if let Some(name) = speaker
            && words.are_of_a_panic(line)
            && let Some(failure) = count.failed.iter_mut().find(|it| it.test == name)
        {
            failure.answer.extend([line.trim(), "\n"]);
        }
    }
    count.passed = passed.len();
    if begun != ended {
        count.fail("a test program that ended before its tests did", "");
    }
    count
}

/// Where in the words of a test that panicked we are.
#[derive(Default)]
struct Words {
    is_panicking: bool,
}

impl Words {
    /// Whether a line is part of the message of a panic, between the line that tells where it
    /// was and the one that tells how to see more.
    fn are_of_a_panic(&mut self, line: &str) -> bool {
        if line.starts_with("thread '") && line.contains(" panicked at ") {
            self.is_panicking = true;
            return false;
        }
        if line.starts_with("stack backtrace:")
            || line.starts_with("note: run with `RUST_BACKTRACE")
            || line.is_empty()
        {
            self.is_panicking = false;
        }
        self.is_panicking
    }
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
test wrong ... FAILED

successes:

---- live::pulls stdout ----
skipped: the engine has no registry


successes:
    host::a_path_is_a_socket
    live::pulls

failures:

---- wrong stdout ----
test is not what it seems

thread 'wrong' (8) panicked at src/wrong.rs:5:1:
assertion `left == right` failed
  left: 1
 right: 2
stack backtrace:
   0: rust_begin_unwind
note: Some details are omitted


failures:
    wrong

test result: FAILED. 2 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s

";

    #[test]
    fn each_verdict_is_counted_and_a_skip_keeps_its_reason() {
        let count = count(RUN);
        assert_eq!(count.passed, 1);
        assert_eq!(count.failed.len(), 1);
        assert_eq!(count.failed[0].test, "wrong");
        let expected = [
            Skip::told("slow", "takes an hour"),
            Skip::told("live::pulls", "the engine has no registry"),
        ];
        assert_eq!(count.skipped, expected);
    }

    #[test]
    fn a_failure_keeps_what_was_said_of_it_and_nothing_around_it() {
        assert_eq!(
            count(RUN).failed[0].to_string(),
            "wrong: assertion `left == right` failed left: 1 right: 2 "
        );
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
