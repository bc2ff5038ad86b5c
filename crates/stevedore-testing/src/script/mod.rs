//! A script as it is written, and as it is played once it has been checked.

pub(crate) mod condition;
pub(crate) mod step;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;
use serde_saphyr::{Location, Spanned};

use crate::Error;
use condition::On;
use step::{Hex, Step};

/// A conversation with a daemon: which requests come, and the bytes that answer them.
#[derive(Clone, Debug)]
pub struct Script {
    /// Where it was read, for messages.
    pub(crate) name: String,
    pub(crate) says: String,
    pub(crate) signals: Vec<String>,
    pub(crate) exchanges: Vec<Exchange>,
}

impl Script {
    /// Reads a script from a file.
    ///
    /// # Errors
    /// When the file can't be read, or as [`Script::parse`].
    pub fn read(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let text = fs::read_to_string(path)
            .map_err(|error| Error::new(format!("{}: {error}", path.display())))?;
        Self::named(path.display().to_string(), &text)
    }

    /// Reads `spec/NAME.yaml` of this repository, which Rust and R tests share.
    ///
    /// # Errors
    /// As [`Script::read`].
    pub fn spec(name: &str) -> Result<Self, Error> {
        Self::read(Self::spec_folder().join(format!("{name}.yaml")))
    }

    /// The folder of the shared scripts.
    pub fn spec_folder() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec")
    }

    /// Reads a script from its text.
    ///
    /// # Errors
    /// When it is not YAML, or says what no daemon can play; the message has the line.
    pub fn parse(text: &str) -> Result<Self, Error> {
        Self::named("script".to_owned(), text)
    }

    /// The claim that the script makes, in one sentence.
    pub fn says(&self) -> &str {
        &self.says
    }

    fn named(name: String, text: &str) -> Result<Self, Error> {
        let options = serde_saphyr::options! { strict_booleans: true };
        let written: Written = serde_saphyr::from_str_with_options(text, options)
            .map_err(|error| Error::new(format!("{name}: {error}")))?;
        let script = Self {
            name,
            says: written.says,
            signals: written.signals,
            exchanges: written.exchanges,
        };
        script.check()?;
        Ok(script)
    }

    /// Every moment that is awaited must be one that can come.
    fn check(&self) -> Result<(), Error> {
        let fault = |at: Location, text: String| {
            let line = at.line();
            Err(Error::new(format!("{}: line {line}: {text}", self.name)))
        };
        let known = |name: &str| {
            self.signals.iter().any(|signal| signal == name)
                || self.exchanges.iter().any(|exchange| exchange.is(name))
        };
        for exchange in &self.exchanges {
            let waits = step::each(&exchange.reply.steps).filter_map(|step| match step {
                Step::Await(name) => Some(name),
                _ => None,
            });
            for name in waits.chain(&exchange.after) {
                if !known(&name.value) {
                    let name_is = &name.value;
                    return fault(
                        name.referenced,
                        format!(
                            "`{name_is}` is neither the label of an exchange nor one of `signals`"
                        ),
                    );
                }
            }
            if exchange.reads == Reads::Head && exchange.body.is_some() {
                return fault(
                    exchange.on.referenced,
                    "`body` can't be checked where only the head is read".to_owned(),
                );
            }
        }
        Ok(())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    says: String,
    #[serde(default)]
    signals: Vec<String>,
    exchanges: Vec<Exchange>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Exchange {
    pub(crate) on: Spanned<On>,
    label: Option<String>,
    #[serde(default)]
    pub(crate) times: Times,
    pub(crate) after: Option<Spanned<String>>,
    /// A null means that the header must be absent.
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, Option<String>>,
    pub(crate) body: Option<Value>,
    #[serde(default)]
    pub(crate) reads: Reads,
    pub(crate) reply: Reply,
}

impl Exchange {
    /// The label, or the words of `on` where there is none.
    pub(crate) fn label(&self) -> &str {
        self.label.as_deref().unwrap_or(&self.on.value.text)
    }

    pub(crate) fn is(&self, name: &str) -> bool {
        self.label() == name || self.on.value.text == name
    }
}

/// How often an exchange takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) enum Times {
    Any,
    Exactly(usize),
}

