//! A program that runs for a stream, and is ended with it.

use std::io;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread;
use std::time::{Duration, Instant};

/// A child that is killed when it is dropped. Nobody waits for its end then: it is taken
/// note of at once where it has come, and else with the next one that is made or dropped.
pub(super) struct Process {
    child: Option<Child>,
    owner: u32,
}

impl Process {
    pub(super) fn spawn(command: &mut Command) -> io::Result<Self> {
        sweep();
        Ok(Self {
            child: Some(command.spawn()?),
            owner: std::process::id(),
        })
    }

    /// The child, there until it is dropped.
    pub(super) fn child(&mut self) -> Option<&mut Child> {
        self.child.as_mut()
    }

    /// How it ended, if it has.
    pub(super) fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        self.child.as_mut().map_or(Ok(None), Child::try_wait)
    }

    pub(super) fn kill(&mut self) -> io::Result<()> {
        self.child.as_mut().map_or(Ok(()), Child::kill)
    }
}

/// Nobody else is left to end it, and to take note of its end. A process that was forked off
/// has a copy of this, but not the child.
impl Drop for Process {
    fn drop(&mut self) {
        if self.owner != std::process::id() {
            return;
        }
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            leave(child);
        }
        sweep();
    }
}

/// Those whose end has still to be taken note of, and whose children they are.
static LEFT: Mutex<Vec<(u32, Child)>> = Mutex::new(Vec::new());

/// Takes note of the end of a child, now if it has come.
fn leave(mut child: Child) {
    if matches!(child.try_wait(), Ok(None)) {
        if let Some(mut left) = left() {
            left.push((std::process::id(), child));
        }
    }
}

/// Takes note of those that have ended meanwhile.
fn sweep() {
    let Some(mut left) = left() else {
        return;
    };
    // A process that was forked off has a copy of the list; its numbers may mean others there.
    let own = std::process::id();
    left.retain_mut(|(owner, child)| *owner == own && matches!(child.try_wait(), Ok(None)));
}

/// It is held for moments only. In a process that was forked off in such a moment it is held
/// for ever, by a thread that is not there: it is given up after a second.
fn left() -> Option<MutexGuard<'static, Vec<(u32, Child)>>> {
    let begun = Instant::now();
    loop {
        match LEFT.try_lock() {
            Ok(left) => return Some(left),
            Err(TryLockError::Poisoned(left)) => return Some(PoisonError::into_inner(left)),
            Err(TryLockError::WouldBlock) if begun.elapsed() > Duration::from_secs(1) => {
                return None;
            }
            Err(TryLockError::WouldBlock) => thread::yield_now(),
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
pub(super) mod tests {
    use std::path::PathBuf;

    use super::*;

    fn sleep() -> Command {
        let mut command = Command::new("sleep");
        command.arg("600");
        command
    }

    /// Its entry in the system's table.
    pub(in crate::connect::ssh) fn entry(pid: u32) -> PathBuf {
        format!("/proc/{pid}").into()
    }

    /// Waits until it runs no more. Its entry may still be there.
    pub(in crate::connect::ssh) fn ended(pid: u32) {
        let begun = Instant::now();
        loop {
            // The state is behind the name, which stands in parentheses.
            match std::fs::read_to_string(entry(pid).join("stat")) {
                Ok(stat) if !stat.contains(") Z ") => {
                    assert!(begun.elapsed() < Duration::from_secs(60), "{stat}");
                    thread::yield_now();
                }
                _ => return,
            }
        }
    }

    #[test]
    fn what_was_dropped_is_gone_after_the_next_one_at_the_latest() {
        let mut process = Process::spawn(&mut sleep()).unwrap();
        let pid = process.child().unwrap().id();
        assert!(entry(pid).exists());
        drop(process);
        ended(pid);
        drop(Process::spawn(&mut sleep()).unwrap());
        assert!(!entry(pid).exists());
    }

    #[test]
    fn what_does_not_end_at_once_is_not_waited_for() {
        // As one that was killed and can't end yet, in the middle of a call of the system.
        let child = sleep().spawn().unwrap();
        let pid = child.id();
        leave(child);
        sweep();
        assert!(entry(pid).exists());
        let killed = Command::new("kill").args(["-9", &pid.to_string()]).status();
        assert!(killed.unwrap().success());
        ended(pid);
        drop(Process::spawn(&mut sleep()).unwrap());
        assert!(!entry(pid).exists());
    }
}
