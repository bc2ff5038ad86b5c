//! Where R's client goes: what the user gave, and what the environment says.

use std::path::{Path, PathBuf};
use std::time::Duration;

use stevedore::blocking::Waiter;
use stevedore::discover::{Candidate, Outcome, Report, Why};
use stevedore::{ApiVersion, Environment, Error, Host, Settings, Tls, Warning};

use crate::failure::Failure;
use crate::given::Given;
use crate::handle::wait_on;
use crate::native::Stop;
use crate::tree::Tree;
use crate::{handle, traffic};

/// The kind of client that never talks to an engine, for tests of other packages.
pub(crate) const NULL: &str = "null";

const DEMAND: &str = "DOCKER_TLS_VERIFY";

/// What was given, understood.
pub(crate) struct Plan {
    pub(crate) settings: Settings,
    /// The folder of the certificates in use.
    pub(crate) certificates: Option<PathBuf>,
    /// What the user should know about them.
    pub(crate) notes: Vec<String>,
    environment: Environment,
}

/// Where the engine is, and where its certificates are kept.
struct Place {
    settings: Settings,
    certificates: Option<PathBuf>,
}

impl Place {
    fn plain(settings: Settings) -> Self {
        Self {
            settings,
            certificates: None,
        }
    }
}

impl Plan {
    /// Reads what R gave. Variables and files are read, and the program `docker-machine` is
    /// run where it is asked for; nothing is connected to.
    pub(crate) fn read(given: &Given) -> Result<Self, Stop> {
        let environment = environment(given);
        let mut notes = Vec::new();
        let Place {
            mut settings,
            certificates,
        } = place(given, &environment)?;
        for warning in settings.warnings() {
            match warning {
                // Nobody is to overlook that.
                Warning::Unverified(_) => handle::warn(warning.to_string()),
                _ => notes.push(warning.to_string()),
            }
        }
        settings.version = match given.field_text("api_version") {
            Some(wanted) => Some(clamped(wanted, &mut notes)?),
            None if is_null(given) => Some(ApiVersion::new(1, 29)),
            None => settings.version,
        };
        if let Some(watcher) = given.field("watcher").and_then(Given::number) {
            settings = settings.trace(traffic::trace(watcher));
        }
        if let Some(seconds) = given.field("request_timeout").and_then(Given::number) {
            let limit = Duration::try_from_secs_f64(seconds).ok();
            settings = settings.connect_timeout(limit).request_timeout(limit);
        }
        settings = settings.user_agent(concat!("stevedore/", env!("CARGO_PKG_VERSION"), ":r"));
        Ok(Self {
            settings,
            certificates,
            notes,
            environment,
        })
    }

    /// An engine that answers at one of the usual places, where nobody has said anything
    /// and the first of them has failed. An error says what was found where.
    pub(crate) fn elsewhere(&self, waiter: &Waiter, error: Error) -> Result<Settings, Stop> {
        if self.settings.origin().is_said() {
            return Err(error.into());
        }
        let report = wait_on(waiter, self.environment.discover())?;
        match report.chosen() {
            Some(found) => {
                let mut settings = self.settings.clone();
                if let Some(host) = found.host.clone() {
                    settings = settings.host(host);
                }
                Ok(settings)
            }
            None => Err(unreachable(&report).into()),
        }
    }
}

/// What there is at the places where the client would look for an engine.
pub(crate) fn report(given: &Given) -> Result<Tree<'static>, Stop> {
    if is_null(given) {
        return Ok(Tree::Null);
    }
    let waiter = handle::waiter()?;
    let report = match Plan::read(given) {
        Ok(plan) if plan.settings.origin().is_said() => {
            wait_on(&waiter, plan.environment.probe(plan.settings))?
        }
        Ok(plan) => wait_on(&waiter, plan.environment.discover())?,
        Err(stop) if names_a_place(given) => return Err(stop),
        Err(_) => wait_on(&waiter, environment(given).discover())?,
    };
    Ok(Tree::record(vec![
        ("text", Tree::text(report.to_string().trim_end().to_owned())),
        ("candidates", candidates(&report)),
    ]))
}

fn is_null(given: &Given) -> bool {
    given.field_text("http_client_type") == Some(NULL)
}

fn names_a_place(given: &Given) -> bool {
    ["host", "context", "machine"]
        .iter()
        .any(|name| given.field_text(name).is_some())
}

