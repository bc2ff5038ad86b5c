//! From Ctrl-C in R until its condition is caught, and from a drop in Rust until the far side
//! sees the end of the socket.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use stevedore::container::{Container, Create, Logs, Run};
use stevedore::{Docker, Settings, exec};

use crate::figures::{Times, micros, millis};
use crate::made::{Made, with_made};
use crate::r::{R, numbers};
use crate::raw;
use crate::tap::Tap;

/// What R does: what a container runs meanwhile, and the name of the call in the script.
const CALLS: [(&str, &str, &str); 6] = [
    ("logs(follow = TRUE), nothing comes", QUIET, "logs"),
    ("logs(follow = TRUE), lines come", BUSY, "logs"),
    ("wait()", QUIET, "wait"),
    ("exec()", QUIET, "exec"),
    ("run()", QUIET, "run"),
    ("run(rm = TRUE), with the removal", QUIET, "run_rm"),
];
const QUIET: &str = "exec sleep 86400";
const BUSY: &str = "while :; do echo line; sleep 0.001; done";

pub(crate) fn run(repeats: usize, library: &str) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let docker = Docker::from_env()?;
    runtime.block_on(with_made(&docker, async |made| {
        println!(
            "{repeats} times each; engine {} at API {}\n",
            docker.version().await?.version,
            docker.api_version().await?
        );
        in_r(made, repeats, library).await?;
        println!();
        in_rust(made, repeats).await
    }))
}

async fn in_r(made: &Made, repeats: usize, library: &str) -> Result<()> {
    let mut r = R::start_with(library, "interrupt.R")?;
    let pid: i32 = r.hear()?.parse()?;
    let pid = Pid::from_raw(pid).context("R has a process")?;
    println!("| interrupted in R | median (ms) | worst (ms) | sockets before | sockets after |");
    println!("|---|---|---|---|---|");
    for (what, command, call) in CALLS {
        let container = made.create(command).await?;
        container.start().await?;
        let mut times = Times::default();
        let mut sockets = [0, 0];
        for _ in 0..repeats {
            let (took, before, after) = interrupt(&mut r, pid, call, &container)?;
            times.add([took]);
            sockets = [sockets[0].max(before), sockets[1].max(after)];
            // Of a run there may be a container.
            made.remove(Some(&container)).await?;
        }
        println!(
            "| {what} | {:.1} | {:.1} | {} | {} |",
            millis(times.percentile(50)),
            millis(times.percentile(100)),
            sockets[0],
            sockets[1]
        );
        made.remove(None).await?;
    }
    Ok(())
}

/// One call that is interrupted: how long that took, and the sockets before and after.
fn interrupt(
    r: &mut R,
    pid: Pid,
    call: &str,
    container: &Container,
) -> Result<(Duration, usize, usize)> {
    r.tell(&format!("{call} {}", container.id()))?;
    ensure!(r.hear()? == "ready", "R is not ready");
    std::thread::sleep(a_while());
    let sent = SystemTime::now().duration_since(UNIX_EPOCH)?;
    kill_process(pid, Signal::INT)?;
    let said = r.hear()?;
    let [caught, before, after] = numbers(&said)?[..] else {
        bail!("R said {said}");
    };
    ensure!(caught.is_finite(), "{call} was not interrupted");
    let took = Duration::from_secs_f64((caught - sent.as_secs_f64()).max(0.0));
    Ok((took, before as usize, after as usize))
}

async fn in_rust(made: &Made, repeats: usize) -> Result<()> {
    let settings = Settings::from_env()?;
    let tap = Tap::open(&raw::path(&settings.host)?)?;
    let docker = Docker::new(settings.host(tap.host()?));
    let quiet = made.create(QUIET).await?;
    quiet.start().await?;
    println!("| dropped in Rust | until the far side knows, median (us) | worst (us) |");
    println!("|---|---|---|");
    for what in ["logs", "wait", "exec", "run"] {
        let mut times = Times::default();
        for _ in 0..repeats {
            times.add([dropped(&docker, &tap, what, &quiet).await?]);
            made.remove(Some(&quiet)).await?;
        }
        println!(
            "| {what} | {:.0} | {:.0} |",
            micros(times.percentile(50)),
            micros(times.percentile(100))
        );
    }
    Ok(())
}

async fn dropped(docker: &Docker, tap: &Tap, what: &str, quiet: &Container) -> Result<Duration> {
    let container = docker.container(quiet.id());
    let sleep = ["sleep", "86400"];
    match what {
        "logs" => {
            let logs = Logs::new().follow(true);
            tap.time(Box::pin(container.logs(logs).await?))
        }
        "wait" => {
            let mut wait = Box::pin(container.wait());
            let waited = tokio::time::timeout(a_while(), &mut wait).await;
            ensure!(waited.is_err(), "the container has ended");
            tap.time(wait)
        }
        "exec" => {
            let exec = container.exec(exec::Create::new().cmd(sleep));
            tap.time(exec.start().await?)
        }
        _ => {
            let labels = quiet.inspect().await?.config.labels;
            let create = Create::new("busybox").cmd(sleep).labels(labels);
            let run = docker.containers().run(create, Run::new());
            tap.time(run.start().await?)
        }
    }
}

/// Up to a second, as chance has it.
fn a_while() -> Duration {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let chance = now.unwrap_or_default().subsec_micros() % 1000;
    Duration::from_millis(u64::from(chance))
}
