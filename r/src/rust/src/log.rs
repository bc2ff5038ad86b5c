//! What a container wrote, as lines with their times.

use std::rc::Rc;
use std::time::Duration;

use savvy::Sexp;
use stevedore::container::{LogLine, LogLines, Logs, Tail};
use stevedore::{Error, Source};
use stevedore_api::{Args, Schema, Timestamp, Value};

use crate::client::{Client, row};
use crate::display::{self, Display};
use crate::given::{Given, Wrong};
use crate::handle::Session;
use crate::lines::{code, index, without_zeros};
use crate::native::Stop;
use crate::process::OfProcess;
use crate::stream::{BATCH, ready};
use crate::tree::{Encoding, Numbers, Tree, seconds};
use crate::{read, sys};

/// So long a log that was cut is opened again.
const PATIENCE: Duration = Duration::from_secs(10);

/// Lines as R sees them.
pub(crate) struct Stream {
    // Dropped before the session that drives it.
    lines: Option<LogLines>,
    table: Table,
    /// What R shows while it arrives, if it does.
    display: Option<Display>,
    /// What ends it, once what came before was shown.
    failure: Option<Error>,
    session: Rc<OfProcess<Session>>,
}

/// Lines in columns.
struct Table {
    /// Whether they are a terminal's, which has one stream.
    raw: bool,
    /// The texts, one after the other.
    bytes: Vec<u8>,
    ends: Vec<usize>,
    sources: Vec<u8>,
    times: Numbers,
    /// The beginning of a line that comes in parts, per stream.
    partial: [Option<Vec<u8>>; 3],
    /// Zero bytes, which R's strings can't hold, that were left out.
    zeros: usize,
}

impl Stream {
    /// Asks for the log; arguments are those of `container_logs`.
    pub(crate) fn open(
        client: &Client,
        given: &Given,
        display: Option<Display>,
    ) -> Result<Self, Stop> {
        let args = read::args(row("container_logs")?, client.version(), given)?;
        let logs = logs(&args)?;
        let session = client.session()?;
        let container = session
            .docker
            .container(args.text("id").unwrap_or_default());
        let lines = session.wait_for(container.log_lines(logs))??;
        Ok(Self {
            lines: Some(lines.resume(PATIENCE)),
            table: Table::new(),
            display,
            failure: None,
            session,
        })
    }

    /// Lines to show, as they come; NULL at the end. What need not be shown is read to the
    /// end at once.
    pub(crate) fn read(&mut self) -> Result<Sexp, Stop> {
        let session = Rc::clone(&self.session);
        session.wait_for(self.fill())??;
        let text = self.display.as_mut().map(Display::take);
        sys::write(&match &text {
            Some(text) if !text.is_empty() => display::step(text),
            _ => Tree::Null,
        })
    }

    async fn fill(&mut self) -> Result<(), Error> {
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        while let Some(lines) = &mut self.lines {
            let shown = self.display.as_ref().map_or(0, Display::len);
            if shown >= BATCH {
                break;
            }
            let pulled = if shown == 0 {
                lines.try_next().await
            } else {
                match ready(lines.try_next()).await {
                    Some(pulled) => pulled,
                    None => break,
                }
            };
            match pulled {
                Ok(Some(line)) => self.table.push(&line, self.display.as_mut()),
                Ok(None) => self.lines = None,
                Err(error) => {
                    self.lines = None;
                    if shown == 0 {
                        return Err(error);
                    }
                    self.failure = Some(error);
                }
            }
        }
        Ok(())
    }

    /// The columns of all lines that have come.
    pub(crate) fn outcome(&mut self) -> Result<Sexp, Stop> {
        sys::write(&self.table.tree())
    }

    /// Closes the connection.
    pub(crate) fn close(&mut self) {
        self.lines = None;
        self.failure = None;
    }
}

impl Table {
    fn new() -> Self {
        Self {
            raw: false,
            bytes: Vec::new(),
            ends: Vec::new(),
            sources: Vec::new(),
            times: Numbers::of(Schema::Float, 0),
            partial: [const { None }; 3],
            zeros: 0,
        }
    }

