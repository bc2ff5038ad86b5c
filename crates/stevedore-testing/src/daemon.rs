use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, JoinHandle, Thread};
use std::time::Duration;

use tempfile::TempDir;
use tokio::net::{UnixListener, UnixStream};
use tokio::runtime::{self, Handle};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::ledger::{Connection, Ledger};
use crate::line::{Line, Over};
use crate::playing::{self, Place};
use crate::{Error, Request, Script, Unmet};

/// A test that waits longer than this for an event will not get it.
const PATIENCE: Duration = Duration::from_secs(60);

/// A socket's path has to fit into 104 bytes on some systems.
const PATH_LIMIT: usize = 100;

/// A daemon that plays a script on a unix socket of its own, on a thread of its own.
///
/// The futures it gives can be awaited on any runtime, and [`Daemon::wait`] awaits one without
/// a runtime. Dropping it stops it without a verdict; [`Daemon::finish`] is the verdict.
#[derive(Debug)]
pub struct Daemon {
    path: PathBuf,
    ledger: Arc<Ledger>,
    runtime: Handle,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
    /// The folder goes away with the daemon.
    _folder: Option<TempDir>,
}

/// What happened in a conversation.
#[derive(Clone, Debug)]
pub struct Report {
    /// The requests in the order in which they came.
    pub requests: Vec<Request>,
    /// What was not as the script has it, a sentence each.
    pub failures: Vec<String>,
    /// The connections that the client had not closed at the end.
    pub open_connections: usize,
}

impl Daemon {
    /// Starts to listen on a socket in a new temporary folder.
    ///
    /// # Errors
    /// When the folder or the socket can't be made.
    pub fn start(script: &Script) -> Result<Self, Error> {
        Self::start_at(script, None, None)
    }

    /// Starts to listen on this socket, which must not exist yet and appears once it listens;
    /// without one as [`Daemon::start`].
    ///
    /// A `log` is a new file with a line for each event: tab-separated columns `event`
    /// (`request`, `closed` by the client, `ended` by the daemon), `connection`, `label`,
    /// `request` and `body`, under a line with these names. A closed connection has a line for
    /// each request that it served. Tabs, line ends and backslashes are written as `\t`, `\n`,
    /// `\r` and `\\`.
    ///
    /// # Errors
    /// When the folder, the socket or the log can't be made.
    pub fn start_at(
        script: &Script,
        socket: Option<&Path>,
        log: Option<&Path>,
    ) -> Result<Self, Error> {
        let (folder, path) = if let Some(path) = socket {
            (None, path.to_owned())
        } else {
            let folder = short_folder()?;
            let path = folder.path().join("docker.sock");
            (Some(folder), path)
        };
        let ledger = Arc::new(Ledger::new(script.clone()));
        if let Some(log) = log {
            let file = fs::File::create(log).and_then(|file| ledger.log_to(file));
            file.map_err(|error| Error::new(format!("{}: {error}", log.display())))?;
        }

        let fault = |error: io::Error| Error::new(format!("{}: {error}", path.display()));
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(fault)?;
        let listener = {
            let _inside = runtime.enter();
            listen(&path).map_err(fault)?
        };
        let (stop, stopped) = watch::channel(false);
        let handle = runtime.handle().clone();
        let thread = {
            let ledger = Arc::clone(&ledger);
            let serve = move || runtime.block_on(serve(listener, ledger, stopped));
            let named = thread::Builder::new().name("scripted daemon".to_owned());
            named.spawn(serve).map_err(fault)?
        };
        Ok(Self {
            path,
            ledger,
            runtime: handle,
            stop,
            thread: Some(thread),
            _folder: folder,
        })
    }

    /// Where it listens, as a `DOCKER_HOST` says it.
    pub fn host(&self) -> String {
        format!("unix://{}", self.path.display())
    }

    /// Where it listens, as a path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The requests so far.
    pub fn requests(&self) -> Vec<Request> {
        self.ledger.requests()
    }

    /// How many connections are open; [`Daemon::open_connections_are`] waits for a number.
    pub fn open_connections(&self) -> usize {
        self.ledger.open_connections()
    }

    /// Gives one of the script's `signals`, which an `await` step waits for.
    ///
    /// # Errors
    /// When the script names no such signal.
    pub fn signal(&self, name: &str) -> Result<(), Error> {
        let script = self.ledger.script();
        if !script.signals.iter().any(|signal| signal == name) {
            return Err(Error::new(format!(
                "{} has no signal `{name}`",
                script.name
            )));
        }
        self.ledger.signal(name);
        Ok(())
    }

