//! Programs on a terminal: one of the test's own, whose keys it presses.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::ops::ControlFlow;
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt;
use std::panic::AssertUnwindSafe;
use std::process::{Command, Stdio};
use std::thread::JoinHandle;

use rustix::fs::{Mode, OFlags};
use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::OpenptFlags;
use rustix::termios::{LocalModes, OptionalActions, OutputModes, Winsize};
use stevedore::blocking::{Docker, Waiter};
use stevedore::container::{Create, Run};
use stevedore::terminal::{Left, Size, Terminal};
use stevedore::{ErrorKind, Result, exec};
use stevedore_testing::Daemon;

use crate::{ID, blocking, docker, endpoint, play, runtime};

/// A terminal, and what stands for the person before it.
struct Desk {
    person: File,
    terminal: OwnedFd,
}

impl Desk {
    fn new() -> Self {
        let person = rustix::pty::openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        rustix::pty::grantpt(&person).unwrap();
        rustix::pty::unlockpt(&person).unwrap();
        let desk = Self {
            terminal: open(&rustix::pty::ptsname(&person, Vec::new()).unwrap()),
            person: person.into(),
        };
        desk.resize(24, 80);
        desk
    }

    fn path(&self) -> String {
        let path = rustix::pty::ptsname(&self.person, Vec::new()).unwrap();
        path.into_string().unwrap()
    }

    fn terminal(&self) -> Terminal {
        Terminal::of(&self.terminal, &self.terminal).unwrap()
    }

