//! Images, without async.

use std::sync::Arc;

use stevedore_client::{Result, Upload};

use super::Docker;
use super::docker::State;
use super::process::OfProcess;
use crate::Reference;
use crate::image::{Inspect, Load, Progress, Pull};

/// The images of an engine, together.
#[derive(Debug, Clone)]
pub struct Images {
    docker: Docker,
}

impl Images {
    pub(super) fn new(docker: Docker) -> Self {
        Self { docker }
    }

    /// See [`crate::image::Images::pull`].
    pub fn pull(&self, reference: &Reference) -> Result<Pulling> {
        let state = self.docker.state()?;
        let pulling = state.wait(async { state.docker()?.images().pull(reference).await })?;
        let pulling = OfProcess::new(pulling);
        Ok(Pulling { state, pulling })
    }

    /// See [`crate::image::Images::pull_with`].
    pub fn pull_with(&self, pull: &Pull) -> Result<Pulling> {
        let state = self.docker.state()?;
        let pulling = state.wait(async { state.docker()?.images().pull_with(pull).await })?;
        let pulling = OfProcess::new(pulling);
        Ok(Pulling { state, pulling })
    }

    /// See [`crate::image::Images::load`].
    pub fn load(&self, archive: Upload, load: &Load) -> Result<Pulling> {
        let state = self.docker.state()?;
        let pulling = state.wait(async { state.docker()?.images().load(archive, load).await })?;
        let pulling = OfProcess::new(pulling);
        Ok(Pulling { state, pulling })
    }
}

/// One image, by name or id.
#[derive(Debug, Clone)]
pub struct Image {
    docker: Docker,
    name: String,
}

impl Image {
    pub(super) fn new(docker: Docker, name: String) -> Self {
        Self { docker, name }
    }

    /// The name or id that it was asked for by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// See [`crate::image::Image::inspect`].
    pub fn inspect(&self) -> Result<Inspect> {
        let state = self.docker.state()?;
        let image = state.docker()?.image(self.name());
        state.wait(image.inspect())
    }

    /// See [`crate::image::Image::exists`].
    pub fn exists(&self) -> Result<bool> {
        let state = self.docker.state()?;
        let image = state.docker()?.image(self.name());
        state.wait(image.exists())
    }
}

/// The progress of a pull or a load. An iterator, which ends after a failure.
#[derive(Debug)]
pub struct Pulling {
    state: Arc<State>,
    pulling: OfProcess<crate::image::Pulling>,
}

impl Pulling {
    /// See [`crate::image::Pulling::done`].
    pub fn done(self) -> Result<()> {
        self.state.wait(self.pulling.take()?.done())
    }

    fn try_next(&mut self) -> Result<Option<Progress>> {
        self.state.wait(self.pulling.get_mut()?.try_next())
    }
}

impl Iterator for Pulling {
    type Item = Result<Progress>;

    fn next(&mut self) -> Option<Result<Progress>> {
        self.try_next().transpose()
    }
}
