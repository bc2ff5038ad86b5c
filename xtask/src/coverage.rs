//! `cargo xtask coverage`: calls every endpoint through its request type on
//! private engines, holds the JSON that comes back against the catalogue, and
//! asks the oldest of them what it makes of arguments newer than itself.
//!
//! An engine is made a swarm for it and leaves it again, so only private ones
//! are used.

#![allow(
    clippy::format_push_string,
    reason = "pages are put together here; how it reads matters more than how fast it is"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use crate::engine::{self, Lease, raw};
use crate::generate;
use crate::json::{at, text};
use crate::{run, setup};
use calls::Call;
use ground::Ground;
use report::{Known, Report};

mod calls;
mod compare;
mod ground;
mod page;
mod report;
mod verdicts;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only this private engine, and no page is written; may be repeated
    #[arg(long, value_name = "NAME")]
    engine: Vec<String>,
    /// Speak this version of the API, hold what comes back against its description
    /// of that version, and write no page; arguments that it lacks are left out
    #[arg(long, value_name = "VERSION")]
    api: Option<String>,
}

/// The engines of the page: between them they have every endpoint.
const COVERED: [&str; 2] = [OLD, "docker-28.5"];

/// The engine that is asked about arguments newer than itself.
const OLD: &str = "docker-20.10";

/// Fewer successes than this on an engine are a failure.
const ENOUGH: &[(&str, usize)] = &[("docker-28.5", 100)];

/// Whether all is as it should be.
pub(crate) fn run(args: &Args) -> Result<bool> {
    ensure!(
        run::is_root(),
        "the endpoints are called on private engines, and these need root"
    );
    setup::engine_tools()?;
    let names: Vec<&str> = if args.engine.is_empty() {
        COVERED.to_vec()
    } else {
        args.engine.iter().map(String::as_str).collect()
    };
    let known = Known {
        operations: generate::operations()?,
        described: generate::described()?,
        api: generate::api()?,
    };
    let api = &known.api;
    let program = build()?;
    let mut reports = Vec::new();
    let mut verdicts = None;
    let mut complaints = Vec::new();
    for name in names {
        let Played {
            lease,
            calls,
            failed,
        } = play(name, &program, args.api.as_deref())?;
        let report = Report::of(&lease, &known, &calls)?;
        print!("{report}");
        if args.api.is_some() {
            // Engines send to all what they have, and some stories need what is newer.
            complaints.extend(report.unfit());
            for it in failed {
                println!("  ended early: {it}");
            }
            continue;
        }
        complaints.extend(failed.into_iter().map(|it| format!("{name}: {it}")));
        complaints.extend(report.complaints());
        if let Some((_, least)) = ENOUGH.iter().find(|(of, _)| *of == name) {
            let had = report.succeeded();
            if had < *least {
                complaints.push(format!(
                    "{name}: {had} endpoints called with success, of {least}"
                ));
            }
        }
        if name == OLD {
            let told = verdicts::ask(&lease, api)?;
            print!("{told}");
            complaints.extend(told.complaints());
            verdicts = Some(told);
        }
        reports.push(report);
    }
    if args.engine.is_empty() && args.api.is_none() {
        let docs = run::root().join("docs");
        fs::write(docs.join("coverage.md"), page::coverage(api, &reports))?;
        if let Some(verdicts) = &verdicts {
            fs::write(docs.join("verdicts.md"), verdicts.page())?;
        }
        println!("written: docs/coverage.md, docs/verdicts.md");
    }
    for complaint in &complaints {
        println!("failed: {complaint}");
    }
    Ok(complaints.is_empty())
}

