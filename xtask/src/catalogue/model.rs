//! What the catalogue knows: every operation of the API, with its parameters
//! and replies down to the last field, and the versions that have each.
//!
//! A [`Versions`] is always the exact set: the versions in which this very
//! operation, parameter or field is there. Something inside is never there
//! without what is around it.
//!
//! A catalogue comes in two forms with the same meaning. Where shapes are
//! apart, an object that several places share is in [`Catalogue::shapes`] and
//! the places name it: so it stands in the file, and so code is made from it.
//! Expanded, each place holds its own tree: so versions are merged.

use super::value::Value;
use super::versions::{Timeline, Version, Versions};

/// The Engine API, over all its versions.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Catalogue {
    /// The versions that were merged.
    pub(crate) versions: Versions,
    /// Upstream's groups of operations, in the newest version's order.
    pub(crate) tags: Vec<String>,
    /// Grouped by tag; within one, in upstream's order.
    pub(crate) operations: Vec<Operation>,
    /// What several places share; empty where the catalogue is expanded.
    pub(crate) shapes: Vec<Shape>,
}

impl Catalogue {
    pub(crate) fn shape(&self, id: &str) -> Option<&Shape> {
        self.shapes.iter().find(|shape| shape.id == id)
    }

    pub(crate) fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }
}

/// One operation. What makes it the same from version to version is its method
/// and its path; the rest may change.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Operation {
    /// Upstream's newest name: `ContainerList`.
    pub(crate) id: String,
    /// In capitals.
    pub(crate) method: String,
    /// With the newest name of each parameter in braces.
    pub(crate) path: String,
    pub(crate) tag: String,
    pub(crate) versions: Versions,
    /// Media types of replies, where the operation names them.
    pub(crate) produces: Timeline<Vec<String>>,
    /// Media types of request bodies, where the operation names them.
    pub(crate) consumes: Timeline<Vec<String>>,
    /// In upstream's order, but see [`Fact::Order`].
    pub(crate) params: Vec<Param>,
    /// Versions whose parameters come in another order, and that order.
    pub(crate) order: Timeline<Vec<String>>,
    /// By status.
    pub(crate) replies: Vec<Reply>,
}

impl Operation {
    /// The body of the request.
    #[allow(dead_code, reason = "for what is made from the catalogue")]
    pub(crate) fn body(&self) -> Option<&Param> {
        self.params.iter().find(|param| param.place == Place::Body)
    }
}

/// Where a parameter goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
    Header,
    Body,
}

impl Place {
    pub(crate) const EACH: [(Self, &'static str); 4] = [
        (Self::Path, "path"),
        (Self::Query, "query"),
        (Self::Header, "header"),
        (Self::Body, "body"),
    ];

    pub(crate) fn word(self) -> &'static str {
        Self::EACH
            .iter()
            .find(|(place, _)| *place == self)
            .map_or("", |(_, word)| word)
    }

    pub(crate) fn parse(word: &str) -> Option<Self> {
        Self::EACH
            .iter()
            .find(|(_, known)| *known == word)
            .map(|(place, _)| *place)
    }
}

/// A parameter. In the query and in headers its name makes it the same from
/// version to version; in the path its position; a body is always the body.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Param {
    pub(crate) place: Place,
    pub(crate) wire: String,
    pub(crate) node: Node,
}

/// What may come back with one status.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) versions: Versions,
    /// What an error status means here, where upstream says it in a few words:
    /// `no_such_container`.
    pub(crate) reason: Timeline<String>,
    pub(crate) headers: Vec<Field>,
    pub(crate) body: Option<Node>,
}

/// A named part of an object, or a header of a reply.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Field {
    /// Its newest name; see [`Fact::Wire`].
    pub(crate) wire: String,
    pub(crate) node: Node,
}

impl Field {
    /// Its name in a version.
    pub(crate) fn wire_at(&self, version: Version) -> &str {
        let other = self.node.fact_at(Fact::Wire, version);
        other.and_then(Value::text).unwrap_or(&self.wire)
    }
}

