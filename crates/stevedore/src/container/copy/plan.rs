//! What a copy amounts to, by the rules of `docker cp`.

/// A path in a container, taken apart.
///
/// Such paths are from the container's root, with or without a slash in front.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct InContainer {
    /// From the root, without `.`, `..` and needless slashes.
    clean: String,
    /// Whether it ends in `/.` or is the root: what is meant is the contents.
    pub(super) is_contents: bool,
    /// Whether it ends in a slash: it can only be a folder.
    pub(super) is_folder: bool,
}

impl InContainer {
    pub(super) fn new(path: &str) -> Self {
        let mut parts: Vec<&str> = Vec::new();
        for part in path.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop();
                }
                part => parts.push(part),
            }
        }
        let clean = format!("/{}", parts.join("/"));
        let is_dot = path.rsplit('/').next() == Some(".");
        Self {
            is_contents: is_dot || clean == "/",
            is_folder: path.ends_with('/') || is_dot,
            clean,
        }
    }

    /// The path as the engine is asked for it: a slash or dot at the end keeps its meaning.
    pub(super) fn asked(&self) -> String {
        let end = match (self.is_contents, self.is_folder) {
            _ if self.clean == "/" => "",
            (true, _) => "/.",
            (false, true) => "/",
            (false, false) => "",
        };
        format!("{}{end}", self.clean)
    }

    /// Its last part; empty for the root.
    pub(super) fn name(&self) -> &str {
        self.clean.rsplit('/').next().unwrap_or_default()
    }

    /// The folder that it is in.
    pub(super) fn parent(&self) -> &str {
        match self.clean.rsplit_once('/') {
            Some(("", _)) | None => "/",
            Some((parent, _)) => parent,
        }
    }

    /// Where a link at this path leads.
    pub(super) fn follow(&self, target: &str) -> Self {
        if target.starts_with('/') {
            Self::new(target)
        } else {
            Self::new(&format!("{}/{target}", self.parent()))
        }
    }
}

/// What there is at the place that is copied to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    Folder,
    /// A file, or anything else that is no folder.
    File,
    Nothing,
}

/// Where to put what is copied, and under which name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plan {
    /// Into the folder that is there, under its own name.
    Inside,
    /// Only the contents, into the folder that is there.
    Contents,
    /// Beside, in the folder above, under the last part of the destination.
    As,
}

/// Why there is no plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Conflict {
    /// A folder can't be copied to where a file is.
    FolderOntoFile,
    /// A file can't be copied to a folder that isn't there.
    NoSuchFolder,
}

/// The rules. `is_contents` says that only the contents of a folder are meant,
/// `asserts_folder` that the destination can only be a folder.
pub(super) fn plan(
    source_is_folder: bool,
    is_contents: bool,
    found: Found,
    asserts_folder: bool,
) -> Result<Plan, Conflict> {
    match found {
        Found::Folder if is_contents => Ok(Plan::Contents),
        Found::Folder => Ok(Plan::Inside),
        Found::File if source_is_folder => Err(Conflict::FolderOntoFile),
        Found::Nothing if asserts_folder && !source_is_folder => Err(Conflict::NoSuchFolder),
        Found::File | Found::Nothing => Ok(Plan::As),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_in_a_container_is_from_the_root_and_keeps_its_end() {
        for (path, asked, name, parent, contents) in [
            ("/etc/hosts", "/etc/hosts", "hosts", "/etc", false),
            ("etc", "/etc", "etc", "/", false),
            ("etc/", "/etc/", "etc", "/", false),
            ("/etc/.", "/etc/.", "etc", "/", true),
            ("//a//b/./c/../d/", "/a/b/d/", "d", "/a/b", false),
            ("/..", "/", "", "/", true),
            ("../../x", "/x", "x", "/", false),
            ("", "/", "", "/", true),
            (".", "/", "", "/", true),
            ("a/..", "/", "", "/", true),
            ("...", "/...", "...", "/", false),
            ("a.", "/a.", "a.", "/", false),
        ] {
            let taken = InContainer::new(path);
            assert_eq!(
                (
                    &*taken.asked(),
                    taken.name(),
                    taken.parent(),
                    taken.is_contents
                ),
                (asked, name, parent, contents),
                "{path}"
            );
        }
    }

    #[test]
    fn a_link_leads_from_the_folder_that_it_is_in() {
        let link = InContainer::new("/a/b/link");
        assert_eq!(link.follow("../c").asked(), "/a/c");
        assert_eq!(link.follow("/c/d").asked(), "/c/d");
        assert_eq!(link.follow("../../../../x").asked(), "/x");
    }

    #[test]
    fn the_rules_are_those_of_docker_cp() {
        use Conflict::{FolderOntoFile, NoSuchFolder};
        use Found::{File, Folder, Nothing};
        for (folder, contents, found, asserted, planned) in [
            (false, false, Nothing, false, Ok(Plan::As)),
            (false, false, Nothing, true, Err(NoSuchFolder)),
            (false, false, File, false, Ok(Plan::As)),
            (false, false, Folder, false, Ok(Plan::Inside)),
            (true, false, Nothing, false, Ok(Plan::As)),
            (true, false, Nothing, true, Ok(Plan::As)),
            (true, false, File, false, Err(FolderOntoFile)),
            (true, false, Folder, true, Ok(Plan::Inside)),
            (true, true, Nothing, false, Ok(Plan::As)),
            (true, true, File, false, Err(FolderOntoFile)),
            (true, true, Folder, false, Ok(Plan::Contents)),
        ] {
            assert_eq!(plan(folder, contents, found, asserted), planned);
        }
    }
}
