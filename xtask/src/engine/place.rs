//! The one folder that holds everything of the private engines, and the locks in it.
//!
//! ```text
//! roots/SUITE-RECIPE/        unpacked packages, shared by all runs
//! stand-ins-RECIPE/          images: the registry's storage, and archives to load
//! run/NAME/                  one engine: socket, state, log, etc, lib (its data)
//! *.lock                     who installs, starts or stops; who uses
//! ```

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::say;

/// Raise this whenever what is unpacked or made changes: old folders are then left alone and
/// new ones made beside them.
pub(super) const RECIPE: u32 = 2;

/// The same for the stand-in images.
const STAND_INS: u32 = 2;

/// A unix socket's path must fit 108 bytes with its closing zero.
const SOCKET_PATH_MAX: usize = 107;

/// The engine sees its own folders at these places, so ours would be hidden below them.
const HIDDEN: &[&str] = &[
    "/usr", "/etc", "/run", "/var/lib", "/var/run", "/dev", "/proc", "/sys",
];

#[derive(Debug, Clone)]
pub(super) struct Place {
    base: PathBuf,
}

impl Place {
    /// Finds the folder and makes it where it is missing, for this user alone.
    pub(super) fn open() -> Result<Place> {
        let base = base()?;
        check(&base)?;
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&base)
            .with_context(|| {
                format!(
                    "cannot make the folder for private engines, {}",
                    base.display()
                )
            })?;
        let base = base
            .canonicalize()
            .with_context(|| format!("cannot resolve {}", base.display()))?;
        // Once more, since links may have led elsewhere.
        check(&base)?;
        let meta = fs::metadata(&base)?;
        if meta.uid() != rustix::process::geteuid().as_raw() {
            bail!(
                "the folder for private engines, {}, belongs to another user; \
                 set STEVEDORE_ENGINES to a folder of your own",
                base.display()
            );
        }
        fs::set_permissions(&base, Permissions::from_mode(0o700))?;
        Ok(Place { base })
    }

    pub(super) fn root(&self, label: &str) -> PathBuf {
        self.base.join("roots").join(format!("{label}-{RECIPE}"))
    }

    pub(super) fn stand_ins(&self) -> PathBuf {
        self.base.join(format!("stand-ins-{STAND_INS}"))
    }

    pub(super) fn run(&self, name: &str) -> PathBuf {
        self.base.join("run").join(name)
    }

    pub(super) fn socket(&self, name: &str) -> PathBuf {
        self.run(name).join("docker.sock")
    }

    /// Waits for the exclusive lock of that name. It is given up when the file is dropped.
    pub(super) fn lock(&self, name: &str, purpose: &str) -> Result<File> {
        let file = self.lock_file(name)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                say(&format!(
                    "waiting for another run that is busy with {purpose}"
                ));
                file.lock()?;
            }
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        Ok(file)
    }

    /// The file of a lock, not yet locked.
    pub(super) fn lock_file(&self, name: &str) -> Result<File> {
        let path = self.base.join(format!("{name}.lock"));
        OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .with_context(|| format!("cannot open {}", path.display()))
    }

    /// Tells two folders apart where a name must be unique on the whole machine.
    pub(super) fn tag(&self) -> String {
        let sum = super::stand_in::sha256(self.base.as_os_str().as_encoded_bytes());
        sum.get(..8).unwrap_or_default().to_owned()
    }
}

/// A folder beside the final one, to be filled and then renamed; leftovers of a broken run
/// are removed. Only to be called with the lock of that folder held.
pub(super) fn fresh_part(target: &Path) -> Result<PathBuf> {
    let mut name = target.file_name().unwrap_or_default().to_os_string();
    name.push(".part");
    fresh(&target.with_file_name(name))
}

/// The folder without what was in it.
pub(super) fn fresh(path: &Path) -> Result<PathBuf> {
    if path.exists() {
        fs::remove_dir_all(path).with_context(|| format!("cannot clear {}", path.display()))?;
    }
    make_dir(path)?;
    Ok(path.to_owned())
}

pub(super) fn make_dir(path: &Path) -> Result<()> {
    fs::create_dir_all(path).with_context(|| format!("cannot make {}", path.display()))
}

fn base() -> Result<PathBuf> {
    let set = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let base = if let Some(base) = set("STEVEDORE_ENGINES") {
        base
    } else if let Some(cache) = set("XDG_CACHE_HOME") {
        cache.join("stevedore/engines")
    } else if let Some(home) = set("HOME") {
        home.join(".cache/stevedore/engines")
    } else {
        bail!(
            "neither HOME nor XDG_CACHE_HOME is set; set STEVEDORE_ENGINES to a folder for private engines"
        );
    };
    Ok(std::path::absolute(base)?)
}

fn check(base: &Path) -> Result<()> {
    if let Some(hidden) = HIDDEN.iter().find(|hidden| base.starts_with(hidden)) {
        bail!(
            "private engines cannot live in {}: an engine has a {hidden} of its own; \
             set STEVEDORE_ENGINES to another folder",
            base.display()
        );
    }
    let longest = super::names()
        .iter()
        .map(|name| name.len())
        .max()
        .unwrap_or(0);
    let length = base.as_os_str().len() + "/run//docker.sock".len() + longest;
    if length > SOCKET_PATH_MAX {
        bail!(
            "the folder {} is too deep: a socket in it would have a path of {length} bytes, and {SOCKET_PATH_MAX} \
             is the most a unix socket may have; set STEVEDORE_ENGINES to a shorter one",
            base.display()
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_an_engine_hides_is_refused_by_name() {
        let error = check(Path::new("/var/lib/me/engines"))
            .unwrap_err()
            .to_string();
        assert!(error.contains("a /var/lib of its own"), "{error}");
        assert!(check(Path::new("/var/library/engines")).is_ok());
    }

    #[test]
    fn a_socket_path_of_107_bytes_is_the_longest() {
        let longest = super::super::names()
            .iter()
            .map(|name| name.len())
            .max()
            .unwrap();
        let room = SOCKET_PATH_MAX - "/run//docker.sock".len() - longest;
        let base = |length: usize| PathBuf::from(format!("/{}", "x".repeat(length - 1)));
        assert!(check(&base(room)).is_ok());
        let error = check(&base(room + 1)).unwrap_err().to_string();
        assert!(error.contains("108 bytes"), "{error}");
    }
}
