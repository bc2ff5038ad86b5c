//! Requests written by hand, for what the table does not have.

use std::fmt;

use crate::{ApiVersion, Call, Fault, Info, Method, Reply, Span, lower};

/// The row of the table that a request by hand has.
static BY_HAND: Info = Info {
    id: "request",
    legacy: "request",
    method: Method::Get,
    path: "",
    span: Span::ALWAYS,
    args: &[],
    reply: Reply::Bytes,
    headers: &[],
    errors: &[],
    upload: None,
    lasts: false,
    doc: "A request written by hand.",
};

/// A request written by hand: any method and path, versioned like the rest.
///
/// ```
/// use stevedore_api::{ApiVersion, Request};
///
/// let request = Request::get("/containers/json").query("all", "true");
/// let call = request.call(ApiVersion::new(1, 41))?;
/// assert_eq!(call.target, "/v1.41/containers/json?all=true");
/// # Ok::<(), stevedore_api::Fault>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    method: Method,
    path: String,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    json: Option<Vec<u8>>,
}

impl Request {
    /// A request of this method for this path, as it stands below the version: `/info`.
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            query: Vec::new(),
            headers: Vec::new(),
            json: None,
        }
    }

    /// A GET request.
    pub fn get(path: impl Into<String>) -> Self {
        Self::new(Method::Get, path)
    }

    /// A POST request.
    pub fn post(path: impl Into<String>) -> Self {
        Self::new(Method::Post, path)
    }

    /// Adds to the query; both sides are encoded.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Adds a header.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sets a JSON body. Other bodies go along as the upload.
    pub fn json(mut self, text: impl Into<Vec<u8>>) -> Self {
        self.json = Some(text.into());
        self
    }

    /// The call at `version`.
    ///
    /// # Errors
    /// A path that is none, or text that would make another request of it.
    pub fn call(&self, version: ApiVersion) -> Result<Call, Fault> {
        let wrong = |argument: &str, expected: &str, got: &str| Fault::Argument {
            endpoint: &BY_HAND,
            argument: argument.to_owned(),
            expected: expected.to_owned(),
            got: lower::shown(got),
        };
        let outside = |c: char| c.is_control() || c == ' ' || c == '#' || !c.is_ascii();
        if !self.path.starts_with('/') || self.path.contains(outside) {
            let expected = "an encoded path that begins with `/`";
            return Err(wrong("path", expected, &self.path));
        }
        let mut headers = Vec::new();
        for (name, value) in &self.headers {
            let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
            if name.is_empty() || !name.bytes().all(is_token) {
                return Err(wrong("headers", "names of headers", name));
            }
            if value.contains(char::is_control) {
                return Err(wrong("headers", "text without control characters", value));
            }
            headers.push((name.clone().into(), value.clone()));
        }
        let mut target = format!("/v{version}{}", self.path);
        for (name, value) in &self.query {
            target.push(if target.contains('?') { '&' } else { '?' });
            target.push_str(&lower::pair(name, value));
        }
        Ok(Call {
            info: &BY_HAND,
            version: Some(version),
            method: self.method,
            target,
            headers,
            body: self.json.clone(),
        })
    }
}

/// Without the query, the headers and the body, which may hold secrets.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.split('?').next().unwrap_or_default();
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("path", &path)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const V1_41: ApiVersion = ApiVersion::new(1, 41);

    #[test]
    fn what_is_given_is_encoded_and_kept() {
        let request = Request::post("/images/create?fromImage=a")
            .query("tag", "1 0&x=y")
            .header("X-Meta", "a")
            .json("{}");
        let call = request.call(V1_41).unwrap();
        assert_eq!(
            call.target,
            "/v1.41/images/create?fromImage=a&tag=1%200%26x%3Dy"
        );
        assert_eq!(call.method, Method::Post);
        assert_eq!(call.headers, [("X-Meta".into(), "a".to_owned())]);
        assert_eq!(call.body.as_deref(), Some(&b"{}"[..]));
    }

    #[test]
    fn no_text_makes_another_request_of_it() {
        for path in ["", "info", "/a b", "/a\r\nHost: x", "/a#b", "/\u{e9}"] {
            assert_eq!(
                Request::get(path).call(V1_41).unwrap_err().argument(),
                Some("path")
            );
        }
        for (name, value) in [("", "x"), ("a b", "x"), ("a:", "x"), ("a", "x\r\ny: z")] {
            let request = Request::get("/info").header(name, value);
            assert_eq!(request.call(V1_41).unwrap_err().argument(), Some("headers"));
        }
    }
}