impl Default for Times {
    fn default() -> Self {
        Self::Exactly(1)
    }
}

impl TryFrom<String> for Times {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.as_str() {
            "any" => Ok(Self::Any),
            number => number
                .parse()
                .map(Self::Exactly)
                .map_err(|_| format!("`times` is a number or `any`, not `{text}`")),
        }
    }
}

/// How much of a request is read before it is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reads {
    #[default]
    All,
    Head,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "WrittenReply")]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) reason: String,
    /// A null takes away a header that would be there by itself.
    pub(crate) headers: BTreeMap<String, Option<String>>,
    pub(crate) delivery: Delivery,
    pub(crate) steps: Vec<Step>,
}

/// How the end of a reply is known to the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    Length,
    Chunked,
    UntilClose,
    Upgrade,
    /// The steps are all the bytes there are, the status line too.
    Raw,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "this is how scripts are written; `Delivery` is what becomes of it"
)]
struct WrittenReply {
    status: Option<u16>,
    reason: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, Option<String>>,
    #[serde(default)]
    chunked: bool,
    #[serde(default)]
    until_close: bool,
    #[serde(default)]
    upgrade: bool,
    #[serde(default)]
    raw: bool,
    json: Option<Value>,
    text: Option<String>,
    bytes: Option<Hex>,
    steps: Option<Vec<Step>>,
}

impl TryFrom<WrittenReply> for Reply {
    type Error = String;

    fn try_from(written: WrittenReply) -> Result<Self, String> {
        let deliveries = [
            (written.chunked, Delivery::Chunked),
            (written.until_close, Delivery::UntilClose),
            (written.upgrade, Delivery::Upgrade),
            (written.raw, Delivery::Raw),
        ];
        let mut asked = deliveries.iter().filter(|(asked, _)| *asked);
        let delivery = asked
            .next()
            .map_or(Delivery::Length, |(_, delivery)| *delivery);
        if asked.next().is_some() {
            return Err("a reply is one of chunked, until_close, upgrade, raw".to_owned());
        }
        if delivery == Delivery::Raw
            && (written.status.is_some() || written.reason.is_some() || !written.headers.is_empty())
        {
            return Err("a raw reply has its status and headers among its bytes".to_owned());
        }

        let mut headers = written.headers;
        let mut by_itself = |name: &str, value: &str| {
            if !headers.keys().any(|key| key.eq_ignore_ascii_case(name)) {
                headers.insert(name.to_owned(), Some(value.to_owned()));
            }
        };
        let given = [
            written.json.map(|value| {
                by_itself("Content-Type", "application/json");
                vec![Step::Json(value)]
            }),
            written.text.map(|text| {
                by_itself("Content-Type", "text/plain; charset=utf-8");
                vec![Step::Text(text)]
            }),
            written.bytes.map(|bytes| vec![Step::Bytes(bytes)]),
            written.steps,
        ];
        let mut given = given.into_iter().flatten();
        let steps = given.next().unwrap_or_default();
        if given.next().is_some() {
            return Err("a reply has one of json, text, bytes, steps".to_owned());
        }

        let upgraded = delivery == Delivery::Upgrade;
        let status = written.status.unwrap_or(if upgraded { 101 } else { 200 });
        let reason = written.reason.unwrap_or_else(|| reason(status).to_owned());
        Ok(Self {
            status,
            reason,
            headers,
            delivery,
            steps,
        })
    }
}

impl Reply {
    /// Whether a status of this kind has a body at all.
    pub(crate) fn may_have_body(&self) -> bool {
        self.status >= 200 && self.status != 204 && self.status != 304
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.and_then(|(_, value)| value.as_deref())
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        101 => "UPGRADED",
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        304 => "Not Modified",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        503 => "Service Unavailable",
        _ => "Scripted",
    }
}

#[cfg(test)]
mod tests;
