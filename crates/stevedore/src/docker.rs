//! The entrance: one engine.

use std::sync::Arc;

use stevedore_api::{ApiVersion, Endpoint, Fault, Info, Request};
use stevedore_client::{Answer, Client, Error, Read, Result, Settings, Upload};

use crate::cleanup::Cleanup;
use crate::container::{Container, Containers};
use crate::exec::Exec;
use crate::image::{Image, Images};
use crate::network::{Network, Networks};
use crate::system::{GetVersion, Ping, Version};
use crate::volume::{Volume, Volumes};

/// One Docker engine. Cheap to clone; clones share connections.
///
/// Making one does no I/O; the first call agrees on an API version, which is
/// one request more. Its futures need a tokio runtime with I/O and time enabled.
///
/// A forked child has no runtime of its own, and so no use for this one: it makes a
/// runtime and a `Docker` there, and leaves the parent's alone with `std::mem::forget`,
/// because dropping a connection would take it out of the reactor that both share. The
/// blocking face does all that by itself.
#[derive(Debug, Clone)]
pub struct Docker {
    client: Client,
    cleanup: Arc<Cleanup>,
}

impl Docker {
    /// The engine that the environment names: by `DOCKER_HOST`, else by `DOCKER_CONTEXT` or
    /// the context in use, else the one at the first usual socket that this user may use.
    ///
    /// `DOCKER_API_VERSION` is honoured. Variables and files are read, nothing is connected
    /// to: [`Settings::from_env`] tells the whole of it.
    ///
    /// # Errors
    /// Kind `Settings`: a variable or a file can't be used; the message names it.
    pub fn from_env() -> Result<Self> {
        Settings::from_env().map(Self::new)
    }

    /// The engine of a context that was made with `docker context create`. Files are read,
    /// nothing is connected to.
    ///
    /// # Errors
    /// Kind `Settings`: there is none of this name, or it can't be used.
    pub fn from_context(name: &str) -> Result<Self> {
        Settings::from_context(name).map(Self::new)
    }

    /// An engine that answers: where the environment names one, that one, else the first of
    /// those at the usual places. One request to each place where a socket is.
    ///
    /// ```no_run
    /// # async fn example() -> stevedore::Result<()> {
    /// let docker = stevedore::Docker::discover().await?;
    /// println!("found {}", docker.client().host());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Those of [`from_env`](Self::from_env); kind `Unreachable` where none answers. The
    /// message says what was found where; [`discover::Report`](crate::discover::Report) has
    /// it as data.
    pub async fn discover() -> Result<Self> {
        Settings::discover().await.map(Self::new)
    }

    /// The engine that these settings name.
    pub fn new(settings: Settings) -> Self {
        Self {
            client: Client::new(settings),
            cleanup: Arc::default(),
        }
    }

    /// The client below: loose arguments, raw answers.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The API version that calls are sent with. One request the first time, none after.
    pub async fn api_version(&self) -> Result<ApiVersion> {
        self.client.version().await
    }

    /// Calls any endpoint: what it gives is read as the request's type says.
    ///
    /// ```no_run
    /// # async fn example(docker: stevedore::Docker) -> stevedore::Result<()> {
    /// let version = docker.call(&stevedore::system::GetVersion::new()).await?;
    /// println!("{} on {}", version.version, version.os);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn call<E>(&self, request: &E) -> Result<<E::Reply as Read>::Value>
    where
        E: Endpoint,
        E::Reply: Read,
    {
        self.client.call(request).await
    }

    /// Sends a request written by hand: any method and path below the version.
    ///
    /// One request. The answer's body is pulled piece by piece or read as a whole,
    /// and a refusal is an answer like any other: look at [`Answer::status`].
    ///
    /// ```no_run
    /// # async fn example(docker: stevedore::Docker) -> stevedore::Result<()> {
    /// use stevedore::Request;
    ///
    /// let info = docker.request(&Request::get("/info")).await?;
    /// println!("{} {}", info.status(), info.text().await?);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn request(&self, request: &Request) -> Result<Answer> {
        self.client.request(request, Upload::nothing()).await
    }

    /// Whether the engine is there. One request: `GET /_ping`.
    pub async fn ping(&self) -> Result<()> {
        self.call(&Ping::new()).await.map(drop)
    }

    /// Versions of the engine and its parts. One request: `GET /version`.
    pub async fn version(&self) -> Result<Version> {
        self.call(&GetVersion::new()).await
    }

    /// Its containers, together.
    pub fn containers(&self) -> Containers {
        Containers::new(self.clone())
    }

    /// One container, by id or name. No request: it need not exist.
    ///
    /// A name may have the leading slash with which the engine shows it, `/web`.
    pub fn container(&self, id: impl Into<String>) -> Container {
        Container::new(self.clone(), id.into())
    }

    /// A command in a container, by its id. No request: it need not exist.
    pub fn exec(&self, id: impl Into<String>) -> Exec {
        Exec::new(self.clone(), id.into())
    }

    /// Its images, together.
    pub fn images(&self) -> Images {
        Images::new(self.clone())
    }

    /// One image, by name or id. No request: it need not exist.
    pub fn image(&self, name: impl Into<String>) -> Image {
        Image::new(self.clone(), name.into())
    }

    /// Its networks, together.
    pub fn networks(&self) -> Networks {
        Networks::new(self.clone())
    }

    /// One network, by id or name. No request: it need not exist.
    pub fn network(&self, id: impl Into<String>) -> Network {
        Network::new(self.clone(), id.into())
    }

    /// Its volumes, together.
    pub fn volumes(&self) -> Volumes {
        Volumes::new(self.clone())
    }

    /// One volume, by name. No request: it need not exist.
    pub fn volume(&self, name: impl Into<String>) -> Volume {
        Volume::new(self.clone(), name.into())
    }

    /// Does what dropped things have promised: containers of a run with `rm`
    /// that was given up are removed. As many requests as there are such containers.
    ///
    /// Given up half way, it can be called again.
    ///
    /// # Errors
    /// The first removal that failed since the last time, after all were tried.
    pub async fn close(&self) -> Result<()> {
        self.cleanup.close().await
    }

    pub(crate) fn cleanup(&self) -> &Arc<Cleanup> {
        &self.cleanup
    }
}

/// Refuses a name or id that is empty where the table can't: the endpoint has a use for none.
pub(crate) fn must_name(info: &'static Info, argument: &str, name: &str) -> Result<()> {
    if name.is_empty() {
        return Err(Error::from(Fault::Argument {
            endpoint: info,
            argument: argument.to_owned(),
            expected: "a name or id".to_owned(),
            got: "empty".to_owned(),
        }));
    }
    Ok(())
}
