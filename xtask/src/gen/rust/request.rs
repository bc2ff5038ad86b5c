//! Request types.

use super::item::Item;
use super::uses::Uses;
use super::{doc_comment, kind, literal};
use crate::generate::model::{Arg, Endpoint, Field, Reply, Value};
use crate::generate::tree::{Place, Span};

/// The request type of an endpoint.
pub(super) fn request(endpoint: &Endpoint, uses: &Uses) -> String {
    let mut text = String::from("request! {\n");
    text.push_str(&doc_comment(&endpoint.doc, "    "));
    text.push_str("    ///\n");
    let since = endpoint
        .span
        .since
        .map_or(String::new(), |it| format!(", since API 1.{it}"));
    text.push_str(&format!("    /// `{}`{since}.\n", endpoint.key));
    if let Some(upload) = &endpoint.upload {
        text.push_str("    ///\n");
        text.push_str(&doc_comment(&format!("The upload: {}", upload.doc), "    "));
    }
    text.push_str(&format!(
        "    {}({}) -> {};\n",
        endpoint.rust,
        Item::Row(endpoint).ident(),
        reply(&endpoint.reply, uses)
    ));
    let is_needed = |arg: &Arg| arg.field.required && arg.place != Place::Path;
    for section in ["new", "set", "own"] {
        let belongs = |arg: &&Arg| match section {
            "new" => is_needed(arg),
            "own" => !is_needed(arg) && arg.own_setter,
            _ => !is_needed(arg) && !arg.own_setter,
        };
        let args: Vec<_> = endpoint.args.iter().filter(belongs).collect();
        if args.is_empty() {
            continue;
        }
        text.push_str(&format!("    {section} {{\n"));
        for arg in args {
            text.push_str(&doc_comment(&told(&arg.field), "        "));
            let name = if arg.field.rust == arg.field.name {
                String::new()
            } else {
                format!(" = {}", literal(&arg.field.name))
            };
            text.push_str(&format!(
                "        {}: {}{name},\n",
                arg.field.rust,
                kind(&arg.field.value, uses)
            ));
        }
        text.push_str("    }\n");
    }
    text.push_str("}\n");
    let filters = |it: &Arg| it.field.value == Value::Filters;
    if endpoint.args.iter().any(filters) {
        text.push_str(&format!("\nfilter!({});\n", endpoint.rust));
    }
    text
}

/// A field's description, with its versions.
pub(super) fn told(field: &Field) -> String {
    match field.span {
        Span {
            since: Some(since),
            until: Some(until),
            ..
        } => {
            format!("{} API 1.{since} to 1.{until}.", field.doc)
        }
        Span {
            since: Some(since), ..
        } => format!("{} API 1.{since}.", field.doc),
        Span {
            until: Some(until), ..
        } => format!("{} Up to API 1.{until}.", field.doc),
        _ => field.doc.clone(),
    }
}

fn reply(reply: &Reply, uses: &Uses) -> String {
    match reply {
        Reply::Nothing => "Nothing".to_owned(),
        Reply::Text => "Text".to_owned(),
        Reply::Bytes => "Bytes".to_owned(),
        Reply::Frames => "Frames".to_owned(),
        Reply::Duplex | Reply::Http2 => "Duplex".to_owned(),
        Reply::WebSocket => "WebSocket".to_owned(),
        Reply::Json(value) => format!("Json<{}>", rust(value, uses)),
        Reply::Lines(value) => format!("Lines<{}>", rust(value, uses)),
        Reply::Header(_, value) => format!("Header<{}>", rust(value, uses)),
    }
}

/// The Rust type of a value.
fn rust(value: &Value, uses: &Uses) -> String {
    match value {
        Value::List(of) => format!("Vec<{}>", rust(of, uses)),
        Value::Map(of) => format!("std::collections::BTreeMap<String, {}>", rust(of, uses)),
        Value::Any => "serde_json::Value".to_owned(),
        value => kind(value, uses),
    }
}
