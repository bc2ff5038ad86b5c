//! R at the other end of a pipe: it pings when it is told to, and says how long each took.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

pub(crate) struct R {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl R {
    /// Starts R with the package of this library.
    pub(crate) fn start(library: &str) -> Result<Self> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/ping.R");
        let mut child = Command::new("Rscript")
            .args(["--vanilla", script])
            .env("R_LIBS", library)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot run Rscript")?;
        let input = child.stdin.take().context("R has no input")?;
        let output = BufReader::new(child.stdout.take().context("R has no output")?);
        Ok(Self {
            child,
            input,
            output,
        })
    }

    pub(crate) fn ping(&mut self, times: usize) -> Result<Vec<Duration>> {
        writeln!(self.input, "{times}")?;
        self.input.flush()?;
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        let seconds: Result<Vec<f64>, _> = line.split_whitespace().map(str::parse).collect();
        let seconds = seconds.with_context(|| format!("R said {line}"))?;
        ensure!(seconds.len() == times, "R said {line}");
        Ok(seconds.into_iter().map(Duration::from_secs_f64).collect())
    }
}

impl Drop for R {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
