//! What is read or written piece by piece, without async.

use std::sync::Arc;
use std::time::Duration;

use stevedore_client::{Chunk, Result};

use super::docker::State;
use super::process::OfProcess;
use crate::container::{LogLine, Outcome, Stdin, Step, Usage};
#[cfg(all(unix, feature = "terminal"))]
use crate::terminal::{Left, Terminal};

/// Output of a container. An iterator, which ends after a failure.
#[derive(Debug)]
pub struct Chunks {
    state: Arc<State>,
    chunks: OfProcess<stevedore_client::Chunks>,
}

impl Chunks {
    pub(super) fn new(state: Arc<State>, chunks: stevedore_client::Chunks) -> Self {
        let chunks = OfProcess::new(chunks);
        Self { state, chunks }
    }

    fn try_next(&mut self) -> Result<Option<Chunk>> {
        self.state.wait(self.chunks.get_mut()?.try_next())
    }
}

impl Iterator for Chunks {
    type Item = Result<Chunk>;

    fn next(&mut self) -> Option<Result<Chunk>> {
        self.try_next().transpose()
    }
}

/// A log, line by line. An iterator, which ends after a failure.
#[derive(Debug)]
pub struct LogLines {
    state: Arc<State>,
    lines: OfProcess<crate::container::LogLines>,
}

impl LogLines {
    pub(super) fn new(state: Arc<State>, lines: crate::container::LogLines) -> Self {
        let lines = OfProcess::new(lines);
        Self { state, lines }
    }

    /// See [`crate::container::LogLines::resume`].
    ///
    /// # Errors
    /// Kind `Settings`: it belongs to the parent of this process.
    pub fn resume(self, patience: Duration) -> Result<Self> {
        let lines = self.lines.take()?.resume(patience);
        Ok(Self::new(self.state, lines))
    }

    fn try_next(&mut self) -> Result<Option<LogLine>> {
        self.state.wait(self.lines.get_mut()?.try_next())
    }
}

impl Iterator for LogLines {
    type Item = Result<LogLine>;

    fn next(&mut self) -> Option<Result<LogLine>> {
        self.try_next().transpose()
    }
}

/// What a container uses. An iterator, which ends after a failure.
#[derive(Debug)]
pub struct Usages {
    state: Arc<State>,
    usages: OfProcess<crate::container::Usages>,
}

impl Usages {
    pub(super) fn new(state: Arc<State>, usages: crate::container::Usages) -> Self {
        let usages = OfProcess::new(usages);
        Self { state, usages }
    }

    /// See [`crate::container::Usages::remaining`].
    pub fn remaining(&self) -> usize {
        let usages = self.usages.get();
        usages.map_or(0, crate::container::Usages::remaining)
    }

    fn try_next(&mut self) -> Result<Option<Usage>> {
        self.state.wait(self.usages.get_mut()?.try_next())
    }
}

impl Iterator for Usages {
    type Item = Result<Usage>;

    fn next(&mut self) -> Option<Result<Usage>> {
        self.try_next().transpose()
    }
}

/// Standard input of a container. Dropping it is its end, as closing it is.
#[derive(Debug)]
pub struct Input {
    state: Arc<State>,
    input: OfProcess<stevedore_client::Input>,
}

impl Input {
    pub(super) fn new(state: Arc<State>, input: stevedore_client::Input) -> Self {
        let input = OfProcess::new(input);
        Self { state, input }
    }

    /// See [`stevedore_client::Input::write`].
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.state.wait(self.input.get_mut()?.write(bytes))
    }

    /// See [`stevedore_client::Input::write_some`].
    pub fn write_some(&mut self, bytes: &[u8]) -> Result<usize> {
        self.state.wait(self.input.get_mut()?.write_some(bytes))
    }

    /// See [`stevedore_client::Input::close`].
    pub fn close(self) -> Result<()> {
        self.state.wait(self.input.take()?.close())
    }
}

/// See [`crate::container::Launch`]. An iterator over its steps.
#[derive(Debug)]
pub struct Launch {
    state: Arc<State>,
    launch: OfProcess<crate::container::Launch>,
}

impl Launch {
    pub(super) fn new(state: Arc<State>, launch: crate::container::Launch) -> Self {
        let launch = OfProcess::new(launch);
        Self { state, launch }
    }

    /// See [`crate::container::Launch::stdin`].
    pub fn stdin(self, stdin: impl Into<Stdin>) -> Result<Self> {
        let launch = self.launch.take()?.stdin(stdin);
        Ok(Self::new(self.state, launch))
    }

