//! What is measured in a process of its own: this program does one thing, and says how many
//! seconds it took and the most memory (KiB) that it has had before and after.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use stevedore::container::Logs;
use stevedore::{Answer, Docker};

use crate::child::status;
use crate::r::numbers;

pub(crate) struct Part {
    pub(crate) took: Duration,
    pub(crate) before: u64,
    pub(crate) after: u64,
}

impl Part {
    /// What such a process has said.
    pub(crate) fn read(said: &str) -> Result<Self> {
        let [seconds, before, after] = numbers(said)?[..] else {
            bail!("a part said {said}");
        };
        Ok(Self {
            took: Duration::from_secs_f64(seconds),
            before: before as u64,
            after: after as u64,
        })
    }
}

pub(crate) fn run(words: &[&str]) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let docker = Docker::from_env()?;
        docker.ping().await?;
        let before = status("self", "VmHWM")?;
        let begun = Instant::now();
        perform(&docker, words).await?;
        let took = begun.elapsed();
        let after = status("self", "VmHWM")?;
        println!("{} {before} {after}", took.as_secs_f64());
        Ok(())
    })
}

async fn perform(docker: &Docker, words: &[&str]) -> Result<()> {
    match *words {
        ["export", id] => read(docker.container(id).export().await?).await,
        ["archive", id, path] => read(docker.container(id).archive(path).await?).await,
        ["out", id, path, to] => {
            docker.container(id).copy_out(path, to).await?;
            Ok(())
        }
        ["in", id, from, path] => {
            docker.container(id).copy_in(from, path).await?;
            Ok(())
        }
        ["logs", id, to] => follow(docker, id, to.into()).await,
        _ => bail!("no part {words:?}"),
    }
}

/// Into nothing.
async fn read(mut answer: Answer) -> Result<()> {
    while answer.next().await?.is_some() {}
    Ok(())
}

async fn follow(docker: &Docker, id: &str, to: PathBuf) -> Result<()> {
    let mut file = BufWriter::with_capacity(64 << 10, File::create(to)?);
    let mut logs = docker.container(id).logs(Logs::new().follow(true)).await?;
    while let Some(chunk) = logs.try_next().await? {
        file.write_all(&chunk.bytes)?;
    }
    Ok(file.flush()?)
}

/// The command for such a process.
pub(crate) fn command(words: &[&str]) -> Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("part").args(words);
    Ok(command)
}
