//! Commands in containers, without async.

use std::sync::Arc;

use stevedore_client::{Chunk, Result};

use super::docker::State;
use super::face::{Faced, Handle};
use super::process::OfProcess;
use super::{Container, Docker, Input};
use crate::container::Stdin;
use crate::exec::{Create, Outcome, Start};
#[cfg(all(unix, feature = "terminal"))]
use crate::terminal::{Left, Terminal};

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

#[cfg(all(unix, feature = "terminal"))]
impl Container {
    /// See [`crate::container::Container::interact`].
    pub fn interact(&self, terminal: &Terminal) -> Result<Left> {
        let state = self.docker().state()?;
        state.wait(state.docker()?.container(self.id()).interact(terminal))
    }
}

/// See [`crate::exec::Exec`].
#[derive(Debug, Clone)]
pub struct Exec {
    docker: Docker,
    id: String,
}

impl Handle for Exec {
    type Of = crate::exec::Exec;

    fn docker(&self) -> &Docker {
        &self.docker
    }

    fn of(&self, docker: &crate::Docker) -> Self::Of {
        docker.exec(self.id())
    }
}

impl Faced for crate::exec::Exec {
    type Face = Exec;

    fn face(self, docker: &Docker, _: &Arc<State>) -> Exec {
        docker.exec(self.id())
    }
}

impl Exec {
    pub(super) fn new(docker: Docker, id: String) -> Self {
        Self { docker, id }
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// See [`crate::exec::Exec::start_with`].
    pub fn start_with(&self, start: Start) -> Result<ExecRunning> {
        self.ask_face(async |exec| exec.start_with(start).await)
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

    /// See [`crate::exec::Launch::terminal`].
    #[cfg(all(unix, feature = "terminal"))]
    pub fn terminal(self, terminal: &Terminal) -> Result<Self> {
        self.with(|launch| launch.terminal(terminal))
    }

    /// See [`crate::exec::Launch::interact`].
    #[cfg(all(unix, feature = "terminal"))]
    pub fn interact(self, terminal: &Terminal) -> Result<Left> {
        self.state.wait(self.launch.take()?.interact(terminal))
    }

    /// See [`crate::exec::Launch::create`].
    pub fn create(self) -> Result<Exec> {
        let exec = self.state.wait(self.launch.take()?.create())?;
        Ok(exec.face(&self.docker, &self.state))
    }

    /// See [`crate::exec::Launch::start`].
    pub fn start(self) -> Result<ExecRunning> {
        let running = self.state.wait(self.launch.take()?.start())?;
        Ok(running.face(&self.docker, &self.state))
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

impl Faced for crate::exec::Running {
    type Face = ExecRunning;

    fn face(self, docker: &Docker, state: &Arc<State>) -> ExecRunning {
        ExecRunning {
            exec: docker.exec(self.exec().id()),
            state: state.clone(),
            running: OfProcess::new(self),
        }
    }
}

impl ExecRunning {
    /// Its handle, with its id.
    pub fn exec(&self) -> &Exec {
        &self.exec
    }

    /// See [`crate::exec::Running::is_raw`].
    pub fn is_raw(&self) -> Result<bool> {
        self.running.get().map(crate::exec::Running::is_raw)
    }

    /// See [`crate::exec::Running::interact`].
    #[cfg(all(unix, feature = "terminal"))]
    pub fn interact(&mut self, terminal: &Terminal) -> Result<Left> {
        self.state.wait(self.running.get_mut()?.interact(terminal))
    }

    /// See [`crate::exec::Running::input`]. Where nothing is to be written, drop it.
    pub fn input(&mut self) -> Result<Option<Input>> {
        let input = self.running.get_mut()?.input();
        Ok(input.map(|input| Input::new(self.state.clone(), input)))
    }

    /// See [`crate::exec::Running::feed`].
    pub fn feed(&mut self, stdin: impl Into<Stdin>) -> Result<bool> {
        Ok(self.running.get_mut()?.feed(stdin))
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
