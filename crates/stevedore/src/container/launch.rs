//! A run on its way.

use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;

use stevedore_api::Args;
use stevedore_client::{Error, ErrorKind, Result};

#[cfg(all(unix, feature = "terminal"))]
use super::run::Screen;
use super::run::{Plan, reference, story};
use super::steps::{Step, Story, Told};
use super::{Outcome, Run, Running, Stdin};
#[cfg(all(unix, feature = "terminal"))]
use crate::terminal::{Left, Terminal};
use crate::{Docker, Reference};

/// A run on its way. Nothing is sent before it is waited on.
///
/// Given up (dropped) it closes its sockets at once; a container that it made
/// with [`Run::rm`] is left to [`Docker::close`], which removes it.
pub struct Launch {
    docker: Docker,
    reference: Reference,
    /// Until the first wait; then the story goes by it.
    plan: Option<Plan>,
    story: Option<Story<Result<Running>>>,
    running: Option<Running>,
}

impl Launch {
    pub(super) fn new(docker: Docker, args: Args, run: Run) -> Self {
        Self {
            docker,
            reference: reference(&args),
            plan: Some(Plan {
                args,
                run,
                stdin: None,
                all_output: false,
                screen: None,
            }),
            story: None,
            running: None,
        }
    }

    /// What it reads from its standard input, which is then open for this run alone.
    /// It is to be said before the first wait.
    ///
    /// ```no_run
    /// # use stevedore::container::{Create, Run};
    /// # async fn example(docker: stevedore::Docker) -> stevedore::Result<()> {
    /// let sort = Create::new("busybox").cmd(["sort"]);
    /// let outcome = docker.containers().run(sort, Run::new().rm(true)).stdin("b\na\n").await?;
    /// assert_eq!(outcome.stdout, b"a\nb\n");
    /// # Ok(())
    /// # }
    /// ```
    pub fn stdin(mut self, stdin: impl Into<Stdin>) -> Self {
        if let Some(plan) = &mut self.plan {
            plan.stdin = Some(stdin.into());
        }
        self
    }

    /// Connects both outputs, whatever the request says of them. It is to be said before the
    /// first wait.
    pub fn all_output(mut self) -> Self {
        if let Some(plan) = &mut self.plan {
            plan.all_output = true;
        }
        self
    }

    /// The image, with its tag.
    pub fn reference(&self) -> &Reference {
        &self.reference
    }

    /// Gives the container a terminal of its own, of the size of this one, and input;
    /// [`Running::interact`] puts it on this one. To be said before the first wait.
    ///
    /// What [`Run::rm`] promised is then left to the engine for the case that it is
    /// detached from.
    #[cfg(all(unix, feature = "terminal"))]
    pub fn terminal(mut self, terminal: &Terminal) -> Self {
        if let Some(plan) = &mut self.plan {
            plan.screen = Some(Screen {
                size: terminal.size().ok().map(|size| [size.rows, size.columns]),
                detach_keys: terminal.keys().to_string(),
            });
        }
        self
    }

    /// Runs it on this terminal, as `docker run -it` does: the requests of a run, and one
    /// whenever the terminal's size changes.
    #[cfg(all(unix, feature = "terminal"))]
    pub async fn interact(self, terminal: &Terminal) -> Result<Left> {
        let mut running = self.terminal(terminal).start().await?;
        running.interact(terminal).await
    }

    /// The next step, or nothing once the container runs.
    ///
    /// A wait that was given up loses nothing: the next one goes on.
    pub async fn next(&mut self) -> Result<Option<Step>> {
        if let Some(plan) = self.plan.take() {
            let docker = self.docker.clone();
            self.story = Some(Story::new(|teller| story(docker, plan, teller)));
        }
        let Some(story) = &mut self.story else {
            return Ok(None);
        };
        match story.next().await {
            Some(Told::Step(step)) => Ok(Some(step)),
            Some(Told::End(running)) => {
                self.running = Some(running?);
                Ok(None)
            }
            None => Ok(None),
        }
    }

    /// Goes on until the container runs.
    pub async fn start(mut self) -> Result<Running> {
        while self.next().await?.is_some() {}
        self.running.take().ok_or_else(failed_before)
    }

    /// Gives the run up, and waits until what it promised is done.
    pub async fn cancel(self) -> Result<()> {
        let docker = self.docker.clone();
        drop(self);
        docker.close().await
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
            .field("reference", &self.reference)
            .finish_non_exhaustive()
    }
}

pub(super) fn failed_before() -> Error {
    Error::new(
        ErrorKind::Interrupted,
        "this run has failed before; start another one",
    )
}
