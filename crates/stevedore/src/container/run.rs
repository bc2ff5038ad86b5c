//! `run`: from an image's name to an exit code, as `docker run` does it.

use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;

use stevedore_api::container::{Attach, Condition, Create, Exit, Wait};
use stevedore_api::{Args, Endpoint, Framing, Value};
use stevedore_client::{Answer, Chunk, Chunks, Error, ErrorKind, Input, Result, Source};

use super::removal::{Creating, Removal};
use super::steps::{Step, Story, Teller, Told};
use super::{Container, exit_code};
use crate::{Docker, Reference};

/// How [`run`](super::Containers::run) goes about it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Run {
    /// Remove the container, and its anonymous volumes, when it has ended or the run is given up.
    pub rm: bool,
    /// Don't connect and don't wait: it runs on by itself.
    pub detach: bool,
}

impl Run {
    /// Wait for its end, and keep it.
    pub fn new() -> Self {
        Self::default()
    }

    /// Remove the container, and its anonymous volumes, when it has ended or the
    /// run is given up. With [`detach`](Self::detach) the engine does it.
    pub fn rm(mut self, rm: bool) -> Self {
        self.rm = rm;
        self
    }

    /// Don't connect and don't wait: it runs on by itself.
    pub fn detach(mut self, detach: bool) -> Self {
        self.detach = detach;
        self
    }
}

/// The whole story, in the order of its requests.
async fn story(docker: Docker, mut args: Args, run: Run, teller: Teller) -> Result<Running> {
    if run.detach && run.rm {
        auto_remove(&mut args);
    }
    let rm = run.rm && !run.detach;
    if !run.detach && is_set(&args, "open_stdin") && args.get("stdin_once").is_none() {
        // As `docker run -i` has it: when this client closes its input, the container's ends.
        args.set("stdin_once", true);
        args.set("attach_stdin", true);
    }
    let reference = reference(&args);
    let created = match Creating::new(&docker, &args, rm).await {
        // A 404 can also mean a network or a mount: then the image is there, and the 404 is the answer.
        Err(error) if error.is_not_found() => {
            if docker.image(reference.to_string()).exists().await? {
                return Err(error);
            }
            teller.tell(Step::ImageMissing(reference.clone())).await;
            let mut pull = docker.images().pull(&reference).await?;
            while let Some(progress) = pull.try_next().await? {
                teller.tell(Step::Progress(progress)).await;
            }
            Creating::new(&docker, &args, rm).await?
        }
        made => made?,
    };
    let container = docker.container(created.id);
    let mut removal = Removal::new(&docker, container.id(), rm);
    teller
        .tell(Step::Created {
            container: container.clone(),
            warnings: created.warnings,
        })
        .await;
    let joined = if run.detach {
        container.start().await.map(|_| (None, None, None))
    } else {
        join(&container, &args).await
    };
    match joined {
        Ok((chunks, input, wait)) => Ok(Running {
            container,
            chunks,
            input,
            wait,
            exit: None,
            code: None,
            removal,
        }),
        // It never ran: what was promised is done before the failure is told. A failure
        // of that is told by `Docker::close`.
        Err(error) => {
            docker.cleanup().note(removal.keep().await);
            Err(error)
        }
    }
}

type Joined = (Option<Chunks>, Option<Input>, Option<Answer>);

/// Attach, wait, start: connected before it starts, so nothing is lost.
async fn join(container: &Container, args: &Args) -> Result<Joined> {
    let client = container.docker.client();
    let stdin = is_set(args, "open_stdin");
    let mut attach = Attach::new()
        .id(container.id())
        .stream(true)
        .stdout(true)
        .stderr(true);
    if stdin {
        attach = attach.stdin(true);
    }
    let answer = client.open(Attach::INFO, &attach.args()).await?;
    let tty = is_set(args, "tty");
    let framing = answer.framing().unwrap_or(Framing::of_tty(tty));
    let (chunks, input) = if stdin {
        let (chunks, input) = answer.duplex()?.split(framing, Attach::INFO);
        (chunks, Some(input))
    } else {
        // Answered with 200 instead of 101, the output is still all there.
        (answer.chunks(framing), None)
    };
    let next_exit = Wait::new()
        .id(container.id())
        .condition(Condition::NextExit);
    let wait = if has_condition(client.version().await?) {
        let wait = client.open(Wait::INFO, &next_exit.args()).await?;
        container.start().await?;
        wait
    } else {
        // The older wait ends at once for what does not run yet, and tells the code of what has ended.
        container.start().await?;
        client
            .open(Wait::INFO, &Wait::new().id(container.id()).args())
            .await?
    };
    Ok((Some(chunks), input, Some(wait)))
}

fn is_set(args: &Args, flag: &str) -> bool {
    args.get(flag) == Some(&Value::Bool(true))
}

/// Whether a wait can ask for the next exit.
fn has_condition(version: stevedore_api::ApiVersion) -> bool {
    Wait::INFO
        .arg("condition")
        .is_some_and(|arg| arg.field.span.holds(version))
}

fn reference(args: &Args) -> Reference {
    Reference::new(args.text("image").unwrap_or_default()).or_latest()
}

/// Lets the engine remove the container.
fn auto_remove(args: &mut Args) {
    let mut host_config = match args.get("host_config") {
        Some(Value::Map(pairs)) => pairs.clone(),
        _ => Vec::new(),
    };
    host_config.retain(|(name, _)| name != "auto_remove" && name != "AutoRemove");
    host_config.push(("auto_remove".to_owned(), Value::Bool(true)));
    args.set("host_config", Value::Map(host_config));
}

