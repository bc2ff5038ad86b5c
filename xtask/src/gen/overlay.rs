//! The overlay: our names, corrections and descriptions, as files beside the
//! catalogue. What is written there and met nowhere is a mistake, so every
//! entry remembers whether it was used.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use crate::catalogue::value::Value;

/// Everything in `api/overlay`.
pub(crate) struct Overlay {
    pub(crate) names: Names,
    pub(crate) corrections: Vec<Correction>,
    pub(crate) docs: Docs,
    pub(crate) rust: Rust,
}

impl Overlay {
    pub(crate) fn load(folder: &Path) -> Result<Self> {
        let mut corrections = Vec::new();
        let mut docs = Docs::default();
        for (name, value) in files(folder, "corrections")? {
            let list = value.as_list().context("not a list of corrections");
            for entry in list.with_context(|| name.clone())? {
                corrections.push(Correction::read(entry, &name)?);
            }
        }
        for (name, value) in files(&folder.join("docs"), "")? {
            docs.add(&value, &name)
                .with_context(|| format!("docs/{name}"))?;
        }
        Ok(Self {
            names: Names::read(&file(&folder.join("names.yaml"))?).context("names.yaml")?,
            rust: Rust::read(&file(&folder.join("rust.yaml"))?).context("rust.yaml")?,
            corrections,
            docs,
        })
    }

    /// What nothing asked for, each with its file.
    pub(crate) fn unused(&self) -> Vec<String> {
        let mut unused = Vec::new();
        for correction in self.corrections.iter().filter(|it| !it.used.get()) {
            unused.push(format!("{}: {}", correction.file, correction.at));
        }
        let tables = [
            ("names.yaml: operations", &self.names.operations),
            ("names.yaml: fields", &self.names.fields),
            ("names.yaml: args", &self.names.args),
            ("names.yaml: replies", &self.names.replies),
            ("names.yaml: types", &self.names.types),
            ("names.yaml: rust_fields", &self.names.rust_fields),
            ("names.yaml: reasons", &self.names.reasons),
            ("names.yaml: refusals", &self.names.refusals),
            ("rust.yaml: keywords", &self.rust.keywords),
            ("rust.yaml: types", &self.rust.types),
            ("rust.yaml: words", &self.rust.words),
            ("rust.yaml: plain", &self.rust.plain),
            ("rust.yaml: optional", &self.rust.optional),
            ("rust.yaml: times", &self.rust.times),
            ("rust.yaml: durations", &self.rust.durations),
            ("rust.yaml: by_hand", &self.rust.by_hand),
            ("rust.yaml: own_setters", &self.rust.own_setters),
            ("rust.yaml: lasting", &self.rust.lasting),
            ("docs: operations", &self.docs.operations),
            ("docs: types", &self.docs.types),
        ];
        for (title, table) in tables {
            unused.extend(table.unused().map(|key| format!("{title}: {key}")));
        }
        unused
    }
}

fn file(path: &Path) -> Result<Value> {
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    Value::parse(&text).with_context(|| path.display().to_string())
}

/// The YAML files of a folder whose names begin so, in order.
fn files(folder: &Path, prefix: &str) -> Result<Vec<(String, Value)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if path.extension().is_some_and(|it| it == "yaml") && name.starts_with(prefix) {
            found.push((name, file(&path)?));
        }
    }
    found.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(found)
}

/// Texts by key; each remembers whether it was asked for.
#[derive(Default)]
pub(crate) struct Table(BTreeMap<String, (String, Cell<bool>)>);

impl Table {
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        let (text, used) = self.0.get(key)?;
        used.set(true);
        Some(text)
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    fn set(&mut self, key: String, text: String) -> Result<()> {
        ensure!(!self.0.contains_key(&key), "{key} stands twice");
        self.0.insert(key, (text, Cell::new(false)));
        Ok(())
    }

