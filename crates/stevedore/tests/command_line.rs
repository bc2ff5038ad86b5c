//! Lines of `docker run`, read by us and by the docker command itself.
//!
//! `command_line/lines.txt` holds the lines, `command_line/sent.json` what the docker
//! command sent for each, written by `cargo xtask record`. Ours is equal when it
//! says all that the other one said, and nothing else. What does not count:
//! - what the command sends for every line, where ours leaves it to the engine;
//! - a field that it sends empty (null, "", 0, false, [], {}) and ours leaves out. The
//!   names of a user's map always count, and so do empty values of [`POINTERS`];
//! - who removes the container after `--rm`: our run does it itself while it is
//!   connected, and leaves it to the engine only where it is detached.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking, and shows its figures"
)]

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};
use stevedore::option::{Network, RunLine, Surroundings};
use stevedore::{ApiVersion, Args, Endpoint, network};
use stevedore_api::{Call, Info};

/// Fields whose empty value is not the same as none: engines read them as pointers.
const POINTERS: &[&str] = &[
    "Init",
    "MaskedPaths",
    "MemorySwappiness",
    "OomKillDisable",
    "PidsLimit",
    "ReadonlyPaths",
    "StopTimeout",
];

/// Maps whose names are the user's own.
const MAPS: &[&str] = &[
    "Annotations",
    "Config",
    "DriverOpts",
    "EndpointsConfig",
    "ExposedPorts",
    "Labels",
    "Options",
    "PortBindings",
    "StorageOpt",
    "Sysctls",
    "Tmpfs",
    "Volumes",
];

/// Where ours reads a line in another way than the docker command, with the reason.
const DIFFERENT: &[(&str, &[&str])] = &[
    (
        "half a mapping: it makes a volume without a name at a path with a colon, which nobody \
         means who types it",
        &["run -v : nginx", "run -v a: nginx"],
    ),
    (
        "options of a network's driver: it turns them into lower case, and breaks those that \
         have capitals, such as the IFNAME of its own manual",
        &[
            "run --network name=mine,driver-opt=A=B nginx",
            "run --network 'name=mine,driver-opt=com.docker.network.endpoint.sysctls=net.ipv4.conf.IFNAME.log_martians=1' nginx",
        ],
    ),
    (
        "parts of a port that it drops without a word",
        &[
            "run -p 80/tcp/udp nginx",
            "run -p target=80,mode=other nginx",
        ],
    ),
    (
        "ports that no program can listen at: number 0, and of other protocols",
        &["run -p 0 nginx", "run --expose 80/icmp nginx"],
    ),
    (
        "limits of Windows: it asks the engine for its system, ours is read without an engine",
        &["run --cpu-count 2 --cpu-percent 50 --io-maxbandwidth 10m --io-maxiops 100 nginx"],
    ),
];

#[path = "command_line/table.rs"]
mod table;
use table::{Line, PASSED_ON, Sent, Table, patched, table};

fn is_different(line: &str) -> bool {
    DIFFERENT.iter().any(|(_, lines)| lines.contains(&line))
}

/// The caller that the docker command had.
struct Recorded<'a>(&'a Table);

impl Surroundings for Recorded<'_> {
    fn variable(&self, name: &str) -> Option<String> {
        self.0.caller.get(name).cloned()
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/command_line/here");
        std::fs::read(here.join(path))
    }

    fn folder(&self) -> io::Result<PathBuf> {
        Ok(self.0.here.clone())
    }
}

/// What we would send, or why we refuse.
fn ours(table: &Table, line: &str) -> Result<Sent, String> {
    let version = table.api.parse().unwrap();
    if let Some(words) = line.strip_prefix("network connect ") {
        return connected(version, words);
    }
    let line = line.strip_prefix("run").unwrap();
    let line = RunLine::from_line(line, &Recorded(table)).map_err(|error| error.to_string())?;
    let mut create = line.create;
    if line.rm {
        let host = create.host_config.take().unwrap_or_default();
        create.host_config = Some(host.auto_remove(true));
    }
    Ok(sent(
        version,
        stevedore::container::Create::INFO,
        &create.args(),
    ))
}

