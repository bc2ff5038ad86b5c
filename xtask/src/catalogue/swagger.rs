//! Upstream's description of one version, a Swagger 2 file, as a catalogue of
//! that version alone.
//!
//! Facts are taken: names, types, values, statuses. Sentences are not. A keyword
//! that isn't known here is an error, so that none is lost unseen.

use anyhow::{Context as _, Result, anyhow, bail, ensure};

use super::merge;
use super::model::{Catalogue, Fact, Field, Kind, Node, Operation, Param, Place, Reply, Type};
use super::value::Value;
use super::versions::{Timeline, Version, Versions};

/// Keywords that hold prose, or say how upstream's own code is made.
const PROSE: &[&str] = &[
    "description",
    "summary",
    "title",
    "example",
    "examples",
    "externalDocs",
    "x-displayName",
    "x-go-name",
    "x-go-type",
    "x-go-package",
];

/// Facts that upstream writes under the same name.
const SAME_NAME: &[Fact] = &[
    Fact::Default,
    Fact::Enum,
    Fact::Pattern,
    Fact::Minimum,
    Fact::Maximum,
    Fact::MinLength,
    Fact::MaxLength,
    Fact::MinItems,
    Fact::MaxItems,
    Fact::CollectionFormat,
];

/// Reads a description.
pub(crate) fn read(text: &str) -> Result<Catalogue> {
    let file = Value::parse(text)?;
    let entry = |value: &'_ Value, key: &str| -> Result<Value> {
        value
            .get(key)
            .cloned()
            .with_context(|| format!("`{key}` is missing"))
    };
    ensure!(
        file.get("swagger").and_then(Value::text) == Some("2.0"),
        "this is no Swagger 2.0 description"
    );
    let info = entry(&file, "info")?;
    let version: Version = entry(&info, "version")?
        .as_text()
        .context("info.version")?
        .parse()?;
    let base = entry(&file, "basePath")?;
    ensure!(
        base.text() == Some(format!("/v{version}").as_str()),
        "info.version is {version}, but basePath is {base:?}"
    );
    let definitions = entry(&file, "definitions")?;
    let reader = Reader {
        here: Versions::only(version),
        definitions: &definitions,
    };

    let mut catalogue = Catalogue {
        versions: reader.here,
        ..Catalogue::default()
    };
    for tag in file
        .get("tags")
        .map(Value::as_list)
        .transpose()?
        .unwrap_or_default()
    {
        catalogue
            .tags
            .push(entry(tag, "name")?.as_text()?.to_owned());
    }
    for (path, methods) in entry(&file, "paths")?.as_map()? {
        for (method, operation) in methods.as_map()? {
            let operation = reader
                .operation(method, path, operation)
                .with_context(|| format!("{method} {path}"))?;
            catalogue.operations.push(operation);
        }
    }
    merge::group(&mut catalogue);
    Ok(catalogue)
}

struct Reader<'a> {
    /// The one version that is described.
    here: Versions,
    definitions: &'a Value,
}

