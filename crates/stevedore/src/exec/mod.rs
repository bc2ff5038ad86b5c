//! Commands in containers that run already.
//!
//! ```no_run
//! use stevedore::exec;
//!
//! # async fn example(docker: stevedore::Docker) -> stevedore::Result<()> {
//! let list = exec::Create::new().cmd(["ls", "-l"]).working_dir("/etc");
//! let outcome = docker.container("web").exec(list).await?.success()?;
//! print!("{}", String::from_utf8_lossy(&outcome.stdout));
//! # Ok(())
//! # }
//! ```

mod launch;
mod running;

use std::pin::pin;
use std::time::Duration;

pub use launch::Launch;
pub use running::{Outcome, Running};
pub use stevedore_api::exec::*;
use stevedore_api::system::{Event, Events};
use stevedore_api::{Args, Endpoint, Framing};
use stevedore_client::{Error, ErrorKind, Lines, Result};
use tokio::time::timeout;

use crate::Docker;
use crate::container::Container;
use crate::container::streams::Streams;

impl Container {
    /// Runs a command in it, as `docker exec` does.
    ///
    /// Two requests, `POST /containers/{id}/exec` and `POST /exec/{id}/start`, and for
    /// the exit code `GET /exec/{id}/json`. Both standard streams are connected unless the
    /// request names some itself.
    ///
    /// Awaited, it gives the [`Outcome`]; [`Launch::start`] gives the running command and
    /// its output as it comes. A command that can't be started is told by the engine as
    /// `docker exec` shows it: its words on standard output, and exit code 126 or 127.
    ///
    /// # Errors
    /// When it is awaited, kind `Refused`: reason `no_such_container`,
    /// `container_is_not_running` or `container_is_paused`; `bad_parameter` where there is no
    /// command, and with newer engines no such user. An exit code that is not 0 is none;
    /// [`Outcome::success`] makes one of it.
    ///
    /// ```no_run
    /// # async fn example(docker: stevedore::Docker) -> stevedore::Result<()> {
    /// use stevedore::exec;
    ///
    /// let sort = exec::Create::new().cmd(["sort"]).user("nobody");
    /// let outcome = docker.container("web").exec(sort).stdin("b\na\n").await?;
    /// assert_eq!((outcome.exit_code, &outcome.stdout[..]), (0, &b"a\nb\n"[..]));
    /// # Ok(())
    /// # }
    /// ```
    #[allow(
        clippy::needless_pass_by_value,
        reason = "it reads as one sentence at the call"
    )]
    pub fn exec(&self, create: Create) -> Launch {
        self.exec_args(create.args())
    }

    /// The same, with the loose arguments of `exec_create`.
    pub fn exec_args(&self, create: Args) -> Launch {
        Launch::new(self.docker().clone(), self.id(), create)
    }
}

/// A command in a container, by its id: free to make, nothing about it is kept.
///
/// The engine forgets one some minutes after its end, and together with its container.
#[derive(Debug, Clone)]
pub struct Exec {
    docker: Docker,
    id: String,
}

impl Exec {
    /// The first look for an end that no event has told comes after this long, and each
    /// later one after twice the time.
    const FIRST_LOOK: Duration = Duration::from_millis(250);
    const LATEST_LOOK: Duration = Duration::from_secs(10);

