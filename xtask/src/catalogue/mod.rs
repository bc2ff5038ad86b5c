//! `cargo xtask catalogue`: merges upstream's descriptions of the Engine API,
//! one for each version, into the one file that code and documentation are
//! made from.
//!
//! The same bytes come out whether all versions are merged at once or each onto
//! the file that the ones before it gave.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};

use crate::run;

mod count;
mod layout;
mod lock;
mod merge;
pub(crate) mod model;
mod read;
mod shapes;
mod swagger;
#[cfg(test)]
mod tests;
pub(crate) mod value;
pub(crate) mod versions;
mod write;

use lock::Lock;
use model::{Catalogue, Operation};
use versions::{Version, Versions};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Upstream's descriptions to merge, in the order of their versions
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Start from nothing instead of the checked-in catalogue
    #[arg(long)]
    fresh: bool,
    /// Write nothing; fail if the checked-in files would become others
    #[arg(long)]
    check: bool,
    /// Print an operation with all that is below it, by upstream's name or `GET /path`
    #[arg(long, value_name = "OPERATION", conflicts_with_all = ["fresh", "check", "files"])]
    show: Option<String>,
    /// Print it as it is in this version
    #[arg(long, value_name = "VERSION", requires = "show")]
    at: Option<Version>,
}

/// The checked-in catalogue, its shapes apart.
pub(crate) fn load() -> Result<Catalogue> {
    Files::checked_in()?.catalogue()
}

pub(crate) fn run(args: &Args) -> Result<()> {
    if let Some(operation) = &args.show {
        print!("{}", show(&load()?, operation, args.at)?);
        return Ok(());
    }
    let old = Files::checked_in()?;
    let start = if args.fresh {
        Files::default()
    } else {
        old.clone()
    };
    let mut catalogue = start.catalogue()?.expanded()?;
    let mut lock = Lock::parse(&start.lock).context(LOCK)?;
    ensure!(
        lock.versions() == catalogue.versions,
        "{CATALOGUE} and {LOCK} are not of the same versions"
    );
    for file in &args.files {
        merge_file(&mut catalogue, &mut lock, file).with_context(|| file.display().to_string())?;
    }
    let new = Files::of(&catalogue, &lock)?;
    print!("{}", count::Counts::of(&catalogue));
    if args.check {
        return old.compare(&new);
    }
    new.save(&old)
}

fn merge_file(catalogue: &mut Catalogue, lock: &mut Lock, file: &Path) -> Result<()> {
    let text = fs::read_to_string(file)?;
    let newer = swagger::read(&text)?;
    let version = newer.versions.first().context("no version")?;
    match lock.state(version, &text) {
        lock::State::Same => {
            println!("{version} is in the catalogue already, from the same file");
            return Ok(());
        }
        lock::State::Other => {
            bail!("{version} is in the catalogue already, from a file with other contents")
        }
        lock::State::New => {}
    }
    merge::merge(catalogue, newer)?;
    lock.add(version, &text);
    Ok(())
}

/// An operation expanded, in all versions or one.
fn show(catalogue: &Catalogue, wanted: &str, at: Option<Version>) -> Result<String> {
    let expanded = catalogue.expanded()?;
    let called =
        |operation: &&Operation| format!("{} {}", operation.method, operation.path) == wanted;
    let found = expanded
        .operation(wanted)
        .or_else(|| expanded.operations.iter().find(called));
    let operation = found.with_context(|| format!("there is no operation {wanted}"))?;
    let versions = at.map_or(expanded.versions, Versions::only);
    let operation = merge::restrict_operation(operation, versions)
        .with_context(|| format!("{wanted} is not in that version"))?;
    Ok(write::operation(&operation, versions))
}

const CATALOGUE: &str = "api/engine.yaml";
const LOCK: &str = "api/sources.lock";

/// The files, as text; empty where there are none yet.
#[derive(Debug, Clone, Default, PartialEq)]
struct Files {
    catalogue: String,
    lock: String,
}

impl Files {
    fn checked_in() -> Result<Self> {
        let text = |name: &str| {
            let path = run::root().join(name);
            match fs::read_to_string(&path) {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
                other => other.with_context(|| format!("cannot read {}", path.display())),
            }
        };
        Ok(Self {
            catalogue: text(CATALOGUE)?,
            lock: text(LOCK)?,
        })
    }

    /// The files for an expanded catalogue.
    fn of(catalogue: &Catalogue, lock: &Lock) -> Result<Self> {
        let apart = catalogue.factored();
        let files = Self {
            catalogue: write::catalogue(&apart),
            lock: lock.to_string(),
        };
        // Nothing may be lost in writing: the next merge starts from the file.
        ensure!(
            files.catalogue()? == apart && apart.expanded()? == *catalogue,
            "what was written is read as something else: a fault of this program"
        );
        Ok(files)
    }

    fn catalogue(&self) -> Result<Catalogue> {
        if self.catalogue.is_empty() {
            return Ok(Catalogue::default());
        }
        read::catalogue(&self.catalogue).context(CATALOGUE)
    }

    fn compare(&self, new: &Self) -> Result<()> {
        let pairs = [
            (CATALOGUE, &self.catalogue, &new.catalogue),
            (LOCK, &self.lock, &new.lock),
        ];
        for (name, old, new) in pairs {
            if old != new {
                let same = old
                    .lines()
                    .zip(new.lines())
                    .take_while(|(old, new)| old == new);
                bail!(
                    "{name} is not what comes out, from line {} on; \
                     run `cargo xtask catalogue` with the same arguments but --check",
                    same.count() + 1
                );
            }
            println!("{name} is what comes out");
        }
        Ok(())
    }

    fn save(&self, old: &Self) -> Result<()> {
        if self == old {
            println!("nothing changes");
            return Ok(());
        }
        fs::create_dir_all(run::root().join("api"))?;
        for (name, text) in [(CATALOGUE, &self.catalogue), (LOCK, &self.lock)] {
            fs::write(run::root().join(name), text)
                .with_context(|| format!("cannot write {name}"))?;
            println!("{name}: {} lines", text.lines().count());
        }
        Ok(())
    }
}
