//! What a container wrote.

use stevedore_api::Endpoint;
use stevedore_api::container::Logs;
use stevedore_client::{Chunks, Result};

use super::Container;

/// Opens the log of `container`.
pub(super) async fn open(container: &Container, logs: Logs) -> Result<Chunks> {
    let mut logs = logs.id(container.id());
    if logs.stdout.is_none() && logs.stderr.is_none() {
        logs = logs.stdout(true).stderr(true);
    }
    let answer = container
        .docker
        .client()
        .open(Logs::INFO, &logs.args())
        .await?;
    let framing = match answer.framing() {
        Some(framing) => framing,
        None => container.framing().await?,
    };
    Ok(answer.chunks(framing))
}
