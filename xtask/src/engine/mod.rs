//! Private engines: real ones, unpacked aside from Debian's packages and run apart from the host.
//!
//! An engine named here is the Docker or Podman of one Debian release, and may differ from another by
//! its settings alone ([`kind`]). Its packages are unpacked into
//! a folder ([`install`]) whose `usr` takes the place of `/usr` for the engine alone, in
//! namespaces of its own ([`process`]). It keeps the host's files otherwise, so that paths mean
//! the same on both sides, but has its own `/etc`, `/run`, `/var/lib` and network. Its socket is
//! reachable from everywhere; published ports are those of its network namespace, into which
//! [`Engine::command`] leads. A registry in there serves stand-in images ([`stand_in`]).

mod certificates;
mod client;
mod doors;
mod furnish;
mod install;
mod kind;
mod mirror;
mod pid;
mod place;
mod process;
mod program;
pub(crate) mod raw;
mod stand_in;
mod windows;

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::fs::{self, File};
use std::io::Write as _;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use anyhow::{Context, Result, bail};
use serde_json::Value;

pub(crate) use self::client::Client;
pub(crate) use self::doors::VARIABLES;
use self::kind::Kind;
pub(crate) use self::kind::names;
use self::place::Place;
use self::process::State;
pub(crate) use self::windows::WindowsCompiler;

/// What an engine says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(
    clippy::struct_field_names,
    reason = "the engine's own word for the first of them"
)]
pub(crate) struct Version {
    pub(crate) version: String,
    pub(crate) api: String,
    pub(crate) min_api: String,
}

impl Version {
    /// Asks the engine at a socket.
    pub(crate) fn of(socket: &Path) -> Result<Version> {
        let response = raw::get(socket, "/version", &[], &[])
            .with_context(|| format!("no answer to GET /version on {}", socket.display()))?;
        if response.status != 200 {
            bail!(
                "GET /version on {} was answered {}",
                socket.display(),
                response.status
            );
        }
        Version::from_json(&response.json()?)
    }

    fn from_json(value: &Value) -> Result<Version> {
        let text = |key: &str| {
            let found = value.get(key).and_then(Value::as_str);
            found
                .map(str::to_owned)
                .with_context(|| format!("the answer to GET /version has no {key}"))
        };
        Ok(Version {
            version: text("Version")?,
            api: text("ApiVersion")?,
            min_api: text("MinAPIVersion")?,
        })
    }
}

/// A running private engine.
#[derive(Debug, Clone)]
pub(crate) struct Engine {
    kind: &'static Kind,
    run: PathBuf,
    socket: PathBuf,
    outer: u32,
    version: Version,
}

impl Engine {
    fn of(kind: &'static Kind, place: &Place, state: &State) -> Result<Engine> {
        let socket = place.socket(kind.name);
        Ok(Engine {
            kind,
            run: place.run(kind.name),
            version: Version::of(&socket)?,
            socket,
            outer: state.outer,
        })
    }

    pub(crate) fn name(&self) -> &str {
        self.kind.name
    }

    /// Its socket, as the host sees it.
    pub(crate) fn socket(&self) -> &Path {
        &self.socket
    }

    /// Its socket as `DOCKER_HOST` has it.
    pub(crate) fn docker_host(&self) -> String {
        format!("unix://{}", self.socket.display())
    }

    pub(crate) fn version(&self) -> &Version {
        &self.version
    }

