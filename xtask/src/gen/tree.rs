//! The catalogue as the emitters need it: each operation with the newest shape
//! of everything, and the span of versions that has it.
//!
//! A span is told relative to what is around it. So a correction that moves
//! an object moves what is inside along.

use crate::catalogue::model::{self, Catalogue, Fact, Node, Type};
use crate::catalogue::value::Value;
use crate::catalogue::versions::{Version, Versions};

/// The oldest version of the catalogue, which is written as "always".
pub(crate) const OLDEST: u8 = 25;

/// The versions of something within those of the thing around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, PartialOrd, Ord)]
pub(crate) struct Span {
    pub(crate) since: Option<u8>,
    pub(crate) until: Option<u8>,
    /// No version has it: it is described all the same.
    pub(crate) never: bool,
}

impl Span {
    pub(crate) const ALWAYS: Self = Self {
        since: None,
        until: None,
        never: false,
    };
    pub(crate) const NEVER: Self = Self {
        since: None,
        until: None,
        never: true,
    };

    /// From the first to the last of them, where there are gaps.
    fn of(versions: Versions, within: Versions) -> Self {
        let ranges = versions.ranges(within);
        Self {
            since: ranges.first().and_then(|it| it.since).map(Version::minor),
            until: ranges.last().and_then(|it| it.until).map(Version::minor),
            never: false,
        }
    }
}

/// An operation.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    /// `GET /containers/json`
    pub(crate) key: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) span: Span,
    pub(crate) args: Vec<Arg>,
    /// Bytes that go along, under upstream's name.
    pub(crate) upload: Option<Field>,
    pub(crate) reply: Answer,
    pub(crate) headers: Vec<Field>,
    /// What error statuses mean here.
    pub(crate) errors: Vec<(u16, String)>,
}

/// An argument: a parameter, or a field of the JSON body.
#[derive(Debug, Clone)]
pub(crate) struct Arg {
    pub(crate) place: Place,
    pub(crate) field: Field,
    /// Upstream's name for the body that it is a field of.
    pub(crate) shape: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
    Header,
    /// A field of the JSON body.
    Body,
    /// The JSON body itself.
    WholeBody,
}

/// What comes back.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    Nothing,
    Text,
    Bytes,
    Frames,
    Duplex,
    Http2,
    WebSocket,
    Json(Tree),
    Lines(Tree),
    /// JSON in base64 in the header of that name.
    Header(String, Tree),
}

impl Answer {
    pub(crate) fn tree_mut(&mut self) -> Option<&mut Tree> {
        match self {
            Self::Json(tree) | Self::Lines(tree) | Self::Header(_, tree) => Some(tree),
            _ => None,
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) wire: String,
    pub(crate) span: Span,
    /// The versions at which R shows it.
    pub(crate) shown: Span,
    pub(crate) required: bool,
    pub(crate) tree: Tree,
}

/// A value: its newest shape.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    pub(crate) kind: Kind,
    /// Upstream's name for the shape.
    pub(crate) name: Option<String>,
    /// It may be null or left out.
    pub(crate) nullable: bool,
}

#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Any,
    Bool,
    Int(Width),
    Float,
    Text,
    /// Seconds since 1970, or a time as text.
    Time,
    /// One of these words.
    Words(Vec<String>),
    /// A number, or one of these words.
    IntOr(Vec<String>),
    List(Box<Tree>),
    Map(Box<Tree>),
    Object(Vec<Field>),
    /// JSON as text.
    Json(Box<Tree>),
    Filters,
}

/// How wide a whole number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Width {
    I64,
    U64,
    U32,
    U16,
    U8,
}

impl From<Kind> for Tree {
    fn from(kind: Kind) -> Self {
        Self {
            kind,
            name: None,
            nullable: false,
        }
    }
}

impl Tree {
    /// The fields of this object, through lists and maps.
    pub(crate) fn fields_mut(&mut self) -> Option<&mut Vec<Field>> {
        match &mut self.kind {
            Kind::Object(fields) => Some(fields),
            Kind::List(of) | Kind::Map(of) | Kind::Json(of) => of.fields_mut(),
            _ => None,
        }
    }

