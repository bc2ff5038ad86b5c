//! Adding a newer version's description to the catalogue.

use anyhow::{Result, bail, ensure};

use super::model::{Catalogue, Fact, Field, Node, Operation, Param, Place, Reply};
use super::value::Value;
use super::versions::{Timeline, Versions};

/// Adds the next version. Both are expanded.
pub(crate) fn merge(catalogue: &mut Catalogue, newer: Catalogue) -> Result<()> {
    let Some(version) = newer.versions.first() else {
        bail!("a description without a version");
    };
    if let Some(newest) = catalogue.versions.last() {
        ensure!(
            !catalogue.versions.holds(version),
            "{version} is in the catalogue already"
        );
        let next = newest.next()?;
        ensure!(
            version == next,
            "{version} can't be merged after {newest}: the next is {next}"
        );
    }
    catalogue.versions = catalogue.versions | newer.versions;
    catalogue.tags = newer.tags;
    insert(
        &mut catalogue.operations,
        newer.operations,
        same_operation,
        join_operations,
    );
    group(catalogue);
    let ids: Vec<_> = catalogue
        .operations
        .iter()
        .map(|operation| &operation.id)
        .collect();
    for (at, id) in ids.iter().enumerate() {
        ensure!(
            ids.iter().position(|other| other == id) == Some(at),
            "{version} calls two operations {id}"
        );
    }
    Ok(())
}

/// Groups operations by tag. Tags that upstream uses but doesn't list follow
/// those that it lists.
pub(crate) fn group(catalogue: &mut Catalogue) {
    for operation in &catalogue.operations {
        if !operation.tag.is_empty() && !catalogue.tags.contains(&operation.tag) {
            catalogue.tags.push(operation.tag.clone());
        }
    }
    let tags = &catalogue.tags;
    let place = |operation: &Operation| {
        tags.iter()
            .position(|tag| *tag == operation.tag)
            .unwrap_or(tags.len())
    };
    catalogue.operations.sort_by_key(place);
}

/// Joins what both lists have, and puts what only the newer has behind what
/// precedes it there. So nothing that was there ever moves.
pub(crate) fn insert<T>(
    known: &mut Vec<T>,
    newer: Vec<T>,
    same: impl Fn(&T, &T) -> bool,
    mut join: impl FnMut(&mut T, T),
) {
    let mut behind = 0;
    for item in newer {
        if let Some(at) = known.iter().position(|old| same(old, &item)) {
            if let Some(old) = known.get_mut(at) {
                join(old, item);
            }
            behind = at + 1;
        } else {
            known.insert(behind, item);
            behind += 1;
        }
    }
}

fn same_operation(one: &Operation, other: &Operation) -> bool {
    one.method == other.method && skeleton(&one.path) == skeleton(&other.path)
}

/// A path without the names of its parameters, which upstream may change.
fn skeleton(path: &str) -> Vec<&str> {
    let name = |part| if is_param(part) { "{}" } else { part };
    path.split('/').map(name).collect()
}

fn is_param(part: &str) -> bool {
    part.starts_with('{') && part.ends_with('}')
}

/// Where in the path a parameter stands.
fn position(path: &str, wire: &str) -> Option<usize> {
    path.split('/')
        .filter(|part| is_param(part))
        .position(|part| part.trim_matches(['{', '}']) == wire)
}

