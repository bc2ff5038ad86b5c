//! Volumes, without async.

use super::Docker;
use super::face::Handle;

/// The volumes of an engine, together.
#[derive(Debug, Clone)]
pub struct Volumes {
    docker: Docker,
}

impl Handle for Volumes {
    type Of = crate::volume::Volumes;

    fn docker(&self) -> &Docker {
        &self.docker
    }

    fn of(&self, docker: &crate::Docker) -> Self::Of {
        docker.volumes()
    }
}

impl Volumes {
    pub(super) fn new(docker: Docker) -> Self {
        Self { docker }
    }
}

/// One volume, by name: free to make, nothing about it is kept.
#[derive(Debug, Clone)]
pub struct Volume {
    docker: Docker,
    name: String,
}

impl Handle for Volume {
    type Of = crate::volume::Volume;

    fn docker(&self) -> &Docker {
        &self.docker
    }

    fn of(&self, docker: &crate::Docker) -> Self::Of {
        docker.volume(self.name())
    }
}

impl Volume {
    pub(super) fn new(docker: Docker, name: String) -> Self {
        Self { docker, name }
    }

    /// The name that it was asked for by.
    pub fn name(&self) -> &str {
        &self.name
    }
}
