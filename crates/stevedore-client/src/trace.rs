//! What goes over the wire, for those who watch it.
//!
//! Off unless the settings have a [`Trace`]. What must stay secret is hidden
//! here, before anybody sees it.

mod mask;
mod tap;

use std::fmt;
use std::sync::Arc;

use http::header::{HeaderMap, HeaderName};
use http::{Request, StatusCode};
use stevedore_api::{HIDDEN, holds_secrets, is_secret};

pub(crate) use mask::Mask;
pub(crate) use tap::Tap;

/// Something that went over the wire, without its secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Traffic<'a> {
    /// Something about the connection.
    Note(&'a str),
    /// The head of a request.
    Request(&'a [u8]),
    /// A piece of what goes along with a request.
    Sent(&'a [u8]),
    /// The head of an answer.
    Answer(&'a [u8]),
    /// A piece of the content of an answer.
    Received(&'a [u8]),
}

type Watcher = dyn Fn(Traffic<'_>) + Send + Sync;

/// A function that is told what goes over the wire.
///
/// It is called while a call waits, so it should be quick. Passwords, tokens,
/// keys and the data of secrets are replaced by `<hidden>`.
#[derive(Clone)]
pub struct Trace(Arc<Watcher>);

impl Trace {
    /// Tells `watcher`.
    pub fn new(watcher: impl Fn(Traffic<'_>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(watcher))
    }

    pub(crate) fn tell(&self, traffic: Traffic<'_>) {
        (self.0)(traffic);
    }
}

impl fmt::Debug for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Trace")
    }
}

/// The same function.
impl PartialEq for Trace {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Trace {}

/// Headers that hold passwords or tokens, beside those of the API.
const SECRET: &[&str] = &["cookie", "proxy-authorization", "set-cookie"];

/// The request line and the headers of a request, without secrets.
pub(crate) fn request_head<T>(request: &Request<T>) -> Vec<u8> {
    let target = target(&request.uri().to_string());
    let line = format!("{} {target} HTTP/1.1\r\n", request.method());
    head(line, request.headers(), true)
}

/// The status line and the headers of an answer.
pub(crate) fn answer_head(status: u16, headers: &HeaderMap, hide: bool) -> Vec<u8> {
    let words = StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .unwrap_or("Unknown");
    head(format!("HTTP/1.1 {status} {words}\r\n"), headers, hide)
}

fn head(line: String, headers: &HeaderMap, hide: bool) -> Vec<u8> {
    let mut head = line.into_bytes();
    for (name, value) in headers {
        head.extend(spelt(name).bytes());
        head.extend(b": ");
        if hide && (SECRET.contains(&name.as_str()) || is_secret(name.as_str())) {
            head.extend(HIDDEN.bytes());
        } else {
            head.extend(value.as_bytes());
        }
        head.extend(b"\r\n");
    }
    head.extend(b"\r\n");
    head
}

/// Path and query, the latter without secrets.
fn target(uri: &str) -> String {
    let Some((path, query)) = uri.split_once('?') else {
        return uri.to_owned();
    };
    let shown = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, _)) if is_secret(name) || holds_secrets(name) => format!("{name}={HIDDEN}"),
        _ => pair.to_owned(),
    });
    format!("{path}?{}", shown.collect::<Vec<_>>().join("&"))
}

/// The usual spelling of a header's name: `Content-Type`.
fn spelt(name: &HeaderName) -> String {
    let mut starts = true;
    name.as_str()
        .chars()
        .map(|c| {
            let spelt = if starts { c.to_ascii_uppercase() } else { c };
            starts = c == '-';
            spelt
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_head_reads_as_engines_write_it() {
        let mut headers = HeaderMap::new();
        headers.insert("api-version", HeaderValue::from_static("1.41"));
        headers.append("x-a", HeaderValue::from_static("1"));
        headers.append("x-a", HeaderValue::from_static("2"));
        assert_eq!(
            String::from_utf8(answer_head(404, &headers, true)).unwrap(),
            "HTTP/1.1 404 Not Found\r\nApi-Version: 1.41\r\nX-A: 1\r\nX-A: 2\r\n\r\n"
        );
    }

    #[test]
    fn secret_headers_are_hidden() {
        let request = Request::builder()
            .uri("/build?buildargs=%7B%7D&t=a")
            .header("X-Registry-Auth", "c2VjcmV0")
            .body(())
            .unwrap();
        assert_eq!(
            String::from_utf8(request_head(&request)).unwrap(),
            "GET /build?buildargs=<hidden>&t=a HTTP/1.1\r\nX-Registry-Auth: <hidden>\r\n\r\n"
        );
    }
}
