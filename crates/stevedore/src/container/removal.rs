//! The promise of `rm`: the container is removed, whatever happens.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use stevedore_api::container::{Created, Remove};
use stevedore_api::{Args, Endpoint};
use stevedore_client::{Client, Error, ErrorKind, Result};
use tokio::time::timeout;

use crate::Docker;
use crate::cleanup::Task;

/// A container that must be removed, unless the promise was not made.
///
/// Dropped before it was kept, the promise goes to the clean-up of its [`Docker`].
pub(super) struct Removal {
    docker: Docker,
    id: String,
    promised: bool,
}

impl Removal {
    pub(super) fn new(docker: &Docker, id: &str, promised: bool) -> Self {
        Self {
            docker: docker.clone(),
            id: id.to_owned(),
            promised,
        }
    }

    /// Keeps the promise now: one forced remove, or none if it was not made or is kept.
    pub(super) async fn keep(&mut self) -> Result<()> {
        if !self.promised {
            return Ok(());
        }
        let done = remove(self.docker.client().clone(), self.id.clone()).await;
        self.promised = false;
        done
    }

    /// Leaves it to the engine.
    #[cfg(all(unix, feature = "terminal"))]
    pub(super) fn leave(&mut self) {
        self.promised = false;
    }
}

impl Drop for Removal {
    fn drop(&mut self) {
        if self.promised {
            let client = self.docker.client().clone();
            self.docker
                .cleanup()
                .add(Box::pin(remove(client, std::mem::take(&mut self.id))));
        }
    }
}

/// So long a promised removal is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// One forced remove with the anonymous volumes. A container that is gone already is removed,
/// and so is one that is being removed: no other conflict answers a forced remove.
async fn remove(client: Client, id: String) -> Result<()> {
    let request = Remove::new().id(&*id).force(true).delete_volumes(true);
    match timeout(PATIENCE, client.call(&request)).await {
        Ok(Err(error)) if matches!(error.status(), Some(404 | 409)) => Ok(()),
        Ok(done) => done,
        Err(_) => Err(Error::new(
            ErrorKind::Timeout,
            format!(
                "container {id} was to be removed, and after {} seconds still is not; remove it by hand",
                PATIENCE.as_secs()
            ),
        )
        .at(Remove::INFO)),
    }
}

/// The request that makes a container. Given up while it is under way, it is
/// seen through by the clean-up, so that what it makes is removed as promised.
pub(super) struct Creating {
    docker: Docker,
    request: Option<Pin<Box<dyn Future<Output = Result<Created>> + Send>>>,
    promised: bool,
}

impl Creating {
    pub(super) fn new(docker: &Docker, args: &Args, promised: bool) -> Self {
        let (client, args) = (docker.client().clone(), args.clone());
        Self {
            docker: docker.clone(),
            request: Some(Box::pin(async move {
                let info = stevedore_api::container::Create::INFO;
                client.open(info, &args).await?.json().await
            })),
            promised,
        }
    }
}

impl Future for Creating {
    type Output = Result<Created>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Created>> {
        let Some(request) = &mut self.request else {
            return Poll::Pending;
        };
        let created = std::task::ready!(request.as_mut().poll(cx));
        self.request = None;
        Poll::Ready(created)
    }
}

impl Drop for Creating {
    fn drop(&mut self) {
        if let (Some(request), true) = (self.request.take(), self.promised) {
            let client = self.docker.client().clone();
            let task: Task = Box::pin(async move {
                match timeout(PATIENCE, request).await {
                    Ok(Ok(created)) => remove(client, created.id).await,
                    // Nothing was made.
                    Ok(Err(_)) => Ok(()),
                    Err(_) => Err(Error::new(
                        ErrorKind::Timeout,
                        format!(
                            "a container was to be removed as soon as it is made, and after {} \
                             seconds still is not made; look for it and remove it by hand",
                            PATIENCE.as_secs()
                        ),
                    )
                    .at(stevedore_api::container::Create::INFO)),
                }
            });
            self.docker.cleanup().add(task);
        }
    }
}
