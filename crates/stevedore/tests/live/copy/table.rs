//! The table of copies, and who does them: we, and the docker command where there is one.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use stevedore::Docker;
use stevedore::container::{Container, CopyOptions, Kill};

use super::tree::Tree;
use super::{running, said};
use crate::support::{host, remove};

/// What each case begins with.
pub(crate) const SETUP: &str = include_str!("setup.sh");

/// Copies that we do otherwise than the docker command, and why.
const OTHERWISE: &[(&str, &str)] = &[("out - $/fifo out", NO_FIFO), ("out - $/fifo new", NO_FIFO)];

const NO_FIFO: &str = "what a container holds makes no fifo or device on this side";

/// One line of the table, with what is recorded below it.
struct Case {
    /// `out - $/f new`.
    words: String,
    recorded: Vec<String>,
}

impl Case {
    fn is_out(&self) -> bool {
        self.words.starts_with("out")
    }

    /// The options, the source and the destination.
    fn parts(&self) -> [&str; 3] {
        let words: Vec<_> = self.words.split(' ').skip(1).collect();
        words.try_into().unwrap()
    }

    /// Both ends, where the case number `n` has them.
    fn ends(&self, n: usize, folder: &Path) -> (String, String) {
        let [_, source, destination] = self.parts();
        let inside = |path: &str| {
            path.replacen('$', &format!("/c{n}"), 1)
                .replacen('%', &format!("c{n}"), 1)
        };
        let here = |path: &str| format!("{}/{path}", folder.display());
        if self.is_out() {
            (inside(source), here(destination))
        } else {
            (here(source), inside(destination))
        }
    }
}

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/live/copy/table.txt")
}

/// The lines before the first case, and the cases.
fn table() -> (Vec<String>, Vec<Case>) {
    let (mut head, mut cases) = (Vec::new(), Vec::<Case>::new());
    for line in fs::read_to_string(path()).unwrap().lines() {
        match (line.strip_prefix("  "), cases.last_mut()) {
            (Some(line), Some(case)) => case.recorded.push(line.to_owned()),
            _ if line.starts_with('#') => head.push(line.to_owned()),
            _ => cases.push(Case {
                words: line.to_owned(),
                recorded: Vec::new(),
            }),
        }
    }
    (head, cases)
}

/// Who copies.
enum Who {
    We,
    /// The docker command, by its path, with its folder of settings.
    Command(PathBuf, tempfile::TempDir),
}

/// Does all copies of the table, and compares what comes of each.
pub(crate) async fn compare(docker: &Docker, runs: bool) {
    if fs::metadata("/proc/self").unwrap().uid() != 0 {
        println!("SKIPPED: only root can make the files of several owners");
        return;
    }
    let (head, mut cases) = table();
    let command = std::env::var_os("STEVEDORE_TEST_CLI").map(PathBuf::from);
    let theirs = match command {
        Some(path) => {
            let who = Who::Command(path, tempfile::tempdir().unwrap());
            Some(outcomes(docker, runs, &cases, &who).await)
        }
        None => None,
    };
    if let (Some(theirs), true) = (&theirs, std::env::var_os("STEVEDORE_TEST_RECORD").is_some()) {
        for (case, outcome) in cases.iter_mut().zip(theirs) {
            case.recorded.clone_from(outcome);
        }
        record(&head, &cases);
    }
    let ours = outcomes(docker, runs, &cases, &Who::We).await;
    let mut different = Vec::new();
    for (n, (case, ours)) in cases.iter().zip(&ours).enumerate() {
        let mut compared = vec![("we", ours)];
        compared.extend(
            theirs
                .iter()
                .filter_map(|them| them.get(n))
                .map(|it| ("they", it)),
        );
        let otherwise = OTHERWISE.iter().any(|(words, _)| *words == case.words);
        for (who, outcome) in compared {
            if (*outcome == case.recorded) == (who == "we" && otherwise) {
                different.push(format!(
                    "{}\n  recorded: {:#?}\n  {who}: {outcome:#?}",
                    case.words, case.recorded
                ));
            }
        }
    }
    println!(
        "{} copies of a {} container, {} of them done otherwise; compared with {}",
        cases.len(),
        if runs { "running" } else { "stopped" },
        OTHERWISE.len(),
        match &theirs {
            Some(_) => "the docker command and the record of it",
            None => "the record of the docker command: STEVEDORE_TEST_CLI names none",
        }
    );
    for (words, why) in OTHERWISE {
        println!("otherwise: {words}: {why}");
    }
    assert!(cases.len() >= 60);
    assert!(different.is_empty(), "{}", different.join("\n"));
}

