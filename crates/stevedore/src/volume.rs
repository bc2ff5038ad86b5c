//! Volumes: data that outlives containers.

pub use stevedore_api::volume::*;
use stevedore_client::Result;

use crate::Docker;
use crate::container::present;

/// The volumes of an engine, together.
///
/// ```no_run
/// # async fn example(docker: stevedore::Docker) -> stevedore::Result<()> {
/// use stevedore::volume::{Create, List};
///
/// let volumes = docker.volumes();
/// let data = volumes.create(&Create::new().name("data").labels([("keep", "yes")])).await?;
/// println!("{} is at {}", data.name(), data.inspect().await?.mountpoint);
/// for volume in volumes.list(&List::new().filter("label", "keep=yes")).await? {
///     println!("{} {:?}", volume.name, volume.created_at.unix());
/// }
/// data.remove().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Volumes {
    docker: Docker,
}

impl Volumes {
    pub(crate) fn new(docker: Docker) -> Self {
        Self { docker }
    }

    /// Lists volumes. One request: `GET /volumes`.
    ///
    /// What drivers complain of meanwhile is in the [`Listing`] that [`Docker::call`] gives.
    pub async fn list(&self, list: &List) -> Result<Vec<Inspect>> {
        Ok(self.docker.call(list).await?.volumes)
    }

    /// Makes a volume; one of that name and driver that is there already is given as it is.
    ///
    /// One request: `POST /volumes/create`.
    pub async fn create(&self, create: &Create) -> Result<Volume> {
        let created = self.docker.call(create).await?;
        Ok(self.docker.volume(created.name))
    }

    /// The volume of this name. One request: `GET /volumes/{name}`.
    ///
    /// Where it may be missing, [`Volume::exists`] tells.
    ///
    /// # Errors
    /// Kind `Refused`, reason `no_such_volume`: there is none.
    pub async fn get(&self, name: impl Into<String>) -> Result<Volume> {
        let inspect = self.docker.volume(name).inspect().await?;
        Ok(self.docker.volume(inspect.name))
    }

    /// Removes volumes that no container uses, and their data: those that the filters match.
    ///
    /// One request: `POST /volumes/prune`. From API 1.42 on only anonymous ones, unless there
    /// is the filter `all=true`.
    pub async fn prune(&self, prune: &Prune) -> Result<Pruned> {
        self.docker.call(prune).await
    }
}

/// One volume, by name: free to make, nothing about it is kept.
#[derive(Debug, Clone)]
pub struct Volume {
    docker: Docker,
    name: String,
}

impl Volume {
    pub(crate) fn new(docker: Docker, name: String) -> Self {
        Self { docker, name }
    }

    /// The name that it was asked for by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Everything about it. One request: `GET /volumes/{name}`.
    pub async fn inspect(&self) -> Result<Inspect> {
        self.docker.call(&InspectOne::new().name(self.name())).await
    }

    /// Whether the engine has it. One request: `GET /volumes/{name}`.
    pub async fn exists(&self) -> Result<bool> {
        present(self.inspect().await).map(|inspect| inspect.is_some())
    }

    /// Removes it and its data. One request: `DELETE /volumes/{name}`.
    ///
    /// # Errors
    /// Kind `Refused`, status 409: a container uses it.
    pub async fn remove(&self) -> Result<()> {
        self.remove_with(Remove::new()).await
    }

    /// Removes it as the request says.
    pub async fn remove_with(&self, remove: Remove) -> Result<()> {
        self.docker.call(&remove.name(self.name())).await
    }
}
