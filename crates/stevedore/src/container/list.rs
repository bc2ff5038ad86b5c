//! The containers of an engine, looked over together.

use stevedore_api::container::{InspectOne, Prune, Pruned};
use stevedore_client::Result;

use super::{Container, Containers, Inspect, List};
use crate::together::together;

impl Containers {
    /// The container of this id, start of an id, or name, by its whole id.
    ///
    /// It is asked for, so that it is there, and later means the same one whatever is
    /// renamed. One request: `GET /containers/{id}/json`. Where it may be missing,
    /// [`Container::exists`] tells.
    ///
    /// # Errors
    /// Kind `Refused`, reason `no_such_container`: there is none.
    ///
    /// ```no_run
    /// # async fn example(docker: stevedore::Docker) -> stevedore::Result<()> {
    /// let web = docker.containers().get("web").await?;
    /// println!("{}", web.id());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn get(&self, id: impl Into<String>) -> Result<Container> {
        let inspect = self.docker.container(id).inspect().await?;
        Ok(self.docker.container(inspect.id))
    }

    /// Everything about the containers that a list shows.
    ///
    /// One request for the list and one for each container, several at a time. One that is
    /// removed meanwhile is left out.
    pub async fn inspect(&self, list: &List) -> Result<Vec<Inspect>> {
        let found = self.list(list).await?;
        let asked = found.into_iter().map(|summary| async move {
            let size = list.size.unwrap_or_default();
            let request = InspectOne::new().id(summary.id).size(size);
            present(self.docker.call(&request).await)
        });
        together(asked).await
    }

    /// Removes containers that do not run: all of them, or those that the filters match.
    ///
    /// One request: `POST /containers/prune`.
    ///
    /// ```no_run
    /// # async fn example(docker: stevedore::Docker) -> stevedore::Result<()> {
    /// use stevedore::container::Prune;
    ///
    /// let old = Prune::new().filter("label", "tier=test").filter("until", "24h");
    /// let pruned = docker.containers().prune(&old).await?;
    /// println!("{} removed", pruned.containers_deleted.len());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn prune(&self, prune: &Prune) -> Result<Pruned> {
        self.docker.call(prune).await
    }
}

impl Container {
    /// Whether the engine has it. One request: `GET /containers/{id}/json`.
    pub async fn exists(&self) -> Result<bool> {
        present(self.inspect().await).map(|inspect| inspect.is_some())
    }
}

/// What is there: what was removed meanwhile is nothing, and no error.
pub(crate) fn present<T>(asked: Result<T>) -> Result<Option<T>> {
    match asked {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}
