//! Between the two forms of the catalogue: each place with its own tree, and
//! shared shapes apart.
//!
//! Places share a shape only where every version that two of them have says
//! exactly the same of both. So taking shapes apart loses nothing, and what is
//! apart depends on nothing but the trees: merging onto a file that has shapes
//! gives what merging from the start would have given.

use anyhow::{Context as _, Result};

use super::merge::{insert, join_own, restrict};
use super::model::{Catalogue, Field, Node, Shape};

impl Catalogue {
    /// The same with a tree at each place.
    pub(crate) fn expanded(&self) -> Result<Self> {
        let mut expanded = self.clone();
        expanded.shapes.clear();
        for root in roots(&mut expanded) {
            self.expand(root)?;
        }
        Ok(expanded)
    }

    fn expand(&self, node: &mut Node) -> Result<()> {
        if let Some(id) = node.shape.take() {
            let shape = self
                .shape(&id)
                .with_context(|| format!("there is no shape {id}"))?;
            let body = restrict(&shape.node, node.versions)
                .with_context(|| format!("shape {id} has no version of its place"))?;
            put_shape(node, body);
        }
        node.children_mut().try_for_each(|child| self.expand(child))
    }

    /// The same with shared shapes apart. This one is expanded.
    pub(crate) fn factored(&self) -> Self {
        let mut factored = self.clone();
        for name in outer_first(&mut factored) {
            factor(&mut factored, &name);
        }
        factored.shapes.sort_by(|one, other| one.id.cmp(&other.id));
        factored
    }
}

/// Every tree of the catalogue, those of shapes last.
pub(crate) fn roots(catalogue: &mut Catalogue) -> Vec<&mut Node> {
    let mut roots = Vec::new();
    for operation in &mut catalogue.operations {
        roots.extend(operation.params.iter_mut().map(|param| &mut param.node));
        for reply in &mut operation.replies {
            roots.extend(reply.headers.iter_mut().map(|header| &mut header.node));
            roots.extend(&mut reply.body);
        }
    }
    roots.extend(catalogue.shapes.iter_mut().map(|shape| &mut shape.node));
    roots
}

/// Whether a node is worth a shape of its own, if others are like it.
fn may_be_shared(node: &Node) -> Option<&String> {
    node.name.as_ref().filter(|_| !node.fields.is_empty())
}

/// The names of what may be shared, so that none comes before one that has it
/// inside, as far as that can be; else in order of appearance.
fn outer_first(catalogue: &mut Catalogue) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut inside: Vec<(String, String)> = Vec::new();
    for root in roots(catalogue) {
        look(root, &mut Vec::new(), &mut names, &mut inside);
    }
    let mut sorted = Vec::new();
    while !names.is_empty() {
        let free = |name: &String| {
            !inside
                .iter()
                .any(|(outer, inner)| inner == name && names.contains(outer))
        };
        let at = names.iter().position(free).unwrap_or(0);
        sorted.push(names.remove(at));
    }
    sorted
}

fn look(
    node: &Node,
    around: &mut Vec<String>,
    names: &mut Vec<String>,
    inside: &mut Vec<(String, String)>,
) {
    let name = may_be_shared(node);
    if let Some(name) = name {
        if !names.contains(name) {
            names.push(name.clone());
        }
        for outer in around.iter().filter(|outer| *outer != name) {
            let pair = (outer.clone(), name.clone());
            if !inside.contains(&pair) {
                inside.push(pair);
            }
        }
        around.push(name.clone());
    }
    for child in node.children() {
        look(child, around, names, inside);
    }
    if name.is_some() {
        around.pop();
    }
}

