//! What the options of a line have said so far.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Pull;
use crate::container::{Create, HealthConfig, HostConfig, Mount, Ulimit};
use crate::option::{
    Capability, Device, Env, Exposed, Gpus, Interval, Invalid, Link, MacAddress, Network,
    PortMapping, Volume,
};

/// Options as they come. What depends on others or on the caller is worked out at the end.
#[derive(Debug, Default)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is an option of its own"
)]
pub(super) struct Draft {
    pub(super) create: Create,
    pub(super) host: HostConfig,

    pub(super) detach: bool,
    pub(super) interactive: bool,
    pub(super) attach: Vec<&'static str>,
    pub(super) rm: bool,
    pub(super) pull: Pull,
    pub(super) quiet: bool,
    pub(super) no_sig_proxy: bool,
    pub(super) detach_keys: Option<String>,
    pub(super) ignored: Vec<&'static str>,

    pub(super) env: Vec<Env>,
    pub(super) env_files: Vec<String>,
    pub(super) labels: Vec<(String, String)>,
    pub(super) label_files: Vec<String>,

    pub(super) published: Vec<PortMapping>,
    pub(super) exposed: Vec<Exposed>,
    pub(super) volumes: Vec<Volume>,
    pub(super) mounts: Vec<Mount>,
    pub(super) devices: Vec<Device>,
    pub(super) gpus: Vec<Gpus>,
    pub(super) ulimits: Vec<Ulimit>,

    pub(super) networks: Vec<Network>,
    pub(super) aliases: Vec<String>,
    pub(super) ip: Option<String>,
    pub(super) ip6: Option<String>,
    pub(super) link_local_ips: Vec<String>,
    pub(super) mac_address: Option<MacAddress>,
    pub(super) links: Vec<Link>,

    pub(super) health: HealthConfig,
    pub(super) health_cmd: Option<String>,
    pub(super) no_healthcheck: bool,

    pub(super) cap_add: Vec<Capability>,
    pub(super) cap_drop: Vec<Capability>,
    pub(super) security_opts: Vec<String>,
    pub(super) log_driver: Option<String>,
    pub(super) log_opts: BTreeMap<String, String>,
}

impl Draft {
    /// A length of time of the health test; none is as good as not said.
    pub(super) fn interval(
        &mut self,
        text: &str,
        field: fn(&mut HealthConfig) -> &mut Option<Duration>,
    ) -> Result<(), Invalid> {
        let length: Interval = text.parse()?;
        *field(&mut self.health) =
            Some(length.into()).filter(|length: &Duration| !length.is_zero());
        Ok(())
    }

    /// One more network.
    pub(super) fn join(&mut self, text: &str) -> Result<(), Invalid> {
        let network: Network = text.parse()?;
        if self.networks.iter().any(|known| known.name == network.name) {
            return Err(Invalid::new(
                "network",
                text,
                text,
                "each network just once",
            ));
        }
        self.networks.push(network);
        Ok(())
    }
}
