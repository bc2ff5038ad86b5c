//! The engines of `docker-machine`, which has one in each virtual machine that it makes.

use std::io;
#[cfg(unix)]
use std::os::fd::OwnedFd;
#[cfg(unix)]
use std::process::Child;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

#[cfg(unix)]
use tokio::io::AsyncReadExt as _;
#[cfg(unix)]
use tokio::net::unix::pipe::Receiver;

#[cfg(unix)]
use crate::together::together;
use crate::{Environment, Error, ErrorKind, Result, Settings};

const PROGRAM: &str = "docker-machine";

/// Longer than this it does not take, even where it asks a machine that is far away.
const PATIENCE: Duration = Duration::from_secs(120);

/// More than this it does not write.
#[cfg(unix)]
const LARGEST: u64 = 64 << 10;

impl Settings {
    /// The engine of a machine of `docker-machine`.
    ///
    /// Runs `docker-machine env --shell bash NAME`, without a shell and for two minutes at
    /// most (on Windows for as long as it takes), and does what it says
    /// about `DOCKER_HOST`, `DOCKER_TLS_VERIFY` and `DOCKER_CERT_PATH`; those of the
    /// environment, and contexts, do not count.
    ///
    /// # Errors
    /// Kind `Settings`: the program is not on the `PATH`, it fails, or it names no engine.
    pub async fn from_machine(environment: &Environment, name: &str) -> Result<Self> {
        let Some(program) = environment.program(PROGRAM) else {
            return Err(wrong(format!("`{PROGRAM}` is not on the PATH")));
        };
        let shown = name.escape_debug();
        if name.is_empty() || name.starts_with('-') {
            return Err(wrong(format!("`{shown}` can't be the name of a machine")));
        }
        let failed = |why: &str| wrong(format!("cannot use the machine `{shown}`: {why}"));
        let mut command = Command::new(program);
        command.args(["env", "--shell", "bash", name]);
        let Said { out, err, status } = tokio::time::timeout(PATIENCE, run(command))
            .await
            .map_err(|_| failed(&format!("`{PROGRAM} env` has not ended after {PATIENCE:?}")))?
            .map_err(|error| failed("the program can't be run").caused_by(error))?;
        if !status.success() {
            let why = err.lines().map(str::trim).find(|line| !line.is_empty());
            return Err(failed(&format!(
                "`{PROGRAM} env` says: {}",
                why.unwrap_or("nothing, but fails").escape_debug()
            )));
        }
        let told = exported(&out).fold(Environment::new(), |told, (name, value)| {
            told.with(name, value)
        });
        if told.variable("DOCKER_HOST")?.is_none() {
            return Err(failed(&format!("`{PROGRAM} env` names no DOCKER_HOST")));
        }
        let mut settings = Self::from_environment(&told)?;
        settings.origin = crate::discover::Origin::Machine(name.to_owned());
        settings.version = Self::version_from(environment)?;
        Ok(settings)
    }
}

/// What a program has written, as far as it is wanted, and how it ended.
struct Said {
    out: String,
    err: String,
    status: ExitStatus,
}

/// Runs a program to its end; dropped before that, it is killed. Who keeps one of its streams
/// open is waited for, too.
///
/// Not as a process of tokio: that would have every reactor listen for signals, with sockets
/// that a forked child shares.
#[cfg(unix)]
async fn run(mut command: Command) -> io::Result<Said> {
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut child = Killed(child);
    let (out, err) = (child.0.stdout.take(), child.0.stderr.take());
    let streams = vec![written(out.map(Into::into)), written(err.map(Into::into))];
    let mut texts = together(streams).await.into_iter();
    let mut text = || texts.next().unwrap_or(Ok(String::new()));
    let (out, err) = (text()?, text()?);
    // It has closed both streams: it ends now, or is one that hides and goes on.
    loop {
        if let Some(status) = child.0.try_wait()? {
            return Ok(Said { out, err, status });
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[cfg(not(unix))]
#[allow(clippy::unused_async, reason = "it stands for the one that waits")]
async fn run(mut command: Command) -> io::Result<Said> {
    let output = command.stdin(Stdio::null()).output()?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(Said {
        out: text(&output.stdout),
        err: text(&output.stderr),
        status: output.status,
    })
}

#[cfg(unix)]
async fn written(stream: Option<OwnedFd>) -> io::Result<String> {
    let mut bytes = Vec::new();
    if let Some(stream) = stream {
        let stream = Receiver::from_owned_fd(stream)?;
        stream.take(LARGEST).read_to_end(&mut bytes).await?;
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A program that nobody waits for any more is ended. One that has ended is not harmed.
#[cfg(unix)]
struct Killed(Child);

#[cfg(unix)]
impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The lines `export NAME="VALUE"`.
fn exported(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.lines().filter_map(|line| {
        let (name, value) = line.trim().strip_prefix("export ")?.split_once('=')?;
        let value = value.strip_prefix('"')?.strip_suffix('"')?;
        name.starts_with("DOCKER_").then_some((name, value))
    })
}

fn wrong(what: String) -> Error {
    Error::new(ErrorKind::Settings, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_exported_is_read() {
        let text = "export DOCKER_TLS_VERIFY=\"1\"\r\nexport DOCKER_HOST=\"tcp://10.0.0.2:2376\"\n\
                    # Run this command: eval $(docker-machine env x)\nexport PATH=\"/tmp\"\n\
                    export DOCKER_CERT_PATH=/unquoted\n";
        let read: Vec<_> = exported(text).collect();
        assert_eq!(
            read,
            [
                ("DOCKER_TLS_VERIFY", "1"),
                ("DOCKER_HOST", "tcp://10.0.0.2:2376")
            ]
        );
    }
}
