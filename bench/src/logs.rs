//! A long log, followed to its end into a file: by R, by Rust and by curl.

use std::process::Command;
use std::time::Duration;

use anyhow::Result;
use stevedore::{Docker, Settings};

use crate::child::run as run_and_hear;
use crate::figures::{Times, speed};
use crate::made::{Made, with_made};
use crate::part::{self, Part};
use crate::scratch::Scratch;
use crate::{r, raw};

const ROUNDS: usize = 5;
/// What the container writes again and again, with its newline and behind a number of eight
/// digits.
const LINE: &str = " the quick brown fox jumps over the lazy dog and then it follows its log";
const LINE_SIZE: u64 = 8 + LINE.len() as u64 + 1;

#[derive(Default)]
struct Sum {
    times: Times,
    peak: u64,
    grown: Option<u64>,
}

pub(crate) fn run(size: u64, library: &str) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let docker = Docker::from_env()?;
    runtime.block_on(with_made(&docker, async |made| {
        measure(&docker, made, size / LINE_SIZE, library).await
    }))
}

async fn measure(docker: &Docker, made: &Made, lines: u64, library: &str) -> Result<()> {
    let socket = raw::path(&Settings::from_env()?.host)?;
    let version = docker.api_version().await?;
    let engine = docker.version().await?.version;
    let write = format!(r#"awk 'BEGIN {{ while (i < {lines}) printf "%08d{LINE}\n", i++ }}'"#);
    let write = made.done(&write).await?;
    let id = write.id();
    let size = lines * LINE_SIZE;
    let scratch = Scratch::new("scratch")?;
    let to = scratch.text("log")?;
    let url =
        format!("http://localhost/v{version}/containers/{id}/logs?follow=1&stdout=1&stderr=1");
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--show-error", "--fail"])
        .args(["--write-out", "%{time_total}", "--output", &to])
        .arg("--unix-socket")
        .arg(&socket)
        .arg(url);
    let mut r = r::command(library, "logs.R");
    r.args([id, &to]);
    let mut commands = [
        ("curl, frames as they come", curl),
        ("stevedore, Rust", part::command(&["logs", id, &to])?),
        ("stevedore, R", r),
    ];
    let mut sums: [Sum; 3] = Default::default();
    for round in 0..ROUNDS {
        for turn in 0..commands.len() {
            let at = (round + turn) % commands.len();
            scratch.settle()?;
            let ran = run_and_hear(&mut commands[at].1)?;
            let sum = &mut sums[at];
            sum.peak = sum.peak.max(ran.peak);
            if at == 0 {
                sum.times.add([Duration::from_secs_f64(ran.said.parse()?)]);
            } else {
                let part = Part::read(&ran.said)?;
                sum.times.add([part.took]);
                sum.grown = sum.grown.max(Some(part.after - part.before));
            }
            scratch.empty(size)?;
        }
    }
    println!(
        "A log of {lines} lines, {size} bytes, {ROUNDS} times in turns; engine {engine} at API {version}\n"
    );
    println!("| followed by | s | MB/s | of curl | peak (KiB) | of it grown (KiB) |");
    println!("|---|---|---|---|---|---|");
    let floor = sums[0].times.percentile(50);
    for ((who, _), sum) in commands.iter().zip(&mut sums) {
        let median = sum.times.percentile(50);
        println!(
            "| {who} | {:.2} | {:.0} | {:.2} | {} | {} |",
            median.as_secs_f64(),
            speed(size, median),
            floor.as_secs_f64() / median.as_secs_f64(),
            sum.peak,
            sum.grown.map_or(String::new(), |grown| grown.to_string())
        );
    }
    Ok(())
}
