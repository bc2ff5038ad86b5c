//! From this side into a container.

use std::ffi::OsStr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

use stevedore_api::container::PutArchive;
use stevedore_client::Result;

use super::archive::{Destination, Pieces, Place, put};
use super::local::LocalSource;
use super::pack::Packer;
use super::{Copied, CopyOptions, about};
use crate::container::Container;

pub(super) async fn copy(
    container: &Container,
    source: &Path,
    destination: &str,
    options: &CopyOptions,
) -> Result<Copied> {
    let source = LocalSource::find(source, options.follow_link).map_err(about("source"))?;
    let to = Destination::find(container, destination)
        .await
        .map_err(about("destination"))?;
    let shown = source.name.to_string_lossy();
    let (folder, place) = to
        .place(container, &shown, source.is_folder, source.is_contents)
        .await
        .map_err(about("destination"))?;
    let root = match &place {
        Place::Own => Some(source.name.as_os_str()),
        Place::Named(name) => Some(OsStr::new(name)),
        Place::Contents => None,
    };
    let packer = Packer::new(&source, root).map_err(about("source"))?;
    send(container, packer, put(folder, options)).await
}

/// Packs what is at `source` under its own name, and has it unpacked as `put` says.
pub(super) async fn unpack(
    container: &Container,
    put: PutArchive,
    source: &Path,
) -> Result<Copied> {
    let source = LocalSource::find(source, false).map_err(about("source"))?;
    let root = (!source.is_contents).then_some(source.name.as_os_str());
    let packer = Packer::new(&source, root).map_err(about("source"))?;
    send(container, packer, put).await
}

async fn send(container: &Container, packer: Packer, put: PutArchive) -> Result<Copied> {
    let packer = Arc::new(Mutex::new(packer));
    let packing = packer.clone();
    let pieces = Pieces::new(move |_| {
        let mut packer = packing.lock().unwrap_or_else(PoisonError::into_inner);
        Poll::Ready(packer.piece())
    });
    pieces.send(container, put).await?;
    let packer = packer.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(packer.copied().clone())
}
