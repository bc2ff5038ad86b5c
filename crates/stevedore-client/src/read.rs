//! From an answer to what a request's type promises.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::de::DeserializeOwned;
use stevedore_api::{Bytes, Duplex, Frames, Header, Json, Nothing, Reply, Text};

use crate::answer::not_json;
use crate::{Answer, Error, ErrorKind, Lines, Result};

/// What the reply of a request's type is read as.
pub trait Read {
    /// What it becomes.
    type Value;

    /// Reads the answer.
    fn read(answer: Answer) -> impl Future<Output = Result<Self::Value>> + Send;
}

impl<T: DeserializeOwned> Read for Json<T> {
    type Value = T;

    async fn read(answer: Answer) -> Result<T> {
        answer.json().await
    }
}

impl Read for Nothing {
    type Value = ();

    async fn read(answer: Answer) -> Result<()> {
        answer.done().await
    }
}

impl Read for Text {
    type Value = String;

    async fn read(answer: Answer) -> Result<String> {
        answer.text().await
    }
}

/// The answer itself: its pieces are pulled with [`Answer::next`], however many they are.
impl Read for Bytes {
    type Value = Answer;

    async fn read(answer: Answer) -> Result<Answer> {
        Ok(answer)
    }
}

/// The values are pulled one by one.
impl<T: DeserializeOwned> Read for stevedore_api::Lines<T> {
    type Value = Lines<T>;

    async fn read(answer: Answer) -> Result<Lines<T>> {
        Ok(answer.lines())
    }
}

/// The answer itself: where it does not tell its framing, only the container's terminal flag does.
impl Read for Frames {
    type Value = Answer;

    async fn read(answer: Answer) -> Result<Answer> {
        Ok(answer)
    }
}

/// The answer itself, to be taken over with [`Answer::duplex`].
impl Read for Duplex {
    type Value = Answer;

    async fn read(answer: Answer) -> Result<Answer> {
        Ok(answer)
    }
}

/// What comes over the websocket, and what goes.
#[cfg(feature = "websocket")]
impl Read for stevedore_api::WebSocket {
    type Value = crate::WebSocket;

    async fn read(answer: Answer) -> Result<crate::WebSocket> {
        answer.websocket().await
    }
}

impl<T: DeserializeOwned> Read for Header<T> {
    type Value = T;

    async fn read(answer: Answer) -> Result<T> {
        let info = answer.endpoint();
        let Reply::Header(name, _) = info.reply else {
            return Err(lacks(info, "a header"));
        };
        let text = answer.header(name).map(str::to_owned);
        answer.done().await?;
        json_header(info, name, text.as_deref())
    }
}

/// What a header holds that is JSON in base64.
pub(crate) fn json_header<T: DeserializeOwned>(
    info: &'static stevedore_api::Info,
    name: &str,
    text: Option<&str>,
) -> Result<T> {
    let text = text.ok_or_else(|| lacks(info, name))?;
    // Some fill it up with `=`, some don't.
    let json = STANDARD_NO_PAD
        .decode(text.trim().trim_end_matches('='))
        .map_err(|error| lacks(info, name).caused_by(error))?;
    serde_json::from_slice(&json).map_err(|error| not_json(info, &json, error))
}

fn lacks(info: &'static stevedore_api::Info, header: &str) -> Error {
    Error::new(
        ErrorKind::Protocol,
        format!("the answer to {} lacks a readable header {header}", info.id),
    )
    .at(info)
}
