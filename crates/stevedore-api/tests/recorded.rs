//! Requests that the docker command and docker-py sent, made again with our types.
//!
//! `recorded/*.json` holds what went over an engine's socket: who sent it, the
//! command that caused it, and the request. `recorded/*.rs` makes each of them
//! with our structs. A request is the same when method, path, query and body say
//! the same: all that the other one said, and nothing else.
//!
//! What does not count:
//! - how a value is written: `1` for true, `1.000` for 1, the list form and the
//!   map form of filters, the order of the query;
//! - a field of the body that the other one sent empty (null, "", 0, false, [],
//!   {}) and we leave out. The names of a user's map always count, and so do
//!   empty values of [`POINTERS`];
//! - what [`UNREAD`] and [`RENAMED`] list, each with its reason.
//!
//! The type of an upload is not compared: engines don't read it, and the two
//! differ between commands.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]
#![allow(clippy::too_many_lines, reason = "tables have a row for each request")]

#[path = "recorded/container.rs"]
mod container;
#[path = "recorded/container_create.rs"]
mod container_create;
#[path = "recorded/container_stream.rs"]
mod container_stream;
#[path = "recorded/exec.rs"]
mod exec;
#[path = "recorded/image.rs"]
mod image;
#[path = "recorded/network.rs"]
mod network;
#[path = "recorded/plugin.rs"]
mod plugin;
#[path = "recorded/service.rs"]
mod service;
#[path = "recorded/service_create.rs"]
mod service_create;
#[path = "recorded/service_update.rs"]
mod service_update;
#[path = "recorded/swarm.rs"]
mod swarm;
#[path = "recorded/system.rs"]
mod system;
#[path = "recorded/volume.rs"]
mod volume;

use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};
use stevedore_api::{ApiVersion, Arg, Args, Call, Endpoint, Info, Place, Reply, Schema, endpoint};

/// A map with nothing in it, as the API writes members of a set.
type Empty = BTreeMap<String, Json>;

/// Fields of the body whose empty value is not the same as none: engines read
/// them as pointers, or in the other's mouth they choose something.
const POINTERS: &[&str] = &[
    "Delay",
    "EnableIPv4",
    "EnableIPv6",
    "Global",
    "GlobalJob",
    "Init",
    "MaxAttempts",
    "MaxConcurrent",
    "MaxFailureRatio",
    "MemorySwappiness",
    "OomKillDisable",
    "Parallelism",
    "PidsLimit",
    "Replicas",
    "StopGracePeriod",
    "StopTimeout",
    "TaskHistoryRetentionLimit",
    "TotalCompletions",
    "Window",
];

/// What the others send and no engine of their version reads: endpoint, name, why.
const UNREAD: &[(&str, &str, &str)] = &[
    (
        "container_create",
        "Runtime",
        "docker-py sets it outside the host's part; engines read it there only",
    ),
    (
        "container_list",
        "trunc_cmd",
        "a leftover of the first APIs, shortened by clients since",
    ),
    (
        "exec_create",
        "Container",
        "a leftover; the path says which container",
    ),
    (
        "exec_create",
        "Detach",
        "acted on when the command is started, where it is sent again",
    ),
    (
        "image_list",
        "only_ids",
        "a leftover of the first APIs, shortened by clients since",
    ),
    (
        "network_connect",
        "EndpointConfig.MacAddress",
        "docker-py sends it at every version; engines heed it from 1.54 on, and we refuse it before",
    ),
    (
        "image_tag",
        "force",
        "went away with API 1.24; tags always move",
    ),
];

/// What the others call by another name than ours: endpoint, theirs, ours, why.
const RENAMED: &[(&str, &str, &str, &str)] = &[
    (
        "build_prune",
        "keep-storage",
        "reserved-space",
        "the old name, which engines still read where the new one is absent",
    ),
    (
        "exec_create",
        "detachKeys",
        "DetachKeys",
        "engines read names of fields whatever their case",
    ),
    (
        "service_create",
        "replicated",
        "Replicated",
        "engines read names of fields whatever their case",
    ),
    (
        "service_update",
        "replicated",
        "Replicated",
        "engines read names of fields whatever their case",
    ),
];

