//! Shows what the running containers use, as `docker stats --no-stream` does; with a name
//! what that one uses, again and again.
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use stevedore::Error;
use stevedore::blocking::Docker;
use stevedore::container::{List, Stats, Usage};

fn main() -> Result<(), Error> {
    let docker = Docker::from_env()?;
    println!(
        "{:20} {:>7} {:>21} {:>7} {:>17} {:>17} {:>5}",
        "NAME", "CPU %", "MEM USAGE / LIMIT", "MEM %", "NET I/O", "BLOCK I/O", "PIDS"
    );
    if let Some(name) = std::env::args().nth(1) {
        for usage in docker.container(name).stats(Stats::new())? {
            show(&usage?);
        }
    } else {
        for usage in docker.containers().stats(&List::new(), &Stats::new())? {
            show(&usage);
        }
    }
    Ok(())
}

fn show(usage: &Usage) {
    let cpu = usage.cpu_percent.map(|percent| format!("{percent:.2}"));
    let pair = |one, other| format!("{one} / {other}");
    println!(
        "{:20} {:>7} {:>21} {:>7.2} {:>17} {:>17} {:>5}",
        usage.name,
        cpu.as_deref().unwrap_or("--"),
        pair(usage.memory, usage.memory_limit),
        usage.memory_percent(),
        pair(usage.network_received, usage.network_sent),
        pair(usage.block_read, usage.block_written),
        usage.pids
    );
}
