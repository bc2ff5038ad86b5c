//! How much there is in a catalogue, and how much of it is newer than its
//! oldest version.

use std::fmt;

use super::model::{Catalogue, Field, Node};
use super::versions::{Version, Versions};

/// What is counted.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    operations: Count,
    params: Count,
    bodies: Count,
    /// Fields by path, of request bodies and replies that are no errors.
    fields: Count,
    /// Fields of replies that are errors.
    error_fields: Count,
}

/// Of one kind of thing.
#[derive(Debug, Default)]
struct Count {
    all: usize,
    newer: usize,
    gone: usize,
    returned: usize,
    retyped: usize,
}

impl Counts {
    /// Counts what is in an expanded catalogue.
    pub(crate) fn of(catalogue: &Catalogue) -> Self {
        let mut counts = Self::default();
        let (Some(first), Some(last)) = (catalogue.versions.first(), catalogue.versions.last())
        else {
            return counts;
        };
        let ends = (first, last);
        for operation in &catalogue.operations {
            counts.operations.add(operation.versions, ends);
            for param in &operation.params {
                if param.place == super::model::Place::Body {
                    counts.bodies.add_node(&param.node, ends);
                    counts.fields.add_below(&param.node, ends);
                } else {
                    counts.params.add_node(&param.node, ends);
                }
            }
            for reply in &operation.replies {
                let fields = if reply.status < 300 {
                    &mut counts.fields
                } else {
                    &mut counts.error_fields
                };
                reply
                    .body
                    .iter()
                    .for_each(|body| fields.add_below(body, ends));
            }
        }
        counts
    }
}

impl Count {
    fn add(&mut self, versions: Versions, (first, last): (Version, Version)) {
        self.all += 1;
        self.newer += usize::from(!versions.holds(first));
        self.gone += usize::from(!versions.holds(last));
        let known = Versions::between(first, last);
        self.returned += usize::from(versions.ranges(known).len() > 1);
    }

    fn add_node(&mut self, node: &Node, ends: (Version, Version)) {
        self.add(node.versions, ends);
        self.retyped += usize::from(node.kind.iter().count() > 1);
    }

    fn add_below(&mut self, node: &Node, ends: (Version, Version)) {
        for Field { node, .. } in &node.fields {
            self.add_node(node, ends);
        }
        node.children()
            .for_each(|child| self.add_below(child, ends));
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = [
            ("operations", &self.operations),
            ("parameters", &self.params),
            ("request bodies", &self.bodies),
            ("fields by path", &self.fields),
            ("fields of errors", &self.error_fields),
        ];
        for (what, count) in rows {
            let Count {
                all,
                newer,
                gone,
                returned,
                retyped,
            } = count;
            writeln!(
                f,
                "{what:<17} {all:>5}: {newer:>5} newer than the oldest version, {gone:>3} gone, \
                 {returned:>2} gone and back, {retyped:>3} of another type or format"
            )?;
        }
        Ok(())
    }
}
