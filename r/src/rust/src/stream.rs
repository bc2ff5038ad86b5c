//! Streams that R pulls: followed output, and a whole run.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Instant;

use savvy::Sexp;
use stevedore::container::{Attach, Launch, PullPolicy, Run, Running, Step};
use stevedore::exec;
use stevedore::image::Progress;
use stevedore::{Answer, Chunk, Chunks, Error, Framing};

use crate::by_hand::{Draft, Head};
use crate::client::{Client, row};
use crate::failure::Failure;
use crate::feed::{self, Feed};
use crate::given::{Data, Given, Wrong};
use crate::handle::{Session, tell};
use crate::lines::{Lines, Pieces};
use crate::native::Stop;
use crate::process::OfProcess;
use crate::terminal::{self, Terminal};
use crate::tree::Tree;
use crate::{faces, read, sys};

/// A batch is given to R when this much has gathered, even if more is ready.
pub(crate) const BATCH: usize = 64 * 1024;
/// So many reports of progress make a batch.
const REPORTS: usize = 256;

/// A stream as R sees it.
pub(crate) struct Stream {
    // Dropped before the session that drives it.
    state: State,
    session: Rc<OfProcess<Session>>,
    lines: Lines,
    /// Whether R wants to show what arrives.
    display: bool,
    run: Option<About>,
    exec: Option<Command>,
    /// The terminal that the program is to be on, until it is.
    terminal: Option<Terminal>,
    /// Whether it was left on the terminal without its end.
    is_detached: bool,
    /// What the program reads, where R gives it piece by piece.
    feed: Option<Feed>,
    /// What is known of the answer to a request by hand.
    head: Option<Head>,
    /// What was found on the way and waits for the next read.
    later: VecDeque<Result<Found, Stop>>,
}

enum State {
    Output(Chunks),
    Answer(Box<Answer>),
    Launching(Box<Launch>),
    Running(Box<Running>),
    Executing(Box<exec::Running>),
    Ended,
}

/// What is known of a command in a container.
struct Command {
    id: String,
    /// Whether its exit code is asked for when its output has ended.
    waits: bool,
    exit_code: Option<i64>,
}

/// What is known of a run, or of a container that was taken up.
struct About {
    image: String,
    detach: bool,
    /// Whether its end is all that there is to wait for: one that was taken up may go on
    /// without output.
    ends: bool,
    removal: Removal,
    id: Option<String>,
    exit_code: Option<i64>,
}

/// The removal of a run's container.
enum Removal {
    /// It was not asked for, or it is done.
    Settled,
    /// It is still to be done, or to be seen through.
    Due,
    /// It was tried, and this is why the container may still be there.
    Failed(Failure),
}

/// What a read has found.
enum Found {
    Missing(String),
    Progress(Vec<Progress>),
    Created {
        id: String,
        warnings: Vec<String>,
    },
    Output(Pieces),
    Bytes(Vec<u8>),
    /// The program wants to read, and R has to say what.
    Hungry,
    End,
}

impl Stream {
    /// Output of an endpoint; whether it comes from a terminal decides how it is framed
    /// where the engine does not say.
    pub(crate) fn open(
        client: &Client,
        id: &str,
        given: &Given,
        tty: bool,
        display: bool,
    ) -> Result<Self, Stop> {
        let info = row(id)?;
        let args = read::args(info, client.version(), given)?;
        let session = client.session()?;
        let answer = session.wait_for(session.docker.client().open(info, &args))??;
        let framing = answer.framing().unwrap_or(Framing::of_tty(tty));
        let chunks = answer.chunks(framing);
        let lines = Lines::new(chunks.is_raw());
        Ok(Self {
            lines,
            display,
            ..Self::of(State::Output(chunks), session)
        })
    }

    /// The answer to a request by hand, whatever its status; its content is still
    /// to be read.
    pub(crate) fn request(client: &Client, given: &Given) -> Result<Self, Stop> {
        let draft = Draft::read(given, client.version())?;
        let session = client.session()?;
        let began = Instant::now();
        let wire = session.docker.client();
        let answer = session.wait_for(wire.request(&draft.request, draft.upload))??;
        Ok(Self {
            head: Some(Head::of(&answer, draft.url, began)),
            ..Self::of(State::Answer(Box::new(answer)), session)
        })
    }

