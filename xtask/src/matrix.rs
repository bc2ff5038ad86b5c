//! `cargo xtask matrix`: the live tests of Rust and R on every private engine,
//! and a page that tells how it went.
//!
//! An engine may fail a test: by an error of its own, or because it does
//! another thing than Docker. Such a failure is [`argued`]; one that is not is
//! ours, and so is an argument that nothing bears out any more.

use std::fs;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};

use crate::test::{self, Failure, Tried};
use crate::{engine, run, setup};
use argued::Argued;

mod argued;
mod page;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only this private engine, and no page is written; may be repeated
    #[arg(long, value_name = "NAME")]
    engine: Vec<String>,
}

/// Whether nothing failed but what was known to.
pub(crate) fn run(args: &Args) -> Result<bool> {
    ensure!(
        run::is_root(),
        "the tests are run on private engines, and these need root"
    );
    setup::engine_tools()?;
    let began = Instant::now();
    let tried = test::live(&chosen(&args.engine)?)?;
    let complaints: Vec<String> = tried.iter().flat_map(complaints).collect();
    if args.engine.is_empty() {
        let path = run::root().join("docs/engines.md");
        fs::write(&path, page::page(&tried))
            .with_context(|| format!("cannot write {}", path.display()))?;
        println!("written: docs/engines.md");
    }
    for complaint in &complaints {
        println!("failed: {complaint}");
    }
    let mut total = test::Count::default();
    for Tried { rust, r, .. } in tried {
        total += rust;
        total += r;
    }
    println!("{total} in {:.0} s", began.elapsed().as_secs_f32());
    Ok(complaints.is_empty())
}

fn chosen(named: &[String]) -> Result<Vec<&'static str>> {
    if named.is_empty() {
        return Ok(engine::names().to_vec());
    }
    let known = |name: &String| {
        let found = engine::names().iter().find(|known| *known == name);
        found.copied().with_context(|| {
            format!(
                "there is no private engine named {name}; there are {}",
                engine::names().join(", ")
            )
        })
    };
    named.iter().map(known).collect()
}

/// What is wrong with a result, beside what is argued.
fn complaints(tried: &Tried) -> Vec<String> {
    let engine = tried.engine;
    let unargued = failures(tried)
        .filter(|failure| Argued::of(engine, &failure.test).is_none())
        .map(|failure| format!("{engine}: {failure}"));
    let unborne = Argued::on(engine)
        .filter(|argued| !failures(tried).any(|failure| argued.is_about(engine, &failure.test)))
        .map(|argued| format!("{engine}: {} is said to fail, and did not", argued.test));
    unargued.chain(unborne).collect()
}

fn failures(tried: &Tried) -> impl Iterator<Item = &Failure> {
    tried.rust.failed.iter().chain(&tried.r.failed)
}

#[cfg(test)]
mod tests;
