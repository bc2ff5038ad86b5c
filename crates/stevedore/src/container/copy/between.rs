//! From one container into another.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use stevedore_client::{Answer, Error, ErrorKind, Result};

use super::archive::{Destination, Pieces, Place, damaged, followed, mode, next, put, stat_of};
use super::names::{Names, hostile};
use super::tar::{self, Decoder, Entry, Item, Kind};
use super::{Copied, CopyOptions, about, asked};
use crate::container::Container;

/// Refuses to copy within one container.
///
/// An engine holds it locked until the archive that it sends was read to its end, and
/// reads none that is sent to it before that: a copy of more than the sockets hold would
/// never end.
async fn refuse_one(from: &Container, to: &Container) -> Result<()> {
    if from.docker().client().host() != to.docker().client().host() {
        return Ok(());
    }
    let is_id = |name: &str| name.len() == 64 && name.bytes().all(|it| it.is_ascii_hexdigit());
    let is_one = if is_id(from.id()) && is_id(to.id()) || from.id() == to.id() {
        from.id() == to.id()
    } else {
        // Names and the starts of ids may be of one all the same.
        from.inspect().await?.id == to.inspect().await?.id
    };
    if is_one {
        return Err(Error::new(
            ErrorKind::Argument,
            format!(
                "cannot copy within one container, {}: run `cp` in it with exec",
                from.id()
            ),
        )
        .of_argument("destination"));
    }
    Ok(())
}

pub(super) async fn copy(
    from: &Container,
    source: &str,
    to: &Container,
    destination: &str,
    options: &CopyOptions,
) -> Result<Copied> {
    let source = asked(source).map_err(about("source"))?;
    refuse_one(from, to).await?;
    let target = Destination::find(to, destination)
        .await
        .map_err(about("destination"))?;
    let real = followed(from, &source, options.follow_link).await?;
    let mut answer = from.archive(&real.asked()).await?;
    let mut decoder = Decoder::new();
    let Some(first) = next(&mut answer, &mut decoder).await? else {
        return Err(Error::new(
            ErrorKind::Protocol,
            format!(
                "the engine sent an archive without anything for {}",
                source.asked()
            ),
        ));
    };
    let is_folder = match stat_of(&answer) {
        Some(stat) => stat.mode & mode::FOLDER != 0,
        None => matches!(&first, Item::Entry(entry) if entry.kind == Kind::Directory),
    };
    let (folder, place) = target
        .place(to, &source.asked(), is_folder, source.is_contents)
        .await
        .map_err(about("destination"))?;
    let root = match &place {
        Place::Own => Some(source.name().as_bytes()),
        Place::Named(name) => Some(name.as_bytes()),
        Place::Contents => None,
    };
    let mut relay = Relay {
        answer,
        decoder,
        names: Names::new(root, real.is_contents, real.name().is_empty()),
        ready: VecDeque::new(),
        small: Vec::new(),
        left: 0,
        padding: &[],
        copied: Arc::default(),
        is_ended: false,
    };
    let copied = relay.copied.clone();
    relay.take(first)?;
    let pieces = Pieces::new(move |cx| relay.poll(cx));
    pieces.send(to, put(folder, options)).await?;
    let copied = copied.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(copied.clone())
}

/// An archive that comes from one container and goes on to another.
struct Relay {
    answer: Answer,
    decoder: Decoder,
    names: Names,
    /// Pieces to be sent, before what is in `small`.
    ready: VecDeque<Bytes>,
    /// Headers and short files, joined.
    small: Vec<u8>,
    /// Bytes of the file that are still to come, and what follows them.
    left: u64,
    padding: &'static [u8],
    copied: Arc<Mutex<Copied>>,
    is_ended: bool,
}

impl Relay {
    /// Pieces at least this large are sent on as they are.
    const PIECE: usize = 32 << 10;

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>>> {
        loop {
            if let Some(piece) = self.ready.pop_front() {
                return Poll::Ready(Ok(Some(piece)));
            }
            if self.small.len() >= Self::PIECE || (self.is_ended && !self.small.is_empty()) {
                self.flush();
                continue;
            }
            if self.is_ended {
                return Poll::Ready(Ok(None));
            }
            match self.decoder.next() {
                Ok(Some(item)) => {
                    if let Err(error) = self.take(item) {
                        return Poll::Ready(Err(error));
                    }
                    continue;
                }
                Ok(None) => {}
                Err(error) => return Poll::Ready(Err(damaged(&error))),
            }
            let came = pin!(self.answer.next()).poll(cx);
            match came {
                Poll::Ready(Ok(Some(piece))) => self.decoder.push(piece),
                Poll::Ready(Ok(None)) => {
                    if let Err(error) = self.decoder.finish() {
                        return Poll::Ready(Err(damaged(&error)));
                    }
                    self.small.extend(tar::END);
                    self.is_ended = true;
                }
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending if self.small.is_empty() => return Poll::Pending,
                // What is here need not wait for what is still to come.
                Poll::Pending => self.flush(),
            }
        }
    }

    fn flush(&mut self) {
        if !self.small.is_empty() {
            self.ready.push_back(std::mem::take(&mut self.small).into());
        }
    }

    fn take(&mut self, item: Item) -> Result<()> {
        match item {
            Item::Entry(entry) => self.entry(*entry),
            Item::Data(bytes) => {
                self.data(bytes);
                Ok(())
            }
        }
    }

    fn entry(&mut self, mut entry: Entry) -> Result<()> {
        let path = self.names.path(&entry)?;
        if path.is_empty() {
            if entry.kind == Kind::Directory {
                return Ok(());
            }
            return Err(hostile(
                &entry.path,
                "it is no directory, but others are in it",
            ));
        }
        if entry.kind == Kind::HardLink {
            entry.target = self.names.target(&entry)?.join(&b'/');
        }
        entry.path = path.join(&b'/');
        tar::head(&mut self.small, &entry);
        self.left = entry.size;
        self.padding = tar::padding(entry.size);
        let mut copied = self.copied.lock().unwrap_or_else(PoisonError::into_inner);
        copied.entries += 1;
        copied.bytes += entry.size;
        Ok(())
    }

    fn data(&mut self, bytes: Bytes) {
        self.left = self.left.saturating_sub(bytes.len() as u64);
        if bytes.len() < Self::PIECE {
            self.small.extend_from_slice(&bytes);
        } else {
            self.flush();
            self.ready.push_back(bytes);
        }
        if self.left == 0 {
            self.small.extend(self.padding);
        }
    }
}
