//! Values for the arguments: as they are meant, and of another type.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::newer::Newer;
use crate::generate::model;

/// Values as they are meant, by the last name of the place.
const RIGHT: &[(&str, &str)] = &[
    ("StartInterval", "1000000"),
    ("CreateMountpoint", "true"),
    ("ReadOnlyNonRecursive", "true"),
    ("ReadOnlyForceRecursive", "true"),
    ("Subpath", "\"sub\""),
    ("ImageOptions", r#"{"Subpath": "sub"}"#),
    ("Options", r#"[["noexec"]]"#),
    ("ClusterOptions", "{}"),
    ("Annotations", r#"{"one": "two"}"#),
    ("DNSNames", r#"["alias"]"#),
    ("MacAddress", "\"02:42:ac:11:00:99\""),
    ("GwPriority", "7"),
    (
        "BlkioWeightDevice",
        r#"[{"Path": "/dev/null", "Weight": 300}]"#,
    ),
    (
        "BlkioDeviceReadBps",
        r#"[{"Path": "/dev/null", "Rate": 1048576}]"#,
    ),
    (
        "BlkioDeviceWriteBps",
        r#"[{"Path": "/dev/null", "Rate": 1048576}]"#,
    ),
    (
        "BlkioDeviceReadIOps",
        r#"[{"Path": "/dev/null", "Rate": 1000}]"#,
    ),
    (
        "BlkioDeviceWriteIOps",
        r#"[{"Path": "/dev/null", "Rate": 1000}]"#,
    ),
    ("EnableIPv4", "false"),
    ("ClusterVolumeSpec", r#"{"Group": "group"}"#),
    ("ConsoleSize", "[20, 60]"),
    ("Seccomp", r#"{"Mode": "unconfined"}"#),
    ("AppArmor", r#"{"Mode": "disabled"}"#),
    ("NoNewPrivileges", "true"),
    ("OomScoreAdj", "100"),
    ("SwapBytes", "0"),
    ("MemorySwappiness", "50"),
    ("signal", "\"INT\""),
    ("stdin", "\"0\""),
    ("stdout", "\"0\""),
    ("stderr", "\"0\""),
    ("shared-size", "\"1\""),
    ("manifests", "\"1\""),
    ("identity", "\"1\""),
    ("verbose", "\"1\""),
    ("max-used-space", "\"1000000000\""),
    ("min-free-space", "\"1\""),
    (
        "platform",
        "\"{\\\"os\\\":\\\"linux\\\",\\\"architecture\\\":\\\"amd64\\\"}\"",
    ),
    (
        "platforms",
        "\"{\\\"os\\\":\\\"linux\\\",\\\"architecture\\\":\\\"amd64\\\"}\"",
    ),
    ("type", "\"image\""),
];

/// A value as it is meant.
pub(super) fn right(newer: &Newer) -> Result<Value> {
    let name = newer.name();
    let found = RIGHT.iter().find(|(known, _)| *known == name);
    let (_, text) = found.with_context(|| format!("no value is known for {name}"))?;
    Ok(serde_json::from_str(text)?)
}

/// A value that no engine that knows the argument can read; none for flags in
/// a query, for which anything will do.
pub(super) fn wrong(newer: &Newer) -> Option<Value> {
    if newer.place.starts_with("request") {
        return Some(mistyped(&newer.value));
    }
    match newer.name() {
        "max-used-space" | "min-free-space" => Some(json!("no")),
        "platform" | "platforms" => Some(json!("{")),
        "signal" | "type" => Some(json!("NONE")),
        _ => None,
    }
}

/// JSON that is none of that type.
pub(super) fn mistyped(value: &model::Value) -> Value {
    match value {
        model::Value::Text | model::Value::Words(_) => json!(7),
        _ => json!("no"),
    }
}
