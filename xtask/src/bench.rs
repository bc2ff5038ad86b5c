//! `cargo xtask bench`: how fast the library is, and that it stays as small as it was.
//! The programs are a workspace of their own, `bench/`.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};

use crate::choose::Choice;
use crate::{choose, engine, package_r, run};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// What to measure
    what: What,
    /// The engine to use, as for the tests; for all but the decoders
    #[arg(long, value_name = "NAME")]
    engine: Option<String>,
    /// Leave R out of the pings
    #[arg(long)]
    without_r: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum What {
    /// The time of a ping, beside a bare socket, bollard and R
    Ping,
    /// Bytes a second of the decoders, and whether time grows with them
    Decoders,
    /// 100,000 pings and 10,000 streams that are dropped: descriptors and memory
    Soak,
    /// A private engine that is killed, or stopped, while something is waited for
    Restart,
}

pub(crate) fn run(args: &Args) -> Result<bool> {
    let program = build()?;
    if args.what == What::Decoders {
        return show(std::process::Command::new(program).arg("decoders"));
    }
    let choice = choose::one(args.engine.as_deref())?;
    if args.what == What::Restart {
        return restart(&program, &choice);
    }
    let engine = choice.take()?;
    let mut command = engine.command(program);
    if args.what == What::Soak {
        return show(command.arg("soak"));
    }
    command.arg("ping");
    if !args.without_r {
        command.arg(package_r::installed()?.library);
    }
    show(&mut command)
}

/// The engine is left up where it was, down where not.
fn restart(program: &Path, choice: &Choice) -> Result<bool> {
    let Choice::Private(name) = choice else {
        bail!("only a private engine is killed: name one with --engine");
    };
    crate::setup::engine_tools()?;
    let was_up = engine::list()?.iter().any(|it| it.name == name && it.up);
    let engine = engine::up_and_stay(name)?;
    let xtask = std::env::current_exe().context("the path of this program")?;
    let mut command = std::process::Command::new(program);
    command
        .env("DOCKER_HOST", engine.docker_host())
        .env_remove("DOCKER_API_VERSION")
        .arg("restart")
        .arg(xtask)
        .args(["engine", "up", name]);
    let is_well = show(&mut command);
    if !was_up {
        engine::down(name, false)?;
    }
    is_well
}

fn build() -> Result<PathBuf> {
    let folder = run::root().join("bench");
    run::must(run::cargo().current_dir(&folder).args([
        "build",
        "--release",
        "--locked",
        "--target-dir",
        "target",
    ]))?;
    let program = folder.join("target/release/stevedore-bench");
    ensure!(
        program.exists(),
        "cargo built no program {}",
        program.display()
    );
    Ok(program)
}

/// What it says is the result.
fn show(command: &mut std::process::Command) -> Result<bool> {
    let status = run::lines(command, |line| {
        println!("{line}");
        Ok(())
    })?;
    Ok(status.success())
}
