//! `run`: from an image's name to an exit code, as `docker run` does it.

use stevedore_api::container::{Attach, Condition, Create, Wait};
use stevedore_api::image::Pull;
use stevedore_api::{Args, Endpoint, Value};
use stevedore_client::{Error, ErrorKind, Result};

use super::removal::{Creating, Removal};
use super::running::Exiting;
use super::steps::{Step, Teller};
use super::streams::Streams;
use super::{Container, Running, Stdin};
use crate::docker::must_name;
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
    /// Don't connect: it runs on by itself, as [`detach`](Self::detach) tells.
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
    ///
    /// Whoever learns of the end has it removed before that is told: a run that is awaited as a
    /// whole, [`Running::outcome`], [`Running::exit`] and [`Running::ended`]. So it can't be
    /// inspected then, but after [`Running::exit_code`] it can. [`Running::remove`] and
    /// [`Running::cancel`] do it before its end. A run that is dropped sends no request: its
    /// container goes with the next [`Docker::close`], which also the end of a program should
    /// await.
    pub fn rm(mut self, rm: bool) -> Self {
        self.rm = rm;
        self
    }

    /// Don't connect: it runs on by itself. Begin it with `start`, which gives a handle at once;
    /// a run that is awaited as a whole waits for its end all the same.
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
pub(super) struct Plan {
    pub(super) args: Args,
    pub(super) run: Run,
    pub(super) stdin: Option<Stdin>,
    /// Whether both outputs are connected, whatever is asked for.
    pub(super) all_output: bool,
    /// There where it is to be on a terminal of this side.
    pub(super) screen: Option<Screen>,
}

/// What a container is told of the terminal that it will be on.
pub(super) struct Screen {
    /// Rows and columns, where they are known.
    pub(super) size: Option<[u16; 2]>,
    pub(super) detach_keys: String,
}

/// The whole story, in the order of its requests.
pub(super) async fn story(docker: Docker, plan: Plan, teller: Teller) -> Result<Running> {
    let Plan {
        mut args,
        run,
        stdin,
        all_output,
        screen,
    } = plan;
    if run.detach && (stdin.is_some() || screen.is_some()) {
        return Err(Error::new(
            ErrorKind::Argument,
            "a detached run is not connected to its standard input: give it none and no terminal, \
             or don't detach",
        )
        .at(Create::INFO)
        .of_argument("stdin"));
    }
    // A pull may come before the create that would refuse it.
    if let Some(image) = args.text("image") {
        must_name(Create::INFO, "image", image)?;
    }
    if stdin.is_some() || screen.is_some() {
        args.set("open_stdin", true);
    }
    if let Some(screen) = &screen {
        args.set("tty", true);
        if let Some(size) = screen.size {
            let size = Value::from(size.to_vec());
            in_host_config(&mut args, "console_size", "ConsoleSize", size);
        }
    }
    // Who detaches from it later is not there any more when it ends.
    if run.rm && (run.detach || screen.is_some()) {
        in_host_config(&mut args, "auto_remove", "AutoRemove", true);
    }
    let rm = run.rm && !run.detach;
    let outputs = if all_output || screen.is_some() {
        [true; 2]
    } else {
        outputs(&args)
    };
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
    let name = spoken(container.id(), args.text("name").unwrap_or_default());
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
        join(&container, &args, outputs, stdin, screen).await
    };
    match joined {
        Ok((streams, exiting)) => Ok(Running {
            container,
            name,
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
            Err(unstarted(error, &container, &name, &args, run.rm))
        }
    }
}

/// `error` of a container that never ran, with what there is to say about that.
fn unstarted(error: Error, container: &Container, name: &str, args: &Args, rm: bool) -> Error {
    let command = words(args, "cmd");
    let error = match taken_for_one(&command, &error.to_string()) {
        Some(note) => error.with_note(&note),
        None => error,
    };
    let image = args.text("image").map(str::to_owned);
    let error = error
        .of_container(container.id())
        .of_command(image, command);
    // That may be another: of a link, or of the network's.
    let is_gone =
        error.missing() == Some("no_such_container") && error.to_string().contains(container.id());
    if rm || is_gone || is_removed_by_engine(args) {
        return error;
    }
    error.with_note(&format!(
        "its container {name} is left behind; remove it if it is not wanted"
    ))
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
    let failed = |error: Error| error.with_note(&format!("the image {reference} can't be pulled"));
    let mut pulling = docker.images().pull_with(&pull).await.map_err(failed)?;
    while let Some(progress) = pulling.try_next().await.map_err(failed)? {
        teller.tell(Step::Progress(progress)).await;
    }
    Ok(())
}

