//! Commands in containers, without async.

use std::sync::Arc;

use stevedore_client::{Chunk, Result};

use super::docker::State;
use super::process::OfProcess;
use super::{Container, Docker, Input};
use crate::container::Stdin;
use crate::exec::{Create, Inspect, Outcome, Start};

impl Container {
    /// See [`crate::container::Container::exec`]: to its end.
    pub fn exec(&self, create: Create) -> Result<Outcome> {
        self.launch_exec(create)?.outcome()
    }

    /// The same, step by step. Nothing is sent yet.
    pub fn launch_exec(&self, create: Create) -> Result<ExecLaunch> {
        let state = self.docker().state()?;
        let launch = state.docker()?.container(self.id()).exec(create);
        Ok(ExecLaunch {
            docker: self.docker().clone(),
            state,
            launch: OfProcess::new(launch),
        })
    }
}

/// See [`crate::exec::Exec`].
#[derive(Debug, Clone)]
pub struct Exec {
    docker: Docker,
    id: String,
}

impl Exec {
    pub(super) fn new(docker: Docker, id: String) -> Self {
        Self { docker, id }
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    fn wait_for<T>(&self, ask: impl AsyncFnOnce(crate::exec::Exec) -> Result<T>) -> Result<T> {
        let state = self.docker.state()?;
        state.wait(ask(state.docker()?.exec(self.id())))
    }

    /// See [`crate::exec::Exec::inspect`].
    pub fn inspect(&self) -> Result<Inspect> {
        self.wait_for(async |exec| exec.inspect().await)
    }

    /// See [`crate::exec::Exec::start_with`].
    pub fn start_with(&self, start: Start) -> Result<ExecRunning> {
        let state = self.docker.state()?;
        let running = state.wait(state.docker()?.exec(self.id()).start_with(start))?;
        Ok(ExecRunning::new(&self.docker, state, running))
    }

    /// See [`crate::exec::Exec::resize`].
    pub fn resize(&self, rows: u16, columns: u16) -> Result<()> {
        self.wait_for(async |exec| exec.resize(rows, columns).await)
    }

    /// See [`crate::exec::Exec::exit`].
    pub fn exit(&self) -> Result<i64> {
        self.wait_for(async |exec| exec.exit().await)
    }
}

/// See [`crate::exec::Launch`].
#[derive(Debug)]
#[must_use = "nothing is sent before it is waited on"]
pub struct ExecLaunch {
    docker: Docker,
    state: Arc<State>,
    launch: OfProcess<crate::exec::Launch>,
}

impl ExecLaunch {
    fn with(self, change: impl FnOnce(crate::exec::Launch) -> crate::exec::Launch) -> Result<Self> {
        Ok(Self {
            docker: self.docker,
            state: self.state,
            launch: OfProcess::new(change(self.launch.take()?)),
        })
    }

    /// See [`crate::exec::Launch::stdin`].
    pub fn stdin(self, stdin: impl Into<Stdin>) -> Result<Self> {
        self.with(|launch| launch.stdin(stdin))
    }

    /// See [`crate::exec::Launch::detach`].
    pub fn detach(self, detach: bool) -> Result<Self> {
        self.with(|launch| launch.detach(detach))
    }

    /// See [`crate::exec::Launch::create`].
    pub fn create(self) -> Result<Exec> {
        let exec = self.state.wait(self.launch.take()?.create())?;
        Ok(self.docker.exec(exec.id()))
    }

    /// See [`crate::exec::Launch::start`].
    pub fn start(self) -> Result<ExecRunning> {
        let running = self.state.wait(self.launch.take()?.start())?;
        Ok(ExecRunning::new(&self.docker, self.state, running))
    }

    /// See [`crate::exec::Running::outcome`].
    pub fn outcome(self) -> Result<Outcome> {
        self.start()?.outcome()
    }
}

/// See [`crate::exec::Running`]. An iterator over its output.
#[derive(Debug)]
pub struct ExecRunning {
    exec: Exec,
    state: Arc<State>,
    running: OfProcess<crate::exec::Running>,
}

impl ExecRunning {
    fn new(docker: &Docker, state: Arc<State>, running: crate::exec::Running) -> Self {
        Self {
            exec: docker.exec(running.exec().id()),
            state,
            running: OfProcess::new(running),
        }
    }

    /// Its handle, with its id.
    pub fn exec(&self) -> &Exec {
        &self.exec
    }

    /// See [`crate::exec::Running::is_raw`].
    pub fn is_raw(&self) -> Result<bool> {
        self.running.get().map(crate::exec::Running::is_raw)
    }

    /// See [`crate::exec::Running::input`]. Where nothing is to be written, drop it.
    pub fn input(&mut self) -> Result<Option<Input>> {
        let input = self.running.get_mut()?.input();
        Ok(input.map(|input| Input::new(self.state.clone(), input)))
    }

    /// See [`crate::exec::Running::exit`].
    pub fn exit(&mut self) -> Result<i64> {
        self.state.wait(self.running.get_mut()?.exit())
    }

    /// See [`crate::exec::Running::resize`].
    pub fn resize(&self, rows: u16, columns: u16) -> Result<()> {
        self.state.wait(self.running.get()?.resize(rows, columns))
    }

    /// See [`crate::exec::Running::outcome`].
    pub fn outcome(self) -> Result<Outcome> {
        self.state.wait(self.running.take()?.outcome())
    }

    fn try_next(&mut self) -> Result<Option<Chunk>> {
        self.state.wait(self.running.get_mut()?.try_next())
    }
}

impl Iterator for ExecRunning {
    type Item = Result<Chunk>;

    fn next(&mut self) -> Option<Result<Chunk>> {
        self.try_next().transpose()
    }
}
