//! Copying files into containers, out of them and between them, as `docker cp` does.

mod archive;
mod between;
mod docker;
mod file;
#[cfg(unix)]
mod inward;
#[cfg(unix)]
mod local;
mod location;
mod names;
#[cfg(unix)]
mod outward;
#[cfg(unix)]
mod pack;
mod plan;
mod tar;
#[cfg(unix)]
mod unpack;

use std::path::{Path, PathBuf};

pub use location::Location;
use stevedore_api::Endpoint;
use stevedore_api::container::{GetPathStat, PathStat, PutArchive};
use stevedore_client::{Error, ErrorKind, Result};

use super::Container;

/// Directories inside of each other; deeper trees are refused, since each is a handle.
#[cfg(unix)]
const DEPTH: usize = 512;

/// How to copy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CopyOptions {
    /// Copy what the source is a link to, instead of the link.
    pub follow_link: bool,
    /// Into a container: give the files to the user that it runs as, instead of to
    /// those of the source. API 1.30.
    pub archive: bool,
}

impl CopyOptions {
    /// A link stays a link; owners are those of the source.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets [`follow_link`](Self::follow_link): `docker cp --follow-link`.
    pub fn follow_link(mut self, follow: bool) -> Self {
        self.follow_link = follow;
        self
    }

    /// Sets [`archive`](Self::archive): `docker cp --archive`.
    pub fn archive(mut self, archive: bool) -> Self {
        self.archive = archive;
        self
    }
}

/// What a copy has done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Copied {
    /// Files, directories and links.
    pub entries: u64,
    /// Bytes in files.
    pub bytes: u64,
    /// How many things were left out, because they can't be copied: sockets on the way
    /// in; devices and fifos on the way out.
    pub skipped: u64,
    /// What was left out, where it is few.
    pub skipped_paths: Vec<PathBuf>,
}

#[cfg(unix)]
impl Copied {
    /// More than this many paths are only counted.
    const PATHS: usize = 1000;

    fn skip(&mut self, path: PathBuf) {
        self.skipped += 1;
        if self.skipped_paths.len() < Self::PATHS {
            self.skipped_paths.push(path);
        }
    }

    fn has_skipped(&self, path: &Path) -> bool {
        // Of those that are not named any more, none is known not to be one.
        self.skipped_paths.iter().any(|skipped| skipped == path)
            || (self.skipped > self.skipped_paths.len() as u64 && !path.exists())
    }
}

/// Copying. All of it follows `docker cp`:
///
/// - A path in a container is from its root, with or without a slash in front.
/// - What is copied to a directory that is there goes into it, under its own name; with
///   `/.` at the end of the source only the contents do. To a name that isn't there it
///   goes under that name, if the directory above is there.
/// - A directory can't be copied to where a file is, and a file not to `name/` that
///   isn't there.
/// - Rights (with set-user-id and set-group-id) and times are kept, times to the second.
///   Links are copied as links; a source that is one is followed with
///   [`CopyOptions::follow_link`] or a slash at its end.
/// - Hard links within what is copied stay hard links.
///
/// The container may be running or not. No content is held in memory: what is read is
/// written at once. Files on this side are read and written by blocking calls, a small
/// piece at a time, on the thread that waits.
impl Container {
    /// What is at a path, without its contents. One request:
    /// `HEAD /containers/{id}/archive`.
    ///
    /// A link is not followed; its target, all links on the way resolved, is told.
    ///
    /// # Errors
    /// Kind `Refused`, [`is_not_found`](Error::is_not_found): there is no such path, or, with
    /// the reason `no_such_container`, no such container. The engine's refusal doesn't say which:
    /// one more request does, `GET /containers/{id}/json`.
    pub async fn path_stat(&self, path: &str) -> Result<PathStat> {
        match self.look_at(asked(path)?.asked()).await {
            Ok(stat) => Ok(stat),
            Err(error) => Err(what_is_missing(self, error).await),
        }
    }

    /// The same in one request, with a refusal that does not say what is missing.
    async fn look_at(&self, path: String) -> Result<PathStat> {
        self.docker
            .call(&GetPathStat::new(path).id(self.id()))
            .await
    }

    /// Copies a file or directory of this side into it.
    ///
    /// Two requests, `HEAD` and `PUT /containers/{id}/archive`; three where the
    /// destination is a link. Owners stay those of the source, by number, unless
    /// [`CopyOptions::archive`] is set. Sockets are left out.
    ///
    /// ```no_run
    /// # async fn example(docker: stevedore::Docker) -> stevedore::Result<()> {
    /// let copied = docker.container("web").copy_in("site", "/usr/share/nginx/html").await?;
    /// println!("{} bytes", copied.bytes);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Kind `Argument`: the source isn't there, or the two ends don't fit together, and
    /// nothing was changed. Kind `Refused`: the engine says no, such as
    /// [`is_not_found`](Error::is_not_found) for no such container or directory. Kind `Local`: a
    /// file can't be read, and the container may have got a part of it.
    pub async fn copy_in(&self, source: impl AsRef<Path>, destination: &str) -> Result<Copied> {
        self.copy_in_with(source, destination, &CopyOptions::new())
            .await
    }