    /// Takes a line, or a part of a long one; adds to `display` what the screen should show.
    fn push(&mut self, line: &LogLine, display: Option<&mut Display>) {
        self.raw = line.source.is_none();
        let nth = index(line.source.unwrap_or(Source::Stdout));
        let mut text = line.bytes.as_ref();
        if !line.continues {
            text = text.strip_suffix(b"\n").unwrap_or(text);
            if self.raw {
                text = text.strip_suffix(b"\r").unwrap_or(text);
            }
        }
        let (text, zeros) = without_zeros(text);
        self.zeros += zeros;
        let Some(partial) = self.partial.get_mut(nth) else {
            return;
        };
        if let Some(display) = display {
            let marked = (!self.raw).then_some(nth);
            display.add(marked, &text, partial.is_none(), !line.continues);
        }
        if line.continues {
            partial.get_or_insert_default().extend_from_slice(&text);
            return;
        }
        if let Some(begun) = partial.take() {
            self.bytes.extend_from_slice(&begun);
        }
        self.bytes.extend_from_slice(&text);
        self.ends.push(self.bytes.len());
        self.sources.push(code(nth));
        let time = line.time.as_ref().and_then(Timestamp::unix);
        self.times.push(time.map(seconds));
    }

    /// `time`, `text` and, unless they are a terminal's, `source`; how many `zeros` were left
    /// out.
    fn tree(&self) -> Tree<'_> {
        let source = if self.raw {
            Tree::Null
        } else {
            Tree::Codes(&self.sources)
        };
        Tree::record(vec![
            ("time", Tree::times(self.times.clone())),
            ("source", source),
            (
                "text",
                Tree::Bytes {
                    bytes: &self.bytes,
                    ends: &self.ends,
                    encoding: Encoding::Utf8,
                },
            ),
            (
                "zeros",
                Tree::whole(i64::try_from(self.zeros).unwrap_or(i64::MAX)),
            ),
        ])
    }
}

/// The typed request that arguments stand for.
fn logs(args: &Args) -> Result<Logs, Wrong> {
    let flag = |name| match args.get(name) {
        Some(Value::Bool(flag)) => Some(*flag),
        _ => None,
    };
    let mut logs = Logs::new();
    if let Some(follow) = flag("follow") {
        logs = logs.follow(follow);
    }
    let (stdout, stderr) = (flag("stdout"), flag("stderr"));
    if (stdout, stderr) == (Some(false), Some(false)) {
        let message = "'stdout' must not be FALSE where 'stderr' is";
        return Err(Wrong::new("stdout", message));
    }
    if let Some(stdout) = stdout {
        logs = logs.stdout(stdout);
    }
    if let Some(stderr) = stderr {
        logs = logs.stderr(stderr);
    }
    if let Some(since) = moment(args, "since") {
        logs = logs.since(since);
    }
    if let Some(until) = moment(args, "until") {
        logs = logs.until(until);
    }
    if let Some(tail) = args.get("tail") {
        logs = logs.tail(lines(tail)?);
    }
    Ok(logs)
}

/// A moment that was read as one.
fn moment(args: &Args, name: &str) -> Option<Timestamp> {
    match args.get(name)? {
        Value::Int(seconds) => Some((*seconds).into()),
        Value::Text(text) => text.parse().ok(),
        _ => None,
    }
}

/// How many lines from the end; to engines a negative number is all of them.
fn lines(tail: &Value) -> Result<Tail, Wrong> {
    let count = match tail {
        Value::Text(text) if text == "all" => return Ok(Tail::All),
        Value::Text(text) => text.parse().ok(),
        Value::Int(count) => Some(*count),
        _ => None,
    };
    let count: i64 =
        count.ok_or_else(|| Wrong::must_be("tail", "a scalar integer (non-NA) or 'all'"))?;
    Ok(u32::try_from(count).map_or(Tail::All, Tail::Lines))
}