/// Takes apart what places called `name` share.
fn factor(catalogue: &mut Catalogue, name: &str) {
    let mut groups: Vec<(usize, Node)> = Vec::new();
    let mut belongs = Vec::new();
    for root in roots(catalogue) {
        each_called(root, name, &mut |node| {
            let body = take_shape(&mut node.clone());
            let joined = groups
                .iter()
                .enumerate()
                .find_map(|(at, (_, group))| join_same(group, &body).map(|joined| (at, joined)));
            let at = if let Some((at, joined)) = joined {
                if let Some(group) = groups.get_mut(at) {
                    *group = (group.0 + 1, joined);
                }
                at
            } else {
                groups.push((1, body));
                groups.len() - 1
            };
            belongs.push(at);
        });
    }
    // A shape for one place alone would only send the reader elsewhere.
    let mut ids = Vec::new();
    let mut shapes = Vec::new();
    for (places, node) in groups {
        ids.push((places > 1).then(|| {
            let id = match shapes.len() {
                0 => name.to_owned(),
                more => format!("{name}.{}", more + 1),
            };
            shapes.push(Shape {
                id: id.clone(),
                node,
            });
            id
        }));
    }
    let mut belongs = belongs.into_iter();
    for root in roots(catalogue) {
        each_called(root, name, &mut |node| {
            let id = belongs
                .next()
                .and_then(|at| ids.get(at))
                .and_then(Option::as_ref);
            if let Some(id) = id {
                take_shape(node);
                node.shape = Some(id.clone());
            }
        });
    }
    catalogue.shapes.extend(shapes);
}

/// Visits the nodes called `name`, in order; not what is inside them.
fn each_called(node: &mut Node, name: &str, visit: &mut impl FnMut(&mut Node)) {
    if may_be_shared(node).is_some_and(|known| known == name) {
        visit(node);
    } else {
        node.children_mut()
            .for_each(|child| each_called(child, name, visit));
    }
}

/// Takes from a place what a shape would have.
fn take_shape(place: &mut Node) -> Node {
    let (own, shared) = std::mem::take(&mut place.facts)
        .into_iter()
        .partition(|(fact, _)| fact.of_place());
    place.facts = own;
    Node {
        versions: place.versions,
        kind: std::mem::take(&mut place.kind),
        name: place.name.take(),
        shape: None,
        facts: shared,
        fields: std::mem::take(&mut place.fields),
        items: place.items.take(),
        values: place.values.take(),
    }
}

/// The reverse.
fn put_shape(place: &mut Node, body: Node) {
    let own = std::mem::take(&mut place.facts);
    *place = body;
    for (fact, timeline) in own {
        *place.fact_mut(fact) = timeline;
    }
}

/// Two places as one, if that loses nothing.
fn join_same(one: &Node, other: &Node) -> Option<Node> {
    let both = one.versions & other.versions;
    if !both.is_empty() && restrict(one, both) != restrict(other, both) {
        return None;
    }
    let joined = join_apart(one, other)?;
    // What each place had must come out again, its order included.
    let kept = |place: &Node| restrict(&joined, place.versions).as_ref() == Some(place);
    (kept(one) && kept(other)).then_some(joined)
}

fn join_apart(one: &Node, other: &Node) -> Option<Node> {
    if one.name != other.name || one.shape != other.shape {
        return None;
    }
    let mut joined = Node {
        fields: Vec::new(),
        items: None,
        values: None,
        ..one.clone()
    };
    join_own(&mut joined, other);
    joined.fields.clone_from(&one.fields);
    let mut lost = false;
    insert(
        &mut joined.fields,
        other.fields.clone(),
        |one, other| one.wire == other.wire,
        |field: &mut Field, other: Field| match join_apart(&field.node, &other.node) {
            Some(node) => field.node = node,
            None => lost = true,
        },
    );
    if lost {
        return None;
    }
    joined.items = join_below(one.items.as_deref(), other.items.as_deref())?;
    joined.values = join_below(one.values.as_deref(), other.values.as_deref())?;
    Some(joined)
}

#[allow(
    clippy::option_option,
    reason = "none where they can't be one; in it, whether there is any"
)]
fn join_below(one: Option<&Node>, other: Option<&Node>) -> Option<Option<Box<Node>>> {
    match (one, other) {
        (Some(one), Some(other)) => Some(Some(Box::new(join_apart(one, other)?))),
        (one, other) => Some(one.or(other).cloned().map(Box::new)),
    }
}
