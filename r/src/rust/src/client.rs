//! Clients: settings, what they connect to, and calls.

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;

use savvy::Sexp;
use stevedore::container::what_is_missing;
use stevedore::image::Progress;
use stevedore::{ApiVersion, Args, Docker, Error, ErrorKind, Settings, Tls, Upload};
use stevedore_api::{Info, Reply, Schema, endpoint};

use crate::failure::Failure;
use crate::given::Given;
use crate::handle::Session;
use crate::native::Stop;
use crate::process::OfProcess;
use crate::settings::{NULL, Plan};
use crate::tree::{Shape, Tree};
use crate::{faces, read, sys};

/// A client as R sees it.
pub(crate) struct Client {
    /// What a forked child makes its own session from.
    settings: Settings,
    /// Nothing after it was closed.
    session: RefCell<Option<Rc<OfProcess<Session>>>>,
    version: ApiVersion,
    kind: String,
    /// The folder of the certificates in use.
    certificates: Option<PathBuf>,
    /// What the user should know about the version and the place.
    notes: Vec<String>,
}

impl Client {
    /// Reads R's settings, and agrees on a version unless one is given.
    pub(crate) fn open(given: &Given) -> Result<Self, Stop> {
        let kind = given.field_text("http_client_type").unwrap_or("curl");
        let mut plan = Plan::read(given)?;
        let mut session = Session::new(plan.settings.clone())?;
        let version = match plan.settings.version {
            Some(version) => version,
            None => match session.wait(session.docker.api_version())? {
                Ok(version) => version,
                Err(error) => {
                    let place = session.elsewhere(&plan, error)?;
                    if place.host != plan.settings.host {
                        plan.notes.push(format!(
                            "The engine at {} can't be used; using the one at {}",
                            plan.settings.host, place.host
                        ));
                    }
                    plan.settings = place;
                    session = Session::new(plan.settings.clone())?;
                    session.wait(session.docker.api_version())??
                }
            },
        };
        let Plan {
            settings,
            certificates,
            mut notes,
            ..
        } = plan;
        match session.docker.client().newest_of_engine() {
            Some(newest) if newest > version => notes.push(format!(
                "Detected API version '{newest}' is above max version '{version}'; downgrading"
            )),
            _ => {}
        }
        Ok(Self {
            settings: settings.version(version)?,
            session: RefCell::new(Some(session)),
            version,
            kind: kind.to_owned(),
            certificates,
            notes,
        })
    }

    /// The session of this process.
    pub(crate) fn session(&self) -> Result<Rc<OfProcess<Session>>, Stop> {
        if self.kind == NULL {
            return Err(Failure::settings("Can't make requests with the null client").into());
        }
        let mut session = self.session.borrow_mut();
        if let Some(session) = session.as_ref().filter(|session| session.is_ours()) {
            return Ok(Rc::clone(session));
        }
        let new = Session::new(self.settings.clone())?;
        *session = Some(Rc::clone(&new));
        Ok(new)
    }

    /// Closes its connections, but for those of streams.
    pub(crate) fn close(&self) {
        self.session.take();
    }