    /// Resolves when the exchange of this label was asked for, or this signal given.
    ///
    /// # Errors
    /// When that does not happen within a minute.
    pub fn seen(&self, label: &str) -> impl Future<Output = Result<(), Error>> + Send + 'static {
        let (ledger, label) = (Arc::clone(&self.ledger), label.to_owned());
        self.patiently(format!("`{label}` to come"), async move {
            ledger.came(&label).await;
            Ok(())
        })
    }

    /// Resolves when the client has closed each connection that served the exchange of this
    /// label.
    ///
    /// # Errors
    /// When that does not happen within a minute, or the daemon closes it first.
    pub fn closed(&self, label: &str) -> impl Future<Output = Result<(), Error>> + Send + 'static {
        let (ledger, label) = (Arc::clone(&self.ledger), label.to_owned());
        self.patiently(format!("the client to close `{label}`"), async move {
            match ledger.over(&label).await {
                Connection::ClosedByDaemon => Err(Error::new(format!(
                    "the script ended the connection of `{label}`"
                ))),
                _ => Ok(()),
            }
        })
    }

    /// Resolves when this many connections are open.
    ///
    /// # Errors
    /// When that does not happen within a minute.
    pub fn open_connections_are(
        &self,
        count: usize,
    ) -> impl Future<Output = Result<(), Error>> + Send + 'static {
        let ledger = Arc::clone(&self.ledger);
        self.patiently(format!("{count} open connections"), async move {
            ledger.open_are(count).await;
            Ok(())
        })
    }

    /// Blocks until a future is ready; for tests without a runtime.
    pub fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        struct Unpark(Thread);
        impl Wake for Unpark {
            fn wake(self: Arc<Self>) {
                self.0.unpark();
            }
        }
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        let mut context = Context::from_waker(&waker);
        let mut future = pin!(future);
        loop {
            match future.as_mut().poll(&mut context) {
                Poll::Ready(value) => return value,
                Poll::Pending => thread::park(),
            }
        }
    }

    /// Stops and compares what happened with the script.
    ///
    /// The daemon's thread needs nobody else to come to its end, so this is no wait, and async
    /// tests call it as well.
    ///
    /// # Errors
    /// When an expected request did not come, another came, or a `read` did not get its bytes.
    pub fn finish(mut self) -> Result<Report, Unmet> {
        self.join();
        let report = self.ledger.report();
        if report.failures.is_empty() {
            return Ok(report);
        }
        let script = self.ledger.script();
        Err(Unmet {
            script: format!("{} ({})", script.name, script.says),
            report,
        })
    }

    fn join(&mut self) {
        self.stop.send_replace(true);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            self.ledger
                .failed("the scripted daemon itself panicked".to_owned());
        }
        // It may be gone with its folder already.
        let _ = fs::remove_file(&self.path);
    }

    /// Runs on the daemon's own runtime, whose timer works wherever the caller awaits.
    fn patiently(
        &self,
        what: String,
        event: impl Future<Output = Result<(), Error>> + Send + 'static,
    ) -> impl Future<Output = Result<(), Error>> + Send + 'static {
        let ledger = Arc::clone(&self.ledger);
        let task = self.runtime.spawn(async { timeout(PATIENCE, event).await });
        async move {
            match task.await {
                Ok(Ok(outcome)) => outcome,
                Ok(Err(_)) => {
                    let seen: Vec<_> = ledger.requests().iter().map(Request::line).collect();
                    let seconds = PATIENCE.as_secs();
                    Err(Error::new(format!(
                        "waited {seconds} s for {what}; came: {seen:?}"
                    )))
                }
                Err(_) => Err(Error::new(format!(
                    "the daemon stopped while it waited for {what}"
                ))),
            }
        }
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.join();
    }
}

fn short_folder() -> Result<TempDir, Error> {
    let mut place = std::env::temp_dir();
    if place.as_os_str().len() + "/svXXXXXX/docker.sock".len() > PATH_LIMIT {
        place = PathBuf::from("/tmp");
    }
    let named = tempfile::Builder::new().prefix("sv").tempdir_in(&place);
    named.map_err(|error| {
        let place = place.display();
        Error::new(format!("no folder for a socket in {place}: {error}"))
    })
}

/// Listens under another name first: who finds the socket can connect.
fn listen(path: &Path) -> io::Result<UnixListener> {
    if path.symlink_metadata().is_ok() {
        return Err(io::Error::from(io::ErrorKind::AlreadyExists));
    }
    let name = path.with_extension("new");
    let listener = UnixListener::bind(&name)?;
    fs::rename(&name, path)?;
    Ok(listener)
}

async fn serve(listener: UnixListener, ledger: Arc<Ledger>, mut stopped: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            biased;
            accepted = listener.accept() => accepted,
            _ = stopped.wait_for(|stopped| *stopped) => break,
        };
        match accepted {
            Ok((stream, _)) => {
                connections.spawn(connection(stream, Arc::clone(&ledger), stopped.clone()));
            }
            Err(error) => ledger.failed(format!("a connection was not accepted: {error}")),
        }
    }
    connections.join_all().await;
}

async fn connection(stream: UnixStream, ledger: Arc<Ledger>, mut stopped: watch::Receiver<bool>) {
    let number = ledger.opened();
    let mut line = match Line::new(stream) {
        Ok(line) => line,
        Err(error) => {
            ledger.failed(format!("connection {number}: {error}"));
            return ledger.closed(number, Connection::ClosedByDaemon);
        }
    };
    let mut place = Place::default();
    let over = tokio::select! {
        biased;
        over = playing::converse(&mut line, number, &ledger, &mut place) => Some(over),
        _ = stopped.wait_for(|stopped| *stopped) => None,
    };
    match over {
        Some(Over::ClientGone) => ledger.closed(number, Connection::ClosedByClient),
        Some(over) => {
            // First the record: who sees the end of the connection may ask for it.
            ledger.closed(number, Connection::ClosedByDaemon);
            line.close(over).await;
        }
        None => {
            if let Some(reading) = place.reading {
                ledger.failed(format!("{reading}: nothing when the daemon was stopped"));
            }
            if line.is_ended() {
                ledger.closed(number, Connection::ClosedByClient);
            }
        }
    }
}
