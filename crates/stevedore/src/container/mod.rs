//! Containers.

mod attach;
mod content;
mod copy;
mod launch;
mod lifecycle;
mod list;
mod log;
mod ports;
mod removal;
mod run;
mod running;
mod stats;
mod stdin;
mod steps;
pub(crate) mod streams;

#[doc(hidden)]
pub use copy::what_is_missing;
pub use copy::{Copied, CopyOptions, Location};
pub use launch::Launch;
pub(crate) use list::present;
pub use log::{LogLine, LogLines};
pub use ports::PublishedPort;
pub use run::{PullPolicy, Run};
pub(crate) use run::{taken_for_one, words};
pub use running::{Outcome, Running};
pub use stats::{Usage, Usages};
pub use stdin::Stdin;
pub use steps::Step;
pub use stevedore_api::container::*;
use stevedore_api::{Args, Endpoint, Framing};
use stevedore_client::{Chunks, Error, ErrorKind, Input, Result};

use crate::Docker;

/// The containers of an engine, together.
#[derive(Debug, Clone)]
pub struct Containers {
    docker: Docker,
}

impl Containers {
    pub(crate) fn new(docker: Docker) -> Self {
        Self { docker }
    }

    /// Lists containers. One request: `GET /containers/json`.
    pub async fn list(&self, list: &List) -> Result<Vec<Summary>> {
        self.docker.call(list).await
    }

    /// Makes a container; it is not started. One request: `POST /containers/create`.
    ///
    /// # Errors
    /// Kind `Refused`, reason `no_such_image`: the engine does not have the image;
    /// `name_already_in_use`: another container has the name; `bad_parameter`: the engine does
    /// not take an argument.
    pub async fn create(&self, create: &Create) -> Result<Container> {
        let created = self.docker.call(create).await?;
        Ok(self.docker.container(created.id))
    }

    /// Runs a container as `docker run` does: pulls the image if it is missing,
    /// makes the container, connects to its output, starts it and waits.
    ///
    /// At most create, (inspect image, pull, create), attach, wait, start, and
    /// with [`Run::rm`] one remove; [`Run::pull`] says when an image is pulled, and
    /// [`Create::platform`] for which platform. Nothing that it writes is lost: the
    /// connection stands before it starts. (Before API 1.30 a wait can't be asked for
    /// the next exit: there it begins after the start, and a container that somebody
    /// else removes in between is an error instead of an exit code.)
    ///
    /// Where the request asks for some of the outputs ([`Create::attach_stdout`],
    /// [`Create::attach_stderr`], `-a` of a [`RunLine`](crate::option::RunLine)), only those are
    /// connected; the other is in the container's log alone.
    ///
    /// Awaited, it gives the [`Outcome`]; [`Launch::start`] gives the running
    /// container and its output as it comes; [`Launch::next`] also the steps before.
    ///
    /// # Errors
    /// When it is awaited: those of [`create`](Self::create); an image that can't be pulled; a
    /// command that can't be started (kind `Refused`, reason `bad_parameter`). An exit code that
    /// is not 0 is none; [`Outcome::success`] makes one of it.
    #[allow(
        clippy::needless_pass_by_value,
        reason = "it reads as one sentence at the call"
    )]
    pub fn run(&self, create: Create, run: Run) -> Launch {
        self.run_args(create.args(), run)
    }

    /// The same, with the loose arguments of `container_create`.
    pub fn run_args(&self, create: Args, run: Run) -> Launch {
        Launch::new(self.docker.clone(), create, run)
    }
}

/// One container, by id or name: free to make, nothing about it is kept.
#[derive(Debug, Clone)]
pub struct Container {
    docker: Docker,
    id: String,
}

impl Container {
    pub(crate) fn new(docker: Docker, id: String) -> Self {
        let id = without_slash(id);
        Self { docker, id }
    }

    pub(crate) fn docker(&self) -> &Docker {
        &self.docker
    }

    /// The id or name that it was asked for by; a name without a leading slash.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Everything about it. One request: `GET /containers/{id}/json`.
    pub async fn inspect(&self) -> Result<Inspect> {
        self.docker.call(&InspectOne::new().id(self.id())).await
    }

    /// Connects to those of its standard streams that the request names; to none of them where it
    /// names none, and from now on only with [`Attach::stream`]. [`take_up`](Self::take_up) knows
    /// what is usual.
    ///
    /// One request: `POST /containers/{id}/attach`; engines before API 1.42 need an
    /// inspect too, to know whether it has a terminal.
    ///
    /// # Errors
    /// Kind `Refused`, reason `no_such_container`. Kind `Protocol`: something between here and
    /// the engine does not hand the connection over.
    pub async fn attach(&self, attach: Attach) -> Result<(Chunks, Input)> {
        let args = attach.id(self.id()).args();
        let answer = self.docker.client().open(Attach::INFO, &args).await?;
        let framing = match answer.framing() {
            Some(framing) => framing,
            None => self.framing().await?,
        };
        Ok(answer.duplex()?.split(framing, Attach::INFO))
    }

