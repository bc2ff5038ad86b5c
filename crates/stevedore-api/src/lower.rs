//! From values to path, query, headers and JSON, guided by the table.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Number, Value as Json};

use crate::meant::meant;
use crate::reply::whole;
use crate::{ApiVersion, Arg, Fault, Info, Object, Place, Schema, Span, Value};

/// Everything but RFC 3986's unreserved characters.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
/// In a path segment an image's tag and digest keep their signs.
const SEGMENT: &AsciiSet = &QUERY.remove(b':').remove(b'@');

/// The parts of a request, filled argument by argument.
pub(crate) struct Parts {
    info: &'static Info,
    version: ApiVersion,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<(String, Json)>,
    /// The body itself, where it is no object with fields of its own.
    pub(crate) whole: Option<Json>,
}

impl Parts {
    pub(crate) fn new(info: &'static Info, version: ApiVersion) -> Self {
        Self {
            info,
            version,
            path: info.path.to_owned(),
            query: String::new(),
            headers: Vec::new(),
            body: Vec::new(),
            whole: None,
        }
    }

    pub(crate) fn add(&mut self, arg: &'static Arg, value: &Value) -> Result<(), Fault> {
        let name = arg.field.name;
        let wire = arg.field.wire_at(self.version);
        let is_empty = matches!(value, Value::Text(text) if text.is_empty());
        if arg.required && is_empty && matches!(arg.place, Place::Query | Place::Body) {
            return Err(self.wrong(name, "given", "empty"));
        }
        let json = self.json(arg.field.schema, arg.field.span, value, name)?;
        match arg.place {
            Place::Path => {
                let text = plain(&json);
                if text.contains('/') {
                    return Err(self.wrong(name, "a name or id without `/`", &shown(&text)));
                }
                self.fill(name, &self.segment(name, &text)?);
            }
            Place::PathName => {
                let text = plain(&json);
                let segments = text
                    .split('/')
                    .map(|segment| self.segment(name, segment))
                    .collect::<Result<Vec<_>, _>>()?;
                self.fill(name, &segments.join("/"));
            }
            Place::Query => match json {
                Json::Array(items) => {
                    for item in &items {
                        self.pair(wire, &plain(item));
                    }
                }
                Json::Object(map) if map.is_empty() => {}
                other => self.pair(wire, &plain(&other)),
            },
            Place::Header => {
                let text = plain(&json);
                if text.chars().any(char::is_control) {
                    return Err(self.wrong(name, "text without control characters", &shown(&text)));
                }
                self.headers.push((wire, text));
            }
            Place::Body => self.body.push((wire.to_owned(), json)),
            Place::WholeBody => self.whole = Some(json),
        }
        Ok(())
    }

    fn fill(&mut self, name: &str, encoded: &str) {
        self.path = self.path.replace(&format!("{{{name}}}"), encoded);
    }

    fn pair(&mut self, key: &str, value: &str) {
        self.query
            .push(if self.query.is_empty() { '?' } else { '&' });
        self.query.push_str(&pair(key, value));
    }

    /// A segment of the path that can't turn the request into another one.
    fn segment(&self, name: &str, text: &str) -> Result<String, Fault> {
        if text.is_empty() || text == "." || text == ".." || text.chars().any(char::is_control) {
            return Err(self.wrong(name, "a name or id", &shown(text)));
        }
        Ok(utf8_percent_encode(text, SEGMENT).to_string())
    }

    /// The JSON for `value` where `schema` is asked for.
    fn json(&self, schema: Schema, span: Span, value: &Value, at: &str) -> Result<Json, Fault> {
        if !span.holds(self.version) {
            return Err(Fault::Version {
                endpoint: self.info,
                argument: Some(at.to_owned()),
                needs: span,
                have: self.version,
            });
        }
        let item =
            |schema: &Schema, value: &Value, at: &str| self.json(*schema, Span::ALWAYS, value, at);
        Ok(match (schema, value) {
            (_, Value::Null) => Json::Null,
            (Schema::Any, value) => free(value),
            (Schema::Bool, Value::Bool(it)) => Json::Bool(*it),
            (Schema::Int | Schema::IntOr(_) | Schema::Float | Schema::Time, Value::Int(it)) => {
                Json::Number((*it).into())
            }
            (Schema::Int | Schema::IntOr(_), Value::Float(it)) => match whole(*it) {
                Some(it) => Json::Number(it.into()),
                None => return Err(self.wrong(at, expected(schema), &it.to_string())),
            },
            (Schema::Float | Schema::Time, Value::Float(it)) => match Number::from_f64(*it) {
                Some(it) => Json::Number(it),
                None => return Err(self.wrong(at, expected(schema), &it.to_string())),
            },
            (Schema::Text | Schema::Word(_) | Schema::Time, Value::Text(it)) => {
                Json::String(it.clone())
            }
            (Schema::IntOr(words), Value::Text(it))
                if words.contains(&it.as_str()) || it.parse::<i64>().is_ok() =>
            {
                Json::String(it.clone())
            }
            (Schema::List(of), Value::List(items)) => Json::Array(
                items
                    .iter()
                    .enumerate()
                    .map(|(i, value)| item(of, value, &format!("{at}[{i}]")))
                    .collect::<Result<_, _>>()?,
            ),
            (Schema::Map(of), Value::Map(pairs)) => Json::Object(
                pairs
                    .iter()
                    .map(|(key, value)| Ok((key.clone(), item(of, value, &format!("{at}.{key}"))?)))
                    .collect::<Result<_, Fault>>()?,
            ),
            (Schema::Filters, Value::Map(pairs)) => self.filters(pairs, at)?,
            // JSON made by the user, passed as it is.
            (Schema::Filters | Schema::Json(_), Value::Text(json)) => Json::String(json.clone()),
            (Schema::Json(of), value) => Json::String(item(of, value, at)?.to_string()),
            (Schema::Object(object), Value::Map(pairs)) => self.object(object, pairs, at)?,
            (_, value) => return Err(self.wrong(at, expected(schema), value.kind())),
        })
    }