/// Attach, wait, start: connected before it starts, so nothing is lost.
async fn join(
    container: &Container,
    args: &Args,
    [stdout, stderr]: [bool; 2],
    stdin: Option<Stdin>,
    screen: Option<Screen>,
) -> Result<(Streams, Exiting)> {
    let client = container.docker.client();
    let wants_input = is_set(args, "open_stdin");
    let mut attach = Attach::new().id(container.id()).stream(true);
    attach.stdin = wants_input.then_some(true);
    attach.stdout = stdout.then_some(true);
    attach.stderr = stderr.then_some(true);
    if let Some(screen) = screen {
        attach = attach.detach_keys(screen.detach_keys);
    }
    let mut streams = if wants_input || stdout || stderr {
        let is_tty = is_set(args, "tty");
        container
            .streams(&attach.args(), wants_input, is_tty)
            .await?
    } else {
        Streams::default()
    };
    if let Some(stdin) = stdin {
        streams.feed(stdin);
    }
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

/// What a container is called in a message: by its name, or as docker shortens an id.
pub(super) fn spoken(id: &str, name: &str) -> String {
    match name.trim_start_matches('/') {
        "" => id.get(..12).unwrap_or(id).to_owned(),
        name => name.to_owned(),
    }
}

fn is_set(args: &Args, flag: &str) -> bool {
    args.get(flag) == Some(&Value::Bool(true))
}

/// Which of the outputs are asked for: both where nothing is said of them, as of one where the
/// other is only kept away.
fn outputs(args: &Args) -> [bool; 2] {
    let said = |name| match args.get(name) {
        Some(Value::Bool(said)) => Some(*said),
        _ => None,
    };
    let (stdout, stderr) = (said("attach_stdout"), said("attach_stderr"));
    [
        stdout.unwrap_or(stderr != Some(true)),
        stderr.unwrap_or(stdout != Some(true)),
    ]
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

/// What there is to say of a command of one word with blanks in it, where the engine names that
/// word in what it has `said`: it has looked for a program of that name.
pub(crate) fn taken_for_one(command: &[String], said: &str) -> Option<String> {
    let [word] = command else {
        return None;
    };
    let words: Vec<_> = word.split_whitespace().collect();
    if words.len() < 2 || !said.contains(word.as_str()) {
        return None;
    }
    let words: Vec<_> = if word.contains(['&', '|', ';', '<', '>', '$', '`', '(', '*', '"', '\'']) {
        // Only a shell knows what it means.
        vec!["`sh`".to_owned(), "`-c`".to_owned(), format!("`{word}`")]
    } else {
        words.iter().map(|word| format!("`{word}`")).collect()
    };
    Some(format!(
        "a command is given word by word, and `{word}` is one word; as several it is {}",
        words.join(", ")
    ))
}

/// Whether a wait can ask for the next exit.
pub(super) fn has_condition(version: stevedore_api::ApiVersion) -> bool {
    Wait::INFO
        .arg("condition")
        .is_some_and(|arg| arg.field.span.holds(version))
}

pub(super) fn reference(args: &Args) -> Reference {
    Reference::new(args.text("image").unwrap_or_default()).or_latest()
}

/// Whether the engine removes it as soon as it has ended, or could not be started.
fn is_removed_by_engine(args: &Args) -> bool {
    let Some(Value::Map(pairs)) = args.get("host_config") else {
        return false;
    };
    pairs.iter().any(|(name, value)| {
        matches!(name.as_str(), "auto_remove" | "AutoRemove") && *value == Value::Bool(true)
    })
}

/// Sets a field of `host_config`, which has one name of ours and one of the API's.
fn in_host_config(args: &mut Args, name: &str, wire: &str, value: impl Into<Value>) {
    let mut host_config = match args.get("host_config") {
        Some(Value::Map(pairs)) => pairs.clone(),
        _ => Vec::new(),
    };
    host_config.retain(|(given, _)| given != name && given != wire);
    host_config.push((name.to_owned(), value.into()));
    args.set("host_config", Value::Map(host_config));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_container_is_called_by_its_name_or_a_short_id() {
        let id = "97fa6b5cd0a1e2f3".repeat(4);
        assert_eq!(spoken(&id, "/web"), "web");
        assert_eq!(spoken(&id, "web"), "web");
        assert_eq!(spoken(&id, ""), "97fa6b5cd0a1");
        assert_eq!(spoken("97fa", ""), "97fa");
    }

    #[test]
    fn a_command_in_one_word_is_told_to_be_one() {
        let said = |command: &[&str], said: &str| {
            let command: Vec<String> = command.iter().map(|word| (*word).to_owned()).collect();
            taken_for_one(&command, said)
        };
        let refused = |word: &str| format!("exec: \"{word}\": executable file not found in $PATH");
        assert_eq!(
            said(&["ls -l"], &refused("ls -l")).unwrap(),
            "a command is given word by word, and `ls -l` is one word; as several it is `ls`, `-l`"
        );
        assert!(
            said(&["true && false"], &refused("true && false"))
                .unwrap()
                .ends_with("as several it is `sh`, `-c`, `true && false`")
        );
        // Another reason, several words, no blank in it.
        assert_eq!(said(&["ls -l"], "no space left on device"), None);
        assert_eq!(said(&["a b", "c"], &refused("a b")), None);
        assert_eq!(said(&["nosuch"], &refused("nosuch")), None);
        assert_eq!(said(&[" ls "], &refused(" ls ")), None);
        assert_eq!(said(&[], &refused("ls -l")), None);
    }
}
