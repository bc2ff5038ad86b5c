//! Which engine: the one that was named; else the one that answers where a
//! user would expect it; else a private one.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::engine::{self, raw};
use crate::json::at;
use crate::run;

/// The private engine of those who name none and have none.
const USUAL: &str = "docker-28.5";

/// Those that the tests use beside the machine's own.
const TESTED: [&str; 2] = ["docker-20.10", USUAL];

/// How long an engine may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(10);

/// An engine that could be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// Somebody's own, which is left as it is found.
    Own { host: String, socket: PathBuf },
    /// One of ours, by its name.
    Private(String),
}

/// An engine in use. A private one that this run started stops when this is
/// dropped.
pub(crate) struct Chosen {
    pub(crate) host: String,
    pub(crate) socket: PathBuf,
    pub(crate) version: String,
    private: Option<engine::Lease>,
}

/// Where this user's docker settings are.
struct Surroundings {
    host: Option<String>,
    context: Option<String>,
    settings: Option<PathBuf>,
}

/// A place where an engine may be, and why we look there.
#[derive(Debug, PartialEq, Eq)]
struct Expected {
    host: String,
    because: String,
    /// Somebody said that it is there: silence is then an error.
    is_promised: bool,
}

impl Choice {
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Own { host, .. } => host,
            Self::Private(name) => name,
        }
    }

    pub(crate) fn is_own(&self) -> bool {
        matches!(self, Self::Own { .. })
    }

    /// Start it where it isn't running, and see which version it is.
    pub(crate) fn take(&self) -> Result<Chosen> {
        match self {
            Self::Own { host, socket } => {
                let version = raw::get(socket, "/version", &[], &[])
                    .and_then(|answer| answer.json())
                    .with_context(|| format!("the engine at {host} tells no version"))?;
                let version = at(&version, "/Version")
                    .as_str()
                    .unwrap_or("unknown")
                    .to_owned();
                Ok(Chosen {
                    host: host.clone(),
                    socket: socket.clone(),
                    version,
                    private: None,
                })
            }
            Self::Private(name) => {
                crate::setup::engine_tools()?;
                let lease = engine::up(name)?;
                Ok(Chosen {
                    host: lease.docker_host(),
                    socket: lease.socket().to_path_buf(),
                    version: lease.version().version.clone(),
                    private: Some(lease),
                })
            }
        }
    }
}

impl Chosen {
    /// Whether it is a private engine, which may be made a swarm and left again.
    pub(crate) fn is_private(&self) -> bool {
        self.private.is_some()
    }

    /// A program that uses this engine, and reaches the ports that it publishes.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = if let Some(lease) = &self.private {
            lease.command(program)
        } else {
            let mut command = Command::new(program);
            // Somebody may have set them by hand, for an engine of ours.
            for other in engine::VARIABLES {
                command.env_remove(other);
            }
            command
        };
        command
            .env("DOCKER_HOST", &self.host)
            .env_remove("DOCKER_CONTEXT")
            .env_remove("DOCKER_API_VERSION");
        command
    }
}

/// The engine for one job.
pub(crate) fn one(named: Option<&str>) -> Result<Choice> {
    if let Some(name) = named {
        return by_name(name, &Surroundings::of_this_user());
    }
    if let Some(own) = own(&Surroundings::of_this_user(), answers)? {
        return Ok(own);
    }
    if !run::is_root() {
        bail!(
            "no engine answers, and starting a private one needs root; start Docker, or set \
             DOCKER_HOST to an engine that runs, or run this as root"
        );
    }
    Ok(Choice::Private(USUAL.to_owned()))
}

/// The engines for the tests; without names, all that this machine can have.
pub(crate) fn several(named: &[String]) -> Result<Vec<Choice>> {
    let surroundings = Surroundings::of_this_user();
    if named.is_empty() {
        let own = own(&surroundings, answers)?;
        let private = TESTED.iter().filter(|_| run::is_root());
        let private = private.map(|name| Choice::Private((*name).to_owned()));
        return Ok(own.into_iter().chain(private).collect());
    }
    let mut choices: Vec<Choice> = Vec::new();
    for name in named {
        let choice = by_name(name, &surroundings)?;
        if !choices.contains(&choice) {
            choices.push(choice);
        }
    }
    Ok(choices)
}

fn by_name(name: &str, surroundings: &Surroundings) -> Result<Choice> {
    if name == "own" {
        return own(surroundings, answers)?.with_context(|| {
            format!(
                "no engine answers where one would be expected: {}",
                places(surroundings).map_or_else(|e| e.to_string(), |p| looked_at(&p))
            )
        });
    }
    if name.contains("://") {
        let place = Expected {
            host: name.to_owned(),
            because: "--engine".to_owned(),
            is_promised: true,
        };
        return own_at(&[place], answers)?.context("an engine that was named is used");
    }
    if engine::names().contains(&name) {
        if !run::is_root() {
            bail!("starting the private engine {name} needs root");
        }
        return Ok(Choice::Private(name.to_owned()));
    }
    bail!(
        "there is no engine {name}; there are {}, `own` for this machine's, and unix:// addresses",
        engine::names().join(", ")
    )
}

fn own(
    surroundings: &Surroundings,
    answers: impl Fn(&Path) -> io::Result<()>,
) -> Result<Option<Choice>> {
    own_at(&places(surroundings)?, answers)
}