    fn resize(&self, rows: u16, columns: u16) {
        let size = Winsize {
            ws_row: rows,
            ws_col: columns,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        rustix::termios::tcsetwinsize(&self.person, size).unwrap();
    }

    /// Whether it edits lines and echoes, as before a session.
    fn is_sane(&self) -> bool {
        let modes = rustix::termios::tcgetattr(&self.terminal).unwrap();
        let local = LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG;
        modes.local_modes.contains(local) && modes.output_modes.contains(OutputModes::OPOST)
    }

    /// Reads what is shown, which must be this.
    fn sees(&mut self, text: &str) {
        let mut shown = vec![0; text.len()];
        self.person.read_exact(&mut shown).unwrap();
        assert_eq!(String::from_utf8_lossy(&shown), text);
    }

    fn presses(&mut self, keys: &str) {
        self.person.write_all(keys.as_bytes()).unwrap();
    }
}

fn open(path: &std::ffi::CStr) -> OwnedFd {
    rustix::fs::open(path, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap()
}

/// A session in a thread of its own.
fn session(
    daemon: &Daemon,
    desk: &Desk,
    begin: impl FnOnce(Docker, Terminal) -> Result<Left> + Send + 'static,
) -> JoinHandle<Result<Left>> {
    let (docker, terminal) = (blocking(daemon), desk.terminal());
    std::thread::spawn(move || begin(docker, terminal))
}

fn sh(docker: &Docker, terminal: &Terminal) -> Result<Left> {
    let create = exec::Create::new().cmd(["sh"]);
    let launch = docker.container(ID).launch_exec(create)?;
    launch.interact(terminal)
}

#[test]
fn keys_go_in_and_output_comes_out_as_they_are() {
    let daemon = play("terminal_exec");
    let mut desk = Desk::new();
    assert!(desk.is_sane());
    let left = session(&daemon, &desk, |docker, terminal| sh(&docker, &terminal));
    desk.sees("$ ");
    assert!(!desk.is_sane());
    desk.presses("ls\u{3}\r");
    desk.sees("one\ntwo\r\n");
    // Only those that are before a terminal are told by its driver.
    daemon.wait(daemon.seen("sized")).unwrap();
    desk.resize(33, 99);
    signal_hook::low_level::raise(signal_hook::consts::SIGWINCH).unwrap();
    desk.sees("bye");
    assert_eq!(left.join().unwrap().unwrap(), Left::Ended(5));
    assert!(desk.is_sane());
    daemon.finish().unwrap();
}

#[test]
fn the_detach_keys_leave_it_and_the_start_of_them_does_not() {
    let daemon = play("terminal_exec_held");
    let mut desk = Desk::new();
    let left = session(&daemon, &desk, |docker, terminal| sh(&docker, &terminal));
    desk.sees("$ ");
    daemon.wait(daemon.seen("sized")).unwrap();
    desk.presses("x");
    desk.sees("seen");
    desk.presses("\u{10}");
    desk.presses("\u{11}");
    assert_eq!(left.join().unwrap().unwrap(), Left::Detached);
    daemon.wait(daemon.closed("started")).unwrap();
    assert!(desk.is_sane());
    daemon.finish().unwrap();
}

#[test]
fn a_person_who_goes_away_ends_the_input() {
    let daemon = play("terminal_exec_held");
    let mut desk = Desk::new();
    let left = session(&daemon, &desk, |docker, terminal| sh(&docker, &terminal));
    desk.sees("$ ");
    daemon.wait(daemon.seen("sized")).unwrap();
    desk.presses("x");
    desk.sees("seen");
    drop(desk);
    // The script holds the stream until this side closes, so only a failure ends it here.
    drop(daemon);
    let ended = left.join().unwrap();
    assert!(ended.is_err(), "{ended:?}");
}

#[test]
fn a_session_that_is_dropped_or_panics_leaves_the_terminal_as_it_was() {
    let daemon = play("terminal_exec_silent");
    let desk = Desk::new();
    let (runtime, docker, terminal) = (runtime(), docker(&daemon), desk.terminal());
    let container = docker.container(ID);
    let launch = container.exec(exec::Create::new().cmd(["sh"]));
    crate::cancel::give_up(&runtime, launch.interact(&terminal), daemon.seen("sized"));
    assert!(desk.is_sane());
    daemon.wait(daemon.closed("started")).unwrap();
    daemon.finish().unwrap();

    let daemon = play("terminal_exec_silent");
    let desk = Desk::new();
    let (waiter, docker, terminal) = (
        Waiter::new().unwrap(),
        self::docker(&daemon),
        desk.terminal(),
    );
    let container = docker.container(ID);
    let launch = container.exec(exec::Create::new().cmd(["sh"]));
    let mut was_raw = false;
    let panicked = std::panic::catch_unwind(AssertUnwindSafe(|| {
        waiter.wait(launch.interact(&terminal), || {
            let sized =
                |request: &stevedore_testing::Request| request.label.as_deref() == Some("sized");
            was_raw = !desk.is_sane() && daemon.requests().iter().any(sized);
            assert!(!was_raw, "a bug in the middle of a session");
            ControlFlow::<()>::Continue(())
        })
    }));
    assert!(panicked.is_err() && was_raw);
    assert!(desk.is_sane());
    daemon.wait(daemon.closed("started")).unwrap();
    daemon.finish().unwrap();
}

#[test]
fn a_terminal_keeps_the_modes_that_it_had() {
    let daemon = play("terminal_exec_held");
    let mut desk = Desk::new();
    let mut quiet = rustix::termios::tcgetattr(&desk.terminal).unwrap();
    quiet.local_modes.remove(LocalModes::ECHO);
    rustix::termios::tcsetattr(&desk.terminal, OptionalActions::Now, &quiet).unwrap();
    let left = session(&daemon, &desk, |docker, terminal| sh(&docker, &terminal));
    desk.sees("$ ");
    daemon.wait(daemon.seen("sized")).unwrap();
    desk.presses("x");
    desk.sees("seen");
    desk.presses("\u{10}\u{11}");
    assert_eq!(left.join().unwrap().unwrap(), Left::Detached);
    daemon.wait(daemon.closed("started")).unwrap();
    let modes = rustix::termios::tcgetattr(&desk.terminal).unwrap();
    assert_eq!(modes.local_modes, quiet.local_modes);
    daemon.finish().unwrap();
}

fn busybox(docker: &Docker, terminal: Terminal) -> Result<Left> {
    let terminal = terminal.detach_keys("ctrl-a,d".parse()?);
    let create = Create::new("busybox:1.36").cmd(["sh"]);
    let launch = docker
        .containers()
        .launch(create, Run::new().rm(true))?
        .terminal(&terminal)?;
    let mut running = launch.start()?;
    assert!(running.is_raw()?);
    let left = running.interact(&terminal);
    drop(running);
    docker.close()?;
    left
}

#[test]
fn a_run_on_a_terminal_ends_with_its_exit_code_and_is_removed() {
    let daemon = play("terminal_run");
    let mut desk = Desk::new();
    let left = session(&daemon, &desk, |docker, it| busybox(&docker, it));
    desk.sees("$ ");
    desk.presses("exit\r");
    desk.sees("exit\r\n");
    assert_eq!(left.join().unwrap().unwrap(), Left::Ended(3));
    assert!(desk.is_sane());
    daemon.finish().unwrap();
}

#[test]
fn a_run_that_is_detached_from_is_left_to_the_engine() {
    let daemon = play("terminal_run_detached");
    let mut desk = Desk::new();
    let left = session(&daemon, &desk, |docker, it| busybox(&docker, it));
    desk.sees("$ ");
    desk.presses("x\u{1}d");
    assert_eq!(left.join().unwrap().unwrap(), Left::Detached);
    assert!(desk.is_sane());
    daemon.wait(daemon.closed("attached")).unwrap();
    // No request removes it.
    daemon.finish().unwrap();
}

#[test]
fn a_running_container_is_taken_up_and_one_that_does_not_run_is_not() {
    let daemon = play("terminal_attach");
    let mut desk = Desk::new();
    let left = session(&daemon, &desk, |docker, terminal| {
        docker.container(ID).interact(&terminal)
    });
    desk.sees("$ ");
    desk.presses("exit\r");
    assert_eq!(left.join().unwrap().unwrap(), Left::Ended(3));
    daemon.finish().unwrap();

    let daemon = play("terminal_attach_stopped");
    let error = blocking(&daemon)
        .container(ID)
        .interact(&desk.terminal())
        .unwrap_err();
    assert_eq!(
        (error.kind(), endpoint(&error)),
        (ErrorKind::Refused, "container_attach")
    );
    daemon.finish().unwrap();
}

#[test]
fn a_container_that_ends_before_it_is_on_the_terminal_is_refused() {
    for script in ["take_up_ended", "take_up_removed"] {
        let daemon = play(script);
        let desk = Desk::new();
        let left = session(&daemon, &desk, |docker, terminal| {
            docker.container(ID).interact(&terminal)
        });
        let error = left.join().unwrap().unwrap_err();
        assert_eq!(
            (error.kind(), endpoint(&error)),
            (ErrorKind::Refused, "container_attach")
        );
        assert!(error.to_string().contains("has ended meanwhile"), "{error}");
        assert!(desk.is_sane());
        daemon.wait(daemon.closed("attached")).unwrap();
        daemon.finish().unwrap();
    }
}

#[test]
fn a_container_without_a_terminal_reads_lines() {
    let daemon = play("terminal_attach_lines");
    let mut desk = Desk::new();
    let left = session(&daemon, &desk, |docker, terminal| {
        docker.container(ID).interact(&terminal)
    });
    desk.sees("name?\r\n");
    assert!(desk.is_sane());
    desk.presses("joe\n");
    desk.sees("joe\r\nhello joe\r\n");
    // Ctrl-D is the end of input here.
    desk.presses("\u{4}");
    desk.sees("bye\r\n");
    assert_eq!(left.join().unwrap().unwrap(), Left::Ended(0));
    daemon.finish().unwrap();
}

#[test]
fn what_is_no_terminal_is_refused() {
    let (reader, writer) = std::io::pipe().unwrap();
    let error = Terminal::of(&reader, &writer).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Settings);
    let desk = Desk::new();
    let terminal = desk.terminal();
    let size = Size {
        rows: 24,
        columns: 80,
    };
    assert_eq!(terminal.size().unwrap(), size);
    assert_eq!(terminal.keys().to_string(), "ctrl-p,ctrl-q");
}

/// What the process of its own is told by.
const PLAY: &str = "STEVEDORE_TEST_PLAY";
const TERMINAL: &str = "STEVEDORE_TEST_TERMINAL";

/// Sends signals to a process of its own: within a process all sessions would get them.
#[test]
fn a_signal_ends_the_session_and_does_what_it_did_before_outside_of_one() {
    if let (Ok(host), Ok(path)) = (std::env::var(PLAY), std::env::var(TERMINAL)) {
        return in_a_process_of_its_own(&host, path);
    }
    // Started with nohup, these tests ignore the second, and so does a session.
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let ignored = status.lines().find(|line| line.starts_with("SigIgn:"));
    let signals = match ignored {
        Some(mask) if mask.ends_with(['0', '2', '4', '6', '8', 'a', 'c', 'e']) => 2,
        _ => 1,
    };
    for signal in [Signal::TERM, Signal::HUP].into_iter().take(signals) {
        let daemon = play("terminal_exec_held");
        let mut desk = Desk::new();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "--nocapture"])
            .arg("terminal::a_signal_ends_the_session_and_does_what_it_did_before_outside_of_one")
            .env(PLAY, daemon.host())
            .env(TERMINAL, desk.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let pid = Pid::from_child(&child);
        desk.sees("$ ");
        daemon.wait(daemon.seen("sized")).unwrap();
        desk.presses("x");
        desk.sees("seen");
        assert!(!desk.is_sane());
        kill_process(pid, signal).unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
        let ended = said.find(|line| line.as_ref().unwrap().contains("Interrupted"));
        assert!(ended.is_some());
        assert!(desk.is_sane());
        daemon.wait(daemon.closed("started")).unwrap();
        kill_process(pid, signal).unwrap();
        assert_eq!(child.wait().unwrap().signal(), Some(signal.as_raw()));
        daemon.finish().unwrap();
    }
}

/// A session, and then nothing until the next signal.
fn in_a_process_of_its_own(host: &str, path: String) {
    let settings = stevedore::Settings::new().host(host.parse().unwrap());
    let docker = Docker::new(settings).unwrap();
    let fd = open(&std::ffi::CString::new(path).unwrap());
    let terminal = Terminal::of(&fd, &fd).unwrap();
    let error = sh(&docker, &terminal).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    println!("{:?}", error.kind());
    loop {
        std::thread::park();
    }
}
