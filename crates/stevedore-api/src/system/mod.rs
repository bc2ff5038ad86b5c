//! The engine itself: ping and version.

mod shape;

use serde::Deserialize;
use serde_json::{Map, Value as Json};

use crate::reply::or_default;
use crate::request::request;
use crate::{Args, Endpoint, Info, Method, Reply, Schema, Span};

/// Every system endpoint.
pub(crate) static ENDPOINTS: &[&Info] = &[&PING, &VERSION];

static PING: Info = Info {
    id: "system_ping",
    legacy: "ping",
    method: Method::Get,
    path: "/_ping",
    span: Span::ALWAYS,
    args: &[],
    reply: Reply::Text,
    errors: &[(500, "server_error")],
    upload: None,
    doc: "Ask whether the engine is there.",
};

static VERSION: Info = Info {
    id: "system_version",
    legacy: "version",
    method: Method::Get,
    path: "/version",
    span: Span::ALWAYS,
    args: &[],
    reply: Reply::Json(Schema::Object(&shape::VERSION)),
    errors: &[(500, "server_error")],
    upload: None,
    doc: "Versions of the engine and its parts.",
};

request! {
    /// Asks whether the engine is there: `GET /_ping`.
    ///
    /// Its headers say which API version the engine speaks at most.
    Ping(PING) -> crate::Text {}
}

request! {
    /// Versions of the engine and its parts: `GET /version`.
    GetVersion(VERSION) -> crate::Json<Version> {}
}

/// Versions of the engine and its parts; what has no field here is in `extra`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct Version {
    /// The engine's own version: `28.5.2`.
    #[serde(deserialize_with = "or_default")]
    pub version: String,
    /// The newest API version it speaks.
    #[serde(deserialize_with = "or_default")]
    pub api_version: String,
    /// The oldest API version it speaks.
    #[serde(rename = "MinAPIVersion", deserialize_with = "or_default")]
    pub min_api_version: String,
    /// Operating system.
    #[serde(deserialize_with = "or_default")]
    pub os: String,
    /// Processor architecture, in Go's words: `amd64`.
    #[serde(deserialize_with = "or_default")]
    pub arch: String,
    /// Everything else that the engine sent.
    #[serde(flatten)]
    pub extra: Map<String, Json>,
}
