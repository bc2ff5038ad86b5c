//! R at the other end of a pipe: it does what it is told to, and says how it went.

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
    /// Starts R with the package of this library, to time its calls.
    pub(crate) fn start(library: &str) -> Result<Self> {
        Self::start_with(library, "calls.R")
    }

    /// The same with another script.
    pub(crate) fn start_with(library: &str, script: &str) -> Result<Self> {
        let mut child = command(library, script)
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

    /// How long each call took.
    pub(crate) fn times(&mut self, call: &str, times: usize) -> Result<Vec<Duration>> {
        self.tell(&format!("{call} {times}"))?;
        let seconds = numbers(&self.hear()?)?;
        ensure!(seconds.len() == times, "R said {seconds:?}");
        Ok(seconds.into_iter().map(Duration::from_secs_f64).collect())
    }

    pub(crate) fn tell(&mut self, line: &str) -> Result<()> {
        writeln!(self.input, "{line}")?;
        Ok(self.input.flush()?)
    }

    /// The next line that it says.
    pub(crate) fn hear(&mut self) -> Result<String> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        ensure!(!line.is_empty(), "R has ended");
        Ok(line.trim().to_owned())
    }
}

impl Drop for R {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// R with a script of ours.
pub(crate) fn command(library: &str, script: &str) -> Command {
    let mut command = Command::new("Rscript");
    command
        .arg("--vanilla")
        .arg(format!("{}/{script}", env!("CARGO_MANIFEST_DIR")))
        .env("R_LIBS", library);
    command
}

/// The numbers of a line.
pub(crate) fn numbers(line: &str) -> Result<Vec<f64>> {
    let numbers: Result<_, _> = line.split_whitespace().map(str::parse).collect();
    numbers.with_context(|| format!("no numbers, but {line}"))
}
