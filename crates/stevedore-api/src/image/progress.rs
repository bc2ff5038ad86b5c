//! Progress of a pull, a load, a push or a build.

use serde::{Deserialize, Deserializer};

use crate::reply::{Lenient, reply};

reply! {
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
    Progress {
        /// What is being done: `Downloading`.
        status: (String) = "status",
        /// To which layer or image.
        id: (String) = "id",
        /// How far it is.
        detail: ProgressDetail = "progressDetail",
        /// Text of a build or a load.
        stream: (String) = "stream",
        /// Why it failed; the stream ends after this.
        error: (String) = "error",
        /// What a build or push reports beside its text.
        aux: (Any) = "aux",
    }
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

impl<'de> Lenient<'de> for ProgressDetail {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Option::unwrap_or_default)
    }
}
