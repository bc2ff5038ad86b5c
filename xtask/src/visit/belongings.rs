//! What an engine holds, so that it can be compared with what it held before.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::engine::raw;
use crate::json::{at, text};

/// Everything that lasts, by kind and id, each described in a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Belongings(BTreeMap<(&'static str, String), String>);

impl Belongings {
    pub(super) fn of(socket: &Path) -> Result<Self> {
        let mut found = BTreeMap::new();
        for container in list(&get(socket, "/containers/json?all=1")?) {
            let line = format!(
                "{}, {} of {}",
                words(at(container, "/Names")),
                text(container, "/State"),
                text(container, "/Image")
            );
            found.insert(("container", text(container, "/Id").to_owned()), line);
        }
        for image in list(&get(socket, "/images/json")?) {
            let line = format!(
                "{} {}",
                words(at(image, "/RepoTags")),
                words(at(image, "/RepoDigests"))
            );
            found.insert(
                ("image", text(image, "/Id").to_owned()),
                line.trim().to_owned(),
            );
        }
        for network in list(&get(socket, "/networks")?) {
            found.insert(
                ("network", text(network, "/Id").to_owned()),
                text(network, "/Name").to_owned(),
            );
        }
        for volume in list(at(&get(socket, "/volumes")?, "/Volumes")) {
            let line = text(volume, "/CreatedAt").to_owned();
            found.insert(("volume", text(volume, "/Name").to_owned()), line);
        }
        Ok(Self(found))
    }

    /// How many of each kind there are, for people.
    pub(super) fn summary(&self) -> String {
        let count = |kind| self.0.keys().filter(|key| key.0 == kind).count();
        format!(
            "{} containers, {} images, {} networks, {} volumes",
            count("container"),
            count("image"),
            count("network"),
            count("volume")
        )
    }

    pub(super) fn ids(&self, kind: &str) -> impl Iterator<Item = &str> {
        self.0
            .keys()
            .filter(move |key| key.0 == kind)
            .map(|key| key.1.as_str())
    }

    /// What was lost, changed or added since; nothing is what we want.
    pub(super) fn differences(&self, now: &Self) -> Vec<Difference> {
        let lost = self.0.iter().filter_map(|(key, was)| match now.0.get(key) {
            None => Some(Difference::new("gone", key, was)),
            Some(is) if is != was => {
                Some(Difference::new("changed", key, &format!("{was} -> {is}")))
            }
            Some(_) => None,
        });
        let added = now
            .0
            .iter()
            .filter(|(key, _)| !self.0.contains_key(*key))
            .map(|(key, is)| Difference::new("new", key, is));
        lost.chain(added).collect()
    }
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) what: &'static str,
    pub(super) kind: &'static str,
    pub(super) id: String,
    line: String,
}

impl Difference {
    fn new(what: &'static str, (kind, id): &(&'static str, String), line: &str) -> Self {
        Self {
            what,
            kind,
            id: id.clone(),
            line: line.to_owned(),
        }
    }
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            what,
            kind,
            id,
            line,
        } = self;
        write!(f, "{kind} {id} is {what} ({line})")
    }
}

/// The engine's answer to a question, as JSON.
pub(crate) fn get(socket: &Path, path: &str) -> Result<Value> {
    let answer =
        raw::get(socket, path, &[], &[]).with_context(|| format!("cannot ask for {path}"))?;
    if answer.status != 200 {
        bail!(
            "GET {path} is answered with {}: {}",
            answer.status,
            answer.text()
        );
    }
    answer
        .json()
        .with_context(|| format!("the answer to {path} is not JSON"))
}

pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn words(value: &Value) -> String {
    let mut words: Vec<&str> = list(value).iter().filter_map(Value::as_str).collect();
    words.sort_unstable();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holding(things: &[(&'static str, &str, &str)]) -> Belongings {
        let things = things.iter();
        Belongings(
            things
                .map(|(kind, id, line)| ((*kind, (*id).to_owned()), (*line).to_owned()))
                .collect(),
        )
    }

    #[test]
    fn what_is_gone_changed_or_new_is_told() {
        let before = holding(&[
            ("container", "a", "run"),
            ("image", "b", "x:1"),
            ("volume", "v", ""),
        ]);
        let after = holding(&[
            ("container", "c", "run"),
            ("image", "b", "x:2"),
            ("volume", "v", ""),
        ]);
        let told: Vec<String> = before
            .differences(&after)
            .iter()
            .map(ToString::to_string)
            .collect();
        let expected = [
            "container a is gone (run)",
            "image b is changed (x:1 -> x:2)",
            "container c is new (run)",
        ];
        assert_eq!(told, expected);
        assert!(before.differences(&before.clone()).is_empty());
        assert_eq!(
            before.summary(),
            "1 containers, 1 images, 0 networks, 1 volumes"
        );
    }
}
