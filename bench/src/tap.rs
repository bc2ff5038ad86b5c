//! A socket in front of the engine's, which notices when a connection to it ends.

use std::io::{Read as _, Write as _};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use rustix::event::{PollFd, PollFlags, poll};
use stevedore::Host;

pub(crate) struct Tap {
    path: PathBuf,
    /// When connections have ended.
    ends: Receiver<Instant>,
}

impl Tap {
    pub(crate) fn open(engine: &Path) -> Result<Self> {
        let name = format!("stevedore-bench-{}.sock", std::process::id());
        let path = std::env::temp_dir().join(name);
        let listener = UnixListener::bind(&path)?;
        let (tell, ends) = mpsc::channel();
        let engine = engine.to_owned();
        thread::spawn(move || {
            for near in listener.incoming() {
                let _ = near.and_then(|near| serve(near, &engine, tell.clone()));
            }
        });
        Ok(Self { path, ends })
    }

    pub(crate) fn host(&self) -> Result<Host> {
        Ok(format!("unix://{}", self.path.display()).parse()?)
    }

    /// Drops what has connections open, and says how long it took until the last of them had
    /// ended.
    pub(crate) fn time<T>(&self, value: T) -> Result<Duration> {
        // Those that ended before are of no interest.
        while self.ends.try_recv().is_ok() {}
        let begun = Instant::now();
        drop(value);
        let first = self.ends.recv_timeout(Duration::from_secs(5));
        let mut last = first.context("no connection has ended within 5 s")?;
        while let Ok(next) = self.ends.recv_timeout(Duration::from_millis(100)) {
            last = next;
        }
        Ok(last.saturating_duration_since(begun))
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Passes on both directions, and notices when the near side is closed both ways: a half of
/// it may be much earlier.
fn serve(near: UnixStream, engine: &Path, tell: Sender<Instant>) -> std::io::Result<()> {
    let far = UnixStream::connect(engine)?;
    let (watched, cut) = (near.try_clone()?, far.try_clone()?);
    thread::spawn(move || {
        // Without anything to look for it ends with a hang-up alone.
        let _ = poll(&mut [PollFd::new(&watched, PollFlags::empty())], None);
        let _ = tell.send(Instant::now());
        let _ = cut.shutdown(Shutdown::Both);
    });
    let (to, from) = (far.try_clone()?, near.try_clone()?);
    thread::spawn(move || pass_on(&from, &to));
    thread::spawn(move || pass_on(&far, &near));
    Ok(())
}

fn pass_on(mut from: &UnixStream, mut to: &UnixStream) {
    let mut buffer = [0; 16 << 10];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        if to.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}
