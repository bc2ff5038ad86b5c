//! Networks: what containers talk to each other over.

pub use stevedore_api::network::*;
use stevedore_client::Result;

use crate::Docker;
use crate::container::present;

/// The networks of an engine, together.
///
/// ```no_run
/// # async fn example(docker: stevedore::Docker) -> stevedore::Result<()> {
/// use stevedore::network::{Connect, Create, Prune};
///
/// let networks = docker.networks();
/// let backend = networks.create(&Create::new("backend").internal(true)).await?;
/// backend.connect(Connect::new("web")).await?;
/// backend.remove().await?;
/// let gone = networks.prune(&Prune::new().filter("label", "tier=db")).await?;
/// println!("removed {:?}", gone.networks_deleted);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Networks {
    docker: Docker,
}

impl Networks {
    pub(crate) fn new(docker: Docker) -> Self {
        Self { docker }
    }

    /// Lists networks. One request: `GET /networks`.
    pub async fn list(&self, list: &List) -> Result<Vec<Summary>> {
        self.docker.call(list).await
    }

    /// Makes a network. One request: `POST /networks/create`.
    ///
    /// # Errors
    /// Kind `Refused`, status 409: there is one of that name.
    pub async fn create(&self, create: &Create) -> Result<Network> {
        let created = self.docker.call(create).await?;
        Ok(self.docker.network(created.id))
    }

    /// The network of this id, start of an id, or name, by its whole id.
    ///
    /// One request: `GET /networks/{id}`. Where it may be missing, [`Network::exists`] tells.
    ///
    /// # Errors
    /// Kind `Refused`, status 404: there is none.
    pub async fn get(&self, id: impl Into<String>) -> Result<Network> {
        let inspect = self.docker.network(id).inspect().await?;
        Ok(self.docker.network(inspect.id))
    }

    /// Removes networks that no container uses: all of them, or those that the filters match.
    ///
    /// One request: `POST /networks/prune`.
    pub async fn prune(&self, prune: &Prune) -> Result<Pruned> {
        self.docker.call(prune).await
    }
}

/// One network, by id or name: free to make, nothing about it is kept.
#[derive(Debug, Clone)]
pub struct Network {
    docker: Docker,
    id: String,
}

impl Network {
    pub(crate) fn new(docker: Docker, id: String) -> Self {
        Self { docker, id }
    }

    /// The id or name that it was asked for by.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Everything about it. One request: `GET /networks/{id}`.
    pub async fn inspect(&self) -> Result<Inspect> {
        self.docker.call(&InspectOne::new().id(self.id())).await
    }

    /// Whether the engine has it. One request: `GET /networks/{id}`.
    pub async fn exists(&self) -> Result<bool> {
        present(self.inspect().await).map(|inspect| inspect.is_some())
    }

    /// Joins a container to it. One request: `POST /networks/{id}/connect`.
    ///
    /// ```no_run
    /// # async fn example(docker: stevedore::Docker) -> stevedore::Result<()> {
    /// use stevedore::container;
    /// use stevedore::network::Connect;
    ///
    /// let settings = container::Network::new().alias("db");
    /// let connect = Connect::new("postgres").endpoint_config(settings);
    /// docker.network("backend").connect(connect).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn connect(&self, connect: Connect) -> Result<()> {
        self.docker.call(&connect.id(self.id())).await
    }

    /// Cuts a container's connection to it. One request: `POST /networks/{id}/disconnect`.
    pub async fn disconnect(&self, disconnect: Disconnect) -> Result<()> {
        self.docker.call(&disconnect.id(self.id())).await
    }

    /// Removes it. One request: `DELETE /networks/{id}`.
    ///
    /// # Errors
    /// Kind `Refused`, status 403: a container is on it.
    pub async fn remove(&self) -> Result<()> {
        self.docker.call(&Remove::new().id(self.id())).await
    }
}
