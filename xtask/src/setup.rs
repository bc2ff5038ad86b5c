//! What the commands need on this machine, and how it gets there.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::run;

/// Something the machine should have.
struct Need {
    name: &'static str,
    /// The Debian and Ubuntu package that brings it.
    package: &'static str,
    /// What to do where there is no apt.
    elsewhere: &'static str,
    is_there: fn() -> bool,
}

const R: Need = Need {
    name: "R",
    package: "r-base-core",
    elsewhere: "R 4.2 or newer from https://cran.r-project.org",
    is_there: || run::which("Rscript").is_some(),
};

const TESTTHAT: Need = Need {
    name: "R's testthat",
    package: "r-cran-testthat",
    elsewhere: "testthat, with install.packages(\"testthat\") in R",
    is_there: || has_r_package("testthat"),
};

const ENGINE_TOOLS: &[Need] = &[
    Need {
        name: "ip",
        package: "iproute2",
        elsewhere: "iproute2 (private engines need Linux)",
        is_there: || run::which("ip").is_some(),
    },
    Need {
        name: "unshare and nsenter",
        package: "util-linux",
        elsewhere: "util-linux (private engines need Linux)",
        is_there: || run::which("unshare").is_some() && run::which("nsenter").is_some(),
    },
];

const SSH: Need = Need {
    name: "ssh",
    package: "openssh-client",
    elsewhere: "OpenSSH's client",
    is_there: || run::which("ssh").is_some(),
};

/// What R code needs to be built and run. Fails with what is missing.
pub(crate) fn r() -> Result<()> {
    provide(&[R])
}

/// What the R tests need beside that.
pub(crate) fn r_tests() -> Result<()> {
    provide(&[R, TESTTHAT])
}

/// What a private engine needs of the machine.
pub(crate) fn engine_tools() -> Result<()> {
    provide(ENGINE_TOOLS)
}

/// What the live tests need to come to an engine in every way.
pub(crate) fn live_tests() -> Result<()> {
    provide(&[SSH])
}

/// Whether something could be installed here: a Debian-like system, the
/// right to install, and a package index that answers.
pub(crate) fn packages_at_hand() -> bool {
    let Some(mut update) = apt(&["-qq", "-o", "APT::Update::Error-Mode=any", "update"]) else {
        return false;
    };
    run::quiet(&mut update).is_ok_and(|said| said.status.success())
}

fn provide(needs: &[Need]) -> Result<()> {
    let missing: Vec<&Need> = needs.iter().filter(|need| !(need.is_there)()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().map(|need| need.package).collect();
    let Some(mut update) = apt(&["-qq", "update"]) else {
        bail!("{}", advice(&missing, is_debian_like()));
    };
    println!("installing {} (apt-get)", packages.join(", "));
    run::must(&mut update).context("cannot refresh the package index")?;
    let install = ["-qq", "-y", "--no-install-recommends", "install"];
    let arguments: Vec<&str> = install.iter().chain(&packages).copied().collect();
    if let Some(mut install) = apt(&arguments) {
        run::must(&mut install).context("cannot install packages")?;
    }
    let still: Vec<&Need> = missing
        .into_iter()
        .filter(|need| !(need.is_there)())
        .collect();
    if !still.is_empty() {
        bail!(
            "{} installed, but {} cannot be found",
            packages.join(", "),
            names(&still)
        );
    }
    Ok(())
}

fn names(needs: &[&Need]) -> String {
    let names: Vec<&str> = needs.iter().map(|need| need.name).collect();
    names.join(", ")
}

fn advice(missing: &[&Need], debian_like: bool) -> String {
    let names = names(missing);
    if debian_like {
        let packages: Vec<&str> = missing.iter().map(|need| need.package).collect();
        format!(
            "missing: {names}; as root: apt-get install {}",
            packages.join(" ")
        )
    } else {
        let elsewhere: Vec<&str> = missing.iter().map(|need| need.elsewhere).collect();
        format!("missing: {names}; install {}", elsewhere.join("; "))
    }
}

fn is_debian_like() -> bool {
    Path::new("/etc/debian_version").exists() && run::which("apt-get").is_some()
}

/// apt-get with the right to change the system; none where we don't have it.
fn apt(arguments: &[&str]) -> Option<Command> {
    if !is_debian_like() {
        return None;
    }
    let mut command = if run::is_root() {
        Command::new("apt-get")
    } else {
        let may = Command::new("sudo").args(["-n", "true"]).output();
        if !may.is_ok_and(|output| output.status.success()) {
            return None;
        }
        let mut sudo = Command::new("sudo");
        sudo.args(["-n", "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        sudo
    };
    command
        .env("DEBIAN_FRONTEND", "noninteractive")
        // Somebody else may be installing: wait for them.
        .args(["-o", "DPkg::Lock::Timeout=300"])
        .args(arguments);
    Some(command)
}

fn has_r_package(name: &str) -> bool {
    Command::new("Rscript")
        .args(["-e", &format!("invisible(find.package(\"{name}\"))")])
        .output()
        .is_ok_and(|output| output.status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_names_the_packages_on_debian() {
        assert_eq!(
            advice(&[&R, &TESTTHAT], true),
            "missing: R, R's testthat; as root: apt-get install r-base-core r-cran-testthat"
        );
    }

    #[test]
    fn advice_elsewhere_says_where_to_look() {
        let advice = advice(&[&R], false);
        assert!(advice.contains("cran.r-project.org"), "{advice}");
    }
}
