//! The arguments that are described as newer than a version.

use crate::generate::model::{Api, Field, Value};
use crate::generate::tree::{Place, Span};

/// One of them, or a field below one.
#[derive(Debug, Clone)]
pub(super) struct Newer {
    /// `POST /containers/create`
    pub(super) key: String,
    /// `query platform`, `request HostConfig.Annotations`
    pub(super) place: String,
    /// The minor version of 1.x.
    pub(super) since: u8,
    pub(super) value: Value,
    /// A field beside it that is not newer: its place, and what it holds.
    pub(super) beside: Option<(String, Value)>,
}

impl Newer {
    /// The last name of its place: `Annotations`.
    pub(super) fn name(&self) -> &str {
        let words = |it: char| it == '.' || it == ' ';
        self.place.rsplit(words).next().unwrap_or_default()
    }
}

/// All that are newer than 1.`version`, of the endpoints that it has. What is
/// below a newer one is not told apart.
pub(super) fn newer(api: &Api, version: u8) -> Vec<Newer> {
    let mut found = Vec::new();
    for endpoint in &api.endpoints {
        if endpoint.span.since.is_some_and(|it| it > version) {
            continue;
        }
        for place in [
            Place::Path,
            Place::Query,
            Place::Header,
            Place::Body,
            Place::WholeBody,
        ] {
            let kind = match place {
                Place::Path => "path",
                Place::Query => "query",
                Place::Header => "header",
                Place::Body | Place::WholeBody => "request",
            };
            let args = endpoint.args.iter().filter(|arg| arg.place == place);
            let fields: Vec<_> = args.map(|arg| &arg.field).collect();
            let mut looking = Looking {
                api,
                version,
                key: &endpoint.key,
                kind,
                found: &mut found,
            };
            looking.fields(&fields, "");
        }
    }
    found
}

struct Looking<'a> {
    api: &'a Api,
    version: u8,
    key: &'a str,
    kind: &'static str,
    found: &'a mut Vec<Newer>,
}

impl Looking<'_> {
    fn fields(&mut self, fields: &[&Field], around: &str) {
        let is_newer = |field: &Field| field.span.since.is_some_and(|it| it > self.version);
        let is_old = |field: &&&Field| field.span == Span::ALWAYS && field.value != Value::Any;
        let beside = fields.iter().find(is_old);
        let beside = beside.map(|it| {
            let place = format!("{} {around}{}", self.kind, it.wire);
            (place, it.value.clone())
        });
        let (newer, older): (Vec<&Field>, Vec<&Field>) =
            fields.iter().copied().partition(|field| is_newer(field));
        self.found.extend(newer.into_iter().map(|field| Newer {
            key: self.key.to_owned(),
            place: format!("{} {around}{}", self.kind, field.wire),
            since: field.span.since.unwrap_or_default(),
            value: field.value.clone(),
            beside: beside.clone(),
        }));
        for field in older {
            self.value(&field.value, &format!("{around}{}.", field.wire));
        }
    }

    fn value(&mut self, value: &Value, around: &str) {
        match value {
            Value::List(of) | Value::Map(of) | Value::Maybe(of) | Value::Json(of) => {
                self.value(of, around);
            }
            Value::Object(id, _) => {
                let fields = self
                    .api
                    .objects
                    .get(*id)
                    .map(|it| it.fields.iter().collect());
                let fields: Vec<_> = fields.unwrap_or_default();
                self.fields(&fields, around);
            }
            _ => {}
        }
    }
}
