//! How long a call may take.

use std::fmt;
use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use stevedore_api::Info;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use crate::connect::BoxStream;
use crate::{Error, ErrorKind, Host};

/// How long somebody waits for an engine, and for what.
///
/// There is no timer, and so no need for one in the runtime, before something is waited for.
pub(crate) struct Patience(Box<Inner>);

struct Inner {
    host: Host,
    info: &'static Info,
    after: Duration,
    limit: Limit,
    timer: Option<Pin<Box<Sleep>>>,
}

enum Limit {
    /// All of it takes so long.
    Whole(Instant),
    /// A pause between two bytes takes so long.
    Idle {
        pulse: Pulse,
        /// Since when somebody has waited without a break.
        since: Option<Instant>,
    },
}

/// What was under way when the patience ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Under {
    Connecting,
    /// The request is on its way, or was sent and has no answer yet.
    Asking,
    /// The answer has begun.
    Reading,
    /// The connection was handed over.
    Talking,
}

impl Patience {
    /// For something that has `after` from now on.
    pub(crate) fn whole(host: &Host, info: &'static Info, after: Duration) -> Self {
        let until = later(Instant::now(), after);
        Self::new(host, info, after, Limit::Whole(until))
    }

    /// For something that may pause for `after`.
    pub(crate) fn idle(host: &Host, info: &'static Info, after: Duration, pulse: Pulse) -> Self {
        Self::new(host, info, after, Limit::Idle { pulse, since: None })
    }

    fn new(host: &Host, info: &'static Info, after: Duration, limit: Limit) -> Self {
        Self(Box::new(Inner {
            host: host.clone(),
            info,
            after,
            limit,
            timer: None,
        }))
    }

    /// The same limit for the other direction of the same connection.
    pub(crate) fn twin(&self) -> Option<Self> {
        match &self.0.limit {
            Limit::Whole(_) => None,
            Limit::Idle { pulse, .. } => Some(Self::idle(
                &self.0.host,
                self.0.info,
                self.0.after,
                pulse.clone(),
            )),
        }
    }

    /// The wait is over: what was waited for came.
    pub(crate) fn rest(&mut self) {
        if let Limit::Idle { since, .. } = &mut self.0.limit {
            *since = None;
        }
    }

    /// Ready once it has run out. To be asked when what is waited for is pending.
    pub(crate) fn poll_end(&mut self, under: Under, cx: &mut Context<'_>) -> Poll<Error> {
        loop {
            let now = Instant::now();
            if self.was_left(now) {
                self.rest();
                self.0.timer = None;
            }
            let until = match &mut self.0.limit {
                Limit::Whole(until) => *until,
                Limit::Idle { pulse, since } => {
                    let since = since.get_or_insert(now);
                    if pulse.is_starved() {
                        *since = now;
                    }
                    later(pulse.last().max(*since), self.0.after)
                }
            };
            // A timer that is set for an earlier moment is asked again then: no need to move it
            // with every byte. It is never made for a moment that has gone by, since what has
            // come in meanwhile is known only after the reactor has had a turn.
            let timer = self
                .0
                .timer
                .get_or_insert_with(|| Box::pin(sleep_until(until.max(now + TURN))));
            ready!(timer.as_mut().poll(cx));
            if Instant::now() >= until {
                return Poll::Ready(self.error(under));
            }
            timer.as_mut().reset(until);
        }
    }

    /// Whether a wait for bytes was given up since: nobody came when its timer rang.
    fn was_left(&self, now: Instant) -> bool {
        let is_idle = matches!(self.0.limit, Limit::Idle { .. });
        let rang = self.0.timer.as_ref().map(|timer| timer.deadline());
        is_idle && rang.is_some_and(|rang| now > later(rang, GRACE))
    }

