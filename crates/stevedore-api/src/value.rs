//! The values that arguments are made of, whichever language they came from.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value as Json;

/// One argument's value, before it is checked against a [`Schema`](crate::Schema).
///
/// A typed Rust request and an R list both lower to this; names inside a
/// [`Value::Map`] are either ours (`port_bindings`) or the wire's (`PortBindings`).
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub enum Value {
    /// JSON's null; as an argument, the same as not given.
    #[default]
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    Text(String),
    /// An ordered sequence.
    List(Vec<Value>),
    /// Names and values, in the order given.
    Map(Vec<(String, Value)>),
}

impl Value {
    /// What this is, in a word that an error message can use.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "a boolean",
            Self::Int(_) => "a whole number",
            Self::Float(_) => "a number",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<u16> for Value {
    fn from(value: u16) -> Self {
        Self::Int(value.into())
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::Int(value.into())
    }
}

impl From<u8> for Value {
    fn from(value: u8) -> Self {
        Self::Int(value.into())
    }
}

impl From<u64> for Value {
    /// Beyond 63 bits it is no whole number of ours, which the check says.
    fn from(value: u64) -> Self {
        #[allow(clippy::cast_precision_loss, reason = "only told, never sent")]
        i64::try_from(value).map_or(Self::Float(value as f64), Self::Int)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(values: Vec<T>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Value>> From<BTreeMap<String, T>> for Value {
    fn from(map: BTreeMap<String, T>) -> Self {
        Self::Map(map.into_iter().map(|(k, v)| (k, v.into())).collect())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl From<Json> for Value {
    fn from(json: Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(it) => Self::Bool(it),
            Json::Number(it) => match (it.as_i64(), it.as_f64()) {
                (Some(it), _) => Self::Int(it),
                (None, it) => Self::Float(it.unwrap_or(f64::NAN)),
            },
            Json::String(it) => Self::Text(it),
            Json::Array(items) => Self::List(items.into_iter().map(Into::into).collect()),
            Json::Object(map) => Self::Map(map.into_iter().map(|(k, v)| (k, v.into())).collect()),
        }
    }
}

impl From<Args> for Value {
    fn from(args: Args) -> Self {
        Self::Map(args.into_pairs())
    }
}

/// The named arguments of one call, in the order they were given.
#[derive(Clone, PartialEq, Default)]
pub struct Args(Vec<(String, Value)>);

impl Args {
    /// No arguments.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets `name`, replacing an earlier value.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        let (name, value) = (name.into(), value.into());
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, slot)) => *slot = value,
            None => self.0.push((name, value)),
        }
    }

    /// Sets `name` if there is a value; what is not set is not sent.
    pub fn set_some(&mut self, name: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.set(name, value);
        }
    }

    /// Sets `name` unless the collection is empty.
    pub fn set_filled<T: Into<Value>>(&mut self, name: &str, values: Vec<T>) {
        if !values.is_empty() {
            self.set(name, values);
        }
    }

    /// The value of `name`, if it was given and is not null.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0
            .iter()
            .find(|(known, value)| known == name && *value != Value::Null)
            .map(|(_, value)| value)
    }

    /// The text of `name`, if it was given as text.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The names and values, in order.
    pub fn into_pairs(self) -> Vec<(String, Value)> {
        self.0
    }

    /// What was given, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

/// The names alone: a value may be a secret.
impl fmt::Debug for Args {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Args")?;
        f.debug_list()
            .entries(self.iter().map(|(name, _)| name))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_set_twice_keeps_its_place_and_takes_the_later_value() {
        let mut args = Args::new();
        args.set("a", 1_i64);
        args.set("b", true);
        args.set("a", 2_i64);
        let seen: Vec<_> = args.iter().map(|(name, _)| name).collect();
        assert_eq!(seen, ["a", "b"]);
        assert_eq!(args.get("a"), Some(&Value::Int(2)));
    }

    #[test]
    fn null_counts_as_not_given() {
        let mut args = Args::new();
        args.set("a", Value::Null);
        assert_eq!(args.get("a"), None);
    }
}
