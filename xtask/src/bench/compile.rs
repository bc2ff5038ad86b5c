//! What it costs to compile the crate of all endpoints, and how large what is generated is.

use std::fs::{self, File};
use std::path::Path;
use std::time::{Instant, SystemTime};

use anyhow::{Context as _, Result};

use crate::run;

/// A generated file, and one of those that were written.
const TOUCHED: [&str; 2] = ["generated/container/mod.rs", "call.rs"];

pub(super) fn run() -> Result<bool> {
    let source = run::root().join("crates/stevedore-api/src");
    println!("| `cargo build -p stevedore-api` | s | `--release`, s |\n|---|---|---|");
    let folder = tempfile::tempdir().context("cannot make a folder")?;
    row("with all that it depends on", folder.path(), || Ok(()))?;
    for file in TOUCHED {
        let path = source.join(file);
        row(
            &format!("after a change of `{file}`"),
            folder.path(),
            || {
                let file = File::options().append(true).open(&path)?;
                Ok(file.set_modified(SystemTime::now())?)
            },
        )?;
    }
    let generated = Size::of(&source.join("generated"))?;
    let all = Size::of(&source)?;
    println!("\n| `crates/stevedore-api/src` | files | lines | bytes |\n|---|---|---|---|");
    generated.print("generated");
    all.without(&generated).print("by hand");
    Ok(true)
}

/// The time of both builds, each after `before`.
fn row(what: &str, folder: &Path, before: impl Fn() -> Result<()>) -> Result<()> {
    let mut seconds = Vec::new();
    for profile in ["dev", "release"] {
        before()?;
        let begun = Instant::now();
        run::must(
            run::cargo()
                .args([
                    "build",
                    "-p",
                    "stevedore-api",
                    "--locked",
                    "--profile",
                    profile,
                ])
                .arg("--target-dir")
                .arg(folder),
        )?;
        seconds.push(format!("{:.1}", begun.elapsed().as_secs_f64()));
    }
    println!("| {what} | {} |", seconds.join(" | "));
    Ok(())
}

#[derive(Default)]
struct Size {
    files: usize,
    lines: usize,
    bytes: usize,
}

impl Size {
    fn of(folder: &Path) -> Result<Self> {
        let mut sum = Self::default();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let size = if entry.file_type()?.is_dir() {
                Self::of(&entry.path())?
            } else {
                let text = fs::read_to_string(entry.path())?;
                Self {
                    files: 1,
                    lines: text.lines().count(),
                    bytes: text.len(),
                }
            };
            sum.files += size.files;
            sum.lines += size.lines;
            sum.bytes += size.bytes;
        }
        Ok(sum)
    }

    fn without(self, other: &Self) -> Self {
        Self {
            files: self.files - other.files,
            lines: self.lines - other.lines,
            bytes: self.bytes - other.bytes,
        }
    }

    fn print(&self, what: &str) {
        println!(
            "| {what} | {} | {} | {} |",
            self.files, self.lines, self.bytes
        );
    }
}