    pub(crate) fn fields(&self) -> Option<&[Field]> {
        match &self.kind {
            Kind::Object(fields) => Some(fields),
            Kind::List(of) | Kind::Map(of) | Kind::Json(of) => of.fields(),
            _ => None,
        }
    }

    /// This tree and all below.
    pub(crate) fn each_mut(&mut self, visit: &mut impl FnMut(&mut Self)) {
        visit(self);
        match &mut self.kind {
            Kind::Object(fields) => fields.iter_mut().for_each(|it| it.tree.each_mut(visit)),
            Kind::List(of) | Kind::Map(of) | Kind::Json(of) => of.each_mut(visit),
            _ => {}
        }
    }

    /// An object that earlier versions had without a word about its fields:
    /// they are told as if they had always been there.
    pub(crate) fn rebase(&mut self) {
        let Some(fields) = self.fields_mut() else {
            return;
        };
        let Some(first) = fields.iter().map(|it| it.span.since).min().flatten() else {
            return;
        };
        for field in fields.iter_mut().filter(|it| it.span.since == Some(first)) {
            field.span.since = None;
            field.shown.since = None;
        }
    }
}

/// The operations of an expanded catalogue.
pub(crate) fn operations(catalogue: &Catalogue) -> Vec<Operation> {
    catalogue
        .operations
        .iter()
        .map(|it| operation(it, catalogue.versions))
        .collect()
}

fn operation(it: &model::Operation, all: Versions) -> Operation {
    let mut args = Vec::new();
    let mut upload = None;
    for param in &it.params {
        let field = field_of(&param.wire, &param.node, it.versions);
        let place = match param.place {
            model::Place::Path => Place::Path,
            model::Place::Query => Place::Query,
            model::Place::Header => Place::Header,
            model::Place::Body => Place::WholeBody,
        };
        match field.tree.kind {
            Kind::Object(fields) if place == Place::WholeBody => {
                args.extend(fields.into_iter().map(|field| Arg {
                    place: Place::Body,
                    field,
                    shape: param.node.name.clone(),
                }));
            }
            Kind::Text if place == Place::WholeBody => upload = Some(field),
            _ => args.push(Arg {
                place,
                field,
                shape: None,
            }),
        }
    }
    for arg in &mut args {
        if arg.place == Place::Path {
            arg.field.required = true;
        }
        if arg.place == Place::Query && arg.field.wire == "filters" {
            arg.field.tree = Kind::Filters.into();
        }
    }
    // What names the thing comes first.
    args.sort_by_key(|arg| arg.place != Place::Path);
    let good = it
        .replies
        .iter()
        .filter(|reply| (200..300).contains(&reply.status))
        .max_by_key(|reply| (reply.body.is_some(), u16::MAX - reply.status));
    let errors = it
        .replies
        .iter()
        .filter(|reply| reply.status >= 400)
        .filter_map(|reply| Some((reply.status, reply.reason.newest()?.clone())))
        .collect();
    let is_plain = it
        .produces
        .newest()
        .is_some_and(|types| types.iter().any(|one| one == "text/plain") && types.len() == 1);
    Operation {
        key: format!("{} {}", it.method, it.path),
        method: it.method.clone(),
        path: it.path.clone(),
        span: Span::of(it.versions, all),
        args,
        upload,
        reply: match good.and_then(|reply| reply.body.as_ref()) {
            None => Answer::Nothing,
            Some(node) if is_binary(node) => Answer::Bytes,
            Some(_) if is_plain => Answer::Text,
            Some(node) => Answer::Json(tree_of(node)),
        },
        headers: good.map_or_else(Vec::new, |reply| {
            let header = |it: &model::Field| field_of(&it.wire, &it.node, reply.versions);
            reply.headers.iter().map(header).collect()
        }),
        errors,
    }
}

