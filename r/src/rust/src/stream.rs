//! Streams that R pulls: followed output, and what comes of runs, of commands and of
//! containers that are taken up.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Instant;

use savvy::Sexp;
use stevedore::container::{Launch, Running, Step};
use stevedore::image::Progress;
use stevedore::{Answer, Chunk, Chunks, Error, Framing};

use crate::by_hand::{Draft, Head};
use crate::client::{Client, row};
use crate::display::{self, Display};
use crate::failure::Failure;
use crate::feed::Feed;
use crate::given::{Data, Given};
use crate::handle::Session;
use crate::lines::Lines;
use crate::native::Stop;
use crate::process::OfProcess;
use crate::terminal::{self, Terminal};
use crate::tree::Tree;
use crate::{faces, read, sys};
use exec::Command;
use run::About;

mod attach;
mod exec;
mod run;

/// A batch is given to R when this much has gathered, even if more is ready.
pub(crate) const BATCH: usize = 64 * 1024;

/// A stream as R sees it.
pub(crate) struct Stream {
    // Dropped before the session that drives it.
    state: State,
    session: Rc<OfProcess<Session>>,
    lines: Lines,
    /// What R shows while it arrives, if it does.
    display: Option<Display>,
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
    Executing(Box<stevedore::exec::Running>),
    Ended,
}

/// What a read has found.
enum Found {
    Missing(String),
    Progress(Vec<Progress>),
    Created {
        id: String,
        warnings: Vec<String>,
    },
    /// Text to show.
    Output(Vec<u8>),
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
        display: Option<Display>,
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

    fn of(state: State, session: Rc<OfProcess<Session>>) -> Self {
        Self {
            state,
            session,
            lines: Lines::new(false),
            display: None,
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
            Found::Output(text) => display::step(text),
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

    /// Closes the connection.
    pub(crate) fn close(&mut self) -> Result<Sexp, Stop> {
        self.state = State::Ended;
        sys::write(&Tree::Null)
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
            (State::Running(running), _) => unless_dry(feed.as_ref(), running.exit_code()).await,
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

    /// Waits for output, and takes what is there already with it. What need not be
    /// shown is read to its end.
    async fn output(&mut self) -> Result<Found, Stop> {
        let feed = self.feed.clone();
        loop {
            let some = self.display.as_ref().is_some_and(|it| !it.is_empty());
            let pulled = if some {
                ready(self.pull()).await
            } else {
                unless_dry(feed.as_ref(), self.pull()).await
            };
            match pulled {
                Some(Ok(Some(chunk))) => {
                    self.lines
                        .push(chunk.source, &chunk.bytes, self.display.as_mut());
                    match &mut self.display {
                        Some(display) if display.len() >= BATCH => {
                            return Ok(Found::Output(display.take()));
                        }
                        _ => continue,
                    }
                }
                Some(Err(error)) if some => self.later.push_back(Err(error.into())),
                Some(Err(error)) => return Err(error.into()),
                Some(Ok(None)) if !some => return Ok(Found::End),
                None if !some => return Ok(Found::Hungry),
                Some(Ok(None)) | None => {}
            }
            let text = self.display.as_mut().map(Display::take);
            return Ok(Found::Output(text.unwrap_or_default()));
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