    /// What `connection_info()` shows, and what to say when the client is made.
    pub(crate) fn info(&self) -> Tree<'_> {
        let host = &self.settings.host;
        let tls = self.settings.is_tls();
        let verified = self.settings.tls.as_ref().is_none_or(Tls::is_verifying);
        let info = Tree::record(vec![
            ("api_version", Tree::text(self.version.to_string())),
            (
                "protocol",
                Tree::text(if tls { "https" } else { host.protocol() }),
            ),
            ("host", Tree::text(host.address())),
            ("http_client_type", Tree::text(self.kind.as_str())),
            ("use_tls", Tree::Bool(Some(tls))),
            (
                "tls_verify",
                if tls {
                    Tree::Bool(Some(verified))
                } else {
                    Tree::Null
                },
            ),
            ("tls_certificates", self.certificates()),
        ]);
        Tree::record(vec![
            ("connection", info),
            ("notes", Tree::texts(self.notes.iter().map(String::as_str))),
        ])
    }

    /// The files that prove who this is, and whom it trusts.
    fn certificates(&self) -> Tree<'_> {
        let Some(folder) = &self.certificates else {
            return Tree::Null;
        };
        let file = |name: &str| Tree::text(folder.join(name).display().to_string());
        Tree::record(vec![
            ("key", file("key.pem")),
            ("ca", file("ca.pem")),
            ("cert", file("cert.pem")),
        ])
    }

    /// One call, answered in full.
    pub(crate) fn call(&self, id: &str, mut given: Given) -> Result<Sexp, Stop> {
        let info = row(id)?;
        self.check_version(info)?;
        let upload = read::upload(info, &mut given)?;
        let args = read::args(info, self.version, &given)?;
        let session = self.session()?;
        let client = session.docker.client();
        let (headers, record, body) = session.wait_for(async {
            let upload = upload.map_or_else(Upload::nothing, Upload::bytes);
            let answer = match client.open_with(info, &args, upload).await {
                Ok(answer) => answer,
                Err(error) => return Err(explained(&session.docker, info, &args, error).await),
            };
            let headers = faces::headers(&answer, self.version);
            let record = match info.reply {
                Reply::Header(name, _) => answer.header(name).map(str::to_owned),
                _ => None,
            };
            Ok::<_, Error>((headers, record, answer.bytes().await?))
        })??;
        let record = record.and_then(|text| faces::from_base64(&text));
        let tree = match info.reply {
            Reply::Nothing => Tree::Null,
            Reply::Json(schema) => json(info, schema, self.version, &body)?,
            Reply::Bytes => Tree::Raw(&body),
            Reply::Header(_, schema) => {
                let text = record.as_deref().unwrap_or_default();
                json(info, schema, self.version, text)?
            }
            Reply::Lines(schema) if info.id == "container_stats" => self
                .shape(schema)
                .read_first(&body)
                .map_err(|error| not_json(info, &error))?,
            Reply::Lines(_) => lines(info, &body)?,
            _ => Tree::text(String::from_utf8_lossy(&body)),
        };
        sys::write(&faces::reply(info, self.version, tree, headers))
    }

    /// The version in use.
    pub(crate) fn version(&self) -> ApiVersion {
        self.version
    }

    fn shape(&self, schema: Schema) -> Shape {
        Shape {
            schema,
            version: self.version,
        }
    }

    /// Refuses an endpoint that the version in use lacks, in 0.9.6's words.
    fn check_version(&self, info: &'static Info) -> Result<(), Stop> {
        let needs = info.span.since;
        if self.version >= needs {
            return Ok(());
        }
        let message = format!(
            "'{}' ({} {}) requires docker API version at least {needs} (version {} used)",
            info.legacy,
            info.method.as_str(),
            info.path,
            self.version
        );
        Err(Error::new(ErrorKind::Version, message).at(info).into())
    }
}

/// What the engine's refusal leaves open: whether it is the container that is missing, or
/// the path in it, and what a signal is.
async fn explained(docker: &Docker, info: &'static Info, args: &Args, error: Error) -> Error {
    match (info.id, error.status()) {
        ("container_path_stat", _) => {
            let container = docker.container(args.text("id").unwrap_or_default());
            what_is_missing(&container, error).await
        }
        (_, Some(400)) if args.text("signal").is_some() => {
            error.with_note(&format!("'signal' must be {}", read::SIGNAL))
        }
        _ => error,
    }
}

/// The row of the endpoint that R asked for.
pub(crate) fn row(id: &str) -> Result<&'static Info, Stop> {
    endpoint(id).ok_or_else(|| Failure::bug(&format!("there is no endpoint {id}")).into())
}

fn json<'a>(
    info: &'static Info,
    schema: Schema,
    version: ApiVersion,
    body: &'a [u8],
) -> Result<Tree<'a>, Stop> {
    let text = if body.is_empty() { b"null" } else { body };
    Shape { schema, version }
        .read(text)
        .map_err(|error| not_json(info, &error))
}

/// Reports of progress, of which only a failure is told.
fn lines<'a>(info: &'static Info, body: &[u8]) -> Result<Tree<'a>, Stop> {
    for report in serde_json::Deserializer::from_slice(body).into_iter::<Progress>() {
        let report = report.map_err(|error| not_json(info, &error))?;
        if let Some(message) = report.error {
            let message = message.trim().to_owned();
            return Err(Error::new(ErrorKind::Stream, message).at(info).into());
        }
    }
    Ok(Tree::Null)
}

fn not_json(info: &'static Info, error: &serde_json::Error) -> Stop {
    let message = format!(
        "the answer to {} is not what it should be: {error}",
        info.id
    );
    Error::new(ErrorKind::Protocol, message).at(info).into()
}