fn is_binary(node: &Node) -> bool {
    node.kind
        .newest()
        .is_some_and(|kind| kind.format.as_deref() == Some("binary"))
}

fn field_of(wire: &str, node: &Node, around: Versions) -> Field {
    let span = Span::of(node.versions, around);
    let newest = node.versions.last();
    Field {
        wire: wire.to_owned(),
        span,
        shown: span,
        required: newest.is_some_and(|it| node.flag(Fact::Required).holds(it)),
        tree: tree_of(node),
    }
}

/// The newest shape of a value.
pub(crate) fn tree_of(node: &Node) -> Tree {
    let newest = node.versions.last();
    let holds = |fact| newest.is_some_and(|it| node.flag(fact).holds(it));
    Tree {
        kind: kind_of(node),
        name: node.name.clone(),
        nullable: holds(Fact::Nullable) || holds(Fact::Omitempty),
    }
}

fn kind_of(node: &Node) -> Kind {
    let Some(kind) = node.kind.newest() else {
        return Kind::Any;
    };
    if kind.types.contains(&Type::Array) {
        let items = node.items.as_deref();
        return Kind::List(Box::new(items.map_or(Kind::Any.into(), tree_of)));
    }
    match kind.types.first() {
        Some(Type::Boolean) => Kind::Bool,
        Some(Type::Integer) => Kind::Int(match kind.format.as_deref() {
            Some("uint64") => Width::U64,
            Some("uint32") => Width::U32,
            Some("uint16") => Width::U16,
            Some("uint8") => Width::U8,
            _ => Width::I64,
        }),
        Some(Type::Number) => Kind::Float,
        Some(Type::String) => match words_of(node) {
            words if words.is_empty() => Kind::Text,
            words => Kind::Words(words),
        },
        Some(Type::Object) => object_of(node),
        _ => Kind::Any,
    }
}

fn words_of(node: &Node) -> Vec<String> {
    let newest = node.fact(Fact::Enum).and_then(|it| it.newest());
    match newest {
        Some(Value::List(words)) => words
            .iter()
            .filter_map(Value::text)
            .map(str::to_owned)
            .collect(),
        _ => Vec::new(),
    }
}

fn object_of(node: &Node) -> Kind {
    let Some(newest) = node.versions.last() else {
        return Kind::Any;
    };
    let named = node.fields.iter().any(|it| it.node.versions.holds(newest));
    match &node.values {
        Some(values) if !named => return Kind::Map(Box::new(tree_of(values))),
        None if node.fields.is_empty() => return Kind::Map(Box::new(Kind::Any.into())),
        _ => {}
    }
    // Where it once had another form, its fields are as old as this one.
    let mut base = node
        .kind
        .iter()
        .filter(|(_, kind)| kind.is(Type::Object))
        .fold(Versions::NONE, |all, (versions, _)| all | versions);
    if let Some(values) = &node.values {
        base = base.without(values.versions);
    }
    let fields = in_order(node, newest);
    Kind::Object(
        fields
            .into_iter()
            .map(|it| field_of(&it.wire, &it.node, base))
            .collect(),
    )
}

/// The last version that stevedore 0.9.6 speaks: R shows fields in its order.
const LEGACY: u8 = 39;

/// All fields that ever were: in the order of the last version that 0.9.6
/// speaks, the others behind what they come after in the newest or, where that
/// lacks them, in the merged description.
fn in_order(node: &Node, newest: Version) -> Vec<&model::Field> {
    let legacy = Version::new(LEGACY);
    let mut fields = legacy.map_or_else(|_| Vec::new(), |it| node.fields_at(it));
    let now = node.fields_at(newest);
    let all: Vec<_> = node.fields.iter().collect();
    for order in [now, all] {
        let mut after = 0;
        for field in order {
            let known = fields.iter().position(|known| known.wire == field.wire);
            let at = known.unwrap_or(after);
            if known.is_none() {
                fields.insert(at, field);
            }
            after = at + 1;
        }
    }
    fields
}
