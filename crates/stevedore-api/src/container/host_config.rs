//! Shorter ways to say what of a container depends on its host.

use super::{HostConfig, PortBinding};
use crate::Value;
use crate::lower::free;

impl HostConfig {
    /// Adds a mount, `source:destination[:options]`.
    pub fn bind(mut self, bind: impl Into<String>) -> Self {
        self.binds.get_or_insert_default().push(bind.into());
        self
    }

    /// Publishes a container's port, `80/tcp`, on a port of the host; an empty one is any free port.
    pub fn publish(mut self, port: impl Into<String>, host_port: impl Into<String>) -> Self {
        self.port_bindings
            .get_or_insert_default()
            .entry(port.into())
            .or_default()
            .push(PortBinding {
                host_ip: String::new(),
                host_port: host_port.into(),
            });
        self
    }

    /// Sets any field by our name or the API's, also one that has no type yet.
    pub fn set(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.extra.insert(name.into(), free(&value.into()));
        self
    }
}
