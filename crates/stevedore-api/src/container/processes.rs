//! The table of `ps`.

use super::Processes;

impl Processes {
    /// The texts of a column, by its head: `PID`, `CMD`. None where there is no such column.
    ///
    /// ```
    /// use stevedore_api::container::Processes;
    ///
    /// let json = r#"{"Titles":["PID","CMD"],"Processes":[["7","sh"],["9","sleep 60"]]}"#;
    /// let processes: Processes = serde_json::from_str(json)?;
    /// assert_eq!(processes.column("CMD").collect::<Vec<_>>(), ["sh", "sleep 60"]);
    /// assert_eq!(processes.column("TTY").count(), 0);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn column(&self, title: &str) -> impl Iterator<Item = &str> {
        let at = self.titles.iter().position(|head| head == title);
        self.processes
            .iter()
            .filter_map(move |row| at.and_then(|at| row.get(at)))
            .map(String::as_str)
    }
}
