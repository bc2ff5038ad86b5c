//! Shapes: static objects with their fields.

use super::literal;
use super::uses::Uses;
use crate::generate::model::{Api, Field, Object, Value};
use crate::generate::tree::{OLDEST, Span};

/// A static object.
pub(super) fn object(api: &Api, object: &Object, uses: &Uses) -> String {
    let fields: String = object
        .fields
        .iter()
        .map(|it| format!("        {},\n", field(api, it, uses)))
        .collect();
    format!(
        "pub(crate) static {}: Object = Object {{\n    name: {},\n    fields: &[\n{fields}    ],\n    open: false,\n}};\n",
        object.ident,
        literal(&object.name),
    )
}

/// A field, by the shortest constructor that says it.
pub(super) fn field(api: &Api, field: &Field, uses: &Uses) -> String {
    let names = format!("{}, {}", literal(&field.name), literal(&field.wire));
    let value = match &field.value {
        Value::Moment(of) | Value::Length(of) => of,
        value => value,
    };
    let made = match value {
        Value::Text => format!("text({names})"),
        Value::Bool => format!("flag({names})"),
        Value::Int(_) => format!("int({names})"),
        Value::List(of) if **of == Value::Text => format!("texts({names})"),
        Value::Map(of) if **of == Value::Text => format!("labels({names})"),
        Value::Object(id, _) => format!("object({names}, &{})", name(api, *id, uses)),
        value => format!("Field::new({names}, {})", schema(api, value, uses)),
    };
    let mut text = format!("{made}{}", span(field.span));
    if field.shown.never {
        text.push_str(".hidden()");
    } else if field.shown != field.span {
        let until = field
            .shown
            .until
            .map_or("None".to_owned(), |it| format!("Some({it})"));
        let since = field.shown.since.unwrap_or(OLDEST);
        text.push_str(&format!(".shown({since}, {until})"));
    }
    if let Some((wire, until)) = &field.old {
        text.push_str(&format!(".old({until}, {})", literal(wire)));
    }
    text
}

fn span(span: Span) -> String {
    if span.never {
        return ".never()".to_owned();
    }
    let since = span
        .since
        .map_or(String::new(), |it| format!(".since({it})"));
    let until = span
        .until
        .map_or(String::new(), |it| format!(".until({it})"));
    since + &until
}

/// The schema of a value.
pub(super) fn schema(api: &Api, value: &Value, uses: &Uses) -> String {
    match value {
        Value::Any => "Schema::Any".to_owned(),
        Value::Bool => "Schema::Bool".to_owned(),
        Value::Int(_) => "Schema::Int".to_owned(),
        Value::Float => "Schema::Float".to_owned(),
        Value::Text => "Schema::Text".to_owned(),
        Value::Time => "Schema::Time".to_owned(),
        Value::IntOr(words) => format!("Schema::IntOr(&[{}])", list(words)),
        Value::Words(path) => match api.words.iter().find(|it| it.path == *path) {
            Some(words) => format!("Schema::Word(&[{}])", list(&words.list)),
            None => "Schema::Text".to_owned(),
        },
        Value::List(of) => format!("Schema::List(&{})", schema(api, of, uses)),
        Value::Map(of) => format!("Schema::Map(&{})", schema(api, of, uses)),
        Value::Maybe(of) | Value::Moment(of) | Value::Length(of) => schema(api, of, uses),
        Value::Object(id, _) => format!("Schema::Object(&{})", name(api, *id, uses)),
        Value::Json(of) => format!("Schema::Json(&{})", schema(api, of, uses)),
        Value::Filters => "Schema::Filters".to_owned(),
    }
}

fn name(api: &Api, id: usize, uses: &Uses) -> String {
    api.objects
        .get(id)
        .map_or_else(String::new, |it| uses.shape_name(&it.noun, &it.ident))
}

fn list(words: &[String]) -> String {
    let words: Vec<_> = words.iter().map(|it| literal(it)).collect();
    words.join(", ")
}