impl Reader<'_> {
    fn always<T: Clone + PartialEq>(&self, value: T) -> Timeline<T> {
        Timeline::constant(self.here, value)
    }

    fn operation(&self, method: &str, path: &str, described: &Value) -> Result<Operation> {
        let mut operation = Operation {
            id: String::new(),
            method: method.to_uppercase(),
            path: path.to_owned(),
            tag: String::new(),
            versions: self.here,
            produces: Timeline::default(),
            consumes: Timeline::default(),
            params: Vec::new(),
            order: Timeline::default(),
            replies: Vec::new(),
        };
        for (key, value) in described.as_map()? {
            match key.as_str() {
                "operationId" => value.as_text()?.clone_into(&mut operation.id),
                "tags" => {
                    if let Some(tag) = value.texts()?.first() {
                        operation.tag = plain_tag(tag);
                    }
                }
                "produces" => operation.produces = self.always(value.texts()?),
                "consumes" => operation.consumes = self.always(value.texts()?),
                "parameters" => {
                    for param in value.as_list()? {
                        operation.params.push(self.param(param)?);
                    }
                }
                "responses" => {
                    for (status, reply) in value.as_map()? {
                        let reply = self.reply(status, reply).context(status.clone())?;
                        operation.replies.push(reply);
                    }
                }
                _ => known_prose(key)?,
            }
        }
        ensure!(!operation.id.is_empty(), "no operationId");
        operation.replies.sort_by_key(|reply| reply.status);
        Ok(operation)
    }

    fn param(&self, described: &Value) -> Result<Param> {
        let text = |key: &str| described.get(key).and_then(Value::text);
        let wire = text("name")
            .context("a parameter without a name")?
            .to_owned();
        let place = text("in").unwrap_or_default();
        let place = Place::parse(place)
            .with_context(|| format!("parameter {wire}: nothing is known of `in: {place}`"))?;
        let mut node = match described.get("schema") {
            Some(schema) => self.node(schema, &mut Vec::new()),
            None => self.own(described, &mut Vec::new()),
        }
        .with_context(|| format!("parameter {wire}"))?;
        if described.get("schema").is_some() {
            self.flags(described, &mut node);
        }
        if place == Place::Path {
            self.set(&mut node, Fact::Required, Value::Bool(true));
        }
        Ok(Param { place, wire, node })
    }

    fn reply(&self, status: &str, described: &Value) -> Result<Reply> {
        let mut reply = Reply {
            status: status.parse().context("not a status")?,
            versions: self.here,
            reason: Timeline::default(),
            headers: Vec::new(),
            body: None,
        };
        for (key, value) in described.as_map()? {
            match key.as_str() {
                "schema" => reply.body = Some(self.node(value, &mut Vec::new())?),
                "headers" => {
                    for (wire, header) in value.as_map()? {
                        let node = self.own(header, &mut Vec::new())?;
                        reply.headers.push(Field {
                            wire: wire.clone(),
                            node,
                        });
                    }
                }
                "description" if reply.status >= 300 => {
                    if let Some(reason) = value.text().and_then(reason) {
                        reply.reason = self.always(reason);
                    }
                }
                _ => known_prose(key)?,
            }
        }
        Ok(reply)
    }

    /// The tree below a schema, through references.
    ///
    /// `inside` are the definitions around it, which are not entered again.
    fn node(&self, schema: &Value, inside: &mut Vec<String>) -> Result<Node> {
        if let Some(reference) = schema.get("$ref") {
            let name = reference
                .as_text()?
                .strip_prefix("#/definitions/")
                .ok_or_else(|| anyhow!("a reference to {reference:?}"))?;
            let mut node = self.definition(name, inside)?;
            self.flags(schema, &mut node);
            return Ok(node);
        }
        let Some(parts) = schema.get("allOf") else {
            return self.own(schema, inside);
        };
        let mut whole = Node {
            versions: self.here,
            ..Node::default()
        };
        let mut names = Vec::new();
        for part in parts.as_list()? {
            let part = self.node(part, inside)?;
            // One that is only there to hold an example adds nothing.
            if part.name.is_some() || part.children().next().is_some() {
                names.push(part.name.clone());
            }
            add(&mut whole, part);
        }
        let own = self.own(schema, inside)?;
        // All of one thing, and nothing else, is that thing.
        let is_one = names.len() == 1 && own.children().next().is_none();
        add(&mut whole, own);
        whole.name = names.pop().flatten().filter(|_| is_one);
        Ok(whole)
    }

    fn definition(&self, name: &str, inside: &mut Vec<String>) -> Result<Node> {
        let mut node = if inside.iter().any(|around| around == name) {
            Node {
                versions: self.here,
                kind: self.always(Kind::of(Type::Again)),
                ..Node::default()
            }
        } else {
            let schema = self
                .definitions
                .get(name)
                .with_context(|| format!("there is no definition {name}"))?;
            inside.push(name.to_owned());
            let node = self.node(schema, inside).with_context(|| name.to_owned())?;
            inside.pop();
            node
        };
        node.name = Some(name.to_owned());
        Ok(node)
    }

    /// What a schema says itself: all but references.
    fn own(&self, schema: &Value, inside: &mut Vec<String>) -> Result<Node> {
        let mut node = Node {
            versions: self.here,
            ..Node::default()
        };
        let mut kind = Kind {
            types: Vec::new(),
            format: None,
        };
        let mut required = Vec::new();
        let schema = schema.as_map()?;
        for (key, value) in schema {
            match key.as_str() {
                "type" => kind.types = types(value)?,
                "format" => kind.format = Some(value.as_text()?.to_owned()),
                "properties" => self.properties(value, &mut node, inside)?,
                "items" => node.items = Some(Box::new(self.node(value, inside).context("[]")?)),
                "additionalProperties" => {
                    node.values = Some(Box::new(self.node(value, inside).context("{}")?));
                }
                "required" => match value {
                    Value::List(_) => required = value.texts()?,
                    Value::Bool(_) => {}
                    other => bail!("`required` is {other:?}"),
                },
                // Read elsewhere.
                "allOf" | "schema" | "name" | "in" | "x-nullable" | "x-omitempty" => {}
                _ => match SAME_NAME.iter().find(|fact| fact.word() == key) {
                    // A default of null is none.
                    Some(_) if *value == Value::Null => {}
                    Some(fact) => self.set(&mut node, *fact, value.clone()),
                    None => known_prose(key)?,
                },
            }
        }
        self.flags_in(schema, &mut node);
        for field in &mut node.fields {
            if required.contains(&field.wire) {
                self.set(&mut field.node, Fact::Required, Value::Bool(true));
            }
        }
        if kind.types.is_empty() && !schema.iter().any(|(key, _)| key == "allOf") {
            kind.types.push(if node.items.is_some() {
                Type::Array
            } else if node.fields.is_empty() && node.values.is_none() {
                Type::Any
            } else {
                Type::Object
            });
        }
        if !kind.types.is_empty() {
            node.kind = self.always(kind);
        }
        Ok(node)
    }

    fn properties(
        &self,
        described: &Value,
        node: &mut Node,
        inside: &mut Vec<String>,
    ) -> Result<()> {
        let described = described.as_map()?;
        if let [(key, values)] = described
            && key == "additionalProperties"
        {
            // Up to 1.31 a line is indented too far: no container has a volume
            // of this name.
            node.values = Some(Box::new(self.node(values, inside)?));
            return Ok(());
        }
        for (wire, schema) in described {
            let field = self.node(schema, inside).with_context(|| wire.clone())?;
            node.fields.push(Field {
                wire: wire.clone(),
                node: field,
            });
        }
        Ok(())
    }

    fn set(&self, node: &mut Node, fact: Fact, value: Value) {
        *node.fact_mut(fact) = self.always(value);
    }

    /// What stands beside a reference.
    fn flags(&self, beside: &Value, node: &mut Node) {
        if let Value::Map(entries) = beside {
            self.flags_in(entries, node);
        }
    }

    fn flags_in(&self, entries: &[(String, Value)], node: &mut Node) {
        for (key, value) in entries {
            let fact = match key.as_str() {
                "x-nullable" => Fact::Nullable,
                "x-omitempty" => Fact::Omitempty,
                "required" => Fact::Required,
                _ => continue,
            };
            match value {
                Value::Bool(true) => self.set(node, fact, Value::Bool(true)),
                Value::Bool(false) => node.facts.retain(|(known, _)| *known != fact),
                _ => {}
            }
        }
    }
}