fn join_operations(known: &mut Operation, newer: Operation) {
    let order: Vec<_> = newer
        .params
        .iter()
        .map(|param| param.wire.clone())
        .collect();
    let (old_path, new_path) = (known.path.clone(), newer.path.clone());
    let same = |old: &Param, new: &Param| {
        old.place == new.place
            && match new.place {
                Place::Path => position(&old_path, &old.wire) == position(&new_path, &new.wire),
                Place::Query | Place::Header => old.wire == new.wire,
                Place::Body => true,
            }
    };
    insert(&mut known.params, newer.params, same, |old, new| {
        old.wire = new.wire;
        join_nodes(&mut old.node, new.node);
    });
    let merged = known
        .params
        .iter()
        .filter(|param| !(param.node.versions & newer.versions).is_empty())
        .map(|param| &param.wire);
    if !merged.eq(&order) {
        known.order.add(newer.versions, order);
    }
    known.id = newer.id;
    known.path = newer.path;
    if !newer.tag.is_empty() {
        known.tag = newer.tag;
    }
    known.versions = known.versions | newer.versions;
    known.produces.join(newer.produces);
    known.consumes.join(newer.consumes);
    for reply in newer.replies {
        match known
            .replies
            .iter_mut()
            .find(|old| old.status == reply.status)
        {
            Some(old) => join_replies(old, reply),
            None => known.replies.push(reply),
        }
    }
    known.replies.sort_by_key(|reply| reply.status);
}

fn join_replies(known: &mut Reply, newer: Reply) {
    known.versions = known.versions | newer.versions;
    known.reason.join(newer.reason);
    insert(&mut known.headers, newer.headers, same_field, join_fields);
    match (&mut known.body, newer.body) {
        (Some(old), Some(new)) => join_nodes(old, new),
        (old @ None, new) => *old = new,
        (Some(_), None) => {}
    }
}

fn same_field(one: &Field, other: &Field) -> bool {
    one.wire == other.wire
}

fn join_fields(known: &mut Field, newer: Field) {
    join_nodes(&mut known.node, newer.node);
}

/// Adds what newer versions say of the same place.
fn join_nodes(known: &mut Node, newer: Node) {
    let here = newer.versions;
    let order: Vec<_> = newer
        .fields
        .iter()
        .map(|field| field.wire.clone())
        .collect();
    join_own(known, &newer);
    respell(&mut known.fields, &newer.fields);
    insert(&mut known.fields, newer.fields, same_field, join_fields);
    if !merged_order(known, here).eq(&order) {
        add_order(known.fact_mut(Fact::Order), here, &order);
    }
    for (old, new) in [
        (&mut known.items, newer.items),
        (&mut known.values, newer.values),
    ] {
        match (old, new) {
            (Some(old), Some(new)) => join_nodes(old, *new),
            (old @ None, new) => *old = new,
            (Some(_), None) => {}
        }
    }
}

/// Records an order other than the merged one. The list that the versions
/// before it have is made to serve, where it can: of a list, only the names
/// that a version has count.
fn add_order(orders: &mut Timeline<Value>, here: Versions, order: &[String]) {
    let own = Value::of_texts(order);
    let Some((before, Value::List(names))) = orders.newest_entry() else {
        return orders.add(here, own);
    };
    let Value::List(order) = &own else {
        return;
    };
    let mut longer = names.clone();
    insert(
        &mut longer,
        order.clone(),
        |one, other| one == other,
        |_, _| {},
    );
    if longer.iter().filter(|name| order.contains(name)).eq(order) {
        let shorter = Value::List(names.clone());
        orders.remove(&shorter);
        orders.add(before | here, Value::List(longer));
    } else {
        orders.add(here, own);
    }
}

/// Gives known fields the names that the newer have, where only the spelling
/// differs: upstream's descriptions wavered between `NanoCPUs` and `NanoCpus`.
fn respell(known: &mut [Field], newer: &[Field]) {
    for new in newer {
        if known.iter().any(|old| old.wire == new.wire) {
            continue;
        }
        let is_free = |old: &&mut Field| {
            letters(&old.wire).eq(letters(&new.wire))
                && !newer.iter().any(|other| other.wire == old.wire)
        };
        if let Some(old) = known.iter_mut().find(is_free) {
            let name = std::mem::replace(&mut old.wire, new.wire.clone());
            let all = old.node.versions;
            let others = old.node.fact_mut(Fact::Wire);
            let so_far = all.without(others.versions());
            others.add(so_far, Value::Text(name));
            others.remove(&Value::Text(new.wire.clone()));
        }
    }
}

