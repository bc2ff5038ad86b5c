//! Whole archives: what `docker cp` does with `-`, and `docker export`.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use stevedore_api::Endpoint;
use stevedore_api::container::{GetArchive, PathStat, PutArchive};
use stevedore_client::{Answer, Error, ErrorKind, Result, Upload};

use super::plan::{Conflict, Found, InContainer, Plan, plan};
use super::tar::{Decoder, Item, NotATar};
use super::{CopyOptions, asked};
use crate::container::Container;

/// Archives, as the engine gives and takes them.
impl Container {
    /// A file or directory as a tar archive, pulled piece by piece with [`Answer::next`].
    ///
    /// One request: `GET /containers/{id}/archive`. With `/.` at the end of the path the
    /// names in the archive begin with a dot.
    ///
    /// # Errors
    /// Kind `Refused`, [`is_not_found`](Error::is_not_found): there is no such container
    /// or path.
    pub async fn archive(&self, path: &str) -> Result<Answer> {
        let path = asked(path)?.asked();
        self.docker.call(&GetArchive::new(path).id(self.id())).await
    }

    /// Unpacks a tar archive into a directory, which must be there.
    ///
    /// One request: `PUT /containers/{id}/archive`. The pieces may be cut anywhere.
    /// Engines would unpack a compressed archive, too, but some can be made to run a
    /// program of the container for that: so it is refused.
    ///
    /// # Errors
    /// Kind `Argument`: it does not begin as a plain tar archive does. Kind `Refused`,
    /// [`is_not_found`](Error::is_not_found): there is no such container or directory.
    pub async fn put_archive(
        &self,
        path: &str,
        archive: impl Stream<Item = io::Result<Bytes>> + Send + 'static,
    ) -> Result<()> {
        self.put_archive_with(PutArchive::new(asked(path)?.asked()), archive)
            .await
    }

    /// The same as the request says; its `id` is set here.
    pub async fn put_archive_with(
        &self,
        put: PutArchive,
        archive: impl Stream<Item = io::Result<Bytes>> + Send + 'static,
    ) -> Result<()> {
        let mut archive = Box::pin(archive);
        let mut ended = false;
        let mut held = VecDeque::new();
        let mut first = Vec::new();
        // Its first block tells.
        while first.len() < 512 && !ended {
            match std::future::poll_fn(|cx| archive.as_mut().poll_next(cx)).await {
                Some(Ok(piece)) => {
                    first.extend_from_slice(&piece);
                    held.push_back(piece);
                }
                Some(Err(error)) => {
                    return Err(
                        Error::new(ErrorKind::Local, "cannot read the archive").caused_by(error)
                    );
                }
                None => ended = true,
            }
        }
        let mut decoder = Decoder::new();
        decoder.push(first.into());
        let looked = decoder.next().and_then(|item| match item {
            None if ended => decoder.finish().map(drop),
            _ => Ok(()),
        });
        if let Err(error) = looked {
            let message = "what is to be unpacked does not begin as a plain tar archive does; \
                           a compressed one must be decompressed first";
            return Err(Error::new(ErrorKind::Argument, message)
                .of_argument("archive")
                .caused_by(error));
        }
        let rest = Pieces::new(move |cx| match held.pop_front() {
            Some(piece) => Poll::Ready(Ok(Some(piece))),
            None => archive.as_mut().poll_next(cx).map(|piece| {
                piece.transpose().map_err(|error| {
                    Error::new(ErrorKind::Local, "cannot read the archive").caused_by(error)
                })
            }),
        });
        rest.send(self, put).await
    }
}

/// The pieces of an upload, from something that may fail with an error of ours.
pub(super) struct Pieces<F> {
    next: F,
    /// Where the failure is kept, since the request only says that it was broken off.
    failure: Arc<Mutex<Option<Error>>>,
}

