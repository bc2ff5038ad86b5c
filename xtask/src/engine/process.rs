//! A private engine as processes: starting them, knowing them again, ending them.
//!
//! `unshare` holds the engine's namespaces and is called the outer process here; its only child,
//! the script `inside.sh`, is the first process in them. Both are remembered by pid and known
//! again by what their command line says ([`super::pid`]).

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use rustix::process::Signal;
use serde_json::{Value, json};

use super::kind::Kind;
use super::pid::{child_of, ends_within, handle, is_ours, parent_of, signal};
use super::place::Place;
use super::{furnish, raw, say};

const START_LIMIT: Duration = Duration::from_mins(1);
/// An engine without containers needs one second. One that waits longer waits for a container that
/// ignores the request to end; in a private engine such a container is not waited for in full.
const STOP_LIMIT: Duration = Duration::from_secs(5);
const KILL_LIMIT: Duration = Duration::from_secs(5);
const TICK: Duration = Duration::from_millis(20);

/// What is remembered of a running engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct State {
    pub(super) outer: u32,
    pub(super) init: u32,
    pub(super) cgroup: String,
    /// Somebody asked for it to stay up; runs that merely use it leave it alone.
    pub(super) stays: bool,
}

impl State {
    /// The state of an engine that is running; one left by an engine that is gone counts as none.
    pub(super) fn live(place: &Place, name: &str) -> Option<State> {
        State::read(place, name).filter(|state| is_ours(state.outer, &script(place, name)))
    }

    fn read(place: &Place, name: &str) -> Option<State> {
        State::from_json(&fs::read(file(place, name)).ok()?)
    }

    fn from_json(bytes: &[u8]) -> Option<State> {
        let value: Value = serde_json::from_slice(bytes).ok()?;
        let pid = |key| value.get(key)?.as_u64()?.try_into().ok();
        Some(State {
            outer: pid("outer")?,
            init: pid("init")?,
            cgroup: value.get("cgroup")?.as_str()?.to_owned(),
            stays: value.get("stays")?.as_bool()?,
        })
    }

    fn to_json(&self) -> Value {
        json!({"outer": self.outer, "init": self.init, "cgroup": self.cgroup, "stays": self.stays})
    }

    /// Replaces the file as a whole, so that no reader sees half of it.
    pub(super) fn write(&self, place: &Place, name: &str) -> Result<()> {
        let path = file(place, name);
        let fresh = path.with_extension("json.new");
        fs::write(&fresh, self.to_json().to_string())?;
        fs::rename(&fresh, &path).with_context(|| format!("cannot write {}", path.display()))
    }
}

fn file(place: &Place, name: &str) -> PathBuf {
    place.run(name).join("state.json")
}

fn script(place: &Place, name: &str) -> PathBuf {
    place.run(name).join("inside.sh")
}

/// Starts an engine and returns once it and what stands beside it answer. The caller holds the lock.
pub(super) fn start(
    place: &Place,
    kind: &Kind,
    root: &Path,
    tools: &Path,
    shop: &Path,
) -> Result<Child> {
    let began = Instant::now();
    let name = kind.name;
    let run = place.run(name);
    sweep(place, name)?;
    furnish::prepare(kind, &run, shop)?;
    let script = script(place, name);
    fs::write(&script, include_str!("inside.sh"))?;
    let log = run.join("log");
    let out = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
    let cgroup = format!("stevedore-{}-{name}", place.tag());
    let child = Command::new("setsid")
        .args([
            "unshare",
            "--mount",
            "--propagation",
            "slave",
            "--net",
            "--uts",
            "--ipc",
            "--pid",
        ])
        .args(["--fork", "--mount-proc", "--kill-child", "/bin/sh"])
        .arg(&script)
        .arg(name)
        .args([root, &run, &tools.join("usr/bin")])
        .arg(&cgroup)
        .args(
            kind.program
                .command_line(&place.socket(name), &run, &cgroup, kind.flags),
        )
        // Nothing of the caller's settings (proxies, DOCKER_*, LD_*) is the engine's.
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .env("HOME", "/root")
        .envs(kind.variables.iter().copied())
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(out.try_clone()?)
        .stderr(out)
        .spawn()
        .context("cannot run setsid and unshare, of the package util-linux")?;
    let mut starting = Starting {
        place,
        kind,
        child: Some(child),
        cgroup,
    };
    starting.finish(began).map_err(|error| {
        let end = tail(&log);
        anyhow!(
            "{name} did not start: {error:#}; its log, {}, ends:\n{end}",
            log.display()
        )
    })
}

/// Whether somebody listens on that port of 127.0.0.1, by what `/proc/net/tcp` says.
fn is_listening(listed: &str, port: u16) -> bool {
    let mark = format!(" 0100007F:{port:04X} 00000000:0000 0A ");
    listed.contains(&mark)
}

/// An engine on its way up; what is dropped before it is up is ended.
struct Starting<'a> {
    place: &'a Place,
    kind: &'a Kind,
    child: Option<Child>,
    cgroup: String,
}

