//! Programs that are measured from outside: how long, and how much memory at most.

use std::io::Read as _;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

pub(crate) struct Ran {
    pub(crate) took: Duration,
    /// The most memory it has had, in KiB.
    pub(crate) peak: u64,
    /// What it wrote, where that was not for nobody.
    pub(crate) said: String,
}

/// Runs a program to its end.
pub(crate) fn run(command: &mut Command) -> Result<Ran> {
    measure(command.stdout(Stdio::piped()))
}

/// The same; what it writes goes nowhere.
pub(crate) fn run_for_nobody(command: &mut Command) -> Result<Ran> {
    measure(command.stdout(Stdio::null()))
}

fn measure(command: &mut Command) -> Result<Ran> {
    let name = format!("{:?}", command.get_program());
    let begun = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .spawn()
        .with_context(|| format!("cannot run {name}"))?;
    let pid = child.id().to_string();
    let ended = AtomicBool::new(false);
    let mut said = String::new();
    let (status, peak, took) = thread::scope(|scope| {
        let watch = scope.spawn(|| watch(&pid, &ended));
        let read = match &mut child.stdout {
            Some(output) => output.read_to_string(&mut said).map(drop),
            None => Ok(()),
        };
        let status = child.wait();
        let took = begun.elapsed();
        ended.store(true, Ordering::Relaxed);
        (read.and(status), watch.join().unwrap_or_default(), took)
    });
    let status = status.with_context(|| name.clone())?;
    ensure!(status.success(), "{name}: {status}: {said}");
    Ok(Ran { took, peak, said })
}

/// The kernel tells the most that there was, so it is enough to look now and then.
fn watch(pid: &str, ended: &AtomicBool) -> u64 {
    let mut peak = 0;
    while !ended.load(Ordering::Relaxed) {
        // A process that has ended has none.
        peak = status(pid, "VmHWM").unwrap_or(peak);
        thread::sleep(Duration::from_millis(2));
    }
    peak
}

/// A number of what the kernel tells of a process; memory is in KiB.
pub(crate) fn status(pid: &str, what: &str) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let mut lines = status.lines().map(|line| line.split_once(':'));
    let value = lines.find_map(|line| line.filter(|(name, _)| *name == what));
    let value = value.with_context(|| format!("no {what}"))?.1;
    let number = value.split_whitespace().next().context("a number")?;
    Ok(number.parse()?)
}
