//! The time of a ping, beside a socket with nothing around it.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use stevedore::{Docker, Settings};
use tokio::runtime::{Builder, Runtime};

use crate::figures::micros;
use crate::r::R;
use crate::raw::{self, Question, Raw, RawAsync};
use crate::turns::{contestant, print, take_turns};

const ROUNDS: usize = 40;
const PINGS: usize = 250;

pub(crate) fn run(library: Option<&str>) -> Result<()> {
    let settings = Settings::from_env()?;
    let path = raw::path(&settings.host)?;
    let one = Builder::new_current_thread().enable_all().build()?;
    let many = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;

    let docker = Docker::new(settings.clone());
    let engine = one.block_on(docker.version())?;
    let version = one.block_on(docker.api_version())?.to_string();
    let spawned = Docker::new(settings.clone());
    let blocking = stevedore::blocking::Docker::new(settings)?;
    let mut raw = Raw::new(&path, Question::ping(&version))?;
    let mut raw_async = one.block_on(RawAsync::new(&path, Question::ping(&version)))?;
    let bollard = bollard(&one, &path)?;
    let mut r = library.map(R::start).transpose()?;

    let mut contestants = vec![
        contestant("raw socket", |times| {
            (0..times).map(|_| raw.ask()).collect()
        }),
        contestant("raw socket, tokio", |times| {
            one.block_on(async {
                let mut took = Vec::with_capacity(times);
                for _ in 0..times {
                    took.push(raw_async.ask().await?);
                }
                Ok(took)
            })
        }),
        contestant("stevedore, async", |times| {
            one.block_on(pings(&docker, times))
        }),
        contestant("stevedore, async, task of many threads", |times| {
            let docker = spawned.clone();
            let task = async move { pings(&docker, times).await };
            many.block_on(many.spawn(task))?
        }),
        contestant("stevedore, blocking", |times| {
            let mut took = Vec::with_capacity(times);
            for _ in 0..times {
                let begun = Instant::now();
                blocking.ping()?;
                took.push(begun.elapsed());
            }
            Ok(took)
        }),
        contestant("bollard, async", |times| {
            one.block_on(async {
                let mut took = Vec::with_capacity(times);
                for _ in 0..times {
                    let begun = Instant::now();
                    bollard.ping().await?;
                    took.push(begun.elapsed());
                }
                Ok(took)
            })
        }),
    ];
    if let Some(r) = &mut r {
        contestants.push(contestant("stevedore, R", |times| r.times("ping", times)));
    }
    take_turns(&mut contestants, ROUNDS, PINGS)?;
    println!(
        "{} pings each, in {ROUNDS} turns; engine {} at API {version}\n",
        ROUNDS * PINGS,
        engine.version
    );
    print(&mut contestants, "ping", "us", micros);
    Ok(())
}

async fn pings(docker: &Docker, times: usize) -> Result<Vec<Duration>> {
    let mut took = Vec::with_capacity(times);
    for _ in 0..times {
        let begun = Instant::now();
        docker.ping().await?;
        took.push(begun.elapsed());
    }
    Ok(took)
}

fn bollard(runtime: &Runtime, path: &Path) -> Result<bollard::Docker> {
    let path = path.to_str().context("a path of text")?;
    let _inside = runtime.enter();
    Ok(bollard::Docker::connect_with_unix(
        path,
        120,
        bollard::API_DEFAULT_VERSION,
    )?)
}