fn record(head: &[String], cases: &[Case]) {
    let mut text = head.join("\n") + "\n";
    for case in cases {
        writeln!(text, "{}", case.words).unwrap();
        for line in &case.recorded {
            writeln!(text, "  {line}").unwrap();
        }
    }
    fs::write(path(), text).unwrap();
}

/// What comes of each case.
async fn outcomes(docker: &Docker, runs: bool, cases: &[Case], who: &Who) -> Vec<Vec<String>> {
    let container = running(docker).await;
    let folder = tempfile::tempdir().unwrap();
    let setup = format!(
        "for n in $(seq 0 {}); do mkdir /c$n; cd /c$n; (\n{SETUP}\n) || exit 1; done",
        cases.len()
    );
    said(&container, &setup).await;
    if !runs {
        container.kill_with(Kill::new()).await.unwrap();
        container.wait().await.unwrap();
    }
    // Every case begins with the same.
    let made = |n: usize| {
        let here = folder.path().join(format!("c{n}"));
        fs::create_dir(&here).unwrap();
        let mut setup = Command::new("sh");
        let made = setup.args(["-c", SETUP]).current_dir(&here).status();
        assert!(made.unwrap().success());
        here
    };
    let first = made(cases.len());
    let there = format!("/c{}", cases.len());
    let untouched = look(true, &container, &first, &there).await;
    let inside = look(false, &container, &first, &there).await;
    let mut outcomes = Vec::new();
    for (n, case) in cases.iter().enumerate() {
        let here = made(n);
        let failure = copy(case, n, &container, &here, who).await;
        // What a failure leaves is not compared: only whether and why it fails.
        outcomes.push(if let Some(why) = failure {
            vec![format!("error: {why}")]
        } else {
            let after = look(case.is_out(), &container, &here, &format!("/c{n}")).await;
            let before = if case.is_out() { &untouched } else { &inside };
            before.changes(&after)
        });
    }
    remove(&container).await;
    outcomes
}

/// One of the two sides: this one, or the container.
async fn look(is_here: bool, container: &Container, here: &Path, there: &str) -> Tree {
    let tree = if is_here {
        Tree::of_folder(here)
    } else {
        Tree::of_container(container, &format!("{there}/.")).await
    };
    tree.without(&[here.to_str().unwrap(), there])
}

/// Copies; in which way it failed, if it did.
async fn copy(
    case: &Case,
    n: usize,
    container: &Container,
    here: &Path,
    who: &Who,
) -> Option<&'static str> {
    let [options, ..] = case.parts();
    let (from, to) = case.ends(n, here);
    let message = match who {
        Who::We => {
            let with = CopyOptions::new()
                .archive(options.contains('a'))
                .follow_link(options.contains('L'));
            let copied = if case.is_out() {
                container.copy_out_with(&from, &to, &with).await
            } else {
                container.copy_in_with(&from, &to, &with).await
            };
            copied.err().map(|error| error.chain())
        }
        Who::Command(path, settings) => {
            let mut command = Command::new(path);
            command
                .arg("cp")
                .args((options != "-").then_some(options))
                .env("DOCKER_HOST", host().to_string())
                .env("DOCKER_CONFIG", settings.path())
                .stdin(Stdio::null());
            let inside = |path: &str| format!("{}:{path}", container.id());
            if case.is_out() {
                command.args([inside(&from), to]);
            } else {
                command.args([from, inside(&to)]);
            }
            let output = command.output().unwrap();
            (!output.status.success()).then(|| String::from_utf8(output.stderr).unwrap())
        }
    };
    message.map(|message| kind(&case.words, &message))
}

/// What an error is about, by words that either side uses for it.
fn kind(case: &str, message: &str) -> &'static str {
    let message = message.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| message.contains(word));
    if has(&["invalid symlink", "leads out"]) {
        "a link leads out"
    } else if has(&["cannot copy dir", "overwrite file"]) {
        "a directory onto a file"
    } else if has(&["a device or a fifo"]) {
        "a fifo"
    } else if has(&["too many"]) {
        "too many links"
    } else if has(&["not a dir"]) {
        "not a directory"
    } else if has(&[
        "no such directory",
        "directory does not exist",
        "is a directory but does not exist",
        "invalid output path",
    ]) {
        "no such directory"
    } else if has(&["could not find", "no such file", "file does not exist"]) {
        "no such file"
    } else {
        panic!("{case}: an error of no known kind: {message}")
    }
}
