//! Where somebody has said that the engine is.

use std::fmt;
use std::path::PathBuf;

use super::Place;
use super::place::{self, Sight};
use crate::context::{self, Context};
use crate::{Environment, Error, ErrorKind, Host, Result, Settings, Tls, config_file};

/// Why an engine is looked for at a place.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Origin {
    /// The program that uses this library says so.
    Given,
    /// An environment variable says so.
    Variable(&'static str),
    /// A context of this name says so.
    Context(String, Chooser),
    /// `docker-machine` says so of its machine of this name.
    Machine(String),
    /// The settings of the `docker` program, which can't be read.
    ConfigFile(PathBuf),
    /// Nobody says so: it is one of the usual places.
    Usual(Place),
}

/// Who has chosen a context.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Chooser {
    /// The program that uses this library.
    Program,
    /// An environment variable, `DOCKER_CONTEXT`.
    Variable(&'static str),
    /// The settings of the `docker` program, in this file.
    ConfigFile(PathBuf),
}

impl Origin {
    /// Whether somebody has said so: it is not just one of the usual places.
    pub fn is_said(&self) -> bool {
        !matches!(self, Self::Usual(_))
    }

    /// Who says so, where that is not the program itself.
    pub(crate) fn sayer(&self) -> Option<&Self> {
        (!matches!(self, Self::Given | Self::Usual(_))).then_some(self)
    }

    /// The address, with who says it.
    pub(crate) fn with(&self, host: &Host) -> String {
        match self.sayer() {
            Some(sayer) => format!("{host}, as {sayer} says"),
            None => host.to_string(),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given => f.write_str("as given"),
            Self::Variable(name) => f.write_str(name),
            Self::ConfigFile(_) => f.write_str("config.json"),
            Self::Context(name, _) => write!(f, "context {}", name.escape_debug()),
            Self::Machine(name) => write!(f, "machine {}", name.escape_debug()),
            Self::Usual(place) => place.fmt(f),
        }
    }
}

/// Something was said, but can't be used.
pub(super) struct Misled {
    pub(super) origin: Origin,
    pub(super) error: Error,
}

/// Where the environment says that the engine is, if it does.
pub(super) fn said(environment: &Environment) -> Result<Option<Settings>, Misled> {
    if let Some(settings) = of_variable(environment)? {
        return Ok(Some(settings));
    }
    match chosen_context(environment)? {
        Some((name, chooser)) => of_context(environment, &name, chooser).map(Some),
        None => Ok(None),
    }
}

/// What `DOCKER_HOST` says.
fn of_variable(environment: &Environment) -> Result<Option<Settings>, Misled> {
    const HOST: &str = "DOCKER_HOST";
    let misled = |error| Misled {
        origin: Origin::Variable(HOST),
        error,
    };
    let Some(host) = environment.variable(HOST).map_err(misled)? else {
        return Ok(None);
    };
    let host = host
        .parse()
        .map_err(|error| misled(Error::blamed_on(error, HOST)))?;
    let mut settings = at(host, Origin::Variable(HOST));
    settings.tls = environment.certificates(&settings.host).map_err(misled)?;
    settings.overridden = environment
        .variable("DOCKER_CONTEXT")
        .ok()
        .flatten()
        // Which stands for `DOCKER_HOST`.
        .filter(|name| *name != context::DEFAULT)
        .map(str::to_owned);
    Ok(Some(settings))
}

