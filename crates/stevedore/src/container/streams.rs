//! The standard streams of a program that this client is connected to.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use stevedore_client::{Chunk, Chunks, Error, Input, Result, Source};
use tokio::time::timeout;

use super::Stdin;

/// Output that is pulled, and input that is written meanwhile.
#[derive(Default)]
pub(crate) struct Streams {
    chunks: Option<Chunks>,
    /// What was read before anybody asked for it, or why that failed.
    ahead: Option<Result<Chunk>>,
    input: Option<Input>,
    /// The input of a terminal that has ended; closed, it would end output as well.
    kept: Option<Input>,
    feeding: Option<Feeding>,
}

/// What is being written; the input is given back where it must stay open.
type Feeding = Pin<Box<dyn Future<Output = Result<Option<Input>>> + Send>>;

impl Streams {
    pub(crate) fn new(chunks: Chunks, input: Option<Input>, stdin: Option<Stdin>) -> Self {
        let mut streams = Self {
            chunks: Some(chunks),
            ahead: None,
            input,
            kept: None,
            feeding: None,
        };
        if let Some(stdin) = stdin {
            streams.feed(stdin);
        }
        streams
    }

    /// Writes `stdin` to its input from now on; false where it has none.
    pub(crate) fn feed(&mut self, stdin: Stdin) -> bool {
        let Some(input) = self.input.take() else {
            return false;
        };
        self.feeding = Some(Box::pin(stdin.feed(input, self.is_raw())));
        true
    }

    pub(crate) fn is_raw(&self) -> bool {
        self.chunks.as_ref().is_some_and(Chunks::is_raw)
    }

    pub(crate) fn input(&mut self) -> Option<Input> {
        self.input.take()
    }

    /// Whether output comes, or its end, within `patience`. It stays there to be read.
    pub(crate) async fn have_come(&mut self, patience: Duration) -> Result<bool> {
        match timeout(patience, self.try_next()).await {
            Ok(Ok(None)) => self.chunks = None,
            Ok(Ok(chunk)) => self.ahead = chunk.map(Ok),
            Ok(Err(error)) => return Err(error),
            Err(_) => return Ok(false),
        }
        Ok(true)
    }

    /// The next piece of output, or nothing at the end.
    pub(crate) async fn try_next(&mut self) -> Result<Option<Chunk>> {
        poll_fn(|cx| {
            if let Some(ahead) = self.ahead.take() {
                return Poll::Ready(ahead.map(Some));
            }
            if let Poll::Ready(Err(error)) = self.poll_feed(cx) {
                return Poll::Ready(Err(error));
            }
            match &mut self.chunks {
                Some(chunks) => pin!(chunks.try_next()).poll(cx),
                None => Poll::Ready(Ok(None)),
            }
        })
        .await
    }

    /// So many pieces are dropped before others have their turn.
    const AT_ONCE: usize = 64;

    /// Waits for `future`. Meanwhile it writes what is read from the input, and reads and drops
    /// output, because a program that nobody reads comes to no end.
    ///
    /// That reading fails is told by the next [`try_next`](Self::try_next).
    ///
    /// # Errors
    /// What is to be written can't be read; `future` has not ended then.
    pub(crate) async fn beside<T>(
        &mut self,
        mut future: Pin<&mut (dyn Future<Output = T> + Send)>,
    ) -> Result<T> {
        poll_fn(|cx| {
            for _ in 0..Self::AT_ONCE {
                if let Poll::Ready(Err(error)) = self.poll_feed(cx) {
                    return Poll::Ready(Err(error));
                }
                // First, so that nothing more is read once it is there.
                if let Poll::Ready(output) = future.as_mut().poll(cx) {
                    return Poll::Ready(Ok(output));
                }
                if !self.drops_some(cx) {
                    return Poll::Pending;
                }
            }
            // A program that never stops writing must not keep everybody else waiting.
            cx.waker().wake_by_ref();
            Poll::Pending
        })
        .await
    }

    /// Drops a piece of output that is there; false where there is none.
    fn drops_some(&mut self, cx: &mut Context<'_>) -> bool {
        match self.ahead.take() {
            None => {}
            Some(Ok(_)) => return true,
            failed => {
                self.ahead = failed;
                return false;
            }
        }
        let Some(chunks) = &mut self.chunks else {
            return false;
        };
        match chunks.poll_unhurried(cx) {
            Poll::Ready(Ok(Some(_))) => true,
            Poll::Ready(Err(error)) => {
                self.ahead = Some(Err(error));
                false
            }
            Poll::Ready(Ok(None)) | Poll::Pending => false,
        }
    }