    /// The same with options.
    pub async fn copy_in_with(
        &self,
        source: impl AsRef<Path>,
        destination: &str,
        options: &CopyOptions,
    ) -> Result<Copied> {
        #[cfg(unix)]
        return inward::copy(self, source.as_ref(), destination, options).await;
        #[cfg(not(unix))]
        return unsupported(self, source.as_ref(), destination, options).await;
    }

    /// Packs a file or directory of this side, and has it unpacked as the request says;
    /// its `id` is set here.
    ///
    /// One request: `PUT /containers/{id}/archive`. The directory must be there, and
    /// nothing is looked at before; [`copy_in`](Self::copy_in) does what `docker cp` does.
    pub async fn put_files(&self, put: PutArchive, source: impl AsRef<Path>) -> Result<Copied> {
        #[cfg(unix)]
        return inward::unpack(self, put, source.as_ref()).await;
        #[cfg(not(unix))]
        return unsupported(
            self,
            source.as_ref(),
            put.path.as_deref().unwrap_or_default(),
            &CopyOptions::new(),
        )
        .await;
    }

    /// Copies a file or directory of it to this side.
    ///
    /// One request, `GET /containers/{id}/archive`; two with
    /// [`CopyOptions::follow_link`]. Everything belongs to who runs this. Devices and
    /// fifos are left out.
    ///
    /// The engine's archive is not trusted: nothing is written outside of the destination,
    /// and links are never followed. A file appears when it is whole.
    ///
    /// ```no_run
    /// # async fn example(docker: stevedore::Docker) -> stevedore::Result<()> {
    /// docker.container("web").copy_out("/var/log/nginx", "logs").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Kind `Refused`, reason `no_such_container` or `no_such_path`. Kind `Argument`: the two ends
    /// don't fit together, and nothing was written. Kind `Local`: something can't be written. Kind
    /// `Protocol`: the archive is damaged or would lead elsewhere. What was written before stays,
    /// and the message says how much.
    pub async fn copy_out(&self, source: &str, destination: impl AsRef<Path>) -> Result<Copied> {
        self.copy_out_with(source, destination, &CopyOptions::new())
            .await
    }

    /// The same with options.
    pub async fn copy_out_with(
        &self,
        source: &str,
        destination: impl AsRef<Path>,
        options: &CopyOptions,
    ) -> Result<Copied> {
        #[cfg(unix)]
        return outward::copy(self, source, destination.as_ref(), options).await;
        #[cfg(not(unix))]
        return unsupported(self, destination.as_ref(), source, options).await;
    }

    /// Copies a file or directory of it into another container, which may be one of
    /// another engine.
    ///
    /// Three requests: `HEAD` of the destination, `GET` of the source, `PUT`; one more
    /// where the destination is a link, and one with [`CopyOptions::follow_link`]; and
    /// both containers are inspected where they are of one engine and not given by their
    /// whole ids. Two such copies at once in opposite directions can wait for each other.
    /// What comes is sent on at once. Owners, devices and extended attributes go along.
    ///
    /// # Errors
    /// As [`copy_in`](Self::copy_in) and [`copy_out`](Self::copy_out). Kind `Argument` also
    /// where both are one container: no engine can read and write one at once.
    pub async fn copy_to(
        &self,
        source: &str,
        other: &Container,
        destination: &str,
    ) -> Result<Copied> {
        self.copy_to_with(source, other, destination, &CopyOptions::new())
            .await
    }

    /// The same with options.
    pub async fn copy_to_with(
        &self,
        source: &str,
        other: &Container,
        destination: &str,
        options: &CopyOptions,
    ) -> Result<Copied> {
        between::copy(self, source, other, destination, options).await
    }
}

/// What [`Container::path_stat`] makes of the engine's refusal, for who asked for it in another
/// way.
#[doc(hidden)]
pub async fn what_is_missing(container: &Container, error: Error) -> Error {
    if !error.is_not_found() {
        return error;
    }
    match container.inspect().await {
        Err(missing) if missing.is_not_found() => missing.at(GetPathStat::INFO),
        _ => error,
    }
}

/// Says of an error about what was given which argument that is.
fn about(argument: &'static str) -> impl Fn(Error) -> Error {
    move |error| match error.kind() {
        ErrorKind::Argument => error.of_argument(argument),
        _ => error,
    }
}

/// A path in a container that somebody gave.
fn asked(path: &str) -> Result<plan::InContainer> {
    if path.is_empty() {
        return Err(Error::new(
            ErrorKind::Argument,
            "a path in a container is empty; its root is `/`",
        )
        .of_argument("path"));
    }
    Ok(plan::InContainer::new(path))
}

/// Files of this system can't be copied yet.
#[cfg(not(unix))]
#[allow(clippy::unused_async, reason = "it stands in for what waits")]
async fn unsupported(_: &Container, _: &Path, _: &str, _: &CopyOptions) -> Result<Copied> {
    Err(Error::new(
        ErrorKind::Argument,
        "files of this system can't be copied yet; `archive` and `put_archive` move tar archives",
    ))
}
