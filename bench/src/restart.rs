//! An engine that is killed, or stopped, while something of it is waited for: how each wait
//! ends, after what time, and that the next call finds the engine that was started anew.
//!
//! Only for an engine of one's own: its process gets KILL and STOP.

use std::future::Future;
use std::os::unix::net::UnixStream;
use std::pin::{Pin, pin};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use rustix::net::sockopt::socket_peercred;
use rustix::process::{Signal, kill_process};
use stevedore::container::{Attach, Create, List, Logs, Remove, Run, Stop};
use stevedore::{Docker, Error, ErrorKind, Host, Reference, Request, Settings, Stdin, exec};
use tokio::time::timeout;

use crate::child::status;
use crate::scratch::Scratch;

/// A wait goes on for so long before the engine is struck.
const BEFORE: Duration = Duration::from_millis(500);
/// The limits that are set where the engine is stopped.
const LIMIT: Duration = Duration::from_secs(1);
/// No wait may last longer than this.
const HANG: Duration = Duration::from_secs(10);

/// A wait that ends only with the engine.
type Wait = Pin<Box<dyn Future<Output = Result<(), Error>>>>;

/// What is waited for.
const KINDS: [(&str, fn(Docker, String) -> Wait); 9] = [
    ("a call: stop", |docker, id| Box::pin(stop(docker, id))),
    ("wait", |docker, id| Box::pin(wait(docker, id))),
    ("followed log", |docker, id| Box::pin(log(docker, id))),
    ("events", |docker, _| Box::pin(events(docker))),
    ("attach, reading", |docker, id| Box::pin(attach(docker, id))),
    ("attach, writing", |docker, id| Box::pin(write(docker, id))),
    ("exec, both ways", |docker, id| {
        Box::pin(execute(docker, id))
    }),
    ("run with input", |docker, _| {
        Box::pin(run_with_input(docker))
    }),
    ("upload of an archive", |docker, id| {
        Box::pin(upload(docker, id))
    }),
];

/// `again` starts the engine where it is down.
pub(crate) fn run(again: &[&str]) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let settings = Settings::from_env()?;
        let Host::Unix(path) = settings.host.clone() else {
            bail!("the engine must be at a unix socket, and private");
        };
        let engine = Engine {
            socket: path.into(),
            again,
        };
        let docker = Docker::new(settings.clone());
        let measured = measure(&engine, &docker, settings).await;
        // Also where a check has failed: it may be down then, or stopped.
        let restored = restore(&engine, &docker).await;
        measured.and(restored)
    })
}

/// The engine up, and without anything of this program.
async fn restore(engine: &Engine<'_>, docker: &Docker) -> Result<()> {
    // One that is stopped takes connections all the same; one that is down is started.
    let _ = engine.signal(Signal::CONT);
    engine.start()?;
    sweep(docker).await
}

async fn measure(engine: &Engine<'_>, docker: &Docker, settings: Settings) -> Result<()> {
    let image = Reference::new("busybox");
    if !docker.image("busybox").exists().await? {
        docker.images().pull(&image).await?.done().await?;
    }
    let hasty = Docker::new(settings.request_timeout(LIMIT).idle_timeout(LIMIT));
    between(docker, engine).await?;

    println!(
        "\n| what is waited for | killed: ends after (ms) | with | stopped: ends after (ms) | with |"
    );
    println!("|---|---|---|---|---|");
    let mut before = None;
    for (name, wait) in KINDS {
        let killed = struck(docker, wait, false, || engine.signal(Signal::KILL)).await?;
        engine.start()?;
        docker.ping().await.context("the next call")?;
        sweep(docker).await?;

        // No limit is meant for a container's end.
        let is_endless = name == "wait";
        let stop = || engine.signal(Signal::STOP);
        let stopped = struck(&hasty, wait, is_endless, stop).await;
        engine.signal(Signal::CONT)?;
        let stopped = stopped?;
        hasty.ping().await.context("the next call")?;
        sweep(docker).await?;
        println!("| {name} | {killed} | {stopped} |");
        // The first round fills what is kept.
        before.get_or_insert((descriptors()?, status("self", "VmRSS")?));
    }
    let (files, size) = before.context("a round")?;
    let (files_after, size_after) = (descriptors()?, status("self", "VmRSS")?);
    println!(
        "\nAfter the first kind: {files} descriptors, {size} KiB; after the last: {files_after} \
         descriptors, {size_after} KiB."
    );
    ensure!(files_after <= files, "descriptors are left over");
    Ok(())
}

/// The engine that is killed between calls, and asked while it is down.
async fn between(docker: &Docker, engine: &Engine<'_>) -> Result<()> {
    println!("| between calls | ms | outcome |");
    println!("|---|---|---|");
    docker.ping().await?;
    engine.signal(Signal::KILL)?;
    while UnixStream::connect(&engine.socket).is_ok() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let begun = Instant::now();
    let error = docker.ping().await.err().context("a ping without engine")?;
    ensure!(error.kind() == ErrorKind::Unreachable, "{error}");
    let told = told(&error, &docker.client().host().to_string(), "");
    println!("| a ping while it is down | {} | {told} |", millis(begun));
    engine.start()?;
    let begun = Instant::now();
    docker.ping().await?;
    println!("| a ping once it is up again | {} | well |", millis(begun));
    engine.signal(Signal::KILL)?;
    engine.start()?;
    let begun = Instant::now();
    docker.ping().await?;
    println!(
        "| a ping after it was killed and started, on what was a kept connection | {} | well |",
        millis(begun)
    );
    Ok(())
}

