//! The elements of a list as they come.

use std::fmt;
use std::rc::Rc;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use stevedore_api::Schema;

use super::column::Column;
use super::layout::{Layout, Layouts};
use super::scalar::{KeySeed, Scalar, ScalarSeed};
use super::{Finder, Part, Tree, inside};

/// The elements of a list: a vector, a data frame, or a list.
pub(super) struct Rows<'de, 'l> {
    of: Part<'l>,
    kind: Kind<'de>,
}

enum Kind<'de> {
    Vector(Column<'de>),
    Frame {
        layout: Rc<Layout>,
        columns: Vec<Column<'de>>,
        rows: usize,
    },
    List(Vec<Tree<'de>>),
}

impl<'de, 'l> Rows<'de, 'l> {
    pub(super) fn new(of: Part<'l>) -> Self {
        let kind = match of.schema {
            Schema::Object(object) => {
                let layout = of.layouts.of(object);
                let fields = layout.fields.iter();
                let columns = fields.map(|field| Column::of(field.schema)).collect();
                Kind::Frame {
                    layout,
                    columns,
                    rows: 0,
                }
            }
            schema => match Column::of(schema) {
                Column::List(_) => Kind::List(Vec::new()),
                column => Kind::Vector(column),
            },
        };
        Self { of, kind }
    }

    /// Takes a scalar as an element, if elements are scalars.
    pub(super) fn take(&mut self, scalar: Scalar<'de>) -> bool {
        match &mut self.kind {
            Kind::Vector(column) => {
                column.push(scalar);
                true
            }
            Kind::List(items) if matches!(self.of.schema, Schema::Any) => {
                items.push(scalar.into_free_tree());
                true
            }
            _ => false,
        }
    }

    pub(super) fn done(self) -> Tree<'de> {
        match self.kind {
            Kind::Vector(column) => column.into_tree(),
            Kind::List(items) => Tree::List(items),
            Kind::Frame {
                layout,
                columns,
                rows,
            } => Tree::Frame {
                names: Rc::clone(&layout.names),
                columns: columns.into_iter().map(Column::into_tree).collect(),
                rows,
            },
        }
    }
}

impl<'de> DeserializeSeed<'de> for &mut Rows<'de, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match &mut self.kind {
            Kind::Vector(column) => column.push(ScalarSeed.deserialize(deserializer)?),
            Kind::List(items) => items.push(self.of.deserialize(deserializer)?),
            Kind::Frame { .. } => deserializer.deserialize_any(self)?,
        }
        Ok(())
    }
}

/// A row of a data frame.
impl<'de> Visitor<'de> for &mut Rows<'de, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.of.expecting(f)
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        if let Kind::Frame {
            layout,
            columns,
            rows,
        } = &mut self.kind
        {
            *rows += 1;
            fill(layout, columns, *rows, self.of.layouts);
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let layouts = self.of.layouts;
        let Kind::Frame {
            layout,
            columns,
            rows,
        } = &mut self.kind
        else {
            return Err(A::Error::invalid_type(serde::de::Unexpected::Map, &self));
        };
        *rows += 1;
        let mut finder = Finder::default();
        while let Some(key) = map.next_key_seed(KeySeed)? {
            let at = finder.find(&layout.fields, &key);
            let found = at.and_then(|at| Some((layout.fields.get(at)?, columns.get_mut(at)?)));
            match found {
                // A key that comes twice in a row counts once.
                Some((field, column)) if column.len() < *rows => {
                    let part = Part::new(field.schema, layouts);
                    column
                        .push_next(part, &mut map)
                        .map_err(|e| inside(&key, &e))?;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        fill(layout, columns, *rows, layouts);
        Ok(())
    }
}

/// Fills the columns that a row did not mention.
fn fill(layout: &Layout, columns: &mut [Column<'_>], rows: usize, layouts: &Layouts) {
    for (field, column) in layout.fields.iter().zip(columns) {
        if column.len() < rows {
            column.push_absent(Part::new(field.schema, layouts));
        }
    }
}
