//! `cargo xtask record`: what the docker command sends for command lines.
//!
//! It is run on each line of `crates/stevedore/tests/command_line/lines.txt`, against a socket
//! where something plays an engine that agrees to everything. Its requests become the table that
//! our own reading of the same lines is held against. To shorten the table, what it sends for
//! `docker run IMAGE` alone stands there once, and of every other line only how it differs, as
//! a JSON merge patch.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Map, Value, json};

use crate::{engine, run};
use daemon::{Daemon, Sent};

mod daemon;

const FOLDER: &str = "crates/stevedore/tests/command_line";

/// Where the command runs; its own paths in what it sends are written as if it ran there.
const HERE: &str = "/there/here";

/// The newest version that an engine 28.5 speaks.
pub(crate) const API: &str = "1.51";

/// The variables of the caller, beside those that the command needs.
const CALLER: &[(&str, &str)] = &[("CALLERS", "own value"), ("EMPTY_ONE", "")];

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only show what is sent for these words, `run -p 80:80 nginx`, and write nothing
    #[arg(
        value_name = "WORDS",
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    words: Vec<String>,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let docker = engine::Client::unpacked()?;
    let recorder = Recorder::new(&docker)?;
    if !args.words.is_empty() {
        for sent in recorder.sent(&args.words)? {
            println!("{:#}", sent.to_json());
        }
        return Ok(());
    }
    let bare = recorder.sent(&["run", "image"].map(str::to_owned))?;
    let [bare] = bare.as_slice() else {
        bail!("the bare line was refused or sent {} requests", bare.len());
    };
    let source = fs::read_to_string(run::root().join(FOLDER).join("lines.txt"))?;
    let (mut rows, mut refused) = (Vec::new(), 0);
    for line in source.lines().map(str::trim) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let words = shell_words::split(line).with_context(|| format!("cannot split {line}"))?;
        let sent = recorder.sent(&words)?;
        rows.push(if sent.is_empty() {
            refused += 1;
            json!({"line": line, "refused": true})
        } else {
            let sent: Vec<Value> = sent
                .iter()
                .map(|sent| shortened(sent, bare).to_json())
                .collect();
            json!({"line": line, "sends": sent})
        });
    }
    println!(
        "{} lines, of which docker {} refused {refused}",
        rows.len(),
        recorder.version
    );
    let caller: Map<String, Value> = CALLER
        .iter()
        .map(|(name, value)| ((*name).to_owned(), json!(value)))
        .collect();
    let head = [
        ("by", json!(format!("docker {}", recorder.version))),
        ("api", json!(API)),
        ("here", json!(HERE)),
        ("caller", json!(caller)),
        ("bare", bare.to_json()),
    ];
    let to = run::root().join(FOLDER).join("sent.json");
    fs::write(&to, written(&head, &rows)).with_context(|| format!("cannot write {}", to.display()))
}

/// The table, with a line for each row.
fn written(head: &[(&str, Value)], rows: &[Value]) -> String {
    let head: Vec<String> = head
        .iter()
        .map(|(name, value)| format!("\"{name}\": {value}"))
        .collect();
    let rows: Vec<String> = rows.iter().map(Value::to_string).collect();
    format!(
        "{{\n{},\n\"lines\": [\n{}\n]}}\n",
        head.join(",\n"),
        rows.join(",\n")
    )
}

/// Runs the docker command and gives what it sent.
struct Recorder<'a> {
    docker: &'a engine::Client,
    version: String,
    daemon: Daemon,
    /// Its configuration, and what it may leave behind.
    own: tempfile::TempDir,
}

impl<'a> Recorder<'a> {
    fn new(docker: &'a engine::Client) -> Result<Self> {
        let own = tempfile::tempdir()?;
        Ok(Self {
            docker,
            version: docker.version()?,
            daemon: Daemon::at(&own.path().join("engine.sock"))?,
            own,
        })
    }

    /// What it sends for these words; nothing where it refuses them. It starts from the same
    /// files each time.
    fn sent(&self, words: &[String]) -> Result<Vec<Sent>> {
        let there = self.own.path().join("there");
        let here = there.join("here");
        if here.exists() {
            fs::remove_dir_all(&here)?;
        }
        copy(&run::root().join(FOLDER).join("here"), &here)?;
        let mut command = self.docker.command();
        command
            .args(words)
            .current_dir(&here)
            .env_clear()
            .env("HOME", self.own.path())
            .env("DOCKER_CONFIG", self.own.path().join("config"))
            .env("DOCKER_HOST", format!("unix://{}", self.daemon.socket()))
            .envs(CALLER.iter().copied());
        let said = run::quiet(&mut command)?;
        let mut sent = self.daemon.take();
        sent.retain(Sent::makes_or_joins);
        if sent.is_empty() {
            ensure!(
                !said.status.success(),
                "docker was content with `{}` and sent nothing: {}",
                words.join(" "),
                said.text
            );
        }
        let there = there.to_string_lossy();
        for sent in &mut sent {
            let body = sent.body.to_string().replace(&*there, "/there");
            sent.body = serde_json::from_str(&body)?;
        }
        Ok(sent)
    }
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for file in fs::read_dir(from)? {
        let file = file?;
        fs::copy(file.path(), to.join(file.file_name()))?;
    }
    Ok(())
}

/// A request without what the bare line sends as well.
fn shortened(sent: &Sent, bare: &Sent) -> Sent {
    let mut short = sent.clone();
    if sent.path == bare.path {
        short.body = patch(&bare.body, &sent.body).unwrap_or_else(|| json!({}));
    }
    short
}

/// The JSON merge patch (RFC 7386) from one value to the other, where they differ.
fn patch(from: &Value, to: &Value) -> Option<Value> {
    if from == to {
        return None;
    }
    let (Value::Object(from), Value::Object(to)) = (from, to) else {
        return Some(to.clone());
    };
    let mut changes = Map::new();
    for (name, value) in to {
        let change = match from.get(name) {
            Some(known) => patch(known, value),
            // In the table null is as good as nothing.
            None => Some(without_nulls(value)),
        };
        if let Some(change) = change {
            changes.insert(name.clone(), change);
        }
    }
    for name in from.keys().filter(|name| !to.contains_key(*name)) {
        changes.insert(name.clone(), Value::Null);
    }
    Some(Value::Object(changes))
}

fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.clone(), without_nulls(value)))
            .collect(),
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_says_what_is_new_changed_and_gone() {
        let from = json!({"a": 1, "b": {"c": [1], "d": 2}, "e": null});
        let to = json!({"a": 1, "b": {"c": [2]}, "e": "x", "f": {}});
        assert_eq!(
            patch(&from, &to),
            Some(json!({"b": {"c": [2], "d": null}, "e": "x", "f": {}}))
        );
        assert_eq!(patch(&from, &from), None);
    }
}