    /// All that is still to be read of the answer to a request by hand, and what
    /// there is to say about it.
    pub(crate) fn rest(&mut self) -> Result<Sexp, Stop> {
        let state = std::mem::replace(&mut self.state, State::Ended);
        let content = match state {
            State::Answer(answer) => {
                let session = Rc::clone(&self.session);
                session.wait(answer.bytes())??.to_vec()
            }
            _ => Vec::new(),
        };
        let Some(head) = &mut self.head else {
            return Err(Failure::bug("this stream is no answer").into());
        };
        head.end();
        let mut fields = head.fields();
        fields.push(("content", Tree::Raw(&content)));
        sys::write(&Tree::record(fields))
    }

    /// A run. Its first request goes out with the first read.
    pub(crate) fn run(
        client: &Client,
        given: &Given,
        how: &Given,
        display: bool,
    ) -> Result<Self, Stop> {
        let args = read::args(row("container_create")?, client.version(), given)?;
        let session = client.session()?;
        let flag = |name| how.field_flag(name).unwrap_or_default();
        let (detach, rm) = (flag("detach"), flag("rm"));
        let run = Run::new().detach(detach).rm(rm).pull(pull_policy(how)?);
        let terminal = terminal::asked(how)?;
        let (stdin, feed) = feed::stdin(how.field("stdin"))?;
        let mut launch = session.docker.containers().run_args(args, run);
        if let Some(stdin) = stdin {
            launch = launch.stdin(stdin);
        }
        if let Some(terminal) = &terminal {
            launch = terminal::launch(launch, terminal);
        }
        Ok(Self {
            run: Some(About {
                image: launch.reference().to_string(),
                detach,
                ends: true,
                removal: if rm && !detach {
                    Removal::Due
                } else {
                    Removal::Settled
                },
                id: None,
                exit_code: None,
            }),
            terminal,
            feed,
            display,
            ..Self::of(State::Launching(Box::new(launch)), session)
        })
    }

    /// A command in a container: made and started here. `how` has `detach`, `stdin`,
    /// `interactive` and `detach_keys`.
    pub(crate) fn exec(
        client: &Client,
        given: &Given,
        how: &Given,
        display: bool,
    ) -> Result<Self, Stop> {
        let args = read::args(row("exec_create")?, client.version(), given)?;
        let container = args.text("id").unwrap_or_default().to_owned();
        let detach = how.field_flag("detach").unwrap_or_default();
        let (stdin, feed) = feed::stdin(how.field("stdin"))?;
        let terminal = terminal::asked(how)?;
        let session = client.session()?;
        let container = session.docker.container(container);
        let mut launch = container.exec_args(args).detach(detach);
        if let Some(stdin) = stdin {
            launch = launch.stdin(stdin);
        }
        if let Some(terminal) = &terminal {
            launch = terminal::launch_exec(launch, terminal);
        }
        let running = session.wait_for(launch.start())??;
        let mut stream = Self::executing(running, session, display, !detach);
        stream.feed = feed;
        stream.terminal = terminal;
        Ok(stream)
    }

    /// A container that runs, taken up. `how` has `stdin`, `interactive` and `detach_keys`.
    pub(crate) fn attach(
        client: &Client,
        id: &str,
        given: &Given,
        how: &Given,
        display: bool,
    ) -> Result<Self, Stop> {
        let (stdin, feed) = feed::stdin(how.field("stdin"))?;
        let terminal = terminal::asked(how)?;
        let session = client.session()?;
        let container = session.docker.container(id);
        let about = About {
            image: String::new(),
            detach: false,
            ends: false,
            removal: Removal::Settled,
            id: Some(id.to_owned()),
            exit_code: None,
        };
        if let Some(terminal) = &terminal {
            // The whole session is here; what is left to read is how it ended.
            let code = session.wait_for(terminal::attach(&container, terminal))??;
            return Ok(Self {
                is_detached: code.is_none(),
                run: Some(About {
                    exit_code: code,
                    ..about
                }),
                ..Self::of(State::Ended, session)
            });
        }
        let mut attach = Attach::new().stream(true);
        for (name, set) in [
            ("stdin", Attach::stdin as fn(Attach, bool) -> Attach),
            ("stdout", Attach::stdout),
            ("stderr", Attach::stderr),
            ("logs", Attach::logs),
        ] {
            if given.field_flag(name) == Some(true) {
                attach = set(attach, true);
            }
        }
        let mut running = session.wait_for(container.take_up(attach))??;
        if let Some(stdin) = stdin {
            // It has an input, or it was refused.
            let _ = running.feed(stdin);
        }
        Ok(Self {
            lines: Lines::new(running.is_raw()),
            run: Some(about),
            feed,
            display,
            ..Self::of(State::Running(Box::new(running)), session)
        })
    }

