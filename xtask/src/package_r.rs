//! The R package as its users get it: one tarball that installs without
//! network and without this repository.

use std::ffi::OsString;
use std::fs;
use std::hash::{DefaultHasher, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::{run, setup};

mod manifest;
mod stage;

/// The package, packed and installed into a library of its own.
#[derive(Clone)]
pub(crate) struct Installed {
    pub(crate) tarball: PathBuf,
    pub(crate) library: PathBuf,
    /// Whether this run did it, or an earlier one from the same sources.
    pub(crate) anew: bool,
}

/// Pack the package and say where it is.
pub(crate) fn run(out: Option<PathBuf>) -> Result<()> {
    setup::r()?;
    let out = match out {
        Some(out) => out,
        None => folder()?,
    };
    println!("{}", pack(&out)?.display());
    Ok(())
}

/// Pack the package and install it, unless that was done with these sources.
pub(crate) fn installed() -> Result<Installed> {
    setup::r()?;
    let folder = folder()?;
    let library = folder.join("library");
    let stamp_file = folder.join("stamp");
    let stamp = stamp()?;
    let tarball = folder.join(tarball_name()?);
    let anew = fs::read_to_string(&stamp_file).ok().as_ref() != Some(&stamp)
        || !tarball.exists()
        || !library.join("stevedore").exists();
    if anew {
        println!("packing the R package, and installing it without network");
        if stamp_file.exists() {
            fs::remove_file(&stamp_file).context("cannot forget the last build")?;
        }
        pack(&folder)?;
        install(&tarball, &library)?;
        fs::write(&stamp_file, stamp).context("cannot note what was built")?;
    }
    Ok(Installed {
        tarball,
        library,
        anew,
    })
}

/// A program of R, away from what is peculiar to its user.
pub(crate) fn r(mut command: Command, library: &Path) -> Command {
    command
        .env("R_LIBS", library)
        .env("R_PROFILE_USER", "/dev/null")
        .env("R_ENVIRON_USER", "/dev/null")
        .env("NO_COLOR", "1")
        .env("TZ", "UTC");
    if cfg!(target_os = "linux") {
        command.env("LC_ALL", "C.UTF-8");
    }
    command
}

/// A command that finds no network where we can take it away, no home, and
/// of Rust only the compiler.
pub(crate) fn alone(program: &str, home: &Path) -> Result<Command> {
    let mut command = if run::is_root() && run::which("unshare").is_some() {
        let mut unshare = Command::new("unshare");
        unshare.args(["--net", program]);
        unshare
    } else {
        Command::new(program)
    };
    for (name, _) in std::env::vars_os() {
        let shown = name.to_string_lossy();
        if ["CARGO", "RUST", "DOCKER_", "STEVEDORE_"]
            .iter()
            .any(|prefix| shown.starts_with(prefix))
        {
            command.env_remove(&name);
        }
    }
    command
        .env("HOME", home)
        .env("PATH", path_with_toolchain()?)
        .env("CARGO_NET_OFFLINE", "true")
        .current_dir(home);
    Ok(command)
}

fn folder() -> Result<PathBuf> {
    let folder = run::target()?.join("r");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

fn pack(out: &Path) -> Result<PathBuf> {
    fs::create_dir_all(out).with_context(|| format!("cannot make {}", out.display()))?;
    let work = tempfile::tempdir().context("cannot make a temporary folder")?;
    let staged = work.path().join("stevedore");
    stage::fill(run::root(), &staged)?;
    let mut build = Command::new("R");
    build
        .args(["CMD", "build", "--no-manual", "--no-build-vignettes"])
        .arg(&staged)
        .current_dir(work.path());
    run::must(&mut r(build, Path::new("")))?;
    let name = tarball_name()?;
    let made = work.path().join(&name);
    let at = out.join(&name);
    fs::copy(&made, &at).with_context(|| format!("R CMD build made no {}", made.display()))?;
    Ok(at)
}

fn install(tarball: &Path, library: &Path) -> Result<()> {
    if library.exists() {
        fs::remove_dir_all(library).context("cannot empty the private library")?;
    }
    fs::create_dir_all(library).context("cannot make the private library")?;
    let home = tempfile::tempdir().context("cannot make a temporary folder")?;
    let mut command = alone("R", home.path())?;
    command
        .args(["CMD", "INSTALL"])
        .arg(format!("--library={}", library.display()))
        .arg(tarball);
    run::must(&mut r(command, library)).map(drop)
}

/// The name that `R CMD build` gives the tarball.
fn tarball_name() -> Result<String> {
    let file = run::root().join("r/DESCRIPTION");
    let text =
        fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let (Some(name), Some(version)) = (field(&text, "Package"), field(&text, "Version")) else {
        bail!("{} lacks Package or Version", file.display());
    };
    Ok(format!("{name}_{version}.tar.gz"))
}

fn field<'a>(description: &'a str, name: &str) -> Option<&'a str> {
    description
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
        .map(str::trim)
}

/// PATH, with the compiler's own folder first: rustup's stand-ins look for
/// the toolchain in a home that isn't there.
fn path_with_toolchain() -> Result<OsString> {
    let mut rustc = Command::new("rustc");
    rustc.args(["--print", "sysroot"]).current_dir(run::root());
    let sysroot = run::must(&mut rustc).context("where is Rust?")?;
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders =
        std::iter::once(Path::new(sysroot.trim()).join("bin")).chain(std::env::split_paths(&path));
    std::env::join_paths(folders).context("PATH holds a name that cannot be in it")
}

/// What the package was made from, in a few letters.
fn stamp() -> Result<String> {
    let mut hash = DefaultHasher::new();
    for file in stage::sources(run::root())? {
        hash.write(file.to_string_lossy().as_bytes());
        let bytes = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        hash.write_usize(bytes.len());
        hash.write(&bytes);
    }
    for mut version in [Command::new("R"), Command::new("rustc")] {
        hash.write(run::must(version.arg("--version"))?.as_bytes());
    }
    Ok(format!("{:016x}", hash.finish()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_of_description_is_found_by_its_whole_name() {
        let text = "Package: stevedore\nVersions: 2\nVersion: 1.0.0\n";
        assert_eq!(field(text, "Version"), Some("1.0.0"));
        assert_eq!(field(text, "Title"), None);
    }
}
