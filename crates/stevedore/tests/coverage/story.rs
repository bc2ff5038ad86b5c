//! A story: calls one after the other, each written down as it ends.

use std::fs::OpenOptions;
use std::io::Write as _;

use serde::de::DeserializeOwned;
use serde_json::{Deserializer, Value as JsonValue, json};
use stevedore::image::Pull;
use stevedore::{
    Answer, ApiVersion, Args, Docker, Endpoint, Error, ErrorKind, Host, Result, Settings, Upload,
    Value, WebSocket,
};
use stevedore_api::{
    Bytes, Call, Duplex, Fault, Frames, Header, Info, Json, Lines, Nothing, Reply, Text,
};
use stevedore_client::Read;

/// The image that commands are run in.
pub(crate) const IMAGE: &str = "busybox:latest";

/// The calls of one test.
pub(crate) struct Story {
    pub(crate) docker: Docker,
}

impl Story {
    /// A story on the engine under test, which has the image that most need.
    pub(crate) async fn begin() -> Self {
        let host: Host = set("STEVEDORE_TEST_DOCKER").parse().unwrap();
        let mut settings = Settings::new().host(host);
        if let Some(version) = pinned() {
            settings = settings.version(version).unwrap();
        }
        let story = Self {
            docker: Docker::new(settings),
        };
        if !story.docker.image(IMAGE).exists().await.unwrap() {
            story.call(&Pull::new().name(IMAGE)).await.unwrap();
        }
        story
    }

    /// Whether the engine speaks this minor version of 1.x.
    pub(crate) async fn speaks(&self, minor: u16) -> bool {
        let version = stevedore::ApiVersion::new(1, minor);
        self.docker.api_version().await.unwrap() >= version
    }

    /// One call, through the request's type.
    pub(crate) async fn call<E>(&self, request: &E) -> Result<<E::Reply as Kept>::Value>
    where
        E: Endpoint,
        E::Reply: Kept + Read,
    {
        let value = self.call_with(request, Upload::nothing()).await?;
        let again = pinned().is_none() && E::INFO.method.is_safe();
        if again && matches!(E::INFO.reply, Reply::Json(_)) {
            // What was read from the bytes here is read by the client, too.
            self.docker.call(request).await?;
        }
        Ok(value)
    }

    /// The same, with bytes that go along.
    pub(crate) async fn call_with<E>(
        &self,
        request: &E,
        upload: Upload,
    ) -> Result<<E::Reply as Kept>::Value>
    where
        E: Endpoint,
        E::Reply: Kept,
    {
        let version = self.docker.api_version().await?;
        let mut entry = Entry {
            id: E::INFO.id,
            version: version.to_string(),
            ..Entry::default()
        };
        let client = self.docker.client();
        let args = of_version(E::INFO, request.args(), version);
        let outcome = match client.open_with(E::INFO, &args, upload).await {
            Ok(answer) => {
                entry.status = Some(answer.status());
                <E::Reply as Kept>::keep(answer, &mut entry).await
            }
            Err(error) => {
                entry.status = error.status();
                Err(error)
            }
        };
        entry.error = outcome.as_ref().err().map(Error::chain);
        entry.write();
        outcome
    }
}

/// The version to be spoken, where that is not for the engine to say.
fn pinned() -> Option<ApiVersion> {
    let version = std::env::var("STEVEDORE_COVERAGE_API").ok()?;
    Some(version.parse().unwrap())
}

/// The arguments, at a version that was pinned without those that it lacks.
fn of_version(info: &'static Info, args: Args, version: ApiVersion) -> Args {
    let mut args = Value::from(args);
    loop {
        let Value::Map(pairs) = &args else {
            unreachable!("arguments are a map");
        };
        let mut known = Args::new();
        for (name, value) in pairs {
            known.set(name, value.clone());
        }
        match Call::check(info, &known, version) {
            Err(fault @ Fault::Version { .. }) if pinned().is_some() => {
                let Some(lacks) = fault.argument() else {
                    return known;
                };
                assert!(take(&mut args, lacks), "{lacks} is no argument");
            }
            _ => return known,
        }
    }
}

/// Takes `host_config.mounts[0].target` and the like out of a value.
fn take(value: &mut Value, path: &str) -> bool {
    let step = path.split(['.', '[']).next().unwrap();
    let rest = path.strip_prefix(step).unwrap().trim_start_matches('.');
    match value {
        Value::Map(pairs) if rest.is_empty() => {
            let before = pairs.len();
            pairs.retain(|(name, _)| name != step);
            pairs.len() < before
        }
        Value::Map(pairs) => pairs
            .iter_mut()
            .filter(|(name, _)| name == step)
            .any(|(_, value)| take(value, rest)),
        Value::List(items) => {
            let (at, rest) = path.trim_start_matches('[').split_once(']').unwrap();
            take(
                &mut items[at.parse::<usize>().unwrap()],
                rest.trim_start_matches('.'),
            )
        }
        _ => false,
    }
}

