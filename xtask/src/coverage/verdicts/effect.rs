//! What came of an argument, where its type tells nothing.

use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::newer::Newer;
use super::probe::Probe;
use super::values;
use crate::json::{at, text};

/// Whether it is heeded, and what was seen; nothing where nothing is looked for.
pub(super) fn of(probe: &Probe<'_>, newer: &Newer) -> Result<Option<(bool, String)>> {
    let is_query = newer.place.starts_with("query");
    match (newer.key.as_str(), newer.name()) {
        (_, "signal") => signal(probe, newer).map(Some),
        (_, "stdin" | "stdout" | "stderr") => attached(probe, newer).map(Some),
        ("GET /system/df", _) => differs(probe, newer).map(Some),
        (key, _) if is_query && key.starts_with("GET") && values::wrong(newer).is_none() => {
            differs(probe, newer).map(Some)
        }
        ("POST /containers/{id}/update", _) => updated(probe, newer).map(Some),
        ("POST /containers/create" | "POST /networks/{id}/connect", "MacAddress") => {
            mac(probe, newer).map(Some)
        }
        _ => Ok(None),
    }
}

/// A flag of a listing changes the listing.
fn differs(probe: &Probe<'_>, newer: &Newer) -> Result<(bool, String)> {
    let mut without = probe.answer(newer, None)?.json()?;
    let mut with = probe.answer(newer, Some(&values::right(newer)?))?.json()?;
    // Images of one age come in any order.
    for list in [&mut without, &mut with] {
        if let Some(list) = list.as_array_mut() {
            list.sort_by_key(Value::to_string);
        }
    }
    // Figures of the disk change by themselves; what is told at all does not.
    let same = if newer.key == "GET /system/df" {
        filled(&with) == filled(&without)
    } else {
        with == without
    };
    Ok(if same {
        (false, "the answer is the same without".to_owned())
    } else {
        (true, "the answer is another one".to_owned())
    })
}

/// The names of an object that have something in them.
fn filled(value: &Value) -> Vec<&str> {
    let is_filled =
        |value: &Value| !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty());
    let fields = value.as_object().into_iter().flatten();
    let fields = fields.filter(|(_, value)| is_filled(value));
    fields.map(|(name, _)| name.as_str()).collect()
}

/// The container has afterwards what was sent.
fn updated(probe: &Probe<'_>, newer: &Newer) -> Result<(bool, String)> {
    let asked = values::right(newer)?;
    let answer = probe.answer(newer, Some(&asked))?;
    ensure!(answer.status == 200, "{}", answer.text());
    let path = format!("/containers/{}/json", probe.container);
    let inspect = probe.sent("GET", &path, None)?.json()?;
    let found = at(&inspect, &format!("/HostConfig/{}", newer.name()));
    Ok(if *found == asked {
        (true, "the container has it afterwards".to_owned())
    } else {
        (false, "the container is as it was before".to_owned())
    })
}

/// The container's script ends with 5 after INT, with 6 after TERM.
fn signal(probe: &Probe<'_>, newer: &Newer) -> Result<(bool, String)> {
    let container = probe.container()?;
    let verb = newer.key.rsplit('/').next().unwrap_or_default();
    let stopped = probe.sent(
        "POST",
        &format!("/containers/{container}/{verb}?signal=INT"),
        None,
    )?;
    ensure!(stopped.status == 204, "{}", stopped.text());
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?;
    let filters =
        format!("%7B%22container%22%3A%5B%22{container}%22%5D%2C%22event%22%3A%5B%22die%22%5D%7D");
    let events = format!(
        "/events?since=0&until={}&filters={filters}",
        now.as_secs() + 1
    );
    let event = probe.sent("GET", &events, None)?.json()?;
    let code = text(&event, "/Actor/Attributes/exitCode").to_owned();
    Ok((
        code == "5",
        format!("asked for INT, its script ended with {code}, which is TERM's"),
    ))
}

