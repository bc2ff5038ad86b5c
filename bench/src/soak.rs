//! Many calls and many streams that are given up: descriptors and memory stay where they are.

use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use stevedore::container::Logs;
use stevedore::{Docker, Request};

use crate::child::status;
use crate::made::with_made;

/// What this process, and the engine, have in use.
struct Use {
    files: usize,
    memory: u64,
    engine_files: u64,
    engine_routines: u64,
}

impl Use {
    async fn now(docker: &Docker) -> Result<Self> {
        let info = docker.request(&Request::get("/info")).await?;
        let info: serde_json::Value = info.json().await?;
        let of_engine = |name: &str| info[name].as_u64().unwrap_or_default();
        Ok(Self {
            files: std::fs::read_dir("/proc/self/fd")?.count(),
            memory: status("self", "VmRSS")?,
            engine_files: of_engine("NFd"),
            engine_routines: of_engine("NGoroutines"),
        })
    }

    fn print(&self, after: &str, begun: Instant) {
        println!(
            "| {after} | {} | {} | {} | {} | {:.1} |",
            self.files,
            self.memory,
            self.engine_files,
            self.engine_routines,
            begun.elapsed().as_secs_f64()
        );
    }
}

pub(crate) fn run(pings: usize, streams: usize) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(soak(pings, streams))
}

async fn soak(pings: usize, streams: usize) -> Result<()> {
    let docker = Docker::from_env()?;
    with_made(&docker, async |made| {
        let container = made.create("echo ready; exec sleep 86400").await?;
        container.start().await?;
        soaked(&docker, container.id(), pings, streams).await
    })
    .await
}

async fn soaked(docker: &Docker, id: &str, pings: usize, streams: usize) -> Result<()> {
    println!(
        "| after | descriptors | memory (KiB) | engine's descriptors | engine's goroutines | s |"
    );
    println!("|---|---|---|---|---|---|");
    let begun = Instant::now();
    for _ in 0..1000 {
        docker.ping().await?;
    }
    for number in 0..100 {
        stream(docker, id, number).await?;
    }
    let first = Use::now(docker).await?;
    first.print("1,000 pings and 100 streams to warm up", begun);
    for part in 1..=10 {
        for _ in 0..pings / 10 {
            docker.ping().await?;
        }
        let so_far = format!("{} pings", pings / 10 * part);
        Use::now(docker).await?.print(&so_far, begun);
    }
    for part in 1..=10 {
        for number in 0..streams / 10 {
            stream(docker, id, number).await?;
        }
        let so_far = format!("and {} streams", streams / 10 * part);
        Use::now(docker).await?.print(&so_far, begun);
    }
    let last = Use::now(docker).await?;
    ensure!(
        last.files <= first.files,
        "descriptors: {} -> {}",
        first.files,
        last.files
    );
    ensure!(
        last.memory < first.memory + 2048,
        "memory: {} -> {} KiB",
        first.memory,
        last.memory
    );
    Ok(())
}

/// Opens a stream and drops it: followed logs after their first line, and events.
async fn stream(docker: &Docker, id: &str, number: usize) -> Result<()> {
    if number.is_multiple_of(2) {
        let logs = Logs::new().follow(true).stdout(true);
        let mut logs = docker.container(id).logs(logs).await?;
        let chunk = logs.try_next().await?.context("a line")?;
        ensure!(chunk.bytes == "ready\n", "the log begins with {chunk:?}");
    } else {
        docker.request(&Request::get("/events")).await?;
    }
    Ok(())
}
