//! Running other programs: quietly, with their words kept for when they
//! fail, or line by line as they speak. Every wait here ends at Ctrl-C.

use std::hash::{BuildHasher as _, Hasher as _};
use std::io::{BufRead as _, BufReader, PipeReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use crate::json::at;
use anyhow::{Context as _, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

static INTERRUPTED: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// Turn Ctrl-C and its relatives into a flag, so that what was started is
/// stopped and what was made is removed before this program ends.
pub(crate) fn watch_signals() -> Result<()> {
    let flag = INTERRUPTED.get_or_init(Arc::default);
    for signal in [
        signal_hook::consts::SIGINT,
        signal_hook::consts::SIGTERM,
        signal_hook::consts::SIGHUP,
    ] {
        signal_hook::flag::register(signal, Arc::clone(flag))
            .context("cannot watch for signals")?;
    }
    Ok(())
}

pub(crate) fn interrupted() -> bool {
    INTERRUPTED
        .get()
        .is_some_and(|flag| flag.load(Ordering::Relaxed))
}

/// Forget an interruption, for the cleaning up that it asked for.
pub(crate) fn clear_interruption() {
    if let Some(flag) = INTERRUPTED.get() {
        flag.store(false, Ordering::Relaxed);
    }
}

/// What a program said, on both streams in the order it said it, and how it ended.
pub(crate) struct Said {
    pub(crate) status: ExitStatus,
    pub(crate) text: String,
}

/// Run to the end and keep what was said.
pub(crate) fn quiet(command: &mut Command) -> Result<Said> {
    let mut text = String::new();
    let status = lines(command, |line| {
        text.push_str(line);
        text.push('\n');
        Ok(())
    });
    match status {
        Ok(status) => Ok(Said { status, text }),
        Err(error) if interrupted() => Err(error),
        Err(error) => Err(error.context(last_words(&text))),
    }
}

fn last_words(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let last = lines.split_at(lines.len().saturating_sub(30)).1;
    last.join("\n")
}

/// Run to the end; when that fails, everything said becomes the error.
pub(crate) fn must(command: &mut Command) -> Result<String> {
    let said = quiet(command)?;
    if said.status.success() {
        return Ok(said.text);
    }
    bail!(
        "`{}` failed ({}):\n{}",
        shown(command),
        said.status,
        said.text.trim_end()
    )
}

/// Run to the end and hand on each line of either stream as it comes.
pub(crate) fn lines(
    command: &mut Command,
    mut on_line: impl FnMut(&str) -> Result<()>,
) -> Result<ExitStatus> {
    let (reader, writer) = std::io::pipe().context("cannot make a pipe")?;
    command
        .stdin(Stdio::null())
        .stdout(writer.try_clone().context("cannot share a pipe")?)
        .stderr(writer);
    let mut child = spawn(command)?;
    // The command keeps its ends of the pipe until it is given others.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut speech = Speech::new(reader).with_patience(PATIENCE);
    let told = loop {
        match speech.next(&mut child) {
            Ok(Some(line)) => {
                if let Err(error) = on_line(&line) {
                    break Err(error);
                }
            }
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    if told.is_err() {
        stop(&mut child);
    }
    let status = child.wait().context("cannot wait for a program")?;
    told?;
    // Ctrl-C ended the program too, and what it says about that is of no use.
    if interrupted() {
        bail!("interrupted");
    }
    Ok(status)
}

/// The lines of a running program, for as long as it speaks.
pub(crate) struct Speech {
    lines: mpsc::Receiver<String>,
    patience: Option<Duration>,
    silent_since_exit: Option<Instant>,
}

/// How long a program may say nothing: one that hangs must not hang all else.
const PATIENCE: Duration = Duration::from_mins(10);

/// How long a finished program's pipe may stay open in the hands of a process
/// that it left behind.
const AFTERMATH: Duration = Duration::from_millis(500);

/// How often a wait looks for Ctrl-C.
const TICK: Duration = Duration::from_millis(50);

impl Speech {
    pub(crate) fn new(reader: PipeReader) -> Self {
        let (sender, lines) = mpsc::sync_channel(1024);
        std::thread::spawn(move || {
            let mut reader = BufReader::new(reader);
            let mut line = Vec::new();
            while reader.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
                if line.last() == Some(&b'\n') {
                    line.pop();
                }
                if sender
                    .send(String::from_utf8_lossy(&line).into_owned())
                    .is_err()
                {
                    break;
                }
                line.clear();
            }
        });
        Self {
            lines,
            patience: None,
            silent_since_exit: None,
        }
    }

    /// Take a silence of this length for the end of all hope.
    fn with_patience(self, patience: Duration) -> Self {
        Self {
            patience: Some(patience),
            ..self
        }
    }

    /// The next line; none once the program has ended and said all.
    pub(crate) fn next(&mut self, child: &mut Child) -> Result<Option<String>> {
        let start = Instant::now();
        loop {
            match self.lines.recv_timeout(TICK) {
                Ok(line) => return Ok(Some(line)),
                Err(RecvTimeoutError::Disconnected) => return Ok(None),
                Err(RecvTimeoutError::Timeout) => {}
            }
            if interrupted() {
                bail!("interrupted");
            }
            if let Some(patience) = self.patience
                && start.elapsed() > patience
            {
                bail!("stopped, after {} s without a word", patience.as_secs());
            }
            if child
                .try_wait()
                .context("cannot wait for a program")?
                .is_some()
                && self
                    .silent_since_exit
                    .get_or_insert_with(Instant::now)
                    .elapsed()
                    > AFTERMATH
            {
                return Ok(None);
            }
        }
    }
}

/// Start a program; where it isn't to be found, say which one that was.
pub(crate) fn spawn(command: &mut Command) -> Result<Child> {
    command
        .spawn()
        .with_context(|| format!("cannot run `{}`", shown(command)))
}

/// End a program that we started: first as Ctrl-C would, then for certain.
pub(crate) fn stop(child: &mut Child) {
    let ended = |child: &mut Child, within: Duration| {
        let start = Instant::now();
        while start.elapsed() < within {
            if !matches!(child.try_wait(), Ok(None)) {
                return true;
            }
            std::thread::sleep(TICK);
        }
        false
    };
    for signal in [Signal::INT, Signal::TERM] {
        if let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
            // It may be gone already, which is what we want.
            let _ = kill_process(pid, signal);
        }
        if ended(child, Duration::from_secs(2)) {
            return;
        }
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// A command as one would type it.
pub(crate) fn shown(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Where a program of this name is, as a shell would find it.
pub(crate) fn which(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        // Debian keeps the tools of root where others don't look.
        .chain(["/usr/sbin", "/sbin"].map(PathBuf::from))
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// The repository.
pub(crate) fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        here.parent().unwrap_or(here).to_path_buf()
    })
}

/// Cargo, in the repository, without what the cargo that started us left in
/// the environment.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(root());
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&*name);
        }
    }
    command
}

