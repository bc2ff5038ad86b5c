//! A container that was started by a run, and how it ended.

use std::fmt;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use futures_core::Stream;
use stevedore_api::Endpoint;
use stevedore_api::container::Create;
use stevedore_client::{Answer, Chunk, Error, ErrorKind, Input, Result};

use super::launch::failed_before;
use super::removal::Removal;
use super::streams::{Order, Output, Streams, tail};
use super::{Container, Stdin, exit_code};
#[cfg(all(unix, feature = "terminal"))]
use crate::terminal::{Left, Stopped, Terminal};

/// A container that was started by [`run`](super::Containers::run), or taken up by
/// [`Container::take_up`].
///
/// It is a [`Stream`] of its output, too.
///
/// Given up (dropped) it closes its sockets at once and the container runs on;
/// with [`Run::rm`](super::Run::rm) it is left to [`Docker::close`](crate::Docker::close), which removes it,
/// unless [`exit`](Self::exit), [`outcome`](Self::outcome), [`remove`](Self::remove) or
/// [`cancel`](Self::cancel) did.
pub struct Running {
    pub(super) container: Container,
    /// What it is called in messages.
    pub(super) name: String,
    pub(super) image: String,
    pub(super) command: Vec<String>,
    pub(super) warnings: Vec<String>,
    pub(super) streams: Streams,
    pub(super) exiting: Exiting,
    pub(super) removal: Removal,
}

impl Running {
    /// The container.
    pub fn container(&self) -> &Container {
        &self.container
    }

    /// What the engine did not like about the request that made the container.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Whether its output is one raw stream, as a terminal gives it.
    pub fn is_raw(&self) -> bool {
        self.streams.is_raw()
    }

    /// The next piece of its output, or nothing at the end. A detached one has none.
    ///
    /// Pieces of both streams come in the order in which the engine sent them. No request.
    ///
    /// # Errors
    /// Kind `Protocol`: the connection broke. Kind `Timeout`: nothing came for as long as
    /// `idle_timeout` says. Kind `Stream`: the engine gave up in the middle. Kind `Interrupted`:
    /// what its input is read from can't be read.
    pub async fn try_next(&mut self) -> Result<Option<Chunk>> {
        self.streams.try_next().await
    }

    /// Its standard input, the first time, where the container has one open and
    /// [`Launch::stdin`](super::Launch::stdin) has not been told what to write.
    ///
    /// Who writes much must read output meanwhile: a program whose output nobody reads
    /// stops reading.
    pub fn input(&mut self) -> Option<Input> {
        self.streams.input()
    }

    /// Writes `stdin` to it while its output is read, and ends its input then. False where it
    /// has no input that could be written, or that was taken before.
    #[must_use = "where it has no input, nothing is written"]
    pub fn feed(&mut self, stdin: impl Into<Stdin>) -> bool {
        self.streams.feed(stdin.into())
    }

    /// Waits for its end, and removes it where [`Run::rm`](super::Run::rm) promised that: the exit
    /// code. Once that is known it is told again without a request.
    ///
    /// Output that was not read before is read and dropped while it waits, because a program
    /// whose output nobody reads stops: who wants it calls [`try_next`](Self::try_next) until its
    /// end first, or [`outcome`](Self::outcome). What the container is given to read is written
    /// meanwhile.
    ///
    /// A detached one is asked for it by a request of its own. A wait that was given up
    /// loses nothing else: the next one goes on.
    ///
    /// # Errors
    /// One of the removal carries [`Error::exit_code`], and is told once.
    pub async fn exit(&mut self) -> Result<i64> {
        let code = self.exit_code().await?;
        self.removed_after(code).await
    }

    /// The exit code, once what was promised for the end is done.
    pub(super) async fn removed_after(&mut self, code: i64) -> Result<i64> {
        match self.remove().await {
            Ok(()) => Ok(code),
            Err(error) => Err(error
                .with_exit_code(code)
                .of_container(self.container.id())
                .of_command(Some(self.image.clone()), self.command.clone())),
        }
    }

    /// The exit code as [`exit`](Self::exit) tells it, without the removal: the container can
    /// still be inspected. The promise stands, and [`remove`](Self::remove) keeps it.
    pub async fn exit_code(&mut self) -> Result<i64> {
        if let Exiting::Unasked = self.exiting {
            let container = self.container.clone();
            self.exiting = Exiting::Asked(Box::pin(async move { container.wait().await }));
        }
        let code = match &mut self.exiting {
            Exiting::Known(code) => return Ok(*code),
            Exiting::Asked(exit) => self.streams.beside(exit.as_mut()).await?,
            Exiting::Unasked => return Err(failed_before()),
        };
        // A failure is told once; then it is asked for anew.
        self.exiting = code
            .as_ref()
            .map_or(Exiting::Unasked, |code| Exiting::Known(*code));
        code
    }

    /// Tells its terminal how large it is. One request: `POST /containers/{id}/resize`.
    pub async fn resize(&self, rows: u16, columns: u16) -> Result<()> {
        self.container.resize(rows, columns).await
    }

