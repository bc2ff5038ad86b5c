//! The catalogue from its text.
//!
//! ```yaml
//! catalogue: {versions: 1.25..1.55, tags: [Container]}
//! ContainerInspect:                       # one key for each operation
//!   call: GET /containers/{id}/json
//!   tag: Container
//!   produces: [application/json]
//!   params:                               # by name on the wire
//!     id: {in: path, type: string}
//!     size: {in: query, type: boolean, default: false}
//!   replies:                              # by status
//!     200:
//!       body:                             # a node
//!         name: ContainerInspectResponse  # the newest definition that stands here
//!         fields:
//!           Id: string                    # short for {type: string}
//!           SizeRw: {type: integer int64, nullable: 1.44..}
//!           Mounts: {items: $MountPoint}  # the shape of that name
//!     404: {reason: no_such_container, body: $ErrorResponse}
//! shapes: {}                              # nodes, by name
//! ```
//!
//! `api` are the versions that have something, told within those of the thing
//! around it; a map whose keys are ranges is a history. [`Fact`] has the other keys.
//!
//! A node with `items` is a list, one with `values` a map whose keys users
//! choose, one with `fields` an object; `type` says so only where it changed.

use anyhow::{Context as _, Result, anyhow, bail, ensure};

use super::model::{Catalogue, Fact, Field, Kind, Node, Operation, Param, Place, Reply, Shape};
use super::value::Value;
use super::versions::{Range, Timeline, Versions};
use super::write::implied;

/// Reads what [`super::write::catalogue`] wrote.
pub(crate) fn catalogue(text: &str) -> Result<Catalogue> {
    let file = Value::parse(text)?;
    let mut catalogue = Catalogue::default();
    for (key, value) in file.as_map()? {
        match key.as_str() {
            "catalogue" => about(value, &mut catalogue).context("catalogue")?,
            "shapes" => {
                for (id, value) in value.as_map()? {
                    // Wider than any of its places: they take what is theirs.
                    let node = node(value, catalogue.versions).context(id.clone())?;
                    catalogue.shapes.push(Shape {
                        id: id.clone(),
                        node,
                    });
                }
            }
            id => {
                ensure!(
                    !catalogue.versions.is_empty(),
                    "`catalogue` must come first"
                );
                let operation = operation(id, value, catalogue.versions);
                catalogue
                    .operations
                    .push(operation.with_context(|| id.to_owned())?);
            }
        }
    }
    // Through the trees, so that each shape has the versions of its places.
    Ok(catalogue.expanded()?.factored())
}

fn about(value: &Value, catalogue: &mut Catalogue) -> Result<()> {
    for (key, value) in value.as_map()? {
        match key.as_str() {
            "versions" => {
                let range: Range = value.as_text()?.parse()?;
                let (Some(first), Some(last)) = (range.since, range.until) else {
                    bail!("{range} has an open end");
                };
                catalogue.versions = Versions::between(first, last);
            }
            "tags" => catalogue.tags = value.texts()?,
            _ => return unknown(key),
        }
    }
    Ok(())
}

fn operation(id: &str, value: &Value, within: Versions) -> Result<Operation> {
    let here = api(value, within)?;
    let mut operation = Operation {
        id: id.to_owned(),
        method: String::new(),
        path: String::new(),
        tag: String::new(),
        versions: here,
        produces: Timeline::default(),
        consumes: Timeline::default(),
        params: Vec::new(),
        order: Timeline::default(),
        replies: Vec::new(),
    };
    for (key, value) in value.as_map()? {
        match key.as_str() {
            "call" => {
                let call = value.as_text()?.split_once(' ');
                let (method, path) = call.context("`call` has no path")?;
                method.clone_into(&mut operation.method);
                path.clone_into(&mut operation.path);
            }
            "tag" => value.as_text()?.clone_into(&mut operation.tag),
            "api" => {}
            "produces" => operation.produces = timeline(value, here, Value::texts)?,
            "consumes" => operation.consumes = timeline(value, here, Value::texts)?,
            "order" => operation.order = timeline(value, here, Value::texts)?,
            "params" => {
                for (wire, value) in value.as_map()? {
                    let param = param(wire, value, here).context(wire.clone())?;
                    operation.params.push(param);
                }
            }
            "replies" => {
                for (status, value) in value.as_map()? {
                    let reply = reply(status, value, here).context(status.clone())?;
                    operation.replies.push(reply);
                }
            }
            _ => return unknown(key),
        }
    }
    Ok(operation)
}

