//! `cargo xtask bench`: how fast the library is, and that it stays as small as it was.
//! The programs are a workspace of their own, `bench/`.

mod compile;

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};

use crate::choose::Choice;
use crate::{choose, engine, package_r, run};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// What to measure
    what: What,
    /// The engine to use, as for the tests; decoders and compile use none
    #[arg(long, value_name = "NAME")]
    engine: Option<String>,
    /// How much: bytes for transfer and logs, containers for list, logs for follow, repeats for
    /// interrupt
    #[arg(long, value_name = "NUMBER")]
    size: Option<u64>,
    /// Leave R out of ping
    #[arg(long)]
    without_r: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum What {
    /// The time of a ping, beside a bare socket, bollard and R
    Ping,
    /// The time of a listing of 1,000 containers, beside a bare socket, curl and R
    List,
    /// Bytes a second of exports and copies of 2 GiB, beside curl and the docker command
    Transfer,
    /// A log of 100 MB, followed into a file by curl, Rust and R
    Logs,
    /// 1,000 logs followed at once in one process: threads, descriptors and memory
    Follow,
    /// How soon Ctrl-C ends a call in R, and a drop one in Rust
    Interrupt,
    /// Bytes a second of the decoders, and whether time grows with them
    Decoders,
    /// 100,000 pings and 10,000 streams that are dropped: descriptors and memory
    Soak,
    /// A private engine that is killed, or stopped, while something is waited for
    Restart,
    /// How long the crate of all endpoints takes to compile, and how large it is
    Compile,
}

impl What {
    /// As it is typed.
    fn name(self) -> String {
        let value = clap::ValueEnum::to_possible_value(&self);
        value.map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

pub(crate) fn run(args: &Args) -> Result<bool> {
    refuse_what_is_of_no_use(args)?;
    let size = |usual: u64| args.size.unwrap_or(usual).to_string().into();
    let library = || package_r::installed().map(|package| package.library.into_os_string());
    let words: Vec<OsString> = match args.what {
        What::Ping if args.without_r => vec!["ping".into()],
        What::Ping => vec!["ping".into(), library()?],
        What::List => vec!["list".into(), size(1000), library()?],
        What::Transfer => {
            let docker = engine::Client::unpacked()?.command();
            let mut words = vec!["transfer".into(), size(2 << 30)];
            words.push(docker.get_program().to_owned());
            words.extend(docker.get_args().map(OsStr::to_owned));
            words
        }
        What::Logs => vec!["logs".into(), size(100_000_000), library()?],
        What::Follow => vec!["follow".into(), size(1000)],
        What::Interrupt => vec!["interrupt".into(), size(20), library()?],
        What::Soak => vec!["soak".into(), "100000".into(), "10000".into()],
        What::Decoders => return show(Command::new(build()?).arg("decoders")),
        What::Restart => return restart(&build()?, &choose::one(args.engine.as_deref())?),
        What::Compile => return compile::run(),
    };
    let program = build()?;
    let engine = choose::one(args.engine.as_deref())?.take()?;
    show(engine.command(program).args(words))
}

/// An option that makes no difference to what is measured is a mistake of who gave it.
fn refuse_what_is_of_no_use(args: &Args) -> Result<()> {
    let what = args.what;
    let is_alone = matches!(what, What::Decoders | What::Compile);
    ensure!(
        args.engine.is_none() || !is_alone,
        "`{}` measures without an engine, so --engine is of no use to it",
        what.name()
    );
    let has_size = matches!(
        what,
        What::List | What::Transfer | What::Logs | What::Follow | What::Interrupt
    );
    ensure!(
        args.size.is_none() || has_size,
        "`{}` has no size to choose: --size is for list, transfer, logs, follow and interrupt",
        what.name()
    );
    ensure!(
        !args.without_r || what == What::Ping,
        "`{}` can't leave R out: --without-r is for ping",
        what.name()
    );
    Ok(())
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
    let mut command = Command::new(program);
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
fn show(command: &mut Command) -> Result<bool> {
    let status = run::lines(command, |line| {
        println!("{line}");
        Ok(())
    })?;
    Ok(status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_that_makes_no_difference_is_refused() {
        use clap::ValueEnum as _;

        for what in What::value_variants() {
            let refused = |engine: Option<&str>, size: Option<u64>, without_r: bool| {
                refuse_what_is_of_no_use(&Args {
                    what: *what,
                    engine: engine.map(str::to_owned),
                    size,
                    without_r,
                })
                .err()
                .map(|error| error.to_string())
            };
            assert_eq!(refused(None, None, false), None);
            let options = [
                ("--engine", refused(Some("docker-28.5"), None, false)),
                ("--size", refused(None, Some(1), false)),
                ("--without-r", refused(None, None, true)),
            ];
            let mut taken = Vec::new();
            for (option, refused) in options {
                match refused {
                    Some(why) => {
                        let names_both = why.contains(option) && why.contains(&what.name());
                        assert!(names_both, "{why}");
                    }
                    None => taken.push(option),
                }
            }
            let expected: &[&str] = match what {
                What::Ping => &["--engine", "--without-r"],
                What::List | What::Transfer | What::Logs | What::Follow | What::Interrupt => {
                    &["--engine", "--size"]
                }
                What::Soak | What::Restart => &["--engine"],
                What::Decoders | What::Compile => &[],
            };
            assert_eq!(taken, expected, "{}", what.name());
        }
    }
}
