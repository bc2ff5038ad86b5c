//! The places where an engine is usually found.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::{Environment, Host};

/// So many instances of one kind of virtual machine are looked at.
const INSTANCES: usize = 16;

/// Whose socket it is, of those that are looked at when nobody says where the engine is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Place {
    /// The engine of the whole machine, `/var/run/docker.sock` or on Windows the pipe
    /// `docker_engine`.
    System,
    /// The rootless engine of this user, `$XDG_RUNTIME_DIR/docker.sock`.
    Rootless,
    /// Docker Desktop, or a rootless engine of a user without a runtime folder.
    Desktop,
    /// A profile of Colima.
    Colima(String),
    /// OrbStack.
    OrbStack,
    /// Rancher Desktop.
    RancherDesktop,
    /// An instance of Lima.
    Lima(String),
    /// Podman of the whole machine.
    Podman,
    /// Podman of this user.
    PodmanRootless,
    /// The virtual machine of Podman.
    PodmanMachine,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System => f.write_str("system engine"),
            Self::Rootless => f.write_str("rootless engine"),
            Self::Desktop => f.write_str("Docker Desktop"),
            Self::Colima(profile) => write!(f, "Colima, {}", profile.escape_debug()),
            Self::OrbStack => f.write_str("OrbStack"),
            Self::RancherDesktop => f.write_str("Rancher Desktop"),
            Self::Lima(instance) => write!(f, "Lima, {}", instance.escape_debug()),
            Self::Podman => f.write_str("Podman"),
            Self::PodmanRootless => f.write_str("rootless Podman"),
            Self::PodmanMachine => f.write_str("Podman machine"),
        }
    }
}

/// What the file system says about a socket before anybody connects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sight {
    /// Nothing is there, or nothing that a socket could be.
    Nothing,
    /// Something that this user may not use.
    #[cfg_attr(
        not(unix),
        allow(dead_code, reason = "only unix tells that before connecting")
    )]
    Locked,
    /// Something that may be connected to.
    Open,
}

/// All of them, in the order in which they are tried.
pub(super) fn usual(environment: &Environment) -> Vec<(Place, Host)> {
    if cfg!(windows) {
        return pipes();
    }
    let mut places = vec![(Place::System, environment.system("var/run/docker.sock"))];
    if let Some(runtime) = environment.runtime_folder() {
        places.push((Place::Rootless, runtime.join("docker.sock")));
    }
    if let Some(home) = environment.home() {
        places.extend(
            [".docker/desktop/docker.sock", ".docker/run/docker.sock"]
                .map(|path| (Place::Desktop, home.join(path))),
        );
    }
    places.extend(colima(environment));
    if let Some(home) = environment.home() {
        places.push((Place::OrbStack, home.join(".orbstack/run/docker.sock")));
        places.push((Place::RancherDesktop, home.join(".rd/docker.sock")));
    }
    places.extend(lima(environment));
    places.push((Place::Podman, environment.system("run/podman/podman.sock")));
    if let Some(runtime) = environment.runtime_folder() {
        places.push((Place::PodmanRootless, runtime.join("podman/podman.sock")));
    }
    if let Some(home) = environment.home() {
        let machine = ".local/share/containers/podman/machine/podman.sock";
        places.push((Place::PodmanMachine, home.join(machine)));
    }
    places
        .into_iter()
        .map(|(place, path)| (place, Host::Unix(path)))
        .collect()
}

/// Those of Windows.
fn pipes() -> Vec<(Place, Host)> {
    [
        (Place::System, "docker_engine"),
        (Place::Desktop, "dockerDesktopLinuxEngine"),
        (Place::PodmanMachine, "podman-machine-default"),
    ]
    .map(|(place, pipe)| (place, Host::Npipe(format!("//./pipe/{pipe}"))))
    .into()
}

/// Its folder is the first of those that it would take itself; the default profile is first.
fn colima(environment: &Environment) -> Vec<(Place, PathBuf)> {
    let home = environment.home();
    let config = environment
        .folder("XDG_CONFIG_HOME")
        .or_else(|| Some(home.as_ref()?.join(".config")));
    let own = home.map(|home| home.join(".colima"));
    let folders = [
        environment.folder("COLIMA_HOME"),
        own.clone(),
        config.map(|config| config.join("colima")),
    ];
    let there = folders.into_iter().flatten().find(|it| it.is_dir());
    let Some(folder) = there.or(own) else {
        return Vec::new();
    };
    let mut profiles = instances(&folder, "docker.sock");
    profiles.retain(|profile| profile != "default");
    profiles.insert(0, "default".to_owned());
    profiles
        .into_iter()
        .map(|profile| {
            let socket = folder.join(&profile).join("docker.sock");
            (Place::Colima(profile), socket)
        })
        .collect()
}

fn lima(environment: &Environment) -> Vec<(Place, PathBuf)> {
    let folder = environment
        .folder("LIMA_HOME")
        .or_else(|| Some(environment.home()?.join(".lima")));
    let Some(folder) = folder else {
        return Vec::new();
    };
    instances(&folder, "sock/docker.sock")
        .into_iter()
        .map(|instance| {
            let socket = folder.join(&instance).join("sock/docker.sock");
            (Place::Lima(instance), socket)
        })
        .collect()
}

/// The folders in `folder` that have, or had, a socket.
fn instances(folder: &Path, socket: &str) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.path().join(socket).symlink_metadata().is_ok())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort_unstable();
    names.truncate(INSTANCES);
    names
}

/// What can be seen of a host without connecting to it.
pub(super) fn sight(host: &Host) -> Sight {
    match host {
        Host::Unix(path) => sight_of(path),
        // A pipe can be seen as a file, a port can't be seen.
        Host::Npipe(name) if Path::new(name).exists() => Sight::Open,
        _ => Sight::Nothing,
    }
}

/// A socket can't be opened, but whether this user might is looked at first.
#[cfg(unix)]
fn sight_of(path: &Path) -> Sight {
    use std::io::ErrorKind;
    use std::os::unix::fs::FileTypeExt;

    match path.metadata() {
        Ok(meta) if meta.file_type().is_socket() => {}
        Err(error) if error.kind() == ErrorKind::PermissionDenied => return Sight::Locked,
        _ => return Sight::Nothing,
    }
    match std::fs::OpenOptions::new().write(true).open(path) {
        Err(error) if error.kind() == ErrorKind::PermissionDenied => Sight::Locked,
        _ => Sight::Open,
    }
}

#[cfg(not(unix))]
fn sight_of(_path: &Path) -> Sight {
    Sight::Nothing
}
