//! Fetching a distribution's packages and unpacking them aside.
//!
//! apt works on lists, a cache and a dpkg status of its own, all in our folder. The status is
//! empty, so the whole closure is named, down to the C library. Nothing is configured and no
//! maintainer script runs: the host's packages stay as they are.

use std::collections::VecDeque;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, anyhow, bail};

use super::kind::Suite;
use super::place::{Place, fresh_part, make_dir};
use super::{mirror, say};

/// The keys that Debian signs with, under the names of its releases 12 and 13.
const KEYRINGS: &[&str] = &[
    "/usr/share/keyrings/debian-archive-keyring.gpg",
    "/usr/share/keyrings/debian-archive-keyring.pgp",
];

/// Beside the engine itself: what it calls by name, what the first process of its namespaces
/// needs once /usr has been exchanged, and what opens other ways to the engine.
const COMPANIONS: &[&str] = &[
    "bash",
    "coreutils",
    "dash",
    "gzip",
    "iproute2",
    "iptables",
    "kmod",
    "mount",
    "openssh-server",
    "procps",
    "socat",
    "tar",
    "util-linux",
    "xz-utils",
];

/// Of these, what would be missed only after a while.
const NEEDED: &[&str] = &["iptables", "ip", "ps", "sh", "socat"];

/// Part of the closure by name, of no use to an engine, and large.
const UNWANTED: &[&str] = &[
    "debconf",
    "dpkg",
    "libc-gconv-modules-extra",
    "libgdbm",
    "libperl",
    "libsystemd-shared",
    "openssl-provider-legacy",
    "perl",
    "systemd",
];

/// What the post-install scripts of iptables would have linked to its nftables flavour.
const IPTABLES: &[&str] = &[
    "iptables",
    "iptables-save",
    "iptables-restore",
    "ip6tables",
    "ip6tables-save",
    "ip6tables-restore",
];

/// The unpacked root of an engine's suite, installed where it is missing.
pub(super) fn suite(place: &Place, suite: &Suite) -> Result<PathBuf> {
    install(place, suite.label, suite.release, |apt, part| {
        let mut wanted = suite.packages.to_vec();
        wanted.extend(COMPANIONS);
        let names = apt.closure(&wanted)?;
        let names: Vec<&str> = names
            .iter()
            .map(String::as_str)
            .filter(|name| !unwanted(name))
            .collect();
        // Merged folders first, so that what older packages put into /bin lands in /usr/bin.
        for dir in ["bin", "sbin", "lib", "lib64"] {
            make_dir(&part.join("usr").join(dir))?;
            symlink(format!("usr/{dir}"), part.join(dir))?;
        }
        make_dir(&part.join("usr/lib/modules"))?;
        apt.fetch_and_unpack(&names, part)?;
        link_what_scripts_would(part)?;
        for program in suite.programs.iter().chain(NEEDED) {
            let found = ["usr/bin", "usr/sbin", "usr/lib/podman"]
                .iter()
                .any(|dir| part.join(dir).join(program).exists());
            if !found {
                bail!("the packages of Debian {} hold no {program}", suite.release);
            }
        }
        Ok(())
    })
}

/// The three programs that stand-ins and registry are made of. They come without their closure:
/// two are static, and the registry needs only the C library of whatever suite it runs in.
pub(super) fn tools(place: &Place) -> Result<PathBuf> {
    install(place, "tools", "bookworm", |apt, part| {
        make_dir(&part.join("usr/bin"))?;
        symlink("usr/bin", part.join("bin"))?;
        apt.fetch_and_unpack(&["bash-static", "busybox-static", "docker-registry"], part)
    })
}

/// The docker command of sid, beside the C library that it was built for.
pub(super) fn client(place: &Place) -> Result<PathBuf> {
    install(place, "client", "sid", |apt, part| {
        for dir in ["bin", "sbin", "lib", "lib64"] {
            make_dir(&part.join("usr").join(dir))?;
            symlink(format!("usr/{dir}"), part.join(dir))?;
        }
        apt.fetch_and_unpack(&["docker-cli", "libc6"], part)
    })
}

/// The C compiler for Windows, with the libraries that it is linked with but for the C library:
/// the host's is of that release or newer.
pub(super) fn windows_compiler(place: &Place) -> Result<PathBuf> {
    install(place, "windows", "bookworm", |apt, part| {
        let packages = [
            "gcc-mingw-w64-x86-64-posix",
            "gcc-mingw-w64-x86-64-posix-runtime",
            "binutils-mingw-w64-x86-64",
            "mingw-w64-common",
            "mingw-w64-x86-64-dev",
            "libgmp10",
            "libisl23",
            "libmpc3",
            "libmpfr6",
            "libzstd1",
            "zlib1g",
        ];
        apt.fetch_and_unpack(&packages, part)
    })
}

