//! Requests that R's users write by hand, and answers as they come.

use std::time::{Duration, Instant};

use stevedore::{Answer, ApiVersion, Method, Request, Upload};
use stevedore_api::Fault;

use crate::given::{Data, Given, Wrong};
use crate::native::Stop;
use crate::tree::Tree;

/// A request that was checked, with what goes along with it.
pub(crate) struct Draft {
    pub(crate) request: Request,
    pub(crate) upload: Upload,
    /// The address as a browser would show it.
    pub(crate) url: String,
}

impl Draft {
    /// Reads what R gave: `verb`, `path`, `query`, `body` and `headers`.
    pub(crate) fn read(given: &Given, version: ApiVersion) -> Result<Self, Stop> {
        let verb = required(given, "verb")?;
        let method = method(verb).ok_or_else(|| {
            Wrong::must_be("verb", "one of 'GET', 'HEAD', 'POST', 'PUT', 'DELETE'")
        })?;
        let mut request = Request::new(method, required(given, "path")?);
        if let Some(query) = given.field("query").filter(|it| !it.is_null()) {
            for (name, value) in pairs(query, "query", "a list")? {
                request = request.query(name, value);
            }
        }
        let mut kind = None;
        if let Some(headers) = given.field("headers").filter(|it| !it.is_null()) {
            for (name, value) in pairs(headers, "headers", "a named character vector")? {
                if name.eq_ignore_ascii_case("content-type") {
                    kind = Some(value.clone());
                }
                request = request.header(name, value);
            }
        }
        let mut upload = Upload::nothing();
        if let Some(body) = given.field("body").filter(|it| !it.is_null()) {
            match (&body.data, body.text(), kind) {
                (Data::Bytes(bytes), _, None) => {
                    request = request.header("Content-Type", "application/octet-stream");
                    upload = Upload::bytes(bytes.clone());
                }
                (Data::Bytes(bytes), _, Some(_)) => upload = Upload::bytes(bytes.clone()),
                (_, Some(text), None) => request = request.json(text),
                (_, Some(text), Some(_)) => upload = Upload::bytes(text.to_owned()),
                _ => return Err(Wrong::must_be("body", "a scalar character or raw").into()),
            }
        }
        let call = request.call(version).map_err(reworded)?;
        Ok(Self {
            url: format!("http://localhost{}", call.target),
            request,
            upload,
        })
    }
}

fn required<'a>(given: &'a Given, name: &str) -> Result<&'a str, Wrong> {
    given
        .field_text(name)
        .ok_or_else(|| Wrong::must_be(name, "a scalar character (non-NA)"))
}

fn method(verb: &str) -> Option<Method> {
    [
        Method::Get,
        Method::Head,
        Method::Post,
        Method::Put,
        Method::Delete,
    ]
    .into_iter()
    .find(|method| method.as_str().eq_ignore_ascii_case(verb))
}

/// What the check of the request found, in R's words.
fn reworded(fault: Fault) -> Stop {
    match fault {
        Fault::Argument {
            argument,
            expected,
            got,
            ..
        } => {
            let message = format!("'{argument}' must be {expected}, not {got}");
            Wrong::new(&argument, message).into()
        }
        other => stevedore::Error::from(other).into(),
    }
}

/// Names and values; one with several values comes as often.
fn pairs(given: &Given, argument: &str, kind: &str) -> Result<Vec<(String, String)>, Wrong> {
    let wrong = || Wrong::must_be(argument, kind);
    if given.names.is_none() && !matches!(given.data, Data::List(_)) {
        return Err(wrong());
    }
    let names = given.named(argument)?;
    let mut pairs = Vec::new();
    for (name, value) in names.iter().zip(given.elements()) {
        let texts = match &value.data {
            // The engine's spelling of a logical.
            Data::Bools(values) => values
                .iter()
                .map(|it| it.map(|it| it.to_string()))
                .collect(),
            Data::List(_) | Data::Bytes(_) | Data::Other(_) => {
                let at = format!("{argument}${name}");
                return Err(Wrong::must_be(&at, "an atomic vector (non-NA)"));
            }
            _ => value.texts().unwrap_or_default(),
        };
        for text in texts {
            let at = format!("{argument}${name}");
            let text = text.ok_or_else(|| Wrong::must_be(&at, "an atomic vector (non-NA)"))?;
            pairs.push((name.clone(), text));
        }
    }
    Ok(pairs)
}

/// What there is to say about an answer beside its content.
pub(crate) struct Head {
    url: String,
    status: u16,
    kind: Option<String>,
    modified: Option<String>,
    headers: Vec<u8>,
    began: Instant,
    answered: Duration,
    ended: Option<Duration>,
}

impl Head {
    pub(crate) fn of(answer: &Answer, url: String, began: Instant) -> Self {
        Self {
            url,
            status: answer.status(),
            kind: answer.header("content-type").map(str::to_owned),
            modified: answer.header("last-modified").map(str::to_owned),
            headers: answer.head(),
            answered: began.elapsed(),
            began,
            ended: None,
        }
    }

    /// The content has been read.
    pub(crate) fn end(&mut self) {
        self.ended.get_or_insert_with(|| self.began.elapsed());
    }

    pub(crate) fn fields(&self) -> Vec<(&'static str, Tree<'_>)> {
        let total = self.ended.unwrap_or_else(|| self.began.elapsed());
        vec![
            ("url", Tree::text(self.url.as_str())),
            ("status_code", Tree::whole(self.status.into())),
            ("type", Tree::maybe_text(self.kind.as_deref())),
            ("headers", Tree::Raw(&self.headers)),
            ("modified", Tree::maybe_text(self.modified.as_deref())),
            ("answered", seconds(self.answered)),
            ("total", seconds(total)),
        ]
    }
}

fn seconds(time: Duration) -> Tree<'static> {
    Tree::Number {
        value: time.as_secs_f64(),
        is_integer: false,
    }
}
