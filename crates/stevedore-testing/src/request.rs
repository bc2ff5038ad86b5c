use crate::script::condition::pairs;

/// A request as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The number of its connection, counted from 0.
    pub connection: usize,
    /// The label of the exchange that answered it; the words of its `on` where it has no label,
    /// and `None` where the script did not expect the request.
    pub label: Option<String>,
    /// The method.
    pub method: String,
    /// Path and query, undecoded.
    pub target: String,
    /// The path alone, undecoded.
    pub path: String,
    /// The query's decoded pairs in the order in which they came.
    pub query: Vec<(String, String)>,
    /// The headers in the order in which they came.
    pub headers: Vec<(String, String)>,
    /// The body without its transfer coding, up to 8 MiB of it.
    pub body: Vec<u8>,
    /// How many bytes the body had.
    pub body_size: u64,
}

impl Request {
    pub(crate) fn new(connection: usize, method: &str, target: &str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self {
            connection,
            label: None,
            method: method.to_owned(),
            target: target.to_owned(),
            path: path.to_owned(),
            query: pairs(query),
            headers: Vec::new(),
            body: Vec::new(),
            body_size: 0,
        }
    }

    /// The first header of this name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The body as JSON; `None` where it is not JSON.
    pub fn json(&self) -> Option<serde_json::Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// `METHOD /path?query`, as a script writes it.
    pub fn line(&self) -> String {
        format!("{} {}", self.method, self.target)
    }
}
