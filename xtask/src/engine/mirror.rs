//! The Debian mirror that this machine's apt is set up with.
//!
//! apt itself is asked, so that `.list` and `.sources` files, options and variables are read as
//! apt reads them: `apt-get --print-uris update` names what an update would fetch, one quoted
//! address a line, and fetches nothing.

use std::process::Command;

use anyhow::{Context, Result, bail};

/// Where apt points at no Debian mirror, as on a relative of Debian.
const DEFAULT: &str = "http://deb.debian.org/debian";

/// Names under which a Debian mirror keeps its releases. Others keep theirs elsewhere.
const RELEASES: &[&str] = &[
    "bullseye",
    "bookworm",
    "trixie",
    "forky",
    "oldstable",
    "stable",
    "testing",
    "unstable",
    "sid",
];

pub(super) fn find() -> Result<String> {
    let output = Command::new("apt-get")
        .args(["--print-uris", "update"])
        .output()
        .context("cannot run apt-get, which fetches the packages of a private engine")?;
    if !output.status.success() {
        bail!(
            "`apt-get --print-uris update` failed: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    let printed = String::from_utf8_lossy(&output.stdout);
    Ok(choose(&printed).unwrap_or(DEFAULT).to_owned())
}

/// A mirror serves the component `main` of a release that Debian names. Third parties do that
/// too, so one whose path ends as Debian's own do is preferred.
fn choose(printed: &str) -> Option<&str> {
    let mirrors = || printed.lines().filter_map(mirror_of);
    mirrors()
        .find(|mirror| mirror.ends_with("/debian"))
        .or_else(|| mirrors().next())
}

fn mirror_of(line: &str) -> Option<&str> {
    let uri = line.strip_prefix('\'')?.split('\'').next()?;
    let (mirror, rest) = uri.split_once("/dists/")?;
    let mut parts = rest.split('/');
    let release = parts.next()?;
    let component = parts.next()?;
    let is_debian = RELEASES.contains(&release) && component == "main";
    is_debian.then(|| mirror.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINTED: &str = "\
'https://download.docker.com/linux/debian/dists/bookworm/InRelease' download.docker.com_InRelease 0 
'https://download.docker.com/linux/debian/dists/bookworm/stable/binary-amd64/Packages.bz2' x 0 
'https://apt.example.org/dists/bookworm/main/binary-amd64/Packages.xz' y 0 
'http://security.debian.org/debian-security/dists/bookworm-security/main/binary-amd64/Packages.xz' z 0 
'http://ftp.example.net/pub//debian/dists/bookworm/InRelease' ftp_InRelease 0 
'http://ftp.example.net/pub//debian/dists/bookworm/main/binary-amd64/Packages.xz' ftp_Packages 0 
";

    #[test]
    fn the_mirror_is_the_one_that_serves_main_of_a_debian_release() {
        assert_eq!(choose(PRINTED), Some("http://ftp.example.net/pub//debian"));
    }

    #[test]
    fn a_mirror_under_another_path_serves_where_nothing_better_is_set_up() {
        let only =
            "'https://mirror.example.org/d/dists/trixie/main/binary-arm64/Packages.xz' y 0 \n";
        assert_eq!(choose(only), Some("https://mirror.example.org/d"));
    }

    #[test]
    fn others_repositories_alone_give_no_mirror() {
        let ubuntu =
            "'http://archive.ubuntu.com/ubuntu/dists/noble/main/binary-amd64/Packages.xz' y 0 \n";
        assert_eq!(choose(ubuntu), None);
        assert_eq!(choose("Reading package lists...\n"), None);
    }
}