/// An object that several places share.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shape {
    /// The newest name of upstream's definition, with a number behind it where
    /// places of that name differ: `Network`, `Network.2`.
    pub(crate) id: String,
    /// Its versions are those of all places together.
    pub(crate) node: Node,
}

/// The shape of a value at one place.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Node {
    pub(crate) versions: Versions,
    /// In each version; empty where `shape` has it.
    pub(crate) kind: Timeline<Kind>,
    /// The definition that stands here in the newest version: `EndpointSettings`.
    pub(crate) name: Option<String>,
    /// The shape that has what is missing here: all but [`Fact::of_place`].
    pub(crate) shape: Option<String>,
    /// In the order of [`Fact::EACH`].
    pub(crate) facts: Vec<(Fact, Timeline<Value>)>,
    /// Of an object, in upstream's order, but see [`Fact::Order`].
    pub(crate) fields: Vec<Field>,
    /// Of a list: each item.
    pub(crate) items: Option<Box<Node>>,
    /// Of a map with names that users choose: each value.
    pub(crate) values: Option<Box<Node>>,
}

impl Node {
    /// The history of a fact; none where it never was one.
    pub(crate) fn fact(&self, fact: Fact) -> Option<&Timeline<Value>> {
        self.facts
            .iter()
            .find(|(known, _)| *known == fact)
            .map(|(_, timeline)| timeline)
    }

    /// A fact in one version.
    pub(crate) fn fact_at(&self, fact: Fact, version: Version) -> Option<&Value> {
        self.fact(fact).and_then(|timeline| timeline.at(version))
    }

    /// The versions in which a fact that is true or not is true.
    #[allow(dead_code, reason = "for what is made from the catalogue")]
    pub(crate) fn flag(&self, fact: Fact) -> Versions {
        self.fact(fact).map_or(Versions::NONE, Timeline::versions)
    }

    /// The history of a fact, to be added to.
    pub(crate) fn fact_mut(&mut self, fact: Fact) -> &mut Timeline<Value> {
        let at = match self.facts.binary_search_by_key(&fact, |(known, _)| *known) {
            Ok(at) => at,
            Err(at) => {
                self.facts.insert(at, (fact, Timeline::default()));
                at
            }
        };
        #[allow(clippy::indexing_slicing, reason = "found or put there above")]
        &mut self.facts[at].1
    }

    /// The field of that newest name.
    #[allow(dead_code, reason = "for what is made from the catalogue")]
    pub(crate) fn field(&self, wire: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.wire == wire)
    }

    /// The fields that a version has, in its order.
    #[allow(dead_code, reason = "for what is made from the catalogue")]
    pub(crate) fn fields_at(&self, version: Version) -> Vec<&Field> {
        let mut fields: Vec<_> = self
            .fields
            .iter()
            .filter(|field| field.node.versions.holds(version))
            .collect();
        if let Some(Value::List(order)) = self.fact_at(Fact::Order, version) {
            let place = |field: &&Field| {
                order
                    .iter()
                    .position(|name| name.text() == Some(field.wire_at(version)))
            };
            fields.sort_by_key(place);
        }
        fields
    }

    /// The nodes directly below.
    pub(crate) fn children(&self) -> impl Iterator<Item = &Self> {
        self.fields
            .iter()
            .map(|field| &field.node)
            .chain(self.items.as_deref())
            .chain(self.values.as_deref())
    }

    pub(crate) fn children_mut(&mut self) -> impl Iterator<Item = &mut Self> {
        self.fields
            .iter_mut()
            .map(|field| &mut field.node)
            .chain(self.items.as_deref_mut())
            .chain(self.values.as_deref_mut())
    }
}

/// What a value is in JSON, and the format that upstream gives: `integer int64`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kind {
    /// Several where upstream allows several.
    pub(crate) types: Vec<Type>,
    pub(crate) format: Option<String>,
}

