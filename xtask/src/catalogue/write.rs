//! The catalogue as text. [`super::read`] has the reverse, and tells the format.

use super::layout::{Layout, block};
use super::model::{Catalogue, Fact, Field, Kind, Node, Operation, Param, Place, Reply, Type};
use super::value::Value;
use super::versions::{Range, Timeline, Versions};

const HEAD: &str = "\
# The Engine API over all its versions: made by `cargo xtask catalogue` from
# upstream's descriptions, and not edited by hand. What upstream has wrong is
# put right in `overlay/`.
#
# What says nothing of versions is there wherever the thing around it is.
# `api: 1.41..` is there from 1.41 on, `api: ..1.47` up to 1.47; a map whose
# keys are such ranges has a value for each, and none for the versions between.
# `$Name` stands for the shape of that name, at the end. `wire` is a name that
# some versions spell otherwise; `order` that of the fields, in versions that
# have another.
";

/// Writes a catalogue whose shapes are apart.
pub(crate) fn catalogue(catalogue: &Catalogue) -> String {
    let mut text = HEAD.to_owned();
    let versions = catalogue.versions;
    let ends = Range {
        since: versions.first(),
        until: versions.last(),
    };
    let tags = Layout::Value(Value::of_texts(&catalogue.tags));
    let about = vec![
        ("versions".to_owned(), Layout::text(ends.to_string())),
        ("tags".to_owned(), tags),
    ];
    block(
        &[("catalogue".to_owned(), Layout::Block(about))],
        0,
        &mut text,
    );
    for each in &catalogue.operations {
        text.push('\n');
        text.push_str(&operation(each, versions));
    }
    if !catalogue.shapes.is_empty() {
        text.push('\n');
        let shape = |shape: &super::model::Shape| {
            // A shape has no place, and so no versions of its own.
            (
                shape.id.clone(),
                node(&shape.node, shape.node.versions, Vec::new()),
            )
        };
        let shapes = catalogue.shapes.iter().map(shape).collect();
        block(
            &[("shapes".to_owned(), Layout::Block(shapes))],
            0,
            &mut text,
        );
    }
    text
}

/// Writes one operation, to a reader who knows that these versions are meant.
pub(crate) fn operation(operation: &Operation, within: Versions) -> String {
    let here = operation.versions;
    let mut entries = vec![(
        "call".to_owned(),
        Layout::text(format!("{} {}", operation.method, operation.path)),
    )];
    if !operation.tag.is_empty() {
        entries.push(("tag".to_owned(), Layout::text(&operation.tag)));
    }
    api(here, within, &mut entries);
    timeline(
        "produces",
        &operation.produces,
        here,
        |list| Value::of_texts(list),
        &mut entries,
    );
    timeline(
        "consumes",
        &operation.consumes,
        here,
        |list| Value::of_texts(list),
        &mut entries,
    );
    if !operation.params.is_empty() {
        let params = operation
            .params
            .iter()
            .map(|each| param(each, here))
            .collect();
        entries.push(("params".to_owned(), Layout::Block(params)));
    }
    timeline(
        "order",
        &operation.order,
        here,
        |list| Value::of_texts(list),
        &mut entries,
    );
    if !operation.replies.is_empty() {
        let replies = operation
            .replies
            .iter()
            .map(|each| reply(each, here))
            .collect();
        entries.push(("replies".to_owned(), Layout::Block(replies)));
    }
    let mut text = String::new();
    block(
        &[(operation.id.clone(), Layout::Block(entries))],
        0,
        &mut text,
    );
    text
}

fn param(param: &Param, within: Versions) -> (String, Layout) {
    let mut described = param.node.clone();
    if param.place == Place::Path {
        // There is no other in a path.
        described.facts.retain(|(fact, _)| *fact != Fact::Required);
    }
    let place = ("in".to_owned(), Layout::text(param.place.word()));
    (param.wire.clone(), node(&described, within, vec![place]))
}