/// A request as it was recorded.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    key: String,
    by: String,
    engine: String,
    command: String,
    method: String,
    target: String,
    headers: BTreeMap<String, String>,
    #[serde(default)]
    body: Json,
    #[serde(default)]
    upload: bool,
}

/// The same request in our types.
struct Row {
    key: &'static str,
    info: &'static Info,
    args: Args,
}

fn row<E: Endpoint>(key: &'static str, request: &E) -> Row {
    Row {
        key,
        info: E::INFO,
        args: request.args(),
    }
}

fn rows_and_records() -> Vec<(Row, Record)> {
    let files = [
        (container::rows(), include_str!("recorded/container.json")),
        (
            container_create::rows(),
            include_str!("recorded/container_create.json"),
        ),
        (
            container_stream::rows(),
            include_str!("recorded/container_stream.json"),
        ),
        (exec::rows(), include_str!("recorded/exec.json")),
        (image::rows(), include_str!("recorded/image.json")),
        (network::rows(), include_str!("recorded/network.json")),
        (plugin::rows(), include_str!("recorded/plugin.json")),
        (service::rows(), include_str!("recorded/service.json")),
        (
            service_create::rows(),
            include_str!("recorded/service_create.json"),
        ),
        (
            service_update::rows(),
            include_str!("recorded/service_update.json"),
        ),
        (swarm::rows(), include_str!("recorded/swarm.json")),
        (system::rows(), include_str!("recorded/system.json")),
        (volume::rows(), include_str!("recorded/volume.json")),
    ];
    let mut all = Vec::new();
    for (rows, json) in files {
        let records: Vec<Record> = serde_json::from_str(json).unwrap();
        let ours: Vec<_> = rows.iter().map(|row| row.key).collect();
        let theirs: Vec<_> = records.iter().map(|record| record.key.as_str()).collect();
        assert_eq!(ours, theirs, "rows and records go together, in order");
        all.extend(rows.into_iter().zip(records));
    }
    all
}

/// The version in a target, where there is one, and what stands behind it.
fn versioned(target: &str) -> (Option<ApiVersion>, &str) {
    let behind = target.strip_prefix("/v").and_then(|rest| {
        let end = rest.find('/')?;
        let (version, path) = rest.split_at(end);
        Some((Some(version.parse().ok()?), path))
    });
    behind.unwrap_or((None, target))
}

fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " "))
        .decode_utf8()
        .unwrap()
        .into_owned()
}

/// A value of the query in one form, whoever wrote it.
fn plain(schema: Option<Schema>, text: &str) -> String {
    match schema {
        Some(Schema::Bool) => match text {
            "1" | "True" | "true" => "true".to_owned(),
            "0" | "False" | "false" => "false".to_owned(),
            other => other.to_owned(),
        },
        Some(Schema::Time) => match text.split_once('.') {
            Some((whole, rest)) if rest.bytes().all(|b| b == b'0') => whole.to_owned(),
            _ => text.to_owned(),
        },
        Some(Schema::Filters) => filters(&serde_json::from_str(text).unwrap()).to_string(),
        Some(Schema::Json(_)) => serde_json::from_str::<Json>(text).unwrap().to_string(),
        _ => text.to_owned(),
    }
}

/// Filters as lists, which the docker command sends as maps to `true`.
fn filters(sent: &Json) -> Json {
    let values = |of: &Json| match of {
        Json::Object(map) => {
            assert!(map.values().all(|on| *on == true), "{map:?}");
            map.keys().cloned().collect::<BTreeSet<_>>()
        }
        other => serde_json::from_value(other.clone()).unwrap(),
    };
    let map = sent.as_object().unwrap();
    json!(
        map.iter()
            .map(|(name, of)| (name, values(of)))
            .collect::<BTreeMap<_, _>>()
    )
}

