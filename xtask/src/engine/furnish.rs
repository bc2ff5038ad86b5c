//! The folder of an engine before it starts: what it sees as /var/lib and /etc, and the settings
//! of what runs beside it.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::certificates;
use super::doors::Door;
use super::kind::Kind;
use super::place::{fresh, make_dir};
use crate::run;

/// `captain` and the password that [`super::doors`] tells, as `htpasswd -B` writes it.
const HTPASSWD: &str = "captain:$2b$05$stevedoreTestHostsAaauliCU0K4x3LamIbM81bXjbVsn5eNi1ui\n";

pub(super) fn prepare(kind: &Kind, run: &Path, shop: &Path) -> Result<()> {
    make_dir(&run.join("lib/docker"))?;
    make_dir(&run.join("home"))?;
    etc(run)?;
    kind.program.settings(&run.join("etc"))?;
    registries(run, shop)?;
    if kind.program.doors().contains(&Door::Tls) {
        certificates::make(&fresh(&run.join("tls"))?)?;
    }
    if kind.program.doors().contains(&Door::Ssh) {
        ssh(run)?;
    }
    Ok(())
}

/// Little is needed in /etc, and the host's own would bring its settings for another engine.
fn etc(run: &Path) -> Result<()> {
    let etc = run.join("etc");
    make_dir(&etc)?;
    let home = run.join("home");
    let home = home.display();
    let write = |file: &str, text: &str| write(&etc.join(file), text);
    // The second is who has no `docker` when coming by ssh; the third is who sshd wants to be.
    write(
        "passwd",
        &format!(
            "root:*:0:0:root:{home}:/bin/sh\nbare:*:0:0:bare:{home}:/bin/sh\n\
             sshd:*:105:65534::/run/sshd:/bin/false\nnobody:*:65534:65534::/:/bin/false\n"
        ),
    )?;
    write("group", "root:x:0:\nnogroup:x:65534:\n")?;
    write("hosts", "127.0.0.1 localhost\n::1 localhost\n")?;
    write(
        "nsswitch.conf",
        "passwd: files\ngroup: files\nhosts: files dns\n",
    )?;
    // Nobody answers there: a name outside is unknown at once instead of after a wait.
    write("resolv.conf", "nameserver 127.0.0.1\n")
}

/// Each begins with the stand-ins, in a copy of its own, so that it can be pushed to.
fn registries(run: &Path, shop: &Path) -> Result<()> {
    let registry = fresh(&run.join("registry"))?;
    write(&registry.join("htpasswd"), HTPASSWD)?;
    for (name, port) in [("open", 5000), ("locked", 5001)] {
        let storage = registry.join(name);
        copy(&shop.join("registry"), &storage)
            .with_context(|| format!("cannot stock {}", storage.display()))?;
        let mut settings = json!({
            "version": "0.1",
            "log": {"level": "warn", "accesslog": {"disabled": true}},
            "storage": {
                "filesystem": {"rootdirectory": storage},
                "delete": {"enabled": true},
                "maintenance": {"uploadpurging": {"enabled": false}},
            },
            "http": {"addr": format!("127.0.0.1:{port}"), "secret": "of a test"},
        });
        if name == "locked"
            && let Value::Object(settings) = &mut settings
        {
            let htpasswd = json!({"realm": "stevedore", "path": registry.join("htpasswd")});
            settings.insert("auth".to_owned(), json!({ "htpasswd": htpasswd }));
        }
        // The registry reads YAML, of which JSON is a part.
        write(
            &registry.join(format!("{name}.yml")),
            &serde_json::to_string_pretty(&settings)?,
        )?;
    }
    Ok(())
}

