//! What can go wrong, in one type.

use std::fmt;

use stevedore_api::option::Invalid;
use stevedore_api::{Fault, Info, NotATimestamp};

use crate::{Host, Settings};

type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why a call failed.
///
/// Ask it rather than match on its text: [`kind`](Self::kind) says in which
/// phase it happened, and so whether the engine may have acted;
/// [`status`](Self::status) and [`endpoint`](Self::endpoint) say more. `Display`
/// is for this level only: one line of ours, with what the engine said as it said it, and of
/// a program that failed the last lines of its standard error. The causes follow through
/// `source()`, whose types are not part of the API.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    endpoint: Option<&'static Info>,
    status: Option<u16>,
    /// What the engine says is not there.
    missing: Option<&'static str>,
    /// What it says is in the way.
    in_the_way: Option<&'static str>,
    argument: Option<String>,
    exit_code: Option<i64>,
    program: Program,
    hitch: Option<(Hitch, String)>,
    source: Option<Source>,
}

/// What stood in the way of a connection, as far as that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hitch {
    /// The name of the machine is not known.
    NoSuchMachine,
    /// TLS is spoken there, and was not.
    TlsExpected,
    /// No TLS is spoken there.
    #[cfg_attr(not(feature = "tls"), allow(dead_code, reason = "only TLS finds that"))]
    NoTls,
    /// A certificate was not accepted, or there was no other agreement.
    #[cfg_attr(not(feature = "tls"), allow(dead_code, reason = "only TLS finds that"))]
    TlsFailed,
    /// Something that may be gone a moment later.
    #[cfg_attr(
        not(any(feature = "ssh", feature = "tls")),
        allow(
            dead_code,
            reason = "only they know that apart from the system's errors"
        )
    )]
    Passing,
    /// A program that connects is not there, which no time will mend.
    #[cfg_attr(
        not(feature = "ssh"),
        allow(dead_code, reason = "only ssh is a program")
    )]
    NoProgram,
    /// Something else.
    Other,
}

/// What was run, and what it had written. Kept out of `Debug`: both may hold secrets.
#[derive(Default)]
struct Program {
    container: Option<String>,
    image: Option<String>,
    command: Vec<String>,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

/// The phase in which a call failed, earliest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A setting, a variable or a file is wrong. Nothing was sent.
    Settings,
    /// An argument is missing, unknown or of the wrong shape. Nothing was sent.
    Argument,
    /// The endpoint or an argument does not exist at the version in use, or the
    /// engine and this library have no version in common. The call was not carried out.
    Version,
    /// A file or directory of this side could not be read or written. The engine may have acted.
    Local,
    /// The engine could not be reached. The request was not sent; of a method that makes
    /// several, those before it were.
    Unreachable,
    /// It took too long. The engine may have acted.
    Timeout,
    /// The caller broke off the wait. The engine may have acted.
    Interrupted,
    /// What came back is not what the protocol allows. The engine may have acted.
    Protocol,
    /// The engine answered with a refusal, or with a state in which it would do something else
    /// than it was asked for: a container that does not run is not attached to. That has a
    /// [`reason`](Error::reason) and no [`status`](Error::status).
    Refused,
    /// The engine reported a failure in the middle of its answer.
    Stream,
    /// What was asked was done, and its own outcome is a failure.
    Failed,
}

