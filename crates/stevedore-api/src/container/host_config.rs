//! What of a container depends on its host.

use std::collections::BTreeMap;

use crate::{Args, Value};

/// What of a container depends on its host: mounts, published ports, limits, restarts.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct HostConfig {
    /// Mounts, each `source:destination[:options]`.
    pub binds: Vec<String>,
    /// Ports of the container, `80/tcp`, and where each is published.
    pub port_bindings: BTreeMap<String, Vec<PortBinding>>,
    /// Publish every port that the image offers, each on a free port of the host.
    pub publish_all_ports: Option<bool>,
    /// The network's name, or `bridge`, `host`, `none`, `container:<id>`.
    pub network_mode: Option<String>,
    /// Let the engine remove the container when it ends.
    pub auto_remove: Option<bool>,
    /// When the engine starts it again.
    pub restart_policy: Option<RestartPolicy>,
    /// The most memory it may use, in bytes.
    pub memory: Option<i64>,
    /// CPUs it may use, in billionths: 1,500,000,000 are one and a half.
    pub nano_cpus: Option<i64>,
    /// The most processes it may have.
    pub pids_limit: Option<i64>,
    /// Size of `/dev/shm` in bytes.
    pub shm_size: Option<i64>,
    /// All rights on the host's devices.
    pub privileged: Option<bool>,
    /// Run a small init as its first process.
    pub init: Option<bool>,
    /// Any other field, by our name or the API's.
    pub other: BTreeMap<String, Value>,
}

impl HostConfig {
    /// Nothing set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a mount, `source:destination[:options]`.
    pub fn bind(mut self, bind: impl Into<String>) -> Self {
        self.binds.push(bind.into());
        self
    }

    /// Publishes a container's port, `80/tcp`, on a port of the host; an empty one is any free port.
    pub fn publish(mut self, port: impl Into<String>, host_port: impl Into<String>) -> Self {
        self.port_bindings
            .entry(port.into())
            .or_default()
            .push(PortBinding {
                host_ip: String::new(),
                host_port: host_port.into(),
            });
        self
    }

    /// Publish every port that the image offers.
    pub fn publish_all_ports(mut self, all: bool) -> Self {
        self.publish_all_ports = Some(all);
        self
    }

    /// The network's name, or `bridge`, `host`, `none`, `container:<id>`.
    pub fn network_mode(mut self, mode: impl Into<String>) -> Self {
        self.network_mode = Some(mode.into());
        self
    }

    /// Let the engine remove the container when it ends.
    pub fn auto_remove(mut self, remove: bool) -> Self {
        self.auto_remove = Some(remove);
        self
    }

    /// When the engine starts it again.
    pub fn restart_policy(mut self, policy: RestartPolicy) -> Self {
        self.restart_policy = Some(policy);
        self
    }

    /// The most memory it may use, in bytes.
    pub fn memory(mut self, bytes: i64) -> Self {
        self.memory = Some(bytes);
        self
    }

    /// CPUs it may use, in billionths.
    pub fn nano_cpus(mut self, billionths: i64) -> Self {
        self.nano_cpus = Some(billionths);
        self
    }

    /// The most processes it may have.
    pub fn pids_limit(mut self, processes: i64) -> Self {
        self.pids_limit = Some(processes);
        self
    }

    /// Size of `/dev/shm` in bytes.
    pub fn shm_size(mut self, bytes: i64) -> Self {
        self.shm_size = Some(bytes);
        self
    }

    /// All rights on the host's devices.
    pub fn privileged(mut self, privileged: bool) -> Self {
        self.privileged = Some(privileged);
        self
    }

    /// Run a small init as its first process.
    pub fn init(mut self, init: bool) -> Self {
        self.init = Some(init);
        self
    }

    /// Sets any other field, by our name or the API's.
    pub fn set(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.other.insert(name.into(), value.into());
        self
    }
}

impl From<HostConfig> for Value {
    fn from(config: HostConfig) -> Self {
        let mut args = Args::new();
        args.set_filled("binds", config.binds);
        if !config.port_bindings.is_empty() {
            args.set("port_bindings", config.port_bindings);
        }
        args.set_some("publish_all_ports", config.publish_all_ports);
        args.set_some("network_mode", config.network_mode);
        args.set_some("auto_remove", config.auto_remove);
        args.set_some("restart_policy", config.restart_policy);
        args.set_some("memory", config.memory);
        args.set_some("nano_cpus", config.nano_cpus);
        args.set_some("pids_limit", config.pids_limit);
        args.set_some("shm_size", config.shm_size);
        args.set_some("privileged", config.privileged);
        args.set_some("init", config.init);
        for (name, value) in config.other {
            args.set(name, value);
        }
        args.into()
    }
}

/// Where on the host a port is published.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PortBinding {
    /// The host's address; empty for all of them.
    pub host_ip: String,
    /// The host's port; empty for any that is free.
    pub host_port: String,
}

impl From<PortBinding> for Value {
    fn from(binding: PortBinding) -> Self {
        Self::Map(vec![
            ("host_ip".to_owned(), binding.host_ip.into()),
            ("host_port".to_owned(), binding.host_port.into()),
        ])
    }
}

/// When the engine starts a container again.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RestartPolicy {
    /// Never.
    No,
    /// Always, also when the engine starts.
    Always,
    /// Always, unless somebody stopped it.
    UnlessStopped,
    /// When it failed, at most this often; 0 is without end.
    OnFailure(u32),
}

impl From<RestartPolicy> for Value {
    fn from(policy: RestartPolicy) -> Self {
        let (name, count) = match policy {
            RestartPolicy::No => ("no", 0),
            RestartPolicy::Always => ("always", 0),
            RestartPolicy::UnlessStopped => ("unless-stopped", 0),
            RestartPolicy::OnFailure(count) => ("on-failure", count),
        };
        Self::Map(vec![
            ("name".to_owned(), name.into()),
            ("maximum_retry_count".to_owned(), count.into()),
        ])
    }
}
