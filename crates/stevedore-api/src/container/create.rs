//! Shorter ways to say what a container is made of.

use super::{Create, HostConfig, Network};

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
impl Create {
    /// Adds an environment variable.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env
            .get_or_insert_default()
            .push(format!("{name}={value}"));
        self
    }

    /// Adds a label.
    pub fn label(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.labels
            .get_or_insert_default()
            .insert(name.into(), value.into());
        self
    }

    /// Open standard input for one client: it ends for the container when that client closes it.
    pub fn stdin(self) -> Self {
        self.open_stdin(true).stdin_once(true).attach_stdin(true)
    }

    /// Adds a port that it offers, such as `80/tcp`.
    pub fn expose(mut self, port: impl Into<String>) -> Self {
        self.exposed_ports
            .get_or_insert_default()
            .entry(port.into())
            .or_default();
        self
    }

    /// What depends on the host. Ports that it publishes are offered as well.
    pub fn host_config(mut self, host_config: HostConfig) -> Self {
        for port in host_config.port_bindings.iter().flatten() {
            self = self.expose(port.0);
        }
        self.host_config = Some(host_config);
        self
    }

    /// Adds a network to join; before API 1.44 there can be only one.
    pub fn network(mut self, name: impl Into<String>, settings: Network) -> Self {
        self.networking_config
            .get_or_insert_default()
            .endpoints_config
            .get_or_insert_default()
            .insert(name.into(), settings);
        self
    }
}

impl Network {
    /// Adds a name under which others on the network find it.
    pub fn alias(mut self, name: impl Into<String>) -> Self {
        self.aliases.get_or_insert_default().push(name.into());
        self
    }
}