    /// Puts the container on this terminal, until it ends or the detach keys are pressed.
    /// What it reads must not have been said or taken before.
    ///
    /// A request whenever the terminal's size changes; and at its end the exit code, and
    /// the removal where that was promised. Given up or failed, it can be called again, but
    /// its input is closed then. What is detached from goes on: with [`Run::rm`](super::Run::rm) the engine
    /// removes it at its end if [`Launch::interact`](super::Launch::interact) ran it, and
    /// nobody does if not.
    ///
    /// # Errors
    /// Kind `Interrupted`: a signal ended it, see [`terminal`](crate::terminal).
    #[cfg(all(unix, feature = "terminal"))]
    pub async fn interact(&mut self, terminal: &Terminal) -> Result<Left> {
        let container = self.container.clone();
        let told = crate::terminal::interact(terminal, &mut self.streams, |size| {
            let container = container.clone();
            Box::pin(async move { container.resize(size.rows, size.columns).await })
        });
        match told.await? {
            Stopped::OutputEnded => Ok(Left::Ended(self.exit().await?)),
            Stopped::Detached => {
                self.streams.close();
                // Removed now it would be ended, and the program is said to go on.
                self.removal.leave();
                Ok(Left::Detached)
            }
        }
    }

    /// Reads its output to the end, waits for its end, and removes it where that was promised,
    /// also if reading or waiting fails. What was pulled before is not in the outcome.
    ///
    /// # Errors
    /// One that comes in the middle carries what had been read:
    /// [`Error::stdout`], [`Error::stderr`].
    pub async fn outcome(mut self) -> Result<Outcome> {
        let mut read = Output::default();
        match self.read_to_end(&mut read).await {
            Ok(exit_code) => {
                if let Err(error) = self.removed_after(exit_code).await {
                    return Err(read.lost_to(error));
                }
                Ok(Outcome {
                    exit_code,
                    stdout: read.stdout,
                    stderr: read.stderr,
                    order: read.order,
                    container: self.container,
                    name: self.name,
                    image: self.image,
                    command: self.command,
                    warnings: self.warnings,
                })
            }
            Err(error) => {
                let error = error
                    .of_container(self.container.id())
                    .of_command(Some(self.image.clone()), self.command.clone());
                // What went wrong first is the one to tell.
                let _ = self.cancel().await;
                Err(read.lost_to(error))
            }
        }
    }

    async fn read_to_end(&mut self, read: &mut Output) -> Result<i64> {
        self.streams.read_to_end(read).await?;
        self.exit_code().await
    }

    /// Removes the container now, where the run promised it: one forced remove, which ends a
    /// program that still runs. Else nothing.
    pub async fn remove(&mut self) -> Result<()> {
        self.removal.keep().await
    }

    /// Closes its sockets, then removes the container where the run promised it.
    pub async fn cancel(mut self) -> Result<()> {
        self.streams.close();
        self.exiting = Exiting::Unasked;
        self.remove().await
    }
}

impl Stream for Running {
    type Item = Result<Chunk>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Chunk>>> {
        // A pull that is given up loses nothing.
        let pull = pin!(self.get_mut().try_next());
        pull.poll(cx).map(Result::transpose)
    }
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running")
            .field("container", &self.container.id)
            .finish_non_exhaustive()
    }
}

/// What is known of the exit code.
pub(super) enum Exiting {
    Unasked,
    Asked(Pin<Box<dyn Future<Output = Result<i64>> + Send>>),
    Known(i64),
}

impl Exiting {
    /// The code that the answer to a wait will tell.
    pub(super) fn asked(wait: Answer) -> Self {
        Self::Asked(Box::pin(async move { exit_code(wait.json().await?) }))
    }
}

/// How a run ended.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Outcome {
    /// The container; gone where the run was to remove it.
    pub container: Container,
    /// Its exit code.
    pub exit_code: i64,
    /// What it wrote to standard output; with a terminal, everything.
    pub stdout: Vec<u8>,
    /// What it wrote to standard error.
    pub stderr: Vec<u8>,
    /// The image, as it was asked for.
    pub image: String,
    /// The command; empty where it was the image's own.
    pub command: Vec<String>,
    /// What the engine did not like about the request that made the container.
    pub warnings: Vec<String>,
    order: Order,
    name: String,
}

impl Outcome {
    /// Both outputs in one, in the order in which the engine sent them.
    pub fn merged(&self) -> Vec<u8> {
        self.order.merged(&self.stdout, &self.stderr)
    }

    /// The same, unless the exit code is not 0.
    ///
    /// # Errors
    /// Kind `Failed`, with the exit code, the container's id, the image, the command and both
    /// outputs; the message names the container, and shows the end of standard error.
    pub fn success(self) -> Result<Self> {
        if self.exit_code == 0 {
            return Ok(self);
        }
        let message = format!(
            "container {} ended with exit code {}{}",
            self.name,
            self.exit_code,
            tail(&self.stderr)
        );
        Err(Error::new(ErrorKind::Failed, message)
            .at(Create::INFO)
            .with_exit_code(self.exit_code)
            .of_container(self.container.id)
            .of_command(Some(self.image), self.command)
            .with_output(self.stdout, self.stderr))
    }
}
