//! A container that runs already, taken up: its streams, or this terminal.

use std::time::Duration;

use stevedore_api::{Args, Endpoint, Framing, Value};
use stevedore_client::{Error, ErrorKind, Result};
use tokio::time::timeout;

use super::removal::Removal;
use super::run::{has_condition, spoken};
use super::running::Exiting;
use super::streams::Streams;
use super::{Attach, Condition, Container, Inspect, Running, Wait};
#[cfg(all(unix, feature = "terminal"))]
use crate::terminal::{Left, Terminal};

impl Container {
    /// Connects to it while it runs, as `docker attach` does, and gives what a run gives:
    /// output as it comes, input where the request asks for it, and in the end the exit code.
    /// A request that names none of the three streams connects both outputs, from now on and with
    /// [`Attach::logs`] also what they have given; one that names some connects only those.
    ///
    /// Four requests: `GET /containers/{id}/json`, `POST /containers/{id}/wait` (before API
    /// 1.30 after the output), `POST /containers/{id}/attach`, and the first again: the engine
    /// connects to one that has ended meanwhile, too, and would be silent then. Given up, it
    /// closes its sockets, and the container runs on. [`Running::ended`] is for a container that
    /// may go on after its output: the engine ends that with the input, unless the container was
    /// made with `stdin_once`, or has a terminal.
    ///
    /// ```no_run
    /// # use stevedore::container::Attach;
    /// # async fn example(docker: stevedore::Docker) -> stevedore::Result<()> {
    /// let mut web = docker.container("web").take_up(Attach::new()).await?;
    /// while let Some(chunk) = web.try_next().await? {
    ///     print!("{}", String::from_utf8_lossy(&chunk.bytes));
    /// }
    /// println!("{:?}", web.ended().await?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Kind `Refused`, with the reason `container_is_not_running`, also for one that has ended
    /// before it was connected, `container_is_paused` or `container_is_restarting`. Kind
    /// `Argument`: input is asked for, and it has none open.
    pub async fn take_up(&self, attach: Attach) -> Result<Running> {
        let inspect = self.that_runs().await?;
        self.taken_up(inspect, connected(attach)).await
    }

    /// Puts it on this terminal, as `docker attach` does, until it ends or the detach keys
    /// are pressed. It must be running.
    ///
    /// The requests of [`take_up`](Self::take_up), and `POST /containers/{id}/resize` whenever
    /// the terminal's size changes. A container without a terminal of its own has no detach
    /// keys, and Ctrl-C ends this process.
    ///
    /// # Errors
    /// As [`take_up`](Self::take_up). Kind
    /// `Interrupted`: a signal ended the session, see [`terminal`](crate::terminal).
    #[cfg(all(unix, feature = "terminal"))]
    pub async fn interact(&self, terminal: &Terminal) -> Result<Left> {
        let inspect = self.that_runs().await?;
        let attach = Attach::new()
            .stream(true)
            .stdin(inspect.config.open_stdin)
            .stdout(true)
            .stderr(true)
            .detach_keys(terminal.keys().to_string());
        if inspect.config.tty {
            // A program that was left before draws itself again when its size changes.
            if let Ok(size) = terminal.size() {
                let (rows, columns) = (size.rows.saturating_add(1), size.columns.saturating_add(1));
                let _ = self.resize(rows, columns).await;
            }
        }
        self.taken_up(inspect, attach)
            .await?
            .interact(terminal)
            .await
    }

    /// Everything about it, if it can be taken up.
    async fn that_runs(&self) -> Result<Inspect> {
        let inspect = self.inspect().await?;
        let (reason, why) = if inspect.state.restarting {
            (
                "container_is_restarting",
                "is being restarted; try again once it runs",
            )
        } else if inspect.state.paused {
            ("container_is_paused", "is paused; unpause it first")
        } else if !inspect.state.running {
            (Self::NOT_RUNNING, "does not run; start it first")
        } else {
            return Ok(inspect);
        };
        Err(self.refusal(reason, why))
    }

