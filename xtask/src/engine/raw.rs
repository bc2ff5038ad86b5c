//! One HTTP/1.1 exchange over a unix socket, with the standard library alone.
//!
//! The tour compares what R printed with what the engine says. That second opinion must not
//! come through the client under test, so nothing of ours may be used here.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

/// How long the engine may be silent: a pull or a wait for a container can take a while.
const SILENCE: Duration = Duration::from_mins(5);

/// A whole answer, its body already decoded from chunks.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Response {
    /// The first header of that name, whatever its case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = |(key, _): &&(String, String)| key.eq_ignore_ascii_case(name);
        self.headers
            .iter()
            .find(found)
            .map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> io::Result<serde_json::Value> {
        serde_json::from_slice(&self.body).map_err(io::Error::from)
    }
}

/// Sends a GET.
pub(crate) fn get(
    socket: &Path,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> io::Result<Response> {
    exchange("GET", socket, path, headers, body)
}

/// Sends a POST.
pub(crate) fn post(
    socket: &Path,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> io::Result<Response> {
    exchange("POST", socket, path, headers, body)
}

/// Sends a DELETE.
pub(crate) fn delete(
    socket: &Path,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> io::Result<Response> {
    exchange("DELETE", socket, path, headers, body)
}

fn exchange(
    method: &str,
    socket: &Path,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> io::Result<Response> {
    let mut stream = UnixStream::connect(socket)?;
    stream.set_read_timeout(Some(SILENCE))?;
    stream.set_write_timeout(Some(SILENCE))?;
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: engine\r\nConnection: close\r\n");
    for (name, value) in headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    if !body.is_empty() || method == "POST" {
        head.extend(["Content-Length: ", &body.len().to_string(), "\r\n"]);
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    parse(&answer)
}

fn parse(answer: &[u8]) -> io::Result<Response> {
    let (head, rest) = split_at(answer, b"\r\n\r\n").ok_or_else(|| bad("no end of headers"))?;
    let head = std::str::from_utf8(head).map_err(|_| bad("headers are not text"))?;
    let mut lines = head.split("\r\n");
    let status = lines
        .next()
        .and_then(|line| line.strip_prefix("HTTP/1."))
        .and_then(|line| line.split(' ').nth(1))
        .and_then(|code| code.parse().ok())
        .ok_or_else(|| bad("no status line"))?;
    let headers = lines
        .map(|line| {
            let (name, value) = line
                .split_once(':')
                .ok_or_else(|| bad("a header without a colon"))?;
            Ok((name.to_owned(), value.trim().to_owned()))
        })
        .collect::<io::Result<Vec<_>>>()?;
    let mut response = Response {
        status,
        headers,
        body: Vec::new(),
    };
    let chunked = response
        .header("Transfer-Encoding")
        .is_some_and(|v| v.eq_ignore_ascii_case("chunked"));
    response.body = if chunked {
        unchunk(rest)?
    } else if let Some(length) = response.header("Content-Length") {
        let length: usize = length
            .parse()
            .map_err(|_| bad("a length that is no number"))?;
        rest.get(..length)
            .ok_or_else(|| bad("the body ends early"))?
            .to_vec()
    } else {
        rest.to_vec()
    };
    Ok(response)
}

fn unchunk(mut rest: &[u8]) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let (line, after) =
            split_at(rest, b"\r\n").ok_or_else(|| bad("the body ends before a chunk"))?;
        let size = std::str::from_utf8(line)
            .ok()
            .and_then(|line| line.split(';').next());
        let size = size
            .and_then(|size| usize::from_str_radix(size.trim(), 16).ok())
            .ok_or_else(|| bad("a chunk without a size"))?;
        if size == 0 {
            return Ok(body);
        }
        let end = size
            .checked_add(2)
            .ok_or_else(|| bad("a chunk too large"))?;
        let chunk = after
            .get(..size)
            .ok_or_else(|| bad("the body ends within a chunk"))?;
        body.extend_from_slice(chunk);
        if after.get(size..end) != Some(b"\r\n".as_slice()) {
            return Err(bad("a chunk without its end"));
        }
        rest = after.get(end..).unwrap_or_default();
    }
}

fn split_at<'a>(bytes: &'a [u8], mark: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = bytes
        .windows(mark.len())
        .position(|window| window == mark)?;
    Some((bytes.get(..at)?, bytes.get(at + mark.len()..)?))
}

fn bad(what: &str) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("the engine's answer: {what}"),
    )
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn a_post_carries_its_headers_and_the_length_of_its_body() {
        let dir = tempfile::tempdir().unwrap();
        let socket = dir.path().join("s");
        let listener = UnixListener::bind(&socket).unwrap();
        let engine = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut seen = Vec::new();
            while !seen.ends_with(b"\r\n\r\n{}") {
                let mut byte = [0];
                stream.read_exact(&mut byte).unwrap();
                seen.push(byte[0]);
            }
            stream
                .write_all(b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n[]")
                .unwrap();
            String::from_utf8(seen).unwrap()
        });
        let response = post(
            &socket,
            "/things",
            &[("Content-Type", "application/json")],
            b"{}",
        )
        .unwrap();
        assert_eq!(
            (response.status, response.json().unwrap()),
            (201, serde_json::json!([]))
        );
        assert_eq!(
            engine.join().unwrap(),
            "POST /things HTTP/1.1\r\nHost: engine\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
        );
    }

    #[test]
    fn chunks_are_joined_and_their_extensions_ignored() {
        let answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
            4\r\nWiki\r\nA;note=1\r\npedia in\r\n\r\n0\r\n\r\n";
        let response = parse(answer).unwrap();
        assert_eq!(response.status, 200);
        assert_eq!(response.text(), "Wikipedia in\r\n");
    }

    #[test]
    fn a_body_that_ends_early_is_an_error() {
        assert!(parse(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nWi").is_err());
        assert!(
            parse(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nWiki\r\n").is_err()
        );
        assert!(parse(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nWiki").is_err());
        assert!(
            parse(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nWiki")
                .is_err()
        );
        assert!(parse(b"").is_err());
    }

    #[test]
    fn a_body_without_length_runs_to_the_end_of_the_connection() {
        let response = parse(b"HTTP/1.1 404 Not Found\r\nApi-Version:  1.51\r\n\r\nrest").unwrap();
        assert_eq!(response.status, 404);
        assert_eq!(response.header("api-version"), Some("1.51"));
        assert_eq!(response.body, b"rest");
    }

    #[test]
    fn bytes_beyond_the_stated_length_are_not_body() {
        let response = parse(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOKjunk").unwrap();
        assert_eq!(response.body, b"OK");
    }
}
