//! A command in a container that is on its way.

use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;

use stevedore_api::{Args, Endpoint, Value};
use stevedore_client::{Error, ErrorKind, Result};

use super::{Create, Exec, Outcome, Running, Start};
use crate::Docker;
use crate::container::{Stdin, words};
#[cfg(all(unix, feature = "terminal"))]
use crate::terminal::{Left, Size, Terminal};

/// A command on its way into a container. Nothing is sent before it is waited on.
///
/// Given up (dropped) it closes its sockets at once. What the engine has been asked to
/// start goes on: there is no request that ends a command.
#[must_use = "nothing is sent before it is waited on"]
pub struct Launch {
    docker: Docker,
    args: Args,
    detach: bool,
    stdin: Option<Stdin>,
    #[cfg(all(unix, feature = "terminal"))]
    size: Option<Size>,
}

impl Launch {
    pub(super) fn new(docker: Docker, container: &str, mut args: Args) -> Self {
        args.set("id", container);
        Self {
            docker,
            args,
            detach: false,
            stdin: None,
            #[cfg(all(unix, feature = "terminal"))]
            size: None,
        }
    }

    /// What it reads from its standard input.
    pub fn stdin(mut self, stdin: impl Into<Stdin>) -> Self {
        self.stdin = Some(stdin.into());
        self
    }

    /// Don't connect: it runs by itself. Its exit code can still be asked for. Begin it with
    /// `start`: one that is awaited as a whole waits for its end all the same.
    pub fn detach(mut self, detach: bool) -> Self {
        self.detach = detach;
        self
    }

    /// Gives it a terminal of its own, of the size of this one, and input;
    /// [`Running::interact`] puts it on this one.
    #[cfg(all(unix, feature = "terminal"))]
    pub fn terminal(mut self, terminal: &Terminal) -> Self {
        self.args.set("tty", true);
        self.args.set("stdin", true);
        self.args.set("detach_keys", terminal.keys().to_string());
        self.size = terminal.size().ok();
        self
    }

    /// Runs it on this terminal, as `docker exec -it` does: three requests, and one
    /// whenever the terminal's size changes.
    #[cfg(all(unix, feature = "terminal"))]
    pub async fn interact(self, terminal: &Terminal) -> Result<Left> {
        let mut running = self.terminal(terminal).start().await?;
        running.interact(terminal).await
    }

    /// Makes it, without starting it. One request: `POST /containers/{id}/exec`.
    pub async fn create(mut self) -> Result<Exec> {
        self.make().await
    }

    async fn make(&mut self) -> Result<Exec> {
        if self.stdin.is_some() {
            if self.detach {
                return Err(Error::new(
                    ErrorKind::Argument,
                    "a detached command is not connected to its standard input: give it none, or \
                     don't detach",
                )
                .at(Create::INFO)
                .of_argument("stdin"));
            }
            self.args.set("stdin", true);
        }
        #[cfg(all(unix, feature = "terminal"))]
        if let Some(size) = self.size.take() {
            // An older engine is told right after the start.
            let version = self.docker.api_version().await?;
            let console = Create::INFO.arg("console_size");
            if console.is_some_and(|arg| arg.field.span.holds(version)) {
                let size = Value::from(vec![size.rows, size.columns]);
                self.args.set("console_size", size);
            }
        }
        let is_named = |name| self.args.get(name).is_some();
        if !self.detach && !is_named("stdout") && !is_named("stderr") {
            self.args.set("stdout", true);
            self.args.set("stderr", true);
        }
        let answer = self.docker.client().open(Create::INFO, &self.args).await?;
        let made: stevedore_api::system::Made = answer.json().await?;
        Ok(self.docker.exec(made.id))
    }

    /// Makes and starts it. Two requests.
    pub async fn start(mut self) -> Result<Running> {
        let exec = self.make().await?;
        let is_set = |name| self.args.get(name) == Some(&Value::Bool(true));
        let mut start = Start::new().tty(is_set("tty")).detach(self.detach);
        if let Some(Value::List(size)) = self.args.get("console_size") {
            let size = size.iter().filter_map(|size| match size {
                Value::Int(size) => Some(*size),
                _ => None,
            });
            start = start.console_size(size);
        }
        let mut running = exec.start_new(start).await?;
        running.command = words(&self.args, "cmd");
        if !is_set("stdin") {
            // It is not connected: what is written would go nowhere.
            drop(running.input());
        } else if let Some(stdin) = self.stdin {
            if !running.feed(stdin) {
                return Err(Error::new(
                    ErrorKind::Protocol,
                    "the engine did not hand over the connection, so standard input can't be \
                     written; is there a proxy before the engine?",
                )
                .at(Start::INFO));
            }
        }
        Ok(running)
    }
}

impl IntoFuture for Launch {
    type Output = Result<Outcome>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.start().await?.outcome().await })
    }
}

impl fmt::Debug for Launch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Launch")
            .field("container", &self.args.text("id"))
            .finish_non_exhaustive()
    }
}
