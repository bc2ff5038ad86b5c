//! The tour inside of a running container: commands in it, and files into and out of it.

use std::io::Read as _;

use anyhow::{Context as _, Result, ensure};

use super::printed;
use super::{Tour, say};
use crate::engine::raw;
use crate::json::at;
use crate::visit::get;

/// A file that the container has, with more than ten lines.
const SCRIPT: &str = "/usr/local/bin/iterate";

pub(super) fn walk(tour: &mut Tour) -> Result<()> {
    say("Commands run in a container that runs.");
    let labels = tour.labels();
    tour.r(&format!(
        "x <- docker$container$run(\"richfitz/iterate\", c(\"1000\", \"10\"),\n  \
         detach = TRUE, rm = TRUE{labels})"
    ))?;
    let id = tour.made_container("x")?;
    let shown = tour.r("x$status()")?;
    tour.check("its status", &printed::value(&shown)?, "running")?;
    commands(tour)?;
    inward(tour, &id)?;
    outward(tour, &id)?;
    tour.r("x$kill()")?;
    Ok(())
}

fn commands(tour: &mut Tour) -> Result<()> {
    let streamed = tour.r("res <- x$exec(\"ls\")")?;
    let streamed = printed::stream(&streamed, "O> ");
    ensure!(
        streamed.split(|byte| *byte == b'\n').any(|it| it == b"usr"),
        "`ls` in the container shows no `usr`"
    );
    let shown = tour.r("res")?;
    tour.check_bytes(
        "the output that is given back, and what was shown",
        &printed::stream(&shown, "O> "),
        &streamed,
    )?;
    let id = printed::field(&shown, "$id")?;
    let exec = get(tour.socket(), &format!("/exec/{id}/json"))?;
    tour.check(
        "its exit code",
        &printed::field(&shown, "$exit_code")?,
        &at(&exec, "/ExitCode").to_string(),
    )
}

fn inward(tour: &mut Tour, id: &str) -> Result<()> {
    say("Files are copied into it, by the rules of `docker cp`.");
    tour.r("path <- tempfile()")?;
    tour.r("writeLines(\"hello\", path)")?;
    tour.r("x$cp_in(path, \"/hello\")")?;
    let shown = tour.r("x$exec(c(\"cat\", \"/hello\"), stream = FALSE)$output")?;
    let there = content(tour, id, "/hello")?;
    tour.check_bytes(
        "the file in the container",
        &printed::stream(&shown, "O> "),
        &there,
    )
}

fn outward(tour: &mut Tour, id: &str) -> Result<()> {
    say("And out of it, also with the name in front of the path.");
    tour.r("dest <- tempfile()")?;
    tour.r(&format!("x$cp_out(\"{SCRIPT}\", dest)"))?;
    let shown = tour.r("writeLines(readLines(dest, n = 10))")?;
    let there = content(tour, id, SCRIPT)?;
    let there = String::from_utf8(there).context("the script is no text")?;
    let first: Vec<&str> = there.lines().take(10).collect();
    tour.check(
        "the script's beginning",
        &shown.join("\n"),
        &first.join("\n"),
    )?;
    tour.r(&format!("src <- paste0(x$name(), \":{SCRIPT}\")"))?;
    tour.r("src")?;
    tour.r("dest2 <- tempfile()")?;
    tour.r("docker$cp(src, dest2)")?;
    tour.r("unname(tools::md5sum(c(dest, dest2)))")?;
    let same = tour
        .walker
        .ask("length(unique(tools::md5sum(c(dest, dest2))))")?;
    tour.check("both copies, told apart by their sums", &same, "1")?;
    let size = tour.walker.ask("file.size(dest2)")?;
    tour.check("their size", &size, &there.len().to_string())
}

/// A file of the container, as the engine itself hands it out.
fn content(tour: &Tour, id: &str, path: &str) -> Result<Vec<u8>> {
    let archive = format!("/containers/{id}/archive?path={path}");
    let archive = raw::get(tour.socket(), &archive, &[], &[]).context("cannot ask for a file")?;
    let mut archive = tar::Archive::new(archive.body.as_slice());
    let mut entry = archive
        .entries()?
        .next()
        .context("the archive is empty")??;
    let mut content = Vec::new();
    entry.read_to_end(&mut content)?;
    Ok(content)
}
