//! What an endpoint is: a row of the table, and a request type tied to it.

use std::marker::PhantomData;

use crate::{Args, Field, Schema, Span};

/// A request type: a struct with the arguments of one endpoint.
///
/// The struct is for Rust users; [`Endpoint::args`] lowers it to the same
/// [`Args`] that an R list becomes, so there is one check and one sender.
pub trait Endpoint {
    /// What the endpoint answers with; it picks the decoder.
    type Reply;
    /// The endpoint's row of the table.
    const INFO: &'static Info;

    /// The arguments that were set.
    fn args(&self) -> Args;
}

/// One endpoint of the Engine API.
#[derive(Debug)]
pub struct Info {
    /// Our name, `noun_verb`: `container_logs`.
    pub id: &'static str,
    /// The name that R conditions carry, kept from version 0.9.6 of the R package.
    pub legacy: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path below the version, with `{name}` for each path argument.
    pub path: &'static str,
    /// The versions that have it.
    pub span: Span,
    /// Its arguments, in the API's order.
    pub args: &'static [Arg],
    /// What it answers with.
    pub reply: Reply,
    /// Headers of the answer that say something.
    pub headers: &'static [Field],
    /// What a status means here, in words: `(404, "no_such_container")`.
    pub errors: &'static [(u16, &'static str)],
    /// The content type of the bytes that go with the request, where some do.
    pub upload: Option<&'static str>,
    /// Whether it answers when something happens that no engine hastens, such as the
    /// end of a container: no limit to a request's time is for it.
    pub lasts: bool,
    /// One line on what it does.
    pub doc: &'static str,
}

impl Info {
    /// The argument called `name`.
    pub fn arg(&self, name: &str) -> Option<&'static Arg> {
        self.args.iter().find(|arg| arg.field.name == name)
    }

    /// The word for `status` at this endpoint, such as `no_such_container`.
    pub fn error(&self, status: u16) -> Option<&'static str> {
        self.errors
            .iter()
            .find(|(known, _)| *known == status)
            .map(|(_, word)| *word)
    }
}

/// An HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Method {
    /// GET
    Get,
    /// HEAD
    Head,
    /// POST
    Post,
    /// PUT
    Put,
    /// DELETE
    Delete,
}

impl Method {
    /// As it stands on the request line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }

    /// Whether a request may be sent again when it is not known whether it arrived.
    pub const fn is_safe(self) -> bool {
        matches!(self, Self::Get | Self::Head)
    }
}

/// Where in the request an argument goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// A single segment of the path.
    Path,
    /// Several segments of the path: a name that may hold slashes, like an image's.
    PathName,
    /// The query.
    Query,
    /// A header.
    Header,
    /// A field of the JSON body.
    Body,
    /// The JSON body itself.
    WholeBody,
}

/// An argument of an endpoint.
#[derive(Debug, Clone, Copy)]
pub struct Arg {
    /// Its names, shape and versions.
    pub field: Field,
    /// Where it goes.
    pub place: Place,
    /// Whether a call without it makes no sense.
    pub required: bool,
    /// What it does, in one line.
    pub doc: &'static str,
}

impl Arg {
    const fn new(place: Place, field: Field, doc: &'static str) -> Self {
        Self {
            field,
            place,
            required: false,
            doc,
        }
    }

    /// A path argument of one segment; always required.
    pub const fn path(field: Field, doc: &'static str) -> Self {
        Self::new(Place::Path, field, doc).required()
    }

    /// A path argument that may hold slashes; always required.
    pub const fn path_name(field: Field, doc: &'static str) -> Self {
        Self::new(Place::PathName, field, doc).required()
    }

    /// A query argument.
    pub const fn query(field: Field, doc: &'static str) -> Self {
        Self::new(Place::Query, field, doc)
    }

    /// A header.
    pub const fn header(field: Field, doc: &'static str) -> Self {
        Self::new(Place::Header, field, doc)
    }

    /// A field of the JSON body.
    pub const fn body(field: Field, doc: &'static str) -> Self {
        Self::new(Place::Body, field, doc)
    }

    /// The JSON body itself.
    pub const fn whole_body(field: Field, doc: &'static str) -> Self {
        Self::new(Place::WholeBody, field, doc)
    }

    /// The same, required.
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }
}

/// What an endpoint answers with.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Reply {
    /// A JSON value of this shape.
    Json(Schema),
    /// Nothing but the status.
    Nothing,
    /// Short text.
    Text,
    /// Bytes of any length.
    Bytes,
    /// JSON values, one after the other, each of this shape.
    Lines(Schema),
    /// Output of a container: framed, or raw where it has a terminal.
    Frames,
    /// A connection taken over in both directions, with framed or raw output.
    Duplex,
    /// A connection taken over for HTTP/2, in which the engine asks this side.
    Http2,
    /// A websocket.
    WebSocket,
    /// JSON of this shape in base64, in the header of this name.
    Header(&'static str, Schema),
}

/// Reply marker: a JSON value that becomes a `T`.
#[derive(Debug)]
pub struct Json<T>(PhantomData<fn() -> T>);

/// Reply marker: nothing but the status.
#[derive(Debug)]
pub struct Nothing(());

/// Reply marker: a stream of JSON values, each a `T`.
#[derive(Debug)]
pub struct Lines<T>(PhantomData<fn() -> T>);

/// Reply marker: output of a container.
#[derive(Debug)]
pub struct Frames(());

/// Reply marker: a connection taken over in both directions.
#[derive(Debug)]
pub struct Duplex(());

/// Reply marker: bytes of any length.
#[derive(Debug)]
pub struct Bytes(());

/// Reply marker: a websocket.
#[derive(Debug)]
pub struct WebSocket(());

/// Reply marker: JSON in a header that becomes a `T`.
#[derive(Debug)]
pub struct Header<T>(PhantomData<fn() -> T>);

/// Reply marker: short text.
#[derive(Debug)]
pub struct Text(());
