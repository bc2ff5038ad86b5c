//! A running container on the terminal of this process.

use stevedore_api::Endpoint;
use stevedore_api::container::{Attach, Condition, Resize, Wait};
use stevedore_client::{Error, ErrorKind, Result};

use super::run::has_condition;
use super::streams::Streams;
use super::{Container, exit_code};
use crate::terminal::{Left, Stopped, Terminal};

impl Container {
    /// Puts it on this terminal, as `docker attach` does, until it ends or the detach keys
    /// are pressed. It must be running.
    ///
    /// `GET /containers/{id}/json`, `POST /containers/{id}/attach` and `/wait`, and
    /// `POST /containers/{id}/resize` whenever the terminal's size changes. A container
    /// without a terminal of its own has no detach keys, and Ctrl-C ends this process.
    ///
    /// # Errors
    /// Kind `Argument`: it does not run. Kind `Interrupted`: a signal ended the session, see
    /// [`terminal`](crate::terminal).
    pub async fn interact(&self, terminal: &Terminal) -> Result<Left> {
        let inspect = self.inspect().await?;
        if !inspect.state.running {
            return Err(Error::new(
                ErrorKind::Argument,
                format!("container {} does not run; start it first", self.id()),
            )
            .at(Attach::INFO));
        }
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
        let client = self.docker().client();
        let wait = Wait::new().id(self.id());
        let ended = if has_condition(client.version().await?) {
            // Its head comes at once and before output is connected, so no end is missed, also of
            // one that the engine removes then.
            let wait = wait.clone().condition(Condition::NotRunning);
            Some(client.open(Wait::INFO, &wait.args()).await?)
        } else {
            None
        };
        let (chunks, input) = self.attach(attach).await?;
        let mut streams = Streams::new(chunks, Some(input), None);
        let told = crate::terminal::interact(terminal, &mut streams, |size| {
            let container = self.clone();
            Box::pin(async move {
                let resize = Resize::new(size.rows.into(), size.columns.into());
                container.docker().call(&resize.id(container.id())).await
            })
        });
        match told.await? {
            Stopped::OutputEnded => {
                let ended = match ended {
                    Some(ended) => ended,
                    None => client.open(Wait::INFO, &wait.args()).await?,
                };
                Ok(Left::Ended(exit_code(ended.json().await?)?))
            }
            Stopped::Detached => Ok(Left::Detached),
        }
    }
}
