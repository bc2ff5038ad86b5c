//! The API as the emitters see it: names, shapes, types and descriptions, all
//! decided.

use anyhow::{Context as _, Result};

use super::tree::{Place, Span, Width};

/// The API as the emitters see it.
#[derive(Default)]
pub(crate) struct Api {
    pub(crate) endpoints: Vec<Endpoint>,
    pub(crate) objects: Vec<Object>,
    pub(crate) types: Vec<Type>,
    pub(crate) words: Vec<Words>,
    /// What the descriptions lack or repeat.
    pub(crate) complaints: Vec<String>,
}

impl Api {
    pub(crate) fn nouns(&self) -> Vec<&str> {
        let mut nouns: Vec<&str> = Vec::new();
        let all = self.endpoints.iter().map(|it| it.noun.as_str());
        for noun in all.chain(self.types.iter().map(|it| it.path.noun.as_str())) {
            if !nouns.contains(&noun) {
                nouns.push(noun);
            }
        }
        nouns
    }
}

pub(crate) struct Endpoint {
    /// `GET /containers/json`
    pub(crate) key: String,
    pub(crate) id: String,
    pub(crate) legacy: String,
    pub(crate) noun: String,
    /// The request type.
    pub(crate) rust: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) span: Span,
    pub(crate) args: Vec<Arg>,
    pub(crate) upload: Option<Upload>,
    /// It answers when something happens that no engine hastens.
    pub(crate) lasts: bool,
    pub(crate) reply: Reply,
    pub(crate) headers: Vec<Field>,
    pub(crate) errors: Vec<(u16, String)>,
    pub(crate) doc: String,
}

pub(crate) struct Upload {
    pub(crate) name: String,
    pub(crate) doc: String,
}

pub(crate) struct Arg {
    pub(crate) place: Place,
    pub(crate) field: Field,
    /// Its setter is written by hand.
    pub(crate) own_setter: bool,
}

pub(crate) enum Reply {
    Nothing,
    Text,
    Bytes,
    Frames,
    Duplex,
    Http2,
    WebSocket,
    Json(Value),
    Lines(Value),
    Header(String, Value),
}

#[derive(Clone)]
pub(crate) struct Field {
    /// Our name, in tables and in R.
    pub(crate) name: String,
    pub(crate) wire: String,
    /// An older name on the wire, and the last version of it.
    pub(crate) old: Option<(String, u8)>,
    /// Other names on the wire, in other places of a Rust type.
    pub(crate) also: Vec<String>,
    /// The name in Rust.
    pub(crate) rust: String,
    pub(crate) span: Span,
    pub(crate) shown: Span,
    pub(crate) required: bool,
    /// An `Option` in replies.
    pub(crate) optional: bool,
    pub(crate) value: Value,
    pub(crate) doc: String,
}

#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Value {
    Any,
    Bool,
    Int(Width),
    Float,
    Text,
    /// A point in time, as an argument.
    Time,
    /// A point in time or a length of it, with its shape in the table.
    Moment(Box<Value>),
    Length(Box<Value>),
    IntOr(Vec<String>),
    Words(TypePath),
    List(Box<Value>),
    Map(Box<Value>),
    /// May be null.
    Maybe(Box<Value>),
    /// A static object, and its Rust type.
    Object(usize, TypePath),
    Json(Box<Value>),
    Filters,
}

/// Where a Rust type lives: `container::HostConfig`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub(crate) struct TypePath {
    pub(crate) noun: String,
    pub(crate) name: String,
}

impl TypePath {
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let (noun, name) = text
            .split_once("::")
            .with_context(|| format!("`{text}` is not noun::Name"))?;
        Ok(Self {
            noun: noun.to_owned(),
            name: name.to_owned(),
        })
    }
}

/// A static object of the table.
pub(crate) struct Object {
    pub(crate) noun: String,
    pub(crate) ident: String,
    pub(crate) name: String,
    pub(crate) fields: Vec<Field>,
}

/// A Rust struct: all fields that any place of it has.
pub(crate) struct Type {
    pub(crate) path: TypePath,
    pub(crate) doc: String,
    pub(crate) fields: Vec<Field>,
    pub(crate) in_request: bool,
    pub(crate) in_reply: bool,
    pub(crate) by_hand: bool,
}

/// An open enumeration of words.
pub(crate) struct Words {
    pub(crate) path: TypePath,
    pub(crate) doc: String,
    pub(crate) list: Vec<String>,
}
