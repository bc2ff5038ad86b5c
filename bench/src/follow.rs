//! Many logs followed at once in one process: what each costs, and that it comes back.

use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use stevedore::container::{Container, Logs};
use stevedore::{Chunks, Docker};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use crate::child::status;
use crate::made::with_made;

/// So many containers share the logs: an engine pays for a container, and a log is the
/// subject here.
const CONTAINERS: usize = 10;
/// So many lines does everybody wait for.
const LINES: usize = 10;

/// What this process has in use.
struct Use {
    threads: u64,
    files: usize,
    memory: u64,
}

impl Use {
    fn now() -> Result<Self> {
        Ok(Self {
            threads: status("self", "Threads")?,
            files: std::fs::read_dir("/proc/self/fd")?.count(),
            memory: status("self", "VmRSS")?,
        })
    }

    fn print(&self, when: &str, begun: Instant) {
        println!(
            "| {when} | {} | {} | {} | {:.1} |",
            self.threads,
            self.files,
            self.memory,
            begun.elapsed().as_secs_f64()
        );
    }
}

pub(crate) fn run(logs: usize) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let docker = Docker::from_env()?;
        with_made(&docker, async |made| {
            let mut containers = Vec::new();
            for _ in 0..CONTAINERS {
                let count = "i=0; while true; do echo $i; i=$((i+1)); sleep 1; done";
                let container = made.create(count).await?;
                container.start().await?;
                containers.push(container);
            }
            measure(&docker, &containers, logs).await
        })
        .await
    })
}

async fn measure(docker: &Docker, containers: &[Container], logs: usize) -> Result<()> {
    docker.ping().await?;
    println!("| when | threads | descriptors | memory (KiB) | s |");
    println!("|---|---|---|---|---|");
    let begun = Instant::now();
    let before = Use::now()?;
    before.print("before", begun);

    let (told, mut news) = mpsc::channel(logs);
    let (stop, stopped) = watch::channel(false);
    let mut following = JoinSet::new();
    for container in containers.iter().cycle().take(logs) {
        let chunks = container.logs(Logs::new().follow(true)).await?;
        following.spawn(follow(chunks, told.clone(), stopped.clone()));
    }
    Use::now()?.print(&format!("{logs} logs opened"), begun);
    for _ in 0..LINES * logs {
        tokio::select! {
            line = news.recv() => line.context("a line of each log")?,
            Some(ended) = following.join_next() => ended??,
        }
    }
    let during = Use::now()?;
    during.print(&format!("{LINES} lines of each"), begun);

    stop.send(true)?;
    while let Some(ended) = following.join_next().await {
        ended??;
    }
    drop((told, news));
    let after = Use::now()?;
    after.print("all dropped", begun);

    ensure!(during.threads == before.threads, "threads were started");
    let each = during.memory.saturating_sub(before.memory) as f64 / logs as f64;
    println!();
    println!("Memory for each: {each:.1} KiB.");
    ensure!(
        after.files <= before.files,
        "descriptors: {} -> {}",
        before.files,
        after.files
    );
    docker.ping().await?;
    Ok(())
}

/// Reads a log, and tells of each of its first lines.
async fn follow(
    mut chunks: Chunks,
    told: mpsc::Sender<()>,
    mut stopped: watch::Receiver<bool>,
) -> Result<()> {
    let mut expected = 0;
    loop {
        tokio::select! {
            _ = stopped.changed() => return Ok(()),
            chunk = chunks.try_next() => {
                let chunk = chunk?.context("a log ended")?;
                for line in std::str::from_utf8(&chunk.bytes)?.lines() {
                    ensure!(line == expected.to_string(), "{line} came instead of {expected}");
                    expected += 1;
                    if expected <= LINES {
                        told.send(()).await?;
                    }
                }
            }
        }
    }
}
