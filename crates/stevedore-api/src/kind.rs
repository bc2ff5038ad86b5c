//! The kinds of fields, as the tables of types write them: `String`, `[String]`
//! for a list, `{String}` for a map, `(String)` for what may be absent.

/// The Rust type of a kind.
macro_rules! kind {
    ([$($of:tt)+]) => { ::std::vec::Vec<$crate::kind::kind!($($of)+)> };
    ({$($of:tt)+}) => {
        ::std::collections::BTreeMap<::std::string::String, $crate::kind::kind!($($of)+)>
    };
    (($($of:tt)+)) => { ::std::option::Option<$crate::kind::kind!($($of)+)> };
    (Filters) => { $crate::kind::kind!({[String]}) };
    (Any) => { ::serde_json::Value };
    ($of:ident) => { $of };
}

/// What a setter of that kind takes.
macro_rules! taken {
    ([$($of:tt)+]) => {
        impl ::std::iter::IntoIterator<Item = impl Into<$crate::kind::kind!($($of)+)>>
    };
    ({$($of:tt)+}) => {
        impl ::std::iter::IntoIterator<
            Item = (
                impl Into<::std::string::String>,
                impl Into<$crate::kind::kind!($($of)+)>,
            ),
        >
    };
    (Filters) => { $crate::kind::kind!(Filters) };
    (bool) => { bool };
    (i64) => { i64 };
    (u64) => { u64 };
    (u32) => { u32 };
    (u16) => { u16 };
    (u8) => { u8 };
    (f64) => { f64 };
    (Duration) => { Duration };
    ($($of:tt)+) => { impl Into<$crate::kind::kind!($($of)+)> };
}

/// What a setter took, as the field's own type.
macro_rules! kept {
    ([$($of:tt)+], $value:expr) => {
        $value.into_iter().map(Into::into).collect()
    };
    ({$($of:tt)+}, $value:expr) => {
        $value
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect()
    };
    (Filters, $value:expr) => {
        $value
    };
    (bool, $value:expr) => {
        $value
    };
    (i64, $value:expr) => {
        $value
    };
    (u64, $value:expr) => {
        $value
    };
    (u32, $value:expr) => {
        $value
    };
    (u16, $value:expr) => {
        $value
    };
    (u8, $value:expr) => {
        $value
    };
    (f64, $value:expr) => {
        $value
    };
    (Duration, $value:expr) => {
        $value
    };
    ($of:tt, $value:expr) => {
        $value.into()
    };
}

/// The name that an argument or field has in the table.
macro_rules! named {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $name:literal) => {
        $name
    };
}

pub(crate) use {kept, kind, named, taken};
