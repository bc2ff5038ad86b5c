//! Requests, from bytes.

use httparse::Status;

use crate::Request;
use crate::line::Line;

/// A head or a chunk's size line beyond this is a fault of the client.
const HEAD_LIMIT: usize = 1024 * 1024;
/// This much of a body is kept to look at.
const BODY_KEPT: usize = 8 * 1024 * 1024;

/// Why there is no request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unread {
    /// The client closed the connection between two requests.
    Ended,
    /// It closed in the middle of one, or sent what is not HTTP.
    Broken(String),
}

fn broken(text: impl Into<String>) -> Unread {
    Unread::Broken(text.into())
}

/// Reads the next request up to its body.
pub(crate) async fn head(line: &mut Line, connection: usize) -> Result<Request, Unread> {
    loop {
        if let Some((request, size)) = parsed(&line.input, connection)? {
            line.input.drain(..size);
            return Ok(request);
        }
        if line.input.len() > HEAD_LIMIT {
            return Err(broken("a request's head is longer than 1 MiB"));
        }
        if !line.fill().await {
            return Err(match line.input.len() {
                0 => Unread::Ended,
                size => broken(format!(
                    "the client closed after {size} bytes of a request's head"
                )),
            });
        }
    }
}

fn parsed(bytes: &[u8], connection: usize) -> Result<Option<(Request, usize)>, Unread> {
    let mut headers = [httparse::EMPTY_HEADER; 256];
    let mut parser = httparse::Request::new(&mut headers);
    let size = match parser.parse(bytes) {
        Ok(Status::Complete(size)) => size,
        Ok(Status::Partial) => return Ok(None),
        Err(error) => return Err(broken(format!("a request is not HTTP/1: {error}"))),
    };
    let method = parser.method.unwrap_or_default();
    let mut request = Request::new(connection, method, parser.path.unwrap_or_default());
    request.headers = parser
        .headers
        .iter()
        .map(|header| {
            let value = String::from_utf8_lossy(header.value).into_owned();
            (header.name.to_owned(), value)
        })
        .collect();
    Ok(Some((request, size)))
}

/// Reads the request's body, whichever way it is sent.
pub(crate) async fn body(line: &mut Line, request: &mut Request) -> Result<(), Unread> {
    let coding = request.header("transfer-encoding");
    if coding.is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
        loop {
            let size = chunk_size(line).await?;
            if size == 0 {
                return trailers(line).await;
            }
            piece(line, request, size).await?;
            if !text_line(line).await?.is_empty() {
                return Err(broken("a chunk is longer than its size"));
            }
        }
    }
    match request.header("content-length").map(str::parse) {
        None => Ok(()),
        Some(Ok(size)) => piece(line, request, size).await,
        Some(Err(_)) => Err(broken("a request's content-length is not a number")),
    }
}

async fn piece(line: &mut Line, request: &mut Request, size: u64) -> Result<(), Unread> {
    let mut left = size;
    while left > 0 {
        if line.input.is_empty() && !line.fill().await {
            let came = request.body_size;
            return Err(broken(format!(
                "the client closed after {came} bytes of a body"
            )));
        }
        let here = usize::try_from(left)
            .unwrap_or(usize::MAX)
            .min(line.input.len());
        let room = BODY_KEPT.saturating_sub(request.body.len());
        for (place, byte) in line.input.drain(..here).enumerate() {
            if place < room {
                request.body.push(byte);
            }
        }
        left -= here as u64;
        request.body_size += here as u64;
    }
    Ok(())
}

async fn chunk_size(line: &mut Line) -> Result<u64, Unread> {
    let text = text_line(line).await?;
    let digits = text.split(';').next().unwrap_or_default().trim();
    u64::from_str_radix(digits, 16)
        .map_err(|_| broken(format!("`{text}` is not the size of a chunk")))
}

async fn trailers(line: &mut Line) -> Result<(), Unread> {
    while !text_line(line).await?.is_empty() {}
    Ok(())
}

async fn text_line(line: &mut Line) -> Result<String, Unread> {
    loop {
        if let Some(end) = line.input.windows(2).position(|pair| pair == b"\r\n") {
            let text: Vec<u8> = line.input.drain(..end + 2).take(end).collect();
            return Ok(String::from_utf8_lossy(&text).into_owned());
        }
        if line.input.len() > HEAD_LIMIT {
            return Err(broken("a line between chunks is longer than 1 MiB"));
        }
        if !line.fill().await {
            return Err(broken("the client closed between two chunks of a body"));
        }
    }
}
