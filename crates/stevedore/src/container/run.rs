//! `run`: from an image's name to an exit code, as `docker run` does it.

use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;

use stevedore_api::container::{Attach, Condition, Create, Resize, Wait};
use stevedore_api::image::Pull;
use stevedore_api::{Args, Endpoint, Framing, Value};
use stevedore_client::{Answer, Chunk, Error, ErrorKind, Input, Result};

use super::removal::{Creating, Removal};
use super::steps::{Step, Story, Teller, Told};
use super::streams::{Order, Output, Streams, tail};
use super::{Container, Stdin, exit_code};
use crate::{Docker, Reference};

/// When [`run`](super::Containers::run) pulls the image.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PullPolicy {
    /// When the engine does not have it, or not for the platform that was asked for.
    #[default]
    Missing,
    /// Each time, before the container is made.
    Always,
    /// Not at all: an image that is missing is the engine's refusal.
    Never,
}

/// How [`run`](super::Containers::run) goes about it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Run {
    /// Remove the container, and its anonymous volumes, when it has ended or the run is given up.
    pub rm: bool,
    /// Don't connect and don't wait: it runs on by itself.
    pub detach: bool,
    /// When the image is pulled.
    pub pull: PullPolicy,
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

    /// When the image is pulled: where it is missing, unless something else is said.
    pub fn pull(mut self, pull: PullPolicy) -> Self {
        self.pull = pull;
        self
    }
}

/// What a run is asked to do.
struct Plan {
    args: Args,
    run: Run,
    stdin: Option<Stdin>,
}