    async fn taken_up(&self, inspect: Inspect, attach: Attach) -> Result<Running> {
        let args = attach.id(self.id()).args();
        let wants_input = args.get("stdin") == Some(&Value::Bool(true));
        if wants_input && !inspect.config.open_stdin {
            let message = format!(
                "container {} has no standard input open; make it with `open_stdin`, or don't \
                 connect that",
                self.id()
            );
            return Err(Error::new(ErrorKind::Argument, message)
                .at(Attach::INFO)
                .of_argument("stdin"));
        }
        let client = self.docker().client();
        let wait = Wait::new().id(self.id());
        let exiting = if has_condition(client.version().await?) {
            // Its head comes at once and before output is connected, so no end is missed, also of
            // one that the engine removes then.
            let wait = wait.condition(Condition::NotRunning);
            Exiting::asked(client.open(Wait::INFO, &wait.args()).await?)
        } else {
            Exiting::Unasked
        };
        let mut streams = self.streams(&args, wants_input, inspect.config.tty).await?;
        let ended = match self.inspect().await {
            Ok(now) if now.state.running => None,
            Ok(_) => Some("has ended meanwhile; its logs have what it wrote"),
            Err(error) if error.is_not_found() => Some("has ended meanwhile, and is removed"),
            Err(error) => return Err(error),
        };
        if let Some(why) = ended {
            // Connected in time, it has an end at least. The engine connects to one that has
            // ended, too, and says nothing then but what the logs have.
            let has_logs = args.get("logs") == Some(&Value::Bool(true));
            if has_logs || !streams.have_come(Running::SOON).await? {
                return Err(self.refusal(Self::NOT_RUNNING, why));
            }
        }
        Ok(Running {
            container: self.clone(),
            name: spoken(self.id(), &inspect.name),
            image: inspect.config.image,
            command: inspect.config.cmd,
            warnings: Vec::new(),
            streams,
            exiting,
            removal: Removal::new(self.docker(), self.id(), false),
        })
    }

    /// Attaches, to one of which it is known whether it has a terminal.
    pub(super) async fn streams(
        &self,
        attach: &Args,
        wants_input: bool,
        tty: bool,
    ) -> Result<Streams> {
        let answer = self.docker().client().open(Attach::INFO, attach).await?;
        let framing = answer.framing().unwrap_or(Framing::of_tty(tty));
        Ok(if wants_input {
            let (chunks, input) = answer.duplex()?.split(framing, Attach::INFO);
            Streams::new(chunks, Some(input), None)
        } else {
            // Answered with 200 instead of 101, the output is still all there.
            Streams::new(answer.chunks(framing), None, None)
        })
    }

    /// The word that the engine's own refusals have for it.
    const NOT_RUNNING: &str = "container_is_not_running";

    fn refusal(&self, reason: &'static str, why: &str) -> Error {
        let message = format!("container {} {why}", self.id());
        Error::new(ErrorKind::Refused, message)
            .at(Attach::INFO)
            .because(reason)
    }
}

/// What the engine connects to nothing, silent until the end, is connected as `docker attach` does.
fn connected(mut attach: Attach) -> Attach {
    attach.stream.get_or_insert(true);
    if attach.stdin.or(attach.stdout).or(attach.stderr).is_none() {
        attach = attach.stdout(true).stderr(true);
    }
    attach
}

impl Running {
    /// So long after the end of its output a container that ends runs as a rule.
    const SOON: Duration = Duration::from_millis(250);
    /// So long it may still be called running, on a machine that is busy.
    const PATIENCE: Duration = Duration::from_secs(2);

    /// The exit code once its output has ended, or nothing if it goes on without: a program
    /// may close its output itself, and the engine ends it with the input of a container that
    /// others can still write to.
    ///
    /// Output that was not read before is read and dropped, and what a run promised is removed
    /// once it has ended, as by [`exit`](Self::exit).
    ///
    /// One request where it has not ended after a moment, `GET /containers/{id}/json`; that it
    /// goes on is said after two seconds more, since an engine has something to do before it
    /// says that one has ended.
    pub async fn ended(&mut self) -> Result<Option<i64>> {
        let Some(code) = self.code_of_end().await? else {
            return Ok(None);
        };
        self.removed_after(code).await.map(Some)
    }

    async fn code_of_end(&mut self) -> Result<Option<i64>> {
        if let Ok(code) = timeout(Self::SOON, self.exit_code()).await {
            return code.map(Some);
        }
        match self.container.inspect().await {
            Ok(inspect) if inspect.state.running => timeout(Self::PATIENCE, self.exit_code())
                .await
                .ok()
                .transpose(),
            // It ended, and may be gone already: what waits for it knows how.
            Ok(_) => self.exit_code().await.map(Some),
            Err(error) if error.is_not_found() => self.exit_code().await.map(Some),
            Err(error) => Err(error),
        }
    }
}
