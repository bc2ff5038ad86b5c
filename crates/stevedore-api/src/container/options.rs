//! What the strings of the docker command's options add to a request.

use super::{Create, HostConfig, Mount, PortBinding, Ulimit};
use crate::option::{Device, Env, Exposed, Network, PortMapping, Tmpfs, Volume, cdi};

/// Setters for the strings of the docker command. They add to the host's part, so
/// [`host_config`](Self::host_config), which replaces it, comes first.
#[allow(
    clippy::needless_pass_by_value,
    reason = "a string is parsed at the call: `publish(\"80\".parse()?)`"
)]
impl Create {
    /// Publishes ports, and offers them.
    pub fn publish(mut self, mapping: PortMapping) -> Self {
        for publication in mapping.publications() {
            self = self.expose(publication.container.as_str());
            let host = self.host_config.get_or_insert_default();
            let bindings = host.port_bindings.get_or_insert_default();
            bindings
                .entry(publication.container)
                .or_default()
                .push(PortBinding {
                    host_ip: publication.host_ip,
                    host_port: publication.host_port,
                });
        }
        self
    }

    /// Offers ports, without publishing them.
    pub fn offer(self, exposed: Exposed) -> Self {
        exposed.ports().fold(self, Self::expose)
    }

    /// Mounts a path of the host or a volume.
    pub fn volume(mut self, volume: Volume) -> Self {
        if volume.source().is_none() {
            self.volumes
                .get_or_insert_default()
                .entry(volume.destination().to_owned())
                .or_default();
            return self;
        }
        let host = self.host_config.take().unwrap_or_default();
        self.host_config = Some(host.bind(volume.to_string()));
        self
    }

    /// Sets environment variables. One of a name that is set already takes its place.
    pub fn variables(mut self, variables: impl IntoIterator<Item = Env>) -> Self {
        let env = self.env.get_or_insert_default();
        for variable in variables {
            let is_same = |known: &&mut String| {
                let name = known.split('=').next().unwrap_or_default();
                name == variable.name()
            };
            match env.iter_mut().find(is_same) {
                Some(known) => *known = variable.to_string(),
                None => env.push(variable.to_string()),
            }
        }
        self
    }

    /// Joins a network. The first one is also its network mode; before API 1.44
    /// there can be only one.
    pub fn join(mut self, network: Network) -> Self {
        let host = self.host_config.get_or_insert_default();
        if host.network_mode.is_none() {
            host.network_mode = Some(network.name.clone());
        }
        if network.is_user_defined() || network.settings != super::Network::new() {
            self = self.network(network.name, network.settings);
        }
        self
    }
}

/// Setters for the strings of the docker command.
impl HostConfig {
    /// Adds a mount.
    pub fn mount(mut self, mount: Mount) -> Self {
        self.mounts.get_or_insert_default().push(mount);
        self
    }

    /// Adds a path that lives in memory.
    pub fn mount_tmpfs(mut self, tmpfs: Tmpfs) -> Self {
        let (path, options) = tmpfs.into();
        self.tmpfs.get_or_insert_default().insert(path, options);
        self
    }

    /// Adds a device. Those by their CDI names become one request to the driver `cdi`.
    pub fn device(mut self, device: Device) -> Self {
        if let Some(node) = Option::from(&device) {
            self.devices.get_or_insert_default().push(node);
        } else if let Device::Cdi(name) = device {
            let requests = self.device_requests.get_or_insert_default();
            let is_cdi = |it: &&mut super::DeviceRequest| it.driver.as_deref() == Some("cdi");
            match requests.iter_mut().find(is_cdi) {
                Some(request) => request.device_ids.get_or_insert_default().push(name),
                None => requests.push(cdi([name])),
            }
        }
        self
    }

    /// Adds a limit of each process. One of the same name is replaced.
    pub fn ulimit(mut self, ulimit: Ulimit) -> Self {
        let ulimits = self.ulimits.get_or_insert_default();
        ulimits.retain(|known| known.name != ulimit.name);
        ulimits.push(ulimit);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_ports_are_offered_and_added_to_those_there_are() {
        let create = Create::new("nginx")
            .publish("80:80".parse().unwrap())
            .publish("127.0.0.1:81:80".parse().unwrap())
            .offer("90-91/udp".parse().unwrap());
        let exposed: Vec<_> = create.exposed_ports.unwrap().into_keys().collect();
        assert_eq!(exposed, ["80/tcp", "90/udp", "91/udp"]);
        let bindings = create.host_config.unwrap().port_bindings.unwrap();
        assert_eq!(bindings["80/tcp"].len(), 2);
    }

    #[test]
    fn a_volume_without_a_name_is_no_bind() {
        let create = Create::new("nginx")
            .volume("/anonymous".parse().unwrap())
            .volume("data:/data:ro".parse().unwrap());
        assert!(create.volumes.unwrap().contains_key("/anonymous"));
        assert_eq!(
            create.host_config.unwrap().binds.unwrap(),
            ["data:/data:ro"]
        );
    }

    #[test]
    fn a_variable_takes_the_place_of_one_of_its_name() {
        let variables = ["A=1", "B=2", "A=3"].map(|text| text.parse().unwrap());
        let create = Create::new("nginx").variables(variables);
        assert_eq!(create.env.unwrap(), ["A=3", "B=2"]);
    }

    #[test]
    fn the_first_network_is_the_mode() {
        let create = Create::new("nginx")
            .join("name=mine,alias=a".parse().unwrap())
            .join("other".parse().unwrap());
        let mode = create.host_config.unwrap().network_mode;
        assert_eq!(mode.as_deref(), Some("mine"));
        let joined = create.networking_config.unwrap().endpoints_config.unwrap();
        assert_eq!(joined.into_keys().collect::<Vec<_>>(), ["mine", "other"]);
        let host = Create::new("nginx").join("host".parse().unwrap());
        assert_eq!(host.networking_config, None);
    }

    #[test]
    fn devices_by_name_are_one_request() {
        let host = HostConfig::new()
            .device("a.com/b=c".parse().unwrap())
            .device("/dev/fuse".parse().unwrap())
            .device("a.com/b=d".parse().unwrap());
        let requests = host.device_requests.unwrap();
        assert_eq!(requests.len(), 1);
        assert_eq!(requests[0].device_ids.as_ref().unwrap().len(), 2);
        assert_eq!(host.devices.unwrap().len(), 1);
    }
}
