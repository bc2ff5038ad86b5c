//! Scalars of JSON, and what they become where another kind was promised.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, Visitor};
use stevedore_api::Schema;

use super::Tree;

/// Text without zero bytes.
pub(crate) type Text<'a> = Cow<'a, str>;

/// R's strings can't hold zero bytes: they are left out.
pub(crate) fn text_of(text: Cow<'_, str>) -> Text<'_> {
    if text.contains('\0') {
        Cow::Owned(text.replace('\0', ""))
    } else {
        text
    }
}

#[derive(Debug)]
pub(crate) enum Scalar<'de> {
    Null,
    Bool(bool),
    Number(f64),
    Text(Text<'de>),
}

impl<'de> Scalar<'de> {
    pub(crate) fn into_tree(self, schema: Schema) -> Tree<'de> {
        match schema {
            Schema::Bool => Tree::Bool(self.into_bool()),
            Schema::Int | Schema::IntOr(_) | Schema::Float => {
                Tree::number(schema, self.into_number())
            }
            _ => Tree::Text(self.into_text()),
        }
    }

    /// What it is by itself, where no schema says what it should be.
    pub(crate) fn into_free_tree(self) -> Tree<'de> {
        match self {
            Self::Null => Tree::Null,
            Self::Bool(it) => Tree::Bool(Some(it)),
            Self::Number(it) => Tree::number(Schema::Int, Some(it)),
            Self::Text(it) => Tree::Text(Some(it)),
        }
    }

    pub(crate) fn into_bool(self) -> Option<bool> {
        match self {
            Self::Bool(it) => Some(it),
            Self::Number(it) => Some(it != 0.0),
            Self::Text(it) => it.parse().ok(),
            Self::Null => None,
        }
    }

    pub(crate) fn into_number(self) -> Option<f64> {
        match self {
            Self::Number(it) => Some(it),
            Self::Bool(it) => Some(f64::from(u8::from(it))),
            Self::Text(it) => it.parse().ok().filter(|number: &f64| number.is_finite()),
            Self::Null => None,
        }
    }

    pub(crate) fn into_text(self) -> Option<Text<'de>> {
        match self {
            Self::Text(it) => Some(it),
            Self::Number(it) => Some(Cow::Owned(it.to_string())),
            Self::Bool(it) => Some(Cow::Borrowed(if it { "true" } else { "false" })),
            Self::Null => None,
        }
    }
}

/// Reads any scalar.
#[derive(Clone, Copy)]
pub(crate) struct ScalarSeed;

impl<'de> DeserializeSeed<'de> for ScalarSeed {
    type Value = Scalar<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Scalar<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ScalarSeed {
    type Value = Scalar<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, a number or a boolean")
    }

    fn visit_unit<E: Error>(self) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Null)
    }

    fn visit_bool<E: Error>(self, it: bool) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Bool(it))
    }

    fn visit_i64<E: Error>(self, it: i64) -> Result<Scalar<'de>, E> {
        #[allow(clippy::cast_precision_loss, reason = "R has no wider number")]
        Ok(Scalar::Number(it as f64))
    }

    fn visit_u64<E: Error>(self, it: u64) -> Result<Scalar<'de>, E> {
        #[allow(clippy::cast_precision_loss, reason = "R has no wider number")]
        Ok(Scalar::Number(it as f64))
    }

    fn visit_f64<E: Error>(self, it: f64) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Number(it))
    }

    fn visit_borrowed_str<E: Error>(self, it: &'de str) -> Result<Scalar<'de>, E> {
        // JSON has zero bytes only in escapes, and these are not borrowed.
        Ok(Scalar::Text(Cow::Borrowed(it)))
    }

    fn visit_str<E: Error>(self, it: &str) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Text(text_of(Cow::Owned(it.to_owned()))))
    }
}

/// Reads the name of a field.
#[derive(Clone, Copy)]
pub(crate) struct KeySeed;

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = Text<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Text<'de>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for KeySeed {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E: Error>(self, it: &'de str) -> Result<Text<'de>, E> {
        Ok(Cow::Borrowed(it))
    }

    fn visit_str<E: Error>(self, it: &str) -> Result<Text<'de>, E> {
        Ok(text_of(Cow::Owned(it.to_owned())))
    }
}
