//! Engines on other machines, through the system's `ssh`.
//!
//! Over there `docker system dial-stdio` passes bytes between its standard streams and
//! its engine. The program stays a child of the stream that it carries: dropping the
//! stream kills it.

mod far;
mod process;

use std::fmt;
use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::process::{Command, ExitStatus, Stdio};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::time::{Sleep, sleep};

use self::far::{Errors, Far};
use self::process::Process;
use super::BoxStream;
use crate::error::Hitch;
use crate::host::Ssh;
use crate::{Error, Result, Settings};

/// A connection to the engine over there, which has answered on it once.
///
/// What ssh and the far side's shell and `docker` do before that is known by their end
/// only. So nothing of the caller's is sent before the engine has answered: a failure
/// up to there is one of connecting.
pub(super) async fn connect(settings: &Settings, far: &Ssh) -> Result<BoxStream> {
    connect_by("ssh", settings, far).await
}

async fn connect_by(program: &str, settings: &Settings, far: &Ssh) -> Result<BoxStream> {
    let mut session = Session::open(command(program, settings, far))
        .map_err(|error| Error::unreachable(settings, error).for_hitch(Hitch::NoProgram))?;
    match greet(&mut session).await {
        Ok(()) => Ok(Box::pin(session)),
        Err(error) => Err(explain(settings, error)),
    }
}

/// The command, of which no shell here reads anything.
fn command(program: &str, settings: &Settings, far: &Ssh) -> Command {
    let mut command = Command::new(program);
    // Of an option that is given twice, ssh takes the first.
    command.args(&settings.ssh_arguments);
    // There is nobody who could answer a question.
    command.args(["-T", "-o", "BatchMode=yes"]);
    if let Some(limit) = settings.connect_timeout {
        // It gives up a little earlier, and says better why.
        let seconds = limit.mul_f64(2.0 / 3.0).as_secs().clamp(1, 1 << 30);
        command.args(["-o", &format!("ConnectTimeout={seconds}")]);
    }
    if let Some(user) = &far.user {
        command.args(["-l", user]);
    }
    if let Some(port) = far.port {
        command.arg("-p").arg(port.to_string());
    }
    command.args(["--", &far.host, "docker"]);
    if let Some(path) = &far.path {
        command.arg(quoted(&format!("--host=unix://{path}")));
    }
    command.args(["system", "dial-stdio"]);
    command
}

/// The word as a shell takes it for one: that of the far side reads the command.
fn quoted(word: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._/:=+,@".contains(&byte);
    if word.bytes().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// The head of an answer to the greeting is no longer than this.
const GREETING: usize = 16 << 10;

/// Asks for a sign of life, and waits for it.
async fn greet(session: &mut Session) -> io::Result<()> {
    let greeting = b"HEAD /_ping HTTP/1.1\r\nHost: localhost\r\n\r\n";
    match session.write_all(greeting).await {
        // It has ended well, and read nothing.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            return Err(io::Error::other(Ended::silently()));
        }
        written => written?,
    }
    session.flush().await?;
    let mut head = Vec::new();
    loop {
        if session.read_buf(&mut head).await? == 0 {
            return Err(io::Error::other(Ended::silently()));
        }
        let common = head.iter().zip(b"HTTP/1.").all(|(had, due)| had == due);
        if !common || head.len() > GREETING {
            return Err(io::Error::other(Stranger::new(&head)));
        }
        // Nothing follows before the next request.
        if let Some(end) = head.windows(4).position(|four| four == b"\r\n\r\n") {
            return match head.get(end + 4..) {
                None | Some([]) => Ok(()),
                Some(surplus) => Err(io::Error::other(Stranger::new(surplus))),
            };
        }
    }
}

/// What kept the engine from answering the greeting.
fn explain(settings: &Settings, error: io::Error) -> Error {
    let inner = error.get_ref();
    if let Some(ended) = inner.and_then(|inner| inner.downcast_ref::<Ended>()) {
        let code;
        let why = match ended.code {
            // Its own exit code; what it runs over there hardly ever ends with it.
            Some(255) => "ssh did not get through to that machine",
            Some(127) => {
                "there is no program `docker` over there, which passes the connection on \
                 (18.09 or later)"
            }
            Some(126) => "the program `docker` can't be run over there",
            Some(0) => "`docker system dial-stdio` over there ended without an answer",
            Some(other) => {
                code =
                    format!("`docker system dial-stdio` over there failed with exit code {other}");
                &code
            }
            None => "ssh was killed",
        };
        // In the message itself: what it says is the reason.
        let error = match ended.said.as_str() {
            "" => Error::unreachable_because(settings, why),
            said => Error::unreachable_because(settings, &format!("{why}: {said}")),
        };
        return match ended.code {
            Some(255) => error.for_hitch(Hitch::Passing),
            _ => error,
        };
    }
    if let Some(stranger) = inner.and_then(|inner| inner.downcast_ref::<Stranger>()) {
        let why = format!(
            "something over there writes `{}` before the engine can answer; \
             do the start-up files of the shell print anything?",
            stranger.0
        );
        return Error::unreachable_because(settings, &why);
    }
    Error::unreachable(settings, error)
}

/// Something that is not an engine's answer, from its start.
#[derive(Debug)]
struct Stranger(String);

impl Stranger {
    fn new(bytes: &[u8]) -> Self {
        let start: Vec<u8> = bytes.iter().copied().take(60).collect();
        Self(printable(&String::from_utf8_lossy(&start)))
    }
}

