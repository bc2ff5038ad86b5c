//! What a container is called.

use super::Summary;

impl Summary {
    /// Its own name, without the leading slash; none where the engine shows none.
    ///
    /// ```
    /// use stevedore_api::container::Summary;
    ///
    /// let json = r#"{"Id":"c0ffee012345","Names":["/web/database","/database"]}"#;
    /// let database: Summary = serde_json::from_str(json)?;
    /// assert_eq!(database.name(), Some("database"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ///
    /// The others in [`names`](Self::names) are what the containers that link to it call it.
    pub fn name(&self) -> Option<&str> {
        self.names
            .iter()
            .map(|name| name.strip_prefix('/').unwrap_or(name))
            .find(|name| !name.contains('/'))
    }
}
