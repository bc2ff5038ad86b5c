//! Containers, without async.

use stevedore_api::container::Create;
use stevedore_client::Result;

use super::face::Handle;
use super::{Docker, Launch};
use crate::container::{Outcome, Run, without_slash};

/// The containers of an engine, together.
#[derive(Debug, Clone)]
pub struct Containers {
    docker: Docker,
}

impl Handle for Containers {
    type Of = crate::container::Containers;

    fn docker(&self) -> &Docker {
        &self.docker
    }

    fn of(&self, docker: &crate::Docker) -> Self::Of {
        docker.containers()
    }
}

impl Containers {
    pub(super) fn new(docker: Docker) -> Self {
        Self { docker }
    }

    /// See [`crate::container::Containers::run`]: the whole run, to its end.
    pub fn run(&self, create: Create, run: Run) -> Result<Outcome> {
        self.launch(create, run)?.start()?.outcome()
    }

    /// The same, step by step. Nothing is sent yet.
    pub fn launch(&self, create: Create, run: Run) -> Result<Launch> {
        let state = self.docker.state()?;
        let launch = state.docker()?.containers().run(create, run);
        Ok(Launch::new(state, launch))
    }
}

/// One container, by id or name: free to make, nothing about it is kept.
#[derive(Debug, Clone)]
pub struct Container {
    docker: Docker,
    id: String,
}

impl Handle for Container {
    type Of = crate::container::Container;

    fn docker(&self) -> &Docker {
        &self.docker
    }

    fn of(&self, docker: &crate::Docker) -> Self::Of {
        docker.container(self.id())
    }
}

impl Container {
    pub(super) fn new(docker: Docker, id: String) -> Self {
        let id = without_slash(id);
        Self { docker, id }
    }

    pub(super) fn docker(&self) -> &Docker {
        &self.docker
    }

    /// The id or name that it was asked for by; a name without a leading slash.
    pub fn id(&self) -> &str {
        &self.id
    }
}