/// What a variable of the command says.
pub(crate) fn set(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} must be set: run cargo xtask coverage"))
}

/// A name that no other run uses.
pub(crate) fn name(of: &str) -> String {
    format!("stevedore-{of}-{}", std::process::id())
}

/// What is written down of a call.
#[derive(Default)]
pub(crate) struct Entry {
    id: &'static str,
    version: String,
    status: Option<u16>,
    error: Option<String>,
    replies: Vec<JsonValue>,
}

impl Entry {
    fn write(self) {
        let mut file = OpenOptions::new()
            .append(true)
            .create(true)
            .open(set("STEVEDORE_COVERAGE"))
            .unwrap();
        let line = json!({
            "id": self.id,
            "version": self.version,
            "status": self.status,
            "error": self.error,
            "replies": self.replies,
        });
        file.write_all(format!("{line}\n").as_bytes()).unwrap();
    }

    /// Keeps the JSON as it came, and gives it as its type.
    fn json<T: DeserializeOwned>(&mut self, value: JsonValue) -> Result<T> {
        self.replies.push(value.clone());
        serde_json::from_value(value).map_err(unreadable)
    }
}

fn unreadable(error: serde_json::Error) -> Error {
    Error::new(ErrorKind::Protocol, "the reply does not fit its type").caused_by(error)
}

/// What the reply of a request's type is kept as.
pub(crate) trait Kept {
    type Value;

    async fn keep(answer: Answer, entry: &mut Entry) -> Result<Self::Value>;
}

impl<T: DeserializeOwned> Kept for Json<T> {
    type Value = T;

    async fn keep(answer: Answer, entry: &mut Entry) -> Result<T> {
        let is_list = matches!(
            answer.endpoint().reply,
            Reply::Json(stevedore_api::Schema::List(_))
        );
        let empty = answer.status() == 204;
        let text = answer.bytes().await?;
        let value = match serde_json::from_slice(&text) {
            Ok(JsonValue::Null) if is_list => json!([]),
            Ok(value) => value,
            Err(_) if empty => JsonValue::Null,
            Err(error) => return Err(unreadable(error)),
        };
        entry.json(value)
    }
}

impl<T: DeserializeOwned> Kept for Lines<T> {
    type Value = Vec<T>;

    async fn keep(answer: Answer, entry: &mut Entry) -> Result<Vec<T>> {
        let text = answer.bytes().await?;
        let mut values = Vec::new();
        for value in Deserializer::from_slice(&text).into_iter::<JsonValue>() {
            let value = value.map_err(unreadable)?;
            // What fails under way is told among the values.
            if let Some(told) = value["error"].as_str() {
                return Err(Error::new(ErrorKind::Stream, told.to_owned()));
            }
            values.push(entry.json(value)?);
        }
        Ok(values)
    }
}

impl Kept for Nothing {
    type Value = ();

    async fn keep(answer: Answer, _: &mut Entry) -> Result<()> {
        answer.done().await
    }
}

impl Kept for Text {
    type Value = String;

    async fn keep(answer: Answer, _: &mut Entry) -> Result<String> {
        answer.text().await
    }
}

impl Kept for Bytes {
    type Value = Vec<u8>;

    async fn keep(answer: Answer, _: &mut Entry) -> Result<Vec<u8>> {
        Ok(answer.bytes().await?.to_vec())
    }
}

impl Kept for Frames {
    type Value = Answer;

    async fn keep(answer: Answer, _: &mut Entry) -> Result<Answer> {
        Ok(answer)
    }
}

impl Kept for Duplex {
    type Value = Answer;

    async fn keep(answer: Answer, _: &mut Entry) -> Result<Answer> {
        Ok(answer)
    }
}

impl Kept for stevedore_api::WebSocket {
    type Value = WebSocket;

    async fn keep(answer: Answer, _: &mut Entry) -> Result<WebSocket> {
        answer.websocket().await
    }
}

impl<T: DeserializeOwned> Kept for Header<T> {
    type Value = T;

    async fn keep(answer: Answer, entry: &mut Entry) -> Result<T> {
        let Reply::Header(name, _) = answer.endpoint().reply else {
            panic!("a reply in a header has a header");
        };
        let text = answer.header(name).unwrap().to_owned();
        // Read as the client reads it, and kept as it came.
        let typed = <Self as Read>::read(answer).await?;
        entry
            .replies
            .push(serde_json::from_slice(&base64(&text)).unwrap());
        Ok(typed)
    }
}

/// The bytes that a text in base64 stands for.
fn base64(text: &str) -> Vec<u8> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bits = 0u32;
    let mut count = 0;
    let mut bytes = Vec::new();
    for byte in text.bytes().filter(|byte| *byte != b'=') {
        let at = ALPHABET.iter().position(|known| *known == byte).unwrap();
        bits = bits << 6 | u32::try_from(at).unwrap();
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
        }
    }
    bytes
}
