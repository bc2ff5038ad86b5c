//! How replies are read: what is null or absent is the default, what nobody
//! knows is kept.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Unexpected, Visitor,
};
use serde_json::Value as Json;

/// A value that engines may also send as null, at any depth.
pub(crate) trait Lenient<'de>: Sized {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

/// A reply's fields, filled one by one.
pub(crate) trait Fields<'de>: Default {
    /// Takes the value of `name`, if there is a field of that name.
    fn take<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error>;

    /// Keeps what has no field.
    fn keep(&mut self, name: String, value: Json);
}

/// Declares a reply. After `=` stands the name on the wire, or several.
macro_rules! reply {
    (
        $(#[$about:meta])*
        $reply:ident {
            $( $(#[$doc:meta])* $field:ident: $kind:tt = $wire:literal $(| $also:literal)*, )*
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Default, PartialEq)]
        #[non_exhaustive]
        pub struct $reply {
            $( $(#[$doc])* pub $field: $crate::kind::kind!($kind), )*
            /// Everything else that the engine sent.
            pub extra: ::serde_json::Map<String, ::serde_json::Value>,
        }

        $crate::hidden::debug!($reply { $( $field, )* } extra);

        $crate::reply::fields!($reply { $( $field = $wire $(| $also)*, )* });
    };
}

/// Reads the fields of a struct that has an `extra` for all others.
macro_rules! fields {
    ($reply:ident { $( $field:ident = $wire:literal $(| $also:literal)*, )* }) => {
        impl<'de> $crate::reply::Fields<'de> for $reply {
            fn take<A: ::serde::de::MapAccess<'de>>(
                &mut self,
                name: &str,
                map: &mut A,
            ) -> Result<bool, A::Error> {
                match name {
                    $( $wire $(| $also)* => {
                        self.$field = $crate::reply::value(map)?;
                    } )*
                    _ => return Ok(false),
                }
                Ok(true)
            }

            fn keep(&mut self, name: String, value: ::serde_json::Value) {
                self.extra.insert(name, value);
            }
        }

        impl<'de> $crate::reply::Lenient<'de> for $reply {
            fn read<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::reply::object(deserializer)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $reply {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                $crate::reply::object(deserializer)
            }
        }
    };
}
pub(crate) use {fields, reply};

/// The value of the name that was read last.
pub(crate) fn value<'de, A, T>(map: &mut A) -> Result<T, A::Error>
where
    A: MapAccess<'de>,
    T: Lenient<'de>,
{
    map.next_value_seed(Seed::new())
}

/// An object with named fields.
pub(crate) fn object<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Fields<'de>,
{
    struct Of<T>(PhantomData<T>);

    impl<'de, T: Fields<'de>> Visitor<'de> for Of<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_unit<E>(self) -> Result<T, E> {
            Ok(T::default())
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
            let mut reply = T::default();
            while let Some(Name(name)) = map.next_key_seed(Seed::new())? {
                match reply.take(&name, &mut map) {
                    Ok(true) => {}
                    Ok(false) => reply.keep(name.into_owned(), map.next_value()?),
                    Err(error) => return Err(A::Error::custom(format_args!("{name}: {error}"))),
                }
            }
            Ok(reply)
        }
    }

    deserializer.deserialize_any(Of(PhantomData))
}

/// Reads a `T` leniently.
struct Seed<T>(PhantomData<T>);

impl<T> Seed<T> {
    fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: Lenient<'de>> DeserializeSeed<'de> for Seed<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::read(deserializer)
    }
}

/// A field's name, without a copy where that can be.
struct Name<'de>(Cow<'de, str>);

impl<'de> Lenient<'de> for Name<'de> {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfText;

        impl<'de> Visitor<'de> for OfText {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(text.to_owned())))
            }

            fn visit_string<E>(self, text: String) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(text)))
            }
        }

        deserializer.deserialize_str(OfText)
    }
}

/// A scalar: what JSON gives, and what it becomes.
macro_rules! scalar {
    (
        $type:ty, $expected:expr,
        { $( $visit:ident($it:ident: $from:ty) => $value:expr, $met:expr; )* }
    ) => {
        impl<'de> Lenient<'de> for $type {
            fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct OfScalar;

                impl Visitor<'_> for OfScalar {
                    type Value = $type;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($expected)
                    }

                    fn visit_unit<E>(self) -> Result<$type, E> {
                        Ok(<$type>::default())
                    }

                    $(
                        fn $visit<E: Error>(self, $it: $from) -> Result<$type, E> {
                            $value.ok_or_else(|| E::invalid_value($met, &self))
                        }
                    )*
                }

                deserializer.deserialize_any(OfScalar)
            }
        }
    };
}

scalar!(bool, "true or false", {
    visit_bool(it: bool) => Some(it), Unexpected::Bool(it);
});

scalar!(String, "text", {
    visit_str(it: &str) => Some(it.to_owned()), Unexpected::Str(it);
});

#[allow(clippy::cast_precision_loss, reason = "a float is not more precise")]
impl<'de> Lenient<'de> for f64 {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = Option::<serde_json::Number>::deserialize(deserializer)?;
        Ok(number.and_then(|it| it.as_f64()).unwrap_or_default())
    }
}