impl fmt::Display for Stranger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no answer of an engine", self.0)
    }
}

impl std::error::Error for Stranger {}

/// How the program ended, other than well.
#[derive(Debug)]
struct Ended {
    /// None where it was killed.
    code: Option<i32>,
    /// The last of what it wrote on its standard error.
    said: String,
}

impl Ended {
    fn silently() -> Self {
        Self {
            code: Some(0),
            said: String::new(),
        }
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => write!(f, "ssh ended with exit code {code}")?,
            None => f.write_str("ssh was killed")?,
        }
        if !self.said.is_empty() {
            write!(f, ": {}", self.said)?;
        }
        Ok(())
    }
}

impl std::error::Error for Ended {}

/// On one line, and without what would steer a terminal.
fn printable(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let line = lines.collect::<Vec<_>>().join("; ");
    line.replace(char::is_control, " ")
}

/// So much of what ssh says is kept, from its end.
const SAID: usize = 2 << 10;
/// Once its output has ended, it is given this long to end itself.
const PATIENCE: Duration = Duration::from_secs(10);
/// And is looked after this often.
const TICK: Duration = Duration::from_millis(5);
/// Once it has ended, it is listened to for no longer than this: a connection that it
/// shares with others may hold its standard error open.
const ECHO: Duration = Duration::from_millis(200);

/// A running ssh, as a stream.
///
/// It is no process of tokio: that would have every reactor listen for signals, with sockets
/// that a forked child shares.
struct Session {
    /// Nobody else is left to end it.
    process: Process,
    far: Far,
    errors: Option<Errors>,
    said: Vec<u8>,
    ended: Option<ExitStatus>,
    timer: Option<Pin<Box<Sleep>>>,
    /// Since when its end is waited for.
    ending: Option<Instant>,
}

impl Session {
    fn open(mut command: Command) -> io::Result<Self> {
        command.stderr(Stdio::piped());
        // What the terminal sends to who runs in it, such as Ctrl-C, is not for it.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        // Nor does it get a window.
        #[cfg(windows)]
        std::os::windows::process::CommandExt::creation_flags(&mut command, 0x0800_0000);
        let (far, errors, process) = far::spawn(command)?;
        Ok(Self {
            process,
            far,
            errors,
            said: Vec::new(),
            ended: None,
            timer: None,
            ending: None,
        })
    }

    /// Reads what ssh has to say, so that it need not wait to say it. Gives whether it
    /// can't say any more.
    fn listen(&mut self, cx: &mut Context<'_>) -> bool {
        let mut space = [0; 1024];
        while let Some(errors) = &mut self.errors {
            let mut buf = ReadBuf::new(&mut space);
            match Pin::new(errors).poll_read(cx, &mut buf) {
                Poll::Pending => return false,
                Poll::Ready(Ok(())) if !buf.filled().is_empty() => {
                    self.said.extend_from_slice(buf.filled());
                    let surplus = self.said.len().saturating_sub(SAID);
                    self.said.drain(..surplus);
                }
                Poll::Ready(_) => self.errors = None,
            }
        }
        true
    }

    /// The end of the output: well, or with how ssh ended.
    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let status = match self.ended {
            Some(status) => status,
            None => ready!(self.poll_exit(cx))?,
        };
        if status.success() {
            return Poll::Ready(Ok(()));
        }
        if !self.listen(cx) {
            ready!(self.poll_timer(ECHO, cx));
        }
        Poll::Ready(Err(io::Error::other(Ended {
            code: status.code(),
            said: printable(&String::from_utf8_lossy(&self.said)),
        })))
    }

    /// Waits for ssh to end, but not for ever.
    fn poll_exit(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<ExitStatus>> {
        // What it still waits for won't come.
        let _ = Pin::new(&mut self.far).poll_shutdown(cx);
        self.listen(cx);
        let began = *self.ending.get_or_insert_with(Instant::now);
        loop {
            if let Some(status) = self.process.try_wait()? {
                // The next one that it sets is for something else.
                self.timer = None;
                return Poll::Ready(Ok(*self.ended.insert(status)));
            }
            if began.elapsed() > PATIENCE {
                self.process.kill()?;
                let lingers = "ssh has closed the connection, but does not end";
                return Poll::Ready(Err(io::Error::other(lingers)));
            }
            ready!(self.poll_timer(TICK, cx));
        }
    }

    fn poll_timer(&mut self, after: Duration, cx: &mut Context<'_>) -> Poll<()> {
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(after)));
        ready!(timer.as_mut().poll(cx));
        self.timer = None;
        Poll::Ready(())
    }
}

impl AsyncRead for Session {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.listen(cx);
        let before = buf.filled().len();
        match Pin::new(&mut self.far).poll_read(cx, buf) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Ok(())) if buf.filled().len() > before || buf.remaining() == 0 => {
                Poll::Ready(Ok(()))
            }
            // Its end; a reset where it has left something unread.
            Poll::Ready(_) => self.poll_end(cx),
        }
    }
}

impl AsyncWrite for Session {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.listen(cx);
        match ready!(Pin::new(&mut self.far).poll_write(cx, bytes)) {
            Ok(count) => Poll::Ready(Ok(count)),
            // Nobody reads any more: why that is counts.
            Err(error) => {
                ready!(self.poll_end(cx))?;
                Poll::Ready(Err(error))
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.far).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.far).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests;
