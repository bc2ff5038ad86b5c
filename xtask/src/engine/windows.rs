//! A C compiler for Windows.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use super::install;
use super::place::Place;
use crate::run;

const COMPILER: &str = "x86_64-w64-mingw32-gcc";

/// This machine's, or Debian's, unpacked aside.
pub(crate) enum WindowsCompiler {
    Installed,
    Unpacked(PathBuf),
}

impl WindowsCompiler {
    /// Unpacks it where this machine has none.
    pub(crate) fn at_hand() -> Result<Self> {
        if run::which(COMPILER).is_some() {
            return Ok(Self::Installed);
        }
        Ok(Self::Unpacked(install::windows_compiler(&Place::open()?)?))
    }

    /// Has cargo compile C for `target` with it.
    pub(crate) fn set(&self, cargo: &mut Command, target: &str) {
        let Self::Unpacked(root) = self else {
            return;
        };
        let programs = root.join("usr/bin");
        let target = target.replace('-', "_");
        cargo
            .env(
                format!("CC_{target}"),
                programs.join(format!("{COMPILER}-posix")),
            )
            .env(
                format!("AR_{target}"),
                programs.join("x86_64-w64-mingw32-ar"),
            )
            // Those that the compiler itself is linked with.
            .env("LD_LIBRARY_PATH", root.join("usr/lib/x86_64-linux-gnu"));
    }
}
