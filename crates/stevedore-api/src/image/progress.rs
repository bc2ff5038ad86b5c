//! Progress of a pull, a load, a push or a build.

use serde::Deserialize;
use serde_json::Value as Json;

use crate::reply::or_default;

/// One line of progress, as the engine sends it: data before it is text.
///
/// ```
/// use stevedore_api::image::Progress;
///
/// let line = br#"{"status":"Downloading","id":"a1","progressDetail":{"current":5,"total":10}}"#;
/// let progress: Progress = serde_json::from_slice(line)?;
/// assert_eq!(progress.detail.total, Some(10));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Progress {
    /// What is being done: `Downloading`.
    pub status: Option<String>,
    /// To which layer or image.
    pub id: Option<String>,
    /// How far it is.
    #[serde(rename = "progressDetail", deserialize_with = "or_default")]
    pub detail: ProgressDetail,
    /// Text of a build or a load.
    pub stream: Option<String>,
    /// Why it failed; the stream ends after this.
    pub error: Option<String>,
    /// What a build or push reports beside its text.
    pub aux: Option<Json>,
}

/// How far a step is, in bytes unless the engine counts something else.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ProgressDetail {
    /// So much is done.
    pub current: Option<i64>,
    /// So much is to do, where it is known.
    pub total: Option<i64>,
}
