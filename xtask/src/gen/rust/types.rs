//! Types of parts of requests, of replies, and of words.

use super::request::told;
use super::uses::Uses;
use super::{doc_comment, kind, literal};
use crate::generate::model::{Field, Type, Words};
use crate::generate::name::camel;

/// A part of requests, which may come back too.
pub(super) fn object(it: &Type, uses: &Uses) -> String {
    let reply = if it.in_reply { ", reply" } else { "" };
    let mut text = format!("object! {{\n{}", doc_comment(&it.doc, "    "));
    text.push_str(&format!("    {}{reply} {{\n", it.path.name));
    for field in &it.fields {
        let name = if field.rust == field.name {
            String::new()
        } else {
            format!(" as {}", literal(&field.name))
        };
        text.push_str(&doc_comment(&told(field), "        "));
        text.push_str(&format!(
            "        {}: {} = {}{name},\n",
            field.rust,
            kind(&field.value, uses),
            literal(&field.wire)
        ));
    }
    text + "    }\n}\n"
}

/// A reply, or a part of one.
pub(super) fn reply(it: &Type, uses: &Uses) -> String {
    let mut text = format!("reply! {{\n{}", doc_comment(&it.doc, "    "));
    text.push_str(&format!("    {} {{\n", it.path.name));
    for field in &it.fields {
        text.push_str(&doc_comment(&told(field), "        "));
        text.push_str(&format!(
            "        {}: {} = {},\n",
            field.rust,
            plain_or_option(field, uses),
            wires(field)
        ));
    }
    text + "    }\n}\n"
}

fn plain_or_option(field: &Field, uses: &Uses) -> String {
    let kind = kind(&field.value, uses);
    if field.optional {
        format!("({kind})")
    } else {
        kind
    }
}

fn wires(field: &Field) -> String {
    let mut wires = vec![literal(&field.wire)];
    wires.extend(field.also.iter().map(|it| literal(it)));
    wires.join(" | ")
}

/// An open enumeration.
pub(super) fn words(it: &Words) -> String {
    let mut text = format!("words! {{\n{}", doc_comment(&it.doc, "    "));
    text.push_str(&format!("    {} {{\n", it.path.name));
    for word in it.list.iter().filter(|it| !it.is_empty()) {
        text.push_str(&format!("        {} = {},\n", variant(word), literal(word)));
    }
    text + "    }\n}\n"
}

fn variant(word: &str) -> String {
    let name = camel(word);
    if name.starts_with(|it: char| it.is_ascii_digit()) {
        format!("V{name}")
    } else {
        name
    }
}