    fn unused(&self) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(|(_, (_, used))| !used.get())
            .map(|(key, _)| key.as_str())
    }

    /// A map of texts; absent is empty.
    fn read(value: Option<&Value>) -> Result<Self> {
        let mut table = Self::default();
        for (key, text) in value.map_or(Ok(&[][..]), Value::as_map)? {
            table.set(key.clone(), text.as_text()?.to_owned())?;
        }
        Ok(table)
    }

    /// A list of texts.
    fn of_list(value: Option<&Value>) -> Result<Self> {
        let mut table = Self::default();
        for key in value.map_or(Ok(Vec::new()), Value::texts)? {
            table.set(key, String::new())?;
        }
        Ok(table)
    }

    /// A map of maps of texts; the keys are joined by a blank.
    fn of_maps(value: Option<&Value>) -> Result<Self> {
        let mut table = Self::default();
        for (outer, inner) in value.map_or(Ok(&[][..]), Value::as_map)? {
            for (key, text) in inner.as_map()? {
                table.set(format!("{outer} {key}"), text.as_text()?.to_owned())?;
            }
        }
        Ok(table)
    }
}

/// What operations, arguments, fields and shapes are called.
pub(crate) struct Names {
    /// `GET /containers/json id` and so on.
    operations: Table,
    pub(crate) fields: Table,
    pub(crate) args: Table,
    pub(crate) replies: Table,
    pub(crate) types: Table,
    pub(crate) rust_fields: Table,
    /// Upstream's word for a refusal, and ours.
    reasons: Table,
    /// `PUT /containers/{id}/archive 404` and so on.
    refusals: Table,
}

impl Names {
    fn read(value: &Value) -> Result<Self> {
        Ok(Self {
            operations: Table::of_maps(value.get("operations"))?,
            fields: Table::read(value.get("fields"))?,
            args: Table::of_maps(value.get("args"))?,
            replies: Table::of_maps(value.get("replies"))?,
            types: Table::read(value.get("types"))?,
            rust_fields: Table::read(value.get("rust_fields"))?,
            reasons: Table::read(value.get("reasons"))?,
            refusals: Table::of_maps(value.get("refusals"))?,
        })
    }

    /// `id`, `rust`, `noun` or `legacy` of an operation.
    pub(crate) fn operation(&self, operation: &str, what: &str) -> Result<&str> {
        self.operations
            .get(&format!("{operation} {what}"))
            .with_context(|| format!("names.yaml has no {what} for {operation}"))
    }

    /// What the refusals of an operation are called, by status; `errors` is what upstream
    /// calls them.
    pub(crate) fn refusals(&self, operation: &str, errors: &[(u16, String)]) -> Vec<(u16, String)> {
        let named = (400..600).filter_map(|status| {
            let own = self.refusals.get(&format!("{operation} {status}"));
            let upstream = errors.iter().find(|(known, _)| *known == status);
            let word = own.or_else(|| {
                let (_, word) = upstream?;
                Some(self.reasons.get(word).unwrap_or(word))
            });
            Some((status, word?.to_owned()))
        });
        named.collect()
    }
}

/// Opinions that only the Rust types need.
pub(crate) struct Rust {
    /// Field names that Rust keeps for itself.
    pub(crate) keywords: Table,
    /// Names of inline shapes, by operation or shape and place.
    pub(crate) types: Table,
    /// Names of enumerations, by operation or shape and place.
    pub(crate) words: Table,
    /// Fields that are plain though they may be null: the default says the same.
    pub(crate) plain: Table,
    /// Fields whose absence says something.
    pub(crate) optional: Table,
    /// Fields that are points in time.
    pub(crate) times: Table,
    /// Fields that are lengths of time in nanoseconds.
    pub(crate) durations: Table,
    /// Shapes whose Rust type is written by hand.
    pub(crate) by_hand: Table,
    /// Request fields whose setter is written by hand.
    pub(crate) own_setters: Table,
    /// Operations that answer when something happens that no engine hastens.
    pub(crate) lasting: Table,
}

impl Rust {
    fn read(value: &Value) -> Result<Self> {
        Ok(Self {
            keywords: Table::read(value.get("keywords"))?,
            types: Table::read(value.get("types"))?,
            words: Table::read(value.get("words"))?,
            plain: Table::of_list(value.get("plain"))?,
            optional: Table::of_list(value.get("optional"))?,
            times: Table::of_list(value.get("times"))?,
            durations: Table::of_list(value.get("durations"))?,
            by_hand: Table::read(value.get("by_hand"))?,
            own_setters: Table::of_list(value.get("own_setters"))?,
            lasting: Table::of_list(value.get("lasting"))?,
        })
    }
}

