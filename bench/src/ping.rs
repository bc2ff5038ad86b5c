//! The time of a ping, beside a socket with nothing around it.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use stevedore::{Docker, Host, Settings};
use tokio::runtime::{Builder, Runtime};

use crate::figures::{Times, micros};
use crate::r::R;
use crate::raw::{Raw, RawAsync};

/// Contestants take turns, so that what else happens on the machine hits all alike.
const ROUNDS: usize = 40;
const PINGS: usize = 250;

struct Contestant<'a> {
    name: &'static str,
    ping: Box<dyn FnMut(usize) -> Result<Vec<Duration>> + 'a>,
    times: Times,
}

pub(crate) fn run(library: Option<&str>) -> Result<()> {
    let settings = Settings::from_env()?;
    let path = path(&settings.host)?;
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
    let mut raw = Raw::new(&path, &version)?;
    let mut raw_async = one.block_on(RawAsync::new(&path, &version))?;
    let bollard = bollard(&one, &path)?;
    let mut r = library.map(R::start).transpose()?;

    let mut contestants = vec![
        contestant("raw socket", |times| {
            (0..times).map(|_| raw.ping()).collect()
        }),
        contestant("raw socket, tokio", |times| {
            one.block_on(async {
                let mut took = Vec::with_capacity(times);
                for _ in 0..times {
                    took.push(raw_async.ping().await?);
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
        contestants.push(contestant("stevedore, R", |times| r.ping(times)));
    }
    for round in 0..=ROUNDS {
        let first = round % contestants.len();
        let (tail, head) = contestants.split_at_mut(first);
        for it in head.iter_mut().chain(tail) {
            let took = (it.ping)(PINGS).with_context(|| it.name)?;
            // The first round warms up.
            if round > 0 {
                it.times.add(took);
            }
        }
    }

    println!(
        "{} pings each, in {ROUNDS} turns; engine {} at API {version}\n",
        contestants[0].times.count(),
        engine.version
    );
    println!("| ping | median (us) | 90 % (us) | of the raw socket |\n|---|---|---|---|");
    let floor = contestants[0].times.percentile(50);
    for it in &mut contestants {
        let (median, most) = (it.times.percentile(50), it.times.percentile(90));
        println!(
            "| {} | {:.1} | {:.1} | {:.2} |",
            it.name,
            micros(median),
            micros(most),
            median.as_secs_f64() / floor.as_secs_f64()
        );
    }
    Ok(())
}

fn contestant<'a>(
    name: &'static str,
    ping: impl FnMut(usize) -> Result<Vec<Duration>> + 'a,
) -> Contestant<'a> {
    Contestant {
        name,
        ping: Box::new(ping),
        times: Times::default(),
    }
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

fn bollard(runtime: &Runtime, path: &std::path::Path) -> Result<bollard::Docker> {
    let path = path.to_str().context("a path of text")?;
    let _inside = runtime.enter();
    Ok(bollard::Docker::connect_with_unix(
        path,
        120,
        bollard::API_DEFAULT_VERSION,
    )?)
}

fn path(host: &Host) -> Result<PathBuf> {
    let text = host.to_string();
    let path = text.strip_prefix("unix://");
    path.map(PathBuf::from)
        .with_context(|| format!("{host} is no unix socket, which the raw exchange needs"))
}
