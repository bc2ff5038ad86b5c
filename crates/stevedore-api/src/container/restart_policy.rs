//! When the engine starts a container again.

use serde::{Deserialize, Deserializer};

use crate::Value;
use crate::reply::Lenient;

/// When the engine starts a container again.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RestartPolicy {
    /// Never.
    No,
    /// Always, also when the engine starts.
    Always,
    /// Always, unless somebody stopped it.
    UnlessStopped,
    /// When it failed, at most this often; 0 is without end.
    OnFailure(u32),
    /// A policy that this library does not know.
    Other(String),
}

impl Default for RestartPolicy {
    /// What engines do where nothing is said.
    fn default() -> Self {
        Self::No
    }
}

impl From<RestartPolicy> for Value {
    fn from(policy: RestartPolicy) -> Self {
        let mut count = None;
        let name = match policy {
            RestartPolicy::No => "no".to_owned(),
            RestartPolicy::Always => "always".to_owned(),
            RestartPolicy::UnlessStopped => "unless-stopped".to_owned(),
            RestartPolicy::OnFailure(most) => {
                count = Some(("maximum_retry_count".to_owned(), most.into()));
                "on-failure".to_owned()
            }
            RestartPolicy::Other(name) => name,
        };
        let name = ("name".to_owned(), name.into());
        Self::Map([name].into_iter().chain(count).collect())
    }
}

/// The policy as engines write it.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Written {
    name: Option<String>,
    maximum_retry_count: Option<u32>,
}

impl<'de> Lenient<'de> for RestartPolicy {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Option::<Written>::deserialize(deserializer)?.unwrap_or_default();
        let name = written.name.unwrap_or_default();
        Ok(match name.as_str() {
            "" | "no" => Self::No,
            "always" => Self::Always,
            "unless-stopped" => Self::UnlessStopped,
            "on-failure" => Self::OnFailure(written.maximum_retry_count.unwrap_or_default()),
            _ => Self::Other(name),
        })
    }
}

impl<'de> Deserialize<'de> for RestartPolicy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn engines_write_what_they_were_told() {
        for (json, policy) in [
            (r#"{"Name":"","MaximumRetryCount":0}"#, RestartPolicy::No),
            (r#"{"Name":"always"}"#, RestartPolicy::Always),
            (
                r#"{"Name":"on-failure","MaximumRetryCount":3}"#,
                RestartPolicy::OnFailure(3),
            ),
            (
                r#"{"Name":"at-noon"}"#,
                RestartPolicy::Other("at-noon".to_owned()),
            ),
            ("null", RestartPolicy::No),
        ] {
            assert_eq!(serde_json::from_str::<RestartPolicy>(json).unwrap(), policy);
        }
    }
}