    /// A command that was made before, by its id.
    pub(crate) fn exec_start(
        client: &Client,
        id: &str,
        detach: bool,
        tty: bool,
        display: bool,
    ) -> Result<Self, Stop> {
        let session = client.session()?;
        let start = exec::Start::new().detach(detach).tty(tty);
        let mut running = session.wait_for(session.docker.exec(id).start_with(start))??;
        // R has nothing to write: a command that reads its input sees its end.
        drop(running.input());
        Ok(Self::executing(running, session, display, false))
    }

    fn executing(
        running: exec::Running,
        session: Rc<OfProcess<Session>>,
        display: bool,
        waits: bool,
    ) -> Self {
        Self {
            lines: Lines::new(running.is_raw()),
            display,
            exec: Some(Command {
                id: running.exec().id().to_owned(),
                waits,
                exit_code: None,
            }),
            ..Self::of(State::Executing(Box::new(running)), session)
        }
    }

    fn of(state: State, session: Rc<OfProcess<Session>>) -> Self {
        Self {
            state,
            session,
            lines: Lines::new(false),
            display: false,
            run: None,
            exec: None,
            terminal: None,
            is_detached: false,
            feed: None,
            head: None,
            later: VecDeque::new(),
        }
    }

    /// More for the program to read; nothing at all is the end.
    pub(crate) fn feed(&mut self, bytes: &Given) -> Result<Sexp, Stop> {
        let (Some(feed), Data::Bytes(bytes)) = (&self.feed, &bytes.data) else {
            return Err(Failure::bug("this stream is not fed with bytes").into());
        };
        feed.fill(bytes);
        sys::write(&Tree::Null)
    }

    /// The next step, or NULL at the end.
    pub(crate) fn read(&mut self) -> Result<Sexp, Stop> {
        let found = if let Some(found) = self.later.pop_front() {
            found?
        } else {
            let session = Rc::clone(&self.session);
            session.wait_for(self.next())??
        };
        sys::write(&match &found {
            Found::End => Tree::Null,
            Found::Output(pieces) => pieces.tree(self.lines.is_raw()),
            Found::Missing(image) => Tree::record(vec![
                ("step", Tree::text("missing")),
                ("image", Tree::text(image.as_str())),
            ]),
            Found::Created { id, warnings } => Tree::record(vec![
                ("step", Tree::text("created")),
                ("id", Tree::text(id.as_str())),
                ("warnings", Tree::texts(warnings.iter().map(String::as_str))),
            ]),
            Found::Progress(reports) => faces::progress(reports),
            Found::Bytes(bytes) => Tree::Raw(bytes),
            Found::Hungry => Tree::record(vec![("step", Tree::text("hungry"))]),
        })
    }

    /// The lines; of a run also its container and its exit code. Of an answer, what
    /// there is to say beside its content.
    pub(crate) fn outcome(&mut self) -> Result<Sexp, Stop> {
        if let Some(head) = &mut self.head {
            head.end();
            return sys::write(&Tree::record(head.fields()));
        }
        self.lines.finish();
        let mut fields = self.lines.fields();
        if let Some(run) = &self.run {
            fields.push(("id", Tree::maybe_text(run.id.as_deref())));
            fields.push(("image", Tree::text(run.image.as_str())));
            fields.push(("exit_code", Tree::maybe_whole(run.exit_code)));
        }
        if let Some(command) = &self.exec {
            fields.push(("id", Tree::text(command.id.as_str())));
            fields.push(("exit_code", Tree::maybe_whole(command.exit_code)));
        }
        fields.push(("detached", Tree::Bool(Some(self.is_detached))));
        sys::write(&Tree::record(fields))
    }