    /// One of the host's own programs, in the engine's network namespace and pointed at it.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new("nsenter");
        command
            .arg(self.net())
            .arg("--")
            .arg(program)
            .envs(self.variables());
        if let Some(programs) = self.programs() {
            let mut path = programs.into_os_string();
            if let Some(others) = std::env::var_os("PATH") {
                path.push(":");
                path.push(others);
            }
            command.env("PATH", path);
        }
        for other in [
            "DOCKER_CONTEXT",
            "DOCKER_TLS_VERIFY",
            "DOCKER_CERT_PATH",
            "DOCKER_API_VERSION",
        ] {
            command.env_remove(other);
        }
        command
    }

    /// What leads a program to the engine: `DOCKER_HOST`, and the ways of [`doors`].
    pub(crate) fn variables(&self) -> Vec<(&'static str, OsString)> {
        let mut variables = doors::variables(self.kind, &self.run);
        for name in ["DOCKER_HOST", "STEVEDORE_TEST_DOCKER"] {
            variables.push((name, self.docker_host().into()));
        }
        variables
    }

    /// The folder whose programs a program should find before others of their names.
    pub(crate) fn programs(&self) -> Option<PathBuf> {
        doors::programs(self.kind, &self.run)
    }

    fn net(&self) -> String {
        format!("--net=/proc/{}/ns/net", self.outer)
    }
}

/// An engine held by this run. The last run that lets go of an engine stops it, unless somebody
/// asked for it to stay up.
#[derive(Debug)]
pub(crate) struct Lease {
    engine: Engine,
    place: Place,
    users: File,
    /// The process, where this run started it: it must be collected when it ends.
    child: Option<Child>,
}

impl Deref for Lease {
    type Target = Engine;

    fn deref(&self) -> &Engine {
        &self.engine
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Err(error) = self.release() {
            say(&format!("{error:#}"));
        }
    }
}

impl Lease {
    /// The folder of the programs that run beside an engine, such as `docker-registry`.
    pub(crate) fn tools(&self) -> Result<PathBuf> {
        Ok(install::tools(&self.place)?.join("usr/bin"))
    }

    fn release(&mut self) -> Result<()> {
        let name = self.engine.name();
        let _busy = lock_engine(&self.place, name)?;
        self.users.unlock()?;
        if self.users.try_lock().is_err() {
            return Ok(());
        }
        let stays = State::live(&self.place, name).is_some_and(|state| state.stays);
        if stays {
            Ok(())
        } else {
            process::stop(&self.place, name, self.child.take())
        }
    }
}

/// Makes sure that an engine runs, and holds it. What it needs is installed first.
pub(crate) fn up(name: &str) -> Result<Lease> {
    let kind = Kind::named(name)?;
    if !rustix::process::geteuid().is_root() {
        bail!(
            "a private engine needs root, for its own namespaces and mounts; run this as root, \
             or start an engine of your own and point DOCKER_HOST at it"
        );
    }
    if fs::read_link("/bin").is_err() {
        bail!(
            "a private engine needs a system whose /bin, /sbin and /lib are links into /usr, as Debian 12 and 13 have"
        );
    }
    let place = Place::open()?;
    let root = install::suite(&place, kind.suite)?;
    let tools = install::tools(&place)?;
    let shop = stand_in::make(&place)?;
    let _busy = lock_engine(&place, kind.name)?;
    let users = place.lock_file(&format!("use-{}", kind.name))?;
    users.lock_shared()?;
    let mut child = None;
    if State::live(&place, kind.name).is_none() {
        place::make_dir(&place.run(kind.name))?;
        child = Some(process::start(&place, kind, &root, &tools, &shop)?);
    }
    let state = State::live(&place, kind.name).with_context(|| {
        format!(
            "{name} ended right after its start; see {}/log",
            place.run(name).display()
        )
    })?;
    Ok(Lease {
        engine: Engine::of(kind, &place, &state)?,
        place,
        users,
        child,
    })
}

/// An engine that is up, for whoever only wants to know the ways to it.
pub(crate) fn running(name: &str) -> Result<Engine> {
    let kind = Kind::named(name)?;
    let place = Place::open()?;
    let state = State::live(&place, kind.name)
        .with_context(|| format!("{name} is not up; `cargo xtask engine up {name}` starts it"))?;
    Engine::of(kind, &place, &state)
}

