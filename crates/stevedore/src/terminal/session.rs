//! A program on the terminal: keys in, output out, until one side ends.

use std::future::poll_fn;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::io::Errno;
use stevedore_client::{Error, ErrorKind, Input, Result};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use super::keys::Watch;
use super::signals::{Signal, Signals};
use super::{Raw, Size, Terminal, gone};
use crate::container::streams::Streams;

/// Why a session stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stopped {
    /// There is no more output: the program has ended, or its connection has.
    OutputEnded,
    /// The detach keys were pressed.
    Detached,
}

type Resizing = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// Puts the streams of a program on the terminal until the program's output ends, or the
/// detach keys are pressed. `resize` tells the program how large the terminal is.
///
/// Where the program has no terminal of its own, this one is not made raw: it edits lines
/// and takes Ctrl-C for this process, and there are no detach keys.
pub(crate) async fn interact(
    terminal: &Terminal,
    streams: &mut Streams,
    resize: impl Fn(Size) -> Resizing + Send,
) -> Result<Stopped> {
    let is_raw = streams.is_raw();
    let mut session = Session {
        signals: Signals::new().map_err(gone)?,
        typed: watched(&terminal.input).map_err(gone)?,
        typing: true,
        watch: is_raw.then(|| Watch::new(&terminal.detach_keys)),
        input: streams.input(),
        through: Vec::new(),
        resizing: None,
        told: None,
        is_stale: is_raw,
        terminal,
        streams,
        resize,
    };
    let _raw = if is_raw {
        Some(Raw::new(terminal)?)
    } else {
        None
    };
    poll_fn(|cx| session.poll(cx)).await
}

/// The terminal, watched by the reactor.
#[allow(
    deprecated,
    reason = "the other way is unsafe for the sake of types that change their descriptor; this one \
              does not"
)]
fn watched(terminal: &OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
    AsyncFd::with_interest(terminal.try_clone()?, Interest::READABLE)
}

struct Session<'a, F> {
    terminal: &'a Terminal,
    streams: &'a mut Streams,
    signals: Signals,
    typed: AsyncFd<OwnedFd>,
    /// Whether more may be typed.
    typing: bool,
    watch: Option<Watch>,
    input: Option<Input>,
    /// What was typed and is not written yet.
    through: Vec<u8>,
    resize: F,
    resizing: Option<Resizing>,
    /// The size that the program was told last.
    told: Option<Size>,
    /// Whether the program has still to be told the size.
    is_stale: bool,
}

impl<F: Fn(Size) -> Resizing> Session<'_, F> {
    /// More than this is not read ahead of a program that does not read.
    const AHEAD: usize = 64 << 10;
    /// So many pieces of output are shown before keys are looked at again.
    const PIECES: usize = 32;

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Stopped>> {
        while let Poll::Ready(signal) = self.signals.poll(cx) {
            match signal.map_err(gone)? {
                Signal::Resized => self.is_stale = self.watch.is_some(),
                Signal::Ended(name) => {
                    return Poll::Ready(Err(Error::new(
                        ErrorKind::Interrupted,
                        format!("{name} ended the session on the terminal"),
                    )));
                }
            }
        }
        self.poll_size(cx);
        let leaves = self.poll_keys(cx)?;
        self.poll_input(cx);
        if leaves {
            return Poll::Ready(Ok(Stopped::Detached));
        }
        for _ in 0..Self::PIECES {
            let next = pin!(self.streams.try_next()).poll(cx);
            match std::task::ready!(next)? {
                Some(chunk) => show(&self.terminal.output, &chunk.bytes)?,
                None => return Poll::Ready(Ok(Stopped::OutputEnded)),
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Tells the size where that is due. A program that has just ended needs none, so a
    /// refusal is no failure.
    fn poll_size(&mut self, cx: &mut Context<'_>) {
        loop {
            if let Some(resizing) = &mut self.resizing {
                if resizing.as_mut().poll(cx).is_pending() {
                    return;
                }
                self.resizing = None;
            }
            if !std::mem::take(&mut self.is_stale) {
                return;
            }
            match self.terminal.size() {
                // A terminal that does not know its size says 0.
                Ok(size) if size.rows > 0 && size.columns > 0 && self.told != Some(size) => {
                    self.told = Some(size);
                    self.resizing = Some((self.resize)(size));
                }
                _ => return,
            }
        }
    }

    /// Reads what is typed; true once the detach keys were pressed.
    fn poll_keys(&mut self, cx: &mut Context<'_>) -> Result<bool> {
        while self.typing && self.through.len() < Self::AHEAD {
            let Poll::Ready(ready) = self.typed.poll_read_ready(cx) else {
                return Ok(false);
            };
            let mut ready = ready.map_err(gone)?;
            let mut space = [0; 4096];
            let Some(count) = read_typed(&self.terminal.input, &mut space)? else {
                ready.clear_ready();
                continue;
            };
            let typed = space.get(..count).unwrap_or_default();
            if count == 0 {
                self.typing = false;
            }
            match &mut self.watch {
                Some(watch) => {
                    if watch.pass(typed, &mut self.through) {
                        return Ok(true);
                    }
                }
                None => self.through.extend_from_slice(typed),
            }
        }
        Ok(false)
    }

    /// Writes what was typed. A program that takes no more input goes on without it.
    fn poll_input(&mut self, cx: &mut Context<'_>) {
        while let (Some(input), false) = (&mut self.input, self.through.is_empty()) {
            let written = pin!(input.write_some(&self.through)).poll(cx);
            match written {
                Poll::Ready(Ok(count)) => drop(self.through.drain(..count)),
                Poll::Ready(Err(_)) => self.input = None,
                Poll::Pending => return,
            }
        }
        if self.input.is_none() {
            self.through.clear();
        }
        if !self.typing {
            // Dropped, it is the end of input for the program.
            self.input = None;
        }
    }
}

/// What is typed already, nothing typed as `None`, the end as 0. The terminal may be shared
/// with others, so it is asked first instead of being made not to wait.
fn read_typed(from: impl AsFd, space: &mut [u8]) -> Result<Option<usize>> {
    let fd = from.as_fd();
    loop {
        match wait_for(fd, PollFlags::IN, Some(&Timespec::default())) {
            Ok(false) => return Ok(None),
            Ok(true) => {}
            Err(error) => return Err(gone(error)),
        }
        match rustix::io::read(fd, &mut *space) {
            Ok(count) => return Ok(Some(count)),
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => return Ok(None),
            // The other end of the terminal is closed.
            Err(Errno::IO) => return Ok(Some(0)),
            Err(error) => return Err(gone(error)),
        }
    }
}

/// Shows all of `bytes`; waits where the terminal is slow.
fn show(on: impl AsFd, mut bytes: &[u8]) -> Result<()> {
    let fd = on.as_fd();
    while !bytes.is_empty() {
        match rustix::io::write(fd, bytes) {
            Ok(count) => bytes = bytes.get(count..).unwrap_or_default(),
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => {
                wait_for(fd, PollFlags::OUT, None).map_err(gone)?;
            }
            Err(error) => return Err(gone(error)),
        }
    }
    Ok(())
}

/// Whether `fd` is ready for `what`, within `patience`.
fn wait_for(fd: BorrowedFd<'_>, what: PollFlags, patience: Option<&Timespec>) -> io::Result<bool> {
    loop {
        match rustix::event::poll(&mut [PollFd::from_borrowed_fd(fd, what)], patience) {
            Ok(count) => return Ok(count > 0),
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}