impl Starting<'_> {
    fn finish(&mut self, began: Instant) -> Result<Child> {
        let outer = self.child.as_ref().map(Child::id).context("no process")?;
        // Known before anything can go wrong; its first process is found a moment later.
        let mut state = State {
            outer,
            init: 0,
            cgroup: self.cgroup.clone(),
            stays: false,
        };
        state.write(self.place, self.kind.name)?;
        state.init = self.until(began, "its first process", || child_of(outer))?;
        state.write(self.place, self.kind.name)?;
        let socket = self.place.socket(self.kind.name);
        self.until(began, "an answer on its socket", || {
            raw::get(&socket, "/_ping", &[], &[])
                .ok()
                .filter(|pong| pong.status == 200)
        })?;
        let sockets = format!("/proc/{outer}/net/tcp");
        let ports = self
            .kind
            .program
            .doors()
            .iter()
            .flat_map(|door| door.ports());
        for port in ports {
            self.until(began, &format!("a listener on port {port}"), || {
                let listed = fs::read_to_string(&sockets).ok()?;
                is_listening(&listed, *port).then_some(())
            })?;
        }
        say(&format!(
            "{}: up after {:.2} s",
            self.kind.name,
            began.elapsed().as_secs_f64()
        ));
        self.child.take().context("no process")
    }

    fn until<T>(&mut self, began: Instant, what: &str, look: impl Fn() -> Option<T>) -> Result<T> {
        loop {
            if let Some(found) = look() {
                return Ok(found);
            }
            if let Some(status) = self
                .child
                .as_mut()
                .map(Child::try_wait)
                .transpose()?
                .flatten()
            {
                bail!("the engine ended ({status}) before there was {what}");
            }
            if began.elapsed() > START_LIMIT {
                bail!("there was no {what} within {} s", START_LIMIT.as_secs());
            }
            std::thread::sleep(TICK);
        }
    }
}

impl Drop for Starting<'_> {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // Its first process gets KILL with it, and so does everything else in there.
            let _ = child.kill();
            let _ = child.wait();
            let _ = sweep(self.place, self.kind.name);
            remove_cgroups(&self.cgroup);
        }
    }
}

/// Ends an engine: asks it to, waits, and then insists. The caller holds the lock.
pub(super) fn stop(place: &Place, name: &str, child: Option<Child>) -> Result<()> {
    let began = Instant::now();
    if let Some(state) = State::read(place, name) {
        let ended = end(&state, &script(place, name))
            .with_context(|| format!("cannot stop {name} (pid {})", state.outer))?;
        if let Some(mut child) = child.filter(|child| child.id() == state.outer) {
            child.wait()?;
        }
        if ended {
            say(&format!(
                "{name}: down after {:.2} s",
                began.elapsed().as_secs_f64()
            ));
        }
    }
    sweep(place, name)
}

/// Whether there was anything of ours to end.
fn end(state: &State, script: &Path) -> Result<bool> {
    // The handle is taken before the check: what is checked is what is signalled.
    let Some(outer) = handle(state.outer)? else {
        return Ok(false);
    };
    if !is_ours(state.outer, script) {
        return Ok(false);
    }
    let init = handle(state.init)?.filter(|_| parent_of(state.init) == Some(state.outer));
    if let Some(init) = &init {
        for (wish, limit) in [(Signal::TERM, STOP_LIMIT), (Signal::KILL, KILL_LIMIT)] {
            signal(init, wish)?;
            if ends_within(&outer, limit)? {
                return Ok(true);
            }
        }
    }
    signal(&outer, Signal::KILL)?;
    if !ends_within(&outer, KILL_LIMIT)? {
        bail!("it does not end, even on KILL");
    }
    Ok(true)
}

/// Removes what an engine that is gone left in its folder.
fn sweep(place: &Place, name: &str) -> Result<()> {
    if let Some(state) = State::read(place, name) {
        remove_cgroups(&state.cgroup);
    }
    for left in [place.socket(name), file(place, name)] {
        match fs::remove_file(&left) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("cannot remove {}", left.display()));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Containers' groups are empty once their processes are gone, which the kernel may notice a
/// little later. They lie in one folder per controller, or in a single one on newer systems.
fn remove_cgroups(cgroup: &str) {
    let top = Path::new("/sys/fs/cgroup");
    let hierarchies = fs::read_dir(top)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path());
    let mut groups: Vec<PathBuf> = hierarchies.map(|path| path.join(cgroup)).collect();
    groups.push(top.join(cgroup));
    let until = Instant::now() + KILL_LIMIT;
    groups.retain(|group| group.is_dir());
    while !groups.is_empty() && Instant::now() < until {
        for group in &groups {
            remove_tree(group);
        }
        groups.retain(|group| group.is_dir());
        if !groups.is_empty() {
            std::thread::sleep(TICK);
        }
    }
    for group in groups {
        say(&format!("{} could not be removed", group.display()));
    }
}

/// A control group is a folder that is removed although it shows files.
fn remove_tree(group: &Path) {
    for entry in fs::read_dir(group).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            remove_tree(&entry.path());
        }
    }
    let _ = fs::remove_dir(group);
}

fn tail(log: &Path) -> String {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    let from = lines.len().saturating_sub(20);
    lines.get(from..).unwrap_or_default().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_comes_back_as_it_was_written() {
        let state = State {
            outer: 7,
            init: 8,
            cgroup: "stevedore-x".to_owned(),
            stays: true,
        };
        assert_eq!(
            State::from_json(state.to_json().to_string().as_bytes()),
            Some(state)
        );
        assert_eq!(State::from_json(b"{\"outer\": 7}"), None);
    }

    #[test]
    fn a_listener_is_told_from_a_connection_to_the_same_port() {
        let listed = "  sl  local_address rem_address   st\n\
             \x20  0: 0100007F:1388 00000000:0000 0A 00000000:00000000\n\
             \x20  1: 0100007F:0016 0100007F:8A2C 01 00000000:00000000\n";
        assert!(is_listening(listed, 5000));
        assert!(!is_listening(listed, 22));
        assert!(!is_listening(listed, 0x138));
    }
}