    /// See [`crate::container::Launch::all_output`].
    pub fn all_output(self) -> Result<Self> {
        let launch = self.launch.take()?.all_output();
        Ok(Self::new(self.state, launch))
    }

    /// See [`crate::container::Launch::terminal`].
    #[cfg(all(unix, feature = "terminal"))]
    pub fn terminal(self, terminal: &Terminal) -> Result<Self> {
        let launch = self.launch.take()?.terminal(terminal);
        Ok(Self::new(self.state, launch))
    }

    /// See [`crate::container::Launch::interact`].
    #[cfg(all(unix, feature = "terminal"))]
    pub fn interact(self, terminal: &Terminal) -> Result<Left> {
        self.state.wait(self.launch.take()?.interact(terminal))
    }

    /// See [`crate::container::Launch::cancel`].
    pub fn cancel(self) -> Result<()> {
        self.state.wait(self.launch.take()?.cancel())
    }

    /// See [`crate::container::Launch::start`].
    pub fn start(self) -> Result<Running> {
        let running = self.state.wait(self.launch.take()?.start())?;
        Ok(Running::new(self.state, running))
    }

    fn try_next(&mut self) -> Result<Option<Step>> {
        self.state.wait(self.launch.get_mut()?.next())
    }
}

impl Iterator for Launch {
    type Item = Result<Step>;

    fn next(&mut self) -> Option<Result<Step>> {
        self.try_next().transpose()
    }
}

/// See [`crate::container::Running`]. An iterator over its output.
#[derive(Debug)]
pub struct Running {
    id: String,
    state: Arc<State>,
    run: OfProcess<crate::container::Running>,
}

impl Running {
    pub(super) fn new(state: Arc<State>, running: crate::container::Running) -> Self {
        Self {
            id: running.container().id().to_owned(),
            state,
            run: OfProcess::new(running),
        }
    }

    /// The container's id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// See [`crate::container::Running::warnings`].
    pub fn warnings(&self) -> Result<&[String]> {
        self.run.get().map(crate::container::Running::warnings)
    }

    /// See [`crate::container::Running::is_raw`].
    pub fn is_raw(&self) -> Result<bool> {
        self.run.get().map(crate::container::Running::is_raw)
    }

    /// See [`crate::container::Running::resize`].
    pub fn resize(&self, rows: u16, columns: u16) -> Result<()> {
        self.state.wait(self.run.get()?.resize(rows, columns))
    }

    /// See [`crate::container::Running::interact`].
    #[cfg(all(unix, feature = "terminal"))]
    pub fn interact(&mut self, terminal: &Terminal) -> Result<Left> {
        self.state.wait(self.run.get_mut()?.interact(terminal))
    }

    /// Its standard input, the first time, where the container has one open.
    ///
    /// Where nothing is to be written, drop it: a container that reads would wait.
    pub fn input(&mut self) -> Result<Option<Input>> {
        let input = self.run.get_mut()?.input();
        Ok(input.map(|input| Input::new(self.state.clone(), input)))
    }

    /// See [`crate::container::Running::exit`].
    pub fn exit(&mut self) -> Result<i64> {
        self.state.wait(self.run.get_mut()?.exit())
    }

    /// See [`crate::container::Running::exit_code`].
    pub fn exit_code(&mut self) -> Result<i64> {
        self.state.wait(self.run.get_mut()?.exit_code())
    }

    /// See [`crate::container::Running::feed`].
    pub fn feed(&mut self, stdin: impl Into<Stdin>) -> Result<bool> {
        Ok(self.run.get_mut()?.feed(stdin))
    }

    /// See [`crate::container::Running::ended`].
    pub fn ended(&mut self) -> Result<Option<i64>> {
        self.state.wait(self.run.get_mut()?.ended())
    }

    /// See [`crate::container::Running::outcome`].
    pub fn outcome(self) -> Result<Outcome> {
        self.state.wait(self.run.take()?.outcome())
    }

    /// See [`crate::container::Running::remove`].
    pub fn remove(&mut self) -> Result<()> {
        self.state.wait(self.run.get_mut()?.remove())
    }

    /// See [`crate::container::Running::cancel`].
    pub fn cancel(self) -> Result<()> {
        self.state.wait(self.run.take()?.cancel())
    }

    fn try_next(&mut self) -> Result<Option<Chunk>> {
        self.state.wait(self.run.get_mut()?.try_next())
    }
}

impl Iterator for Running {
    type Item = Result<Chunk>;

    fn next(&mut self) -> Option<Result<Chunk>> {
        self.try_next().transpose()
    }
}