    fn error(&self, under: Under) -> Error {
        let (host, id, after) = (&self.0.host, self.0.info.id, self.0.after);
        let text = match (under, &self.0.limit) {
            (Under::Connecting, _) => format!(
                "cannot reach the engine at {host}: no connection within {after:?}, so {id} was not sent; \
                 is the address right, and does a firewall swallow what goes there? \
                 The setting connect_timeout gives it more time"
            ),
            (Under::Asking, Limit::Whole(_)) => format!(
                "the engine at {host} did not answer {id} within {after:?}, and may still be at it; \
                 the setting request_timeout gives it more time"
            ),
            (_, Limit::Whole(_)) => format!(
                "the answer of the engine at {host} to {id} was not complete within {after:?}; \
                 the setting request_timeout gives it more time"
            ),
            (Under::Asking, Limit::Idle { .. }) => format!(
                "no byte went to the engine at {host} or came from it for {after:?}, and {id} has no answer yet; \
                 the setting idle_timeout gives it more time"
            ),
            (Under::Reading, Limit::Idle { .. }) => format!(
                "nothing came from the engine at {host} for {after:?} in the middle of its answer to {id}; \
                 the setting idle_timeout gives it more time"
            ),
            (Under::Talking, Limit::Idle { .. }) => format!(
                "no byte went to the engine at {host} or came from it for {after:?} on the connection of {id}; \
                 the setting idle_timeout gives it more time"
            ),
        };
        Error::new(ErrorKind::Timeout, text).at(self.0.info)
    }
}

impl fmt::Debug for Patience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Patience")
            .field("endpoint", &self.0.info.id)
            .field("after", &self.0.after)
            .finish_non_exhaustive()
    }
}

/// A limit beyond what clocks can say is a century: nobody sees either end.
fn later(moment: Instant, after: Duration) -> Instant {
    let century = Duration::from_secs(100 * 365 * 24 * 60 * 60);
    moment.checked_add(after).unwrap_or(moment + century)
}

/// So long a reactor needs at most for a turn.
const TURN: Duration = Duration::from_millis(1);
/// So late may somebody who waits be told that a timer has rung.
const GRACE: Duration = Duration::from_secs(1);

/// Waits for `future` as long as the patience lasts, where there is a limit to it.
///
/// It is borrowed, pinned: futures that move into each other double in size.
pub(crate) async fn within<F: Future + Unpin>(
    patience: Option<&mut Patience>,
    under: Under,
    mut future: F,
) -> Result<F::Output, Error> {
    let Some(patience) = patience else {
        return Ok(future.await);
    };
    poll_fn(|cx| {
        if let Poll::Ready(output) = Pin::new(&mut future).poll(cx) {
            patience.rest();
            return Poll::Ready(Ok(output));
        }
        patience.poll_end(under, cx).map(Err)
    })
    .await
}

/// When a byte last came or went on a connection.
#[derive(Clone)]
pub(crate) struct Pulse(Arc<Beats>);

struct Beats {
    begun: Instant,
    /// Nanoseconds after `begun`; they last for centuries.
    last: AtomicU64,
    starved: Arc<AtomicBool>,
}

impl Pulse {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Beats {
            begun: Instant::now(),
            last: AtomicU64::new(0),
            starved: Arc::default(),
        }))
    }

    pub(crate) fn beat(&self) {
        let since = self.0.begun.elapsed().as_nanos();
        let nanos = u64::try_from(since).unwrap_or(u64::MAX);
        self.0.last.store(nanos, Ordering::Relaxed);
    }

    fn last(&self) -> Instant {
        self.0.begun + Duration::from_nanos(self.0.last.load(Ordering::Relaxed))
    }

    /// Whether the engine waits for us rather than we for it: the bytes that are to go along
    /// have not been given to us yet.
    fn is_starved(&self) -> bool {
        self.0.starved.load(Ordering::Relaxed)
    }

    /// Where somebody notes that the bytes that are to go along are not there yet.
    pub(crate) fn starved(&self) -> Arc<AtomicBool> {
        self.0.starved.store(false, Ordering::Relaxed);
        self.0.starved.clone()
    }
}