impl Kind {
    pub(crate) fn of(one: Type) -> Self {
        Self {
            types: vec![one],
            format: None,
        }
    }

    pub(crate) fn is(&self, one: Type) -> bool {
        self.types == [one]
    }

    /// `integer int64`, `array|string`.
    pub(crate) fn words(&self) -> String {
        let types: Vec<_> = self.types.iter().map(|one| one.word()).collect();
        let types = types.join("|");
        match &self.format {
            Some(format) => format!("{types} {format}"),
            None => types,
        }
    }

    pub(crate) fn parse(words: &str) -> Option<Self> {
        let (types, format) = match words.split_once(' ') {
            Some((types, format)) => (types, Some(format.to_owned())),
            None => (words, None),
        };
        let types = types.split('|').map(Type::parse).collect::<Option<_>>()?;
        Some(Self { types, format })
    }
}

/// A type of JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Type {
    /// Upstream doesn't say.
    Any,
    Boolean,
    Integer,
    Number,
    String,
    Array,
    /// With fields, or with values for names that users choose, or, with
    /// neither, with whatever the engine puts there.
    Object,
    /// A definition inside itself: named, and not followed further.
    Again,
}

impl Type {
    const EACH: [(Self, &'static str); 8] = [
        (Self::Any, "any"),
        (Self::Boolean, "boolean"),
        (Self::Integer, "integer"),
        (Self::Number, "number"),
        (Self::String, "string"),
        (Self::Array, "array"),
        (Self::Object, "object"),
        (Self::Again, "again"),
    ];

    pub(crate) fn word(self) -> &'static str {
        Self::EACH
            .iter()
            .find(|(one, _)| *one == self)
            .map_or("", |(_, word)| word)
    }

    pub(crate) fn parse(word: &str) -> Option<Self> {
        Self::EACH
            .iter()
            .find(|(_, known)| *known == word)
            .map(|(one, _)| *one)
    }
}

/// What is known of a value beside its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fact {
    /// A parameter that must be given, a field that is always there.
    Required,
    /// Its name in the versions that spell it otherwise: `NanoCPUs`, `NanoCpus`.
    Wire,
    /// May be null.
    Nullable,
    /// Left out where it is empty.
    Omitempty,
    /// What the engine takes where it is not given.
    Default,
    /// The values it may have.
    Enum,
    Pattern,
    Minimum,
    Maximum,
    MinLength,
    MaxLength,
    MinItems,
    MaxItems,
    /// How a list is put into the query.
    CollectionFormat,
    /// The names of the fields in their order, in the versions that have another
    /// than the merged one. Names that a version doesn't have don't count there.
    Order,
}

impl Fact {
    pub(crate) const EACH: [(Self, &'static str); 15] = [
        (Self::Required, "required"),
        (Self::Wire, "wire"),
        (Self::Nullable, "nullable"),
        (Self::Omitempty, "omitempty"),
        (Self::Default, "default"),
        (Self::Enum, "enum"),
        (Self::Pattern, "pattern"),
        (Self::Minimum, "minimum"),
        (Self::Maximum, "maximum"),
        (Self::MinLength, "minLength"),
        (Self::MaxLength, "maxLength"),
        (Self::MinItems, "minItems"),
        (Self::MaxItems, "maxItems"),
        (Self::CollectionFormat, "collectionFormat"),
        (Self::Order, "order"),
    ];

    pub(crate) fn word(self) -> &'static str {
        Self::EACH
            .iter()
            .find(|(fact, _)| *fact == self)
            .map_or("", |(_, word)| word)
    }

    /// Facts that are true or not, and are only kept where they are true.
    pub(crate) fn is_flag(self) -> bool {
        matches!(self, Self::Required | Self::Nullable | Self::Omitempty)
    }

    /// Facts about the place that a value has, and not about its shape.
    pub(crate) fn of_place(self) -> bool {
        self.is_flag() || matches!(self, Self::Default | Self::Wire)
    }
}