/// `docker network connect` knows the keys of `--network` as options of its own.
fn connected(version: ApiVersion, line: &str) -> Result<Sent, String> {
    let words: Vec<&str> = line.split(' ').collect();
    let [options @ .., name, container] = words.as_slice() else {
        panic!("{line}");
    };
    let mut fields = vec![format!("name={name}")];
    let mut links = Vec::new();
    for pair in options.chunks(2) {
        match pair {
            ["--link", other] => links.push(*other),
            [key, value] => fields.push(format!("{}={value}", key.trim_start_matches('-'))),
            _ => panic!("{line}"),
        }
    }
    let network: Network = fields
        .join(",")
        .parse()
        .map_err(|error| format!("{error}"))?;
    let mut settings = network.settings;
    if !links.is_empty() {
        settings = settings.links(links);
    }
    let connect = network::Connect::new(*container)
        .id(network.name)
        .endpoint_config(settings);
    Ok(sent(version, network::Connect::INFO, &connect.args()))
}

fn sent(version: ApiVersion, info: &'static Info, args: &Args) -> Sent {
    let call = Call::check(info, args, version).unwrap();
    let target = call.target.strip_prefix(&format!("/v{version}")).unwrap();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    Sent {
        path: path.to_owned(),
        query: query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        body: serde_json::from_slice(&call.body.unwrap()).unwrap(),
    }
}

/// Whether a value says as much as none.
fn is_empty(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::Bool(it) => !it,
        Json::Number(it) => it.as_f64() == Some(0.0),
        Json::String(it) => it.is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Object(map) => map.values().all(is_empty),
    }
}

/// Variables by their names, where each name is met once: then their order says nothing, and
/// the docker command gives them in another one each time.
fn sorted(env: &[Json]) -> Option<BTreeMap<&str, &str>> {
    let texts: Option<Vec<&str>> = env.iter().map(Json::as_str).collect();
    let pairs = texts?;
    let by_name: BTreeMap<&str, &str> = pairs
        .iter()
        .map(|text| (text.split('=').next().unwrap_or_default(), *text))
        .collect();
    (by_name.len() == pairs.len()).then_some(by_name)
}

/// Where the two differ.
fn differences(at: &str, theirs: &Json, ours: &Json, bare: &Json, found: &mut Vec<String>) {
    const NOTHING: &Json = &Json::Null;
    match (theirs, ours) {
        (Json::Object(theirs), Json::Object(ours)) => {
            let is_map = MAPS.iter().any(|name| at.ends_with(&format!(".{name}")));
            for (name, theirs) in theirs {
                let at = format!("{at}.{name}");
                let bare = bare.get(name).unwrap_or(NOTHING);
                match ours.get(name) {
                    Some(ours) => differences(&at, theirs, ours, bare, found),
                    None if theirs == bare => {}
                    None if theirs.is_object() && !MAPS.contains(&name.as_str()) => {
                        differences(&at, theirs, &json!({}), bare, found);
                    }
                    None if is_empty(theirs) && !is_map && !POINTERS.contains(&name.as_str()) => {}
                    None => found.push(format!("{at}: only theirs, {theirs}")),
                }
            }
            for (name, ours) in ours {
                if !theirs.contains_key(name) {
                    found.push(format!("{at}.{name}: only ours, {ours}"));
                }
            }
        }
        (Json::Array(theirs), Json::Array(ours))
            if at.ends_with(".Env")
                && sorted(theirs).is_some_and(|it| sorted(ours) == Some(it)) => {}
        (Json::Array(theirs), Json::Array(ours)) if theirs.len() == ours.len() => {
            for (nth, (theirs, ours)) in theirs.iter().zip(ours).enumerate() {
                differences(&format!("{at}.{nth}"), theirs, ours, NOTHING, found);
            }
        }
        (Json::Number(a), Json::Number(b)) if a.as_f64() == b.as_f64() => {}
        _ if theirs == ours => {}
        _ => found.push(format!("{at}: theirs {theirs}, ours {ours}")),
    }
}