/// Something that upstream has wrong.
pub(crate) struct Correction {
    /// The place, as it is written.
    pub(crate) at: String,
    pub(crate) says: Value,
    /// What it is for: `request` or `reply`, both by default.
    pub(crate) side: Option<String>,
    pub(crate) file: String,
    pub(crate) used: Cell<bool>,
}

impl Correction {
    fn read(entry: &Value, file: &str) -> Result<Self> {
        let at = entry
            .get("at")
            .context("a correction without a place")?
            .as_text()?;
        ensure!(
            entry
                .get("because")
                .and_then(Value::text)
                .is_some_and(|why| !why.is_empty()),
            "{file}: the correction at {at} has no reason"
        );
        Ok(Self {
            at: at.to_owned(),
            says: entry.clone(),
            side: entry.get("for").and_then(Value::text).map(str::to_owned),
            file: file.to_owned(),
            used: Cell::new(false),
        })
    }

    pub(crate) fn flag(&self, key: &str) -> Option<bool> {
        match self.says.get(key) {
            Some(Value::Bool(it)) => Some(*it),
            _ => None,
        }
    }

    /// Whether R never shows it.
    pub(crate) fn is_hidden_in_r(&self) -> bool {
        self.says.get("r").and_then(Value::text) == Some("hide")
    }

    /// Whether R shows what upstream says, up to API 1.39.
    pub(crate) fn is_kept_in_r(&self) -> bool {
        self.says.get("r").and_then(Value::text) == Some("keep")
    }
}

/// Our descriptions.
#[derive(Default)]
pub(crate) struct Docs {
    /// `GET /containers/json`, `GET /containers/json args all`, ...
    operations: Table,
    /// `HostConfig`, `HostConfig Ulimits.Name`.
    types: Table,
}

impl Docs {
    fn add(&mut self, value: &Value, file: &str) -> Result<()> {
        for (key, _) in value.as_map()? {
            ensure!(
                key == "operations" || key == "types",
                "{file}: what is `{key}`?"
            );
        }
        for (operation, says) in value.get("operations").map_or(Ok(&[][..]), Value::as_map)? {
            for (key, inner) in says.as_map()? {
                if key == "doc" {
                    self.operations.set(operation.clone(), sentence(inner)?)?;
                    continue;
                }
                for (place, doc) in inner.as_map()? {
                    self.operations
                        .set(format!("{operation} {key} {place}"), sentence(doc)?)?;
                }
            }
        }
        for (name, says) in value.get("types").map_or(Ok(&[][..]), Value::as_map)? {
            if let Some(doc) = says.get("doc") {
                self.types.set(name.clone(), sentence(doc)?)?;
            }
            for (place, doc) in says.get("fields").map_or(Ok(&[][..]), Value::as_map)? {
                if place == "<<" {
                    for (place, doc) in doc.as_map()? {
                        self.types.set(format!("{name} {place}"), sentence(doc)?)?;
                    }
                    continue;
                }
                self.types.set(format!("{name} {place}"), sentence(doc)?)?;
            }
        }
        Ok(())
    }

    pub(crate) fn operation(&self, operation: &str) -> Option<&str> {
        self.operations.get(operation)
    }

    /// A place in `args`, `reply` or `headers` of an operation.
    pub(crate) fn place(&self, operation: &str, part: &str, path: &str) -> Option<&str> {
        self.operations.get(&format!("{operation} {part} {path}"))
    }

    pub(crate) fn of_type(&self, name: &str) -> Option<&str> {
        self.types.get(name)
    }

    pub(crate) fn field(&self, name: &str, path: &str) -> Option<&str> {
        self.types.get(&format!("{name} {path}"))
    }
}

/// A description: one line that ends as a sentence does.
fn sentence(value: &Value) -> Result<String> {
    let text = value.as_text()?.trim();
    ensure!(
        text.ends_with('.') && !text.contains('\n'),
        "`{text}` is not a line with a full stop"
    );
    Ok(text.to_owned())
}
