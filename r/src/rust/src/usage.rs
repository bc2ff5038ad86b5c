//! What containers use, as a data frame and as a stream of them.

use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use savvy::Sexp;
use stevedore::Error;
use stevedore::container::{List, Stats, Usage, Usages};
use stevedore_api::{Schema, Timestamp};
use tokio::task::yield_now;
use tokio::time::{Instant, timeout_at};

use crate::client::Client;
use crate::given::Given;
use crate::handle::Session;
use crate::native::Stop;
use crate::process::OfProcess;
use crate::stream::ready;
use crate::sys;
use crate::tree::{Numbers, Tree, seconds};

/// The engine measures all containers one after the other, about every second: who has one
/// of these samples waits so long for the others.
const ROUND: Duration = Duration::from_millis(200);
/// So long the first read waits for them: an engine that measures one of them a round later
/// than the others has not forgotten it.
const FIRST: Duration = Duration::from_secs(5);
/// So long the reactor needs at most for a turn.
const TURN: Duration = Duration::from_millis(1);

/// After so long what comes was measured while it was read, and a read ends.
const LONGEST: Duration = Duration::from_secs(1);

/// Samples as R sees them.
pub(crate) struct Stream {
    // Dropped before the session that drives it.
    usages: Option<Usages>,
    /// What has come and was not given to R yet: the newest of each container.
    round: Vec<Usage>,
    /// Whether nothing was given to R yet.
    is_new: bool,
    /// What ends it, once that is given.
    failure: Option<Error>,
    session: Rc<OfProcess<Session>>,
}

/// Whose samples are wanted: those of a list where none is named.
enum Whose {
    Named(Vec<String>),
    Listed(List),
}

impl Whose {
    fn read(given: &Given) -> Self {
        let ids = given.field("id").filter(|ids| !ids.is_null());
        if let Some(ids) = ids.and_then(Given::texts) {
            return Self::Named(ids.into_iter().flatten().collect());
        }
        Self::Listed(match given.field_flag("all") {
            Some(true) => List::new().all(true),
            _ => List::new(),
        })
    }

    /// What one of two requests gives: that for containers by name, or that for a list.
    async fn ask<T>(
        self,
        named: impl AsyncFnOnce(Vec<String>) -> Result<T, Error>,
        listed: impl AsyncFnOnce(List) -> Result<T, Error>,
    ) -> Result<T, Error> {
        match self {
            Self::Named(ids) => named(ids).await,
            Self::Listed(list) => listed(list).await,
        }
    }
}

/// What containers use now: `id`, the names of some, or NULL and `all`.
pub(crate) fn once(client: &Client, given: &Given) -> Result<Sexp, Stop> {
    let session = client.session()?;
    let (containers, stats) = (session.docker.containers(), Stats::new());
    let usages = session.wait_for(Whose::read(given).ask(
        async |ids| containers.stats_of(ids, &stats).await,
        async |list| containers.stats(&list, &stats).await,
    ))??;
    sys::write(&frame(&usages))
}

impl Stream {
    /// The same, from now on about every second.
    pub(crate) fn open(client: &Client, given: &Given) -> Result<Self, Stop> {
        let session = client.session()?;
        let (containers, stats) = (session.docker.containers(), Stats::new());
        let usages = session.wait_for(Whose::read(given).ask(
            async |ids| containers.stats_stream_of(ids, &stats).await,
            async |list| containers.stats_stream(&list, &stats).await,
        ))??;
        Ok(Self {
            usages: Some(usages),
            round: Vec::new(),
            is_new: true,
            failure: None,
            session,
        })
    }

    /// The newest of what was measured, of each container that has come by now, which the first
    /// read waits for; where there is none, what is measured next, all containers at once. No rows
    /// if that takes longer than `seconds`, and NULL at the end. Given up, nothing of it is lost.
    pub(crate) fn read(&mut self, seconds: f64) -> Result<Sexp, Stop> {
        let session = Rc::clone(&self.session);
        let went_on = session.wait_for(self.fill(until(seconds)))?;
        if went_on.is_err() {
            self.close();
        }
        let went_on = went_on?;
        let mut round = std::mem::take(&mut self.round);
        self.is_new &= round.is_empty();
        // Who is measured first is chance.
        round.sort_by(|one, other| one.name.cmp(&other.name));
        sys::write(&if went_on { frame(&round) } else { Tree::Null })
    }

