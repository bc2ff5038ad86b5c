//! Bytes a second of exports and copies, and the memory they take, beside curl and the
//! docker command. Each is a process of its own, from its start to its end.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};
use stevedore::container::Container;
use stevedore::{Docker, Settings};

use crate::child::{Ran, run as run_and_hear, run_for_nobody};
use crate::figures::{Times, speed};
use crate::made::{Made, with_made};
use crate::part::{self, Part};
use crate::raw;
use crate::scratch::Scratch;

const ROUNDS: usize = 5;
/// The size of a file of a tree.
const FILE: u64 = 1 << 20;
/// Who does each of it.
const WHO: [&str; 3] = ["curl", "docker command", "stevedore"];
const OURS: usize = 2;

/// How to do each of it: given the container that it goes to, if it goes to one.
type Orders<'a> = [Box<dyn Fn(&str) -> Result<Command> + 'a>; 3];

enum To<'a> {
    Nowhere,
    /// Files on this side.
    Here,
    /// A container, where this path must be there after it. Each time it is a new one: to
    /// replace what is there takes time.
    Container(&'a str),
}

struct Bench<'a> {
    made: &'a Made,
    socket: PathBuf,
    /// Where the API is.
    url: String,
    /// The docker command.
    docker: &'a [&'a str],
    scratch: Scratch,
    size: u64,
}

pub(crate) fn run(size: u64, docker: &[&str]) -> Result<()> {
    let settings = Settings::from_env()?;
    let socket = raw::path(&settings.host)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let api = Docker::new(settings);
    runtime.block_on(with_made(&api, async |made| {
        let version = api.api_version().await?;
        let bench = Bench {
            made,
            socket: socket.clone(),
            url: format!("http://localhost/v{version}"),
            docker,
            scratch: Scratch::new("scratch")?,
            size: size / FILE * FILE,
        };
        println!(
            "{} bytes of /dev/urandom, {ROUNDS} times in turns; engine {} at API {version}\n",
            bench.size,
            api.version().await?.version
        );
        println!("| what | by | MB/s | of curl | peak (KiB) | of it grown (KiB) |");
        println!("|---|---|---|---|---|---|");
        bench.measure().await
    }))
}