impl Error {
    /// An error of `kind` with a message for people: one lower-case line that
    /// names the thing at fault and, where it is known, what to do.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            endpoint: None,
            status: None,
            missing: None,
            in_the_way: None,
            argument: None,
            exit_code: None,
            program: Program::default(),
            hitch: None,
            source: None,
        }))
    }

    /// The same, caused by `source`.
    pub fn caused_by(mut self, source: impl Into<Source>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The same, of a call to `endpoint`.
    pub fn at(mut self, endpoint: &'static Info) -> Self {
        self.0.endpoint = Some(endpoint);
        self
    }

    /// The same, about an argument: `source`.
    pub fn of_argument(mut self, argument: &str) -> Self {
        self.0.argument = Some(argument.to_owned());
        self
    }

    /// The same, with what is in the way, in a word: `container_is_not_running`.
    pub fn because(mut self, reason: &'static str) -> Self {
        self.0.in_the_way = Some(reason);
        self
    }

    /// The same, with the exit code of what failed.
    pub fn with_exit_code(mut self, code: i64) -> Self {
        self.0.exit_code = Some(code);
        self
    }

    /// The same, of a program: its command, and the image that it was run from where it
    /// is known.
    pub fn of_command(mut self, image: Option<String>, command: Vec<String>) -> Self {
        self.0.program.image = image;
        self.0.program.command = command;
        self
    }

    /// The same, of a program in the container with this id.
    pub fn of_container(mut self, id: impl Into<String>) -> Self {
        self.0.program.container = Some(id.into());
        self
    }

    /// The same, with all that a program had written until then.
    pub fn with_output(mut self, stdout: Vec<u8>, stderr: Vec<u8>) -> Self {
        self.0.program.stdout = stdout;
        self.0.program.stderr = stderr;
        self
    }

    /// The same, with more to say behind its message.
    pub fn with_note(mut self, note: &str) -> Self {
        self.0.message.push_str("; ");
        self.0.message.push_str(note);
        self
    }

    pub(crate) fn refused(endpoint: &'static Info, status: u16, message: String) -> Self {
        // Before anything is put behind it.
        let missing = stevedore_api::missing(&message);
        let in_the_way = stevedore_api::in_the_way(status, &message);
        let mut error = Self::new(ErrorKind::Refused, message).at(endpoint);
        error.0.status = Some(status);
        error.0.missing = missing;
        error.0.in_the_way = in_the_way;
        error
    }

    pub(crate) fn unreachable(settings: &Settings, error: std::io::Error) -> Self {
        use std::io::ErrorKind as Io;

        let host = &settings.host;
        if let Host::Unix(path) = host {
            if let Some(why) = crate::discover::locked_out(path, &error) {
                return Self::unreachable_because(settings, &why).caused_by(error);
            }
        }
        let is_port = matches!(host, Host::Tcp(_) | Host::Tls(_));
        let (why, may_be_elsewhere) = match (error.kind(), host) {
            (Io::NotFound, Host::Npipe(_)) => {
                ("there is no such pipe; is the engine running", true)
            }
            (Io::NotFound, Host::Ssh(_)) => ("there is no program `ssh` on the PATH", false),
            (Io::NotFound, _) => ("there is no such socket; is the engine running", true),
            (Io::PermissionDenied, _) => ("permission denied", false),
            (Io::ConnectionRefused, _) if is_port => {
                ("nobody listens on that port; is the engine set up to", true)
            }
            (Io::ConnectionRefused, _) => ("nobody listens there; is the engine running?", false),
            (Io::TimedOut, _) => (
                "nothing answers there; is the machine up, and is a firewall on the way?",
                false,
            ),
            (Io::NetworkUnreachable | Io::HostUnreachable, _) => {
                ("no network leads there; is the machine up", true)
            }
            (Io::WouldBlock, _) => (
                "it takes no more connections at the moment; too many clients at once?",
                false,
            ),
            (Io::Unsupported, _) => ("this system can't connect like that", false),
            _ => ("the connection failed", false),
        };
        let elsewhere = match (may_be_elsewhere, settings.origin.is_said()) {
            (false, _) => "",
            (true, true) => ", and is its address right?",
            (true, false) => "? If it is elsewhere, give its address, as in DOCKER_HOST",
        };
        Self::unreachable_because(settings, &format!("{why}{elsewhere}")).caused_by(error)
    }

    pub(crate) fn unreachable_because(settings: &Settings, why: &str) -> Self {
        let place = settings.origin.with(&settings.host);
        let message = format!("cannot reach the engine at {place}: {why}");
        let mut error = Self::new(ErrorKind::Unreachable, message);
        error.0.hitch = Some((Hitch::Other, why.to_owned()));
        error
    }

    /// The same, with what stood in the way.
    pub(crate) fn for_hitch(mut self, hitch: Hitch) -> Self {
        if let Some((known, _)) = &mut self.0.hitch {
            *known = hitch;
        }
        self
    }

    /// What stood in the way of a connection, also in words.
    pub(crate) fn hitch(&self) -> Option<(Hitch, &str)> {
        let (hitch, why) = self.0.hitch.as_ref()?;
        Some((*hitch, why))
    }

    /// The same, with what was asked for behind its message.
    pub(crate) fn about(mut self, what: &str) -> Self {
        if !what.is_empty() {
            self.0.message = format!("{} ({what})", self.0.message);
        }
        self
    }

    /// The same, with who is to blame in front of the message; causes stay.
    pub(crate) fn blamed_on(mut self, who: &str) -> Self {
        self.0.message = format!("{who}: {}", self.0.message);
        self
    }

    /// In which phase it failed.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The endpoint that was called, where one was.
    pub fn endpoint(&self) -> Option<&'static Info> {
        self.0.endpoint
    }

    /// The HTTP status, where the engine refused by one.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The argument at fault, with the way inside it: `host_config.memory`.
    pub fn argument(&self) -> Option<&str> {
        self.0.argument.as_deref()
    }

    /// Why the engine refused, in a word: `no_such_container`. Every refusal has one.
    ///
    /// It is what the engine says is not there, as [`missing`](Self::missing) tells, or in the way:
    /// `container_is_not_running`, `container_is_paused`, `container_is_not_paused`,
    /// `container_is_running`, `container_is_restarting`, `name_already_in_use`,
    /// `exec_has_already_run`, `image_is_in_use`, `network_is_in_use` or `volume_is_in_use`. Else
    /// it is what the status means at this endpoint, and where that is not known what it means
    /// everywhere: `bad_parameter` (400), `auth_error` (401), `operation_forbidden` (403),
    /// `not_found` (404), `conflict` (409), `server_error` (500 and above), `not_implemented` (405,
    /// 501), `service_unavailable` (503), or `refused`.
    pub fn reason(&self) -> Option<&'static str> {
        let said = self.0.missing.or(self.0.in_the_way);
        let Some(status) = self.0.status else {
            return said;
        };
        let meant = || self.0.endpoint?.error(status);
        Some(
            said.or_else(meant)
                .unwrap_or_else(|| stevedore_api::usual_reason(status)),
        )
    }

    /// What the engine says is not there, in a word that is the same at every endpoint:
    /// `no_such_network` of a container that is made for one, and of a network that is
    /// inspected. Nothing where it refused for another reason, or does not say.
    pub fn missing(&self) -> Option<&'static str> {
        self.0.missing
    }

    /// The exit code, where a command or a build step failed.
    pub fn exit_code(&self) -> Option<i64> {
        self.0.exit_code
    }

    /// The id of the container that a run has made, where its program failed or could not be
    /// started; gone where the run was to remove it.
    pub fn container(&self) -> Option<&str> {
        self.0.program.container.as_deref()
    }

    /// The image that was run, where a run failed.
    pub fn image(&self) -> Option<&str> {
        self.0.program.image.as_deref()
    }

    /// The command that was run, a word each; empty where none was, or the image's own.
    pub fn command(&self) -> &[String] {
        &self.0.program.command
    }

    /// What had been written to standard output before the failure; of a run or an exec
    /// that was read to its end.
    pub fn stdout(&self) -> &[u8] {
        &self.0.program.stdout
    }

    /// What had been written to standard error before the failure.
    pub fn stderr(&self) -> &[u8] {
        &self.0.program.stderr
    }

    /// Whether the engine says that the thing named is not there.
    pub fn is_not_found(&self) -> bool {
        self.0.status == Some(404)
    }

    /// The message and those of its causes, joined by colons; one that says the same as what it
    /// caused is left out.
    pub fn chain(&self) -> String {
        let mut last = self.to_string();
        let mut text = last.clone();
        let mut next = std::error::Error::source(self);
        while let Some(cause) = next {
            let said = cause.to_string();
            if said != last {
                text.push_str(": ");
                text.push_str(&said);
            }
            last = said;
            next = cause.source();
        }
        text
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Error");
        debug
            .field("kind", &self.0.kind)
            .field("message", &self.0.message);
        if let Some(endpoint) = self.0.endpoint {
            debug.field("endpoint", &endpoint.id);
        }
        if let Some(status) = self.0.status {
            debug.field("status", &status);
        }
        if let Some(source) = &self.0.source {
            debug.field("source", source);
        }
        debug.finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

/// A fault of the check is an error of the call: the kinds are the same.
impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        let kind = match fault {
            Fault::Version { .. } => ErrorKind::Version,
            _ => ErrorKind::Argument,
        };
        let mut error = Self::new(kind, fault.to_string()).at(fault.endpoint());
        error.0.argument = fault.argument().map(str::to_owned);
        error
    }
}