/// How ours differs for a line that the docker command takes.
fn compared(table: &Table, line: &Line) -> Vec<String> {
    let ours = match ours(table, &line.text) {
        Ok(ours) => ours,
        Err(error) => return vec![format!("refused: {error}")],
    };
    let [theirs] = line.sends.as_slice() else {
        return vec![format!("{} requests", line.sends.len())];
    };
    let mut found = Vec::new();
    if (&theirs.path, &theirs.query) != (&ours.path, &ours.query) {
        found.push(format!(
            "theirs {} {:?}, ours {} {:?}",
            theirs.path, theirs.query, ours.path, ours.query
        ));
    }
    let nothing = json!({});
    let bare = if theirs.path == table.bare.path {
        &table.bare.body
    } else {
        &nothing
    };
    let whole = patched(bare, &theirs.body);
    differences("", &whole, &ours.body, bare, &mut found);
    found
}

#[test]
fn lines_that_docker_takes_say_the_same_to_us() {
    let table = table();
    let (mut equal, mut wrong) = (0, Vec::new());
    for line in table.lines.iter().filter(|line| !line.refused) {
        let found = compared(&table, line);
        let is_known = is_different(&line.text) || PASSED_ON.contains(&line.text.as_str());
        if found.is_empty() {
            equal += 1;
            assert!(!is_known, "{} differs no more", line.text);
        } else if !is_known {
            wrong.push(format!("{}\n    {}", line.text, found.join("\n    ")));
        }
    }
    println!(
        "{equal} lines are equal, {} differ, {} are refused by engines",
        DIFFERENT.len(),
        PASSED_ON.len()
    );
    assert!(
        wrong.is_empty(),
        "{} differ\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(equal >= 150 && DIFFERENT.len() <= 5);
}

#[test]
fn lines_that_docker_refuses_are_refused() {
    let table = table();
    let refused: Vec<&Line> = table.lines.iter().filter(|line| line.refused).collect();
    let taken: Vec<&str> = refused
        .iter()
        .map(|line| line.text.as_str())
        .filter(|line| ours(&table, line).is_ok() && !is_different(line))
        .collect();
    println!("{} lines are refused", refused.len());
    assert!(
        taken.is_empty(),
        "{} are taken\n{}",
        taken.len(),
        taken.join("\n")
    );
    assert!(refused.len() >= 40);
}

#[test]
fn the_table_holds_the_lines() {
    let lines = include_str!("command_line/lines.txt");
    let lines = lines
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let table = table();
    let recorded: Vec<&str> = table.lines.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(
        lines.collect::<Vec<_>>(),
        recorded,
        "run cargo xtask record"
    );
    let known = |line: &str| recorded.contains(&line);
    for (why, lines) in DIFFERENT {
        assert!(!why.is_empty() && lines.iter().all(|line| known(line)));
    }
    let passed_on = |line: &&&str| {
        let found = table.lines.iter().find(|it| it.text == **line);
        found.is_some_and(|it| !it.refused)
    };
    assert_eq!(PASSED_ON.iter().filter(passed_on).count(), PASSED_ON.len());
}

#[test]
fn what_differs_is_found() {
    let found = |theirs: Json, ours: Json| {
        let bare = json!({"Always": 5, "HostConfig": {"Labels": {}}});
        let mut found = Vec::new();
        differences("", &theirs, &ours, &bare, &mut found);
        found.len()
    };
    assert_eq!(found(json!({"Always": 5, "A": 0}), json!({})), 0);
    assert_eq!(found(json!({"Always": 6}), json!({})), 1);
    assert_eq!(
        found(json!({"Labels": {"a": ""}}), json!({"Labels": {}})),
        1
    );
    assert_eq!(found(json!({"Init": false}), json!({})), 1);
    assert_eq!(found(json!({}), json!({"A": null})), 1);
    assert_eq!(found(json!({"A": [1]}), json!({"A": [1, 2]})), 1);
    assert_eq!(
        patched(&json!({"a": {"b": 1}}), &json!({"a": {"b": null, "c": 2}})),
        json!({"a": {"c": 2}})
    );
}
