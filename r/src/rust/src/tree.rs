//! What R gets: a reply, read straight into columns and lists.
//!
//! A reply is type-stable: every field that the version in use has is there,
//! of its type, whether or not the engine sent it. So the schema drives the
//! reading, and nothing is built in between.

mod column;
mod layout;
mod rows;
mod scalar;

use std::borrow::Cow;
use std::ffi::CStr;
use std::fmt;
use std::rc::Rc;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use stevedore_api::{ApiVersion, Object, Schema};

pub(crate) use column::{Numbers, seconds};
use layout::Layouts;
use rows::Rows;
pub(crate) use scalar::Text;
use scalar::{KeySeed, Scalar, ScalarSeed, text_of};

/// Names from a schema; rows of a listing share them.
pub(crate) type Names = Rc<[&'static str]>;

/// How the bytes of R's strings are to be taken.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Encoding {
    Utf8,
    /// As the session takes unmarked text: output of programs, in whatever encoding.
    Native,
}

/// An R value in the making.
#[derive(Debug)]
pub(crate) enum Tree<'a> {
    Null,
    Bool(Option<bool>),
    Number {
        /// NaN stands for a missing one.
        value: f64,
        is_integer: bool,
    },
    Text(Option<Text<'a>>),
    Bools(Vec<Option<bool>>),
    Numbers(Numbers),
    Texts(Vec<Option<Text<'a>>>),
    /// Texts that are known beforehand.
    Strs(Vec<&'static str>),
    /// Texts in one buffer, each up to its end. What is not of its encoding is marked as
    /// being of none.
    Bytes {
        bytes: &'a [u8],
        ends: &'a [usize],
        encoding: Encoding,
    },
    /// Small integers.
    Codes(&'a [u8]),
    List(Vec<Tree<'a>>),
    /// A vector or list with names that are data.
    Named {
        names: Vec<Option<Text<'a>>>,
        values: Box<Tree<'a>>,
    },
    /// A list with names from a schema.
    Record {
        names: Names,
        values: Vec<Tree<'a>>,
    },
    /// A data frame.
    Frame {
        names: Names,
        columns: Vec<Tree<'a>>,
        rows: usize,
    },
    /// A data frame with names that are data.
    Table {
        names: Vec<Option<Text<'a>>>,
        columns: Vec<Tree<'a>>,
        rows: usize,
    },
    /// Bytes as they are.
    Raw(&'a [u8]),
    With {
        value: Box<Tree<'a>>,
        attributes: Vec<(&'static CStr, Tree<'a>)>,
    },
}

impl<'a> Tree<'a> {
    /// One text, without the zero bytes that R's strings can't hold.
    pub(crate) fn text(text: impl Into<Text<'a>>) -> Self {
        Self::Text(Some(text_of(text.into())))
    }

    /// One text or a missing one.
    pub(crate) fn maybe_text(text: Option<impl Into<Text<'a>>>) -> Self {
        text.map_or(Self::Text(None), Self::text)
    }

    /// Several texts.
    pub(crate) fn texts<T: Into<Text<'a>>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::Texts(
            texts
                .into_iter()
                .map(|text| Some(text_of(text.into())))
                .collect(),
        )
    }

    /// One whole number.
    pub(crate) fn whole(number: i64) -> Self {
        #[allow(clippy::cast_precision_loss, reason = "R has no wider number")]
        Self::number(Schema::Int, Some(number as f64))
    }

    /// One whole number, or a missing one.
    pub(crate) fn maybe_whole(number: Option<i64>) -> Self {
        match number {
            Some(number) => Self::whole(number),
            None => Self::number(Schema::Int, None),
        }
    }

    /// One number where `schema` promises one.
    fn number(schema: Schema, number: Option<f64>) -> Self {
        let value = number.unwrap_or(f64::NAN);
        Self::Number {
            value,
            is_integer: !matches!(schema, Schema::Float) && Numbers::fits(value),
        }
    }

    /// A list with these names.
    pub(crate) fn record(fields: Vec<(&'static str, Tree<'a>)>) -> Self {
        let names = fields.iter().map(|(name, _)| *name).collect();
        let values = fields.into_iter().map(|(_, value)| value).collect();
        Self::Record { names, values }
    }

    /// A data frame with these columns.
    pub(crate) fn frame(columns: Vec<(&'static str, Tree<'a>)>, rows: usize) -> Self {
        let names = columns.iter().map(|(name, _)| *name).collect();
        let columns = columns.into_iter().map(|(_, column)| column).collect();
        Self::Frame {
            names,
            columns,
            rows,
        }
    }

    /// Moments in UTC, in seconds since 1970, as R has them.
    pub(crate) fn times(seconds: Numbers) -> Self {
        Self::Numbers(seconds).with(vec![
            (c"class", Self::Strs(vec!["POSIXct", "POSIXt"])),
            (c"tzone", Self::Strs(vec!["UTC"])),
        ])
    }

    /// How many bytes the longest line in it has. No other text is longer than what R can
    /// hold: it comes from an answer, which ends before that, or from R itself.
    pub(crate) fn longest_line(&self) -> usize {
        match self {
            Self::Bytes { ends, .. } => {
                let starts = std::iter::once(&0).chain(*ends);
                let lengths = ends.iter().zip(starts).map(|(end, start)| end - start);
                lengths.max().unwrap_or_default()
            }
            Self::Record { values, .. } => {
                let lengths = values.iter().map(Tree::longest_line);
                lengths.max().unwrap_or_default()
            }
            Self::With { value, .. } => value.longest_line(),
            _ => 0,
        }
    }

    /// The same with an attribute.
    pub(crate) fn with(self, attributes: Vec<(&'static CStr, Tree<'a>)>) -> Self {
        Self::With {
            value: Box::new(self),
            attributes,
        }
    }
}

/// Reads JSON of a shape, at a version.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) schema: Schema,
    pub(crate) version: ApiVersion,
}

impl Shape {
    /// Reads a whole reply.
    pub(crate) fn read(self, json: &[u8]) -> serde_json::Result<Tree<'_>> {
        // Texts need no look of their own where all of it is known to be text.
        match std::str::from_utf8(json) {
            Ok(text) => self.read_all(serde_json::Deserializer::from_str(text)),
            Err(_) => self.read_all(serde_json::Deserializer::from_slice(json)),
        }
    }

    fn read_all<'de, R: serde_json::de::Read<'de>>(
        self,
        mut reader: serde_json::Deserializer<R>,
    ) -> serde_json::Result<Tree<'de>> {
        let layouts = Layouts::new(self.version);
        let tree = Part::new(self.schema, &layouts).deserialize(&mut reader)?;
        reader.end()?;
        Ok(tree)
    }

    /// Reads the first of several values.
    pub(crate) fn read_first(self, json: &[u8]) -> serde_json::Result<Tree<'_>> {
        let layouts = Layouts::new(self.version);
        let mut reader = serde_json::Deserializer::from_slice(json);
        Part::new(self.schema, &layouts).deserialize(&mut reader)
    }
}

