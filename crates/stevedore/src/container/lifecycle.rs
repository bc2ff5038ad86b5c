//! What a container is made to do once it is there: restart, pause, other limits, another name.

use stevedore_api::container::{Pause, Rename, Resize, Restart, Unpause, Update, Updated};
use stevedore_client::Result;

use super::Container;

impl Container {
    /// Stops it where it runs, and starts it. One request: `POST /containers/{id}/restart`.
    pub async fn restart(&self) -> Result<()> {
        self.restart_with(Restart::new()).await
    }

    /// Restarts it as the request says.
    pub async fn restart_with(&self, restart: Restart) -> Result<()> {
        self.docker.call(&restart.id(self.id())).await
    }

    /// Freezes all its processes. One request: `POST /containers/{id}/pause`.
    ///
    /// # Errors
    /// Kind `Refused`, reason `container_is_not_running` or `container_is_paused`.
    pub async fn pause(&self) -> Result<()> {
        self.docker.call(&Pause::new().id(self.id())).await
    }

    /// Lets it go on after a pause. One request: `POST /containers/{id}/unpause`.
    ///
    /// # Errors
    /// Kind `Refused`, reason `container_is_not_paused` as Docker says it.
    pub async fn unpause(&self) -> Result<()> {
        self.docker.call(&Unpause::new().id(self.id())).await
    }

    /// Gives it another name. One request: `POST /containers/{id}/rename`.
    ///
    /// A handle by the old name no longer finds it; one by id does.
    ///
    /// # Errors
    /// Kind `Refused`, reason `name_already_in_use`: another container has that name.
    pub async fn rename(&self, name: impl Into<String>) -> Result<()> {
        self.docker.call(&Rename::new(name).id(self.id())).await
    }

    /// Changes its limits and when it is restarted, also while it runs.
    ///
    /// One request: `POST /containers/{id}/update`. What the engine did not like about it
    /// comes back as warnings.
    ///
    /// ```no_run
    /// # async fn example(docker: stevedore::Docker) -> stevedore::Result<()> {
    /// use stevedore::container::{RestartPolicy, Update};
    ///
    /// let update = Update::new()
    ///     .memory(256 << 20)
    ///     .memory_swap(512 << 20)
    ///     .restart_policy(RestartPolicy::UnlessStopped);
    /// docker.container("web").update(update).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn update(&self, update: Update) -> Result<Updated> {
        self.docker.call(&update.id(self.id())).await
    }

    /// Tells its terminal how large it is. One request: `POST /containers/{id}/resize`.
    ///
    /// # Errors
    /// Kind `Refused`: it does not run.
    pub async fn resize(&self, rows: u16, columns: u16) -> Result<()> {
        let resize = Resize::new(rows.into(), columns.into());
        self.docker.call(&resize.id(self.id())).await
    }
}