fn own_at(
    places: &[Expected],
    answers: impl Fn(&Path) -> io::Result<()>,
) -> Result<Option<Choice>> {
    for Expected {
        host,
        because,
        is_promised,
    } in places
    {
        let Some(socket) = socket_of(host) else {
            if *is_promised {
                bail!(
                    "{because} is {host}, and this command reaches engines over unix sockets only: \
                     give it a unix:///path address"
                );
            }
            eprintln!("note: the engine at {host} ({because}) is left alone: not a unix socket");
            continue;
        };
        match answers(&socket) {
            Ok(()) => {
                return Ok(Some(Choice::Own {
                    host: host.clone(),
                    socket,
                }));
            }
            Err(error) if *is_promised => bail!(
                "{because} is {host}, but no engine answers there: {error}; {}",
                advice(&error, because)
            ),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => {
                eprintln!("note: no engine answers at {host} ({because}): {error}");
            }
        }
    }
    Ok(None)
}

fn advice(error: &io::Error, because: &str) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "is this user in the `docker` group?".to_owned(),
        _ if because == "DOCKER_HOST" => {
            "start the engine, correct the variable, or unset it to let one be found".to_owned()
        }
        _ => "start the engine, or name another".to_owned(),
    }
}

/// Where a user would expect an engine, likeliest first.
fn places(surroundings: &Surroundings) -> Result<Vec<Expected>> {
    if let Some(host) = &surroundings.host {
        return Ok(vec![Expected {
            host: host.clone(),
            because: "DOCKER_HOST".to_owned(),
            is_promised: true,
        }]);
    }
    let mut places = Vec::new();
    if let Some(context) = &surroundings.context {
        if context != "default" {
            places.push(Expected {
                host: host_of_context(context, surroundings.settings.as_deref())?,
                because: format!("DOCKER_CONTEXT={context}"),
                is_promised: true,
            });
            return Ok(places);
        }
    } else if let Some(context) = current_context(surroundings.settings.as_deref()) {
        match host_of_context(&context, surroundings.settings.as_deref()) {
            Ok(host) => places.push(Expected {
                host,
                because: format!("the docker context {context}"),
                is_promised: false,
            }),
            Err(error) => eprintln!("note: {error}"),
        }
    }
    places.push(Expected {
        host: "unix:///var/run/docker.sock".to_owned(),
        because: "the usual socket".to_owned(),
        is_promised: false,
    });
    Ok(places)
}

fn looked_at(places: &[Expected]) -> String {
    let hosts: Vec<String> = places
        .iter()
        .map(|place| format!("{} ({})", place.host, place.because))
        .collect();
    hosts.join(", ")
}

fn current_context(settings: Option<&Path>) -> Option<String> {
    let text = std::fs::read_to_string(settings?.join("config.json")).ok()?;
    let settings: Value = serde_json::from_str(&text).ok()?;
    let context = at(&settings, "/currentContext").as_str()?;
    (!context.is_empty() && context != "default").then(|| context.to_owned())
}

/// The address that a context stands for. Its folder is named after a hash;
/// the name is inside, which spares us the hash.
fn host_of_context(context: &str, settings: Option<&Path>) -> Result<String> {
    let folder = settings.context("there is no home to hold docker contexts")?;
    let folder = folder.join("contexts/meta");
    for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
        let Ok(text) = std::fs::read_to_string(entry.path().join("meta.json")) else {
            continue;
        };
        let Ok(meta) = serde_json::from_str::<Value>(&text) else {
            continue;
        };
        if at(&meta, "/Name").as_str() == Some(context) {
            let host = at(&meta, "/Endpoints/docker/Host").as_str();
            return host
                .map(str::to_owned)
                .with_context(|| format!("the docker context {context} has no address"));
        }
    }
    bail!(
        "there is no docker context {context} in {}",
        folder.display()
    )
}

fn socket_of(host: &str) -> Option<PathBuf> {
    let path = host.trim().strip_prefix("unix://").unwrap_or(host.trim());
    path.starts_with('/').then(|| PathBuf::from(path))
}

/// Whether an engine is at the other end, soon.
fn answers(socket: &Path) -> io::Result<()> {
    let (tell, told) = mpsc::channel();
    let socket = socket.to_path_buf();
    // Left behind when the other end accepts and then says nothing.
    std::thread::spawn(move || {
        let _ = tell.send(raw::get(&socket, "/_ping", &[], &[]));
    });
    match told.recv_timeout(PATIENCE) {
        Ok(Ok(answer)) if answer.status < 400 => Ok(()),
        Ok(Ok(answer)) => Err(io::Error::other(format!(
            "its ping is answered with {}",
            answer.status
        ))),
        Ok(Err(error)) => Err(error),
        Err(_) => Err(io::Error::new(
            io::ErrorKind::TimedOut,
            format!("no answer within {} s", PATIENCE.as_secs()),
        )),
    }
}

impl Surroundings {
    fn of_this_user() -> Self {
        let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        let settings = set("DOCKER_CONFIG").map(PathBuf::from).or_else(|| {
            let home = set("HOME")?;
            Some(Path::new(&home).join(".docker"))
        });
        Self {
            host: set("DOCKER_HOST"),
            context: set("DOCKER_CONTEXT"),
            settings,
        }
    }
}

#[cfg(test)]
mod tests;