impl Environment {
    /// The certificates that variables give for a port: those in `DOCKER_CERT_PATH`; where
    /// `DOCKER_TLS_VERIFY` demands TLS without it, those beside docker's settings, as the
    /// `docker` program takes them, or else none of ours and the CAs of the system. Nothing
    /// where no variable says so, and for hosts that know no TLS. Files are read.
    ///
    /// # Errors
    /// Kind `Settings`: those of [`Tls::from_dir`]; the message names the variable, too.
    pub fn certificates(&self, host: &Host) -> Result<Option<Tls>> {
        const FOLDER: &str = "DOCKER_CERT_PATH";
        const DEMAND: &str = "DOCKER_TLS_VERIFY";
        if !matches!(host, Host::Tcp(_) | Host::Tls(_)) {
            return Ok(None);
        }
        if let Some(folder) = self.variable(FOLDER)? {
            let tls = Tls::from_dir(folder).map_err(|error| error.blamed_on(FOLDER))?;
            return Ok(Some(tls));
        }
        if self.variable(DEMAND)?.is_none() {
            return Ok(None);
        }
        let beside = match self.config_folder() {
            Some(folder) => Tls::in_dir(&folder).map_err(|error| error.blamed_on(DEMAND))?,
            None => None,
        };
        Ok(Some(beside.unwrap_or_default()))
    }
}

/// The context in use, and who says so.
fn chosen_context(environment: &Environment) -> Result<Option<(String, Chooser)>, Misled> {
    const CONTEXT: &str = "DOCKER_CONTEXT";
    let variable = environment.variable(CONTEXT).map_err(|error| Misled {
        origin: Origin::Variable(CONTEXT),
        error,
    })?;
    if let Some(name) = variable {
        return Ok(Some((name.to_owned(), Chooser::Variable(CONTEXT))));
    }
    let Some(folder) = environment.config_folder() else {
        return Ok(None);
    };
    let path = config_file::path(&folder);
    match config_file::current_context(&path) {
        Ok(name) => Ok(name.map(|name| (name, Chooser::ConfigFile(path)))),
        Err(error) => Err(Misled {
            origin: Origin::ConfigFile(path),
            error,
        }),
    }
}

/// What a context says. `default` is none: it stands for what there is without contexts,
/// `DOCKER_HOST` or else the engine of the machine.
pub(super) fn of_context(
    environment: &Environment,
    name: &str,
    chooser: Chooser,
) -> Result<Settings, Misled> {
    if name == context::DEFAULT {
        if let Some(mut settings) = of_variable(environment)? {
            // Who named it has chosen.
            settings.overridden = None;
            return Ok(settings);
        }
    }
    let found = if name == context::DEFAULT {
        Ok(Context {
            host: None,
            tls: None,
        })
    } else {
        match environment.config_folder() {
            Some(folder) => context::load(&folder, name),
            None => Err(Error::new(
                ErrorKind::Settings,
                format!(
                    "cannot look for the context `{}`: neither DOCKER_CONFIG nor HOME says \
                     where docker's settings are",
                    name.escape_debug()
                ),
            )),
        }
    };
    let by = match &chooser {
        Chooser::Program => None,
        Chooser::Variable(name) => Some((*name).to_owned()),
        Chooser::ConfigFile(path) => Some(format!("currentContext in {}", path.display())),
    };
    let origin = Origin::Context(name.to_owned(), chooser);
    match found {
        Ok(Context { host, tls }) => {
            let host = host.unwrap_or_else(|| environment.default_host());
            let mut settings = at(host, origin);
            settings.tls = tls;
            Ok(settings)
        }
        Err(error) => Err(Misled {
            origin,
            error: match by {
                Some(by) => error.blamed_on(&by),
                None => error,
            },
        }),
    }
}

/// The usual place that looks best: the first where this user may connect, else the first
/// where anything is, else that of the machine's own engine.
pub(super) fn best(environment: &Environment) -> Settings {
    let mut best: Option<(Sight, Place, Host)> = None;
    for (place, host) in place::usual(environment) {
        let sight = place::sight(&host);
        if best.as_ref().is_none_or(|(seen, ..)| sight > *seen) {
            best = Some((sight, place, host));
        }
        if sight == Sight::Open {
            break;
        }
    }
    match best {
        Some((_, place, host)) => at(host, Origin::Usual(place)),
        None => Settings::new(),
    }
}

pub(super) fn at(host: Host, origin: Origin) -> Settings {
    let mut settings = Settings::new().host(host);
    settings.origin = origin;
    settings
}
