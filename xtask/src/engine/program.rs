//! The programs that engines are, and how each is told to serve where we want it.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use rustix::process::{Resource, getrlimit};

use super::doors::Door;
use super::place::make_dir;

/// What an engine is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Program {
    Dockerd,
    Podman,
}

impl Program {
    /// What leads to it beside its socket.
    pub(super) fn doors(self) -> &'static [Door] {
        match self {
            Self::Dockerd => &[Door::Tcp, Door::Tls, Door::Ssh, Door::Registry],
            // Not every version serves TLS, and none is what `docker` expects behind ssh.
            Self::Podman => &[Door::Tcp, Door::Registry],
        }
    }

    /// Its command line: to serve on a socket, with the folder `run`, its containers in a control
    /// group, and what tells this engine from others.
    pub(super) fn command_line(
        self,
        socket: &Path,
        run: &Path,
        cgroup: &str,
        flags: &[&str],
    ) -> Vec<OsString> {
        let address = format!("unix://{}", socket.display());
        let mut words: Vec<OsString> = Vec::new();
        match self {
            Self::Dockerd => {
                words.extend(["dockerd", "--group", "root"].map(Into::into));
                words.extend(["--registry-mirror", "http://127.0.0.1:5000"].map(Into::into));
                words.extend(["--exec-opt", "native.cgroupdriver=cgroupfs"].map(Into::into));
                words.extend(["--cgroup-parent".into(), format!("/{cgroup}").into()]);
                words.extend(["--host".into(), address.into()]);
                words.extend(tls_flags(run));
                words.extend(flags.iter().map(Into::into));
            }
            Self::Podman => {
                words.extend(["podman", "--log-level=warn"].map(Into::into));
                words.extend(flags.iter().map(Into::into));
                words.extend(["system", "service", "--time=0"].map(Into::into));
                words.push(address.into());
            }
        }
        words
    }

    /// Writes the files in `etc` that it reads.
    pub(super) fn settings(self, etc: &Path) -> Result<()> {
        match self {
            Self::Dockerd => Ok(()),
            Self::Podman => podman_settings(&etc.join("containers")),
        }
    }
}

/// Under 127.0.0.2 the same listener is found by a name that its certificate does not have.
fn tls_flags(run: &Path) -> Vec<OsString> {
    let mut flags: Vec<OsString> = vec!["--tlsverify".into()];
    for (flag, file) in [
        ("--tlscacert", "ca.pem"),
        ("--tlscert", "cert.pem"),
        ("--tlskey", "key.pem"),
    ] {
        flags.push(flag.into());
        flags.push(run.join("tls/server").join(file).into());
    }
    for address in ["tcp://127.0.0.1:2376", "tcp://127.0.0.2:2376"] {
        flags.extend(["--host".into(), address.into()]);
    }
    flags
}

/// Without systemd, and with what Docker does by itself: images from Docker Hub by their short
/// names, registries on this machine without TLS.
fn podman_settings(folder: &Path) -> Result<()> {
    make_dir(folder)?;
    let write = |file: &str, text: &str| {
        let path = folder.join(file);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
    };
    write(
        "policy.json",
        r#"{"default": [{"type": "insecureAcceptAnything"}]}"#,
    )?;
    write(
        "registries.conf",
        r#"unqualified-search-registries = ["docker.io"]

[[registry]]
location = "docker.io"
[[registry.mirror]]
location = "127.0.0.1:5000"
insecure = true

[[registry]]
location = "127.0.0.1"
insecure = true

[[registry]]
location = "127.0.0.1:5000"
insecure = true

[[registry]]
location = "127.0.0.1:5001"
insecure = true
"#,
    )?;
    let limits = [("nofile", Resource::Nofile), ("nproc", Resource::Nproc)];
    let limits = limits.map(|(name, resource)| limit(name, getrlimit(resource).maximum));
    write(
        "containers.conf",
        &format!(
            r#"[containers]
log_driver = "k8s-file"
# By itself it asks for more than a machine may allow.
default_ulimits = [{}]

[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "crun"
retry = 0

[network]
network_backend = "netavark"
"#,
            limits.concat().trim_end_matches(", ")
        ),
    )
}

/// None where there is no limit.
fn limit(name: &str, most: Option<u64>) -> String {
    most.map_or_else(String::new, |most| format!("\"{name}={most}:{most}\", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_written_where_there_is_one() {
        assert_eq!(limit("nofile", Some(20000)), "\"nofile=20000:20000\", ");
        assert_eq!(limit("nproc", None), "");
    }

    #[test]
    fn what_tells_an_engine_from_others_comes_where_its_program_takes_it() {
        let line = |program: Program| {
            let socket = Path::new("/e/docker.sock");
            let words = program.command_line(socket, Path::new("/e"), "group", &["--mark"]);
            let words: Vec<String> = words
                .into_iter()
                .map(|word| word.into_string().unwrap())
                .collect();
            words.join(" ")
        };
        assert_eq!(
            line(Program::Podman),
            "podman --log-level=warn --mark system service --time=0 unix:///e/docker.sock"
        );
        let dockerd = line(Program::Dockerd);
        assert!(dockerd.ends_with(" --mark"), "{dockerd}");
        assert!(
            dockerd.contains("--host unix:///e/docker.sock --tlsverify"),
            "{dockerd}"
        );
    }
}
