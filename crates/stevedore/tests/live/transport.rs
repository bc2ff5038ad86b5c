//! The other ways to the engine: ports, TLS, ssh.
//!
//! Where they are is said by variables, which private engines set
//! (`xtask/src/engine/doors.rs`). A test of a way that is not there says so and ends.

use std::path::PathBuf;

#[cfg(feature = "websocket")]
use stevedore::container::AttachWebsocket;
use stevedore::container::{Attach, Create, Kill, Logs, Run};
use stevedore::exec;
use stevedore::{Docker, Error, ErrorKind, Settings, Source, Tls};

#[cfg(feature = "websocket")]
use super::support::podman;
use super::support::{IMAGE, docker, labelled, read, remove, shell};

/// The value of a variable, or nothing, said aloud, where it isn't set.
fn variable(name: &str) -> Option<String> {
    let value = std::env::var(name).ok();
    if value.is_none() {
        println!("skipped: engine: no way in by {name}");
    }
    value
}

/// The host that a variable names.
fn way(name: &str) -> Option<Settings> {
    let host = variable(name)?;
    Some(Settings::new().host(host.parse().unwrap()))
}

/// One of the test's folders of certificates.
fn certificates(name: &str) -> Option<Tls> {
    let folder = PathBuf::from(variable("STEVEDORE_TEST_CERTS")?);
    Some(Tls::from_dir(folder.join(name)).unwrap())
}

/// Another host of the ssh server, with the settings of ssh that know it.
fn far(host: &str) -> Option<Settings> {
    variable("STEVEDORE_TEST_SSH")?;
    let config = variable("STEVEDORE_TEST_SSH_CONFIG")?;
    let settings = Settings::new().host(format!("ssh://{host}").parse().unwrap());
    Some(settings.ssh_arguments(["-F", config.as_str()]))
}

/// How the engine can't be reached.
async fn refusal(settings: Settings) -> Error {
    let error = Docker::new(settings).ping().await.unwrap_err();
    println!("{}", error.chain());
    assert_eq!(error.kind(), ErrorKind::Unreachable, "{error:?}");
    error
}

/// So much goes through `cat` and back.
const MUCH: usize = 100 << 20;
/// And so much where less shows the same.
const LESS: usize = 8 << 20;

/// Everything that a transport has to carry.
async fn carries_everything(settings: Settings) {
    // The image is there from here on.
    docker().await;
    let docker = Docker::new(settings);
    docker.ping().await.unwrap();

    let outcome = docker
        .containers()
        .run(shell("echo out; echo err >&2; exit 3"), Run::new().rm(true));
    let outcome = outcome.await.unwrap();
    assert_eq!(
        (&*outcome.stdout, &*outcome.stderr, outcome.exit_code),
        (&b"out\n"[..], &b"err\n"[..], 3)
    );

    let create = shell("trap 'echo bye; exit 4' TERM; echo hello; while :; do sleep 0.1; done");
    let container = docker.containers().create(&create).await.unwrap();
    container.start().await.unwrap();
    let mut followed = container.logs(Logs::new().follow(true)).await.unwrap();
    let first = followed.try_next().await.unwrap().unwrap();
    assert_eq!(
        (first.source, &first.bytes[..]),
        (Source::Stdout, &b"hello\n"[..])
    );

    let much = block(LESS);
    let cat = exec::Create::new().cmd(["cat"]);
    let executed = container.exec(cat).stdin(much.clone()).await.unwrap();
    assert!(executed.stdout == much);

    container
        .kill_with(Kill::new().signal("TERM"))
        .await
        .unwrap();
    assert_eq!(read(followed).await.0, "bye\n");
    assert_eq!(container.wait().await.unwrap(), 4);
    remove(&container).await;

    half_closes(&docker, MUCH, false).await;
    half_closes(&docker, LESS, true).await;
    // Podman has no attach over one.
    #[cfg(feature = "websocket")]
    if podman(&docker).await.is_none() {
        websocket(&docker).await;
    }
}

/// Bytes that show when some of them are missing or in another place.
fn block(size: usize) -> Vec<u8> {
    (0..=250).cycle().take(size).collect()
}

/// `cat` gets all that, then the end of it, and all of it comes back.
async fn half_closes(docker: &Docker, all: usize, by_dropping: bool) {
    let create = labelled(Create::new(IMAGE).cmd(["cat"]).stdin());
    let container = docker.containers().create(&create).await.unwrap();
    let attach = Attach::new().stream(true).stdin(true).stdout(true);
    let (mut output, mut input) = container.attach(attach).await.unwrap();
    container.start().await.unwrap();
    let block = block(1 << 20);
    let sending = async {
        for _ in 0..all / block.len() {
            input.write(&block).await.unwrap();
        }
        if by_dropping {
            drop(input);
        } else {
            input.close().await.unwrap();
        }
    };
    let receiving = async {
        let (mut count, mut same) = (0, true);
        while let Some(chunk) = output.try_next().await.unwrap() {
            let mut rest = &chunk.bytes[..];
            while !rest.is_empty() {
                let due = block.get(count % block.len()..).unwrap();
                let (now, later) = rest.split_at(rest.len().min(due.len()));
                same &= due.starts_with(now);
                count += now.len();
                rest = later;
            }
        }
        (count, same)
    };
    let ((), back) = tokio::join!(sending, receiving);
    assert_eq!(back, (all, true));
    assert_eq!(container.wait().await.unwrap(), 0);
    remove(&container).await;
}

