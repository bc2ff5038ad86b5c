//! Measures the library: `ping`, `decoders`, `soak`, `restart`. See `docs/benchmarks.md`.
//!
//! All but the decoders use the engine of `DOCKER_HOST`.

mod decoders;
mod figures;
mod ping;
mod r;
mod raw;
mod restart;
mod soak;

use anyhow::{Result, bail};

const USAGE: &str = "usage: stevedore-bench ping [R-LIBRARY] | decoders | soak [PINGS STREAMS] | \
     restart COMMAND-THAT-STARTS-THE-ENGINE...";

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
        ["soak"] => soak::run(100_000, 10_000),
        ["soak", pings, streams] => soak::run(pings.parse()?, streams.parse()?),
        ["restart", again @ ..] => restart::run(again),
        _ => bail!(USAGE),
    }
}