/// A part of a reply that is read.
#[derive(Clone, Copy)]
struct Part<'l> {
    schema: Schema,
    layouts: &'l Layouts,
}

impl<'l> Part<'l> {
    fn new(schema: Schema, layouts: &'l Layouts) -> Self {
        Self { schema, layouts }
    }

    fn of(self, schema: Schema) -> Self {
        Self { schema, ..self }
    }

    /// What stands for a value that was not sent.
    fn absent<'de>(self) -> Tree<'de> {
        match self.schema {
            Schema::Bool => Tree::Bool(None),
            Schema::Int | Schema::IntOr(_) | Schema::Float => Tree::number(self.schema, None),
            Schema::Text | Schema::Word(_) | Schema::Time => Tree::Text(None),
            Schema::List(of) => Rows::new(self.of(*of)).done(),
            _ => Tree::Null,
        }
    }
}

impl<'de> DeserializeSeed<'de> for Part<'_> {
    type Value = Tree<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree<'de>, D::Error> {
        match self.schema {
            Schema::Bool
            | Schema::Int
            | Schema::IntOr(_)
            | Schema::Float
            | Schema::Text
            | Schema::Word(_)
            | Schema::Time => {
                let scalar = ScalarSeed.deserialize(deserializer)?;
                Ok(scalar.into_tree(self.schema))
            }
            _ => deserializer.deserialize_any(self),
        }
    }
}

impl<'de> Visitor<'de> for Part<'_> {
    type Value = Tree<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.schema {
            Schema::List(_) => "a list",
            Schema::Map(_) => "a map",
            Schema::Object(object) => return write!(f, "{}, an object", object.name),
            _ => "a value",
        })
    }

    fn visit_unit<E: Error>(self) -> Result<Tree<'de>, E> {
        Ok(self.absent())
    }

    fn visit_bool<E: Error>(self, it: bool) -> Result<Tree<'de>, E> {
        self.scalar(Scalar::Bool(it))
    }

    fn visit_i64<E: Error>(self, it: i64) -> Result<Tree<'de>, E> {
        #[allow(clippy::cast_precision_loss, reason = "R has no wider number")]
        self.scalar(Scalar::Number(it as f64))
    }

    fn visit_u64<E: Error>(self, it: u64) -> Result<Tree<'de>, E> {
        #[allow(clippy::cast_precision_loss, reason = "R has no wider number")]
        self.scalar(Scalar::Number(it as f64))
    }

    fn visit_f64<E: Error>(self, it: f64) -> Result<Tree<'de>, E> {
        self.scalar(Scalar::Number(it))
    }

    fn visit_borrowed_str<E: Error>(self, it: &'de str) -> Result<Tree<'de>, E> {
        self.scalar(Scalar::Text(Cow::Borrowed(it)))
    }

    fn visit_str<E: Error>(self, it: &str) -> Result<Tree<'de>, E> {
        self.scalar(Scalar::Text(text_of(Cow::Owned(it.to_owned()))))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Tree<'de>, A::Error> {
        match self.schema {
            Schema::List(of) => {
                let mut rows = Rows::new(self.of(*of));
                while seq.next_element_seed(&mut rows)?.is_some() {}
                Ok(rows.done())
            }
            Schema::Any => {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element_seed(self)? {
                    items.push(item);
                }
                Ok(Tree::List(items))
            }
            _ => Err(A::Error::invalid_type(serde::de::Unexpected::Seq, &self)),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree<'de>, A::Error> {
        match self.schema {
            Schema::Object(object) => record(object, self.layouts, map),
            Schema::Map(Schema::Text | Schema::Word(_)) => {
                let (mut names, mut values) = (Vec::new(), Vec::new());
                while let Some(name) = map.next_key_seed(KeySeed)? {
                    names.push(Some(name));
                    values.push(map.next_value_seed(ScalarSeed)?.into_text());
                }
                Ok(named(names, Tree::Texts(values)))
            }
            Schema::Map(Schema::Any) | Schema::Any => entries(self.of(Schema::Any), map),
            Schema::Map(of) => entries(self.of(*of), map),
            _ => Err(A::Error::invalid_type(serde::de::Unexpected::Map, &self)),
        }
    }
}

