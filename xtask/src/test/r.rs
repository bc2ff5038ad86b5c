//! The rings of R: the package as it is packed, installed into a library of
//! its own, and tested from there.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::count::Count;
use super::{Outcome, testthat};
use crate::choose::Chosen;
use crate::package_r::{self, Installed};
use crate::run;

/// Which files of `r/tests/testthat` a ring runs.
#[derive(Clone, Copy)]
pub(super) enum Files {
    Unit,
    Wire,
    Live,
}

impl Files {
    fn pattern(self, engine: Option<&Chosen>) -> &'static str {
        match self {
            Self::Unit => "^(?!wire-|live-)",
            Self::Wire => "^wire-",
            Self::Live if engine.is_some_and(Chosen::is_private) => "^live-",
            // Nobody's own engine is made a swarm.
            Self::Live => "^live-(?!swarm)",
        }
    }
}

/// The package installs with nothing but its tarball.
pub(super) fn package(installed: &Installed) -> Outcome {
    let how = if installed.anew {
        "packed, and installed without network"
    } else {
        "unchanged since it was packed and installed"
    };
    Outcome {
        count: Count::one(),
        said: format!("{}: {how}\n", installed.tarball.display()),
    }
}

pub(super) fn tests(
    installed: &Installed,
    scripted: &Path,
    files: Files,
    engine: Option<&Chosen>,
    label: &str,
) -> Result<Outcome> {
    let work = tempfile::tempdir().context("cannot make a temporary folder")?;
    let report = work.path().join("report.tsv");
    let mut command = match engine {
        Some(engine) => engine.command("Rscript"),
        None => Command::new("Rscript"),
    };
    match engine {
        Some(engine) if engine.is_private() => command
            .env("STEVEDORE_TEST_DOCKER", &engine.host)
            .env("STEVEDORE_TEST_SWARM", &engine.host),
        Some(engine) => command
            .env("STEVEDORE_TEST_DOCKER", &engine.host)
            .env_remove("STEVEDORE_TEST_SWARM"),
        None => command
            .env_remove("STEVEDORE_TEST_DOCKER")
            .env_remove("DOCKER_HOST"),
    };
    command
        .arg("--vanilla")
        .arg(run::root().join("xtask/r/testthat.R"))
        .arg(run::root().join("r/tests/testthat"))
        .arg(files.pattern(engine))
        .arg(&report)
        .env("STEVEDORE_TEST_RUN", label)
        .env("STEVEDORE_SCRIPTED", scripted)
        .env("STEVEDORE_SPEC", run::root().join("spec"))
        // Without this testthat passes its snapshots by.
        .env("NOT_CRAN", "true");
    let mut command = package_r::r(command, &installed.library);
    let said = run::quiet(&mut command)?;
    // Where R could not even begin there is no report, and what it said says why.
    let report = std::fs::read_to_string(&report).unwrap_or_default();
    let count = testthat::count(&report)?;
    // Which test began when is only of interest where one never ended.
    let lines = said
        .text
        .lines()
        .filter(|line| !line.starts_with("begin: "));
    Ok(Outcome {
        count,
        said: lines.flat_map(|line| [line, "\n"]).collect(),
    })
}

/// R's own check of the tarball, alone with it.
pub(super) fn check(installed: &Installed) -> Result<Outcome> {
    let home = tempfile::tempdir().context("cannot make a temporary folder")?;
    let mut command = package_r::alone("R", home.path())?;
    command
        .args(["CMD", "check", "--no-manual"])
        .arg(&installed.tarball)
        // In megabytes. R takes a note of more than 5, which a library with TLS in it has.
        .env("_R_CHECK_PKG_SIZES_THRESHOLD_", "9");
    let mut command = package_r::r(command, Path::new(""));
    let said = run::quiet(&mut command)?;
    let verdict = status(&said.text);
    if said.status.success() && verdict == Some("OK") {
        return Ok(Outcome {
            count: Count::one(),
            said: said.text,
        });
    }
    let mut text = said.text.clone();
    for file in ["00install.out", "tests/testthat.Rout.fail"] {
        let file = home.path().join("stevedore.Rcheck").join(file);
        if let Ok(content) = std::fs::read_to_string(&file) {
            text.extend([&file.display().to_string(), ":\n", &content, "\n"]);
        }
    }
    let verdict = verdict.unwrap_or("no status").to_owned();
    Ok(Outcome {
        count: Count::failure(format!("R CMD check --no-manual: {verdict}")),
        said: text,
    })
}

/// What `R CMD check` makes of the package: `OK`, or how many of what.
fn status(text: &str) -> Option<&str> {
    text.lines()
        .find_map(|line| line.strip_prefix("Status: "))
        .map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_of_a_check_is_found() {
        assert_eq!(status("* DONE\n\nStatus: 1 NOTE\n"), Some("1 NOTE"));
        assert_eq!(status("* checking ...\n"), None);
    }
}
