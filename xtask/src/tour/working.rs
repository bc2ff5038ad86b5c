//! The tour of one container that runs for a while: what it is, what it does and
//! writes, how it is paused, restarted, stopped and missed; and ports.

use anyhow::{Context as _, Result, ensure};

use super::demux::demux;
use super::printed;
use super::{COUNTER, Tour, WEB, say};
use crate::engine::raw;
use crate::json::{at, text};
use crate::visit::{get, list};

pub(super) fn walk(tour: &mut Tour) -> Result<()> {
    short(tour)?;
    let id = facts(tour)?;
    running(tour, &id)?;
    switched(tour, &id)?;
    removed(tour, &id)?;
    ports(tour)
}

/// What a container wrote until now, on both streams.
fn log_of(tour: &Tour, id: &str) -> Result<Vec<u8>> {
    let log = format!("/containers/{id}/logs?stdout=1&stderr=1");
    let log = raw::get(tour.socket(), &log, &[], &[]).context("cannot ask for the log")?;
    Ok(demux(&log.body)?.stdout)
}

fn inspected(tour: &Tour, id: &str) -> Result<serde_json::Value> {
    get(tour.socket(), &format!("/containers/{id}/json"))
}

fn check_status(tour: &mut Tour, code: &str, id: &str) -> Result<()> {
    let shown = tour.r(code)?;
    let inspected = inspected(tour, id)?;
    let status = text(&inspected, "/State/Status");
    tour.check("its status", &printed::value(&shown)?, status)
}

/// Followed to its end, and waited for.
fn short(tour: &mut Tour) -> Result<()> {
    say("A log can be followed, until the container ends or Ctrl-C.");
    let labels = tour.labels();
    tour.r(&format!(
        "y <- docker$container$run(\"richfitz/iterate\", c(\"10\", \"0.1\"), detach = TRUE{labels})"
    ))?;
    let id = tour.made_container("y")?;
    tour.visit.made_image(COUNTER)?;
    let shown = tour.r("y$logs(stream = stdout(), follow = TRUE)")?;
    let written = log_of(tour, &id)?;
    ensure!(
        written.ends_with(b"Iteration 10...\nDone!\n"),
        "the log does not end with the last number"
    );
    tour.check_bytes(
        "what was followed",
        &printed::stream(&shown, "O> "),
        &written,
    )?;

    say("When it has ended, it has ended; waiting for it gives the exit code at once.");
    check_status(tour, "y$status()", &id)?;
    for _ in 0..2 {
        let shown = tour.r("y$wait()")?;
        let code = at(&inspected(tour, &id)?, "/State/ExitCode").to_string();
        tour.check("the exit code waited for", &printed::value(&shown)?, &code)?;
    }
    tour.r("y$remove()")?;
    tour.check_gone(&id)
}

/// What can be asked of a container that is made and does not run yet.
fn facts(tour: &mut Tour) -> Result<String> {
    say("A container object answers questions about itself.");
    let labels = tour.labels();
    tour.r(&format!(
        "x <- docker$container$create(\"richfitz/iterate\", c(\"1000\", \"1\"){labels})"
    ))?;
    let id = tour.made_container("x")?;
    let inspected = inspected(tour, &id)?;
    let shown = tour.r("x$id()")?;
    tour.check("its id", &printed::value(&shown)?, text(&inspected, "/Id"))?;
    let shown = tour.r("x$name()")?;
    let name = text(&inspected, "/Name").trim_start_matches('/');
    tour.check("its name", &printed::value(&shown)?, name)?;
    tour.r("x$labels()")?;
    let shown = tour.r("x$labels()[[\"stevedore_version\"]]")?;
    let label = text(&inspected, "/Config/Labels/stevedore_version");
    tour.check("its label", &printed::value(&shown)?, label)?;

    say("All about it is what `inspect` gives.");
    let shown = tour.r("x$inspect()")?;
    for (field, path) in [("$id", "/Id"), ("$created", "/Created"), ("$path", "/Path")] {
        let engine = text(&inspected, path);
        tour.check(field, &printed::field(&shown, field)?, engine)?;
    }

    say("The image that it was made from is an object, too.");
    let shown = tour.r("x$image()")?;
    tour.check("its class", printed::first(&shown), "<docker_image>")?;
    let shown = tour.r("x$image()$id()")?;
    let image = text(&inspected, "/Image");
    tour.check("the image's id", &printed::value(&shown)?, image)?;
    check_status(tour, "x$status()", &id)?;
    Ok(id)
}