fn unread(info: &Info, name: &str) -> bool {
    UNREAD
        .iter()
        .any(|(id, unread, _)| *id == info.id && *unread == name)
}

fn our_name<'a>(info: &Info, name: &'a str) -> &'a str {
    RENAMED
        .iter()
        .find(|(id, theirs, _, _)| *id == info.id && *theirs == name)
        .map_or(name, |(_, _, ours, _)| ours)
}

/// Path and query of a target, the query in one form and order.
fn parts(info: &Info, version: ApiVersion, target: &str) -> (String, Vec<(String, String)>) {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut pairs: Vec<_> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap())
        .map(|(name, value)| (decoded(name), decoded(value)))
        .filter(|(name, value)| !unread(info, name) && !value.is_empty())
        .map(|(name, value)| {
            let name = our_name(info, &name).to_owned();
            let arg = info
                .args
                .iter()
                .find(|arg| arg.place == Place::Query && arg.field.wire_at(version) == name);
            let value = plain(arg.map(|arg| arg.field.schema), &value);
            (name, value)
        })
        .collect();
    pairs.sort();
    (decoded(path), pairs)
}

/// Whether a value of the body says as much as none.
fn is_empty(name: &str, schema: Option<Schema>, value: &Json) -> bool {
    match value {
        Json::Null => true,
        _ if POINTERS.contains(&name) => false,
        Json::Bool(it) => !it,
        Json::Number(it) => it.as_f64() == Some(0.0),
        Json::String(it) => it.is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Object(map) => map.iter().all(|(name, value)| match schema {
            Some(Schema::Object(object)) => {
                let field = object.field(name);
                is_empty(name, field.map(|field| field.schema), value)
            }
            _ => false,
        }),
    }
}

/// What the other one sent at `at`, without empty fields that we leave out.
fn meant(info: &Info, at: &str, schema: Option<Schema>, theirs: &Json, ours: &Json) -> Json {
    match (schema, theirs) {
        (Some(Schema::Object(object)), Json::Object(map)) => {
            let schema = |name: &str| object.field(name).map(|field| field.schema);
            fields_meant(info, at, schema, map, ours)
        }
        (Some(Schema::Map(of)), Json::Object(map)) => map
            .iter()
            .map(|(name, value)| {
                let at = format!("{at}{name}.");
                let value = meant(info, &at, Some(*of), value, &ours[name]);
                (name.clone(), value)
            })
            .collect(),
        (Some(Schema::List(of)), Json::Array(items)) => items
            .iter()
            .enumerate()
            .map(|(i, item)| meant(info, at, Some(*of), item, &ours[i]))
            .collect(),
        (_, Json::Number(number)) => json!(number.as_f64()),
        _ => theirs.clone(),
    }
}

fn fields_meant(
    info: &Info,
    at: &str,
    schema: impl Fn(&str) -> Option<Schema>,
    theirs: &Map<String, Json>,
    ours: &Json,
) -> Json {
    let mut kept = Map::new();
    for (name, value) in theirs {
        if unread(info, &format!("{at}{name}")) {
            continue;
        }
        let name = our_name(info, name);
        let schema = schema(name);
        match ours.get(name) {
            None if is_empty(name, schema, value) => {}
            ours => {
                let ours = ours.unwrap_or(&Json::Null);
                let value = meant(info, &format!("{at}{name}."), schema, value, ours);
                kept.insert(name.to_owned(), value);
            }
        }
    }
    Json::Object(kept)
}

/// The body that was sent, as far as it means something beside ours. An absent
/// one is an empty one, and numbers are floats, so that 0 and 0.0 are the same.
fn body_meant(info: &Info, version: ApiVersion, theirs: &Json, ours: &Json) -> Json {
    let mut args = info.args.iter();
    if let Some(whole) = args.find(|arg| arg.place == Place::WholeBody) {
        return meant(info, "", Some(whole.field.schema), theirs, ours);
    }
    let schema = |name: &str| {
        let named = |arg: &&Arg| arg.place == Place::Body && arg.field.wire_at(version) == name;
        info.args.iter().find(named).map(|arg| arg.field.schema)
    };
    let nothing = Map::new();
    fields_meant(
        info,
        "",
        schema,
        theirs.as_object().unwrap_or(&nothing),
        ours,
    )
}

