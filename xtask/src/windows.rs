//! `cargo xtask windows`: the code for Windows, type-checked and linted on this machine. Nothing of
//! it is run.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use crate::{engine, run};

const TARGET: &str = "x86_64-pc-windows-gnu";

/// What goes to Windows: all but the scripted daemon and these commands.
const PACKAGES: [&str; 4] = [
    "stevedore-api",
    "stevedore-client",
    "stevedore-docker",
    "stevedore-r",
];

/// None and all of them: a feature may hide what is missing without it.
const FEATURES: [&[&str]; 2] = [&["--no-default-features"], &["--all-features"]];

pub(crate) fn run() -> Result<bool> {
    standard_library()?;
    // TLS stands on ring, a part of which is C.
    let compiler = engine::WindowsCompiler::at_hand()?;
    for package in PACKAGES {
        for features in FEATURES {
            let mut clippy = run::cargo();
            clippy
                .args(["clippy", "--locked", "--target", TARGET, "-p", package])
                .args(features)
                .args(["--", "-D", "warnings"]);
            compiler.set(&mut clippy, TARGET);
            let said = run::quiet(&mut clippy)?;
            let what = format!("{package} {}", features.join(" "));
            if !said.status.success() {
                print!("{}", said.text);
                println!("failed   {what}");
                return Ok(false);
            }
            println!("ok       {what}");
        }
    }
    Ok(true)
}

/// That the toolchain has what Rust's programs for Windows are built on.
fn standard_library() -> Result<()> {
    let mut rustc = std::process::Command::new("rustc");
    let root = run::must(rustc.args(["--print", "sysroot"]).current_dir(run::root()))?;
    let folder = Path::new(root.trim()).join("lib/rustlib").join(TARGET);
    if !folder.exists() {
        let mut rustup = std::process::Command::new("rustup");
        rustup
            .args(["target", "add", TARGET])
            .current_dir(run::root());
        run::must(&mut rustup)
            .with_context(|| format!("the toolchain lacks {TARGET}, and it can't be added"))?;
    }
    ensure!(folder.exists(), "{} is not there", folder.display());
    Ok(())
}