macro_rules! whole {
    ($($type:ty)*) => {
        $(
            scalar!($type, concat!("a whole number that fits ", stringify!($type)), {
                visit_i64(it: i64) => <$type>::try_from(it).ok(), Unexpected::Signed(it);
                visit_u64(it: u64) => <$type>::try_from(it).ok(), Unexpected::Unsigned(it);
                // Some programs write whole numbers as `1.0`.
                visit_f64(it: f64) => whole(it).and_then(|it| <$type>::try_from(it).ok()),
                    Unexpected::Float(it);
            });
        )*
    };
}
whole!(i64 u64 u32 u16 u8);

/// The whole number that a float stands for, if it does.
pub(crate) fn whole(it: f64) -> Option<i64> {
    // 2^53: beyond it a float no longer tells neighbours apart.
    #[allow(
        clippy::cast_possible_truncation,
        reason = "the range is checked first"
    )]
    (it.fract() == 0.0 && it.abs() <= 9_007_199_254_740_992.0).then_some(it as i64)
}

impl<'de> Lenient<'de> for Json {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }
}

impl<'de, T: Lenient<'de>> Lenient<'de> for Option<T> {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfMaybe<T>(PhantomData<T>);

        impl<'de, T: Lenient<'de>> Visitor<'de> for OfMaybe<T> {
            type Value = Option<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value or null")
            }

            fn visit_none<E>(self) -> Result<Option<T>, E> {
                Ok(None)
            }

            fn visit_unit<E>(self) -> Result<Option<T>, E> {
                Ok(None)
            }

            fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<Option<T>, D::Error> {
                T::read(inner).map(Some)
            }
        }

        deserializer.deserialize_option(OfMaybe(PhantomData))
    }
}

impl<'de, T: Lenient<'de>> Lenient<'de> for Vec<T> {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfList<T>(PhantomData<T>);

        impl<'de, T: Lenient<'de>> Visitor<'de> for OfList<T> {
            type Value = Vec<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_unit<E>(self) -> Result<Vec<T>, E> {
                Ok(Vec::new())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<T>, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element_seed(Seed::new())? {
                    list.push(item);
                }
                Ok(list)
            }
        }

        deserializer.deserialize_any(OfList(PhantomData))
    }
}

impl<'de, T: Lenient<'de>> Lenient<'de> for BTreeMap<String, T> {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfMap<T>(PhantomData<T>);

        impl<'de, T: Lenient<'de>> Visitor<'de> for OfMap<T> {
            type Value = BTreeMap<String, T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }

            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(BTreeMap::new())
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
                let mut map = BTreeMap::new();
                while let Some(Name(name)) = entries.next_key_seed(Seed::new())? {
                    map.insert(name.into_owned(), value(&mut entries)?);
                }
                Ok(map)
            }
        }

        deserializer.deserialize_any(OfMap(PhantomData))
    }
}

#[cfg(test)]
#[allow(unreachable_pub, reason = "the macro makes public types")]
mod tests {
    reply! {
        /// A reply.
        Thing {
            /// A name.
            name: String = "Name" | "NAME",
            /// A number.
            count: u16 = "Count",
            /// A share.
            share: f64 = "Share",
            /// Lists by name.
            parts: {[Thing]} = "Parts",
            /// Anything.
            any: Any = "Any",
            /// Absent means something.
            size: (i64) = "Size",
        }
    }

    fn read(json: &str) -> Result<Thing, serde_json::Error> {
        serde_json::from_str(json)
    }

    #[test]
    fn nothing_at_all_is_the_default() {
        for json in ["null", "{}"] {
            assert_eq!(read(json).unwrap(), Thing::default());
        }
    }

    #[test]
    fn null_is_the_default_at_any_depth() {
        let json = r#"{"Name":null,"Count":null,"Share":null,"Any":null,"Size":null,
            "Parts":{"a":null,"b":[null,{"NAME":"x","Size":0}]}}"#;
        let thing = read(json).unwrap();
        assert!(thing.parts["a"].is_empty());
        assert_eq!(thing.parts["b"][0], Thing::default());
        let last = &thing.parts["b"][1];
        assert_eq!((last.name.as_str(), last.size), ("x", Some(0)));
        assert_eq!((thing.size, thing.count), (None, 0));
    }

    #[test]
    fn unknown_fields_are_kept() {
        let thing = read(r#"{"New":{"x":[1]},"\u004eame":"y"}"#).unwrap();
        assert_eq!(thing.extra["New"]["x"][0], 1);
        assert_eq!(thing.name, "y");
    }

    #[test]
    fn numbers_come_in_several_spellings_but_must_fit() {
        let thing = read(r#"{"Count":7.0,"Share":1}"#).unwrap();
        assert_eq!((thing.count, thing.share), (7, 1.0));
        for wrong in ["7.5", "-1", "70000", "\"7\""] {
            let error = read(&format!(r#"{{"Parts":{{"a":[{{"Count":{wrong}}}]}}}}"#));
            let told = error.unwrap_err().to_string();
            assert!(told.contains("Parts: Count: "), "{told}");
            assert!(told.contains("a whole number that fits u16"), "{told}");
        }
    }
}
