//! What R gives a program to read: all at once, or piece by piece as it is asked for.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use stevedore::Stdin;
use tokio::io::{AsyncRead, ReadBuf};

use crate::given::{Data, Given, Wrong};

/// Pieces that R hands in when there is nothing left to write.
///
/// R is not waited for: a read that finds nothing leaves a note, and whoever waits
/// for the program gives back to R, which fills it and waits again.
#[derive(Clone, Default)]
pub(crate) struct Feed(Arc<Mutex<Tank>>);

#[derive(Default)]
struct Tank {
    bytes: Vec<u8>,
    /// How much of them was read.
    read: usize,
    ended: bool,
    dry: bool,
}

/// What `stdin` in R stands for: nothing, bytes, or `TRUE` for pieces that follow.
pub(crate) fn stdin(given: Option<&Given>) -> Result<(Option<Stdin>, Option<Feed>), Wrong> {
    let Some(given) = given else {
        return Ok((None, None));
    };
    match &given.data {
        Data::Null => Ok((None, None)),
        Data::Bytes(bytes) => Ok((Some(bytes.clone().into()), None)),
        Data::Bools(flags) if *flags == [Some(true)] => {
            let feed = Feed::default();
            Ok((Some(Stdin::reader(feed.clone())), Some(feed)))
        }
        _ => Err(Wrong::must_be(
            "stdin",
            "a character vector, a raw vector or a connection",
        )),
    }
}

impl Feed {
    /// Whether somebody wants to read and there is nothing.
    pub(crate) fn is_dry(&self) -> bool {
        self.tank().dry
    }

    /// More to read; nothing at all is the end.
    pub(crate) fn fill(&self, bytes: &[u8]) {
        let mut tank = self.tank();
        tank.dry = false;
        if bytes.is_empty() {
            tank.ended = true;
        } else {
            tank.bytes.extend_from_slice(bytes);
        }
    }

    fn tank(&self) -> MutexGuard<'_, Tank> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AsyncRead for Feed {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut tank = self.tank();
        let left = tank.bytes.get(tank.read..).unwrap_or_default();
        if left.is_empty() {
            if tank.ended {
                return Poll::Ready(Ok(()));
            }
            // Nobody is woken: the next wait looks again.
            tank.dry = true;
            return Poll::Pending;
        }
        let count = left.len().min(into.remaining());
        into.put_slice(left.get(..count).unwrap_or_default());
        tank.read += count;
        if tank.read == tank.bytes.len() {
            tank.bytes.clear();
            tank.read = 0;
        }
        Poll::Ready(Ok(()))
    }
}