#[test]
fn what_others_send_our_types_send() {
    let mut wrong = Vec::new();
    for (row, record) in rows_and_records() {
        let (version, theirs) = versioned(&record.target);
        let call = match version {
            Some(version) => Call::check(row.info, &row.args, version),
            None => Ok(Call::unversioned(row.info)),
        };
        let call = match call {
            Ok(call) => call,
            Err(fault) => {
                wrong.push(format!("{}: {fault}", row.key));
                continue;
            }
        };
        let (our_version, ours) = versioned(&call.target);
        assert_eq!(our_version, version, "{}", row.key);
        let at = version.unwrap_or(ApiVersion::NEWEST);
        let ours = parts(row.info, at, ours);
        let theirs = parts(row.info, at, theirs);
        let our_body = call
            .body
            .as_deref()
            .map_or(json!({}), |body| serde_json::from_slice(body).unwrap());
        let their_body = body_meant(row.info, at, &record.body, &our_body);
        let our_body = body_meant(row.info, at, &our_body, &our_body);
        let headers = |name: &str| {
            let ours = call
                .headers
                .iter()
                .find(|(known, _)| known.eq_ignore_ascii_case(name));
            (ours.map(|(_, value)| value), record.headers.get(name))
        };
        for (what, ours, theirs) in [
            (
                "method",
                json!(call.method().as_str()),
                json!(record.method),
            ),
            ("path and query", json!(ours), json!(theirs)),
            ("body", our_body, their_body),
            (
                "registry_auth",
                json!(headers("x-registry-auth").0),
                json!(headers("x-registry-auth").1),
            ),
            (
                "registry_config",
                json!(headers("x-registry-config").0),
                json!(headers("x-registry-config").1),
            ),
        ] {
            if ours != theirs {
                wrong.push(format!(
                    "{}: {what} ({})\n  ours   {ours}\n  theirs {theirs}",
                    row.key, record.command
                ));
            }
        }
        if record.headers.contains_key("upgrade") {
            assert!(matches!(row.info.reply, Reply::Duplex), "{}", row.key);
        }
        assert!(!record.upload || row.info.upload.is_some(), "{}", row.key);
    }
    assert!(
        wrong.is_empty(),
        "{} differ\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn they_are_many_and_of_many_kinds() {
    let all = rows_and_records();
    let distinct: BTreeSet<_> = all
        .iter()
        .map(|(_, it)| {
            let (_, target) = versioned(&it.target);
            (it.method.clone(), target.to_owned(), it.body.to_string())
        })
        .collect();
    let endpoints: BTreeSet<_> = all.iter().map(|(row, _)| row.info.id).collect();
    let from = |who: &str| all.iter().filter(|(_, it)| it.by.starts_with(who)).count();
    assert!(distinct.len() >= 80, "{} distinct requests", distinct.len());
    assert!(endpoints.len() >= 40, "{} endpoints", endpoints.len());
    assert!(from("docker ") >= 80 && from("docker-py ") >= 40);
    assert!(all.iter().all(|(_, it)| it.engine.starts_with("docker-")));
}

#[test]
fn what_is_let_pass_is_still_met() {
    let all = rows_and_records();
    let met = |id: &str, name: &str| {
        assert!(endpoint(id).is_some(), "{id}");
        all.iter().any(|(row, it)| {
            row.info.id == id
                && (it
                    .body
                    .pointer(&format!("/{}", name.replace('.', "/")))
                    .is_some()
                    || it.body.to_string().contains(&format!("\"{name}\":"))
                    || it.target.contains(&format!("{name}=")))
        })
    };
    for (id, name, _) in UNREAD {
        assert!(met(id, name), "{id} {name} is met no more");
    }
    for (id, name, _, _) in RENAMED {
        assert!(met(id, name), "{id} {name} is met no more");
    }
}
