//! What happened to a file of a container.

use super::Change;

/// What happened to a file or folder, compared with the image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ChangeKind {
    /// It is there in both, and was changed.
    Modified,
    /// It is not in the image.
    Added,
    /// It is in the image, and was removed.
    Removed,
    /// A number that this library does not know.
    Other(u8),
}

impl ChangeKind {
    /// As `docker diff` writes it: `C`, `A` or `D`; `?` for one that is not known.
    pub const fn letter(self) -> char {
        match self {
            Self::Modified => 'C',
            Self::Added => 'A',
            Self::Removed => 'D',
            Self::Other(_) => '?',
        }
    }
}

impl Change {
    /// What happened to it: the number of the API, as a word.
    pub fn kind(&self) -> ChangeKind {
        match self.kind {
            0 => ChangeKind::Modified,
            1 => ChangeKind::Added,
            2 => ChangeKind::Removed,
            other => ChangeKind::Other(other),
        }
    }
}