    /// Starts it. One request: `POST /containers/{id}/start`.
    ///
    /// # Errors
    /// Kind `Refused`, reason `no_such_container`, or `bad_parameter` for a command that can't be
    /// started. One that runs already is none: that is [`Started::Already`].
    pub async fn start(&self) -> Result<Started> {
        self.start_with(Start::new()).await
    }

    /// Starts it as the request says. One request.
    pub async fn start_with(&self, start: Start) -> Result<Started> {
        self.switch(Start::INFO, &start.id(self.id()).args()).await
    }

    /// Stops it: its stop signal, some patience, then SIGKILL. One request:
    /// `POST /containers/{id}/stop`.
    ///
    /// The patience is the container's own, or ten seconds; [`Stop::t`](Stop) has other seconds.
    ///
    /// # Errors
    /// Kind `Refused`, reason `no_such_container`. One that does not run is none: that is
    /// [`Started::Already`].
    pub async fn stop(&self) -> Result<Started> {
        self.stop_with(Stop::new()).await
    }

    /// Stops it as the request says. One request.
    pub async fn stop_with(&self, stop: Stop) -> Result<Started> {
        self.switch(Stop::INFO, &stop.id(self.id()).args()).await
    }

    /// Sends it SIGKILL. One request: `POST /containers/{id}/kill`.
    ///
    /// # Errors
    /// Kind `Refused`, reason `no_such_container` or `container_is_not_running`.
    pub async fn kill(&self) -> Result<()> {
        self.kill_with(Kill::new()).await
    }

    /// Sends it the signal that the request names. One request.
    ///
    /// # Errors
    /// As [`kill`](Self::kill), and reason `bad_parameter` for a signal that there is not.
    pub async fn kill_with(&self, kill: Kill) -> Result<()> {
        self.docker.call(&kill.id(self.id())).await
    }

    /// Waits until it does not run, and gives its exit code. One request:
    /// `POST /containers/{id}/wait`.
    ///
    /// # Errors
    /// Kind `Refused`, reason `no_such_container`. Kind `Stream`: the engine could not wait.
    pub async fn wait(&self) -> Result<i64> {
        self.wait_with(Wait::new()).await
    }

    /// Waits for what the request names. One request.
    pub async fn wait_with(&self, wait: Wait) -> Result<i64> {
        exit_code(self.docker.call(&wait.id(self.id())).await?)
    }

    /// Removes it; it must not run. One request: `DELETE /containers/{id}`.
    ///
    /// # Errors
    /// Kind `Refused`, reason `no_such_container`, `container_is_running` or
    /// `container_is_paused`; [`Remove::force`](Remove) kills it first.
    pub async fn remove(&self) -> Result<()> {
        self.remove_with(Remove::new()).await
    }

    /// Removes it as the request says. One request.
    pub async fn remove_with(&self, remove: Remove) -> Result<()> {
        self.docker.call(&remove.id(self.id())).await
    }

    /// How its output is framed, where the engine doesn't say: one request.
    async fn framing(&self) -> Result<Framing> {
        Ok(Framing::of_tty(self.inspect().await?.config.tty))
    }

    async fn switch(&self, info: &'static stevedore_api::Info, args: &Args) -> Result<Started> {
        let answer = self.docker.client().open(info, args).await?;
        let started = match answer.status() {
            304 => Started::Already,
            _ => Started::Now,
        };
        answer.done().await?;
        Ok(started)
    }
}

/// A container's name without the slash with which the engine shows it.
#[doc(hidden)]
pub fn without_slash(id: String) -> String {
    match id.strip_prefix('/') {
        Some(name) if !name.is_empty() && !name.contains('/') => name.to_owned(),
        _ => id,
    }
}

/// Whether something was done now or stood so already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Started {
    /// It was done now.
    Now,
    /// It stood so already.
    Already,
}

/// The exit code, unless the engine could not wait.
fn exit_code(exit: Exit) -> Result<i64> {
    match exit.error {
        Some(error) if !error.message.is_empty() => {
            Err(Error::new(ErrorKind::Stream, error.message).at(Wait::INFO))
        }
        _ => exit.status_code.ok_or_else(|| {
            Error::new(
                ErrorKind::Protocol,
                "the engine ended the wait without an exit code",
            )
            .at(Wait::INFO)
        }),
    }
}
