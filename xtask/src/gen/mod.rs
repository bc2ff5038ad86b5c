//! `cargo xtask gen`: writes the Rust tables and types, the case tests and the
//! reference page, from the catalogue and the overlay, and the blocking methods from
//! the async ones.
//!
//! What comes out is checked in. With `--check` nothing is written, and what
//! would change is an error.

#![allow(
    clippy::format_push_string,
    clippy::format_collect,
    reason = "texts are put together here; how it reads matters more than how fast it is"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};

use crate::{catalogue, run};

mod blocking;
mod correct;
pub(crate) mod model;
pub(crate) mod name;
mod overlay;
mod page;
mod r;
mod resolve;
mod rust;
pub(crate) mod tree;

use model::Api;
use overlay::Overlay;
use tree::Operation;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Write nothing; fail if a checked-in file would become another
    #[arg(long)]
    check: bool,
}

/// Fails where a checked-in file is not what comes out; `cargo xtask test` asks.
pub(crate) fn check_all() -> Result<()> {
    run(&Args { check: true })
}

/// Generated files by their path from the root of the repository.
pub(crate) type Files = BTreeMap<PathBuf, String>;

/// A folder that holds nothing but generated files.
const GENERATED: &str = "crates/stevedore-api/src/generated";

pub(crate) fn run(args: &Args) -> Result<()> {
    let api = api()?;
    let mut files = Files::new();
    rust::emit(&api, Path::new(GENERATED), &mut files)?;
    blocking::emit(&mut files)?;
    page::emit(&api, &mut files);
    r::emit(&api, &mut files)?;
    let lines: usize = files.values().map(|text| text.lines().count()).sum();
    println!(
        "{} endpoints, {} objects, {} types, {} enumerations: {} files, {lines} lines",
        api.endpoints.len(),
        api.objects.len(),
        api.types.len(),
        api.words.len(),
        files.len(),
    );
    if args.check {
        check(&files)
    } else {
        write(&files)
    }
}

/// The catalogue as the overlay corrects it.
pub(crate) fn operations() -> Result<Vec<Operation>> {
    corrected(&overlay()?)
}

/// The operations that upstream describes, such as `GET /info`.
pub(crate) fn described() -> Result<Vec<String>> {
    let operations = tree::operations(&catalogue::load()?.expanded()?);
    Ok(operations.into_iter().map(|it| it.key).collect())
}

fn overlay() -> Result<Overlay> {
    Overlay::load(&run::root().join("api/overlay"))
}

fn corrected(overlay: &Overlay) -> Result<Vec<Operation>> {
    let catalogue = catalogue::load()?.expanded()?;
    let mut operations = tree::operations(&catalogue);
    correct::apply(&mut operations, &overlay.corrections)?;
    Ok(operations)
}

/// The model that everything is made from.
pub(crate) fn api() -> Result<Api> {
    let overlay = overlay()?;
    let operations = corrected(&overlay)?;
    let api = resolve::resolve(operations, &overlay)?;
    let complaints: Vec<_> = api
        .complaints
        .iter()
        .cloned()
        .chain(
            overlay
                .unused()
                .into_iter()
                .map(|it| format!("unused: {it}")),
        )
        .collect();
    ensure!(
        complaints.is_empty(),
        "api/overlay:\n  {}",
        complaints.join("\n  ")
    );
    Ok(api)
}

fn check(files: &Files) -> Result<()> {
    let mut wrong: Vec<_> = files
        .iter()
        .filter(|(path, text)| {
            fs::read_to_string(run::root().join(path)).ok().as_ref() != Some(text)
        })
        .map(|(path, _)| path.display().to_string())
        .collect();
    wrong.extend(
        left_over(files)?
            .iter()
            .map(|path| path.display().to_string()),
    );
    if wrong.is_empty() {
        println!("every generated file is what comes out");
        return Ok(());
    }
    bail!(
        "not what comes out: {}; run `cargo xtask gen`",
        wrong.join(", ")
    )
}

fn write(files: &Files) -> Result<()> {
    for path in left_over(files)? {
        fs::remove_file(run::root().join(path))?;
    }
    for (path, text) in files {
        let path = run::root().join(path);
        if fs::read_to_string(&path).ok().as_ref() == Some(text) {
            continue;
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// Files that were generated once and no longer are.
fn left_over(files: &Files) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![
        run::root().join(GENERATED),
        run::root().join(blocking::GENERATED),
    ];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let path = path.strip_prefix(run::root())?.to_path_buf();
            if !files.contains_key(&path) {
                found.push(path);
            }
        }
    }
    Ok(found)
}
