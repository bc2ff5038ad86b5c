//! The ways to a private engine beside its socket, and the variables by which a test finds them.
//!
//! They are there on every engine that can have them, in its network namespace. A test that
//! needs one whose variable is not set is skipped.
//!
//! | variable | |
//! |---|---|
//! | `STEVEDORE_TEST_DOCKER` | its socket, as also `DOCKER_HOST` has it: without it there is no live test |
//! | `STEVEDORE_TEST_TCP` | plain HTTP: `tcp://127.0.0.1:2375` |
//! | `STEVEDORE_TEST_TLS` | TLS that demands a client certificate: `tcp://127.0.0.1:2376` |
//! | `STEVEDORE_TEST_TLS_MISNAMED` | the same under an address that its certificate does not name |
//! | `STEVEDORE_TEST_CERTS` | a folder with a folder for each certificate of [`super::certificates`], of which `client` fits |
//! | `STEVEDORE_TEST_SSH` | `ssh://engine`, where `docker system dial-stdio` leads to the engine |
//! | `STEVEDORE_TEST_SSH_CONFIG` | the settings of ssh that know this name |
//! | `STEVEDORE_TEST_REGISTRY` | a registry that is open to all, and the engine's mirror of Docker Hub: `127.0.0.1:5000` |
//! | `STEVEDORE_TEST_REGISTRY_LOCKED` | one with the same images that wants a name and a password: `127.0.0.1:5001` |
//! | `STEVEDORE_TEST_REGISTRY_USER`, `..._PASSWORD` | which are these |
//!
//! `PATH` begins with a folder whose `ssh` is the machine's own with these settings. They know
//! more hosts, each of which fails in its own way: `engine-wrong-key` (this key is not let in),
//! `engine-unknown` (its host key is not known), `engine-changed` (another host key is known),
//! `engine-without-docker` (there is no such program) and `engine-silent` (nobody listens).
//!
//! Both registries take what is pushed to them, and forget it when the engine stops.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::kind::Kind;

/// The user of the registry that wants one.
pub(super) const USER: &str = "captain";

/// With the marks that break what puts it into an address or a header unescaped.
const PASSWORD: &str = "sea:salt 7/@?";

/// A door that is open: its variables, and the port on which to wait for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Door {
    Registry,
    Tcp,
    Tls,
    Ssh,
}

/// All variables, for whoever must not have them.
pub(crate) const VARIABLES: [&str; 10] = [
    "STEVEDORE_TEST_TCP",
    "STEVEDORE_TEST_TLS",
    "STEVEDORE_TEST_TLS_MISNAMED",
    "STEVEDORE_TEST_CERTS",
    "STEVEDORE_TEST_SSH",
    "STEVEDORE_TEST_SSH_CONFIG",
    "STEVEDORE_TEST_REGISTRY",
    "STEVEDORE_TEST_REGISTRY_LOCKED",
    "STEVEDORE_TEST_REGISTRY_USER",
    "STEVEDORE_TEST_REGISTRY_PASSWORD",
];

impl Door {
    /// Listened on at 127.0.0.1.
    pub(super) fn ports(self) -> &'static [u16] {
        match self {
            Self::Registry => &[5000, 5001],
            Self::Tcp => &[2375],
            Self::Tls => &[2376],
            Self::Ssh => &[22],
        }
    }

    fn variables(self, run: &Path) -> Vec<(&'static str, OsString)> {
        match self {
            Self::Registry => vec![
                ("STEVEDORE_TEST_REGISTRY", "127.0.0.1:5000".into()),
                ("STEVEDORE_TEST_REGISTRY_LOCKED", "127.0.0.1:5001".into()),
                ("STEVEDORE_TEST_REGISTRY_USER", USER.into()),
                ("STEVEDORE_TEST_REGISTRY_PASSWORD", PASSWORD.into()),
            ],
            Self::Tcp => vec![("STEVEDORE_TEST_TCP", "tcp://127.0.0.1:2375".into())],
            Self::Tls => vec![
                ("STEVEDORE_TEST_TLS", "tcp://127.0.0.1:2376".into()),
                ("STEVEDORE_TEST_TLS_MISNAMED", "tcp://127.0.0.2:2376".into()),
                ("STEVEDORE_TEST_CERTS", run.join("tls").into()),
            ],
            Self::Ssh => vec![
                ("STEVEDORE_TEST_SSH", "ssh://engine".into()),
                ("STEVEDORE_TEST_SSH_CONFIG", run.join("ssh/config").into()),
            ],
        }
    }
}

/// What a program has to know to use all doors of an engine whose folder is `run`.
pub(super) fn variables(kind: &Kind, run: &Path) -> Vec<(&'static str, OsString)> {
    let doors = kind.program.doors().iter();
    doors.flat_map(|door| door.variables(run)).collect()
}

/// The folder whose programs come before the machine's own.
pub(super) fn programs(kind: &Kind, run: &Path) -> Option<PathBuf> {
    let has_ssh = kind.program.doors().contains(&Door::Ssh);
    has_ssh.then(|| run.join("ssh/bin"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_variables_is_that_of_all_doors() {
        let doors = [Door::Tcp, Door::Tls, Door::Ssh, Door::Registry];
        let names: Vec<&str> = doors
            .iter()
            .flat_map(|door| door.variables(Path::new("/run")))
            .map(|(name, _)| name)
            .collect();
        assert_eq!(names, VARIABLES);
    }
}
