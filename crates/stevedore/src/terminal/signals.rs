//! Signals that matter while a program is on the terminal.

use std::io;
use std::os::unix::net::UnixStream as Pipe;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use signal_hook::consts::{SIGHUP, SIGTERM, SIGWINCH};
use signal_hook::{SigId, flag, low_level};
use tokio::io::{AsyncRead, ReadBuf};
use tokio::net::UnixStream;

/// Signals that end a session; what the program has decided about them stands.
const ENDING: [i32; 2] = [SIGTERM, SIGHUP];

/// Listens to the signals for as long as it lives.
pub(super) struct Signals {
    woken: UnixStream,
    /// The signal that ends the session, once it came.
    ended: Arc<AtomicUsize>,
    registered: Vec<SigId>,
}

/// Something that a signal said.
pub(super) enum Signal {
    /// The size may have changed.
    Resized,
    /// The session is to end: the signal's name.
    Ended(&'static str),
}

impl Signals {
    pub(super) fn new() -> io::Result<Self> {
        let (near, far) = Pipe::pair()?;
        near.set_nonblocking(true)?;
        let mut signals = Self {
            woken: UnixStream::from_std(near)?,
            ended: Arc::default(),
            registered: Vec::new(),
        };
        signals.wake_by(SIGWINCH, &far)?;
        for signal in endings() {
            let number = usize::try_from(*signal).unwrap_or_default();
            let ended = Arc::clone(&signals.ended);
            let id = flag::register_usize(*signal, ended, number)?;
            signals.registered.push(id);
            signals.wake_by(*signal, &far)?;
        }
        begin();
        Ok(signals)
    }

    fn wake_by(&mut self, signal: i32, far: &Pipe) -> io::Result<()> {
        let id = low_level::pipe::register(signal, far.try_clone()?)?;
        self.registered.push(id);
        Ok(())
    }

    /// What the next signal says.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Signal>> {
        let mut space = [0; 64];
        let mut read = ReadBuf::new(&mut space);
        std::task::ready!(std::pin::Pin::new(&mut self.woken).poll_read(cx, &mut read))?;
        let signal = self.ended.load(Ordering::SeqCst);
        let name = i32::try_from(signal).ok().and_then(low_level::signal_name);
        Poll::Ready(Ok(name.map_or(Signal::Resized, Signal::Ended)))
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        end();
        for id in self.registered.drain(..) {
            low_level::unregister(id);
        }
    }
}

/// How many sessions there are.
static SESSIONS: AtomicUsize = AtomicUsize::new(0);
/// Whether there is none, so that a signal does what it does by default.
static OUTSIDE: OnceLock<Arc<AtomicBool>> = OnceLock::new();
/// The signals whose default this module takes the place of.
static OURS: OnceLock<Vec<i32>> = OnceLock::new();

fn begin() {
    SESSIONS.fetch_add(1, Ordering::SeqCst);
    outside().store(false, Ordering::SeqCst);
}

fn end() {
    let last = SESSIONS.fetch_sub(1, Ordering::SeqCst) == 1;
    outside().store(last, Ordering::SeqCst);
}

fn outside() -> &'static Arc<AtomicBool> {
    OUTSIDE.get_or_init(|| Arc::new(AtomicBool::new(true)))
}

/// The signals that end a session: those that nobody else handled or ignored at the first one.
///
/// A handler of the library below can't be taken away again, only be made to do what the
/// default does. It is put where the default was, once in the life of a process.
fn endings() -> &'static [i32] {
    OURS.get_or_init(|| {
        let taken = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        ENDING
            .into_iter()
            .filter(|signal| !is_taken(&taken, *signal))
            .filter(|signal| {
                flag::register_conditional_default(*signal, Arc::clone(outside())).is_ok()
            })
            .collect()
    })
}

/// Whether a process with this status has a handler for `signal`, or ignores it.
fn is_taken(status: &str, signal: i32) -> bool {
    status
        .lines()
        .filter_map(|line| {
            let (name, mask) = line.split_once(':')?;
            matches!(name, "SigCgt" | "SigIgn").then_some(mask)
        })
        .filter_map(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .any(|mask| mask >> (signal - 1) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_is_taken_where_it_is_caught_or_ignored() {
        let status = "Name:\tx\nSigBlk:\tffffffffffffffff\nSigIgn:\t0000000000000001\nSigCgt:\t0000000000004000\n";
        assert!(is_taken(status, SIGHUP));
        assert!(is_taken(status, SIGTERM));
        assert!(!is_taken(status, SIGWINCH));
        assert!(!is_taken("", SIGTERM));
    }
}
