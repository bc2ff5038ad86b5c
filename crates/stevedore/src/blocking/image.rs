//! Images, without async.

use std::sync::Arc;

use stevedore_client::Result;

use super::Docker;
use super::docker::State;
use super::face::Handle;
use super::process::OfProcess;
use crate::image::Progress;

/// The images of an engine, together.
#[derive(Debug, Clone)]
pub struct Images {
    docker: Docker,
}

impl Handle for Images {
    type Of = crate::image::Images;

    fn docker(&self) -> &Docker {
        &self.docker
    }

    fn of(&self, docker: &crate::Docker) -> Self::Of {
        docker.images()
    }
}

impl Images {
    pub(super) fn new(docker: Docker) -> Self {
        Self { docker }
    }
}

/// One image, by name or id.
#[derive(Debug, Clone)]
pub struct Image {
    docker: Docker,
    name: String,
}

impl Handle for Image {
    type Of = crate::image::Image;

    fn docker(&self) -> &Docker {
        &self.docker
    }

    fn of(&self, docker: &crate::Docker) -> Self::Of {
        docker.image(self.name())
    }
}

impl Image {
    pub(super) fn new(docker: Docker, name: String) -> Self {
        Self { docker, name }
    }

    /// The name or id that it was asked for by.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// The progress of a pull or a load. An iterator, which ends after a failure.
#[derive(Debug)]
pub struct Pulling {
    state: Arc<State>,
    pulling: OfProcess<crate::image::Pulling>,
}

impl Pulling {
    pub(super) fn new(state: Arc<State>, pulling: crate::image::Pulling) -> Self {
        let pulling = OfProcess::new(pulling);
        Self { state, pulling }
    }

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
