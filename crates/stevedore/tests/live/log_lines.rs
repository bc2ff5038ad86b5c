//! Logs, line by line.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use stevedore::container::{Container, LogLine, LogLines, Logs, Remove};
use stevedore::{Docker, Host, Settings, Source};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};

use super::support::{docker, host, name, remove, shell};

/// A container that has run `script` to its end.
async fn ran(script: &str, tty: bool) -> Container {
    let docker = docker().await;
    let create = shell(script).tty(tty);
    let container = docker.containers().create(&create).await.unwrap();
    container.start().await.unwrap();
    container.wait().await.unwrap();
    container
}

async fn all(mut lines: LogLines) -> Vec<LogLine> {
    let mut found = Vec::new();
    while let Some(line) = lines.try_next().await.unwrap() {
        found.push(line);
    }
    found
}

async fn lines(container: &Container) -> Vec<LogLine> {
    all(container.log_lines(Logs::new()).await.unwrap()).await
}

fn of(lines: &[LogLine], source: Source) -> Vec<&LogLine> {
    let is_of = |line: &&LogLine| line.source == Some(source);
    lines.iter().filter(is_of).collect()
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn lines_are_whole_and_have_a_source_and_a_time() {
    // The engine takes 16 KiB at once.
    let long = "head -c 50000 /dev/zero | tr '\\0' x; echo";
    let script = format!("echo one; echo two >&2; {long}; {{ {long}; }} >&2; echo; printf end");
    let container = ran(&script, false).await;
    let found = lines(&container).await;
    let texts = |source| -> Vec<String> {
        let lines = of(&found, source).into_iter();
        lines.map(|line| line.text().into_owned()).collect()
    };
    let long = "x".repeat(50_000);
    assert_eq!(texts(Source::Stdout), ["one", &long, "", "end"]);
    assert_eq!(texts(Source::Stderr), ["two", &long]);
    let inspect = container.inspect().await.unwrap();
    let started = inspect.state.started_at.nanoseconds().unwrap();
    let finished = inspect.state.finished_at.nanoseconds().unwrap();
    let minute = 60_000_000_000;
    for line in &found {
        let time = line.time.as_ref().unwrap().nanoseconds().unwrap();
        assert!(
            started - minute < time && time < finished + minute,
            "{line:?}"
        );
        assert!(!line.continues);
    }
    remove(&container).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn lines_of_a_terminal_are_whole_and_have_a_time() {
    let long = "head -c 50000 /dev/zero | tr '\\0' x; echo";
    let container = ran(&format!("echo one; {long}; printf end"), true).await;
    let found = lines(&container).await;
    let texts: Vec<_> = found.iter().map(|line| line.text().into_owned()).collect();
    assert_eq!(texts, ["one", &"x".repeat(50_000), "end"]);
    assert!(
        found
            .iter()
            .all(|line| line.source.is_none() && line.time.is_some())
    );
    remove(&container).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn last_words_stand_apart_from_what_the_next_life_says_first() {
    let container = ran("echo first; printf last", false).await;
    container.start().await.unwrap();
    container.wait().await.unwrap();
    let found = lines(&container).await;
    let texts: Vec<_> = found.iter().map(|line| line.text().into_owned()).collect();
    assert_eq!(texts, ["first", "last", "first", "last"]);
    remove(&container).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_line_of_100_mb_comes_in_parts_of_which_none_is_lost() {
    let script = "head -c 100000000 /dev/zero | tr '\\0' x; echo; echo after";
    let container = ran(script, false).await;
    let mut lines = container.log_lines(Logs::new()).await.unwrap();
    let (mut bytes, mut parts) = (0, 0);
    let last = loop {
        let line = lines.try_next().await.unwrap().unwrap();
        assert!(line.bytes.len() <= LogLines::LONGEST);
        bytes += line.bytes.len();
        parts += 1;
        if !line.continues {
            break line;
        }
    };
    assert!(last.bytes.ends_with(b"x\n"));
    assert_eq!(bytes, 100_000_001);
    println!("{bytes} bytes in {parts} parts");
    let after = lines.try_next().await.unwrap().unwrap();
    assert_eq!(after.text(), "after");
    assert!(lines.try_next().await.unwrap().is_none());
    remove(&container).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn only_what_is_asked_for_is_shown() {
    let container = ran("for i in 1 2 3 4 5; do echo $i; echo $i >&2; done", false).await;
    let found = lines(&container).await;
    let out = of(&found, Source::Stdout);
    let third = out[2].time.clone().unwrap();
    let texts = |lines: Vec<LogLine>| -> Vec<String> {
        lines.iter().map(|line| line.text().into_owned()).collect()
    };
    let only = |logs: Logs| async { texts(all(container.log_lines(logs).await.unwrap()).await) };
    let stdout = || Logs::new().stdout(true);
    assert_eq!(only(stdout()).await, ["1", "2", "3", "4", "5"]);
    assert_eq!(only(stdout().since(third)).await, ["3", "4", "5"]);
    assert_eq!(only(Logs::new().tail(10)).await.len(), 10);
    assert_eq!(only(Logs::new().tail(4)).await.len(), 4);
    assert_eq!(only(Logs::new().stderr(true)).await.len(), 5);
    remove(&container).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_followed_log_ends_when_its_container_is_removed() {
    let docker = docker().await;
    let create = shell("echo one; echo two; exec sleep 600");
    let container = docker.containers().create(&create).await.unwrap();
    container.start().await.unwrap();
    let logs = Logs::new().follow(true);
    let lines = container.log_lines(logs).await.unwrap();
    let mut lines = lines.resume(std::time::Duration::from_secs(5));
    for text in ["one", "two"] {
        assert_eq!(lines.try_next().await.unwrap().unwrap().text(), text);
    }
    container
        .remove_with(Remove::new().force(true))
        .await
        .unwrap();
    assert!(lines.try_next().await.unwrap().is_none());
}

/// Stands between a client and the engine, and cuts each connection after some bytes.
struct Scissors {
    socket: PathBuf,
    connections: Arc<AtomicU64>,
}

impl Scissors {
    fn new(engine: &Path) -> Self {
        let socket = std::env::temp_dir().join(format!("{}.sock", name("scissors")));
        let listener = UnixListener::bind(&socket).unwrap();
        let engine = engine.to_owned();
        let connections = Arc::new(AtomicU64::new(0));
        let count = connections.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                // The first ones are cut early, the later ones far behind that.
                let bytes = 1424 * (1 + count.fetch_add(1, Ordering::Relaxed));
                let engine = UnixStream::connect(&engine).await.unwrap();
                tokio::spawn(cut_after(client, engine, bytes));
            }
        });
        Self {
            socket,
            connections,
        }
    }
}

impl Drop for Scissors {
    fn drop(&mut self) {
        std::fs::remove_file(&self.socket).unwrap();
    }
}

async fn cut_after(client: UnixStream, engine: UnixStream, bytes: u64) {
    let (mut from_client, mut to_client) = client.into_split();
    let (from_engine, mut to_engine) = engine.into_split();
    let asking = async {
        tokio::io::copy(&mut from_client, &mut to_engine)
            .await
            .map(drop)
    };
    let answering = async {
        let mut some = from_engine.take(bytes);
        tokio::io::copy(&mut some, &mut to_client).await?;
        to_client.shutdown().await
    };
    tokio::select! {
        _ = asking => {}
        _ = answering => {}
    }
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_followed_log_that_is_cut_again_and_again_loses_and_repeats_nothing() {
    let Host::Unix(engine) = host() else {
        println!("only a unix socket can be stood before here");
        return;
    };
    let direct = docker().await;
    // Nothing is written to the one for a while, so that it falls behind the other.
    let script = "i=0; while [ $i -lt 6000 ]; do i=$((i+1)); echo out $i; \
                  if [ $((i%7)) = 0 ] && [ $((i/1000%2)) = 0 ]; then echo err $i >&2; fi; \
                  if [ $((i%1500)) = 0 ]; then sleep 0.3; fi; done";
    let container = direct.containers().create(&shell(script)).await.unwrap();
    let scissors = Scissors::new(&engine);
    let address = format!("unix://{}", scissors.socket.display());
    let settings = Settings::new()
        .host(address.parse().unwrap())
        .version(direct.api_version().await.unwrap())
        .unwrap();
    let cut = Docker::new(settings).container(container.id());
    container.start().await.unwrap();
    let logs = Logs::new().follow(true);
    // The very first answer may be cut within its head.
    let lines = loop {
        match cut.log_lines(logs.clone()).await {
            Ok(lines) => break lines,
            Err(error) => println!("{}", error.chain()),
        }
    };
    let found = all(lines.resume(std::time::Duration::from_secs(30))).await;
    let whole = all(container.log_lines(Logs::new()).await.unwrap()).await;
    for source in [Source::Stdout, Source::Stderr] {
        let (found, whole) = (of(&found, source), of(&whole, source));
        assert!(
            found == whole,
            "{source:?}: {} of {}",
            found.len(),
            whole.len()
        );
    }
    assert_eq!(of(&whole, Source::Stdout).len(), 6000);
    let connections = scissors.connections.load(Ordering::Relaxed);
    assert!(connections > 10, "{connections}");
    println!("{} lines over {connections} connections", whole.len());
    remove(&container).await;
}