impl Part<'_> {
    /// A scalar where something bigger was promised, or where anything may come.
    fn scalar<E: Error>(self, scalar: Scalar<'_>) -> Result<Tree<'_>, E> {
        match self.schema {
            Schema::Any => Ok(scalar.into_free_tree()),
            // Some replies give a list of one as its only element.
            Schema::List(of) => {
                let mut rows = Rows::new(self.of(*of));
                if rows.take(scalar) {
                    Ok(rows.done())
                } else {
                    Err(E::custom("a scalar where a list of objects was expected"))
                }
            }
            _ => Err(E::invalid_type(
                serde::de::Unexpected::Other("a scalar"),
                &self,
            )),
        }
    }
}

/// A map whose keys are data.
fn entries<'de, A: MapAccess<'de>>(of: Part<'_>, mut map: A) -> Result<Tree<'de>, A::Error> {
    let (mut names, mut values) = (Vec::new(), Vec::new());
    while let Some(name) = map.next_key_seed(KeySeed)? {
        names.push(Some(name));
        values.push(map.next_value_seed(of)?);
    }
    Ok(named(names, Tree::List(values)))
}

fn named<'a>(names: Vec<Option<Text<'a>>>, values: Tree<'a>) -> Tree<'a> {
    if names.is_empty() {
        return values;
    }
    Tree::Named {
        names,
        values: Box::new(values),
    }
}

/// An object whose fields are those of the schema at this version.
fn record<'de, A: MapAccess<'de>>(
    object: &'static Object,
    layouts: &Layouts,
    mut map: A,
) -> Result<Tree<'de>, A::Error> {
    let layout = layouts.of(object);
    let mut values: Vec<Option<Tree<'de>>> = Vec::new();
    values.resize_with(layout.fields.len(), || None);
    let mut more = (Vec::new(), Vec::new());
    let mut finder = Finder::default();
    while let Some(key) = map.next_key_seed(KeySeed)? {
        match finder.find(&layout.fields, &key) {
            Some(at) => {
                let schema = layout.fields.get(at).map_or(Schema::Any, |it| it.schema);
                let part = Part::new(schema, layouts);
                let value = map.next_value_seed(part).map_err(|e| inside(&key, &e))?;
                if let Some(slot) = values.get_mut(at) {
                    *slot = Some(value);
                }
            }
            None if object.open => {
                more.0.push(Some(key));
                more.1
                    .push(map.next_value_seed(Part::new(Schema::Any, layouts))?);
            }
            None => {
                map.next_value::<IgnoredAny>()?;
            }
        }
    }
    let mut fields = layout.fields.iter();
    let mut values: Vec<_> = values
        .into_iter()
        .map(|value| {
            let schema = fields.next().map_or(Schema::Any, |field| field.schema);
            value.unwrap_or_else(|| Part::new(schema, layouts).absent())
        })
        .collect();
    if more.0.is_empty() {
        return Ok(Tree::Record {
            names: Rc::clone(&layout.names),
            values,
        });
    }
    let names = layout.names.iter();
    let mut names: Vec<_> = names.map(|name| Some(Cow::Borrowed(*name))).collect();
    names.extend(more.0);
    values.extend(more.1);
    Ok(named(names, Tree::List(values)))
}

/// Says in which field it went wrong.
fn inside<E: Error>(key: &str, error: &E) -> E {
    E::custom(format_args!("{key}: {error}"))
}

/// Finds fields by name, faster where they come in the schema's order.
#[derive(Default)]
struct Finder {
    next: usize,
}

impl Finder {
    fn find(&mut self, fields: &[&'static stevedore_api::Field], key: &str) -> Option<usize> {
        let is = |at: &usize| fields.get(*at).is_some_and(|field| field.wire == key);
        let at = (self.next..fields.len())
            .find(is)
            .or_else(|| (0..self.next).find(is))?;
        self.next = at + 1;
        Some(at)
    }
}
