//! From a container to this side.

use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use stevedore_client::{Error, ErrorKind, Result};

use super::archive::{followed, mode, next, stat_of};
use super::local::LocalDestination;
use super::names::Names;
use super::plan::{Conflict, InContainer, Plan, plan};
use super::tar::{Decoder, Item, Kind};
use super::unpack::Unpacker;
use super::{Copied, CopyOptions, about, asked};
use crate::container::Container;

pub(super) async fn copy(
    container: &Container,
    source: &str,
    destination: &Path,
    options: &CopyOptions,
) -> Result<Copied> {
    let source = asked(source).map_err(about("source"))?;
    let to = LocalDestination::find(destination).map_err(about("destination"))?;
    let real = followed(container, &source, options.follow_link).await?;
    let mut answer = container.archive(&real.asked()).await?;
    let mut stat = stat_of(&answer);
    let mut decoder = Decoder::new();
    let mut unpacker = None;
    while let Some(item) =
        next(&mut answer, &mut decoder)
            .await
            .map_err(|error| match &unpacker {
                Some(unpacker) => with_what_was_written(error, unpacker, destination),
                None => error,
            })?
    {
        let unpacking = match &mut unpacker {
            Some(unpacking) => unpacking,
            none @ None => {
                let is_folder = match stat.take() {
                    Some(stat) => stat.mode & mode::FOLDER != 0,
                    None => matches!(&item, Item::Entry(entry) if entry.kind == Kind::Directory),
                };
                let planned = plan(is_folder, source.is_contents, to.found, to.asserts_folder)
                    .map_err(|conflict| explain(conflict, &source, destination))?;
                none.insert(begin(&source, &real, &to, planned)?)
            }
        };
        if let Err(error) = unpacking.take(item) {
            return Err(with_what_was_written(error, unpacking, destination));
        }
    }
    answer.done().await?;
    match unpacker.map(Unpacker::finish).transpose()? {
        Some(copied) if copied.entries == 0 && copied.skipped == 1 && !source.is_contents => {
            Err(Error::new(
                ErrorKind::Argument,
                format!(
                    "'{}' is a device or a fifo, which can't be copied to this side",
                    source.asked()
                ),
            )
            .of_argument("source"))
        }
        Some(copied) => Ok(copied),
        None => Err(Error::new(
            ErrorKind::Protocol,
            format!(
                "the engine sent an archive without anything for {}",
                source.asked()
            ),
        )),
    }
}

fn begin(
    source: &InContainer,
    real: &InContainer,
    to: &LocalDestination,
    planned: Plan,
) -> Result<Unpacker> {
    let (folder, name) = to.place(planned);
    let root = match planned {
        Plan::Inside => Some(source.name().as_bytes()),
        Plan::Contents => None,
        Plan::As => name.map(OsStrExt::as_bytes),
    };
    let names = Names::new(root, real.is_contents, real.name().is_empty());
    Unpacker::new(folder, names)
}

fn explain(conflict: Conflict, source: &InContainer, destination: &Path) -> Error {
    let message = match conflict {
        Conflict::FolderOntoFile => format!(
            "can't overwrite file '{}' with directory '{}'",
            destination.display(),
            source.asked()
        ),
        Conflict::NoSuchFolder => format!(
            "destination directory does not exist: {}",
            destination.display()
        ),
    };
    Error::new(ErrorKind::Argument, message).of_argument("destination")
}

/// The same error, with what is there now.
fn with_what_was_written(error: Error, unpacker: &Unpacker, destination: &Path) -> Error {
    let copied = unpacker.copied();
    let written = match copied.entries {
        0 => "nothing was copied".to_owned(),
        1 => format!(
            "1 file or directory is at {} already",
            destination.display()
        ),
        n => format!(
            "{n} files and directories are at {} already",
            destination.display()
        ),
    };
    error.with_note(&written)
}
