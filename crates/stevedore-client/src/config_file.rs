//! The settings of the `docker` program, of which one line matters here.

use std::fmt;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::error::Category;

use crate::Result;
use crate::file::{self, Form, unusable};

/// What is read of `config.json`. The rest, passwords of registries among it, is passed over.
#[derive(Deserialize)]
struct ConfigFile {
    #[serde(rename = "currentContext", default)]
    current_context: Option<String>,
}

/// Where the file is.
pub(crate) fn path(folder: &Path) -> PathBuf {
    folder.join("config.json")
}

/// The context that a `config.json` says is in use.
pub(crate) fn current_context(path: &Path) -> Result<Option<String>> {
    match file::read(path, Form::Settings)? {
        Some(bytes) => named(path, &bytes),
        None => Ok(None),
    }
}

/// The context that the bytes of a `config.json` name.
pub(crate) fn named(path: &Path, bytes: &[u8]) -> Result<Option<String>> {
    // To the `docker` program an empty file has no settings.
    if bytes.trim_ascii().is_empty() {
        return Ok(None);
    }
    let file: ConfigFile = parse(path, bytes)?;
    Ok(file.current_context.filter(|name| !name.is_empty()))
}

/// The JSON object of a file. What is in it stays out of the message: it may be secret.
pub(crate) fn parse<T: DeserializeOwned>(path: &Path, bytes: &[u8]) -> Result<T> {
    let parsed = serde_json::from_slice(bytes).map(|Object(it)| it);
    parsed.map_err(|error| {
        let what = match error.classify() {
            Category::Data => "does not have the form that docker writes",
            Category::Eof => "ends in the middle",
            _ => "is not JSON",
        };
        unusable(
            path,
            &format!(
                "it {what}, at line {}, column {}; correct it there, or move it away",
                error.line(),
                error.column()
            ),
        )
    })
}

/// What is read of an object, and of that alone: a struct by itself is read of a list, too.
pub(crate) struct Object<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
        }

        deserializer.deserialize_map(Fields(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    fn told(text: &str) -> Result<Option<String>> {
        let folder = tempfile::tempdir().unwrap();
        let path = path(folder.path());
        std::fs::write(&path, text).unwrap();
        current_context(&path)
    }

    #[test]
    fn only_the_current_context_is_read() {
        let text = r#"{"auths": {"r.example": {"auth": "c2VjcmV0"}}, "currentContext": "lab"}"#;
        assert_eq!(told(text).unwrap().as_deref(), Some("lab"));
        for none in [
            "",
            " \n",
            "{}",
            r#"{"currentContext": ""}"#,
            r#"{"currentContext": null}"#,
        ] {
            assert_eq!(told(none).unwrap(), None, "{none}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_without_what_is_in_it() {
        for (text, what) in [
            ("{", "ends in the middle"),
            ("{'a': 1}", "is not JSON"),
            ("[]", "does not have the form"),
            (r#""c2VjcmV0""#, "does not have the form"),
            (
                r#"{"currentContext": ["c2VjcmV0"]}"#,
                "does not have the form",
            ),
            (
                r#"{"auths": {"r.example": {"auth": "c2VjcmV0"}}, }"#,
                "is not JSON",
            ),
        ] {
            let error = told(text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Settings);
            let chain = error.chain();
            assert!(chain.contains("config.json"), "{chain}");
            assert!(chain.contains(what), "{text}: {chain}");
            assert!(!chain.contains("c2VjcmV0"), "{chain}");
            assert!(!format!("{error:?}").contains("c2VjcmV0"));
        }
    }
}