/// A run on its way. Nothing is sent before it is waited on.
///
/// Given up (dropped) it closes its sockets at once; a container that it made
/// with [`Run::rm`] is left to [`Docker::close`], which removes it.
pub struct Launch {
    docker: Docker,
    reference: Reference,
    story: Story<Result<Running>>,
    running: Option<Running>,
}

impl Launch {
    pub(super) fn new(docker: Docker, args: Args, run: Run) -> Self {
        Self {
            reference: reference(&args),
            story: Story::new({
                let docker = docker.clone();
                |teller| story(docker, args, run, teller)
            }),
            docker,
            running: None,
        }
    }

    /// The image, with its tag.
    pub fn reference(&self) -> &Reference {
        &self.reference
    }

    /// The next step, or nothing once the container runs.
    ///
    /// A wait that was given up loses nothing: the next one goes on.
    pub async fn next(&mut self) -> Result<Option<Step>> {
        match self.story.next().await {
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
        self.running.take().ok_or_else(|| {
            Error::new(
                ErrorKind::Interrupted,
                "this run has failed before; start another one",
            )
        })
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

/// A container that was started by [`run`](super::Containers::run).
///
/// Given up (dropped) it closes its sockets at once and the container runs on;
/// with [`Run::rm`] it is left to [`Docker::close`], which removes it.
pub struct Running {
    container: Container,
    chunks: Option<Chunks>,
    input: Option<Input>,
    wait: Option<Answer>,
    exit: Option<Pin<Box<dyn Future<Output = Result<Exit>> + Send>>>,
    code: Option<i64>,
    removal: Removal,
}

impl Running {
    /// The container.
    pub fn container(&self) -> &Container {
        &self.container
    }

    /// Whether its output is one raw stream, as a terminal gives it.
    pub fn is_raw(&self) -> bool {
        self.chunks.as_ref().is_some_and(Chunks::is_raw)
    }

    /// The next piece of its output, or nothing at the end. A detached one has none.
    pub async fn try_next(&mut self) -> Result<Option<Chunk>> {
        match &mut self.chunks {
            Some(chunks) => chunks.try_next().await,
            None => Ok(None),
        }
    }

    /// Its standard input, the first time, where the container has one open.
    pub fn input(&mut self) -> Option<Input> {
        self.input.take()
    }

    /// Waits for its end: the exit code. Once it is known it is told again without a request.
    ///
    /// A detached one is asked for it by a request of its own. A wait that was given up
    /// loses nothing: the next one goes on.
    pub async fn exit(&mut self) -> Result<i64> {
        if let Some(code) = self.code {
            return Ok(code);
        }
        if let Some(wait) = self.wait.take() {
            self.exit = Some(Box::pin(wait.json()));
        }
        let code = match &mut self.exit {
            Some(exit) => {
                let exit = exit.await;
                self.exit = None;
                exit_code(exit?)?
            }
            None => self.container.wait().await?,
        };
        self.code = Some(code);
        Ok(code)
    }

    /// Reads all its output, waits for its end, and removes it where that was promised,
    /// also if reading or waiting fails.
    pub async fn outcome(mut self) -> Result<Outcome> {
        match self.read_to_end().await {
            Ok(outcome) => {
                self.remove().await?;
                Ok(outcome)
            }
            Err(error) => {
                // What went wrong first is the one to tell.
                let _ = self.cancel().await;
                Err(error)
            }
        }
    }

    async fn read_to_end(&mut self) -> Result<Outcome> {
        // Nobody can write to it any more; a container that reads would wait for ever.
        self.input = None;
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        while let Some(chunk) = self.try_next().await? {
            match chunk.source {
                Source::Stderr => stderr.extend_from_slice(&chunk.bytes),
                Source::Stdin | Source::Stdout => stdout.extend_from_slice(&chunk.bytes),
            }
        }
        let exit_code = self.exit().await?;
        Ok(Outcome {
            container: self.container.clone(),
            exit_code,
            stdout,
            stderr,
        })
    }

    /// Removes the container, where the run promised it: one forced remove. Else nothing.
    pub async fn remove(&mut self) -> Result<()> {
        self.removal.keep().await
    }

    /// Closes its sockets, then removes the container where the run promised it.
    pub async fn cancel(mut self) -> Result<()> {
        self.chunks = None;
        self.input = None;
        self.wait = None;
        self.exit = None;
        self.remove().await
    }
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running")
            .field("container", &self.container.id)
            .finish_non_exhaustive()
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
}

impl Outcome {
    /// The same, unless the exit code is not 0.
    ///
    /// # Errors
    /// Kind `Failed`, with the exit code and the end of standard error.
    pub fn success(self) -> Result<Self> {
        if self.exit_code == 0 {
            return Ok(self);
        }
        let text = String::from_utf8_lossy(&self.stderr);
        let tail: Vec<_> = text.lines().rev().take(10).collect();
        let tail: Vec<_> = tail.into_iter().rev().collect();
        Err(Error::new(
            ErrorKind::Failed,
            format!(
                "container {} ended with exit code {}{}{}",
                self.container.id,
                self.exit_code,
                if tail.is_empty() { "" } else { ": " },
                tail.join("\n")
            ),
        )
        .at(Create::INFO)
        .with_exit_code(self.exit_code))
    }
}
