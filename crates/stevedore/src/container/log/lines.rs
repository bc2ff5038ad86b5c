//! A log, line by line.

use std::fmt;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use stevedore_api::Timestamp;
use stevedore_api::container::Tail;
use stevedore_client::{Chunks, Error, ErrorKind, Result};
use tokio::time::{Instant, Sleep, sleep_until};

use super::line::Cutter;
use super::seen::Seen;
use super::{Container, LogLine, Logs};

/// A log, pulled line by line.
///
/// Lines of one source come in their order, whatever pieces the log arrives in; a line
/// is given once it is whole, and the last one also without a newline. Dropping it closes
/// its socket at once. A pull that was given up loses nothing. It is a [`Stream`], too.
pub struct LogLines {
    container: Container,
    logs: Logs,
    cutter: Cutter,
    seen: Seen,
    from: From,
    /// How long to try again after a cut; nothing for not at all.
    patience: Option<Duration>,
    /// When the log was opened.
    opened: Instant,
    /// Since when it has been cut without anything new, and how often it was opened.
    trouble: Option<(Instant, u32)>,
    failure: Option<Error>,
}

/// Where the lines come from.
enum From {
    Open(Chunks),
    /// It was cut, and is opened again at that moment; the timer is there once somebody waits.
    Cut(Instant, Option<Pin<Box<Sleep>>>),
    /// It is being opened again: a pull that is given up leaves the request under way.
    Opening(Pin<Box<dyn Future<Output = Result<Chunks>> + Send>>),
    End,
}

impl LogLines {
    /// A longer line comes in parts of this many bytes, of which all but the last say that
    /// the line [`continues`](LogLine::continues). Of each source so much is kept at most.
    pub const LONGEST: usize = 1 << 20;

    /// The longest time between two tries to go on after a cut.
    const PAUSE: Duration = Duration::from_secs(1);

    pub(super) fn new(container: Container, logs: Logs, chunks: Chunks) -> Self {
        let mut cutter = Cutter::new(logs.details == Some(true), Self::LONGEST);
        cutter.restart(chunks.is_raw());
        Self {
            container,
            logs,
            cutter,
            seen: Seen::default(),
            from: From::Open(chunks),
            patience: None,
            opened: Instant::now(),
            trouble: None,
            failure: None,
        }
    }

    /// Goes on after a cut, without losing a line or giving one twice.
    ///
    /// When the connection breaks or the engine goes away, the log is opened again from
    /// where it was, until that has failed for as long as `patience`; then the first error
    /// is given. It is one request each time, tried at once and then in growing
    /// distances up to a second. The engine's own end of the log, and its refusals, such as
    /// that the container is gone, are not cuts. An engine that is shut down in order stops
    /// its containers first, unless it keeps them alive: then the log has ended.
    ///
    /// Lines are told apart by their times, which count nanoseconds. Where the engine's clock
    /// was set back between them, lines of the time that passed twice may come twice. What
    /// the engine's logging driver has thrown away meanwhile is lost. Cut before its first
    /// line, the log begins anew.
    pub fn resume(mut self, patience: Duration) -> Self {
        self.patience = Some(patience);
        self
    }

    /// The next line, or nothing at the end of the log.
    ///
    /// # Errors
    /// Kind `Protocol`: the connection broke. Kind `Stream`: the engine could not read the
    /// log on. What had come before is given first, and nothing after.
    pub async fn try_next(&mut self) -> Result<Option<LogLine>> {
        loop {
            while let Some(line) = self.cutter.next() {
                if let Some(line) = self.seen.fresh(line) {
                    self.trouble = None;
                    return Ok(Some(line));
                }
            }
            match &mut self.from {
                From::Open(chunks) => match chunks.try_next().await {
                    Ok(Some(chunk)) => self.cutter.push(chunk, chunks.begins_frame()),
                    Ok(None) => self.from = From::End,
                    Err(error) => self.cut(error),
                },
                From::Cut(until, timer) => {
                    let timer = timer.get_or_insert_with(|| Box::pin(sleep_until(*until)));
                    timer.await;
                    self.from = From::Opening(Box::pin(self.open_again()));
                }
                From::Opening(opening) => {
                    let opened = opening.await;
                    self.opened = Instant::now();
                    match opened {
                        Ok(chunks) => {
                            self.cutter.restart(chunks.is_raw());
                            self.seen.restart();
                            self.failure = None;
                            self.from = From::Open(chunks);
                        }
                        Err(error) => self.cut(error),
                    }
                }
                From::End => {
                    while let Some(line) = self.cutter.finish() {
                        if let Some(line) = self.seen.fresh(line) {
                            return Ok(Some(line));
                        }
                    }
                    return self.failure.take().map_or(Ok(None), Err);
                }
            }
        }
    }

    /// After a cut: on or to the end.
    fn cut(&mut self, error: Error) {
        self.seen.cut(self.cutter.open());
        let now = Instant::now();
        // A connection that stood for a while was no trouble, even if nobody wrote.
        let (since, tries) = match self.trouble {
            Some(trouble) if now - self.opened < Self::PAUSE => trouble,
            _ => (now, 0),
        };
        let is_cut = matches!(
            error.kind(),
            ErrorKind::Protocol | ErrorKind::Unreachable | ErrorKind::Timeout
        );
        let patience = self.patience.filter(|_| self.seen.can_resume());
        match patience {
            Some(patience) if is_cut && until(since, patience).is_none_or(|end| now < end) => {
                let pause = Duration::from_millis(25) * (1 << tries.min(6));
                let pause = if tries == 0 { Duration::ZERO } else { pause };
                let next = now + pause.min(Self::PAUSE);
                let next = until(since, patience).map_or(next, |end| next.min(end));
                self.from = From::Cut(next, None);
                self.trouble = Some((since, tries + 1));
                self.failure.get_or_insert(error);
            }
            _ => {
                self.from = From::End;
                // The first error says why the log was cut, those after it only that it still is.
                if is_cut {
                    self.failure.get_or_insert(error);
                } else {
                    self.failure = Some(error);
                }
            }
        }
    }

    /// Opens the log again from where it was.
    fn open_again(&self) -> impl Future<Output = Result<Chunks>> + Send + use<> {
        let (container, mut logs) = (self.container.clone(), self.logs.clone());
        if !self.seen.is_empty() {
            let alone = logs.stdout != Some(true) || logs.stderr != Some(true);
            let floor = match logs.tail.take() {
                Some(Tail::Lines(_)) => self.seen.earliest(),
                _ => logs.since.as_ref().and_then(Timestamp::nanoseconds),
            };
            logs.since = self.seen.since(alone || self.cutter.is_raw(), floor);
        }
        async move { container.open_log(&logs).await }
    }
}

impl Stream for LogLines {
    type Item = Result<LogLine>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<LogLine>>> {
        // A pull that is given up loses nothing.
        let pull = pin!(self.get_mut().try_next());
        pull.poll(cx).map(Result::transpose)
    }
}

impl fmt::Debug for LogLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogLines")
            .field("container", &self.container.id())
            .finish_non_exhaustive()
    }
}

/// When patience ends; beyond what clocks can say it never does.
fn until(since: Instant, patience: Duration) -> Option<Instant> {
    since.checked_add(patience)
}
