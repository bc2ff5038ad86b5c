//! R, walking through the tour: one process that evaluates what it is told
//! to and shows what comes of it.

use std::io::Write as _;
use std::process::{Child, ChildStdin, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::choose::Chosen;
use crate::package_r::{self, Installed};
use crate::run::{self, Speech};

/// What marks the end of what came of one piece of code.
const MARK: char = '\u{1}';

pub(super) struct Walker {
    child: Child,
    input: Option<ChildStdin>,
    speech: Speech,
}

impl Walker {
    /// Start R with the package, where the engine's network is.
    pub(super) fn start(package: &Installed, engine: &Chosen) -> Result<Self> {
        let mut command = engine.command("Rscript");
        command
            .arg("--vanilla")
            .arg(run::root().join("xtask/r/tour.R"));
        let mut command = package_r::r(command, &package.library);
        let (reader, writer) = std::io::pipe().context("cannot make a pipe")?;
        command
            .stdin(Stdio::piped())
            .stdout(writer.try_clone().context("cannot share a pipe")?)
            .stderr(writer);
        let mut child = run::spawn(&mut command)?;
        drop(command);
        let input = child.stdin.take();
        Ok(Self {
            child,
            input,
            speech: Speech::new(reader),
        })
    }

    /// Evaluate code, hand on each line of its output as it comes, and give
    /// them back together.
    pub(super) fn evaluate(
        &mut self,
        code: &str,
        mut show: impl FnMut(&str),
    ) -> Result<Vec<String>> {
        self.tell("", code)?;
        let mut shown = Vec::new();
        let verdict = self.listen(|line| {
            show(&line);
            shown.push(line);
        })?;
        if verdict != "ok" {
            bail!("R failed at `{code}`:\n{}", shown.join("\n"));
        }
        Ok(shown)
    }

    /// The value of an expression, which nobody sees.
    pub(super) fn ask(&mut self, code: &str) -> Result<String> {
        self.tell("?", code)?;
        let mut said = Vec::new();
        let verdict = self.listen(|line| said.push(line))?;
        match verdict.strip_prefix("ok ") {
            Some(value) => Ok(value.to_owned()),
            None => bail!("R failed at `{code}`:\n{}", said.join("\n")),
        }
    }

    fn tell(&mut self, kind: &str, code: &str) -> Result<()> {
        let input = self.input.as_mut().context("R has been told to end")?;
        let count = code.lines().count();
        writeln!(input, "{kind}{count}\n{code}")
            .and_then(|()| input.flush())
            .context("R does not listen any more")
    }

    /// Hear R out, until it says how it went.
    fn listen(&mut self, mut on_line: impl FnMut(String)) -> Result<String> {
        while let Some(line) = self.speech.next(&mut self.child)? {
            // What was printed without an end of line stands before the mark.
            match line.split_once(MARK) {
                None => on_line(line),
                Some((rest, verdict)) => {
                    if !rest.is_empty() {
                        on_line(rest.to_owned());
                    }
                    return Ok(verdict.to_owned());
                }
            }
        }
        let status = self.child.wait().context("cannot wait for R")?;
        bail!("R ended in the middle of the tour ({status})")
    }

    /// Let R end by itself, as a script does.
    pub(super) fn finish(mut self) -> Result<()> {
        drop(self.input.take());
        while let Some(line) = self.speech.next(&mut self.child)? {
            println!("## {line}");
        }
        let status = self.child.wait().context("cannot wait for R")?;
        if !status.success() {
            bail!("R ended with {status}");
        }
        Ok(())
    }
}

impl Drop for Walker {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            run::stop(&mut self.child);
        }
    }
}
