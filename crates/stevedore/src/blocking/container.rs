//! Containers, without async.

use stevedore_api::container::{
    Attach, Create, Inspect, Kill, List, Logs, Remove, Start, Stop, Summary, Wait,
};
use stevedore_client::Result;

use super::{Chunks, Docker, Input, Launch};
use crate::container::{Outcome, Run, Started};

/// The containers of an engine, together.
#[derive(Debug, Clone)]
pub struct Containers {
    docker: Docker,
}

impl Containers {
    pub(super) fn new(docker: Docker) -> Self {
        Self { docker }
    }

    /// See [`crate::container::Containers::list`].
    pub fn list(&self, list: &List) -> Result<Vec<Summary>> {
        let state = self.docker.state()?;
        state.wait(state.docker()?.containers().list(list))
    }

    /// See [`crate::container::Containers::create`].
    pub fn create(&self, create: &Create) -> Result<Container> {
        let state = self.docker.state()?;
        let container = state.wait(state.docker()?.containers().create(create))?;
        Ok(self.docker.container(container.id()))
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

impl Container {
    pub(super) fn new(docker: Docker, id: String) -> Self {
        Self { docker, id }
    }

    pub(super) fn docker(&self) -> &Docker {
        &self.docker
    }

    /// The id or name that it was asked for by.
    pub fn id(&self) -> &str {
        &self.id
    }

    fn wait_for<T>(
        &self,
        ask: impl AsyncFnOnce(crate::container::Container) -> Result<T>,
    ) -> Result<T> {
        let state = self.docker.state()?;
        state.wait(ask(state.docker()?.container(self.id())))
    }

    /// See [`crate::container::Container::inspect`].
    pub fn inspect(&self) -> Result<Inspect> {
        self.wait_for(async |container| container.inspect().await)
    }

    /// See [`crate::container::Container::logs`].
    pub fn logs(&self, logs: Logs) -> Result<Chunks> {
        let state = self.docker.state()?;
        let container = state.docker()?.container(self.id());
        let chunks = state.wait(container.logs(logs))?;
        Ok(Chunks::new(state, chunks))
    }

    /// See [`crate::container::Container::attach`].
    pub fn attach(&self, attach: Attach) -> Result<(Chunks, Input)> {
        let state = self.docker.state()?;
        let container = state.docker()?.container(self.id());
        let (chunks, input) = state.wait(container.attach(attach))?;
        Ok((Chunks::new(state.clone(), chunks), Input::new(state, input)))
    }

    /// See [`crate::container::Container::start`].
    pub fn start(&self) -> Result<Started> {
        self.start_with(Start::new())
    }

    /// See [`crate::container::Container::start_with`].
    pub fn start_with(&self, start: Start) -> Result<Started> {
        self.wait_for(async |container| container.start_with(start).await)
    }

    /// See [`crate::container::Container::stop`].
    pub fn stop(&self) -> Result<Started> {
        self.stop_with(Stop::new())
    }

    /// See [`crate::container::Container::stop_with`].
    pub fn stop_with(&self, stop: Stop) -> Result<Started> {
        self.wait_for(async |container| container.stop_with(stop).await)
    }

    /// See [`crate::container::Container::kill`].
    pub fn kill(&self) -> Result<()> {
        self.kill_with(Kill::new())
    }

    /// See [`crate::container::Container::kill_with`].
    pub fn kill_with(&self, kill: Kill) -> Result<()> {
        self.wait_for(async |container| container.kill_with(kill).await)
    }

    /// See [`crate::container::Container::wait`].
    pub fn wait(&self) -> Result<i64> {
        self.wait_with(Wait::new())
    }

    /// See [`crate::container::Container::wait_with`].
    pub fn wait_with(&self, wait: Wait) -> Result<i64> {
        self.wait_for(async |container| container.wait_with(wait).await)
    }

    /// See [`crate::container::Container::remove`].
    pub fn remove(&self) -> Result<()> {
        self.remove_with(Remove::new())
    }

    /// See [`crate::container::Container::remove_with`].
    pub fn remove_with(&self, remove: Remove) -> Result<()> {
        self.wait_for(async |container| container.remove_with(remove).await)
    }
}
