//! From this side into a container.

use std::ffi::OsStr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

use stevedore_client::Result;

use super::archive::{Destination, Pieces, Place, put};
use super::local::LocalSource;
use super::pack::Packer;
use super::{Copied, CopyOptions};
use crate::container::Container;

pub(super) async fn copy(
    container: &Container,
    source: &Path,
    destination: &str,
    options: &CopyOptions,
) -> Result<Copied> {
    let source = LocalSource::find(source, options.follow_link)?;
    let to = Destination::find(container, destination).await?;
    let shown = source.name.to_string_lossy();
    let (folder, place) = to
        .place(container, &shown, source.is_folder, source.is_contents)
        .await?;
    let root = match &place {
        Place::Own => Some(source.name.as_os_str()),
        Place::Named(name) => Some(OsStr::new(name)),
        Place::Contents => None,
    };
    let packer = Arc::new(Mutex::new(Packer::new(&source, root)?));
    let packing = packer.clone();
    let pieces = Pieces::new(move |_| {
        let mut packer = packing.lock().unwrap_or_else(PoisonError::into_inner);
        Poll::Ready(packer.piece())
    });
    pieces.send(container, put(folder, options)).await?;
    let packer = packer.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(packer.copied().clone())
}