/// The whole story, in the order of its requests.
async fn story(docker: Docker, plan: Plan, teller: Teller) -> Result<Running> {
    let Plan {
        mut args,
        run,
        stdin,
    } = plan;
    if run.detach && stdin.is_some() {
        return Err(Error::new(
            ErrorKind::Argument,
            "a detached run is not connected to its standard input: give it none, or don't detach",
        )
        .at(Create::INFO));
    }
    if stdin.is_some() {
        args.set("open_stdin", true);
    }
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
    let platform = args.text("platform").map(str::to_owned);
    if run.pull == PullPolicy::Always {
        pull(&docker, &reference, platform.as_deref(), &teller).await?;
    }
    let created = match Creating::new(&docker, &args, rm).await {
        Err(error) if error.is_not_found() && run.pull == PullPolicy::Missing => {
            // A 404 can also mean a network or a mount: then the image is there, and the 404 is
            // the answer. Of an image that is there for another platform only the pull can tell.
            if platform.is_none() && docker.image(reference.to_string()).exists().await? {
                return Err(error);
            }
            teller.tell(Step::ImageMissing(reference.clone())).await;
            pull(&docker, &reference, platform.as_deref(), &teller).await?;
            Creating::new(&docker, &args, rm).await?
        }
        made => made?,
    };
    let container = docker.container(created.id);
    let mut removal = Removal::new(&docker, container.id(), rm);
    teller
        .tell(Step::Created {
            container: container.clone(),
            warnings: created.warnings.clone(),
        })
        .await;
    let joined = if run.detach {
        container
            .start()
            .await
            .map(|_| (Streams::default(), Exiting::Unasked))
    } else {
        join(&container, &args, stdin).await
    };
    match joined {
        Ok((streams, exiting)) => Ok(Running {
            container,
            image: args.text("image").unwrap_or_default().to_owned(),
            command: words(&args, "cmd"),
            warnings: created.warnings,
            streams,
            exiting,
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

/// Pulls `reference`, and tells of its progress.
async fn pull(
    docker: &Docker,
    reference: &Reference,
    platform: Option<&str>,
    teller: &Teller,
) -> Result<()> {
    let tag = reference.digest().or(reference.tag()).unwrap_or_default();
    let mut pull = Pull::new().name(reference.name()).tag(tag);
    if let Some(platform) = platform {
        pull = pull.platform(platform);
    }
    let mut pulling = docker.images().pull_with(&pull).await?;
    while let Some(progress) = pulling.try_next().await? {
        teller.tell(Step::Progress(progress)).await;
    }
    Ok(())
}

/// Attach, wait, start: connected before it starts, so nothing is lost.
async fn join(
    container: &Container,
    args: &Args,
    stdin: Option<Stdin>,
) -> Result<(Streams, Exiting)> {
    let client = container.docker.client();
    let mut attach = Attach::new()
        .id(container.id())
        .stream(true)
        .stdout(true)
        .stderr(true);
    let wants_input = is_set(args, "open_stdin");
    if wants_input {
        attach = attach.stdin(true);
    }
    let answer = client.open(Attach::INFO, &attach.args()).await?;
    let tty = is_set(args, "tty");
    let framing = answer.framing().unwrap_or(Framing::of_tty(tty));
    let streams = if wants_input {
        let (chunks, input) = answer.duplex()?.split(framing, Attach::INFO);
        Streams::new(chunks, Some(input), stdin)
    } else {
        // Answered with 200 instead of 101, the output is still all there.
        Streams::new(answer.chunks(framing), None, None)
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
    Ok((streams, Exiting::asked(wait)))
}

fn is_set(args: &Args, flag: &str) -> bool {
    args.get(flag) == Some(&Value::Bool(true))
}

/// The words of an argument that is text or a list of texts.
pub(crate) fn words(args: &Args, name: &str) -> Vec<String> {
    match args.get(name) {
        Some(Value::Text(word)) => vec![word.clone()],
        Some(Value::List(items)) => items
            .iter()
            .filter_map(|item| match item {
                Value::Text(word) => Some(word.clone()),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
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

fn failed_before() -> Error {
    Error::new(
        ErrorKind::Interrupted,
        "this run has failed before; start another one",
    )
}

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

    /// The image, with its tag.
    pub fn reference(&self) -> &Reference {
        &self.reference
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

/// A container that was started by [`run`](super::Containers::run).
///
/// Given up (dropped) it closes its sockets at once and the container runs on;
/// with [`Run::rm`] it is left to [`Docker::close`], which removes it.
pub struct Running {
    container: Container,
    image: String,
    command: Vec<String>,
    warnings: Vec<String>,
    streams: Streams,
    exiting: Exiting,
    removal: Removal,
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
    /// Pieces of both streams come in the order in which the engine sent them.
    pub async fn try_next(&mut self) -> Result<Option<Chunk>> {
        self.streams.try_next().await
    }

    /// Its standard input, the first time, where the container has one open and
    /// [`Launch::stdin`] has not been told what to write.
    ///
    /// Who writes much must read output meanwhile: a program whose output nobody reads
    /// stops reading.
    pub fn input(&mut self) -> Option<Input> {
        self.streams.input()
    }

    /// Waits for its end: the exit code. Once it is known it is told again without a request.
    ///
    /// A detached one is asked for it by a request of its own. A wait that was given up
    /// loses nothing: the next one goes on.
    pub async fn exit(&mut self) -> Result<i64> {
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
        let resize = Resize::new(rows.into(), columns.into());
        let resize = resize.id(self.container.id());
        self.container.docker.call(&resize).await
    }

    /// Reads all its output, waits for its end, and removes it where that was promised,
    /// also if reading or waiting fails.
    ///
    /// # Errors
    /// One that comes in the middle carries what had been read:
    /// [`Error::stdout`], [`Error::stderr`].
    pub async fn outcome(mut self) -> Result<Outcome> {
        let mut read = Output::default();
        match self.read_to_end(&mut read).await {
            Ok(exit_code) => {
                if let Err(error) = self.remove().await {
                    return Err(read.lost_to(error).with_exit_code(exit_code));
                }
                Ok(Outcome {
                    exit_code,
                    stdout: read.stdout,
                    stderr: read.stderr,
                    order: read.order,
                    container: self.container,
                    image: self.image,
                    command: self.command,
                    warnings: self.warnings,
                })
            }
            Err(error) => {
                let (image, command) = (self.image.clone(), self.command.clone());
                // What went wrong first is the one to tell.
                let _ = self.cancel().await;
                Err(read.lost_to(error).of_command(Some(image), command))
            }
        }
    }

    async fn read_to_end(&mut self, read: &mut Output) -> Result<i64> {
        self.streams.read_to_end(read).await?;
        self.exit().await
    }

    /// Removes the container, where the run promised it: one forced remove. Else nothing.
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

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running")
            .field("container", &self.container.id)
            .finish_non_exhaustive()
    }
}

/// What is known of the exit code.
enum Exiting {
    Unasked,
    Asked(Pin<Box<dyn Future<Output = Result<i64>> + Send>>),
    Known(i64),
}

impl Exiting {
    /// The code that the answer to a wait will tell.
    fn asked(wait: Answer) -> Self {
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
}

impl Outcome {
    /// Both outputs in one, in the order in which the engine sent them.
    pub fn merged(&self) -> Vec<u8> {
        self.order.merged(&self.stdout, &self.stderr)
    }

    /// The same, unless the exit code is not 0.
    ///
    /// # Errors
    /// Kind `Failed`, with the exit code, the image, the command and both outputs; the
    /// message shows the end of standard error.
    pub fn success(self) -> Result<Self> {
        if self.exit_code == 0 {
            return Ok(self);
        }
        let message = format!(
            "container {} ended with exit code {}{}",
            self.container.id,
            self.exit_code,
            tail(&self.stderr)
        );
        Err(Error::new(ErrorKind::Failed, message)
            .at(Create::INFO)
            .with_exit_code(self.exit_code)
            .of_command(Some(self.image), self.command)
            .with_output(self.stdout, self.stderr))
    }
}
