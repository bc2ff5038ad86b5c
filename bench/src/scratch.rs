//! A folder for what is written and thrown away again.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

/// Removed when it is dropped. It is beside this program: temporary folders may be memory.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    /// `name` tells several of one process apart.
    pub(crate) fn new(name: &str) -> Result<Self> {
        let program = std::env::current_exe()?;
        let beside = program.parent().context("a program is in a folder")?;
        let folder = beside.join(format!("{name}-{}", std::process::id()));
        fs::create_dir(&folder)?;
        Ok(Self(folder))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Of something in it; of the folder itself without a name.
    pub(crate) fn text(&self, name: &str) -> Result<String> {
        let path = self.0.join(name);
        let path = path.to_str().context("a path of text")?;
        Ok(path.trim_end_matches('/').to_owned())
    }

    /// Has the disk take what was written before, so that it is not in the way of what
    /// comes next.
    pub(crate) fn settle(&self) -> Result<()> {
        let status = Command::new("sync").arg("-f").arg(&self.0).status()?;
        ensure!(status.success(), "sync: {status}");
        Ok(())
    }

    /// Empties it, and sees first that it held at least so many bytes.
    pub(crate) fn empty(&self, at_least: u64) -> Result<()> {
        let size = size(&self.0)?;
        ensure!(
            size >= at_least,
            "{size} bytes were written, not {at_least}"
        );
        fs::remove_dir_all(&self.0)?;
        Ok(fs::create_dir(&self.0)?)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn size(folder: &Path) -> Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        sum += if metadata.is_dir() {
            size(&entry.path())?
        } else {
            metadata.len()
        };
    }
    Ok(sum)
}