/// The environment that counts: none where R was told to ignore it.
fn environment(given: &Given) -> Environment {
    if is_null(given) || given.field_flag("ignore_environment") == Some(true) {
        return Environment::new();
    }
    let mut environment = Environment::of_process();
    // Any value demands it, as it always did in R; to the `docker` program an empty one does not.
    if environment.has(DEMAND) {
        environment = environment.with(DEMAND, "1");
    }
    match given.field_text("api_version") {
        // What is not used need not be right.
        Some(_) => environment.without("DOCKER_API_VERSION"),
        None => environment,
    }
}

fn place(given: &Given, environment: &Environment) -> Result<Place, Stop> {
    if let Some(name) = given.field_text("machine") {
        let mut settings = machine(name)?;
        settings.version = Settings::version_from(environment)?;
        return Ok(Place::plain(settings));
    }
    let settings = match (given.field_text("host"), given.field_text("context")) {
        (Some(_), Some(_)) => {
            return Err(Failure::settings("only one of 'host' and 'context' can be given").into());
        }
        (Some(text), None) => {
            let mut settings = Settings::new().host(host(text)?);
            settings.tls = environment.certificates(&settings.host)?;
            settings.version = Settings::version_from(environment)?;
            settings
        }
        (None, Some(name)) => Settings::from_context_in(&of_user(environment), name)?,
        (None, None) => Settings::from_environment(environment)?,
    };
    secured(given, environment, settings)
}

/// The address that R gave. What is wrong with it is said in the words of 0.9.6, where it
/// had any.
fn host(text: &str) -> Result<Host, Stop> {
    let trimmed = text.trim();
    let said = match trimmed.split_once("://") {
        _ if trimmed.starts_with('/') => None,
        None => Some(format!(
            "Invalid address '{trimmed}' - must match '<protocol>://<addr>'"
        )),
        Some(("npipe", _)) if !cfg!(windows) => {
            Some("Named pipe connections are only available on windows".to_owned())
        }
        Some(("unix" | "http+unix", _)) if cfg!(windows) => {
            Some("Socket connections are not available on windows".to_owned())
        }
        Some(("unix" | "http+unix" | "npipe" | "tcp" | "http" | "https" | "ssh", _)) => None,
        Some((protocol, _)) => Some(format!(
            "Unknown protocol '{protocol}' for host '{trimmed}'"
        )),
    };
    match said {
        Some(message) => Err(Failure::settings(message).into()),
        None => Ok(trimmed.parse()?),
    }
}

/// With the certificates that R gave, and its word about verification. Only a port has a
/// use for either.
fn secured(
    given: &Given,
    environment: &Environment,
    mut settings: Settings,
) -> Result<Place, Stop> {
    if !matches!(settings.host, Host::Tcp(_) | Host::Tls(_)) {
        return Ok(Place::plain(settings));
    }
    let verify = given.field_flag("tls_verify");
    let mut certificates = None;
    if let Some(folder) = given.field_text("cert_path") {
        let folder = Path::new(folder);
        settings.tls = Some(tls(folder)?);
        certificates = Some(folder.to_owned());
    } else if let Ok(Some(folder)) = environment.variable("DOCKER_CERT_PATH") {
        certificates = settings.tls.is_some().then(|| PathBuf::from(folder));
    }
    let is_https = matches!(settings.host, Host::Tls(_)) && given.field_text("host").is_some();
    match (&settings.tls, verify) {
        (None, Some(true)) => return Err(Failure::settings(NO_CERTIFICATES).into()),
        (None, None) if is_https => return Err(Failure::settings(NO_CERTIFICATES).into()),
        (None, Some(false)) if matches!(settings.host, Host::Tls(_)) => {
            settings.tls = Some(Tls::new().verify(false));
        }
        (Some(tls), Some(verify)) => settings.tls = Some(tls.clone().verify(verify)),
        _ => {}
    }
    Ok(Place {
        settings,
        certificates,
    })
}

const NO_CERTIFICATES: &str = "cert_path not given, but tls_verify requested: name the folder \
    with ca.pem, cert.pem and key.pem in 'cert_path', or, where nobody can listen in, say \
    'tls_verify = FALSE'";

