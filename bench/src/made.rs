//! Containers that are made for a measurement, and are gone after it.

use anyhow::{Result, ensure};
use stevedore::container::{Container, Create, List, Remove};
use stevedore::{Docker, Reference};

const LABEL: &str = "stevedore.test";

/// What one run of this program makes.
pub(crate) struct Made {
    docker: Docker,
    label: String,
}

impl Made {
    /// Pulls the image where it is missing.
    pub(crate) async fn new(docker: &Docker) -> Result<Self> {
        if !docker.image("busybox").exists().await? {
            let image = Reference::new("busybox");
            docker.images().pull(&image).await?.done().await?;
        }
        Ok(Self {
            docker: docker.clone(),
            label: format!("bench-{}", std::process::id()),
        })
    }

    /// A container for this command of a shell, not started.
    pub(crate) async fn create(&self, command: &str) -> Result<Container> {
        let create = Create::new("busybox")
            .cmd(["sh", "-c", command])
            .labels([(LABEL, self.label.as_str())]);
        Ok(self.docker.containers().create(&create).await?)
    }

    /// A container in which this command was run to its end.
    pub(crate) async fn done(&self, command: &str) -> Result<Container> {
        let container = self.create(command).await?;
        container.start().await?;
        let code = container.wait().await?;
        ensure!(code == 0, "`{command}` ended with {code}");
        Ok(container)
    }

    /// Removes all that was made, or took over its labels, but for the one to keep.
    pub(crate) async fn remove(&self, keep: Option<&Container>) -> Result<()> {
        let label = format!("{LABEL}={}", self.label);
        let all = List::new().all(true).filter("label", label);
        for found in self.docker.containers().list(&all).await? {
            if keep.is_none_or(|keep| keep.id() != found.id) {
                let remove = Remove::new().force(true).delete_volumes(true);
                let container = self.docker.container(found.id);
                container.remove_with(remove).await?;
            }
        }
        Ok(())
    }
}

/// Measures with containers, and removes them however it ends.
pub(crate) async fn with_made(
    docker: &Docker,
    measure: impl AsyncFnOnce(&Made) -> Result<()>,
) -> Result<()> {
    let made = Made::new(docker).await?;
    let outcome = measure(&made).await;
    made.remove(None).await?;
    outcome
}
