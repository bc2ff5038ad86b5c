//! What a container wrote.

mod line;
mod lines;
mod seen;
#[cfg(test)]
mod tests;

pub use line::LogLine;
pub use lines::LogLines;
use stevedore_api::Endpoint;
use stevedore_client::{Chunks, Error, ErrorKind, Result};

use super::{Container, Logs};

impl Container {
    /// What it wrote, and with [`Logs::follow`] what it writes from now on, in the pieces
    /// in which it comes.
    ///
    /// Both standard streams, unless one alone is asked for, `stderr(true)`, or one is not
    /// wanted, `stdout(false)`. One request:
    /// `GET /containers/{id}/logs`; engines before API 1.42 need an inspect too, to
    /// know whether it has a terminal.
    ///
    /// # Errors
    /// Kind `Argument`: neither stream is wanted. Kind `Refused`, reason `no_such_container`. Of
    /// the pulls, kind `Stream`: the engine can't read the log on.
    pub async fn logs(&self, logs: Logs) -> Result<Chunks> {
        self.open_log(&streams(logs.id(self.id()))?).await
    }

    /// What it wrote, line by line, each with its source and its time.
    ///
    /// The request is that of [`logs`](Self::logs), always with timestamps.
    ///
    /// ```no_run
    /// # async fn example(docker: stevedore::Docker) -> stevedore::Result<()> {
    /// use std::time::Duration;
    /// use stevedore::Source;
    /// use stevedore::container::Logs;
    ///
    /// let last = Logs::new().tail(10).follow(true);
    /// let lines = docker.container("web").log_lines(last).await?;
    /// // Where the connection breaks, go on if the engine is back within a minute.
    /// let mut lines = lines.resume(Duration::from_secs(60));
    /// while let Some(line) = lines.try_next().await? {
    ///     if line.source == Some(Source::Stderr) {
    ///         println!("{:?} {}", line.time, line.text());
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn log_lines(&self, logs: Logs) -> Result<LogLines> {
        let logs = streams(logs.id(self.id()).timestamps(true))?;
        let chunks = self.open_log(&logs).await?;
        Ok(LogLines::new(self.clone(), logs, chunks))
    }

    async fn open_log(&self, logs: &Logs) -> Result<Chunks> {
        let answer = self.docker.client().open(Logs::INFO, &logs.args()).await?;
        let framing = match answer.framing() {
            Some(framing) => framing,
            None => self.framing().await?,
        };
        Ok(answer.chunks(framing))
    }
}

/// Both standard streams, unless one is asked for or the other is not wanted.
fn streams(logs: Logs) -> Result<Logs> {
    match (logs.stdout, logs.stderr) {
        (None, None) => Ok(logs.stdout(true).stderr(true)),
        (Some(false), None) => Ok(logs.stderr(true)),
        (None, Some(false)) => Ok(logs.stdout(true)),
        (Some(false), Some(false)) => Err(Error::new(
            ErrorKind::Argument,
            "`stdout` and `stderr` of container_logs are both false; one of them must be true",
        )
        .at(Logs::INFO)
        .of_argument("stdout")),
        _ => Ok(logs),
    }
}
