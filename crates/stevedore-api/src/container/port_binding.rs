//! Where ports are published.

use serde::de::{Deserialize, Deserializer, MapAccess};
use serde_json::Value as Json;

use crate::Value;
use crate::reply::{Fields, Lenient, object, value};

/// Where on the host a port is published.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PortBinding {
    /// The host's address; empty for all of them.
    pub host_ip: String,
    /// The host's port, or a range `8000-8010` to choose from; empty for any that is free.
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

impl<'de> Fields<'de> for PortBinding {
    fn take<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        match name {
            "HostIp" => self.host_ip = value(map)?,
            "HostPort" => self.host_port = value(map)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Nothing else was ever there.
    fn keep(&mut self, _: String, _: Json) {}
}

impl<'de> Lenient<'de> for PortBinding {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        object(deserializer)
    }
}

impl<'de> Deserialize<'de> for PortBinding {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        object(deserializer)
    }
}