/// The folder that cargo builds into, and so do we.
pub(crate) fn target() -> Result<PathBuf> {
    static TARGET: OnceLock<PathBuf> = OnceLock::new();
    if let Some(target) = TARGET.get() {
        return Ok(target.clone());
    }
    let metadata = cargo()
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run cargo")?;
    let metadata: serde_json::Value = serde_json::from_slice(&metadata.stdout)
        .context("cannot read what `cargo metadata` says")?;
    let target = at(&metadata, "/target_directory")
        .as_str()
        .context("`cargo metadata` names no target directory")?;
    Ok(TARGET.get_or_init(|| PathBuf::from(target)).clone())
}

/// A name for this run, to label what it makes.
pub(crate) fn label() -> String {
    let random = std::hash::RandomState::new().build_hasher().finish();
    format!("{}-{:08x}", std::process::id(), random >> 32)
}

/// Are we root?
pub(crate) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_streams_are_kept_in_order() {
        let said = quiet(Command::new("sh").args(["-c", "echo a; echo b >&2; printf c; exit 3"]));
        let said = said.unwrap();
        assert_eq!(said.text, "a\nb\nc\n");
        assert_eq!(said.status.code(), Some(3));
    }

    #[test]
    fn a_failure_tells_the_command_and_its_words() {
        let error = must(Command::new("sh").args(["-c", "echo oh no; exit 1"])).unwrap_err();
        let error = error.to_string();
        assert!(
            error.contains("sh -c") && error.contains("oh no"),
            "{error}"
        );
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = quiet(&mut Command::new("stevedore-no-such-program")).err();
        assert!(format!("{:#}", error.unwrap()).contains("stevedore-no-such-program"));
    }

    #[test]
    fn a_program_that_hangs_is_given_up() {
        let (reader, writer) = std::io::pipe().unwrap();
        let mut child = Command::new("sleep")
            .arg("20")
            .stdout(writer)
            .spawn()
            .unwrap();
        let mut speech = Speech::new(reader).with_patience(Duration::from_millis(100));
        let error = speech.next(&mut child).unwrap_err().to_string();
        assert!(error.contains("without a word"), "{error}");
        stop(&mut child);
        assert!(child.try_wait().unwrap().is_some());
    }

    #[test]
    fn a_process_left_behind_does_not_hold_the_wait() {
        let start = Instant::now();
        let said = quiet(Command::new("sh").args(["-c", "sleep 20 & echo done"])).unwrap();
        assert_eq!(said.text, "done\n");
        assert!(start.elapsed() < Duration::from_secs(15));
    }
}