fn install(
    place: &Place,
    label: &str,
    suite: &str,
    fill: impl FnOnce(&Apt, &Path) -> Result<()>,
) -> Result<PathBuf> {
    let root = place.root(label);
    if root.exists() {
        return Ok(root);
    }
    make_dir(root.parent().unwrap_or(&root))?;
    let _busy = place.lock(&format!("install-{label}"), &format!("installing {label}"))?;
    if root.exists() {
        return Ok(root);
    }
    let part = fresh_part(&root)?;
    let began = Instant::now();
    let work = part.join("apt");
    let apt = Apt::update(&work, suite)?;
    fill(&apt, &part).with_context(|| format!("cannot unpack {label} aside"))?;
    fs::remove_dir_all(&work)?;
    fs::rename(&part, &root)?;
    say(&format!(
        "{label}: ready in {}, after {:.1} s",
        root.display(),
        began.elapsed().as_secs_f64()
    ));
    Ok(root)
}

/// apt with a state of its own.
struct Apt {
    work: PathBuf,
    suite: String,
}

impl Apt {
    fn update(work: &Path, suite: &str) -> Result<Apt> {
        let keyring = KEYRINGS
            .iter()
            .find(|path| Path::new(path).exists())
            .context(
                "the keys of Debian are missing; install the package debian-archive-keyring",
            )?;
        for dir in ["lists/partial", "cache/archives/partial", "debs"] {
            make_dir(&work.join(dir))?;
        }
        fs::write(work.join("status"), "")?;
        let mirror = mirror::find()?;
        fs::write(
            work.join("debian.sources"),
            format!(
                "Types: deb\nURIs: {mirror}\nSuites: {suite}\nComponents: main\nSigned-By: {keyring}\n"
            ),
        )?;
        let apt = Apt {
            work: work.to_owned(),
            suite: suite.to_owned(),
        };
        let arch = text_of(Command::new("dpkg").arg("--print-architecture"))?;
        fs::write(work.join("apt.conf"), apt.settings(arch.trim())?)?;
        let began = Instant::now();
        apt.run(&["update"])?;
        say(&format!(
            "{suite}: package lists from {mirror} in {:.1} s",
            began.elapsed().as_secs_f64()
        ));
        Ok(apt)
    }

    /// The host's own settings are left out, hooks and preferences with them; only how it
    /// reaches mirrors (proxies, checks, retries) is carried over.
    fn settings(&self, arch: &str) -> Result<String> {
        let work = self.work.display();
        let host = text_of(Command::new("apt-config").args(["dump", "Acquire"]))?;
        Ok(format!(
            "Dir::Etc::main \"/dev/null\";\nDir::Etc::parts \"/dev/null\";\n\
             Dir::Etc::sourcelist \"{work}/debian.sources\";\nDir::Etc::sourceparts \"/dev/null\";\n\
             Dir::Etc::preferences \"/dev/null\";\nDir::Etc::preferencesparts \"/dev/null\";\n\
             Dir::State \"{work}\";\nDir::State::lists \"{work}/lists\";\nDir::State::status \"{work}/status\";\n\
             Dir::Cache \"{work}/cache\";\n\
             APT::Architecture \"{arch}\";\nAPT::Architectures \"{arch}\";\n\
             APT::Install-Recommends \"false\";\nAPT::Sandbox::User \"root\";\n\
             {}Acquire::Languages \"none\";\n",
            carried_over(&host)
        ))
    }

    /// The names of these packages and of all that they depend on.
    fn closure(&self, wanted: &[&str]) -> Result<Vec<String>> {
        let mut arguments = vec!["--yes", "--print-uris", "install"];
        arguments.extend(wanted);
        let printed = self.run(&arguments)?;
        Ok(printed
            .lines()
            .filter_map(package_of)
            .map(str::to_owned)
            .collect())
    }

    fn fetch_and_unpack(&self, names: &[&str], root: &Path) -> Result<()> {
        let began = Instant::now();
        say(&format!(
            "{}: downloading {} packages",
            self.suite,
            names.len()
        ));
        let mut arguments = vec!["download"];
        arguments.extend(names);
        self.run(&arguments)?;
        let debs = fs::read_dir(self.work.join("debs"))?
            .map(|entry| Ok(entry?.path()))
            .collect::<Result<Vec<_>>>()?;
        if debs.len() != names.len() {
            bail!(
                "{} packages were asked for and {} came",
                names.len(),
                debs.len()
            );
        }
        let mut sized = debs
            .into_iter()
            .map(|deb| Ok((fs::metadata(&deb)?.len(), deb)))
            .collect::<Result<Vec<_>>>()?;
        let bytes: u64 = sized.iter().map(|(size, _)| size).sum();
        say(&format!(
            "{}: {:.0} MB downloaded in {:.1} s; unpacking",
            self.suite,
            megabytes(bytes),
            began.elapsed().as_secs_f64()
        ));
        let began = Instant::now();
        sized.sort_unstable_by(|a, b| b.cmp(a));
        unpack_all(sized.into_iter().map(|(_, deb)| deb).collect(), root)?;
        say(&format!(
            "{}: unpacked in {:.1} s",
            self.suite,
            began.elapsed().as_secs_f64()
        ));
        Ok(())
    }

