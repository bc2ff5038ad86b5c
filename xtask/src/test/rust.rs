//! The rings of Rust. Everything is built once, with the same flags and the
//! same features; then each ring runs its part of what was built.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::count::Count;
use super::{Outcome, libtest};
use crate::choose::Chosen;
use crate::json::{at, text};
use crate::run;

/// The binding can't be linked without R around it; its tests are R's.
const WITHOUT_BINDING: [&str; 4] = ["--workspace", "--all-features", "--exclude", "stevedore-r"];

/// Which tests a program holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Unit,
    Wire,
    Live,
}

#[derive(Debug, PartialEq, Eq)]
struct Program {
    kind: Kind,
    file: PathBuf,
    /// The folder of its crate, which is where cargo runs tests.
    folder: PathBuf,
}

/// What cargo built.
#[derive(Debug, Default)]
pub(super) struct Built {
    programs: Vec<Program>,
    scripted: Option<PathBuf>,
}

impl Built {
    /// The scripted daemon's program, for tests that aren't Rust's.
    pub(super) fn scripted(&self) -> Result<&Path> {
        self.scripted
            .as_deref()
            .context("cargo built no program stevedore-scripted")
    }
}

pub(super) fn build() -> Result<Built> {
    let mut cargo = run::cargo();
    cargo
        .arg("build")
        .args(WITHOUT_BINDING)
        .args(["--lib", "--bins", "--tests", "--examples"])
        .arg("--message-format=json-render-diagnostics");
    let mut built = Built::default();
    let mut diagnostics = String::new();
    let status = run::lines(&mut cargo, |line| {
        if line.starts_with('{') {
            note(&mut built, line)?;
        } else {
            diagnostics.push_str(line);
            diagnostics.push('\n');
        }
        Ok(())
    })?;
    anyhow::ensure!(status.success(), "the tests don't build:\n{diagnostics}");
    Ok(built)
}

/// Take what matters from one of cargo's messages.
fn note(built: &mut Built, message: &str) -> Result<()> {
    let message: Value =
        serde_json::from_str(message).context("cannot read one of cargo's messages")?;
    let (Some(file), Some(folder)) = (
        at(&message, "/executable").as_str().map(PathBuf::from),
        at(&message, "/manifest_path")
            .as_str()
            .and_then(|manifest| Path::new(manifest).parent()),
    ) else {
        return Ok(());
    };
    let target = at(&message, "/target");
    let name = text(target, "/name");
    if at(&message, "/profile/test") == true {
        let kind = match (at(target, "/kind/0").as_str(), name) {
            (Some("test"), "wire" | "flat") => Kind::Wire,
            (Some("test"), "live") => Kind::Live,
            // Run by `cargo xtask coverage`.
            (Some("test"), "coverage") | (Some("example"), _) => return Ok(()),
            _ => Kind::Unit,
        };
        built.programs.push(Program {
            kind,
            file,
            folder: folder.to_path_buf(),
        });
    } else if name == "stevedore-scripted" {
        built.scripted = Some(file);
    }
    Ok(())
}

/// Run the programs of one kind, against an engine where they need one.
pub(super) fn tests(
    built: &Built,
    kind: Kind,
    engine: Option<&Chosen>,
    label: &str,
) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    for program in built.programs.iter().filter(|program| program.kind == kind) {
        let mut command = match engine {
            Some(engine) => engine.command(&program.file),
            None => Command::new(&program.file),
        };
        command
            .args(["--show-output", "--color", "never"])
            .current_dir(&program.folder)
            .env("CARGO_MANIFEST_DIR", &program.folder)
            .env("STEVEDORE_TEST_RUN", label)
            .env("STEVEDORE_SPEC", run::root().join("spec"));
        match engine {
            // Live tests are ignored by those who run the tests without one.
            Some(engine) => command
                .arg("--include-ignored")
                .env("STEVEDORE_TEST_DOCKER", &engine.host),
            None => command.env_remove("STEVEDORE_TEST_DOCKER"),
        };
        let said = run::quiet(&mut command)?;
        let mut count = libtest::count(&said.text);
        if !said.status.success() && count.failed.is_empty() {
            count.fail(format!("{} ({})", program.file.display(), said.status), "");
        }
        outcome.count += count;
        outcome.said.push_str(&said.text);
    }
    Ok(outcome)
}

pub(super) fn fmt() -> Result<Outcome> {
    check(run::cargo().args(["fmt", "--all", "--check"]))
}

pub(super) fn clippy() -> Result<Outcome> {
    let mut cargo = run::cargo();
    cargo.args([
        "clippy",
        "--quiet",
        "--workspace",
        "--all-features",
        "--all-targets",
    ]);
    check(cargo.args(["--", "-D", "warnings"]))
}

pub(super) fn docs() -> Result<Outcome> {
    let mut cargo = run::cargo();
    cargo.args([
        "doc",
        "--quiet",
        "--workspace",
        "--all-features",
        "--no-deps",
    ]);
    check(cargo.env("RUSTDOCFLAGS", "-D warnings"))
}

pub(super) fn doctests() -> Result<Outcome> {
    let mut cargo = run::cargo();
    cargo
        .args(["test", "--quiet", "--doc"])
        .args(WITHOUT_BINDING)
        .args(["--", "--format", "pretty", "--color", "never"]);
    let said = run::quiet(&mut cargo)?;
    let mut count = libtest::count(&said.text);
    if !said.status.success() && count.failed.is_empty() {
        count.fail("cargo test --doc", "");
    }
    Ok(Outcome {
        count,
        said: said.text,
    })
}

/// A command that holds or doesn't.
fn check(command: &mut Command) -> Result<Outcome> {
    let said = run::quiet(command)?;
    let count = if said.status.success() {
        Count::one()
    } else {
        Count::failure(run::shown(command))
    };
    Ok(Outcome {
        count,
        said: said.text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: &str, name: &str, is_test: bool) -> String {
        serde_json::json!({
            "reason": "compiler-artifact",
            "manifest_path": "/repo/crates/a/Cargo.toml",
            "target": {"kind": [kind], "name": name},
            "profile": {"test": is_test},
            "executable": format!("/repo/target/debug/{name}"),
        })
        .to_string()
    }

    #[test]
    fn test_programs_are_sorted_into_their_rings() {
        let mut built = Built::default();
        for (kind, name) in [
            ("lib", "a"),
            ("test", "wire"),
            ("test", "live"),
            ("test", "coverage"),
            ("test", "case"),
            ("example", "hello"),
        ] {
            note(&mut built, &message(kind, name, true)).unwrap();
        }
        note(&mut built, &message("bin", "a-program", false)).unwrap();
        let kinds: Vec<Kind> = built.programs.iter().map(|program| program.kind).collect();
        assert_eq!(kinds, [Kind::Unit, Kind::Wire, Kind::Live, Kind::Unit]);
        assert!(built.scripted().is_err());
        note(&mut built, &message("bin", "stevedore-scripted", false)).unwrap();
        let scripted = Path::new("/repo/target/debug/stevedore-scripted");
        assert_eq!(built.scripted().unwrap(), scripted);
    }

    #[test]
    fn messages_without_a_program_are_passed_by() {
        let mut built = Built::default();
        note(
            &mut built,
            r#"{"reason": "build-finished", "success": true}"#,
        )
        .unwrap();
        assert!(built.programs.is_empty());
    }
}
