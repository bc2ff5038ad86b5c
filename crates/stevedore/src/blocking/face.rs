//! From the async things to those that wait.

use std::sync::Arc;

use stevedore_client::Result;

use super::docker::State;
use super::{
    Answer, Chunks, Container, Docker, Image, Input, LogLines, Network, Pulling, Running, Usages,
    Volume,
};

/// A handle, which stands for an async one.
pub(super) trait Handle {
    /// The async handle.
    type Of;

    /// The engine that it is of.
    fn docker(&self) -> &Docker;

    /// The async handle, of this process.
    fn of(&self, docker: &crate::Docker) -> Self::Of;

    /// Waits for what the async handle gives.
    fn ask<T>(&self, ask: impl AsyncFnOnce(Self::Of) -> Result<T>) -> Result<T> {
        let state = self.docker().state()?;
        state.wait(ask(self.of(state.docker()?)))
    }

    /// Waits for what the async handle gives, and gives what stands for it.
    fn ask_face<T: Faced>(&self, ask: impl AsyncFnOnce(Self::Of) -> Result<T>) -> Result<T::Face> {
        let state = self.docker().state()?;
        let given = state.wait(ask(self.of(state.docker()?)))?;
        Ok(given.face(self.docker(), &state))
    }
}

/// What an async method gives that has a twin here.
pub(super) trait Faced {
    /// Its twin.
    type Face;

    /// Makes the twin.
    fn face(self, docker: &Docker, state: &Arc<State>) -> Self::Face;
}

impl Faced for crate::container::Container {
    type Face = Container;

    fn face(self, docker: &Docker, _: &Arc<State>) -> Container {
        docker.container(self.id())
    }
}

impl Faced for crate::image::Image {
    type Face = Image;

    fn face(self, docker: &Docker, _: &Arc<State>) -> Image {
        docker.image(self.name())
    }
}

impl Faced for crate::network::Network {
    type Face = Network;

    fn face(self, docker: &Docker, _: &Arc<State>) -> Network {
        docker.network(self.id())
    }
}

impl Faced for crate::volume::Volume {
    type Face = Volume;

    fn face(self, docker: &Docker, _: &Arc<State>) -> Volume {
        docker.volume(self.name())
    }
}

impl<A: Faced, B: Faced> Faced for (A, B) {
    type Face = (A::Face, B::Face);

    fn face(self, docker: &Docker, state: &Arc<State>) -> Self::Face {
        (self.0.face(docker, state), self.1.face(docker, state))
    }
}

/// Things that are made of a state and an async twin.
macro_rules! faced {
    ($($async:path => $face:ident;)*) => {
        $(
            impl Faced for $async {
                type Face = $face;

                fn face(self, _: &Docker, state: &Arc<State>) -> $face {
                    $face::new(state.clone(), self)
                }
            }
        )*
    };
}

faced! {
    stevedore_client::Answer => Answer;
    stevedore_client::Chunks => Chunks;
    stevedore_client::Input => Input;
    crate::container::LogLines => LogLines;
    crate::container::Running => Running;
    crate::container::Usages => Usages;
    crate::image::Pulling => Pulling;
}
