//! Rows of the table of endpoints.

use super::item::Item;
use super::uses::Uses;
use super::{literal, shape};
use crate::generate::model::{Api, Endpoint, Reply};
use crate::generate::name::camel;
use crate::generate::tree::Place;

/// The row of an endpoint.
pub(super) fn row(api: &Api, endpoint: &Endpoint, uses: &Uses) -> String {
    let mut args = String::new();
    for arg in &endpoint.args {
        let place = match arg.place {
            Place::Path if has_slashes(endpoint, &arg.field.name) => "path_name",
            Place::Path => "path",
            Place::Query => "query",
            Place::Header => "header",
            Place::Body => "body",
            Place::WholeBody => "whole_body",
        };
        let required = if arg.field.required && arg.place != Place::Path {
            ".required()"
        } else {
            ""
        };
        args.push_str(&format!(
            "        Arg::{place}(\n            {},\n            {},\n        ){required},\n",
            shape::field(api, &arg.field, uses),
            literal(&arg.field.doc),
        ));
    }
    let headers: String = endpoint
        .headers
        .iter()
        .map(|it| format!("        {},\n", shape::field(api, it, uses)))
        .collect();
    let errors: Vec<_> = endpoint
        .errors
        .iter()
        .map(|(status, reason)| format!("({status}, {})", literal(reason)))
        .collect();
    let span = match endpoint.span.since {
        None => "Span::ALWAYS".to_owned(),
        Some(minor) => format!("Span::since({minor})"),
    };
    let upload = endpoint
        .upload
        .as_ref()
        .map_or("None", |_| "Some(\"application/x-tar\")");
    format!(
        "pub(crate) static {ident}: Info = Info {{\n    id: {id},\n    legacy: {legacy},\n    \
         method: Method::{method},\n    path: {path},\n    span: {span},\n    args: &[\n{args}    ],\n    \
         reply: {reply},\n    headers: &[\n{headers}    ],\n    errors: &[{errors}],\n    \
         upload: {upload},\n    lasts: {lasts},\n    doc: {doc},\n}};\n",
        ident = Item::Row(endpoint).ident(),
        id = literal(&endpoint.id),
        legacy = literal(&endpoint.legacy),
        method = camel(&endpoint.method.to_lowercase()),
        path = literal(&endpoint.path),
        reply = reply(api, endpoint, uses),
        errors = errors.join(", "),
        lasts = endpoint.lasts,
        doc = literal(&endpoint.doc),
    )
}

/// Names of images and plugins have slashes in them.
fn has_slashes(endpoint: &Endpoint, name: &str) -> bool {
    name == "name" && matches!(endpoint.noun.as_str(), "image" | "plugin")
}

fn reply(api: &Api, endpoint: &Endpoint, uses: &Uses) -> String {
    match &endpoint.reply {
        Reply::Nothing => "Reply::Nothing".to_owned(),
        Reply::Text => "Reply::Text".to_owned(),
        Reply::Bytes => "Reply::Bytes".to_owned(),
        Reply::Frames => "Reply::Frames".to_owned(),
        Reply::Duplex => "Reply::Duplex".to_owned(),
        Reply::Http2 => "Reply::Http2".to_owned(),
        Reply::WebSocket => "Reply::WebSocket".to_owned(),
        Reply::Json(value) => format!("Reply::Json({})", shape::schema(api, value, uses)),
        Reply::Lines(value) => format!("Reply::Lines({})", shape::schema(api, value, uses)),
        Reply::Header(name, value) => format!(
            "Reply::Header({}, {})",
            literal(name),
            shape::schema(api, value, uses)
        ),
    }
}
