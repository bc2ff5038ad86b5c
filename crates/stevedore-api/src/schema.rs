//! The shapes of arguments and replies.

use crate::ApiVersion;

/// What a value looks like: of an argument, a field, or a whole reply.
///
/// Schemas are static data; nothing is parsed when a program starts.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Schema {
    /// Whatever JSON holds.
    Any,
    /// True or false.
    Bool,
    /// A whole number of up to 64 bits.
    Int,
    /// Any number.
    Float,
    /// Text.
    Text,
    /// A point in time: RFC 3339 text, or seconds since 1970 where the engine says so.
    Time,
    /// One of these words; newer engines may know more.
    Word(&'static [&'static str]),
    /// A whole number or one of these words.
    IntOr(&'static [&'static str]),
    /// Text, or a list of texts that is joined or kept as the engine does.
    List(&'static Schema),
    /// Names chosen by the user, each with a value of this shape.
    Map(&'static Schema),
    /// Names fixed by the API.
    Object(&'static Object),
    /// Filters: names, each with one or several texts.
    Filters,
    /// A value of this shape, sent as JSON in a text.
    Json(&'static Schema),
}

/// An object with named fields.
#[derive(Debug)]
pub struct Object {
    /// Our name for it, for messages: `host_config`.
    pub name: &'static str,
    /// Its fields, in the API's order.
    pub fields: &'static [Field],
    /// Whether fields that are not listed are let through unchanged.
    pub open: bool,
}

impl Object {
    /// The field called `name`, in our spelling or the wire's.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields
            .iter()
            .find(|field| field.name == name || field.wire == name)
    }

    /// The fields that a type-stable reply has at `version`, in order.
    pub fn fields_at(&self, version: ApiVersion) -> impl Iterator<Item = &'static Field> {
        self.fields
            .iter()
            .filter(move |field| field.shown.holds(version))
    }
}

/// A field of an [`Object`].
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Our name: `image_id`.
    pub name: &'static str,
    /// The name in JSON: `ImageID`.
    pub wire: &'static str,
    /// An older name in JSON, and the last version of it.
    pub old: Option<(ApiVersion, &'static str)>,
    /// Its shape.
    pub schema: Schema,
    /// The versions that have it.
    pub span: Span,
    /// The versions at which a type-stable reply has it: those of its
    /// description, where older faces went by that.
    pub shown: Span,
}

impl Field {
    /// A field that every version has.
    pub const fn new(name: &'static str, wire: &'static str, schema: Schema) -> Self {
        Self {
            name,
            wire,
            old: None,
            schema,
            span: Span::ALWAYS,
            shown: Span::ALWAYS,
        }
    }

    /// The first minor version of 1.x that has it.
    pub const fn since(mut self, minor: u16) -> Self {
        self.span.since = ApiVersion::new(1, minor);
        self.shown.since = self.span.since;
        self
    }

    /// The last minor version of 1.x that has it.
    pub const fn until(mut self, minor: u16) -> Self {
        self.span.until = Some(ApiVersion::new(1, minor));
        self.shown.until = self.span.until;
        self
    }

    /// No version has it; it is only shown.
    pub const fn never(mut self) -> Self {
        self.span = Span::NEVER;
        self
    }

    /// It is there, and never shown.
    pub const fn hidden(mut self) -> Self {
        self.shown = Span::NEVER;
        self
    }

    /// The minor versions of 1.x at which it is shown.
    pub const fn shown(mut self, since: u16, until: Option<u16>) -> Self {
        self.shown.since = ApiVersion::new(1, since);
        self.shown.until = match until {
            Some(minor) => Some(ApiVersion::new(1, minor)),
            None => None,
        };
        self
    }

    /// Its name in JSON up to a minor version of 1.x.
    pub const fn old(mut self, minor: u16, wire: &'static str) -> Self {
        self.old = Some((ApiVersion::new(1, minor), wire));
        self
    }

    /// Its name in JSON at `version`.
    pub fn wire_at(&self, version: ApiVersion) -> &'static str {
        match self.old {
            Some((until, wire)) if version <= until => wire,
            _ => self.wire,
        }
    }
}

/// Fields of the usual shapes, for the tables.
macro_rules! fields {
    ($($about:literal $name:ident = $schema:expr;)*) => {
        $(
            #[doc = $about]
            pub(crate) const fn $name(name: &'static str, wire: &'static str) -> Field {
                Field::new(name, wire, $schema)
            }
        )*
    };
}

fields! {
    "Text." text = Schema::Text;
    "True or false." flag = Schema::Bool;
    "A whole number." int = Schema::Int;
    "Several texts." texts = Schema::List(&Schema::Text);
    "Texts, each with a name that is the user's own." labels = Schema::Map(&Schema::Text);
}

/// An object.
pub(crate) const fn object(name: &'static str, wire: &'static str, of: &'static Object) -> Field {
    Field::new(name, wire, Schema::Object(of))
}

/// A range of versions, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first version.
    pub since: ApiVersion,
    /// The last version, where there is one.
    pub until: Option<ApiVersion>,
}

impl Span {
    /// Every version this library speaks.
    pub const ALWAYS: Self = Self {
        since: ApiVersion::OLDEST,
        until: None,
    };

    /// No version at all.
    pub const NEVER: Self = Self {
        since: ApiVersion::new(u16::MAX, 0),
        until: None,
    };

    /// From a minor version of 1.x on.
    pub const fn since(minor: u16) -> Self {
        Self {
            since: ApiVersion::new(1, minor),
            until: None,
        }
    }

    /// Whether `version` lies within.
    pub fn holds(self, version: ApiVersion) -> bool {
        version >= self.since && self.until.is_none_or(|until| version <= until)
    }
}
