//! Names in an archive, and what they become.

use stevedore_client::{Error, ErrorKind};

use super::tar::{Entry, shown};

/// Turns the names of an archive that the engine sent into those of the copy.
///
/// What is copied has one name in the archive, which all others are below. That
/// name is replaced; whatever is not below it is refused.
#[derive(Debug)]
pub(super) struct Names {
    /// What the copy is called; nothing where its contents go into a folder.
    root: Option<Vec<u8>>,
    /// How names in the archive begin.
    begin: Begin,
}

#[derive(Debug)]
enum Begin {
    /// With the name of the first entry, once that was seen.
    Named(Option<Vec<u8>>),
    /// With a dot.
    Dot,
    /// With a slash: what is copied is the root of a container.
    Slash,
}

impl Names {
    pub(super) fn new(root: Option<&[u8]>, is_contents: bool, is_root: bool) -> Self {
        Self {
            root: root.map(<[u8]>::to_vec),
            begin: match (is_contents, is_root) {
                (_, true) => Begin::Slash,
                (true, false) => Begin::Dot,
                (false, false) => Begin::Named(None),
            },
        }
    }

    /// The parts of the entry's path, from the folder that is copied to. None for
    /// that folder itself.
    pub(super) fn path(&mut self, entry: &Entry) -> Result<Vec<Vec<u8>>, Error> {
        if let Begin::Named(first @ None) = &mut self.begin {
            *first = parts(&entry.path, false)?.into_iter().next();
        }
        self.mapped(&entry.path)
    }

    /// The same for the file that a hard link is to.
    pub(super) fn target(&self, entry: &Entry) -> Result<Vec<Vec<u8>>, Error> {
        self.mapped(&entry.target)
    }

    fn mapped(&self, path: &[u8]) -> Result<Vec<Vec<u8>>, Error> {
        let parts = parts(path, matches!(self.begin, Begin::Slash))?;
        let mut parts = parts.into_iter();
        if let Begin::Named(first) = &self.begin {
            if parts.next() != *first {
                return Err(hostile(path, "it is not part of what was asked for"));
            }
        }
        Ok(self.root.iter().cloned().chain(parts).collect())
    }
}

/// The parts between the slashes.
fn parts(path: &[u8], may_be_absolute: bool) -> Result<Vec<Vec<u8>>, Error> {
    if path.starts_with(b"/") && !may_be_absolute {
        return Err(hostile(path, "it is an absolute path"));
    }
    let mut parts = Vec::new();
    for part in path.split(|byte| *byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." => return Err(hostile(path, "it leads upward")),
            part => parts.push(part.to_vec()),
        }
    }
    Ok(parts)
}

/// The error about an archive that no honest engine sends.
pub(super) fn hostile(path: &[u8], why: &str) -> Error {
    Error::new(
        ErrorKind::Protocol,
        format!("refused `{}` in the engine's archive: {why}", shown(path)),
    )
}
