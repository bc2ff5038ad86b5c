//! How replies are read: what is null or absent is the default.

use serde::{Deserialize, Deserializer};

/// A field that may be null where the description promises a value.
pub(crate) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}
