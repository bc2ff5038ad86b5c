//! A reply as it came, held against its description.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::generate::tree::{Field, Kind, Span, Tree};

/// What is met that the description does not have so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fault {
    /// A field that is not described at all.
    Unknown,
    /// A field that is described for other versions only.
    OtherVersions,
    /// A value of another type.
    Type,
    /// A word that is not among those described.
    Word,
    /// A null that the description does not allow for.
    Null,
    /// A required field that is not there.
    Missing,
}

impl Fault {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Unknown => "unknown field",
            Self::OtherVersions => "field of other versions",
            Self::Type => "wrong type",
            Self::Word => "unknown word",
            Self::Null => "null where none is described",
            Self::Missing => "required field missing",
        }
    }
}

/// Faults by their place, each with the first value that showed it.
pub(super) type Faults = BTreeMap<(String, Fault), String>;

/// Holds `value` against its description at 1.`version`.
pub(super) fn compare(value: &Value, tree: &Tree, version: u8, place: &str, faults: &mut Faults) {
    let at = At { version, place };
    at.value(value, tree, faults);
}

struct At<'a> {
    version: u8,
    place: &'a str,
}

impl At<'_> {
    fn note(&self, fault: Fault, shown: &Value, faults: &mut Faults) {
        let mut shown = shown.to_string();
        if let Some((end, _)) = shown.char_indices().nth(60) {
            shown.truncate(end);
            shown.push_str("...");
        }
        faults
            .entry((self.place.to_owned(), fault))
            .or_insert(shown);
    }

    fn value(&self, value: &Value, tree: &Tree, faults: &mut Faults) {
        if value.is_null() {
            // Empty lists, maps and objects are null in Go, and read as empty everywhere.
            let fills = matches!(
                tree.kind,
                Kind::Any | Kind::List(_) | Kind::Map(_) | Kind::Object(_)
            );
            if !fills && !tree.nullable {
                self.note(Fault::Null, value, faults);
            }
            return;
        }
        let fits = match &tree.kind {
            Kind::Any => true,
            Kind::Bool => value.is_boolean(),
            Kind::Int(_) => value.is_i64() || value.is_u64(),
            Kind::Float => value.is_number(),
            Kind::Text | Kind::Words(_) => value.is_string(),
            Kind::Time => value.is_string() || value.is_i64(),
            Kind::IntOr(words) => {
                value.is_i64()
                    || value
                        .as_str()
                        .is_some_and(|it| words.iter().any(|w| w == it))
            }
            Kind::List(_) => value.is_array(),
            Kind::Map(_) | Kind::Object(_) | Kind::Filters => value.is_object(),
            Kind::Json(of) => match value.as_str().map(serde_json::from_str::<Value>) {
                Some(Ok(inner)) => {
                    self.value(&inner, of, faults);
                    true
                }
                _ => false,
            },
        };
        if !fits {
            self.note(Fault::Type, value, faults);
            return;
        }
        match (&tree.kind, value) {
            (Kind::Words(words), Value::String(word))
                if !word.is_empty() && !words.contains(word) =>
            {
                self.note(Fault::Word, value, faults);
            }
            (Kind::List(of), Value::Array(list)) => {
                for value in list {
                    self.value(value, of, faults);
                }
            }
            (Kind::Map(of), Value::Object(map)) => {
                let place = format!("{}.*", self.place);
                let below = self.below(&place);
                for value in map.values() {
                    below.value(value, of, faults);
                }
            }
            (Kind::Object(fields), Value::Object(map)) => self.object(fields, map, faults),
            _ => {}
        }
    }

    fn below<'a>(&self, place: &'a str) -> At<'a> {
        At {
            version: self.version,
            place,
        }
    }

    fn object(&self, fields: &[Field], map: &serde_json::Map<String, Value>, faults: &mut Faults) {
        let here = |field: &&Field| holds(field.span, self.version);
        for (name, value) in map {
            let place = format!("{}.{name}", self.place);
            let below = self.below(&place);
            let mut known = fields.iter().filter(|it| it.wire == *name);
            match known.clone().find(here) {
                Some(field) => below.value(value, &field.tree, faults),
                None if known.next().is_some() => below.note(Fault::OtherVersions, value, faults),
                None => below.note(Fault::Unknown, value, faults),
            }
        }
        for field in fields.iter().filter(here) {
            if field.required && !map.contains_key(&field.wire) {
                let place = format!("{}.{}", self.place, field.wire);
                self.below(&place)
                    .note(Fault::Missing, &Value::Null, faults);
            }
        }
    }
}

/// Whether a span has a minor version of 1.x.
pub(super) fn holds(span: Span, version: u8) -> bool {
    !span.never
        && span.since.is_none_or(|since| since <= version)
        && span.until.is_none_or(|until| version <= until)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::tree::Width;
    use serde_json::json;

    fn field(wire: &str, kind: Kind, since: Option<u8>, required: bool) -> Field {
        let span = Span {
            since,
            ..Span::ALWAYS
        };
        Field {
            wire: wire.to_owned(),
            span,
            shown: span,
            required,
            tree: kind.into(),
        }
    }

    #[test]
    fn each_fault_is_told_at_its_place() {
        let inner = vec![field("Size", Kind::Int(Width::I64), None, true)];
        let tree = Tree::from(Kind::Object(vec![
            field("Name", Kind::Text, None, false),
            field("New", Kind::Bool, Some(44), true),
            field("State", Kind::Words(vec!["up".to_owned()]), None, false),
            field(
                "Parts",
                Kind::List(Box::new(Kind::Object(inner).into())),
                None,
                false,
            ),
        ]));
        let value = json!({
            "Name": 7, "New": true, "Other": 1, "State": "down",
            "Parts": [{"Size": null}, {"Size": 1}, {}, null],
        });
        let mut faults = Faults::new();
        compare(&value, &tree, 41, "X", &mut faults);
        let told: Vec<_> = faults
            .keys()
            .map(|(place, fault)| (&**place, *fault))
            .collect();
        let expected = [
            ("X.Name", Fault::Type),
            ("X.New", Fault::OtherVersions),
            ("X.Other", Fault::Unknown),
            ("X.Parts.Size", Fault::Null),
            ("X.Parts.Size", Fault::Missing),
            ("X.State", Fault::Word),
        ];
        assert_eq!(told, expected);
        faults.clear();
        compare(&json!({}), &tree, 44, "X", &mut faults);
        assert_eq!(faults.len(), 1);
    }
}
