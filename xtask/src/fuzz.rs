//! `cargo xtask fuzz`: bytes that nobody would send, for as long as there is time.
//! The targets are a workspace of their own, `fuzz/`.

use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::run;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The targets; all of them if none is named
    target: Vec<String>,
    /// How long for each
    #[arg(long, value_name = "N", default_value_t = 600)]
    seconds: u32,
}

/// Whether nothing was found.
pub(crate) fn run(args: &Args) -> Result<bool> {
    tools()?;
    let folder = run::root().join("fuzz");
    let targets = match args.target.as_slice() {
        [] => targets()?,
        named => named.to_vec(),
    };
    let mut is_well = true;
    for target in &targets {
        let corpus = folder.join("corpus").join(target);
        fs::create_dir_all(&corpus).with_context(|| corpus.display().to_string())?;
        let mut command = Command::new("cargo");
        command
            .current_dir(run::root())
            .args(["+nightly", "fuzz", "run", "--fuzz-dir", "fuzz", target])
            .arg(&corpus)
            .arg(folder.join("seeds").join(target))
            .args(["--", "-timeout=10", "-rss_limit_mb=2048"])
            .arg(format!("-max_total_time={}", args.seconds));
        let said = run::quiet(&mut command)?;
        let last = said.text.lines().rfind(|line| line.contains("cov: "));
        println!("{target}: {}", last.unwrap_or("nothing ran").trim());
        if !said.status.success() {
            is_well = false;
            println!("{}", said.text.trim_end());
        }
    }
    Ok(is_well)
}

fn targets() -> Result<Vec<String>> {
    let folder = run::root().join("fuzz/fuzz_targets");
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let name = path.file_stem().unwrap_or_default();
        names.push(name.to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// The compiler and the program that fuzzing needs.
fn tools() -> Result<()> {
    let nightly = run::quiet(Command::new("cargo").args(["+nightly", "--version"]));
    if !nightly.is_ok_and(|said| said.status.success()) {
        if run::which("rustup").is_none() {
            bail!("fuzzing needs a nightly compiler, and rustup to choose it");
        }
        println!("installing: the nightly compiler, with rustup");
        run::must(Command::new("rustup").args([
            "toolchain",
            "install",
            "nightly",
            "--profile",
            "minimal",
        ]))?;
    }
    if run::which("cargo-fuzz").is_none() {
        println!("installing: cargo-fuzz, with cargo");
        run::must(run::cargo().args(["install", "--locked", "cargo-fuzz"]))?;
    }
    Ok(())
}