fn running(tour: &mut Tour, id: &str) -> Result<()> {
    say("It is started; then there are processes in it.");
    tour.r("x$start()")?;
    check_status(tour, "x$status()", id)?;
    tour.r("x$top()")?;
    let shown = tour.r("x$top()[[\"PID\"]][[1]]")?;
    let top = get(tour.socket(), &format!("/containers/{id}/top"))?;
    let titles = list(at(&top, "/Titles"));
    let column = titles.iter().position(|title| title == "PID");
    let column = column.context("the engine's table of processes has no PID")?;
    let pid = text(&top, &format!("/Processes/0/{column}"));
    tour.check("its first process", &printed::value(&shown)?, pid)?;

    say("Its log so far is a vector of lines, which knows the stream of each.");
    let shown = tour.r("x$logs()")?;
    check_beginning(tour, id, "its log", &printed::stream(&shown, "O> "))?;
    let shown = tour.r("format(x$logs(), style = \"plain\")[[1]]")?;
    let line = printed::value(&shown)?;
    tour.check(
        "its first line, formatted",
        &line,
        "Doing 1000 iterations with interval 1\\n",
    )?;
    let shown = tour.r("as.character(x$logs())[[1]]")?;
    tour.check("its first line, as text", &printed::value(&shown)?, &line)?;
    let shown = tour.r("as.character(attr(x$logs(), \"stream\"))[[1]]")?;
    tour.check("where it was written", &printed::value(&shown)?, "stdout")
}

/// It goes on writing: what R has is the beginning of what the engine has a moment later.
fn check_beginning(tour: &mut Tour, id: &str, what: &str, printed: &[u8]) -> Result<()> {
    ensure!(!printed.is_empty(), "{what}: R printed nothing");
    let written = log_of(tour, id)?;
    let beginning = written.get(..printed.len()).unwrap_or(&written);
    tour.check_bytes(what, printed, beginning)
}

fn switched(tour: &mut Tour, id: &str) -> Result<()> {
    say("It is paused, and goes on.");
    tour.r("x$pause()")?;
    check_status(tour, "x$status()", id)?;
    tour.r("x$unpause()")?;
    check_status(tour, "x$status()", id)?;

    say("It is restarted, and begins again.");
    let before = inspected(tour, id)?;
    tour.r("x$restart()")?;
    let after = inspected(tour, id)?;
    let started = |of: &serde_json::Value| text(of, "/State/StartedAt").to_owned();
    ensure!(
        started(&before) != started(&after),
        "it was not started again"
    );
    let shown = tour.r("x$inspect()$state$started_at")?;
    tour.check(
        "when it started",
        &printed::value(&shown)?,
        &started(&after),
    )?;
    let shown = tour.r("x$logs(tail = 3)")?;
    let tail = printed::stream(&shown, "O> ");
    let written = log_of(tour, id)?;
    ensure!(
        written.windows(tail.len()).any(|part| part == tail),
        "the last lines of the log are none that the engine has"
    );
    tour.checked("the last lines of its log", "as the engine has them");
    Ok(())
}

fn removed(tour: &mut Tour, id: &str) -> Result<()> {
    say("It is stopped and removed; asked after that, the engine misses it.");
    tour.r("x$stop()")?;
    check_status(tour, "x$status()", id)?;
    tour.r("x$remove()")?;
    tour.check_gone(id)?;
    let shown = tour.r("tryCatch(x$status(), error = conditionMessage)")?;
    let missing = raw::get(tour.socket(), &format!("/containers/{id}/json"), &[], &[])?;
    let missing = missing.json().context("the engine's refusal is not JSON")?;
    let message = text(&missing, "/message");
    tour.check("the error", &printed::value(&shown)?, message)
}

fn ports(tour: &mut Tour) -> Result<()> {
    say("A port of the container is published on one of the host that the engine picks.");
    let labels = tour.labels();
    tour.r(&format!(
        "nginx <- docker$container$run(\"nginx\", ports = 80, detach = TRUE, rm = TRUE{labels})"
    ))?;
    let id = tour.made_container("nginx")?;
    tour.visit.made_image(WEB)?;
    tour.r("nginx$ports()")?;
    let shown = tour.r("nginx$ports()$host_port[[1]]")?;
    let inspected = inspected(tour, &id)?;
    let port = text(&inspected, "/NetworkSettings/Ports/80~1tcp/0/HostPort");
    tour.check("the port on the host", &printed::value(&shown)?, port)?;
    let code = "curlGetHeaders(paste0(\"http://localhost:\", nginx$ports()$host_port[[1]]))[[1]]";
    let shown = tour.r(code)?;
    let answer = printed::value(&shown)?;
    ensure!(
        answer.contains(" 200 "),
        "the server in the container answers {answer}"
    );
    tour.checked("the server's answer", &answer);
    tour.r("nginx$kill()")?;
    Ok(())
}
