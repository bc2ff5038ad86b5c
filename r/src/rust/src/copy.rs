//! Copies, and archives that go to files.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use savvy::Sexp;
use stevedore::container::{Copied, CopyOptions, Location, PutArchive};
use stevedore::{Args, Error, ErrorKind, Upload};

use crate::client::Client;
use crate::failure::Failure;
use crate::given::{Data, Given};
use crate::native::Stop;
use crate::tree::Tree;
use crate::{read, sys};

/// Copies from one place to the other. Which of the two are in a container is told by
/// their `container`; without one, and if it is not `here`, a place is text as for
/// `docker cp`.
pub(crate) fn copy(client: &Client, from: &Given, to: &Given, how: &Given) -> Result<Sexp, Stop> {
    let options = CopyOptions::new()
        .follow_link(how.field_flag("follow_link") == Some(true))
        .archive(how.field_flag("archive") == Some(true));
    let (from, to) = (location(from)?, location(to)?);
    let session = client.session()?;
    let docker = &session.docker;
    let copied = session.wait_for(async { docker.copy_with(from, to, &options).await })?;
    told(&copied.map_err(in_r_words)?)
}

fn location(given: &Given) -> Result<Location, Stop> {
    let path = text(given, "path")?;
    let here = given.field_flag("here") == Some(true);
    Ok(match given.field_text("container") {
        Some(container) => Location::container(container, path),
        None if here => Location::local(path),
        None => Location::from(path),
    })
}

fn text<'a>(given: &'a Given, name: &str) -> Result<&'a str, Stop> {
    let missing = || Failure::bug(&format!("a copy has no {name}")).into();
    given.field_text(name).ok_or_else(missing)
}

/// Has an archive unpacked, or files of this side that are packed into one.
pub(crate) fn put(client: &Client, source: &Given, given: &Given) -> Result<Sexp, Stop> {
    let info = crate::client::row("container_put_archive")?;
    // What the arguments must be is checked as for any other call.
    read::args(info, client.version(), given)?;
    let mut put = PutArchive::new(text(given, "path")?);
    put.no_overwrite_dir_non_dir = given.field_flag("no_overwrite_dir_non_dir");
    put.copy_uid_gid = given.field_flag("copy_uid_gid");
    let id = text(given, "id")?;
    let session = client.session()?;
    let container = session.docker.container(id);
    let copied = session.wait_for(async {
        match (&source.data, source.text()) {
            (Data::Bytes(archive), _) => {
                let archive = Once(Some(Ok(archive.clone().into())));
                container.put_archive_with(put, archive).await?;
                Ok(Copied::default())
            }
            (_, Some(path)) => container.put_files(put, path).await,
            _ => Err(
                Error::new(ErrorKind::Argument, "'src' must be raw or a file name")
                    .of_argument("source"),
            ),
        }
    })?;
    told(&copied.map_err(in_r_words)?)
}

/// A stream of one piece.
struct Once(Option<std::io::Result<Bytes>>);

impl Stream for Once {
    type Item = std::io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take())
    }
}

/// What was left out; NULL if nothing.
fn told(copied: &Copied) -> Result<Sexp, Stop> {
    if copied.skipped == 0 {
        return sys::write(&Tree::Null);
    }
    let paths = copied.skipped_paths.iter();
    #[allow(
        clippy::cast_precision_loss,
        reason = "nobody counts so many files to the last one"
    )]
    let count = copied.skipped as f64;
    sys::write(&Tree::record(vec![
        (
            "count",
            Tree::Number {
                value: count,
                is_integer: false,
            },
        ),
        (
            "paths",
            Tree::texts(paths.map(|it| it.display().to_string())),
        ),
    ]))
}

/// What R calls an argument of a copy.
fn in_r(argument: &str) -> &'static str {
    match argument {
        "destination" => "dest",
        "path" => "path",
        _ => "src",
    }
}

/// 0.9.6 began what it said of files with a capital letter.
fn in_r_words(error: Error) -> Failure {
    let argument = error.argument().map(in_r);
    let capital = matches!(error.kind(), ErrorKind::Argument | ErrorKind::Local)
        && !error.to_string().starts_with("must ");
    let failure = Failure::from(error);
    let failure = match argument {
        Some(argument) => failure.about(argument),
        None => failure,
    };
    if capital {
        failure.capitalised()
    } else {
        failure
    }
}

/// Writes the bytes that an endpoint gives into a file, as they come. The file appears
/// when it is whole.
pub(crate) fn save(client: &Client, id: &str, given: &Given, file: &str) -> Result<Sexp, Stop> {
    let info = crate::client::row(id)?;
    let args: Args = read::args(info, client.version(), given)?;
    let session = client.session()?;
    // What is a link stays one; the part stands beside what it leads to.
    let target = std::fs::canonicalize(file).unwrap_or_else(|_| PathBuf::from(file));
    let target = target.as_path();
    let unwritten = |error: std::io::Error| {
        let message = format!("cannot write {}", target.display());
        Error::new(ErrorKind::Local, message).caused_by(error)
    };
    let saved = session.wait_for(async {
        let upload = Upload::nothing();
        let mut answer = session
            .docker
            .client()
            .open_with(info, &args, upload)
            .await?;
        let mut part = Part::new(target).map_err(unwritten)?;
        while let Some(piece) = answer.next().await? {
            part.file.write_all(&piece).map_err(unwritten)?;
        }
        answer.done().await?;
        part.keep(target).map_err(unwritten)
    })?;
    saved.map_err(in_r_words)?;
    sys::write(&Tree::Null)
}

/// A file that is not whole yet. Dropped, it is removed.
struct Part {
    file: File,
    /// Where it is; nothing for what can't be replaced, such as a device.
    path: Option<PathBuf>,
}

impl Part {
    fn new(target: &Path) -> std::io::Result<Self> {
        if target.exists() && !target.is_file() {
            let file = File::options().write(true).open(target)?;
            return Ok(Self { file, path: None });
        }
        let mut count = 0u32;
        loop {
            let name = format!(".stevedore-{:x}-{count:x}", std::process::id());
            let path = target.with_file_name(name);
            match File::create_new(&path) {
                Ok(file) => {
                    return Ok(Self {
                        file,
                        path: Some(path),
                    });
                }
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
            count = count
                .checked_add(1)
                .ok_or(std::io::ErrorKind::AlreadyExists)?;
        }
    }

    fn keep(mut self, target: &Path) -> std::io::Result<()> {
        let Some(path) = &self.path else {
            return Ok(());
        };
        std::fs::rename(path, target)?;
        self.path = None;
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            // The failure that led here is the one to tell.
            let _ = std::fs::remove_file(path);
        }
    }
}