/// The settings of both ends. The keys are made where the engine starts, by its own ssh-keygen.
fn ssh(run: &Path) -> Result<()> {
    let ssh = fresh(&run.join("ssh"))?;
    make_dir(&ssh.join("bin"))?;
    write(&ssh.join("sshd_config"), &sshd_config(&ssh))?;
    write(&ssh.join("config"), &ssh_config(&ssh))?;
    let wrapper = ssh.join("bin/ssh");
    let program = run::which("ssh").unwrap_or_else(|| "/usr/bin/ssh".into());
    let config = ssh.join("config");
    write(
        &wrapper,
        &format!(
            "#!/bin/sh\n# The machine's ssh, with settings that know a private engine.\n\
             exec '{}' -F '{}' \"$@\"\n",
            program.display(),
            config.display()
        ),
    )?;
    fs::set_permissions(&wrapper, Permissions::from_mode(0o755))?;
    Ok(())
}

fn sshd_config(ssh: &Path) -> String {
    let ssh = ssh.display();
    format!(
        "ListenAddress 127.0.0.1:22\n\
         HostKey \"{ssh}/host\"\n\
         AuthorizedKeysFile \"{ssh}/id.pub\"\n\
         PidFile none\n\
         UsePAM no\n\
         PasswordAuthentication no\n\
         KbdInteractiveAuthentication no\n\
         PermitRootLogin prohibit-password\n\
         StrictModes no\n\
         MaxStartups 200\n\
         MaxSessions 200\n\
         Match User bare\n\
         \x20   SetEnv PATH=/nowhere\n"
    )
}

fn ssh_config(ssh: &Path) -> String {
    let ssh = ssh.display();
    // The first value that is found counts, but for the keys, of which all are tried.
    format!(
        "Host engine-wrong-key\n\
         \x20   IdentityFile \"{ssh}/wrong\"\n\
         Host engine* !engine-wrong-key\n\
         \x20   IdentityFile \"{ssh}/id\"\n\
         Host engine-unknown\n\
         \x20   UserKnownHostsFile /dev/null\n\
         Host engine-changed\n\
         \x20   UserKnownHostsFile \"{ssh}/changed_hosts\"\n\
         Host engine-without-docker\n\
         \x20   User bare\n\
         Host engine-silent\n\
         \x20   Port 9\n\
         Host engine*\n\
         \x20   HostName 127.0.0.1\n\
         \x20   HostKeyAlias engine\n\
         \x20   User root\n\
         \x20   UserKnownHostsFile \"{ssh}/known_hosts\"\n\
         \x20   GlobalKnownHostsFile /dev/null\n\
         \x20   StrictHostKeyChecking yes\n\
         \x20   IdentitiesOnly yes\n\
         \x20   IdentityAgent none\n\
         \x20   BatchMode yes\n"
    )
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    make_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_pushed_in_an_earlier_life_is_gone_and_the_shop_is_never_written_to() {
        let dir = tempfile::tempdir().unwrap();
        let (shop, run) = (dir.path().join("shop"), dir.path().join("run"));
        make_dir(&shop.join("registry/docker")).unwrap();
        fs::write(shop.join("registry/docker/blob"), "stand-in").unwrap();
        registries(&run, &shop).unwrap();
        fs::write(run.join("registry/open/docker/blob"), "pushed").unwrap();
        registries(&run, &shop).unwrap();
        for path in [
            run.join("registry/open"),
            run.join("registry/locked"),
            shop.join("registry"),
        ] {
            let blob = fs::read_to_string(path.join("docker/blob")).unwrap();
            assert_eq!(blob, "stand-in");
        }
    }

    #[test]
    fn only_the_locked_registry_asks_who_is_there() {
        let dir = tempfile::tempdir().unwrap();
        make_dir(&dir.path().join("shop/registry")).unwrap();
        registries(dir.path(), &dir.path().join("shop")).unwrap();
        let settings = |name: &str| -> Value {
            let file = dir.path().join("registry").join(name);
            serde_json::from_slice(&fs::read(file).unwrap()).unwrap()
        };
        assert_eq!(settings("open.yml")["auth"], Value::Null);
        let file = settings("locked.yml")["auth"]["htpasswd"]["path"].clone();
        let text = fs::read_to_string(file.as_str().unwrap()).unwrap();
        assert!(text.starts_with(&format!("{}:", super::super::doors::USER)));
    }
}
