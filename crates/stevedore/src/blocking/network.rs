//! Networks, without async.

use super::Docker;
use super::face::Handle;

/// The networks of an engine, together.
#[derive(Debug, Clone)]
pub struct Networks {
    docker: Docker,
}

impl Handle for Networks {
    type Of = crate::network::Networks;

    fn docker(&self) -> &Docker {
        &self.docker
    }

    fn of(&self, docker: &crate::Docker) -> Self::Of {
        docker.networks()
    }
}

impl Networks {
    pub(super) fn new(docker: Docker) -> Self {
        Self { docker }
    }
}

/// One network, by id or name: free to make, nothing about it is kept.
#[derive(Debug, Clone)]
pub struct Network {
    docker: Docker,
    id: String,
}

impl Handle for Network {
    type Of = crate::network::Network;

    fn docker(&self) -> &Docker {
        &self.docker
    }

    fn of(&self, docker: &crate::Docker) -> Self::Of {
        docker.network(self.id())
    }
}

impl Network {
    pub(super) fn new(docker: Docker, id: String) -> Self {
        Self { docker, id }
    }

    /// The id or name that it was asked for by.
    pub fn id(&self) -> &str {
        &self.id
    }
}
