//! Plays a scripted Docker engine for tests in any language.
//!
//! ```text
//! stevedore-scripted SCRIPT.yaml [--socket PATH] [--pid FILE] [--seen FILE] [--report FILE]
//! ```
//!
//! It prints the path of its socket in one line once it listens; with `--socket` the file
//! appears at that moment, so that who can't read the line waits for the file. `--pid` has
//! been written by then, and `--seen` grows by a line for each event (`Daemon::start_at`).
//!
//! It ends at the end of its standard input or on SIGTERM, and at a terminal on Ctrl-C. Then
//! `--report` gets a line for each thing that was not as the script has it, none if all was;
//! without `--report` they go to standard error. The exit status is 0 if all was met, 1 if
//! not, 2 if the script can't be played. An input that is `/dev/null` has no end, so that a
//! shell may start it in the background.
//!
//! Lines on its standard input: `signal NAME` gives a signal of the script, `connections`
//! prints how many are open, `requests` prints one line for each so far and then a dot.
//!
//! From R, whose `pipe` gives it an input and waits for its end:
//!
//! ```text
//! daemon <- pipe("stevedore-scripted spec/wait.yaml --socket S --seen E --report R", "w")
//! while (!file.exists("S")) Sys.sleep(0.005)
//! writeLines("signal exits", daemon); flush(daemon)
//! seen <- read.delim("E", quote = "", colClasses = "character")
//! close(daemon)                      # 0 if all was met
//! failures <- readLines("R")         # character() if all was met
//! ```

use std::ffi::OsString;
use std::fs;
use std::io::{self, BufRead, IsTerminal, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;

use stevedore_testing::{Daemon, Error, Script};
use tokio::runtime;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

const USAGE: &str = "usage: stevedore-scripted SCRIPT.yaml [--socket PATH] [--pid FILE] \
                     [--seen FILE] [--report FILE]";

fn main() -> ExitCode {
    let settings = Settings::read(std::env::args_os().skip(1));
    settings
        .and_then(|settings| play(&settings))
        .unwrap_or_else(|fault| {
            complain(&fault);
            ExitCode::from(2)
        })
}

#[derive(Default)]
struct Settings {
    script: PathBuf,
    socket: Option<PathBuf>,
    pid: Option<PathBuf>,
    seen: Option<PathBuf>,
    report: Option<PathBuf>,
}

impl Settings {
    fn read(mut words: impl Iterator<Item = OsString>) -> Result<Self, String> {
        let mut settings = Self::default();
        let mut scripts = 0;
        while let Some(word) = words.next() {
            let place = match word.to_str() {
                Some("--socket") => &mut settings.socket,
                Some("--pid") => &mut settings.pid,
                Some("--seen") => &mut settings.seen,
                Some("--report") => &mut settings.report,
                Some(option) if option.starts_with('-') => {
                    return Err(format!("no option {option}\n{USAGE}"));
                }
                _ => {
                    settings.script = word.into();
                    scripts += 1;
                    continue;
                }
            };
            let value = words.next();
            *place = Some(
                value
                    .ok_or_else(|| format!("{} has no value\n{USAGE}", word.display()))?
                    .into(),
            );
        }
        if scripts == 1 {
            Ok(settings)
        } else {
            Err(USAGE.to_owned())
        }
    }
}

/// Plays until it is told to end, and says how it went.
fn play(settings: &Settings) -> Result<ExitCode, String> {
    let said = |error: Error| error.to_string();
    let fault = |error: io::Error| error.to_string();
    let script = Script::read(&settings.script).map_err(said)?;
    let waiting = runtime::Builder::new_current_thread()
        .enable_io()
        .build()
        .map_err(fault)?;
    let inside = waiting.enter();
    let mut terminate = signal(SignalKind::terminate()).map_err(fault)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(fault)?;
    drop(inside);

    if let Some(path) = &settings.pid {
        write_whole(path, &format!("{}\n", std::process::id()))?;
    }
    let daemon = Daemon::start_at(
        &script,
        settings.socket.as_deref(),
        settings.seen.as_deref(),
    );
    let daemon = daemon.map_err(said)?;
    answer(&daemon.path().display().to_string())?;

    let mut commands = commands();
    let at_terminal = io::stdin().is_terminal();
    waiting.block_on(async {
        loop {
            let command = tokio::select! {
                command = commands.recv() => command,
                _ = terminate.recv() => None,
                // Ctrl-C in an interactive test run is for the tests, which end this program.
                _ = interrupt.recv() => if at_terminal { None } else { continue },
            };
            match command {
                Some(command) => obey(&daemon, &command)?,
                None => return Ok::<_, String>(()),
            }
        }
    })?;

    let (failures, text) = match daemon.finish() {
        Ok(_) => (Vec::new(), String::new()),
        Err(unmet) => (unmet.report.failures.clone(), unmet.to_string()),
    };
    match &settings.report {
        Some(path) => {
            let lines = failures
                .iter()
                .map(|failure| failure.replace('\n', " ") + "\n");
            write_whole(path, &lines.collect::<String>())?;
        }
        None if failures.is_empty() => {}
        None => complain(&text),
    }
    Ok(if failures.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn obey(daemon: &Daemon, command: &str) -> Result<(), String> {
    match command.split_once(' ').unwrap_or((command, "")) {
        ("signal", name) => {
            if let Err(error) = daemon.signal(name) {
                complain(&error.to_string());
            }
            Ok(())
        }
        ("connections", "") => answer(&daemon.open_connections().to_string()),
        ("requests", "") => {
            for request in daemon.requests() {
                answer(&request.line())?;
            }
            answer(".")
        }
        _ => {
            complain(&format!(
                "no command `{command}`: signal NAME, connections, requests"
            ));
            Ok(())
        }
    }
}

/// The lines of the standard input; it ends with them, unless they come from `/dev/null`.
fn commands() -> mpsc::UnboundedReceiver<String> {
    let (sender, receiver) = mpsc::unbounded_channel();
    let device = |path| fs::metadata(path).map(|file| file.rdev()).ok();
    let endless = device("/dev/stdin").is_some_and(|number| Some(number) == device("/dev/null"));
    thread::spawn(move || {
        for line in io::stdin().lock().lines() {
            if line.is_err() || line.is_ok_and(|line| sender.send(line).is_err()) {
                return;
            }
        }
        if endless {
            // The sender stays, and so the other side goes on to wait.
            std::mem::forget(sender);
        }
    });
    receiver
}

/// Who waits for the file finds it complete.
fn write_whole(path: &Path, text: &str) -> Result<(), String> {
    let unfinished = path.with_extension("new");
    let written = fs::write(&unfinished, text).and_then(|()| fs::rename(&unfinished, path));
    written.map_err(|error| format!("{}: {error}", path.display()))
}

fn answer(line: &str) -> Result<(), String> {
    let mut out = io::stdout();
    let written = writeln!(out, "{line}").and_then(|()| out.flush());
    written.map_err(|error| format!("standard output: {error}"))
}

fn complain(text: &str) {
    // There is nobody left to tell if this fails.
    let _ = writeln!(io::stderr(), "stevedore-scripted: {text}");
}