fn reply(reply: &Reply, within: Versions) -> (String, Layout) {
    let here = reply.versions;
    let mut entries = Vec::new();
    api(here, within, &mut entries);
    let text = |reason: &String| Value::Text(reason.clone());
    timeline("reason", &reply.reason, here, text, &mut entries);
    if !reply.headers.is_empty() {
        entries.push(("headers".to_owned(), fields(&reply.headers, here)));
    }
    if let Some(body) = &reply.body {
        entries.push(("body".to_owned(), node(body, here, Vec::new())));
    }
    (reply.status.to_string(), Layout::Short(entries))
}

fn fields(fields: &[Field], within: Versions) -> Layout {
    let one = |field: &Field| (field.wire.clone(), node(&field.node, within, Vec::new()));
    Layout::Block(fields.iter().map(one).collect())
}

/// A node, behind what its place says of it.
fn node(node: &Node, within: Versions, place: Vec<(String, Layout)>) -> Layout {
    let here = node.versions;
    let mut entries = place;
    match &node.shape {
        Some(shape) => entries.push(("type".to_owned(), Layout::text(format!("${shape}")))),
        None if kind_is_plain(node) => {}
        None => {
            let words = |kind: &Kind| Value::Text(kind.words());
            timeline("type", &node.kind, here, words, &mut entries);
        }
    }
    if let Some(name) = &node.name {
        entries.push(("name".to_owned(), Layout::text(name)));
    }
    api(here, within, &mut entries);
    for (fact, values) in &node.facts {
        if fact.is_flag() {
            flag(fact.word(), values.versions(), here, &mut entries);
        } else {
            timeline(fact.word(), values, here, Value::clone, &mut entries);
        }
    }
    if let [(key, _)] = entries.as_slice()
        && key == "type"
        && node.fields.is_empty()
        && node.items.is_none()
        && node.values.is_none()
        && let Some((_, Layout::Value(Value::Text(only)))) = entries.first()
    {
        return Layout::text(only);
    }
    for (key, child) in [("items", &node.items), ("values", &node.values)] {
        if let Some(child) = child {
            entries.push((key.to_owned(), self::node(child, here, Vec::new())));
        }
    }
    if !node.fields.is_empty() {
        entries.push(("fields".to_owned(), fields(&node.fields, here)));
    }
    Layout::Short(entries)
}

/// Whether what is inside tells the kind, in every version.
pub(crate) fn kind_is_plain(node: &Node) -> bool {
    implied(node).is_some_and(|kind| node.kind == Timeline::constant(node.versions, kind))
}

/// The kind of a node that doesn't tell it.
pub(crate) fn implied(node: &Node) -> Option<Kind> {
    if node.items.is_some() {
        Some(Kind::of(Type::Array))
    } else if node.values.is_some() || !node.fields.is_empty() {
        Some(Kind::of(Type::Object))
    } else {
        None
    }
}

fn api(here: Versions, within: Versions, entries: &mut Vec<(String, Layout)>) {
    if here != within {
        entries.push(("api".to_owned(), Layout::Value(ranges(here, within))));
    }
}

fn flag(key: &str, versions: Versions, here: Versions, entries: &mut Vec<(String, Layout)>) {
    let value = if versions == here {
        Value::Bool(true)
    } else {
        ranges(versions, here)
    };
    entries.push((key.to_owned(), Layout::Value(value)));
}

fn ranges(versions: Versions, within: Versions) -> Value {
    match versions.ranges(within).as_slice() {
        [one] => Value::Text(one.to_string()),
        several => Value::of_texts(several.iter().map(Range::to_string)),
    }
}

fn timeline<T: Clone + PartialEq>(
    key: &str,
    timeline: &Timeline<T>,
    here: Versions,
    value: impl Fn(&T) -> Value,
    entries: &mut Vec<(String, Layout)>,
) {
    let mut all = timeline.iter().peekable();
    let Some((versions, first)) = all.peek() else {
        return;
    };
    if *versions == here {
        entries.push((key.to_owned(), Layout::Value(value(first))));
        return;
    }
    let mut told: Vec<_> = all
        .flat_map(|(versions, each)| {
            versions
                .ranges(here)
                .into_iter()
                .map(move |range| (range, each))
        })
        .collect();
    told.sort_by_key(|(range, _)| range.versions(here).first());
    let told = told
        .into_iter()
        .map(|(range, each)| (range.to_string(), Layout::Value(value(each))))
        .collect();
    entries.push((key.to_owned(), Layout::Short(told)));
}
