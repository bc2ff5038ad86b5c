//! What a generated file uses of others, and what it calls that.

use std::collections::{BTreeMap, BTreeSet};

use super::item::Item;
use super::{table, tail};
use crate::generate::model::{Api, Endpoint, Field, Reply, TypePath, Value};
use crate::generate::name::camel;

/// The names of things from elsewhere.
#[derive(Default)]
pub(super) struct Uses {
    /// `container::HostConfig` and the like, with what they are called here.
    types: BTreeMap<TypePath, String>,
    /// The same for static shapes.
    shapes: BTreeMap<(String, String), String>,
    lines: BTreeSet<String>,
}

impl Uses {
    pub(super) fn of(api: &Api, noun: &str, items: &[Item<'_>]) -> Self {
        let mut uses = Self::default();
        let mut wanted = Wanted::default();
        let local: BTreeSet<String> = items.iter().map(Item::ident).collect();
        for item in items {
            wanted.item(api, item, &mut uses.lines);
        }
        let mut taken = local.clone();
        let is_shape = matches!(items.first(), Some(Item::Shape(_) | Item::Row(_)));
        if !is_shape {
            for path in wanted.types {
                if path.noun == noun && local.contains(&path.name) {
                    continue;
                }
                let here = if taken.contains(&path.name) {
                    format!("{}{}", camel(&path.noun), path.name)
                } else {
                    path.name.clone()
                };
                taken.insert(here.clone());
                uses.lines.insert(use_line(
                    &format!("crate::{}", path.noun),
                    &path.name,
                    &here,
                ));
                uses.types.insert(path, here);
            }
            return uses;
        }
        let is_table = matches!(items.first(), Some(Item::Row(_)));
        for (of, ident) in wanted.shapes {
            if of == noun && local.contains(&ident) && !is_table {
                continue;
            }
            let here = if taken.contains(&ident) {
                format!("{}_{ident}", of.to_uppercase())
            } else {
                ident.clone()
            };
            taken.insert(here.clone());
            let from = format!("crate::generated::{of}::shape");
            uses.lines.insert(use_line(&from, &ident, &here));
            uses.shapes.insert((of, ident), here);
        }
        uses
    }

    pub(super) fn lines(&self) -> String {
        let mut text: String = self
            .lines
            .iter()
            .map(|line| format!("use {line};\n"))
            .collect();
        text.push('\n');
        text
    }

    pub(super) fn type_name(&self, path: &TypePath) -> String {
        self.types.get(path).unwrap_or(&path.name).clone()
    }

    pub(super) fn shape_name(&self, noun: &str, ident: &str) -> String {
        let key = (noun.to_owned(), ident.to_owned());
        self.shapes.get(&key).cloned().unwrap_or(key.1)
    }
}

fn use_line(from: &str, name: &str, here: &str) -> String {
    if name == here {
        format!("{from}::{name}")
    } else {
        format!("{from}::{name} as {here}")
    }
}

fn of_crate(lines: &mut BTreeSet<String>, names: &[&str]) {
    lines.extend(names.iter().map(|name| format!("crate::{name}")));
}

#[derive(Default)]
struct Wanted {
    types: BTreeSet<TypePath>,
    shapes: BTreeSet<(String, String)>,
}

impl Wanted {
    fn item(&mut self, api: &Api, item: &Item<'_>, lines: &mut BTreeSet<String>) {
        times(item, lines);
        match item {
            Item::Row(endpoint) => {
                of_crate(lines, &["Info", "Method", "Reply", "Span"]);
                if !endpoint.args.is_empty() {
                    of_crate(lines, &["Arg"]);
                }
                let text = table::row(api, endpoint, &Uses::default());
                constructors(&text, lines);
                self.endpoint(api, endpoint);
                self.fields(api, &endpoint.headers);
            }
            Item::Shape(object) => {
                of_crate(lines, &["Object"]);
                let text = super::shape::object(api, object, &Uses::default());
                constructors(&text, lines);
                self.fields(api, &object.fields);
            }
            Item::Request(endpoint) => {
                let table = format!("super::table::{}", Item::Row(endpoint).ident());
                let up = format!("crate::generated::{}", endpoint.noun);
                lines.insert(table.replace("super", &up));
                of_crate(lines, &["request::request"]);
                if endpoint
                    .args
                    .iter()
                    .any(|it| it.field.value == Value::Filters)
                {
                    of_crate(lines, &["request::filter"]);
                }
                of_crate(
                    lines,
                    &[match endpoint.reply {
                        Reply::Nothing => "Nothing",
                        Reply::Text => "Text",
                        Reply::Bytes => "Bytes",
                        Reply::Frames => "Frames",
                        Reply::Duplex | Reply::Http2 => "Duplex",
                        Reply::WebSocket => "WebSocket",
                        Reply::Json(_) => "Json",
                        Reply::Lines(_) => "Lines",
                        Reply::Header(..) => "Header",
                    }],
                );
                self.endpoint(api, endpoint);
            }
            Item::Object(it) => {
                of_crate(lines, &["object::object"]);
                self.fields(api, &it.fields);
            }
            Item::Reply(it) => {
                of_crate(lines, &["reply::reply"]);
                self.fields(api, &it.fields);
            }
            Item::Words(_) => of_crate(lines, &["words::words"]),
        }
    }

