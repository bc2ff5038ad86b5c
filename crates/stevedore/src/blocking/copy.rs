//! Copies and archives that take more than plain values, without async.

use std::io::{self, Read};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use stevedore_api::container::PutArchive;
use stevedore_client::Result;

use super::Container;
use super::face::Handle;
use crate::container::{Copied, CopyOptions};

impl Container {
    /// See [`crate::container::Container::copy_to`]. The other container is one of any engine.
    pub fn copy_to(&self, source: &str, other: &Self, destination: &str) -> Result<Copied> {
        self.copy_to_with(source, other, destination, &CopyOptions::new())
    }

    /// See [`crate::container::Container::copy_to_with`].
    pub fn copy_to_with(
        &self,
        source: &str,
        other: &Self,
        destination: &str,
        options: &CopyOptions,
    ) -> Result<Copied> {
        let state = other.docker().state()?;
        let other = state.docker()?.container(other.id());
        self.ask(async |it| it.copy_to_with(source, &other, destination, options).await)
    }

    /// See [`crate::container::Container::put_archive`]. The reader is read when the
    /// connection takes more.
    pub fn put_archive(&self, path: &str, archive: impl Read + Send + 'static) -> Result<()> {
        self.ask(async |it| it.put_archive(path, Pieces::new(archive)).await)
    }

    /// See [`crate::container::Container::put_archive_with`].
    pub fn put_archive_with(
        &self,
        put: PutArchive,
        archive: impl Read + Send + 'static,
    ) -> Result<()> {
        self.ask(async |it| it.put_archive_with(put, Pieces::new(archive)).await)
    }
}

/// The bytes of a reader.
struct Pieces<R>(Option<R>);

impl<R> Pieces<R> {
    const PIECE: u64 = 128 << 10;

    fn new(reader: R) -> Self {
        Self(Some(reader))
    }
}

impl<R: Read> Pieces<R> {
    fn piece(&mut self) -> io::Result<Option<Bytes>> {
        let Some(reader) = &mut self.0 else {
            return Ok(None);
        };
        let mut piece = Vec::new();
        reader.take(Self::PIECE).read_to_end(&mut piece)?;
        if piece.is_empty() {
            self.0 = None;
        }
        Ok((!piece.is_empty()).then(|| piece.into()))
    }
}

impl<R: Read> Unpin for Pieces<R> {}

impl<R: Read> Stream for Pieces<R> {
    type Item = io::Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        Poll::Ready(self.get_mut().piece().transpose())
    }
}
