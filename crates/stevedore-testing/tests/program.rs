//! The program `stevedore-scripted`, as a test in another language uses it.
#![allow(
    clippy::unwrap_used,
    reason = "a test fails by a panic, in its helpers, too"
)]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

const SCRIPT: &str = "says: x\nsignals: [go]\nexchanges:\n  - on: POST /x\n    label: it\n    \
                      reply: {steps: [{await: go}, {text: ok}]}\n";

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("sv").tempdir().unwrap();
        fs::write(folder.path().join("x.yaml"), SCRIPT).unwrap();
        Self(folder)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.path().join(name)).unwrap()
    }

    fn program(&self, words: &[&str]) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_stevedore-scripted"));
        program.args(words).current_dir(self.0.path());
        program
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        program
    }
}

fn line(output: &mut impl BufRead) -> String {
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    line
}

fn ask(socket: &Path, request: &str) -> UnixStream {
    let mut stream = UnixStream::connect(socket).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    stream
}

fn end(mut child: Child) -> (i32, String) {
    drop(child.stdin.take());
    let output = child.wait_with_output().unwrap();
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[test]
fn it_is_led_through_its_input_and_tells_what_it_saw() {
    let place = Place::new();
    let words = [
        "x.yaml", "--socket", "s", "--pid", "p", "--seen", "e", "--report", "r",
    ];
    let mut child = place.program(&words).spawn().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    assert_eq!(line(&mut output), "s\n");
    assert_eq!(place.read("p"), format!("{}\n", child.id()));

    let socket = place.0.path().join("s");
    let mut stream = ask(
        &socket,
        "POST /x HTTP/1.1\r\nContent-Length: 5\r\nConnection: close\r\n\r\na\tb\\\n",
    );
    // The head comes before the wait for the signal, so the connection is known by then.
    stream.read_exact(&mut [0]).unwrap();
    let input = child.stdin.as_mut().unwrap();
    input.write_all(b"connections\nsignal go\n").unwrap();
    assert_eq!(line(&mut output), "1\n");
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    assert!(reply.ends_with("\r\n\r\nok"), "{reply}");
    input.write_all(b"requests\n").unwrap();
    assert_eq!(
        (line(&mut output), line(&mut output)),
        ("POST /x\n".to_owned(), ".\n".to_owned())
    );

    assert_eq!(end(child), (0, String::new()));
    assert_eq!(place.read("r"), "");
    assert_eq!(
        place.read("e"),
        "event\tconnection\tlabel\trequest\tbody\nrequest\t0\tit\tPOST /x\ta\\tb\\\\\\n\nended\t0\tit\t\t\n"
    );
    assert!(!socket.exists());
}

#[test]
fn what_was_not_met_is_its_status_and_its_report() {
    let place = Place::new();
    let mut child = place.program(&["x.yaml", "--report", "r"]).spawn().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let socket = line(&mut output);
    ask(Path::new(socket.trim()), "GET /y HTTP/1.1\r\n\r\n")
        .read_exact(&mut [0])
        .unwrap();
    assert_eq!(end(child), (1, String::new()));
    let report = "`GET /y` is not in the script\nline 4: `POST /x` came 0 of 1 times\n";
    assert_eq!(place.read("r"), report);

    let (status, said) = end(place.program(&["x.yaml"]).spawn().unwrap());
    assert_eq!(status, 1);
    assert!(
        said.contains("\n  line 4: `POST /x` came 0 of 1 times\n"),
        "{said}"
    );
}

#[test]
fn a_background_program_without_input_ends_on_sigterm() {
    let place = Place::new();
    let mut child = place
        .program(&["x.yaml", "--report", "r"])
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let socket = line(&mut output);
    let mut stream = ask(Path::new(socket.trim()), "GET /y HTTP/1.1\r\n\r\n");
    stream.read_exact(&mut [0]).unwrap();
    assert!(child.try_wait().unwrap().is_none());
    let pid = child.id().to_string();
    // It is not at a terminal, so Ctrl-C is not for it.
    for name in ["-INT", "-TERM"] {
        assert!(
            // The shell's own `kill`: a small system has no program of that name.
            Command::new("sh")
                .args(["-c", "kill $0 $1", name, &pid])
                .status()
                .unwrap()
                .success()
        );
    }
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert!(place.read("r").starts_with("`GET /y`"));
}

#[test]
fn what_it_cannot_do_is_said_before_it_listens() {
    let place = Place::new();
    fs::write(
        place.0.path().join("bad.yaml"),
        "says: x\nexchanges:\n  - no: GET /x\n",
    )
    .unwrap();
    for (words, part) in [
        (&["bad.yaml"][..], "bad.yaml: "),
        (&["none.yaml"], "none.yaml: No such file"),
        (&[], "usage: "),
        (&["x.yaml", "y.yaml"], "usage: "),
        (&["x.yaml", "--sockets", "s"], "no option --sockets"),
        (&["x.yaml", "--socket"], "--socket has no value"),
        (&["x.yaml", "--socket", "x.yaml"], "x.yaml: "),
    ] {
        let (status, said) = end(place.program(words).spawn().unwrap());
        assert_eq!(status, 2);
        assert!(
            said.starts_with("stevedore-scripted: ") && said.contains(part),
            "{said}"
        );
    }
}
