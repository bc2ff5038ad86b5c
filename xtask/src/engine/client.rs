//! The docker command, unpacked aside as the engines are.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::install;
use super::place::Place;
use crate::run;

/// The docker command of the suite that `docker-28.5` comes from.
pub(crate) struct Client {
    root: PathBuf,
    loader: PathBuf,
}

impl Client {
    /// Unpacks it where it is missing.
    pub(crate) fn unpacked() -> Result<Self> {
        let root = install::client(&Place::open()?)?;
        let loader = loader(&root.join("usr/lib"))?
            .with_context(|| format!("{} holds no dynamic loader", root.display()))?;
        Ok(Self { root, loader })
    }

    /// A call of it. It may be built for a newer C library than the host's, so its own loader
    /// starts it, with its own libraries.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.loader);
        if let Some(libraries) = self.loader.parent() {
            command.arg("--library-path").arg(libraries);
        }
        command.arg(self.root.join("usr/bin/docker"));
        command
    }

    /// What it says of itself: `28.5.2`.
    pub(crate) fn version(&self) -> Result<String> {
        let said = run::must(self.command().arg("--version"))?;
        let version = said.split([' ', ',']).nth(2);
        Ok(version.context("docker --version gave none")?.to_owned())
    }
}

/// `usr/lib/ARCHITECTURE/ld-linux-*.so.*`.
fn loader(lib: &Path) -> Result<Option<PathBuf>> {
    for folder in fs::read_dir(lib)? {
        let folder = folder?;
        if !folder.file_type()?.is_dir() {
            continue;
        }
        for file in fs::read_dir(folder.path())? {
            let file = file?;
            if file.file_name().to_string_lossy().starts_with("ld-linux") {
                return Ok(Some(file.path()));
            }
        }
    }
    Ok(None)
}