/// A string that can't be read is an argument of the wrong shape; what was wrong with it is the
/// source.
///
/// ```
/// use stevedore_api::container::Create;
///
/// fn web(port: &str) -> stevedore_client::Result<Create> {
///     Ok(Create::new("nginx").publish(port.parse()?))
/// }
///
/// assert!(web("8080:80").is_ok());
/// assert_eq!(
///     web("8080:http").unwrap_err().to_string(),
///     "port mapping '8080:http': expected a port from 1 to 65535 in place of 'http'"
/// );
/// ```
impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Self {
        Self::new(ErrorKind::Argument, invalid.to_string()).caused_by(invalid)
    }
}

/// So is a text that is no point in time.
impl From<NotATimestamp> for Error {
    fn from(text: NotATimestamp) -> Self {
        Self::new(ErrorKind::Argument, text.to_string()).caused_by(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_an_argument_and_keeps_its_source() {
        fn port() -> crate::Result<stevedore_api::option::PortMapping> {
            Ok("8080:http".parse()?)
        }
        let error = port().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Argument);
        let source = std::error::Error::source(&error).unwrap();
        assert_eq!(source.downcast_ref::<Invalid>().unwrap().part(), "http");
        // What both say is said once.
        assert_eq!(error.chain(), error.to_string());
    }

    #[test]
    fn so_is_what_is_no_time() {
        fn time() -> crate::Result<stevedore_api::Timestamp> {
            Ok("yesterday".parse()?)
        }
        let error = time().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Argument);
        assert!(error.to_string().contains("`yesterday` is no time"));
        assert!(std::error::Error::source(&error).is_some());
    }
}
