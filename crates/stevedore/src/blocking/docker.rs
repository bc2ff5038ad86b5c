//! The blocking entrance.

use std::sync::{Arc, Mutex, PoisonError};

use stevedore_api::Endpoint;
use stevedore_client::{Read, Result, Settings};

use super::face::Handle;
use super::process::OfProcess;
use super::{
    Container, Containers, Exec, Image, Images, Network, Networks, Volume, Volumes, Waiter,
};

/// One Docker engine, without async. Cheap to clone; clones share connections.
///
/// In a forked child it makes connections of its own, and streams of the parent
/// are refused there; those of the parent are left alone.
#[derive(Debug, Clone)]
pub struct Docker {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    /// What a forked child makes its own state from.
    settings: Settings,
    state: Mutex<Arc<State>>,
}

/// What belongs to one process: a reactor, and the connections that it watches.
#[derive(Debug)]
pub(super) struct State(OfProcess<Live>);

#[derive(Debug)]
struct Live {
    waiter: Waiter,
    docker: crate::Docker,
}

impl State {
    fn new(docker: crate::Docker) -> Result<Arc<Self>> {
        let waiter = Waiter::new()?;
        Ok(Arc::new(Self(OfProcess::new(Live { waiter, docker }))))
    }

    pub(super) fn docker(&self) -> Result<&crate::Docker> {
        self.0.get().map(|live| &live.docker)
    }

    /// Waits, after doing what dropped things have promised.
    pub(super) fn wait<T>(&self, future: impl Future<Output = Result<T>>) -> Result<T> {
        let live = self.0.get()?;
        live.waiter.finish(async {
            // A removal that fails here is not this call's failure; `close` tells it.
            live.docker.cleanup().drain().await;
            future.await
        })
    }
}

impl Handle for Docker {
    type Of = crate::Docker;

    fn docker(&self) -> &Docker {
        self
    }

    fn of(&self, docker: &crate::Docker) -> crate::Docker {
        docker.clone()
    }
}

impl Docker {
    /// See [`crate::Docker::from_env`].
    pub fn from_env() -> Result<Self> {
        Self::new(Settings::from_env()?)
    }

    /// See [`crate::Docker::from_context`].
    pub fn from_context(name: &str) -> Result<Self> {
        Self::new(Settings::from_context(name)?)
    }

    /// See [`crate::Docker::discover`].
    pub fn discover() -> Result<Self> {
        Self::new(Waiter::new()?.finish(Settings::discover())?)
    }

    /// The engine that these settings name. No I/O.
    pub fn new(settings: Settings) -> Result<Self> {
        let state = Mutex::new(State::new(crate::Docker::new(settings.clone()))?);
        Ok(Self {
            shared: Arc::new(Shared { settings, state }),
        })
    }

    /// What belongs to this process; made anew in a forked child.
    pub(super) fn state(&self) -> Result<Arc<State>> {
        let mut state = self
            .shared
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if !state.0.is_ours() {
            *state = State::new(crate::Docker::new(self.shared.settings.clone()))?;
        }
        Ok(state.clone())
    }

    /// See [`crate::Docker::call`].
    pub fn call<E>(&self, request: &E) -> Result<<E::Reply as Read>::Value>
    where
        E: Endpoint,
        E::Reply: Read,
    {
        self.ask(async |docker| docker.call(request).await)
    }

    /// Its containers, together.
    pub fn containers(&self) -> Containers {
        Containers::new(self.clone())
    }

    /// One container, by id or name. No request: it need not exist.
    pub fn container(&self, id: impl Into<String>) -> Container {
        Container::new(self.clone(), id.into())
    }

    /// A command in a container, by its id. No request: it need not exist.
    pub fn exec(&self, id: impl Into<String>) -> Exec {
        Exec::new(self.clone(), id.into())
    }

    /// Its images, together.
    pub fn images(&self) -> Images {
        Images::new(self.clone())
    }

    /// One image, by name or id. No request: it need not exist.
    pub fn image(&self, name: impl Into<String>) -> Image {
        Image::new(self.clone(), name.into())
    }

    /// Its networks, together.
    pub fn networks(&self) -> Networks {
        Networks::new(self.clone())
    }

    /// One network, by id or name. No request: it need not exist.
    pub fn network(&self, id: impl Into<String>) -> Network {
        Network::new(self.clone(), id.into())
    }

    /// Its volumes, together.
    pub fn volumes(&self) -> Volumes {
        Volumes::new(self.clone())
    }

    /// One volume, by name. No request: it need not exist.
    pub fn volume(&self, name: impl Into<String>) -> Volume {
        Volume::new(self.clone(), name.into())
    }
}