    fn object(&self, object: &Object, pairs: &[(String, Value)], at: &str) -> Result<Json, Fault> {
        let mut map = Map::new();
        for (name, value) in pairs {
            let at = format!("{at}.{name}");
            match object.field(name) {
                Some(_) if *value == Value::Null => {}
                Some(field) => {
                    let json = self.json(field.schema, field.span, value, &at)?;
                    if map
                        .insert(field.wire_at(self.version).to_owned(), json)
                        .is_some()
                    {
                        return Err(self.wrong(&at, "given once", "given twice"));
                    }
                }
                None if object.open => {
                    map.insert(name.clone(), free(value));
                }
                None => {
                    let known: Vec<_> = object.fields.iter().map(|field| field.name).collect();
                    let expected = format!("a field of {}{}", object.name, near(name, &known));
                    return Err(self.wrong(&at, &expected, "an unknown name"));
                }
            }
        }
        Ok(Json::Object(map))
    }

    /// Filters are sent as a map of lists, whether one value was given or several.
    fn filters(&self, pairs: &[(String, Value)], at: &str) -> Result<Json, Fault> {
        let mut map = Map::new();
        for (name, value) in pairs {
            let values = match value {
                Value::List(values) => values.as_slice(),
                one => std::slice::from_ref(one),
            };
            let texts = values
                .iter()
                .map(|value| match value {
                    Value::Text(_) | Value::Bool(_) | Value::Int(_) => {
                        Ok(Json::String(plain(&free(value))))
                    }
                    other => Err(self.wrong(
                        &format!("{at}.{name}"),
                        "text or a list of texts",
                        other.kind(),
                    )),
                })
                .collect::<Result<Vec<_>, _>>()?;
            match map
                .entry(name.clone())
                .or_insert_with(|| Json::Array(Vec::new()))
            {
                Json::Array(known) => known.extend(texts),
                _ => return Err(self.wrong(at, "filters", "something else")),
            }
        }
        Ok(Json::Object(map))
    }

    fn wrong(&self, at: &str, expected: &str, got: &str) -> Fault {
        Fault::Argument {
            endpoint: self.info,
            argument: at.to_owned(),
            expected: expected.to_owned(),
            got: got.to_owned(),
        }
    }
}

/// A pair of the query, encoded.
pub(crate) fn pair(key: &str, value: &str) -> String {
    let encoded = |text| utf8_percent_encode(text, QUERY).to_string();
    format!("{}={}", encoded(key), encoded(value))
}

/// The fault of an argument that the endpoint does not have.
pub(crate) fn unknown(info: &'static Info, name: &str) -> Fault {
    let known: Vec<_> = info.args.iter().map(|arg| arg.field.name).collect();
    Fault::Argument {
        endpoint: info,
        argument: name.to_owned(),
        expected: format!("an argument it has{}", near(name, &known)),
        got: "an unknown name".to_owned(),
    }
}

/// The fault of a required argument that was not given.
pub(crate) fn missing(info: &'static Info, arg: &Arg) -> Fault {
    Fault::Argument {
        endpoint: info,
        argument: arg.field.name.to_owned(),
        expected: expected(arg.field.schema).to_owned(),
        got: "left out".to_owned(),
    }
}

/// The known name that was probably meant, as a message has it.
fn near(name: &str, known: &[&str]) -> String {
    meant(name, known).map_or_else(String::new, |known| format!(" (is `{known}` meant?)"))
}

fn expected(schema: Schema) -> &'static str {
    match schema {
        Schema::Any => "a value",
        Schema::Bool => "a boolean",
        Schema::Int => "a whole number",
        Schema::Float => "a number",
        Schema::Text | Schema::Word(_) => "text",
        Schema::Time => "a time",
        Schema::IntOr(_) => "a whole number or `all`",
        Schema::List(_) => "a list",
        Schema::Map(_) | Schema::Object(_) => "a map of names and values",
        Schema::Filters => "a map of filters",
        Schema::Json(of) => expected(*of),
    }
}

/// JSON for a value that no schema describes.
pub(crate) fn free(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(it) => Json::Bool(*it),
        Value::Int(it) => Json::Number((*it).into()),
        Value::Float(it) => Number::from_f64(*it).map_or(Json::Null, Json::Number),
        Value::Text(it) => Json::String(it.clone()),
        Value::List(items) => Json::Array(items.iter().map(free).collect()),
        Value::Map(pairs) => {
            Json::Object(pairs.iter().map(|(k, v)| (k.clone(), free(v))).collect())
        }
    }
}

/// Text without quotes, anything else as JSON.
fn plain(json: &Json) -> String {
    match json {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A user's text inside a message: on one line, and not endless.
pub(crate) fn shown(text: &str) -> String {
    let short: String = text.chars().take(80).collect();
    if short.is_empty() {
        "empty".to_owned()
    } else {
        format!("`{}`", short.escape_debug())
    }
}
