//! Streams that R pulls: followed output, and a whole run.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Instant;

use savvy::Sexp;
use stevedore::container::{Launch, Run, Running, Step};
use stevedore::image::Progress;
use stevedore::{Answer, Chunk, Chunks, Error, Framing};

use crate::by_hand::{Draft, Head};
use crate::client::{Client, row};
use crate::failure::Failure;
use crate::given::Given;
use crate::handle::{Session, tell};
use crate::lines::{Lines, Pieces};
use crate::native::Stop;
use crate::process::OfProcess;
use crate::tree::Tree;
use crate::{faces, read, sys};

/// A batch is given to R when this much has gathered, even if more is ready.
const BATCH: usize = 64 * 1024;
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
    Ended,
}

/// What is known of a run.
struct About {
    image: String,
    detach: bool,
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
    Created { id: String, warnings: Vec<String> },
    Output(Pieces),
    Bytes(Vec<u8>),
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
        Ok(Self {
            lines: Lines::new(chunks.is_raw()),
            state: State::Output(chunks),
            session,
            display,
            run: None,
            head: None,
            later: VecDeque::new(),
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
            state: State::Answer(Box::new(answer)),
            session,
            lines: Lines::new(true),
            display: false,
            run: None,
            later: VecDeque::new(),
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
        detach: bool,
        rm: bool,
        display: bool,
    ) -> Result<Self, Stop> {
        let args = read::args(row("container_create")?, client.version(), given)?;
        let session = client.session()?;
        let run = Run::new().detach(detach).rm(rm);
        let launch = session.docker.containers().run_args(args, run);
        Ok(Self {
            run: Some(About {
                image: launch.reference().to_string(),
                detach,
                removal: if rm && !detach {
                    Removal::Due
                } else {
                    Removal::Settled
                },
                id: None,
                exit_code: None,
            }),
            head: None,
            state: State::Launching(Box::new(launch)),
            session,
            lines: Lines::new(false),
            display,
            later: VecDeque::new(),
        })
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
            fields.push(("exit_code", Tree::whole(run.exit_code.unwrap_or(0))));
        }
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
            State::Output(_) | State::Answer(_) | State::Ended => Ok(()),
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
                State::Running(_) => {
                    let found = self.output().await?;
                    if let (Found::End, State::Running(running)) = (&found, &mut self.state) {
                        let code = running.exit().await?;
                        if let Some(run) = &mut self.run {
                            run.exit_code = Some(code);
                        }
                    }
                    return Ok(found);
                }
            }
        }
    }

    /// The container runs: from now on there is output.
    async fn launched(&mut self) -> Result<(), Stop> {
        if let State::Launching(launch) = std::mem::replace(&mut self.state, State::Ended) {
            let mut running = launch.start().await?;
            // R has nothing to write: a container that reads its input sees its end.
            drop(running.input());
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
        loop {
            let pulled = if pieces.is_empty() {
                Some(self.pull().await)
            } else {
                ready(self.pull()).await
            };
            match pulled {
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
            State::Answer(_) | State::Launching(_) | State::Ended => Ok(None),
        }
    }
}

/// What `future` has at once, if it has.
async fn ready<F: Future>(future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    poll_fn(|cx| {
        Poll::Ready(match future.as_mut().poll(cx) {
            Poll::Ready(output) => Some(output),
            Poll::Pending => None,
        })
    })
    .await
}
