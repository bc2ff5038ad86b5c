//! The table of lines, and what the docker command sent for each.
#![allow(dead_code, reason = "two tests read it, and each needs its part")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value as Json;

/// What the docker command passes on though engines refuse it when the container is made or
/// started, and ours refuses at once. `live/command_line.rs` sees that they do.
pub(crate) const PASSED_ON: &[&str] = &[
    "run -v / nginx",
    "run -v data:/b:r_o nginx",
    "run -v a::ro nginx",
    "run --mount type=bind,src=/a,target=/b,bind-propagation=wild nginx",
    "run --mount type=other,source=data,target=/data nginx",
    "run --tmpfs \"\" nginx",
    "run --tmpfs relative nginx",
    "run --cpus 99999999999 nginx",
    "run --memory 9e99 nginx",
    "run --restart always:3 nginx",
    "run --restart on-failure:-1 nginx",
    "run --restart sometimes nginx",
    "run --network name= nginx",
    "run --network mine --ip x nginx",
    "run --network name=mine,ip=x nginx",
    "run --link :b nginx",
    "run --cap-add \" chown \" nginx",
    "run --cap-add \"\" nginx",
    "run --ipc other nginx",
    "run --ipc container: nginx",
];

#[derive(Deserialize)]
pub(crate) struct Table {
    pub(crate) api: String,
    pub(crate) here: PathBuf,
    pub(crate) caller: BTreeMap<String, String>,
    pub(crate) bare: Sent,
    pub(crate) lines: Vec<Line>,
}

#[derive(Deserialize)]
pub(crate) struct Line {
    #[serde(rename = "line")]
    pub(crate) text: String,
    #[serde(default)]
    pub(crate) refused: bool,
    #[serde(default)]
    pub(crate) sends: Vec<Sent>,
}

#[derive(Deserialize)]
pub(crate) struct Sent {
    pub(crate) path: String,
    #[serde(default)]
    pub(crate) query: BTreeMap<String, String>,
    pub(crate) body: Json,
}

pub(crate) fn table() -> Table {
    serde_json::from_str(include_str!("sent.json")).unwrap_or_else(|error| panic!("{error}"))
}

/// What a JSON merge patch (RFC 7386) makes of a value.
pub(crate) fn patched(to: &Json, patch: &Json) -> Json {
    let Json::Object(patch) = patch else {
        return patch.clone();
    };
    let mut fields = to.as_object().cloned().unwrap_or_default();
    for (name, value) in patch {
        if value.is_null() {
            fields.remove(name);
        } else {
            let known = fields.get(name).unwrap_or(&Json::Null);
            let value = patched(known, value);
            fields.insert(name.clone(), value);
        }
    }
    fields.into()
}
