//! YAML as data: what upstream's files and our own catalogue are read into.

use std::fmt;

use anyhow::{Context as _, Result, bail};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// A YAML value. Maps keep their order, which is a fact of the API: replies
/// reach R in it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(String),
    List(Vec<Value>),
    Map(Vec<(String, Value)>),
}

impl Value {
    /// Reads a document.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        // YAML 1.2: `on`, `no` and the like are words, as upstream means them.
        let options = serde_saphyr::options! { strict_booleans: true };
        serde_saphyr::from_str_with_options(text, options).context("cannot be read as YAML")
    }

    /// The entry of a map called `key`; none where this is no map.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Map(entries) => entries
                .iter()
                .find(|(name, _)| name == key)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn as_text(&self) -> Result<&str> {
        match self {
            Self::Text(text) => Ok(text),
            other => bail!("{other:?} where text belongs"),
        }
    }

    pub(crate) fn as_list(&self) -> Result<&[Self]> {
        match self {
            Self::List(items) => Ok(items),
            other => bail!("{other:?} where a list belongs"),
        }
    }

    pub(crate) fn as_map(&self) -> Result<&[(String, Self)]> {
        match self {
            Self::Map(entries) => Ok(entries),
            other => bail!("{other:?} where a map belongs"),
        }
    }

    /// A list of texts.
    pub(crate) fn texts(&self) -> Result<Vec<String>> {
        self.as_list()?
            .iter()
            .map(|item| item.as_text().map(str::to_owned))
            .collect()
    }

    /// A list of these texts.
    pub(crate) fn of_texts<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Self {
        let text = |text: T| Self::Text(text.as_ref().to_owned());
        Self::List(texts.into_iter().map(text).collect())
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<Value, D::Error> {
        Value::deserialize(inner)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Int(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Int(value.into()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Value, E> {
        Ok(Value::Int(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Vec::new();
        // A key is always text, also where it looks like a number: `200:`.
        while let Some(entry) = entries.next_entry::<String, Value>()? {
            map.push(entry);
        }
        Ok(Value::Map(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_text_and_words_stay_words() {
        let value = Value::parse("200: {on: no, '1.10': 1.5, 1.10..: ..1.20}").unwrap();
        let inner = value.get("200").unwrap();
        assert_eq!(inner.get("on"), Some(&Value::Text("no".to_owned())));
        assert_eq!(inner.get("1.10"), Some(&Value::Float(1.5)));
        assert_eq!(inner.get("1.10.."), Some(&Value::Text("..1.20".to_owned())));
    }
}