/// A stream whose bytes are noticed.
pub(crate) struct Felt {
    stream: BoxStream,
    pulse: Pulse,
}

impl Felt {
    pub(crate) fn new(stream: BoxStream, pulse: Pulse) -> Self {
        Self { stream, pulse }
    }
}

impl AsyncRead for Felt {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let polled = self.stream.as_mut().poll_read(cx, buf);
        if polled.is_ready() {
            self.pulse.beat();
        }
        polled
    }
}

impl AsyncWrite for Felt {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = self.stream.as_mut().poll_write(cx, bytes);
        if polled.is_ready() {
            self.pulse.beat();
        }
        polled
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = self.stream.as_mut().poll_write_vectored(cx, pieces);
        if polled.is_ready() {
            self.pulse.beat();
        }
        polled
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream.as_mut().poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream.as_mut().poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::pin::pin;

    use stevedore_api::Endpoint as _;
    use stevedore_api::system::Ping;

    use super::*;

    async fn late(mut patience: Patience, under: Under) -> Error {
        let never = pin!(pending::<()>());
        within(Some(&mut patience), under, never).await.unwrap_err()
    }

    #[tokio::test(start_paused = true)]
    async fn every_end_names_endpoint_engine_time_and_setting() {
        let (host, after) = (Host::default(), Duration::from_millis(1500));
        for (under, setting) in [
            (Under::Connecting, "connect_timeout"),
            (Under::Asking, "request_timeout"),
            (Under::Reading, "request_timeout"),
            (Under::Asking, "idle_timeout"),
            (Under::Reading, "idle_timeout"),
            (Under::Talking, "idle_timeout"),
        ] {
            let begun = Instant::now();
            let patience = if setting == "idle_timeout" {
                Patience::idle(&host, Ping::INFO, after, Pulse::new())
            } else {
                Patience::whole(&host, Ping::INFO, after)
            };
            let error = late(patience, under).await;
            assert!((1500..1510).contains(&begun.elapsed().as_millis()));
            assert_eq!(error.kind(), ErrorKind::Timeout);
            let text = error.to_string();
            for word in ["system_ping", "/var/run/docker.sock", "1.5s", setting] {
                assert!(text.contains(word), "{under:?}: no {word} in {text}");
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_longest_time_there_is_is_a_time() {
        let host = Host::default();
        for mut patience in [
            Patience::whole(&host, Ping::INFO, Duration::MAX),
            Patience::idle(&host, Ping::INFO, Duration::MAX, Pulse::new()),
        ] {
            let year = pin!(tokio::time::sleep(Duration::from_secs(365 * 24 * 60 * 60)));
            let slept = within(Some(&mut patience), Under::Asking, year).await;
            assert!(slept.is_ok(), "{slept:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_that_was_given_up_does_not_go_on_by_itself() {
        let second = Duration::from_secs(1);
        let mut patience = Patience::idle(&Host::default(), Ping::INFO, second, Pulse::new());
        let never = pin!(pending::<()>());
        let given_up = within(Some(&mut patience), Under::Talking, never);
        let given_up = tokio::time::timeout(second / 10, given_up).await;
        assert!(given_up.is_err());
        tokio::time::advance(10 * second).await;
        let came = pin!(tokio::time::sleep(second / 2));
        let came = within(Some(&mut patience), Under::Talking, came).await;
        assert!(came.is_ok(), "{came:?}");
        assert_eq!(
            late(patience, Under::Talking).await.kind(),
            ErrorKind::Timeout
        );
    }

    #[tokio::test(start_paused = true)]
    async fn no_time_at_all_is_a_turn_of_the_reactor() {
        let host = Host::default();
        let patience = Patience::whole(&host, Ping::INFO, Duration::ZERO);
        assert_eq!(
            late(patience, Under::Asking).await.kind(),
            ErrorKind::Timeout
        );
    }
}