    fn run(&self, arguments: &[&str]) -> Result<String> {
        let mut command = Command::new("apt-get");
        command
            .arg("--quiet")
            .args(arguments)
            .current_dir(self.work.join("debs"))
            .env("APT_CONFIG", self.work.join("apt.conf"))
            .env("DEBIAN_FRONTEND", "noninteractive")
            .env("LC_ALL", "C");
        text_of(&mut command)
    }
}

/// Standard output; where the program fails, what it said on standard error.
fn text_of(command: &mut Command) -> Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output().with_context(|| {
        format!("cannot run {program}: private engines are made of Debian packages")
    })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    bail!("{program} failed ({}):\n{}", output.status, said.trim())
}

fn carried_over(dump: &str) -> String {
    let ours = [
        "Acquire::Languages",
        "Acquire::IndexTargets",
        "Acquire::Changelogs",
    ];
    let keep = |line: &&str| {
        line.starts_with("Acquire::") && !ours.iter().any(|name| line.starts_with(name))
    };
    dump.lines()
        .filter(keep)
        .flat_map(|line| [line, "\n"])
        .collect()
}

/// `'http://…/dash_0.5_amd64.deb' dash_0.5_amd64.deb 98504 SHA256:…` names `dash`.
fn package_of(line: &str) -> Option<&str> {
    let file = line
        .strip_prefix('\'')?
        .split_once("' ")?
        .1
        .split(' ')
        .next()?;
    file.strip_suffix(".deb")?.split('_').next()
}

fn unwanted(name: &str) -> bool {
    UNWANTED.iter().any(|start| name.starts_with(start))
}

/// Two at a time: decompressing is what takes long. The largest come first.
fn unpack_all(debs: VecDeque<PathBuf>, root: &Path) -> Result<()> {
    let queue = Mutex::new(debs);
    let work = || -> Result<()> {
        loop {
            let next = queue
                .lock()
                .map_err(|_| anyhow!("another unpacking failed"))?
                .pop_front();
            let Some(deb) = next else { return Ok(()) };
            unpack(&deb, root).with_context(|| format!("cannot unpack {}", deb.display()))?;
        }
    };
    thread::scope(|scope| {
        let other = scope.spawn(work);
        let this = work();
        this.and(other.join().map_err(|_| anyhow!("unpacking failed"))?)
    })
}

fn unpack(deb: &Path, root: &Path) -> Result<()> {
    let mut source = Command::new("dpkg-deb")
        .arg("--fsys-tarfile")
        .arg(deb)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot run dpkg-deb")?;
    let stream = source.stdout.take().context("dpkg-deb without output")?;
    let tar = Command::new("tar")
        .arg("--directory")
        .arg(root)
        .arg("--keep-directory-symlink")
        .args(
            ["doc", "man", "locale", "bash-completion", "info", "lintian"]
                .map(|dir| format!("--exclude=./usr/share/{dir}")),
        )
        .args(["--extract", "--preserve-permissions", "--file=-"])
        .stdin(stream)
        .status()
        .context("cannot run tar")?;
    let source = source.wait()?;
    if !tar.success() || !source.success() {
        bail!("dpkg-deb: {source}, tar: {tar}");
    }
    Ok(())
}

fn link_what_scripts_would(root: &Path) -> Result<()> {
    let sbin = root.join("usr/sbin");
    for name in IPTABLES {
        if sbin.join("xtables-nft-multi").exists() && !sbin.join(name).exists() {
            symlink("xtables-nft-multi", sbin.join(name))?;
        }
    }
    let shell = root.join("usr/bin/sh");
    if !shell.exists() {
        symlink("dash", shell)?;
    }
    Ok(())
}

#[allow(
    clippy::cast_precision_loss,
    reason = "a figure for people, rounded to whole megabytes"
)]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closure_is_read_from_the_addresses_apt_prints() {
        let line = "'http://m/pool/main/d/dash/dash_0.5.12-12_amd64.deb' dash_0.5.12-12_amd64.deb 98504 SHA256:ab";
        assert_eq!(package_of(line), Some("dash"));
        let epoch =
            "'http://m/pool/z/zlib1g_1.2_amd64.deb' zlib1g_1%3a1.2_amd64.deb 86684 SHA256:cd";
        assert_eq!(package_of(epoch), Some("zlib1g"));
        assert_eq!(
            package_of("The following NEW packages will be installed:"),
            None
        );
        assert_eq!(
            package_of("'http://m/dists/sid/InRelease' m_dists_sid_InRelease 0 "),
            None
        );
    }

    #[test]
    fn the_hosts_way_to_its_mirrors_is_carried_over_and_its_choice_of_lists_is_not() {
        let dump = "Acquire \"\";\nAcquire::http::Proxy \"http://p:3128\";\n\
                    Acquire::Languages \"\";\nAcquire::Languages:: \"de\";\n\
                    Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled \"1\";\n";
        assert_eq!(
            carried_over(dump),
            "Acquire::http::Proxy \"http://p:3128\";\n"
        );
    }
}