    /// Goes on writing. A failure is told once; the input is closed then.
    fn poll_feed(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let Some(feeding) = &mut self.feeding else {
            return Poll::Ready(Ok(()));
        };
        let fed = std::task::ready!(feeding.as_mut().poll(cx));
        self.feeding = None;
        self.kept = fed?;
        Poll::Ready(Ok(()))
    }

    /// Reads all output into `read`.
    pub(crate) async fn read_to_end(&mut self, read: &mut Output) -> Result<()> {
        // Nobody can write to it any more; a program that reads would wait for ever.
        self.feed("".into());
        while let Some(chunk) = self.try_next().await? {
            read.push(&chunk);
        }
        Ok(())
    }

    /// Closes the connection.
    pub(crate) fn close(&mut self) {
        *self = Self::default();
    }
}

/// Output that was read, and the order in which it came.
#[derive(Clone, Default)]
pub(crate) struct Output {
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    pub(crate) order: Order,
}

impl Output {
    fn push(&mut self, chunk: &Chunk) {
        match chunk.source {
            Source::Stderr => self.stderr.extend_from_slice(&chunk.bytes),
            Source::Stdin | Source::Stdout => self.stdout.extend_from_slice(&chunk.bytes),
        }
        self.order
            .push(chunk.source == Source::Stderr, chunk.bytes.len());
    }

    /// What had come before `error`, with it.
    pub(crate) fn lost_to(self, error: Error) -> Error {
        error.with_output(self.stdout, self.stderr)
    }
}

/// Which stream wrote how many bytes, in turns.
#[derive(Debug, Clone, Default)]
pub(crate) struct Order(Vec<(bool, usize)>);

impl Order {
    fn push(&mut self, is_stderr: bool, count: usize) {
        match self.0.last_mut() {
            Some((last, total)) if *last == is_stderr => *total += count,
            _ => self.0.push((is_stderr, count)),
        }
    }

    /// Both streams in one.
    pub(crate) fn merged<'a>(&self, mut stdout: &'a [u8], mut stderr: &'a [u8]) -> Vec<u8> {
        let mut merged = Vec::with_capacity(stdout.len() + stderr.len());
        for &(is_stderr, count) in &self.0 {
            let from = if is_stderr { &mut stderr } else { &mut stdout };
            let (taken, rest) = from.split_at(count.min(from.len()));
            merged.extend_from_slice(taken);
            *from = rest;
        }
        merged
    }
}

/// The end of what was written to standard error, for a message: at most ten lines and 4 KiB.
pub(crate) fn tail(stderr: &[u8]) -> String {
    let start = stderr.len().saturating_sub(4 << 10);
    let text = String::from_utf8_lossy(stderr.get(start..).unwrap_or_default());
    let mut tail: Vec<_> = text.lines().rev().take(10).collect();
    tail.reverse();
    match tail.join("\n") {
        tail if tail.is_empty() => tail,
        tail => format!(": {tail}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(source: Source, text: &'static str) -> Chunk {
        Chunk {
            source,
            bytes: text.into(),
        }
    }

    #[test]
    fn both_streams_are_merged_in_the_order_in_which_they_came() {
        let mut output = Output::default();
        for (source, text) in [
            (Source::Stdout, "a"),
            (Source::Stdout, "b"),
            (Source::Stderr, "1"),
            (Source::Stdout, "c"),
            (Source::Stderr, "23"),
        ] {
            output.push(&chunk(source, text));
        }
        assert_eq!(output.order.0.len(), 4);
        let Output {
            stdout,
            stderr,
            order,
        } = output;
        assert_eq!(order.merged(&stdout, &stderr), b"ab1c23");
    }

    #[test]
    fn the_tail_of_a_message_is_short() {
        assert_eq!(tail(b""), "");
        assert_eq!(tail(b"one\ntwo\n"), ": one\ntwo");
        assert!(tail(&vec![b'x'; 1 << 20]).len() <= (4 << 10) + 2);
        let many = b"line\n".repeat(100);
        assert_eq!(tail(&many).lines().count(), 10);
    }
}
