//! What a process knows about where engines are.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::time::Duration;

use crate::{Error, ErrorKind, Host, Result};

/// The variables that are read; others are left alone.
const VARIABLES: [&str; 15] = [
    "COLIMA_HOME",
    "DOCKER_API_VERSION",
    "DOCKER_CERT_PATH",
    "DOCKER_CONFIG",
    "DOCKER_CONTEXT",
    "DOCKER_HOST",
    "DOCKER_TLS_VERIFY",
    "HOME",
    "LIMA_HOME",
    "LOGNAME",
    "PATH",
    "USER",
    "USERPROFILE",
    "XDG_CONFIG_HOME",
    "XDG_RUNTIME_DIR",
];

/// What says where an engine may be: variables, the home folder, the user.
///
/// That of the process is read once, by [`of_process`](Self::of_process); a test or a
/// program with its own ideas makes another one.
///
/// ```
/// use stevedore_client::{Environment, Settings};
///
/// let environment = Environment::new().with("DOCKER_HOST", "unix:///run/other.sock");
/// let settings = Settings::from_environment(&environment)?;
/// assert_eq!(settings.host.to_string(), "unix:///run/other.sock");
/// # Ok::<(), stevedore_client::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    variables: BTreeMap<String, OsString>,
    user: Option<u32>,
    root: PathBuf,
    patience: Duration,
}

impl Default for Environment {
    fn default() -> Self {
        Self {
            variables: BTreeMap::new(),
            user: None,
            root: PathBuf::from("/"),
            patience: Duration::from_secs(3),
        }
    }
}

impl Environment {
    /// One in which no variable is set and the user is unknown.
    pub fn new() -> Self {
        Self::default()
    }

    /// That of this process, as it is now.
    pub fn of_process() -> Self {
        let mut environment = Self::new();
        for name in VARIABLES {
            if let Some(value) = std::env::var_os(name) {
                environment = environment.with(name, value);
            }
        }
        environment.user = user_of_process();
        environment
    }

    /// The same with a variable set.
    pub fn with(mut self, name: impl Into<String>, value: impl Into<OsString>) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }

    /// The same without a variable.
    pub fn without(mut self, name: &str) -> Self {
        self.variables.remove(name);
        self
    }

    /// The same for the user of this number, whose `/run/user` folder is looked into.
    pub fn user(mut self, id: u32) -> Self {
        self.user = Some(id);
        self
    }

    /// The same with the system's own files below `root`: a test's folder, or the root of
    /// another system. Paths in variables stay what they are.
    pub fn under(mut self, root: impl Into<PathBuf>) -> Self {
        self.root = root.into();
        self
    }

    /// The same with another time that a place may take to answer; three seconds if nothing
    /// is said.
    pub fn patience(mut self, limit: Duration) -> Self {
        self.patience = limit;
        self
    }

    /// The value of a variable; one that is empty or blank counts as not set.
    ///
    /// # Errors
    /// Kind `Settings`: it is not valid UTF-8.
    pub fn variable(&self, name: &str) -> Result<Option<&str>> {
        let Some(value) = self.value(name) else {
            return Ok(None);
        };
        let text = value
            .to_str()
            .ok_or_else(|| Error::new(ErrorKind::Settings, format!("{name} is not valid UTF-8")))?;
        Ok(Some(text).filter(|text| !text.trim().is_empty()))
    }

    /// Whether a variable is there, be it empty.
    pub fn has(&self, name: &str) -> bool {
        self.variables.contains_key(name)
    }

    fn value(&self, name: &str) -> Option<&OsStr> {
        let value = self.variables.get(name)?;
        (!value.is_empty()).then_some(value)
    }

    /// The folder that a variable names, if it does so in full.
    pub(crate) fn folder(&self, name: &str) -> Option<PathBuf> {
        let folder = PathBuf::from(self.value(name)?);
        folder.is_absolute().then_some(folder)
    }

    /// The home folder of the user.
    pub(crate) fn home(&self) -> Option<PathBuf> {
        self.folder(if cfg!(windows) { "USERPROFILE" } else { "HOME" })
    }

    /// Where docker keeps its settings: `DOCKER_CONFIG`, else `~/.docker`.
    pub(crate) fn config_folder(&self) -> Option<PathBuf> {
        match self.value("DOCKER_CONFIG") {
            Some(folder) => Some(PathBuf::from(folder)),
            None => Some(self.home()?.join(".docker")),
        }
    }

    /// Where the sockets of this user's services are.
    pub(crate) fn runtime_folder(&self) -> Option<PathBuf> {
        self.folder("XDG_RUNTIME_DIR")
            .or_else(|| Some(self.system(&format!("run/user/{}", self.user?))))
    }

    /// A file of the system, by its path without the first slash.
    pub(crate) fn system(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// The engine of the whole machine.
    pub(crate) fn default_host(&self) -> Host {
        if cfg!(windows) {
            Host::default()
        } else {
            Host::Unix(self.system("var/run/docker.sock"))
        }
    }

    /// How long a place may take to answer.
    pub(crate) fn limit(&self) -> Duration {
        self.patience
    }

    /// Whether a program is on the `PATH`.
    pub fn has_program(&self, name: &str) -> bool {
        self.program(name).is_some()
    }

    /// A program on the `PATH`.
    pub(crate) fn program(&self, name: &str) -> Option<PathBuf> {
        let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
        std::env::split_paths(self.value("PATH")?)
            .filter(|folder| folder.is_absolute())
            .map(|folder| folder.join(&name))
            .find(|path| is_program(path))
    }

    /// What the user is called.
    #[cfg(unix)]
    pub(crate) fn user_name(&self) -> Option<&str> {
        ["USER", "LOGNAME"]
            .into_iter()
            .find_map(|name| self.value(name)?.to_str())
    }
}

#[cfg(unix)]
fn is_program(path: &std::path::Path) -> bool {
    use std::os::unix::fs::PermissionsExt;

    path.metadata()
        .is_ok_and(|it| it.is_file() && it.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &std::path::Path) -> bool {
    path.is_file()
}

/// The user that this process acts as. The owner of its own folder, where the system
/// shows processes as files.
#[cfg(unix)]
fn user_of_process() -> Option<u32> {
    use std::os::unix::fs::MetadataExt;

    Some(std::fs::metadata("/proc/self").ok()?.uid())
}

#[cfg(not(unix))]
fn user_of_process() -> Option<u32> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_that_is_blank_is_not_set() {
        let environment = Environment::new()
            .with("DOCKER_HOST", "  ")
            .with("HOME", "");
        assert_eq!(environment.variable("DOCKER_HOST").unwrap(), None);
        assert_eq!(environment.home(), None);
        assert_eq!(environment.config_folder(), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_variable_that_is_not_text_is_named() {
        use std::os::unix::ffi::OsStringExt;

        let environment = Environment::new().with("DOCKER_HOST", OsString::from_vec(vec![0xff]));
        let error = environment.variable("DOCKER_HOST").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Settings);
        assert_eq!(error.to_string(), "DOCKER_HOST is not valid UTF-8");
    }

    #[test]
    fn without_a_runtime_folder_the_user_has_the_usual_one() {
        let environment = Environment::new().under("/srv");
        assert_eq!(environment.runtime_folder(), None);
        let environment = environment.user(1000);
        assert_eq!(
            environment.runtime_folder(),
            Some(PathBuf::from("/srv/run/user/1000"))
        );
        let environment = environment.with("XDG_RUNTIME_DIR", "/elsewhere");
        assert_eq!(
            environment.runtime_folder(),
            Some(PathBuf::from("/elsewhere"))
        );
    }
}
