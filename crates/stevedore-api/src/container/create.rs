//! The request that makes a container.

use std::collections::BTreeMap;

use super::host_config::HostConfig;
use super::reply::Created;
use super::table;
use crate::{Args, Endpoint, Info, Json, Value};

/// Makes a container: `POST /containers/create`. It is not started.
///
/// What is not set is left to the image and the engine.
///
/// ```
/// use stevedore_api::container::{Create, HostConfig};
///
/// let web = Create::new("nginx")
///     .name("web")
///     .env("TZ", "Europe/Paris")
///     .label("tier", "front")
///     .host_config(HostConfig::new().publish("80/tcp", "8080").memory(64 << 20));
/// # let _ = web;
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Create {
    /// The image to make it from.
    pub image: String,
    /// Its name; the engine makes one up by default.
    pub name: Option<String>,
    /// Command and arguments, a word each; the image's by default.
    pub cmd: Vec<String>,
    /// Program that the command is given to; the image's by default.
    pub entrypoint: Vec<String>,
    /// Environment variables, each `NAME=value`.
    pub env: Vec<String>,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Host name inside the container; its short id by default.
    pub hostname: Option<String>,
    /// User, `name`, `uid` or `uid:gid`, that the command runs as.
    pub user: Option<String>,
    /// Folder in which the command starts.
    pub working_dir: Option<String>,
    /// Give it a terminal; its output is then one raw stream.
    pub tty: Option<bool>,
    /// Keep standard input open.
    pub open_stdin: Option<bool>,
    /// Close standard input when the first client detaches.
    pub stdin_once: Option<bool>,
    /// Attach to standard input when it starts.
    pub attach_stdin: Option<bool>,
    /// Signal that stops it.
    pub stop_signal: Option<String>,
    /// Seconds between that signal and SIGKILL.
    pub stop_timeout: Option<i64>,
    /// Ports that it offers, such as `80/tcp`.
    pub exposed_ports: Vec<String>,
    /// Platform `os/arch/variant` that the image must be for. API 1.41.
    pub platform: Option<String>,
    /// What depends on the host: mounts, published ports, limits, restarts.
    pub host_config: HostConfig,
    /// Networks to join by name, each with its settings.
    pub networks: BTreeMap<String, Network>,
}

impl Create {
    /// A container of `image`, with everything else as the image and the engine have it.
    pub fn new(image: impl Into<String>) -> Self {
        Self {
            image: image.into(),
            ..Self::default()
        }
    }

    /// Its name.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Command and arguments, a word each.
    pub fn cmd<T: Into<String>>(mut self, words: impl IntoIterator<Item = T>) -> Self {
        self.cmd = words.into_iter().map(Into::into).collect();
        self
    }

    /// Program that the command is given to, and its first arguments.
    pub fn entrypoint<T: Into<String>>(mut self, words: impl IntoIterator<Item = T>) -> Self {
        self.entrypoint = words.into_iter().map(Into::into).collect();
        self
    }

    /// Adds an environment variable.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push(format!("{name}={value}"));
        self
    }

    /// Adds a label.
    pub fn label(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.labels.insert(name.into(), value.into());
        self
    }

    /// Host name inside the container.
    pub fn hostname(mut self, hostname: impl Into<String>) -> Self {
        self.hostname = Some(hostname.into());
        self
    }

    /// User that the command runs as.
    pub fn user(mut self, user: impl Into<String>) -> Self {
        self.user = Some(user.into());
        self
    }

    /// Folder in which the command starts.
    pub fn working_dir(mut self, folder: impl Into<String>) -> Self {
        self.working_dir = Some(folder.into());
        self
    }

    /// Give it a terminal; its output is then one raw stream.
    pub fn tty(mut self, tty: bool) -> Self {
        self.tty = Some(tty);
        self
    }

    /// Open standard input for one client: it ends for the container when that client closes it.
    pub fn stdin(mut self) -> Self {
        self.open_stdin = Some(true);
        self.stdin_once = Some(true);
        self.attach_stdin = Some(true);
        self
    }

    /// Signal that stops it.
    pub fn stop_signal(mut self, signal: impl Into<String>) -> Self {
        self.stop_signal = Some(signal.into());
        self
    }

    /// Seconds between that signal and SIGKILL.
    pub fn stop_timeout(mut self, seconds: i64) -> Self {
        self.stop_timeout = Some(seconds);
        self
    }

    /// Adds a port that it offers, such as `80/tcp`.
    pub fn expose(mut self, port: impl Into<String>) -> Self {
        self.exposed_ports.push(port.into());
        self
    }

    /// Platform that the image must be for.
    pub fn platform(mut self, platform: impl Into<String>) -> Self {
        self.platform = Some(platform.into());
        self
    }

    /// What depends on the host.
    pub fn host_config(mut self, host_config: HostConfig) -> Self {
        self.host_config = host_config;
        self
    }

    /// Adds a network to join.
    pub fn network(mut self, name: impl Into<String>, settings: Network) -> Self {
        self.networks.insert(name.into(), settings);
        self
    }
}

impl Endpoint for Create {
    type Reply = Json<Created>;
    const INFO: &'static Info = &table::CREATE;

    fn args(&self) -> Args {
        let mut args = Args::new();
        args.set("image", self.image.as_str());
        args.set_filled("cmd", self.cmd.clone());
        args.set_filled("entrypoint", self.entrypoint.clone());
        args.set_filled("env", self.env.clone());
        if !self.labels.is_empty() {
            args.set("labels", self.labels.clone());
        }
        args.set_some("hostname", self.hostname.clone());
        args.set_some("user", self.user.clone());
        args.set_some("working_dir", self.working_dir.clone());
        args.set_some("tty", self.tty);
        args.set_some("open_stdin", self.open_stdin);
        args.set_some("stdin_once", self.stdin_once);
        args.set_some("attach_stdin", self.attach_stdin);
        args.set_some("stop_signal", self.stop_signal.clone());
        args.set_some("stop_timeout", self.stop_timeout);
        let exposed: Vec<_> = self
            .exposed_ports
            .iter()
            .chain(self.host_config.port_bindings.keys())
            .map(|port| (port.clone(), Value::Map(Vec::new())))
            .collect();
        if !exposed.is_empty() {
            args.set("exposed_ports", Value::Map(exposed));
        }
        args.set_some("platform", self.platform.clone());
        args.set_some("name", self.name.clone());
        if self.host_config != HostConfig::default() {
            args.set("host_config", self.host_config.clone());
        }
        if !self.networks.is_empty() {
            let networks = Value::from(self.networks.clone());
            args.set(
                "networking_config",
                Value::Map(vec![("endpoints_config".to_owned(), networks)]),
            );
        }
        args
    }
}

/// How a container joins a network.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Network {
    /// More names under which others on the network find it.
    pub aliases: Vec<String>,
}

impl Network {
    /// No settings of its own.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a name under which others on the network find it.
    pub fn alias(mut self, name: impl Into<String>) -> Self {
        self.aliases.push(name.into());
        self
    }
}

impl From<Network> for Value {
    fn from(network: Network) -> Self {
        let mut fields = Vec::new();
        if !network.aliases.is_empty() {
            fields.push(("aliases".to_owned(), network.aliases.into()));
        }
        Self::Map(fields)
    }
}
