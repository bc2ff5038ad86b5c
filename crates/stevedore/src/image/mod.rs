//! Images.
//!
//! ```no_run
//! # async fn example(docker: stevedore::Docker) -> stevedore::Result<()> {
//! use stevedore::image::{List, Prune, Tag};
//!
//! for image in docker.call(&List::new().filter("dangling", "false")).await? {
//!     println!("{:?} {} bytes", image.repo_tags, image.size);
//! }
//! docker.call(&Tag::new().repo("localhost:5000/bash").name("bash").tag("test")).await?;
//! let gone = docker.call(&Prune::new().filter("until", "24h")).await?;
//! println!("{} bytes freed", gone.space_reclaimed);
//! # Ok(())
//! # }
//! ```

mod pull;

pub use pull::Pulling;
pub use stevedore_api::image::*;
use stevedore_api::{Endpoint, Json};
use stevedore_client::{Error, Read, Result, Upload};

use crate::docker::must_name;
use crate::{Docker, Reference};

/// The images of an engine, together.
#[derive(Debug, Clone)]
pub struct Images {
    docker: Docker,
}

impl Images {
    pub(crate) fn new(docker: Docker) -> Self {
        Self { docker }
    }

    /// Pulls an image; a name without tag and digest means `latest`.
    ///
    /// One request: `POST /images/create`. The answer streams progress; the image
    /// is there once the stream has ended.
    pub async fn pull(&self, reference: &Reference) -> Result<Pulling> {
        let reference = reference.clone().or_latest();
        let tag = reference.digest().or(reference.tag()).unwrap_or_default();
        self.pull_with(&Pull::new().name(reference.name()).tag(tag))
            .await
    }

    /// Pulls as the request says.
    pub async fn pull_with(&self, pull: &Pull) -> Result<Pulling> {
        if let Some(name) = &pull.name {
            must_name(Pull::INFO, "name", name)?;
        }
        let answer = self.docker.client().open(Pull::INFO, &pull.args()).await?;
        Ok(Pulling::new(answer.lines()))
    }

    /// Loads images from a tar archive, as `docker save` writes it.
    ///
    /// One request: `POST /images/load`. The answer streams what was loaded.
    pub async fn load(&self, archive: Upload, load: &Load) -> Result<Pulling> {
        let answer = self
            .docker
            .client()
            .open_with(Load::INFO, &load.args(), archive)
            .await?;
        Ok(Pulling::new(answer.lines()))
    }
}

/// One image, by name or id.
#[derive(Debug, Clone)]
pub struct Image {
    docker: Docker,
    name: String,
}

impl Image {
    pub(crate) fn new(docker: Docker, name: String) -> Self {
        Self { docker, name }
    }

    /// The name or id that it was asked for by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Everything about it. One request: `GET /images/{name}/json`.
    pub async fn inspect(&self) -> Result<Inspect> {
        <Json<Inspect> as Read>::read(
            self.docker
                .client()
                .open(
                    InspectOne::INFO,
                    &InspectOne::new().name(self.name.as_str()).args(),
                )
                .await?,
        )
        .await
    }

    /// Whether the engine has it. One request.
    pub async fn exists(&self) -> Result<bool> {
        match self.inspect().await {
            Ok(_) => Ok(true),
            Err(error) if error.is_not_found() => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// The failure that a line of progress reports.
pub(crate) fn failure(progress: &Progress) -> Option<Error> {
    progress.error.as_ref().map(|message| {
        Error::new(
            stevedore_client::ErrorKind::Stream,
            message.trim().to_owned(),
        )
    })
}