#[cfg(feature = "websocket")]
async fn websocket(docker: &Docker) {
    let create = labelled(Create::new(IMAGE).cmd(["head", "-n", "2"]).stdin());
    let container = docker.containers().create(&create).await.unwrap();
    let mut attach = AttachWebsocket::new().id(container.id()).stream(true);
    // Engines before that connect all streams that the container has open.
    if docker.api_version().await.unwrap() >= stevedore::ApiVersion::new(1, 42) {
        attach = attach.stdin(true).stdout(true);
    }
    let mut socket = docker.call(&attach).await.unwrap();
    container.start().await.unwrap();
    socket.write("one\ntwo\n").await.unwrap();
    let mut back = Vec::new();
    while let Some(bytes) = socket.try_next().await.unwrap() {
        back.extend(bytes);
    }
    assert_eq!(back, b"one\ntwo\n");
    remove(&container).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_plain_port_carries_everything() {
    let Some(settings) = way("STEVEDORE_TEST_TCP") else {
        return;
    };
    assert_eq!(settings.warnings().len(), 1);
    carries_everything(settings).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn tls_carries_everything() {
    let (Some(settings), Some(tls)) = (way("STEVEDORE_TEST_TLS"), certificates("client")) else {
        return;
    };
    let settings = settings.tls(tls);
    assert!(settings.warnings().is_empty());
    carries_everything(settings).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn ssh_carries_everything() {
    let Some(settings) = far("engine") else {
        return;
    };
    carries_everything(settings).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn ssh_leads_to_another_socket_too() {
    let (Some(settings), Some(path)) = (
        far("engine"),
        super::support::host().path().map(ToOwned::to_owned),
    ) else {
        return;
    };
    let host = format!("{}{}", settings.host, path.display());
    Docker::new(settings.clone().host(host.parse().unwrap()))
        .ping()
        .await
        .unwrap();
    let error = refusal(settings.host("ssh://engine/no where/it's.sock".parse().unwrap())).await;
    assert!(error.to_string().contains("over there failed"), "{error}");
    assert!(
        error.chain().contains("/no where/it's.sock"),
        "{}",
        error.chain()
    );
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn who_is_not_let_in_over_tls_is_told_why() {
    let Some(settings) = way("STEVEDORE_TEST_TLS") else {
        return;
    };
    for (folder, why) in [
        ("without", "demands a client's certificate"),
        ("stranger", "refuses the client's certificate"),
        ("expired", "refuses the client's certificate"),
        ("wrong-ca", "not signed by the CA that was given"),
    ] {
        let Some(tls) = certificates(folder) else {
            return;
        };
        let error = refusal(settings.clone().tls(tls)).await;
        assert!(error.to_string().contains(why), "{folder}: {error}");
    }
    let error = refusal(settings.clone().tls(Tls::new())).await;
    assert!(
        error.to_string().contains("a CA that this system trusts"),
        "{error}"
    );
    let error = refusal(settings).await;
    assert!(
        error.to_string().contains("speaks TLS on that port"),
        "{error}"
    );
    if let (Some(misnamed), Some(tls)) =
        (way("STEVEDORE_TEST_TLS_MISNAMED"), certificates("client"))
    {
        let error = refusal(misnamed.clone().tls(tls.clone())).await;
        assert!(error.to_string().contains("for another name"), "{error}");
        let unverified = misnamed.tls(tls.verify(false));
        assert_eq!(unverified.warnings().len(), 1);
        Docker::new(unverified).ping().await.unwrap();
    }
    if let (Some(plain), Some(tls)) = (way("STEVEDORE_TEST_TCP"), certificates("client")) {
        let error = refusal(plain.tls(tls)).await;
        assert!(
            error.to_string().contains("in plain HTTP, not in TLS"),
            "{error}"
        );
    }
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn who_does_not_get_through_by_ssh_is_told_why() {
    for (host, why, said) in [
        (
            "engine-wrong-key",
            "ssh did not get through",
            "Permission denied",
        ),
        (
            "engine-unknown",
            "ssh did not get through",
            "Host key verification failed",
        ),
        (
            "engine-changed",
            "ssh did not get through",
            "Host key verification failed",
        ),
        (
            "engine-silent",
            "ssh did not get through",
            "Connection refused",
        ),
        (
            "engine-without-docker",
            "no program `docker` over there",
            "docker",
        ),
    ] {
        let Some(settings) = far(host) else {
            return;
        };
        let error = refusal(settings).await;
        let text = error.to_string();
        assert!(text.contains(why) && text.contains(said), "{host}: {text}");
    }
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn dropped_streams_leave_no_ssh_behind() {
    let Some(settings) = far("engine") else {
        return;
    };
    docker().await;
    let docker = Docker::new(settings);
    let create = shell("echo hello; exec sleep 600").stop_timeout(1);
    let container = docker.containers().create(&create).await.unwrap();
    container.start().await.unwrap();
    let mut followed = Vec::new();
    for _ in 0..5 {
        let mut logs = container.logs(Logs::new().follow(true)).await.unwrap();
        assert!(logs.try_next().await.unwrap().is_some());
        followed.push(logs);
    }
    assert!(children().len() >= 5);
    let ours = children();
    drop(followed);
    remove(&container).await;
    drop((container, docker));
    let gone = async {
        while ours
            .iter()
            .any(|child| std::path::Path::new(&format!("/proc/{child}")).exists())
        {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), gone)
        .await
        .expect("none is left");
}

/// The programs that this one has started on this thread, dead ones that nobody has collected too.
fn children() -> Vec<String> {
    let of_thread = std::fs::read_to_string("/proc/thread-self/children").unwrap();
    of_thread.split_whitespace().map(str::to_owned).collect()
}
