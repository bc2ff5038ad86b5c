//! The table of engines: what each is made of, and in what it differs from the others.

use anyhow::{Context as _, Result};

use super::program::Program;

/// One row of the table.
#[derive(Debug)]
pub(super) struct Kind {
    pub(super) name: &'static str,
    pub(super) suite: &'static Suite,
    pub(super) program: Program,
    /// Given to the engine's program beside those that every engine gets.
    pub(super) flags: &'static [&'static str],
    /// Set in the engine's environment.
    pub(super) variables: &'static [(&'static str, &'static str)],
}

/// The packages of a Debian release that an engine runs on. Engines may share one.
#[derive(Debug)]
pub(super) struct Suite {
    /// What its folder is called.
    pub(super) label: &'static str,
    /// The release of Debian. A newer package there is no error.
    pub(super) release: &'static str,
    pub(super) packages: &'static [&'static str],
    /// What the packages must hold to be of use.
    pub(super) programs: &'static [&'static str],
}

const DOCKER: &[&str] = &["dockerd", "containerd", "runc", "docker", "sshd"];
const BOOKWORM: Suite = Suite {
    label: "bookworm",
    release: "bookworm",
    // Here it brings the command line as well.
    packages: &["docker.io"],
    programs: DOCKER,
};
const TRIXIE: Suite = Suite {
    label: "trixie",
    release: "trixie",
    packages: &["docker.io", "docker-cli"],
    programs: DOCKER,
};
const SID: Suite = Suite {
    label: "sid",
    release: "sid",
    packages: &["docker.io", "docker-cli"],
    programs: DOCKER,
};
const PODMAN: &[&str] = &["podman", "crun", "netavark", "aardvark-dns", "nftables"];
const PODMAN_PROGRAMS: &[&str] = &[
    "podman",
    "conmon",
    "crun",
    "netavark",
    "aardvark-dns",
    "nft",
];
const BOOKWORM_PODMAN: Suite = Suite {
    label: "bookworm-podman",
    release: "bookworm",
    packages: PODMAN,
    programs: PODMAN_PROGRAMS,
};
const TRIXIE_PODMAN: Suite = Suite {
    label: "trixie-podman",
    release: "trixie",
    packages: PODMAN,
    programs: PODMAN_PROGRAMS,
};
const SID_PODMAN: Suite = Suite {
    label: "sid-podman",
    release: "sid",
    packages: PODMAN,
    programs: PODMAN_PROGRAMS,
};

const KINDS: &[Kind] = &[
    Kind {
        name: "docker-20.10",
        suite: &BOOKWORM,
        program: Program::Dockerd,
        flags: &[],
        variables: &[],
    },
    Kind {
        name: "docker-26.1",
        suite: &TRIXIE,
        program: Program::Dockerd,
        flags: &[],
        variables: &[],
    },
    Kind {
        name: "docker-28.5",
        suite: &SID,
        program: Program::Dockerd,
        flags: &[],
        variables: &[],
    },
    // Images in containerd's store, as new installations of Docker 29 have it.
    Kind {
        name: "docker-28.5-containerd",
        suite: &SID,
        program: Program::Dockerd,
        flags: &["--feature", "containerd-snapshotter=true"],
        variables: &[],
    },
    // Refuses older versions of the API, as Docker 29 does.
    Kind {
        name: "docker-28.5-min144",
        suite: &SID,
        program: Program::Dockerd,
        flags: &[],
        variables: &[("DOCKER_MIN_API_VERSION", "1.44")],
    },
    Kind {
        name: "podman-4.3",
        suite: &BOOKWORM_PODMAN,
        program: Program::Podman,
        flags: &[],
        variables: &[],
    },
    Kind {
        name: "podman-5.4",
        suite: &TRIXIE_PODMAN,
        program: Program::Podman,
        flags: &[],
        variables: &[],
    },
    Kind {
        name: "podman-5.8",
        suite: &SID_PODMAN,
        program: Program::Podman,
        flags: &[],
        variables: &[],
    },
];
const NAMES: [&str; KINDS.len()] = names_of();

const fn names_of() -> [&'static str; KINDS.len()] {
    let mut names = [""; KINDS.len()];
    let mut at = 0;
    while at < KINDS.len() {
        #[allow(
            clippy::indexing_slicing,
            reason = "evaluated by the compiler, within bounds"
        )]
        {
            names[at] = KINDS[at].name;
        }
        at += 1;
    }
    names
}

/// The engines that can be had.
pub(crate) fn names() -> &'static [&'static str] {
    &NAMES
}

impl Kind {
    pub(super) fn all() -> &'static [Kind] {
        KINDS
    }

    pub(super) fn named(name: &str) -> Result<&'static Kind> {
        KINDS
            .iter()
            .find(|kind| kind.name == name)
            .with_context(|| {
                format!(
                    "there is no private engine named {name}; there are {}",
                    names().join(", ")
                )
            })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_name_leads_to_its_row_and_others_are_told_what_there_is() {
        let unlike: BTreeSet<&str> = names().iter().copied().collect();
        assert_eq!(unlike.len(), KINDS.len());
        for name in names() {
            assert_eq!(Kind::named(name).unwrap().name, *name);
        }
        let error = Kind::named("docker-1.0").err().unwrap().to_string();
        assert!(
            error.contains("docker-1.0") && error.contains("docker-20.10, docker-26.1"),
            "{error}"
        );
    }
}
