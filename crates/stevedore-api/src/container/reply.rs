//! Typed replies of the container endpoints.
//!
//! They are tolerant: null and absent fields are defaults, and fields that
//! are not listed are kept in `extra`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value as Json};

use crate::reply::or_default;

/// A container as [`List`](super::List) shows it.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct Summary {
    /// Its id, 64 hexadecimal digits.
    #[serde(deserialize_with = "or_default")]
    pub id: String,
    /// Its names, each with a leading slash.
    #[serde(deserialize_with = "or_default")]
    pub names: Vec<String>,
    /// The image as it was asked for.
    #[serde(deserialize_with = "or_default")]
    pub image: String,
    /// The image's id.
    #[serde(rename = "ImageID", deserialize_with = "or_default")]
    pub image_id: String,
    /// The command, in one line.
    #[serde(deserialize_with = "or_default")]
    pub command: String,
    /// When it was made, in seconds since 1970.
    #[serde(deserialize_with = "or_default")]
    pub created: i64,
    /// Its ports.
    #[serde(deserialize_with = "or_default")]
    pub ports: Vec<Port>,
    /// Its labels.
    #[serde(deserialize_with = "or_default")]
    pub labels: BTreeMap<String, String>,
    /// `created`, `running`, `paused`, `exited` and others.
    #[serde(deserialize_with = "or_default")]
    pub state: String,
    /// The same for people: `Up 3 hours`.
    #[serde(deserialize_with = "or_default")]
    pub status: String,
    /// Bytes it wrote to its own layer, where the size was asked for.
    pub size_rw: Option<i64>,
    /// Bytes of all its files, where the size was asked for.
    pub size_root_fs: Option<i64>,
    /// Everything else that the engine sent.
    #[serde(flatten)]
    pub extra: Map<String, Json>,
}

/// A port of a container.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct Port {
    /// The host's address, where it is published.
    #[serde(rename = "IP")]
    pub ip: Option<String>,
    /// The container's port.
    #[serde(deserialize_with = "or_default")]
    pub private_port: u16,
    /// The host's port, where it is published.
    pub public_port: Option<u16>,
    /// `tcp`, `udp` or `sctp`.
    #[serde(rename = "Type", deserialize_with = "or_default")]
    pub protocol: String,
}

/// What [`Create`](super::Create) made.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct Created {
    /// The new container's id.
    #[serde(deserialize_with = "or_default")]
    pub id: String,
    /// What the engine did not like.
    #[serde(deserialize_with = "or_default")]
    pub warnings: Vec<String>,
}

/// How a container ended.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct Exit {
    /// Its exit code.
    #[serde(deserialize_with = "or_default")]
    pub status_code: i64,
    /// Why waiting failed, where it did.
    pub error: Option<ExitError>,
}

/// Why waiting for a container failed.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct ExitError {
    /// The engine's words.
    #[serde(deserialize_with = "or_default")]
    pub message: String,
}

/// Everything about one container; what has no field here is in `extra`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct Inspect {
    /// Its id, 64 hexadecimal digits.
    #[serde(deserialize_with = "or_default")]
    pub id: String,
    /// Its name, with a leading slash.
    #[serde(deserialize_with = "or_default")]
    pub name: String,
    /// When it was made, RFC 3339.
    #[serde(deserialize_with = "or_default")]
    pub created: String,
    /// The image's id.
    #[serde(deserialize_with = "or_default")]
    pub image: String,
    /// What it does now, and how it ended.
    #[serde(deserialize_with = "or_default")]
    pub state: InspectState,
    /// How it was set up.
    #[serde(deserialize_with = "or_default")]
    pub config: InspectConfig,
    /// Everything else that the engine sent.
    #[serde(flatten)]
    pub extra: Map<String, Json>,
}

/// What a container does now, and how it ended.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct InspectState {
    /// `created`, `running`, `paused`, `restarting`, `removing`, `exited` or `dead`.
    #[serde(deserialize_with = "or_default")]
    pub status: String,
    /// Whether it runs.
    #[serde(deserialize_with = "or_default")]
    pub running: bool,
    /// The exit code of its last end; 0 before the first.
    #[serde(deserialize_with = "or_default")]
    pub exit_code: i64,
    /// Everything else that the engine sent.
    #[serde(flatten)]
    pub extra: Map<String, Json>,
}

/// How a container was set up.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct InspectConfig {
    /// The image as it was asked for.
    #[serde(deserialize_with = "or_default")]
    pub image: String,
    /// Whether it has a terminal; its output is then one raw stream.
    #[serde(deserialize_with = "or_default")]
    pub tty: bool,
    /// Its labels.
    #[serde(deserialize_with = "or_default")]
    pub labels: BTreeMap<String, String>,
    /// Everything else that the engine sent.
    #[serde(flatten)]
    pub extra: Map<String, Json>,
}
