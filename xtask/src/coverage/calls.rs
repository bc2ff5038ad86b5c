//! The calls that the stories wrote down.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::json::{at, text};

/// One call.
pub(super) struct Call {
    pub(super) id: String,
    pub(super) status: Option<u16>,
    /// What went wrong; none for a success.
    pub(super) error: Option<String>,
    /// The JSON as it came.
    pub(super) replies: Vec<Value>,
    /// The minor version of 1.x.
    pub(super) version: u8,
}

pub(super) fn read(file: &Path) -> Result<Vec<Call>> {
    let all = fs::read_to_string(file).context("no call was written down")?;
    all.lines().map(one).collect()
}

fn one(line: &str) -> Result<Call> {
    let mut call: Value = serde_json::from_str(line)?;
    let minor = text(&call, "/version").strip_prefix("1.");
    let version = minor.context("a call without a version")?.parse()?;
    let status = at(&call, "/status").as_u64();
    Ok(Call {
        id: text(&call, "/id").to_owned(),
        status: status.and_then(|it| it.try_into().ok()),
        error: at(&call, "/error").as_str().map(str::to_owned),
        replies: call
            .get_mut("replies")
            .and_then(Value::as_array_mut)
            .map(std::mem::take)
            .unwrap_or_default(),
        version,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_read_back_as_it_was_written() {
        let line = r#"{"id":"swarm_join","version":"1.51","status":503,"error":"no","replies":[]}"#;
        let call = one(line).unwrap();
        assert_eq!((&*call.id, call.version), ("swarm_join", 51));
        assert_eq!(
            (call.status, call.error.as_deref()),
            (Some(503), Some("no"))
        );
        assert!(call.replies.is_empty());
        assert!(one(r#"{"id":"x","version":"2"}"#).is_err());
    }
}
