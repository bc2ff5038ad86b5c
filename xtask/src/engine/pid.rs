//! Processes by number: whether one is still who it was, and how to end it.
//!
//! A number is soon another process's. So nothing is signalled by number alone: a handle is taken
//! first, then the command line is read, and the signal goes to the handle.

use std::fs;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

/// A handle on a process; none where there is no such process.
pub(super) fn handle(pid: u32) -> Result<Option<OwnedFd>> {
    let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) else {
        return Ok(None);
    };
    match pidfd_open(pid, PidfdFlags::empty()) {
        Ok(handle) => Ok(Some(handle)),
        Err(rustix::io::Errno::SRCH) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Sends a signal; a process that has just ended needs none.
pub(super) fn signal(process: &OwnedFd, signal: Signal) -> Result<()> {
    match pidfd_send_signal(process, signal) {
        Ok(()) | Err(rustix::io::Errno::SRCH) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Waits for a process to end. One that nobody collected yet has ended.
pub(super) fn ends_within(process: &OwnedFd, limit: Duration) -> Result<bool> {
    let until = Instant::now() + limit;
    loop {
        let left = Timespec::try_from(until.saturating_duration_since(Instant::now()))?;
        match poll(&mut [PollFd::new(process, PollFlags::IN)], Some(&left)) {
            Ok(ready) => return Ok(ready > 0),
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Whether the process runs that script, as its command line says.
pub(super) fn is_ours(pid: u32, script: &Path) -> bool {
    is_alive(pid) && fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|line| runs(&line, script))
}

/// Whether a command line, its words closed by zeros, has the script as one of its words.
fn runs(cmdline: &[u8], script: &Path) -> bool {
    let script = script.as_os_str().as_encoded_bytes();
    cmdline.split(|byte| *byte == 0).any(|word| word == script)
}

/// A process that has ended and was not yet collected by its parent is not alive.
fn is_alive(pid: u32) -> bool {
    stat(pid).is_some_and(|(state, _)| !matches!(state, 'Z' | 'X'))
}

pub(super) fn parent_of(pid: u32) -> Option<u32> {
    stat(pid).map(|(_, parent)| parent)
}

pub(super) fn child_of(parent: u32) -> Option<u32> {
    let entries = fs::read_dir("/proc").ok()?;
    let mut pids = entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.find(|pid| parent_of(*pid) == Some(parent))
}

fn stat(pid: u32) -> Option<(char, u32)> {
    parse_stat(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

/// State and parent. The program's name stands before them in brackets and may hold anything.
fn parse_stat(line: &str) -> Option<(char, u32)> {
    let mut fields = line.rsplit_once(')')?.1.split_ascii_whitespace();
    Some((fields.next()?.chars().next()?, fields.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn the_state_of_a_process_is_found_behind_any_name() {
        assert_eq!(parse_stat("42 (a) Z 7 (b) S 1 42 42 0"), Some(('S', 1)));
        assert_eq!(parse_stat("42 (unshare) Z 7 1 1 0"), Some(('Z', 7)));
        assert_eq!(parse_stat(""), None);
    }

    #[test]
    fn a_pid_that_is_anothers_now_is_not_ours() {
        let own = std::process::id();
        assert!(is_alive(own));
        assert!(!is_ours(own, Path::new("/nowhere/inside.sh")));
        assert!(!is_alive(u32::MAX));
    }

    #[test]
    fn only_a_whole_word_of_a_command_line_counts() {
        let line = b"unshare\0--net\0/bin/sh\0/e/run/docker-28.5/inside.sh\0docker-28.5\0";
        assert!(runs(line, Path::new("/e/run/docker-28.5/inside.sh")));
        assert!(!runs(line, Path::new("/run/docker-28.5/inside.sh")));
        assert!(!runs(
            b"vi\0/e/run/docker-28.5/inside.sh.orig\0",
            Path::new("/e/run/docker-28.5/inside.sh")
        ));
    }

    #[test]
    fn an_ended_process_that_nobody_collected_is_not_alive() {
        let mut child = Command::new("true").spawn().unwrap();
        let handle = handle(child.id()).unwrap().unwrap();
        assert!(ends_within(&handle, Duration::from_secs(10)).unwrap());
        assert!(!is_alive(child.id()));
        child.wait().unwrap();
    }
}