    pub(crate) fn new(docker: Docker, id: String) -> Self {
        Self { docker, id }
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Everything about it. One request: `GET /exec/{id}/json`.
    pub async fn inspect(&self) -> Result<Inspect> {
        self.docker.call(&InspectOne::new().id(self.id())).await
    }

    /// Starts it, and connects to the streams that it was made with. Two requests:
    /// `GET /exec/{id}/json`, because an engine tells of one that was started before in its
    /// output only, and `POST /exec/{id}/start`.
    ///
    /// [`Start::tty`] must be as it was made: output of a terminal is one raw stream.
    /// With [`Start::detach`] it runs by itself, without streams.
    ///
    /// # Errors
    /// Kind `Refused`, reason `no_such_exec_instance`; or `exec_has_already_run`, also where it
    /// still runs: a command runs once.
    pub async fn start_with(&self, start: Start) -> Result<Running> {
        let inspect = self.inspect().await?;
        if was_started(&inspect) {
            let what = if inspect.running { "runs" } else { "has run" };
            let message = format!(
                "exec {} {what} already; make another one to run its command again",
                self.id()
            );
            return Err(Error::new(ErrorKind::Refused, message)
                .at(Start::INFO)
                .because("exec_has_already_run"));
        }
        let mut running = self.start_new(start).await?;
        if !inspect.open_stdin {
            // It is not connected: what is written would go nowhere.
            drop(running.input());
        }
        Ok(running)
    }

    /// Starts one that was just made. One request: `POST /exec/{id}/start`.
    pub(super) async fn start_new(&self, start: Start) -> Result<Running> {
        let tty = start.tty == Some(true);
        let detach = start.detach == Some(true);
        let args = start.id(self.id()).args();
        let answer = self.docker.client().open(Start::INFO, &args).await?;
        let streams = if detach {
            answer.done().await?;
            Streams::default()
        } else {
            let framing = answer.framing().unwrap_or(Framing::of_tty(tty));
            if answer.is_handed_over() {
                let (chunks, input) = answer.duplex()?.split(framing, Start::INFO);
                Streams::new(chunks, Some(input), None)
            } else {
                // Behind a proxy that takes away the request for an upgrade: only output.
                Streams::new(answer.chunks(framing), None, None)
            }
        };
        Ok(Running::new(self.clone(), streams))
    }

    /// Tells its terminal how large it is. One request: `POST /exec/{id}/resize`.
    pub async fn resize(&self, rows: u16, columns: u16) -> Result<()> {
        let resize = Resize::new(rows.into(), columns.into());
        self.docker.call(&resize.id(self.id())).await
    }

    /// Waits for its end: the exit code. One request where it has ended.
    ///
    /// The API has nothing that waits for it. Where it has not ended (that can be so for a
    /// moment after the end of its output, and for long where it has closed its output
    /// itself), the engine's events are watched: two requests more, and one now and then in
    /// case the engine doesn't tell.
    pub async fn exit(&self) -> Result<i64> {
        let inspect = self.inspect().await?;
        if let Some(code) = ended(&inspect) {
            return Ok(code);
        }
        let events = Events::new()
            .filter("container", inspect.container_id)
            .filter("event", "exec_die")
            // As Podman calls it.
            .filter("event", "exec_died");
        let mut events = self.docker.call(&events).await?;
        let mut end = pin!(self.told(&mut events));
        let mut is_told = false;
        let mut patience = Self::FIRST_LOOK;
        loop {
            // Also before the first event: it may have ended before they were watched.
            if let Some(code) = ended(&self.inspect().await?) {
                return Ok(code);
            }
            if is_told {
                tokio::time::sleep(patience).await;
            } else {
                is_told = timeout(patience, end.as_mut()).await.is_ok();
            }
            patience = (patience * 2).min(Self::LATEST_LOOK);
        }
    }

    /// Waits until the events tell its end, or nothing more.
    async fn told(&self, events: &mut Lines<Event>) {
        while let Ok(Some(event)) = events.try_next().await {
            if event.actor.attributes.get("execID") == Some(&self.id) {
                return;
            }
        }
    }
}

/// Its exit code, where it has been started and has ended.
fn ended(inspect: &Inspect) -> Option<i64> {
    inspect.exit_code.filter(|_| !inspect.running)
}

/// Whether it was. Podman has an exit code of 0 for one that was not, and no process for one
/// that has ended.
fn was_started(inspect: &Inspect) -> bool {
    let has_code = inspect.exit_code.is_some_and(|code| code != 0);
    inspect.running || inspect.pid != 0 || inspect.can_remove || has_code
}