/// The files of a folder of certificates; all three must be there, as for 0.9.6.
fn tls(folder: &Path) -> Result<Tls, Stop> {
    if !folder.is_dir() {
        return Err(Failure::settings("'cert_path' must be an existing directory").into());
    }
    let missing: Vec<String> = ["key.pem", "ca.pem", "cert.pem"]
        .into_iter()
        .filter(|name| !folder.join(name).exists())
        .map(|name| format!("'{name}'"))
        .collect();
    if !missing.is_empty() {
        return Err(Failure::settings(format!(
            "Certificate file(s) missing within directory '{}': {}",
            folder.display(),
            missing.join(", ")
        ))
        .into());
    }
    Ok(Tls::from_dir(folder)?)
}

/// Where `docker-machine` says that one of its engines is. It is looked for on the `PATH`
/// also where the environment is ignored.
fn machine(name: &str) -> Result<Settings, Stop> {
    let process = Environment::of_process();
    if !process.has_program("docker-machine") {
        return Err(Failure::settings("Command 'docker-machine' not found on PATH").into());
    }
    let process = process.without("DOCKER_API_VERSION");
    Ok(wait_on(
        &*handle::waiter()?,
        Settings::from_machine(&process, name),
    )??)
}

/// With the folder of docker's settings, also where variables are ignored: a context that
/// is named is not said by the environment.
fn of_user(environment: &Environment) -> Environment {
    let process = Environment::of_process();
    ["HOME", "USERPROFILE", "DOCKER_CONFIG"].into_iter().fold(
        environment.clone(),
        |environment, name| match process.variable(name) {
            Ok(Some(value)) => environment.with(name, value),
            _ => environment,
        },
    )
}

/// The version that was asked for, or the nearest that this package speaks.
fn clamped(wanted: &str, notes: &mut Vec<String>) -> Result<ApiVersion, Stop> {
    let version: ApiVersion = wanted
        .parse()
        .map_err(|error| Failure::settings(format!("'api_version' can't be used: {error}")))?;
    let (oldest, newest) = (ApiVersion::OLDEST, ApiVersion::NEWEST);
    if version < oldest {
        notes.push(format!(
            "Requested API version '{version}' is below min version '{oldest}'; upgrading"
        ));
    }
    if version > newest {
        notes.push(format!(
            "Requested API version '{version}' is above max version '{newest}'; downgrading"
        ));
    }
    Ok(version.clamp(oldest, newest))
}

/// The failure of a search: what was found, then what was not there, and the same as data.
///
/// R cuts off an error that nobody catches after a thousand bytes, so what matters comes
/// first; `docker_available(verbose = TRUE)` has the table.
fn unreachable(report: &Report) -> Failure {
    let mut lines = vec!["no docker engine was found".to_owned()];
    let mut nothing = Vec::new();
    for candidate in &report.candidates {
        let Some((host, why)) = candidate.host.as_ref().zip(candidate.outcome.why()) else {
            continue;
        };
        if matches!(why, Why::NoFile { link: None }) {
            nothing.push(host.address());
            continue;
        }
        lines.push(format!("  {host}: {why}"));
        lines.extend(why.advice().map(|advice| format!("    {advice}")));
    }
    lines.push("Start an engine, or say in 'host' or DOCKER_HOST where it is.".to_owned());
    if !nothing.is_empty() {
        lines.push(format!("There is no {}", nothing.join(", ")));
    }
    Failure::unreachable(lines.join("\n"), candidates(report))
}

/// A row for each place.
fn candidates(report: &Report) -> Tree<'static> {
    let column = |cell: fn(&Candidate) -> Option<String>| {
        Tree::Texts(
            report
                .candidates
                .iter()
                .map(|it| cell(it).map(Into::into))
                .collect(),
        )
    };
    let answers = report.candidates.iter().map(|it| match it.outcome {
        Outcome::NotAsked => None,
        _ => Some(it.outcome.engine().is_some()),
    });
    let columns = vec![
        ("origin", column(|it| Some(it.origin.to_string()))),
        ("host", column(|it| Some(it.host.as_ref()?.to_string()))),
        ("answers", Tree::Bools(answers.collect())),
        (
            "version",
            column(|it| Some(it.outcome.engine()?.version.clone())),
        ),
        (
            "api_version",
            column(|it| Some(it.outcome.engine()?.newest.to_string())),
        ),
        (
            "min_api_version",
            column(|it| Some(it.outcome.engine()?.oldest?.to_string())),
        ),
        ("reason", column(|it| Some(it.outcome.why()?.to_string()))),
        ("advice", column(|it| it.outcome.why()?.advice())),
    ];
    Tree::frame(columns, report.candidates.len())
}