    fn endpoint(&mut self, api: &Api, endpoint: &Endpoint) {
        for arg in &endpoint.args {
            self.value(api, &arg.field.value);
        }
        if let Reply::Json(value) | Reply::Lines(value) | Reply::Header(_, value) = &endpoint.reply
        {
            self.value(api, value);
        }
    }

    fn fields(&mut self, api: &Api, fields: &[Field]) {
        for field in fields {
            self.value(api, &field.value);
        }
    }

    fn value(&mut self, api: &Api, value: &Value) {
        match value {
            Value::Words(path) => {
                self.types.insert(path.clone());
            }
            Value::Object(id, path) => {
                self.types.insert(path.clone());
                if let Some(object) = api.objects.get(*id) {
                    self.shapes
                        .insert((object.noun.clone(), object.ident.clone()));
                }
            }
            Value::IntOr(_) => {
                self.types.insert(tail());
            }
            Value::List(of) | Value::Map(of) | Value::Maybe(of) | Value::Json(of) => {
                self.value(api, of);
            }
            _ => {}
        }
    }
}

/// The types of times, where an item has some.
fn times(item: &Item<'_>, lines: &mut BTreeSet<String>) {
    let values: Vec<&Value> = match item {
        Item::Request(endpoint) => endpoint.args.iter().map(|it| &it.field.value).collect(),
        Item::Object(it) | Item::Reply(it) => it.fields.iter().map(|it| &it.value).collect(),
        Item::Row(_) | Item::Shape(_) | Item::Words(_) => Vec::new(),
    };
    for mut value in values {
        while let Value::List(of) | Value::Map(of) | Value::Maybe(of) | Value::Json(of) = value {
            value = of;
        }
        match value {
            Value::Time | Value::Moment(_) => of_crate(lines, &["Timestamp"]),
            Value::Length(_) => {
                lines.insert("std::time::Duration".to_owned());
            }
            _ => {}
        }
    }
}

/// The short names that a table's text uses.
fn constructors(text: &str, lines: &mut BTreeSet<String>) {
    for name in ["text", "flag", "int", "texts", "labels", "object"] {
        if text.contains(&format!(" {name}(")) || text.contains(&format!("({name}(")) {
            lines.insert(format!("crate::schema::{name}"));
        }
    }
    for name in ["Field::", "Schema::"] {
        if text.contains(name) {
            lines.insert(format!("crate::{}", name.trim_end_matches(':')));
        }
    }
}