/// What the container says comes although it is asked to be left out, and what
/// is written is read although it is asked not to be.
fn attached(probe: &Probe<'_>, newer: &Newer) -> Result<(bool, String)> {
    let labels = json!({"stevedore.verdicts": "1"});
    let to = if newer.name() == "stderr" { ">&2" } else { "" };
    let create = json!({
        "Image": "busybox:latest", "Labels": labels, "OpenStdin": true,
        "Cmd": ["sh", "-c", format!("read word; echo got-$word {to}; exec sleep 600")],
    });
    let id = probe.made("/containers/create", &create, "/Id")?;
    probe.sent("POST", &format!("/containers/{id}/start"), None)?;
    let mut stream = UnixStream::connect(probe.socket())?;
    stream.set_read_timeout(Some(Duration::from_secs(2)))?;
    write!(
        stream,
        "GET /v1.{}/containers/{id}/attach/ws?stream=1&{}=0 HTTP/1.1\r\nHost: engine\r\n\
         Origin: http://engine\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: c3RldmVkb3JlIHZlcmRpY3Q=\r\n\r\n",
        super::VERSION,
        newer.name(),
    )?;
    // A frame of text, masked with zeros.
    let mut frame = vec![0x81, 0x80 | 5, 0, 0, 0, 0];
    frame.extend(b"word\n");
    stream.write_all(&frame)?;
    let mut answer = Vec::new();
    let mut piece = [0; 4096];
    // Silence, or the end, means that nothing comes.
    while !String::from_utf8_lossy(&answer).contains("got-word") {
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => break,
            Ok(size) => answer.extend(piece.iter().take(size)),
        }
    }
    probe.sent("DELETE", &format!("/containers/{id}?force=1"), None)?;
    let answer = String::from_utf8_lossy(&answer);
    ensure!(answer.starts_with("HTTP/1.1 101"), "{answer}");
    Ok(if answer.contains("got-word") {
        (false, "asked to be left out, it is attached".to_owned())
    } else {
        (true, "asked to be left out, it is".to_owned())
    })
}

/// The address that an endpoint has in the end.
fn mac(probe: &Probe<'_>, newer: &Newer) -> Result<(bool, String)> {
    let asked = values::right(newer)?;
    let labels = json!({"stevedore.verdicts": "1"});
    let mut create = json!({"Image": "busybox:latest", "Cmd": ["sleep", "600"], "Labels": labels});
    let on_create = newer.key.ends_with("/create");
    if on_create {
        let endpoint = json!({"EndpointsConfig": {"bridge": {"MacAddress": asked}}});
        create
            .as_object_mut()
            .context("an object")?
            .insert("NetworkingConfig".to_owned(), endpoint);
    }
    let id = probe.made("/containers/create", &create, "/Id")?;
    probe.sent("POST", &format!("/containers/{id}/start"), None)?;
    if !on_create {
        let network = json!({"Name": format!("stevedore-mac-{}", id.get(..12).unwrap_or_default()), "Labels": labels});
        let network = probe.made("/networks/create", &network, "/Id")?;
        let connect = json!({"Container": id, "EndpointConfig": {"MacAddress": asked}});
        let connected = probe.sent(
            "POST",
            &format!("/networks/{network}/connect"),
            Some(&connect),
        )?;
        ensure!(connected.status == 200, "{}", connected.text());
    }
    let inspect = probe
        .sent("GET", &format!("/containers/{id}/json"), None)?
        .json()?;
    let networks = at(&inspect, "/NetworkSettings/Networks").as_object();
    let heeded = networks
        .into_iter()
        .flat_map(|it| it.values())
        .any(|it| at(it, "/MacAddress") == &asked);
    probe.sent("DELETE", &format!("/containers/{id}?force=1"), None)?;
    let seen = if heeded {
        "the address is the one asked for"
    } else {
        "the address is another one"
    };
    Ok((heeded, seen.to_owned()))
}
