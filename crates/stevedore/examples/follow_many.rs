//! Follows the log of a container very many times at once, and shows what that takes.
//!
//! `follow_many NAME [COUNT]`; the container must write something now and then.
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::fs;

use stevedore::container::Logs;
use stevedore::{Chunks, Docker, Error, ErrorKind};

#[tokio::main(flavor = "current_thread")]
async fn main() -> stevedore::Result<()> {
    let mut words = std::env::args().skip(1);
    let (Some(name), Ok(count)) = (words.next(), words.next().map_or(Ok(1000), |it| it.parse()))
    else {
        return Err(Error::new(
            ErrorKind::Settings,
            "name a container, and perhaps how often to follow it",
        ));
    };
    let docker = Docker::from_env()?;
    docker.ping().await?;
    let before = Taken::now();
    before.show("before");
    // What a round gives back the next one takes again.
    for _ in 0..4 {
        round(&docker, &name, count, &before).await?;
        Taken::now().show("after");
    }
    Ok(())
}

async fn round(docker: &Docker, name: &str, count: u64, before: &Taken) -> stevedore::Result<()> {
    let mut followed: Vec<Chunks> = Vec::new();
    for _ in 0..count {
        let logs = Logs::new().follow(true).tail(1);
        followed.push(docker.container(name).logs(logs).await?);
    }
    let mut bytes = 0;
    for chunks in &mut followed {
        if let Some(chunk) = chunks.try_next().await? {
            bytes += chunk.bytes.len();
        }
    }
    let during = Taken::now();
    during.show(&format!("{count} followed, {bytes} bytes read"));
    if let Some(each) = during
        .memory
        .saturating_sub(before.memory)
        .checked_div(count)
    {
        println!("{each} KiB of memory each");
    }
    Ok(())
}

/// What this process takes of the system.
struct Taken {
    threads: u64,
    /// In KiB.
    memory: u64,
    sockets: usize,
}

impl Taken {
    fn now() -> Self {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let number = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name));
            let word = line.and_then(|line| line.split_whitespace().nth(1));
            word.and_then(|word| word.parse().ok()).unwrap_or(0)
        };
        let open = fs::read_dir("/proc/self/fd")
            .into_iter()
            .flatten()
            .flatten();
        let is_socket = |entry: &fs::DirEntry| {
            let to = fs::read_link(entry.path()).unwrap_or_default();
            to.to_string_lossy().starts_with("socket:")
        };
        Self {
            threads: number("Threads:"),
            memory: number("VmRSS:"),
            sockets: open.filter(is_socket).count(),
        }
    }

    fn show(&self, when: &str) {
        let Self {
            threads,
            memory,
            sockets,
        } = self;
        println!("{when}: {threads} threads, {memory} KiB of memory, {sockets} sockets");
    }
}
