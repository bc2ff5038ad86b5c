//! The time of a listing of many containers, beside curl and a socket with nothing around it.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use stevedore::container::List;
use stevedore::{Docker, Settings};
use tokio::runtime::{Builder, Runtime};

use crate::figures::millis;
use crate::made::Made;
use crate::r::R;
use crate::raw::{self, Question, Raw};
use crate::turns::{contestant, print, take_turns};

const ROUNDS: usize = 20;
const LISTS: usize = 5;

pub(crate) fn run(count: usize, library: &str) -> Result<()> {
    let settings = Settings::from_env()?;
    let one = Builder::new_current_thread().enable_all().build()?;
    let docker = Docker::new(settings.clone());
    let made = one.block_on(Made::new(&docker))?;
    let outcome = one.block_on(make(&made, count));
    let outcome = outcome.and_then(|()| measure(&one, &docker, &settings, count, library));
    one.block_on(made.remove(None))?;
    outcome
}

async fn make(made: &Made, count: usize) -> Result<()> {
    for _ in 0..count {
        made.create("true").await?;
    }
    Ok(())
}

fn measure(
    one: &Runtime,
    docker: &Docker,
    settings: &Settings,
    count: usize,
    library: &str,
) -> Result<()> {
    let path = raw::path(&settings.host)?;
    let engine = one.block_on(docker.version())?;
    let version = one.block_on(docker.api_version())?.to_string();
    let blocking = stevedore::blocking::Docker::new(settings.clone())?;
    let mut raw = Raw::new(&path, Question::containers(&version))?;
    let mut r = R::start(library)?;
    let all = List::new().all(true);
    let found = one.block_on(docker.containers().list(&all))?.len();
    ensure!(found >= count, "{found} of {count} containers are listed");
    let url = format!("http://localhost/v{version}/containers/json?all=1");

    let mut contestants = [
        contestant("raw socket", |times| {
            (0..times).map(|_| raw.ask()).collect()
        }),
        contestant("curl", |times| {
            let mut curl = Command::new("curl");
            curl.args(["--silent", "--fail", "--write-out", "%{time_total}"])
                .args(["--output", "/dev/null", "--unix-socket"])
                .args([path.as_os_str(), url.as_ref()]);
            (0..times).map(|_| by_itself(&mut curl)).collect()
        }),
        contestant("stevedore, async", |times| {
            one.block_on(async {
                let mut took = Vec::with_capacity(times);
                for _ in 0..times {
                    let begun = Instant::now();
                    let listed = docker.containers().list(&all).await?;
                    took.push(begun.elapsed());
                    ensure!(listed.len() == found, "{} are listed", listed.len());
                }
                Ok(took)
            })
        }),
        contestant("stevedore, blocking", |times| {
            let mut took = Vec::with_capacity(times);
            for _ in 0..times {
                let begun = Instant::now();
                blocking.containers().list(&all)?;
                took.push(begun.elapsed());
            }
            Ok(took)
        }),
        contestant("stevedore, R", |times| r.times("list", times)),
    ];
    take_turns(&mut contestants, ROUNDS, LISTS)?;
    println!(
        "{} lists each of {found} containers, in {ROUNDS} turns; engine {} at API {version}\n",
        ROUNDS * LISTS,
        engine.version
    );
    print(&mut contestants, "list", "ms", millis);
    Ok(())
}

/// How long a program says that it took, without its own start.
fn by_itself(command: &mut Command) -> Result<Duration> {
    let output = command.output().context("cannot run curl")?;
    ensure!(output.status.success(), "curl: {}", output.status);
    let seconds: f64 = String::from_utf8(output.stdout)?.parse()?;
    Ok(Duration::from_secs_f64(seconds))
}