    /// Gives a run up: its connections are closed at once; then its container is
    /// removed, where that was asked for. Given up itself, it can be called again,
    /// and goes on.
    pub(crate) fn cancel(&mut self) -> Result<Sexp, Stop> {
        let session = Rc::clone(&self.session);
        let is_due = self
            .run
            .as_ref()
            .is_some_and(|run| matches!(run.removal, Removal::Due));
        // How long a removal may take is bounded below.
        let removed = match std::mem::replace(&mut self.state, State::Ended) {
            State::Launching(launch) => session.wait(launch.cancel())?,
            State::Running(running) => session.wait(running.cancel())?,
            _ if is_due => session.wait(session.docker.close())?,
            State::Output(_) | State::Answer(_) | State::Executing(_) | State::Ended => Ok(()),
        };
        match (&mut self.run, removed) {
            (Some(run), Ok(())) if is_due => run.removal = Removal::Settled,
            (Some(run), Err(error)) if is_due => run.removal = Removal::Failed(error.into()),
            // It was another run's container.
            (_, Err(error)) => tell(&error),
            (_, Ok(())) => {}
        }
        match &self.run {
            Some(About {
                removal: Removal::Failed(failure),
                ..
            }) => sys::write(&failure.tree()),
            _ => sys::write(&Tree::Null),
        }
    }

    /// Closes the connection.
    pub(crate) fn close(&mut self) -> Result<Sexp, Stop> {
        self.state = State::Ended;
        sys::write(&Tree::Null)
    }