/// Adds what a part of a whole says; where they differ, the later says it.
fn add(whole: &mut Node, part: Node) {
    let says_nothing = part.kind.iter().all(|(_, kind)| kind.is(Type::Any));
    if whole.kind.is_empty() || !says_nothing {
        whole.kind = part.kind;
    }
    whole.name = part.name;
    for (fact, timeline) in part.facts {
        *whole.fact_mut(fact) = timeline;
    }
    for field in part.fields {
        match whole
            .fields
            .iter_mut()
            .find(|known| known.wire == field.wire)
        {
            Some(known) => add(&mut known.node, field.node),
            None => whole.fields.push(field),
        }
    }
    whole.items = part.items.or(whole.items.take());
    whole.values = part.values.or(whole.values.take());
}

fn types(described: &Value) -> Result<Vec<Type>> {
    let one = |word: &str| Type::parse(word).with_context(|| format!("there is no type `{word}`"));
    match described {
        Value::List(_) => described.texts()?.iter().map(|word| one(word)).collect(),
        _ => Ok(vec![one(described.as_text()?)?]),
    }
}

fn known_prose(key: &str) -> Result<()> {
    ensure!(
        PROSE.contains(&key),
        "nothing is known of the keyword `{key}`: is it a fact to be kept?"
    );
    Ok(())
}

/// `Session (experimental)` is about sessions.
fn plain_tag(tag: &str) -> String {
    tag.split(" (").next().unwrap_or(tag).to_owned()
}

/// A short phrase as a name: `No such container` is `no_such_container`. What
/// follows a first comma, stop or parenthesis explains and is left out;
/// what is still long is a sentence, and none of ours.
fn reason(phrase: &str) -> Option<String> {
    let phrase = phrase.split([',', '.', ';', '(']).next()?.replace('\'', "");
    if phrase.split_whitespace().count() > 7 {
        return None;
    }
    let words: Vec<_> = phrase
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    (!words.is_empty()).then(|| words.join("_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_phrases_become_words_and_sentences_nothing() {
        assert_eq!(reason("No such image"), Some("no_such_image".to_owned()));
        assert_eq!(
            reason("bad parameter, including this"),
            Some("bad_parameter".to_owned())
        );
        assert_eq!(
            reason("Bad parameter (e.g. malformed `x`)"),
            Some("bad_parameter".to_owned())
        );
        assert_eq!(
            reason("operation not supported for pre-defined networks"),
            Some("operation_not_supported_for_pre_defined_networks".to_owned())
        );
        assert_eq!(reason("server error or node is not part of a swarm"), None);
        assert_eq!(reason(""), None);
    }
}