/// Brings an engine up for whoever wants it, until [`down`], and says on standard error how to
/// reach it.
pub(crate) fn up_and_stay(name: &str) -> Result<Engine> {
    let Lease { engine, place, .. } = &up(name)?;
    {
        let _busy = lock_engine(place, engine.name())?;
        let state = State::live(place, name).with_context(|| format!("{name} has just ended"))?;
        State {
            stays: true,
            ..state
        }
        .write(place, name)?;
    }
    let Version {
        version,
        api,
        min_api,
    } = engine.version();
    say(&format!(
        "{} is version {version}, API {min_api} to {api}",
        engine.name()
    ));
    say(&format!(
        "it stays up until `cargo xtask engine down {name}`"
    ));
    say(&format!(
        "to use it: export DOCKER_HOST={}",
        engine.docker_host()
    ));
    say(&format!(
        "its other ways in, as variables: cargo xtask engine env {name}"
    ));
    say(&format!(
        "to be where these are, and the ports it publishes: cargo xtask engine exec {name} COMMAND"
    ));
    Ok(engine.clone())
}

/// Stops an engine that [`up_and_stay`] left up, or that a run which was killed left behind.
/// With `purge` its images, containers and volumes are deleted too.
pub(crate) fn down(name: &str, purge: bool) -> Result<()> {
    let kind = Kind::named(name)?;
    let place = Place::open()?;
    let _busy = lock_engine(&place, kind.name)?;
    let users = place.lock_file(&format!("use-{}", kind.name))?;
    if users.try_lock().is_err() {
        bail!("{name} is in use by another run of cargo xtask; it is stopped when that ends");
    }
    if State::live(&place, kind.name).is_none() {
        say(&format!("{name} is not up"));
    }
    process::stop(&place, kind.name, None)?;
    let run = place.run(kind.name);
    if purge && run.exists() {
        fs::remove_dir_all(&run).with_context(|| format!("cannot delete {}", run.display()))?;
        say(&format!("{name}: {} deleted", run.display()));
    }
    Ok(())
}

/// One engine in a listing.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) up: bool,
    pub(crate) socket: PathBuf,
    /// What it said; none where it is down or does not answer.
    pub(crate) version: Option<Version>,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Row {
            name,
            up,
            socket,
            version,
        } = self;
        write!(f, "{name:<24} ")?;
        match version {
            None if !up => write!(f, "down"),
            None => write!(f, "up, without an answer on unix://{}", socket.display()),
            Some(Version { version, api, .. }) => {
                write!(
                    f,
                    "up    {version}, API {api}    unix://{}",
                    socket.display()
                )
            }
        }
    }
}

/// All engines, up or not.
pub(crate) fn list() -> Result<Vec<Row>> {
    let place = Place::open()?;
    let row = |kind: &Kind| {
        let socket = place.socket(kind.name);
        let up = State::live(&place, kind.name).is_some();
        let version = if up { Version::of(&socket).ok() } else { None };
        Row {
            name: kind.name,
            up,
            socket,
            version,
        }
    };
    Ok(Kind::all().iter().map(row).collect())
}

/// The stand-in images as archives, each with its reference, for an engine that cannot pull.
/// Needs no root.
pub(crate) fn stand_ins() -> Result<Vec<(String, PathBuf)>> {
    stand_in::archives(&Place::open()?)
}

fn lock_engine(place: &Place, name: &str) -> Result<File> {
    place.lock(
        &format!("engine-{name}"),
        &format!("starting or stopping {name}"),
    )
}

/// Progress goes to standard error: standard output is for what was asked for.
fn say(line: &str) {
    // Nobody is left to tell where even this fails.
    let _ = writeln!(std::io::stderr(), "[engine] {line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_from_what_the_engine_says() {
        let said =
            serde_json::json!({"Version": "28.5.2", "ApiVersion": "1.51", "MinAPIVersion": "1.24"});
        let version = Version::from_json(&said).unwrap();
        assert_eq!(
            (&*version.version, &*version.api, &*version.min_api),
            ("28.5.2", "1.51", "1.24")
        );
        let error = Version::from_json(&serde_json::json!({"Version": "28.5.2"}))
            .unwrap_err()
            .to_string();
        assert!(error.contains("ApiVersion"), "{error}");
    }
}