    /// The container that should have been removed and, as far as is known, was not;
    /// a missing text where there may be one whose id never came.
    pub(crate) fn left_behind(&self) -> Tree<'_> {
        match &self.run {
            None
            | Some(About {
                removal: Removal::Settled,
                ..
            }) => Tree::Null,
            Some(run) => Tree::maybe_text(run.id.as_deref()),
        }
    }

    async fn next(&mut self) -> Result<Found, Stop> {
        loop {
            match &mut self.state {
                State::Ended => return Ok(Found::End),
                State::Launching(launch) => match launch.next().await? {
                    Some(Step::Progress(first)) => return Ok(self.reports(first).await),
                    Some(step) => {
                        if let Some(found) = self.found(step) {
                            return Ok(found);
                        }
                    }
                    None => self.launched().await?,
                },
                State::Output(_) => return self.output().await,
                State::Answer(answer) => match answer.next().await? {
                    Some(bytes) if bytes.is_empty() => {}
                    Some(bytes) => return Ok(Found::Bytes(bytes.to_vec())),
                    None => self.state = State::Ended,
                },
                State::Running(_) | State::Executing(_) if self.terminal.is_some() => {
                    return self.interact().await;
                }
                State::Running(_) | State::Executing(_) => {
                    let found = self.output().await?;
                    return match found {
                        Found::End => self.exit().await,
                        found => Ok(found),
                    };
                }
            }
        }
    }

    /// Output has ended: the exit code is asked for, where R wants to know it.
    async fn exit(&mut self) -> Result<Found, Stop> {
        let feed = self.feed.clone();
        let code = match (&mut self.state, &self.exec) {
            (State::Running(running), _) if self.run.as_ref().is_some_and(|run| !run.ends) => {
                match unless_dry(feed.as_ref(), running.ended()).await {
                    Some(Ok(None)) => return Ok(Found::End),
                    code => code.map(|code| code.map(Option::unwrap_or_default)),
                }
            }
            (State::Running(running), _) => unless_dry(feed.as_ref(), running.exit()).await,
            (State::Executing(running), Some(Command { waits: true, .. })) => {
                unless_dry(feed.as_ref(), running.exit()).await
            }
            _ => return Ok(Found::End),
        };
        let Some(code) = code else {
            return Ok(Found::Hungry);
        };
        self.ended(code?);
        Ok(Found::End)
    }

    fn ended(&mut self, code: i64) {
        if let Some(run) = &mut self.run {
            run.exit_code = Some(code);
        }
        if let Some(command) = &mut self.exec {
            command.exit_code = Some(code);
        }
    }

    /// Puts the program on the terminal until one of them leaves. Output goes there as it
    /// comes, and none of it is kept.
    async fn interact(&mut self) -> Result<Found, Stop> {
        let Some(terminal) = self.terminal.take() else {
            return Ok(Found::End);
        };
        let code = match &mut self.state {
            State::Running(running) => terminal::run(running, &terminal).await?,
            State::Executing(running) => terminal::exec(running, &terminal).await?,
            _ => None,
        };
        match code {
            Some(code) => self.ended(code),
            None => self.is_detached = true,
        }
        self.state = State::Ended;
        Ok(Found::End)
    }

    /// The container runs: from now on there is output.
    async fn launched(&mut self) -> Result<(), Stop> {
        if let State::Launching(launch) = std::mem::replace(&mut self.state, State::Ended) {
            let mut running = launch.start().await?;
            if self.terminal.is_none() {
                // R has nothing to write: a container that reads its input sees its end.
                drop(running.input());
            }
            self.lines = Lines::new(running.is_raw());
            if !self.run.as_ref().is_some_and(|run| run.detach) {
                self.state = State::Running(Box::new(running));
            }
        }
        Ok(())
    }

    fn found(&mut self, step: Step) -> Option<Found> {
        match step {
            Step::ImageMissing(reference) => Some(Found::Missing(reference.to_string())),
            Step::Progress(report) => Some(Found::Progress(vec![report])),
            Step::Created {
                container,
                warnings,
            } => {
                let id = container.id().to_owned();
                if let Some(run) = &mut self.run {
                    run.id = Some(id.clone());
                }
                Some(Found::Created { id, warnings })
            }
            _ => None,
        }
    }

    /// The reports that are there already, after `first`.
    async fn reports(&mut self, first: Progress) -> Found {
        let mut reports = vec![first];
        while reports.len() < REPORTS {
            let State::Launching(launch) = &mut self.state else {
                break;
            };
            match ready(launch.next()).await {
                Some(Ok(Some(Step::Progress(report)))) => reports.push(report),
                Some(Ok(Some(step))) => {
                    let found = self.found(step).map(Ok);
                    self.later.extend(found);
                    break;
                }
                Some(Err(error)) => {
                    self.later.push_back(Err(error.into()));
                    break;
                }
                // The end is told again: `launched` follows with the next read.
                Some(Ok(None)) | None => break,
            }
        }
        Found::Progress(reports)
    }

    /// Waits for output, and takes what is there already with it. What need not be
    /// shown is read to its end.
    async fn output(&mut self) -> Result<Found, Stop> {
        let mut pieces = Pieces::default();
        let feed = self.feed.clone();
        loop {
            let pulled = if pieces.is_empty() {
                unless_dry(feed.as_ref(), self.pull()).await
            } else {
                ready(self.pull()).await
            };
            match pulled {
                None if pieces.is_empty() => return Ok(Found::Hungry),
                Some(Ok(Some(chunk))) => {
                    let shown = self.display.then_some(&mut pieces);
                    self.lines.push(chunk.source, &chunk.bytes, shown);
                }
                Some(Ok(None)) if pieces.is_empty() => return Ok(Found::End),
                Some(Err(error)) if pieces.is_empty() => return Err(error.into()),
                Some(Err(error)) => {
                    self.later.push_back(Err(error.into()));
                    return Ok(Found::Output(pieces));
                }
                Some(Ok(None)) | None => return Ok(Found::Output(pieces)),
            }
            if pieces.len() >= BATCH {
                return Ok(Found::Output(pieces));
            }
        }
    }

    async fn pull(&mut self) -> Result<Option<Chunk>, Error> {
        match &mut self.state {
            State::Output(chunks) => chunks.try_next().await,
            State::Running(running) => running.try_next().await,
            State::Executing(running) => running.try_next().await,
            State::Answer(_) | State::Launching(_) | State::Ended => Ok(None),
        }
    }
}

/// When a run in R pulls the image.
fn pull_policy(how: &Given) -> Result<PullPolicy, Wrong> {
    match how.field("pull") {
        None => Ok(PullPolicy::Missing),
        Some(pull) if pull.is_null() => Ok(PullPolicy::Missing),
        Some(pull) => match pull.text() {
            Some("missing") => Ok(PullPolicy::Missing),
            Some("always") => Ok(PullPolicy::Always),
            Some("never") => Ok(PullPolicy::Never),
            _ => Err(Wrong::must_be(
                "pull",
                "one of 'missing', 'always', 'never'",
            )),
        },
    }
}

/// What `future` comes to, unless more is to be fed before that.
async fn unless_dry<F: Future>(feed: Option<&Feed>, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    poll_fn(|cx| match future.as_mut().poll(cx) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending if feed.is_some_and(Feed::is_dry) => Poll::Ready(None),
        Poll::Pending => Poll::Pending,
    })
    .await
}

/// What `future` has at once, if it has.
pub(crate) async fn ready<F: Future>(future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    poll_fn(|cx| {
        Poll::Ready(match future.as_mut().poll(cx) {
            Poll::Ready(output) => Some(output),
            Poll::Pending => None,
        })
    })
    .await
}