fn param(wire: &str, value: &Value, within: Versions) -> Result<Param> {
    let place = value.get("in").and_then(Value::text).and_then(Place::parse);
    let place = place.context("`in` says no place")?;
    let mut node = node(value, within)?;
    if place == Place::Path {
        *node.fact_mut(Fact::Required) = Timeline::constant(node.versions, Value::Bool(true));
    }
    Ok(Param {
        place,
        wire: wire.to_owned(),
        node,
    })
}

fn reply(status: &str, value: &Value, within: Versions) -> Result<Reply> {
    let here = api(value, within)?;
    let mut reply = Reply {
        status: status.parse().context("not a status")?,
        versions: here,
        reason: Timeline::default(),
        headers: Vec::new(),
        body: None,
    };
    for (key, value) in value.as_map()? {
        match key.as_str() {
            "api" => {}
            "reason" => {
                reply.reason = timeline(value, here, |word| Ok(word.as_text()?.to_owned()))?;
            }
            "headers" => reply.headers = fields(value, here)?,
            "body" => reply.body = Some(node(value, here).context("body")?),
            _ => return unknown(key),
        }
    }
    Ok(reply)
}

fn fields(value: &Value, within: Versions) -> Result<Vec<Field>> {
    let one = |(wire, value): &(String, Value)| {
        let node = node(value, within).context(wire.clone())?;
        Ok(Field {
            wire: wire.clone(),
            node,
        })
    };
    value.as_map()?.iter().map(one).collect()
}

fn node(value: &Value, within: Versions) -> Result<Node> {
    let mut node = Node {
        versions: within,
        ..Node::default()
    };
    if let Value::Text(_) = value {
        set_type(&mut node, value)?;
        return Ok(node);
    }
    node.versions = api(value, within)?;
    let here = node.versions;
    let below = |value: &Value, key: &str| -> Result<Option<Box<Node>>> {
        Ok(Some(Box::new(
            self::node(value, here).with_context(|| key.to_owned())?,
        )))
    };
    for (key, value) in value.as_map()? {
        match key.as_str() {
            "type" => set_type(&mut node, value)?,
            "name" => node.name = Some(value.as_text()?.to_owned()),
            "items" => node.items = below(value, key)?,
            "values" => node.values = below(value, key)?,
            "fields" => node.fields = fields(value, here)?,
            "api" | "in" => {}
            _ => {
                let fact = Fact::EACH.iter().find(|(_, word)| word == key);
                let Some((fact, _)) = fact else {
                    return unknown(key);
                };
                *node.fact_mut(*fact) = if fact.is_flag() {
                    let versions = match value {
                        Value::Bool(true) => here,
                        ranges => union(ranges, here)?,
                    };
                    Timeline::constant(versions, Value::Bool(true))
                } else {
                    timeline(value, here, |value| Ok(value.clone()))?
                };
            }
        }
    }
    if node.kind.is_empty() && node.shape.is_none() {
        let kind = implied(&node).context("nothing tells the type")?;
        node.kind = Timeline::constant(here, kind);
    }
    Ok(node)
}

fn set_type(node: &mut Node, value: &Value) -> Result<()> {
    if let Some(shape) = value.text().and_then(|text| text.strip_prefix('$')) {
        node.shape = Some(shape.to_owned());
        return Ok(());
    }
    node.kind = timeline(value, node.versions, |words| {
        let words = words.as_text()?;
        Kind::parse(words).ok_or_else(|| anyhow!("there is no type `{words}`"))
    })?;
    Ok(())
}

/// The versions that something has, by its `api`.
fn api(value: &Value, within: Versions) -> Result<Versions> {
    value
        .get("api")
        .map_or(Ok(within), |ranges| union(ranges, within))
}

fn union(ranges: &Value, within: Versions) -> Result<Versions> {
    let one = |value: &Value| Ok(value.as_text()?.parse::<Range>()?.versions(within));
    match ranges {
        Value::List(several) => several
            .iter()
            .try_fold(Versions::NONE, |all, range| Ok(all | one(range)?)),
        range => one(range),
    }
}

/// One value for all versions, or a map with one for each range of them.
fn timeline<T: Clone + PartialEq>(
    value: &Value,
    within: Versions,
    read: impl Fn(&Value) -> Result<T>,
) -> Result<Timeline<T>> {
    let mut timeline = Timeline::default();
    if let Value::Map(entries) = value
        && !entries.is_empty()
        && entries.iter().all(|(key, _)| key.parse::<Range>().is_ok())
    {
        for (range, value) in entries {
            timeline.add(range.parse::<Range>()?.versions(within), read(value)?);
        }
        return Ok(timeline);
    }
    timeline.add(within, read(value)?);
    Ok(timeline)
}

fn unknown<T>(key: &str) -> Result<T> {
    bail!("nothing is known of `{key}`")
}