impl<F> Pieces<F>
where
    F: FnMut(&mut Context<'_>) -> Poll<Result<Option<Bytes>>> + Send + Unpin + 'static,
{
    pub(super) fn new(next: F) -> Self {
        Self {
            next,
            failure: Arc::default(),
        }
    }

    /// Sends them. A failure of the pieces is the failure of it all.
    pub(super) async fn send(self, container: &Container, put: PutArchive) -> Result<()> {
        let failure = self.failure.clone();
        let args = put.id(container.id()).args();
        let client = container.docker.client();
        let sent = client
            .open_with(PutArchive::INFO, &args, Upload::stream(self))
            .await;
        let done = match sent {
            Ok(answer) => answer.done().await,
            Err(error) => Err(error),
        };
        let failed = failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        match (done, failed) {
            (Err(_), Some(failed)) => Err(failed),
            (done, _) => done,
        }
    }
}

impl<F> Stream for Pieces<F>
where
    F: FnMut(&mut Context<'_>) -> Poll<Result<Option<Bytes>>> + Send + Unpin + 'static,
{
    type Item = io::Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        (this.next)(cx).map(|piece| {
            let piece = piece.map_err(|error| {
                let told = io::Error::other(error.to_string());
                let mut failure = this.failure.lock().unwrap_or_else(PoisonError::into_inner);
                *failure = Some(error);
                told
            });
            piece.transpose()
        })
    }
}

/// The next item of an archive that comes piece by piece.
pub(super) async fn next(answer: &mut Answer, decoder: &mut Decoder) -> Result<Option<Item>> {
    loop {
        match decoder.next() {
            Ok(Some(item)) => return Ok(Some(item)),
            Ok(None) => {}
            Err(error) => return Err(damaged(&error)),
        }
        match answer.next().await? {
            Some(piece) => decoder.push(piece),
            None => {
                return decoder
                    .finish()
                    .map(|()| None)
                    .map_err(|error| damaged(&error));
            }
        }
    }
}

pub(super) fn damaged(error: &NotATar) -> Error {
    let message = format!("the engine's archive is damaged: {error}");
    Error::new(ErrorKind::Protocol, message)
}

/// What an archive or a path is, by the header that comes with it.
pub(super) fn stat_of(answer: &Answer) -> Option<PathStat> {
    answer.json_header("X-Docker-Container-Path-Stat").ok()
}

/// The kinds of things, in the bits of Go.
pub(super) mod mode {
    pub(in super::super) const FOLDER: u32 = 1 << 31;
    pub(in super::super) const LINK: u32 = 1 << 27;
    /// Devices, and what no kind is known for.
    pub(in super::super) const STRANGE: u32 = (1 << 26) | (1 << 19);
}

/// The place in a container that something is copied to.
#[derive(Debug)]
pub(super) struct Destination {
    at: InContainer,
    pub(super) found: Found,
    /// The rights of what is there.
    pub(super) mode: u32,
}

impl Destination {
    /// Looks at a path: one request, two where a link is there.
    pub(super) async fn find(container: &Container, path: &str) -> Result<Self> {
        let mut at = asked(path)?;
        let mut stat = look(container, &at).await?;
        if let Some(link) = stat.take_if(|stat| stat.mode & mode::LINK != 0) {
            at = at.follow(&link.link_target);
            stat = look(container, &at).await?;
        }
        let (found, mode) = match stat {
            Some(stat) if stat.mode & mode::FOLDER != 0 => (Found::Folder, stat.mode),
            Some(stat) if stat.mode & mode::STRANGE != 0 => {
                return Err(Error::new(
                    ErrorKind::Argument,
                    format!("destination is a device: {path}"),
                ));
            }
            Some(stat) => (Found::File, stat.mode),
            None => (Found::Nothing, 0),
        };
        Ok(Self { at, found, mode })
    }

    /// The folder to unpack into, and the name in it; none for the folder's contents.
    ///
    /// `name` is that of the source, for people.
    pub(super) async fn place(
        &self,
        container: &Container,
        name: &str,
        is_folder: bool,
        is_contents: bool,
    ) -> Result<(String, Place)> {
        let planned = plan(is_folder, is_contents, self.found, self.at.is_folder);
        match planned {
            Ok(Plan::Inside) => Ok((self.at.asked(), Place::Own)),
            Ok(Plan::Contents) => Ok((self.at.asked(), Place::Contents)),
            Ok(Plan::As) => Ok((
                self.at.parent().to_owned(),
                Place::Named(self.at.name().to_owned()),
            )),
            Err(Conflict::FolderOntoFile) => Err(Error::new(
                ErrorKind::Argument,
                format!(
                    "cannot copy dir '{name}' as dest '{}' is a file",
                    self.at.asked()
                ),
            )),
            Err(Conflict::NoSuchFolder) => {
                // Or there is no such container, which a refused `HEAD` does not tell.
                container.inspect().await?;
                Err(Error::new(
                    ErrorKind::Argument,
                    format!(
                        "'{}' is a directory but does not exist on container",
                        self.at.asked()
                    ),
                ))
            }
        }
    }
}

/// What something is called where it arrives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// As where it comes from.
    Own,
    Named(String),
    /// It is the contents of the folder.
    Contents,
}

async fn look(container: &Container, at: &InContainer) -> Result<Option<PathStat>> {
    match container.look_at(at.asked()).await {
        Ok(stat) => Ok(Some(stat)),
        // What is wrong, if anything is, the next request says better: a refused `HEAD` has
        // no message.
        Err(error) if error.kind() == ErrorKind::Refused => Ok(None),
        Err(error) => Err(error),
    }
}

/// The source, and with `follow` what it is a link to.
pub(super) async fn followed(
    container: &Container,
    source: &InContainer,
    follow: bool,
) -> Result<InContainer> {
    if follow {
        if let Some(stat) = look(container, source).await? {
            if stat.mode & mode::LINK != 0 {
                return Ok(source.follow(&stat.link_target));
            }
        }
    }
    Ok(source.clone())
}

/// The request that unpacks a copy.
pub(super) fn put(folder: String, options: &CopyOptions) -> PutArchive {
    let put = PutArchive::new(folder).no_overwrite_dir_non_dir(true);
    if options.archive {
        put.copy_uid_gid(true)
    } else {
        put
    }
}