impl Bench<'_> {
    async fn measure(&self) -> Result<()> {
        let fill = format!("head -c {} /dev/urandom > /file", self.size);
        let file = self.made.done(&fill).await?;
        self.exports(&file).await?;
        self.archives(&file, "/file").await?;
        self.copies_out("copy out, one file", &file, "/file")
            .await?;
        self.copies_in("copy in, one file", &file, "/file").await?;
        self.made.remove(None).await?;

        let fill = format!(
            "i=0; while [ $i -lt {} ]; do mkdir -p /tree/$((i % 100)) && \
             head -c {FILE} /dev/urandom > /tree/$((i % 100))/$i || exit 1; i=$((i + 1)); done",
            self.size / FILE
        );
        let tree = self.made.done(&fill).await?;
        self.copies_out("copy out, files of 1 MiB", &tree, "/tree")
            .await?;
        self.copies_in("copy in, files of 1 MiB", &tree, "/tree")
            .await
    }

    async fn exports(&self, from: &Container) -> Result<()> {
        let id = from.id();
        let orders: Orders<'_> = [
            Box::new(|_| Ok(self.get(&format!("/containers/{id}/export"), "/dev/null"))),
            Box::new(|_| Ok(self.docker(&["export", id]))),
            Box::new(|_| part::command(&["export", id])),
        ];
        self.row("export to nowhere", &To::Nowhere, &orders).await
    }

    async fn archives(&self, from: &Container, path: &str) -> Result<()> {
        let id = from.id();
        let orders: Orders<'_> = [
            Box::new(|_| Ok(self.get(&archive(id, path), "/dev/null"))),
            Box::new(|_| Ok(self.docker(&["cp", &format!("{id}:{path}"), "-"]))),
            Box::new(|_| part::command(&["archive", id, path])),
        ];
        self.row("archive to nowhere", &To::Nowhere, &orders).await
    }

    async fn copies_out(&self, what: &str, from: &Container, path: &str) -> Result<()> {
        let id = from.id();
        let here = &self.scratch.text("")?;
        let tar = &self.scratch.text("tar")?;
        let orders: Orders<'_> = [
            Box::new(|_| Ok(self.get(&archive(id, path), tar))),
            Box::new(|_| Ok(self.docker(&["cp", &format!("{id}:{path}"), here]))),
            Box::new(|_| part::command(&["out", id, path, here])),
        ];
        self.row(what, &To::Here, &orders).await
    }

    /// What is copied in is what there is in this container. curl sends it as an archive that
    /// is made before.
    async fn copies_in(&self, what: &str, from: &Container, path: &str) -> Result<()> {
        let source = Scratch::new("source")?;
        from.copy_out(path, source.path()).await?;
        let files = &source.text(path.trim_start_matches('/'))?;
        let tar = &source.text("tar")?;
        run_for_nobody(&mut self.get(&archive(from.id(), path), tar))?;
        let orders: Orders<'_> = [
            Box::new(|id| Ok(self.put(&archive(id, "/"), tar))),
            Box::new(|id| Ok(self.docker(&["cp", files, &format!("{id}:/")]))),
            Box::new(|id| part::command(&["in", id, files, "/"])),
        ];
        self.row(what, &To::Container(path), &orders).await
    }

    async fn row(&self, what: &str, to: &To<'_>, orders: &Orders<'_>) -> Result<()> {
        let mut sums: [Sum; 3] = Default::default();
        for round in 0..ROUNDS {
            for turn in 0..orders.len() {
                let at = (round + turn) % orders.len();
                let target = match to {
                    To::Container(_) => Some(self.made.create("true").await?),
                    To::Nowhere | To::Here => None,
                };
                self.scratch.settle()?;
                let id = target.as_ref().map_or("", Container::id);
                let mut command = orders[at](id)?;
                sums[at].add(if at == OURS {
                    run_and_hear(&mut command)?
                } else {
                    run_for_nobody(&mut command)?
                })?;
                if let To::Here = to {
                    self.scratch.empty(self.size)?;
                }
                if let (To::Container(path), Some(target)) = (to, target) {
                    target.path_stat(path).await.context(WHO[at])?;
                    target.remove().await?;
                }
            }
        }
        let floor = sums[0].times.percentile(50);
        for (who, sum) in WHO.iter().zip(&mut sums) {
            let median = sum.times.percentile(50);
            println!(
                "| {what} | {who} | {:.0} | {:.2} | {} | {} |",
                speed(self.size, median),
                floor.as_secs_f64() / median.as_secs_f64(),
                sum.peak,
                sum.grown.map_or(String::new(), |grown| grown.to_string())
            );
        }
        Ok(())
    }

    fn curl(&self) -> Command {
        let mut command = Command::new("curl");
        command
            .args(["--silent", "--show-error", "--fail", "--unix-socket"])
            .arg(&self.socket);
        command
    }

    fn get(&self, path: &str, to: &str) -> Command {
        let mut command = self.curl();
        command.arg(format!("{}{path}", self.url));
        command.args(["--output", to]);
        command
    }

    fn put(&self, path: &str, from: &str) -> Command {
        let mut command = self.curl();
        command.arg(format!("{}{path}", self.url));
        command.args(["--upload-file", from]);
        command
    }

    fn docker(&self, words: &[&str]) -> Command {
        let (program, before) = self.docker.split_first().unwrap_or((&"docker", &[]));
        let mut command = Command::new(program);
        command.args(before).args(words);
        command
    }
}

/// What came of one program's runs.
#[derive(Default)]
struct Sum {
    times: Times,
    peak: u64,
    grown: Option<u64>,
}

impl Sum {
    fn add(&mut self, ran: Ran) -> Result<()> {
        self.times.add([ran.took]);
        self.peak = self.peak.max(ran.peak);
        if !ran.said.is_empty() {
            let part = Part::read(&ran.said)?;
            self.grown = self.grown.max(Some(part.after - part.before));
        }
        Ok(())
    }
}

fn archive(id: &str, path: &str) -> String {
    format!("/containers/{id}/archive?path={path}")
}