/// The letters of a name, which `OSVersion` and `os.version` share.
fn letters(name: &str) -> impl Iterator<Item = char> {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
}

/// The names of the fields that these versions have, as the catalogue orders them.
pub(crate) fn merged_order(node: &Node, here: Versions) -> impl Iterator<Item = &String> {
    node.fields
        .iter()
        .filter(move |field| !(field.node.versions & here).is_empty())
        .map(|field| &field.wire)
}

/// Adds what is said of a value itself; the name is the newer.
pub(crate) fn join_own(known: &mut Node, newer: &Node) {
    known.versions = known.versions | newer.versions;
    known.kind.join(newer.kind.clone());
    for (fact, timeline) in &newer.facts {
        known.fact_mut(*fact).join(timeline.clone());
    }
    known.name.clone_from(&newer.name);
}

/// What these versions have of a place; none where they don't have it.
pub(crate) fn restrict(node: &Node, to: Versions) -> Option<Node> {
    let versions = node.versions & to;
    if versions.is_empty() {
        return None;
    }
    let below = |child: &Option<Box<Node>>| {
        child
            .as_deref()
            .and_then(|child| restrict(child, versions))
            .map(Box::new)
    };
    let facts = node.facts.iter().map(|(fact, timeline)| match fact {
        Fact::Order => (*fact, restrict_orders(node, timeline, versions)),
        _ => (*fact, timeline.restricted(versions)),
    });
    Some(Node {
        versions,
        kind: node.kind.restricted(versions),
        name: node.name.clone(),
        shape: node.shape.clone(),
        facts: facts.filter(|(_, timeline)| !timeline.is_empty()).collect(),
        fields: restrict_fields(&node.fields, versions),
        items: below(&node.items),
        values: below(&node.values),
    })
}

/// Orders, each without the names that none of its versions has.
fn restrict_orders(node: &Node, orders: &Timeline<Value>, to: Versions) -> Timeline<Value> {
    let mut restricted = Timeline::default();
    for (versions, order) in orders.iter() {
        let here = versions & to;
        let is_there = |name: &&Value| {
            node.fields.iter().any(|field| {
                let mut there = (field.node.versions & here).iter();
                there.any(|version| name.text() == Some(field.wire_at(version)))
            })
        };
        if let Value::List(names) = order {
            let names = names.iter().filter(is_there).cloned().collect();
            restricted.add(here, Value::List(names));
        }
    }
    restricted
}

fn restrict_fields(fields: &[Field], to: Versions) -> Vec<Field> {
    let one = |field: &Field| {
        restrict(&field.node, to).map(|node| Field {
            wire: field.wire.clone(),
            node,
        })
    };
    fields.iter().filter_map(one).collect()
}

/// What these versions have of an operation; none where they don't have it.
pub(crate) fn restrict_operation(operation: &Operation, to: Versions) -> Option<Operation> {
    let versions = operation.versions & to;
    if versions.is_empty() {
        return None;
    }
    let param = |param: &Param| {
        restrict(&param.node, versions).map(|node| Param {
            node,
            ..param.clone()
        })
    };
    let reply = |reply: &Reply| {
        let versions = reply.versions & versions;
        (!versions.is_empty()).then(|| Reply {
            status: reply.status,
            versions,
            reason: reply.reason.restricted(versions),
            headers: restrict_fields(&reply.headers, versions),
            body: reply
                .body
                .as_ref()
                .and_then(|body| restrict(body, versions)),
        })
    };
    let types = |types: &Timeline<Vec<String>>| types.restricted(versions);
    Some(Operation {
        id: operation.id.clone(),
        method: operation.method.clone(),
        path: operation.path.clone(),
        tag: operation.tag.clone(),
        versions,
        produces: types(&operation.produces),
        consumes: types(&operation.consumes),
        params: operation.params.iter().filter_map(param).collect(),
        order: types(&operation.order),
        replies: operation.replies.iter().filter_map(reply).collect(),
    })
}
