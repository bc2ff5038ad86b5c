//! Waiting for a future on the thread that asks.

use std::fmt;
use std::ops::ControlFlow;
use std::pin::pin;
use std::time::Duration;

use stevedore_client::{Error, ErrorKind, Result};
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

/// Waits for futures on the thread that asks: no other thread is started.
///
/// A waiting caller looks up at least every 50 ms, so that it can be broken off.
///
/// ```
/// use std::ops::ControlFlow;
/// use stevedore::blocking::Waiter;
///
/// let waiter = Waiter::new()?;
/// let sum = waiter.wait(async { 1 + 1 }, || ControlFlow::<()>::Continue(()));
/// assert_eq!(sum, Ok(2));
///
/// let given_up = waiter.wait(std::future::pending::<()>(), || ControlFlow::Break("enough"));
/// assert_eq!(given_up, Err("enough"));
/// # Ok::<(), stevedore::Error>(())
/// ```
pub struct Waiter {
    runtime: Runtime,
}

impl Waiter {
    /// The longest that a caller waits without looking up.
    pub const TICK: Duration = Duration::from_millis(50);

    /// A waiter with a reactor of its own.
    ///
    /// # Errors
    /// Kind `Local`: this process or the system has no file descriptor left.
    pub fn new() -> Result<Self> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| {
                Error::new(
                    ErrorKind::Local,
                    "no file descriptor is left to wait with; close what is open, or raise the \
                     limit (`ulimit -n`)",
                )
                .caused_by(error)
            })?;
        Ok(Self { runtime })
    }

    /// Waits for `future`, and asks `tick` before it begins and at least every
    /// [`TICK`](Self::TICK) whether to go on.
    ///
    /// # Errors
    /// What `tick` broke off with. The future is then dropped, and its sockets are closed.
    pub fn wait<F: Future, B>(
        &self,
        future: F,
        mut tick: impl FnMut() -> ControlFlow<B>,
    ) -> Result<F::Output, B> {
        let mut future = pin!(future);
        loop {
            if let ControlFlow::Break(why) = tick() {
                return Err(why);
            }
            let slice = async { timeout(Self::TICK, future.as_mut()).await };
            if let Ok(output) = self.runtime.block_on(slice) {
                return Ok(output);
            }
        }
    }

    /// Waits for `future`, however long it takes.
    pub fn finish<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }
}

impl fmt::Debug for Waiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Waiter")
    }
}
