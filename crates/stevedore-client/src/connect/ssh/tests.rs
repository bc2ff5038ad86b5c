#![cfg(unix)]

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;
use crate::{ErrorKind, Host};

/// Reads the greeting, as an engine does.
const GREETED: &str = "read -r a; read -r b; read -r c; ";
/// Answers it.
const ANSWERS: &str = "printf 'HTTP/1.1 200 OK\\r\\nApi-Version: 1.41\\r\\n\\r\\n'; ";

const HOST: &str = "ssh://me@box:22/run/d.sock";

fn settings(host: &str) -> (Settings, Ssh) {
    let settings = Settings::new().host(host.parse().unwrap());
    match settings.host.clone() {
        Host::Ssh(far) => (settings, far),
        _ => panic!("not ssh"),
    }
}

/// A shell that runs `script` in place of ssh.
fn instead(script: &str) -> (Settings, Ssh) {
    let (settings, far) = settings(HOST);
    (settings.ssh_arguments(["-c", script, "ssh"]), far)
}

/// A connection through that shell.
async fn through(script: &str) -> Result<BoxStream> {
    let (settings, far) = instead(script);
    connect_by("sh", &settings, &far).await
}

async fn refusal(script: &str) -> Error {
    let error = through(script).await.err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Unreachable);
    assert!(error.to_string().contains(HOST), "{error}");
    error
}

#[test]
fn nothing_of_the_command_is_left_to_a_shell() {
    let arguments = |settings: Settings, far: Ssh| {
        let command = command("ssh", &settings, &far);
        let arguments = command.get_args();
        let arguments = arguments.map(|argument| argument.to_str().unwrap().to_owned());
        arguments.collect::<Vec<_>>().join(" ")
    };
    let (simple, far) = settings("ssh://box");
    assert_eq!(
        arguments(simple, far),
        "-T -o BatchMode=yes -o ConnectTimeout=20 -- box docker system dial-stdio"
    );
    let (full, far) = settings("ssh://me@[::1]:22/run/d.sock");
    assert_eq!(
        arguments(full.ssh_arguments(["-4"]).connect_timeout(None), far),
        "-4 -T -o BatchMode=yes -l me -p 22 -- ::1 \
         docker --host=unix:///run/d.sock system dial-stdio"
    );
    let (strange, far) = settings("ssh://box/$(x)");
    assert_eq!(
        arguments(strange.connect_timeout(Duration::ZERO), far),
        "-T -o BatchMode=yes -o ConnectTimeout=1 -- box \
         docker '--host=unix:///$(x)' system dial-stdio"
    );
}

#[test]
fn a_shell_takes_a_quoted_word_for_what_it_is() {
    for word in [
        "/run/d.sock",
        "/a b",
        "/it's",
        "/'",
        "/$(id)`id`\\\"",
        "/*;|&<>~#!",
    ] {
        let script = format!("printf %s {}", quoted(word));
        let mut shell = std::process::Command::new("sh");
        let printed = shell.args(["-c", &script]).output().unwrap();
        assert_eq!(String::from_utf8(printed.stdout).unwrap(), word);
    }
}

#[tokio::test]
async fn what_goes_in_comes_back_after_a_half_close() {
    let stream = through(&format!("{GREETED}{ANSWERS}exec cat"))
        .await
        .unwrap();
    let (mut output, mut input) = tokio::io::split(stream);
    let sent: Vec<u8> = (0..=255).cycle().take(1 << 20).collect();
    let sending = async {
        input.write_all(&sent).await.unwrap();
        input.shutdown().await.unwrap();
    };
    let mut back = Vec::new();
    let ((), read) = tokio::join!(sending, output.read_to_end(&mut back));
    read.unwrap();
    assert!(back == sent);
}

#[tokio::test]
async fn how_it_ends_before_the_engine_answers_says_what_is_wrong() {
    for (script, why, said) in [
        (
            "echo 'no such key' >&2; exit 255",
            "ssh did not get through",
            ": no such key",
        ),
        (
            "echo 'sh: docker: not found' >&2; exit 127",
            "no program `docker` over there",
            ": sh: docker: not found",
        ),
        ("exit 126", "can't be run over there", ""),
        (
            "read -r a; echo one >&2; echo ' two' >&2; exit 1",
            "failed with exit code 1",
            ": one; two",
        ),
        ("exit 0", "ended without an answer", ""),
        ("kill -9 $$", "ssh was killed", ""),
        ("printf 'HTTP/1.1 200 OK\\r\\n'; exit 3", "exit code 3", ""),
        (
            "printf 'Welcome\\033[1m home'; cat >/dev/null",
            "writes `W",
            "print anything?",
        ),
        (
            "printf 'HTTP/1.1 200 OK\\r\\n\\r\\nOK'; cat >/dev/null",
            "writes `OK`",
            "print anything?",
        ),
        ("exec 1>&-; exit 4", "exit code 4", ""),
    ] {
        let error = refusal(script).await;
        let text = error.to_string();
        assert!(
            text.contains(why) && text.ends_with(said),
            "{script}: {text}"
        );
        let chain = error.chain();
        assert!(!chain.contains(char::is_control), "{script}: {chain:?}");
    }
    let (settings, far) = settings(HOST);
    let error = connect_by("/nowhere/ssh", &settings, &far)
        .await
        .err()
        .unwrap();
    assert!(error.to_string().contains("no program `ssh`"), "{error}");
}

#[tokio::test]
async fn ssh_may_say_as_much_as_it_likes() {
    let flood = "head -c 1000000 /dev/zero | tr '\\0' x >&2; ";
    let stream = through(&format!("{GREETED}{flood}{ANSWERS}{flood}exec cat")).await;
    let mut stream = stream.unwrap();
    stream.write_all(b"hello").await.unwrap();
    stream.shutdown().await.unwrap();
    let mut back = String::new();
    stream.read_to_string(&mut back).await.unwrap();
    assert_eq!(back, "hello");
    let error = refusal(&format!("{flood}exit 255")).await.chain();
    assert!(error.len() < SAID + 200, "{} bytes", error.len());
}

#[tokio::test]
async fn an_end_in_the_middle_says_how_ssh_ended() {
    let script = format!("{GREETED}{ANSWERS}read -r d; printf half; echo 'lost it' >&2; exit 255");
    let mut stream = through(&script).await.unwrap();
    stream.write_all(b"go on\n").await.unwrap();
    let mut read = Vec::new();
    let error = stream.read_to_end(&mut read).await.unwrap_err();
    assert_eq!(read, b"half");
    assert_eq!(error.to_string(), "ssh ended with exit code 255: lost it");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_dropped_stream_takes_its_ssh_with_it() {
    use super::process::tests::{ended, entry};

    let script = format!("{GREETED}{ANSWERS}exec sleep 600");
    let (settings, far) = instead(&script);
    let mut session = Session::open(command("sh", &settings, &far)).unwrap();
    greet(&mut session).await.unwrap();
    let pid = session.process.child().unwrap().id();
    assert!(entry(pid).exists());
    drop(session);
    ended(pid);
    // Also what is left of it, with the next connection.
    let next = through(&script).await.unwrap();
    assert!(!entry(pid).exists());
    drop(next);
}
