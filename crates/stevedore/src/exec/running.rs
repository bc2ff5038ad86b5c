//! A command in a container that was started, and how it ended.

use std::fmt;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use futures_core::Stream;
use stevedore_api::Endpoint;
use stevedore_client::{Chunk, Error, ErrorKind, Input, Result};

use super::{Create, Exec};
use crate::container::streams::{Order, Output, Streams, tail};
use crate::container::{Stdin, taken_for_one};
#[cfg(all(unix, feature = "terminal"))]
use crate::terminal::{Left, Stopped, Terminal};

/// A command in a container that was started, and its streams.
///
/// Given up (dropped) it closes its socket at once, and the command goes on. It is a [`Stream`] of
/// its output, too.
pub struct Running {
    exec: Exec,
    pub(super) command: Vec<String>,
    streams: Streams,
    exit: Option<Pin<Box<dyn Future<Output = Result<i64>> + Send>>>,
    code: Option<i64>,
}

impl Running {
    pub(super) fn new(exec: Exec, streams: Streams) -> Self {
        Self {
            exec,
            command: Vec::new(),
            streams,
            exit: None,
            code: None,
        }
    }

    /// Its handle, with its id.
    pub fn exec(&self) -> &Exec {
        &self.exec
    }

    /// Whether its output is one raw stream, as a terminal gives it.
    pub fn is_raw(&self) -> bool {
        self.streams.is_raw()
    }

    /// The next piece of its output, or nothing at the end. A detached one has none.
    ///
    /// Pieces of both streams come in the order in which the engine sent them.
    ///
    /// # Errors
    /// Those of [`container::Running::try_next`](crate::container::Running::try_next).
    pub async fn try_next(&mut self) -> Result<Option<Chunk>> {
        self.streams.try_next().await
    }

    /// Its standard input, the first time, where it was made with [`Create::stdin`] and
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

    /// Waits for its end: the exit code, as [`Exec::exit`] does. Once it is known it is
    /// told again without a request.
    ///
    /// Output that was not read before is read and dropped while it waits, because a command
    /// whose output nobody reads stops: who wants it calls [`try_next`](Self::try_next) until its
    /// end first, or [`outcome`](Self::outcome). A wait that was given up loses nothing else.
    pub async fn exit(&mut self) -> Result<i64> {
        if let Some(code) = self.code {
            return Ok(code);
        }
        let exec = self.exec.clone();
        let exit = self
            .exit
            .get_or_insert_with(|| Box::pin(async move { exec.exit().await }));
        let code = self.streams.beside(exit.as_mut()).await?;
        self.exit = None;
        self.code = code.as_ref().ok().copied();
        code
    }

    /// Tells its terminal how large it is. One request: `POST /exec/{id}/resize`.
    pub async fn resize(&self, rows: u16, columns: u16) -> Result<()> {
        self.exec.resize(rows, columns).await
    }

    /// Puts it on this terminal, until it ends or the detach keys are pressed. What it
    /// reads must not have been said or taken before.
    ///
    /// A request whenever the terminal's size changes, and at its end the exit code.
    ///
    /// # Errors
    /// Kind `Interrupted`: a signal ended it, see [`terminal`](crate::terminal).
    #[cfg(all(unix, feature = "terminal"))]
    pub async fn interact(&mut self, terminal: &Terminal) -> Result<Left> {
        let exec = self.exec.clone();
        let told = crate::terminal::interact(terminal, &mut self.streams, |size| {
            let exec = exec.clone();
            Box::pin(async move { exec.resize(size.rows, size.columns).await })
        });
        match told.await? {
            Stopped::OutputEnded => Ok(Left::Ended(self.exit().await?)),
            Stopped::Detached => {
                self.streams.close();
                Ok(Left::Detached)
            }
        }
    }

    /// Reads its output to the end and asks for its exit code. What was pulled before is not in
    /// the outcome.
    ///
    /// # Errors
    /// One that comes in the middle carries what had been read:
    /// [`Error::stdout`], [`Error::stderr`].
    pub async fn outcome(mut self) -> Result<Outcome> {
        let mut read = Output::default();
        match self.read_to_end(&mut read).await {
            Ok(exit_code) => Ok(Outcome {
                exec: self.exec,
                exit_code,
                stdout: read.stdout,
                stderr: read.stderr,
                order: read.order,
                command: self.command,
            }),
            Err(error) => Err(read.lost_to(error).of_command(None, self.command)),
        }
    }

    async fn read_to_end(&mut self, read: &mut Output) -> Result<i64> {
        self.streams.read_to_end(read).await?;
        self.exit().await
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
            .field("exec", &self.exec.id())
            .finish_non_exhaustive()
    }
}

/// How a command in a container ended.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Outcome {
    /// Its handle, with its id.
    pub exec: Exec,
    /// Its exit code.
    pub exit_code: i64,
    /// What it wrote to standard output; with a terminal, everything.
    pub stdout: Vec<u8>,
    /// What it wrote to standard error.
    pub stderr: Vec<u8>,
    /// The command; empty for one that was started by its id.
    pub command: Vec<String>,
    order: Order,
}

impl Outcome {
    /// Both outputs in one, in the order in which the engine sent them.
    pub fn merged(&self) -> Vec<u8> {
        self.order.merged(&self.stdout, &self.stderr)
    }

    /// The same, unless the exit code is not 0.
    ///
    /// # Errors
    /// Kind `Failed`, with the exit code, the command and both outputs; the message shows
    /// the end of standard error, or why the command could not be started.
    pub fn success(self) -> Result<Self> {
        if self.exit_code == 0 {
            return Ok(self);
        }
        // That it can't be started is what the engine writes in its place, to standard output.
        let is_unstarted = matches!(self.exit_code, 126 | 127) && self.stderr.is_empty();
        let said = if is_unstarted {
            &self.stdout
        } else {
            &self.stderr
        };
        let message = format!(
            "the command ended with exit code {}{}",
            self.exit_code,
            tail(said)
        );
        let mut error = Error::new(ErrorKind::Failed, message).at(Create::INFO);
        if matches!(self.exit_code, 126 | 127) {
            let said = String::from_utf8_lossy(&self.stdout);
            if let Some(note) = taken_for_one(&self.command, &said) {
                error = error.with_note(&note);
            }
        }
        Err(error
            .with_exit_code(self.exit_code)
            .of_command(None, self.command)
            .with_output(self.stdout, self.stderr))
    }
}
