//! Measures the library; see `docs/benchmarks.md`. All but `decoders` use the engine of
//! `DOCKER_HOST`.

mod child;
mod decoders;
mod figures;
mod follow;
mod interrupt;
mod list;
mod logs;
mod made;
mod part;
mod ping;
mod r;
mod raw;
mod restart;
mod scratch;
mod soak;
mod tap;
mod transfer;
mod turns;

use anyhow::{Result, bail};

const USAGE: &str = "usage: stevedore-bench ping [R-LIBRARY] | decoders | soak PINGS STREAMS | \
     follow LOGS | list COUNT R-LIBRARY | transfer BYTES DOCKER-COMMAND... | logs BYTES R-LIBRARY | \
     interrupt REPEATS R-LIBRARY | restart COMMAND-THAT-STARTS-THE-ENGINE...";

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["ping"] => ping::run(None),
        ["ping", library] => ping::run(Some(library)),
        ["decoders"] => {
            decoders::run();
            Ok(())
        }
        ["soak", pings, streams] => soak::run(pings.parse()?, streams.parse()?),
        ["follow", logs] => follow::run(logs.parse()?),
        ["restart", again @ ..] => restart::run(again),
        ["list", count, library] => list::run(count.parse()?, library),
        ["transfer", size, docker @ ..] => transfer::run(size.parse()?, docker),
        ["logs", size, library] => logs::run(size.parse()?, library),
        ["interrupt", repeats, library] => interrupt::run(repeats.parse()?, library),
        // One thing of `transfer` or `logs`, in a process of its own.
        ["part", words @ ..] => part::run(words),
        _ => bail!(USAGE),
    }
}
