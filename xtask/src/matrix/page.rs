//! The page of `cargo xtask matrix`, `docs/engines.md`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::argued::Argued;
use super::failures;
use crate::test::{Skip, Tried};

/// More than this of an answer adds nothing.
const LONGEST: usize = 300;

pub(super) fn page(tried: &[Tried]) -> String {
    let mut page = String::from(
        "# Engines\n\n\
         Written by `cargo xtask matrix`: the live tests of the Rust crates and of the R package,\n\
         on each private engine. `xtask/src/engine/kind.rs` tells what these are made of. Not\n\
         run is what an engine is not made for. Each failure is argued below.\n\n\
         | engine | version | API | Rust passed | R passed | failed | not run |\n\
         |---|---|---|--:|--:|--:|--:|\n",
    );
    for tried in tried {
        // A page of a few lines; writing to a string cannot fail.
        let _ = writeln!(
            page,
            "| {} | {} | {} to {} | {} | {} | {} | {} |",
            tried.engine,
            tried.version.version,
            tried.version.min_api,
            tried.version.api,
            tried.rust.passed,
            tried.r.passed,
            failures(tried).count(),
            skips(tried).count(),
        );
    }
    page.push_str(&failed(tried));
    page.push_str(&not_run(tried));
    page
}

fn failed(tried: &[Tried]) -> String {
    let mut part = String::from("\n## Failed\n");
    for tried in tried {
        let mut failures = failures(tried).peekable();
        if failures.peek().is_none() {
            continue;
        }
        let _ = write!(part, "\n### {}\n", tried.engine);
        for failure in failures {
            let because = Argued::of(tried.engine, &failure.test)
                .map_or("Not argued yet.", |argued| argued.because);
            let _ = write!(part, "\n- {}\n", failure.test);
            if !failure.answer.is_empty() {
                let _ = writeln!(part, "  `{}`", answer(&failure.answer));
            }
            let _ = writeln!(part, "  {because}");
        }
    }
    part
}

/// By reason, since one reason is that of several tests and engines.
fn not_run(tried: &[Tried]) -> String {
    let mut reasons: BTreeMap<&str, BTreeMap<&str, Vec<&str>>> = BTreeMap::new();
    for tried in tried {
        for skip in skips(tried) {
            let tests = reasons.entry(&skip.reason).or_default();
            tests.entry(&skip.test).or_default().push(tried.engine);
        }
    }
    let mut part = String::from("\n## Not run\n\n");
    for (reason, tests) in reasons {
        let _ = writeln!(part, "- {reason}");
        for (test, engines) in tests {
            let _ = writeln!(part, "  - {test} ({})", engines.join(", "));
        }
    }
    part
}

fn skips(tried: &Tried) -> impl Iterator<Item = &Skip> {
    tried.rust.skipped.iter().chain(&tried.r.skipped)
}

/// An answer on one line, without what differs from run to run.
fn answer(said: &str) -> String {
    let mut line = String::new();
    for word in said.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&without_ids(&without_folder(word)).replace('`', "'"));
        if line.chars().count() > LONGEST {
            let cut = line.chars().take(LONGEST);
            return cut.chain(['…']).collect();
        }
    }
    line
}

/// The socket without the folder that it is in on this machine.
fn without_folder(word: &str) -> String {
    const SOCKET: &str = "/docker.sock";
    match (word.find('/'), word.find(SOCKET)) {
        (Some(start), Some(end)) if start < end => {
            let start = word.find("://").map_or(start, |scheme| scheme + 3);
            let before = word.get(..start).unwrap_or_default();
            format!("{before}{}", word.get(end + 1..).unwrap_or_default())
        }
        _ => word.to_owned(),
    }
}

/// Long runs of hexadecimal digits become `ID`.
fn without_ids(word: &str) -> String {
    let mut out = String::new();
    let mut run = String::new();
    for letter in word.chars().map(Some).chain([None]) {
        match letter {
            Some(digit) if digit.is_ascii_hexdigit() => run.push(digit),
            other => {
                out.push_str(if run.len() < 12 { &run } else { "ID" });
                run.clear();
                out.extend(other);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_one_line_that_the_next_run_gives_again() {
        let said = "left: \"a\"\n right: no `x` for 4e5c7a9b0d1f2a3b,\nbut 1234\n";
        assert_eq!(answer(said), "left: \"a\" right: no 'x' for ID, but 1234");
        let at = "unix:///home/a/run/x/docker.sock: no Unix(\"/home/a/docker.sock\")";
        assert_eq!(answer(at), "unix://docker.sock: no Unix(\"docker.sock\")");
        let long = "word ".repeat(200);
        assert_eq!(answer(&long).chars().count(), LONGEST + 1);
    }
}