/// Begins a wait, strikes, and tells how the wait ended, as two cells of a table.
async fn struck(
    docker: &Docker,
    wait: fn(Docker, String) -> Wait,
    is_endless: bool,
    strike: impl FnOnce() -> Result<()>,
) -> Result<String> {
    let create = Create::new("busybox")
        .cmd([
            "sh",
            "-c",
            "trap '' TERM; echo ready; while :; do sleep 1; done",
        ])
        .open_stdin(true)
        .labels([("stevedore.test", label())]);
    let container = docker.containers().create(&create).await?;
    container.start().await?;
    let id = container.id().to_owned();
    let mut wait = pin!(wait(docker.clone(), id.clone()));
    if let Ok(early) = timeout(BEFORE, &mut wait).await {
        bail!("it ended before the engine was struck: {early:?}");
    }
    strike()?;
    let begun = Instant::now();
    let ended = match timeout(HANG, &mut wait).await {
        Ok(ended) => ended,
        Err(_) if is_endless => return Ok("- | goes on: it has no limit".to_owned()),
        Err(_) => bail!("it goes on {HANG:?} after the engine was struck"),
    };
    let Err(error) = ended else {
        bail!("it ended well without the engine");
    };
    let place = docker.client().host().to_string();
    Ok(format!("{} | {}", millis(begun), told(&error, &place, &id)))
}

/// An error in one cell.
fn told(error: &Error, place: &str, id: &str) -> String {
    let mut text = error.chain().replace(place, "HOST");
    if !id.is_empty() {
        text = text.replace(id, "ID");
    }
    format!("`{:?}`: {}", error.kind(), text.replace('|', "\\|"))
}

async fn stop(docker: Docker, id: String) -> Result<(), Error> {
    docker
        .container(id)
        .stop_with(Stop::new().t(60))
        .await
        .map(drop)
}

async fn wait(docker: Docker, id: String) -> Result<(), Error> {
    docker.container(id).wait().await.map(drop)
}

async fn log(docker: Docker, id: String) -> Result<(), Error> {
    let logs = Logs::new().follow(true).stdout(true).stderr(true);
    let mut logs = docker.container(id).logs(logs).await?;
    while logs.try_next().await?.is_some() {}
    Ok(())
}

async fn events(docker: Docker) -> Result<(), Error> {
    let mut events = docker.request(&Request::get("/events")).await?;
    while events.next().await?.is_some() {}
    Ok(())
}

/// An end of what was handed over says nothing by itself; the container is asked for it, as
/// `run` does.
async fn attach(docker: Docker, id: String) -> Result<(), Error> {
    let container = docker.container(id);
    let attach = Attach::new().stream(true).stdout(true).stdin(true);
    let (mut output, _input) = container.attach(attach).await?;
    while output.try_next().await?.is_some() {}
    container.inspect().await.map(drop)
}

async fn write(docker: Docker, id: String) -> Result<(), Error> {
    let attach = Attach::new().stream(true).stdin(true);
    let (_output, mut input) = docker.container(id).attach(attach).await?;
    let piece = vec![b'x'; 64 << 10];
    loop {
        input.write(&piece).await?;
    }
}

async fn execute(docker: Docker, id: String) -> Result<(), Error> {
    let launch = docker.container(id).exec(exec::Create::new().cmd(["cat"]));
    let mut running = launch.stdin(endless()).start().await?;
    while running.try_next().await?.is_some() {}
    running.exit().await.map(drop)
}

async fn run_with_input(docker: Docker) -> Result<(), Error> {
    let create = Create::new("busybox")
        .cmd(["sh", "-c", "cat > /dev/null"])
        .labels([("stevedore.test", label())]);
    let launch = docker.containers().run(create, Run::new());
    let launch = launch.stdin(endless());
    launch.await.map(drop)
}

async fn upload(docker: Docker, id: String) -> Result<(), Error> {
    let failed = |error| Error::new(ErrorKind::Local, "no file to copy").caused_by(error);
    // It goes with the wait, however that ends.
    let scratch = Scratch::new("upload").map_err(failed)?;
    let path = scratch.path().join("zeros");
    // Longer than anybody waits, and takes no room here.
    let file = std::fs::File::create(&path);
    file.and_then(|file| file.set_len(64 << 30))
        .map_err(|error| failed(error.into()))?;
    docker.container(id).copy_in(path, "/").await.map(drop)
}

fn endless() -> Stdin {
    Stdin::reader(tokio::io::repeat(b'x'))
}

fn label() -> String {
    format!("bench-{}", std::process::id())
}

/// Removes the containers of this program.
async fn sweep(docker: &Docker) -> Result<()> {
    let mine = format!("stevedore.test={}", label());
    let list = List::new().all(true).filter("label", mine);
    for container in docker.containers().list(&list).await? {
        let remove = Remove::new().force(true);
        docker.container(container.id).remove_with(remove).await?;
    }
    Ok(())
}

struct Engine<'a> {
    socket: std::path::PathBuf,
    again: &'a [&'a str],
}

impl Engine<'_> {
    /// To the process that listens on the socket.
    fn signal(&self, signal: Signal) -> Result<()> {
        let socket = UnixStream::connect(&self.socket)?;
        kill_process(socket_peercred(&socket)?.pid, signal)?;
        Ok(())
    }

    /// Starts it where it is down. What is left of the last one may take a moment to end.
    fn start(&self) -> Result<()> {
        let [program, words @ ..] = self.again else {
            bail!("nothing is said of how the engine is started");
        };
        for _ in 0..50 {
            let mut command = Command::new(program);
            command
                .args(words)
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            if command.status()?.success() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        bail!("`{}` does not start it", self.again.join(" "));
    }
}

fn descriptors() -> Result<usize> {
    Ok(std::fs::read_dir("/proc/self/fd")?.count())
}

fn millis(begun: Instant) -> u128 {
    begun.elapsed().as_millis()
}
