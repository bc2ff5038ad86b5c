//! The project's own commands. Everything a developer or a CI machine types
//! starts here; the README names the two that matter most.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line program talks on its standard streams"
)]

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};

mod bench;
mod catalogue;
mod choose;
mod coverage;
mod engine;
mod fuzz;
#[path = "gen/mod.rs"]
mod generate;
mod json;
mod lint;
mod matrix;
mod package_r;
mod record;
mod run;
mod setup;
mod test;
mod tour;
mod visit;
mod windows;

/// Work on stevedore: see it, prove it, pack it.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Args {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Set up, then pass every test: Rust, R, real engines
    Test(test::Args),
    /// Set up, then walk through the package from R against a real engine
    Tour(tour::Args),
    /// Pack the R package so that it installs without network or repository
    PackageR {
        /// Where the tarball goes [default: target/r]
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// Run the slower checks, with the tools that are installed
    Lint,
    /// Check the code for Windows, where nothing of it can be run
    Windows,
    /// Merge upstream's descriptions of the Engine API into api/engine.yaml
    Catalogue(catalogue::Args),
    /// Call every endpoint on private engines, and hold the replies against api/
    Coverage(coverage::Args),
    /// Record what the docker command sends for the lines of a test
    Record(record::Args),
    /// Run the live tests on every private engine, and write docs/engines.md
    Matrix(matrix::Args),
    /// Write the code and pages that are made from api/
    Gen(generate::Args),
    /// Measure pings, decoders, and a long run
    Bench(bench::Args),
    /// Feed the decoders what nobody would send
    Fuzz(fuzz::Args),
    /// Start, stop and list private engines
    #[command(subcommand)]
    Engine(EngineTask),
}

#[derive(Subcommand)]
enum EngineTask {
    /// Start an engine and leave it running
    Up {
        /// One of the names that `list` shows
        name: String,
    },
    /// Stop an engine
    Down {
        /// One of the names that `list` shows
        name: String,
        /// Remove its data as well
        #[arg(long)]
        purge: bool,
    },
    /// Print the ways to an engine that is up, as a shell sets variables: its
    /// socket, TCP, TLS, ssh, registries. All but the socket are in its network
    /// namespace, where `exec` runs programs
    Env {
        /// One of the names that `list` shows
        name: String,
    },
    /// Run one of this machine's programs in the network namespace of an engine
    /// that is up, with the variables that `env` prints
    Exec {
        /// One of the names that `list` shows
        name: String,
        #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
        command: Vec<OsString>,
    },
    /// Show the engines and which of them run
    List,
}

fn main() -> ExitCode {
    let outcome = run::watch_signals().and_then(|()| carry_out(Args::parse().task));
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // The chain of causes on one line; never a backtrace, whatever
            // RUST_BACKTRACE says: these are messages for people.
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether all is well, which a finished task may still deny.
fn carry_out(task: Task) -> Result<bool> {
    match task {
        Task::Test(args) => test::run(&args),
        Task::Tour(args) => tour::run(&args).map(|()| true),
        Task::PackageR { out } => package_r::run(out).map(|()| true),
        Task::Lint => lint::run(),
        Task::Windows => windows::run(),
        Task::Catalogue(args) => catalogue::run(&args).map(|()| true),
        Task::Coverage(args) => coverage::run(&args),
        Task::Bench(args) => bench::run(&args),
        Task::Fuzz(args) => fuzz::run(&args),
        Task::Record(args) => record::run(&args).map(|()| true),
        Task::Matrix(args) => matrix::run(&args),
        Task::Gen(args) => generate::run(&args).map(|()| true),
        Task::Engine(EngineTask::Up { name }) => up(&name).map(|()| true),
        Task::Engine(EngineTask::Down { name, purge }) => engine::down(&name, purge).map(|()| true),
        Task::Engine(EngineTask::Env { name }) => env(&name).map(|()| true),
        Task::Engine(EngineTask::Exec { name, command }) => exec(&name, &command),
        Task::Engine(EngineTask::List) => list().map(|()| true),
    }
}

fn up(name: &str) -> Result<()> {
    setup::engine_tools()?;
    let engine = engine::up_and_stay(name)?;
    println!("{}", engine.docker_host());
    Ok(())
}

fn env(name: &str) -> Result<()> {
    let engine = engine::running(name)?;
    let quoted = |value: &OsStr| value.to_string_lossy().replace('\'', r"'\''");
    for (name, value) in engine.variables() {
        println!("export {name}='{}'", quoted(&value));
    }
    if let Some(programs) = engine.programs() {
        println!("export PATH='{}':\"$PATH\"", quoted(programs.as_os_str()));
    }
    Ok(())
}

/// Whether the program ended well.
fn exec(name: &str, command: &[OsString]) -> Result<bool> {
    let (program, arguments) = command.split_first().context("no command")?;
    let mut command = engine::running(name)?.command(program);
    let status = command.args(arguments).status();
    Ok(status
        .context("cannot run nsenter, of the package util-linux")?
        .success())
}

fn list() -> Result<()> {
    for row in engine::list()? {
        println!("{row}");
    }
    Ok(())
}
