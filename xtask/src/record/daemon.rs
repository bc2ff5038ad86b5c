//! Something that plays an engine on a socket, agrees to everything and remembers it.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anyhow::{Context as _, Result};
use serde_json::{Map, Value, json};

use super::API;

/// The id of every container that is made.
const ID: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// More than any body of a request here.
const BODY_MAX: u64 = 1 << 20;

/// A request.
#[derive(Debug, Clone)]
pub(super) struct Sent {
    method: String,
    /// Without the version in front.
    pub(super) path: String,
    query: BTreeMap<String, String>,
    pub(super) body: Value,
}

impl Sent {
    /// As it stands in the table; what it lacks does not.
    pub(super) fn to_json(&self) -> Value {
        let mut json = Map::new();
        json.insert("path".to_owned(), json!(self.path));
        if !self.query.is_empty() {
            json.insert("query".to_owned(), json!(self.query));
        }
        if !self.body.is_null() {
            json.insert("body".to_owned(), self.body.clone());
        }
        json.into()
    }

    /// Whether it says what a container is made of.
    pub(super) fn makes_or_joins(&self) -> bool {
        self.method == "POST"
            && (self.path == "/containers/create" || self.path.ends_with("/connect"))
    }
}

pub(super) struct Daemon {
    socket: PathBuf,
    sent: Arc<Mutex<Vec<Sent>>>,
}

impl Daemon {
    /// Listens until this program ends.
    pub(super) fn at(socket: &Path) -> Result<Self> {
        let listener = UnixListener::bind(socket)
            .with_context(|| format!("cannot listen at {}", socket.display()))?;
        let sent = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&sent);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let shared = Arc::clone(&shared);
                // A client that goes away in the middle is no concern of ours: what it sent in
                // full is recorded.
                thread::spawn(move || serve(&stream, &shared));
            }
        });
        Ok(Self {
            socket: socket.to_owned(),
            sent,
        })
    }

    pub(super) fn socket(&self) -> String {
        self.socket.display().to_string()
    }

    /// What came since the last time, in order.
    pub(super) fn take(&self) -> Vec<Sent> {
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *sent)
    }
}

fn serve(stream: &UnixStream, all: &Mutex<Vec<Sent>>) -> Result<()> {
    let mut reader = BufReader::new(stream);
    let mut writer = stream;
    while let Some(sent) = read(&mut reader)? {
        let (reply, is_last) = reply(&sent);
        all.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(sent);
        writer.write_all(reply.as_bytes())?;
        if is_last {
            break;
        }
    }
    Ok(())
}

fn read(reader: &mut BufReader<&UnixStream>) -> Result<Option<Sent>> {
    let mut first = String::new();
    if reader.read_line(&mut first)? == 0 {
        return Ok(None);
    }
    let mut words = first.split_whitespace();
    let method = words.next().unwrap_or_default().to_owned();
    let target = words.next().unwrap_or_default();
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse()?;
        }
    }
    let mut body = Vec::new();
    reader.take(length.min(BODY_MAX)).read_to_end(&mut body)?;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let path = match path.strip_prefix("/v").and_then(|it| it.split_once('/')) {
        Some((_, path)) => format!("/{path}"),
        None => path.to_owned(),
    };
    let query = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    Ok(Some(Sent {
        method,
        path,
        query,
        body: match body.as_slice() {
            [] => Value::Null,
            json => serde_json::from_slice(json).context("a body that is no JSON was sent")?,
        },
    }))
}

/// What to answer, and whether that ends the conversation.
fn reply(sent: &Sent) -> (String, bool) {
    let headers =
        format!("Api-Version: {API}\r\nOstype: linux\r\nServer: Docker/28.5.0 (linux)\r\n");
    let json = |status: &str, body: &str| {
        let length = body.len();
        format!(
            "HTTP/1.1 {status}\r\n{headers}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        )
    };
    let last = sent.path.rsplit('/').next().unwrap_or_default();
    match (sent.method.as_str(), last) {
        ("HEAD", "_ping") => (
            format!("HTTP/1.1 200 OK\r\n{headers}Content-Length: 0\r\n\r\n"),
            false,
        ),
        ("POST", "create") => (
            json(
                "201 Created",
                &format!("{{\"Id\":\"{ID}\",\"Warnings\":[]}}"),
            ),
            false,
        ),
        ("POST", "attach") => (
            format!(
                "HTTP/1.1 101 UPGRADED\r\n{headers}Content-Type: application/vnd.docker.raw-stream\r\n\
                 Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
            ),
            true,
        ),
        ("POST", "wait") => (json("200 OK", "{\"StatusCode\":0}"), false),
        ("POST", "start" | "resize") => {
            (format!("HTTP/1.1 204 No Content\r\n{headers}\r\n"), false)
        }
        ("POST", "connect") => (json("200 OK", "{}"), false),
        _ => (
            json("404 Not Found", "{\"message\":\"no such thing\"}"),
            false,
        ),
    }
}