/// The test program that calls the endpoints.
fn build() -> Result<PathBuf> {
    let mut cargo = run::cargo();
    cargo.args(["test", "--package", "stevedore-docker", "--all-features"]);
    cargo.args(["--test", "coverage", "--no-run"]);
    cargo.arg("--message-format=json-render-diagnostics");
    let mut program = None;
    let mut diagnostics = String::new();
    let status = run::lines(&mut cargo, |line| {
        if line.starts_with('{') {
            let message: Value = serde_json::from_str(line)?;
            if text(&message, "/target/name") == "coverage" {
                program = at(&message, "/executable").as_str().map(PathBuf::from);
            }
        } else {
            diagnostics.push_str(line);
            diagnostics.push('\n');
        }
        Ok(())
    })?;
    ensure!(status.success(), "the calls don't build:\n{diagnostics}");
    program.context("cargo built no program coverage")
}

/// The calls of the stories on one engine, and the stories that failed.
struct Played {
    lease: Lease,
    calls: Vec<Call>,
    failed: Vec<String>,
}

/// Lets the stories run.
fn play(name: &str, program: &Path, api: Option<&str>) -> Result<Played> {
    let folder = tempfile::tempdir().context("cannot make a folder")?;
    let written = folder.path().join("calls.jsonl");
    let lease = engine::up(name)?;
    // A run that was killed may have left one.
    leave_swarm(lease.socket())?;
    let ground = Ground::start(&lease)?;
    let tell = |lease: &Lease, words: &[&str]| {
        let mut command = Command::new(program);
        command
            .args([
                "--include-ignored",
                "--test-threads",
                "1",
                "--color",
                "never",
            ])
            .args(words)
            .current_dir(run::root())
            .env("STEVEDORE_TEST_DOCKER", lease.docker_host())
            .env("STEVEDORE_TEST_REGISTRY", ground::REGISTRY)
            .env("STEVEDORE_TEST_INDEX", ground::INDEX)
            .env("STEVEDORE_TEST_PLUGIN", ground.file("plugin"))
            .env("STEVEDORE_TEST_KEY", folder.path().join("key"))
            .env("STEVEDORE_COVERAGE", &written)
            .env("RUST_BACKTRACE", "0");
        if let Some(api) = api {
            command.env("STEVEDORE_COVERAGE_API", api);
        }
        failures(&mut command)
    };
    let mut failed = tell(&lease, &["--skip", "locked::"])?;
    leave_swarm(lease.socket())?;
    // A swarm is locked once its engine was started again.
    failed.extend(tell(&lease, &["locked::a_swarm_is_made"])?);
    drop(lease);
    let lease = engine::up(name)?;
    if swarm_state(lease.socket())? == "locked" {
        failed.extend(tell(&lease, &["locked::a_swarm_is_unlocked"])?);
    } else {
        println!("{name} was not started again, since it is in use; so no swarm was unlocked");
    }
    leave_swarm(lease.socket())?;
    Ok(Played {
        lease,
        calls: calls::read(&written)?,
        failed,
    })
}

/// The stories that fail, as a run of them tells.
fn failures(command: &mut Command) -> Result<Vec<String>> {
    let said = run::quiet(command)?;
    if said.status.success() {
        return Ok(Vec::new());
    }
    print!("{}", said.text);
    let failed = said.text.lines().filter_map(|line| {
        let name = line.strip_prefix("test ")?.strip_suffix(" ... FAILED")?;
        Some(format!("the story {name}"))
    });
    let failed: Vec<_> = failed.collect();
    Ok(if failed.is_empty() {
        vec![format!("the stories ({})", said.status)]
    } else {
        failed
    })
}

fn swarm_state(socket: &Path) -> Result<String> {
    let info = raw::get(socket, "/info", &[], &[])?.json()?;
    Ok(text(&info, "/Swarm/LocalNodeState").to_owned())
}

/// Whatever happened, the engine is not left as a swarm.
fn leave_swarm(socket: &Path) -> Result<()> {
    if swarm_state(socket)? == "inactive" {
        return Ok(());
    }
    let left = raw::post(socket, "/swarm/leave?force=true", &[], &[])?;
    if left.status >= 300 {
        bail!("the swarm is not left: {}", left.text().trim());
    }
    Ok(())
}