    /// Waits for a sample until `end`, takes what has come beside it, and waits a while for
    /// the other containers. Whether there can be more.
    async fn fill(&mut self, end: Option<Instant>) -> Result<bool, Error> {
        if self.round.is_empty() {
            let first = match end {
                Some(end) => timeout_at(end, self.pull()).await.unwrap_or(Ok(true)),
                None => self.pull().await,
            };
            if self.round.is_empty() {
                return first;
            }
        }
        let began = Instant::now();
        let by = |longest| end.map_or(began + longest, |end| end.min(began + longest));
        let is_new = self.is_new;
        let last = |is_whole: bool| by(if is_new && !is_whole { FIRST } else { LONGEST });
        // What has come is taken in one turn at least.
        while Instant::now() < last(self.is_whole()).max(began + TURN) {
            let mut pulled = at_once(self.pull()).await;
            if pulled.is_none() && !self.is_whole() {
                let others = by(if is_new { FIRST } else { ROUND });
                pulled = timeout_at(others, self.pull()).await.ok();
            }
            match pulled {
                Some(Ok(true)) => {}
                // It is for the next read, since something has come.
                Some(Err(error)) => {
                    self.failure = Some(error);
                    break;
                }
                Some(Ok(false)) | None => break,
            }
        }
        Ok(true)
    }

    /// The next sample, in the place of an older one of its container. Whether there was one.
    async fn pull(&mut self) -> Result<bool, Error> {
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        let Some(usages) = &mut self.usages else {
            return Ok(false);
        };
        let Some(usage) = usages.try_next().await? else {
            self.usages = None;
            return Ok(false);
        };
        match self.round.iter_mut().find(|known| known.id == usage.id) {
            Some(known) => *known = usage,
            None => self.round.push(usage),
        }
        Ok(true)
    }

    /// Whether all containers are in what has come.
    fn is_whole(&self) -> bool {
        let usages = self.usages.as_ref();
        usages.is_none_or(|usages| self.round.len() >= usages.remaining())
    }

    /// Whether more can come.
    pub(crate) fn is_open(&self) -> bool {
        self.usages.is_some()
    }

    /// Closes the connections.
    pub(crate) fn close(&mut self) {
        self.usages = None;
        self.failure = None;
        self.round.clear();
    }
}

/// What `future` has at once: the reactor has a turn, in which it finds what has come.
async fn at_once<F: Future>(future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    if let Some(output) = ready(future.as_mut()).await {
        return Some(output);
    }
    yield_now().await;
    ready(future).await
}

/// When so many seconds have passed, if ever. What is there already is found only once the
/// reactor has had a turn.
fn until(seconds: f64) -> Option<Instant> {
    let wait = Duration::try_from_secs_f64(seconds).ok()?;
    Instant::now().checked_add(wait.max(TURN))
}

/// A row for each.
fn frame(usages: &[Usage]) -> Tree<'_> {
    let numbers = |of: fn(&Usage) -> Option<f64>| {
        let mut column = Numbers::of(Schema::Float, usages.len());
        for usage in usages {
            column.push(of(usage));
        }
        Tree::Numbers(column)
    };
    let mut times = Numbers::of(Schema::Float, usages.len());
    for usage in usages {
        let time = Some(&usage.time).filter(|time| time.is_set());
        times.push(time.and_then(Timestamp::unix).map(seconds));
    }
    let columns = vec![
        ("id", Tree::texts(usages.iter().map(|it| it.id.as_str()))),
        (
            "name",
            Tree::texts(usages.iter().map(|it| it.name.as_str())),
        ),
        ("time", Tree::times(times)),
        ("cpu_percent", numbers(|it| it.cpu_percent)),
        ("memory", numbers(|it| Some(float(it.memory)))),
        ("memory_limit", numbers(|it| Some(float(it.memory_limit)))),
        ("memory_percent", numbers(|it| Some(it.memory_percent()))),
        (
            "network_received",
            numbers(|it| Some(float(it.network_received))),
        ),
        ("network_sent", numbers(|it| Some(float(it.network_sent)))),
        ("block_read", numbers(|it| Some(float(it.block_read)))),
        ("block_written", numbers(|it| Some(float(it.block_written)))),
        ("pids", numbers(|it| Some(float(it.pids)))),
    ];
    Tree::frame(columns, usages.len())
}

#[allow(clippy::cast_precision_loss, reason = "R has no wider number")]
fn float(count: u64) -> f64 {
    count as f64
}
