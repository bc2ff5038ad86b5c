//! Programs in containers on the terminal of this process.
//!
//! ```no_run
//! use stevedore::Docker;
//! use stevedore::container::{Create, Run};
//! use stevedore::terminal::{Left, Terminal};
//!
//! # async fn example() -> stevedore::Result<()> {
//! let terminal = Terminal::open()?.detach_keys("ctrl-a,d".parse()?);
//! let shell = Create::new("busybox").cmd(["sh"]);
//! let launch = Docker::from_env()?.containers().run(shell, Run::new().rm(true));
//! match launch.interact(&terminal).await? {
//!     Left::Ended(code) => println!("it ended with {code}"),
//!     Left::Detached => println!("it goes on"),
//!     _ => {}
//! }
//! # Ok(())
//! # }
//! ```
//!
//! While a program with a terminal of its own is on it, the terminal is raw: each key,
//! Ctrl-C as well, goes to the program, and what the program writes is not changed. The
//! size is told to the program when it changes. Afterwards the terminal is as it was:
//! when the program ends, the detach keys are pressed, the future is dropped, or a panic
//! unwinds. SIGTERM and SIGHUP end the session with an error of kind `Interrupted`, unless
//! the program that uses this library handles or ignores them itself. Nobody can restore
//! it after SIGKILL, `abort` or `exit` in the middle of a session; `reset` does.

mod keys;
mod session;
mod signals;

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

pub use keys::{DetachKeys, NotDetachKeys};
use rustix::termios::{OptionalActions, Termios};
pub(crate) use session::{Stopped, interact};
use stevedore_client::{Error, ErrorKind, Result};

/// A terminal: the one of this process, or another that it has open.
#[derive(Debug)]
pub struct Terminal {
    input: OwnedFd,
    output: OwnedFd,
    detach_keys: DetachKeys,
}

/// How a session on a terminal ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Left {
    /// The program ended, with this exit code.
    Ended(i64),
    /// The detach keys were pressed; the program goes on.
    Detached,
}

/// How large a terminal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Its rows.
    pub rows: u16,
    /// Its columns.
    pub columns: u16,
}

impl Terminal {
    /// The terminal that is standard input and standard output of this process.
    ///
    /// # Errors
    /// Kind `Settings`: one of them is no terminal.
    pub fn open() -> Result<Self> {
        Self::of(rustix::stdio::stdin(), rustix::stdio::stdout())
    }

    /// The terminal behind these two; each of them is duplicated.
    ///
    /// # Errors
    /// Kind `Settings`: one of them is no terminal.
    pub fn of(input: impl AsFd, output: impl AsFd) -> Result<Self> {
        Ok(Self {
            input: opened(input.as_fd(), "input")?,
            output: opened(output.as_fd(), "output")?,
            detach_keys: DetachKeys::default(),
        })
    }

    /// With other keys to leave the program by; `ctrl-p,ctrl-q` if nothing is said.
    pub fn detach_keys(mut self, keys: DetachKeys) -> Self {
        self.detach_keys = keys;
        self
    }

    /// The keys to leave the program by.
    pub fn keys(&self) -> &DetachKeys {
        &self.detach_keys
    }

    /// How large it is at the moment.
    ///
    /// # Errors
    /// Kind `Settings`: the terminal is gone.
    pub fn size(&self) -> Result<Size> {
        let size = rustix::termios::tcgetwinsize(&self.output).map_err(gone)?;
        Ok(Size {
            rows: size.ws_row,
            columns: size.ws_col,
        })
    }
}

fn opened(fd: BorrowedFd<'_>, name: &str) -> Result<OwnedFd> {
    if !rustix::termios::isatty(fd) {
        return Err(Error::new(
            ErrorKind::Settings,
            format!("standard {name} is no terminal: run the program without one"),
        ));
    }
    fd.try_clone_to_owned().map_err(|error| {
        Error::new(
            ErrorKind::Settings,
            "the system has no file descriptor left for the terminal",
        )
        .caused_by(error)
    })
}

fn gone(error: impl Into<io::Error>) -> Error {
    Error::new(ErrorKind::Settings, "the terminal can't be used any more").caused_by(error.into())
}

/// The terminal is raw for as long as this lives.
struct Raw<'a> {
    terminal: &'a Terminal,
    before: Termios,
}

impl<'a> Raw<'a> {
    fn new(terminal: &'a Terminal) -> Result<Self> {
        let before = rustix::termios::tcgetattr(&terminal.input).map_err(gone)?;
        let mut raw = before.clone();
        raw.make_raw();
        rustix::termios::tcsetattr(&terminal.input, OptionalActions::Now, &raw).map_err(gone)?;
        Ok(Self { terminal, before })
    }
}

impl Drop for Raw<'_> {
    fn drop(&mut self) {
        // A terminal that is gone needs nothing.
        let _ =
            rustix::termios::tcsetattr(&self.terminal.input, OptionalActions::Now, &self.before);
    }
}
