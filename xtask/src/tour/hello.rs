//! The tour's beginning: a client, what it shows of itself, and a container
//! that says hello.

use anyhow::{Context as _, Result};

use super::demux::demux;
use super::printed;
use super::{HELLO, Tour, say};
use crate::engine::raw;
use crate::json::{at, text};
use crate::visit::get;

/// The newest version that the package speaks.
const NEWEST: (u32, u32) = (1, 55);

/// Gives the id of the container that was run.
pub(super) fn walk(tour: &mut Tour) -> Result<String> {
    client(tour)?;
    hello(tour)
}

fn client(tour: &mut Tour) -> Result<()> {
    say("A client is made for the engine that answers.");
    tour.r("docker <- stevedore::docker_client()")?;
    let shown = tour.r("docker")?;
    tour.check(
        "the client's class",
        printed::first(&shown),
        "<docker_client>",
    )?;

    let pong = raw::get(tour.socket(), "/_ping", &[], &[]).context("cannot ping")?;
    let shown = tour.r("docker$ping()")?;
    tour.check("ping", &printed::value(&shown)?, &pong.text())?;
    let newest = pong.header("Api-Version").unwrap_or_default();
    tour.check(
        "ping's API version",
        &printed::attribute(&shown, "api_version")?,
        newest,
    )?;

    let shown = tour.r("docker$api_version()")?;
    let agreed = lower(newest, NEWEST).context("the engine's API version is no version")?;
    tour.check(
        "the API version agreed upon",
        &printed::value(&shown)?,
        &agreed,
    )?;

    let version = get(tour.socket(), "/version")?;
    let shown = tour.r("docker$version()$version")?;
    let version = text(&version, "/Version");
    tour.check("the engine's version", &printed::value(&shown)?, version)?;

    say("Containers, images and the like are reached through collections.");
    let shown = tour.r("docker$container")?;
    tour.check(
        "the collection's class",
        printed::first(&shown),
        "<docker_container_collection>",
    )
}

fn hello(tour: &mut Tour) -> Result<String> {
    say("A container is run; its output is shown as it comes.");
    let labels = tour.labels();
    let streamed = tour.r(&format!(
        "res <- docker$container$run(\"hello-world\"{labels})"
    ))?;
    let id = tour.made_container("res$container")?;
    tour.visit.made_image(HELLO)?;

    let log = format!("/containers/{id}/logs?stdout=1&stderr=1");
    let log = raw::get(tour.socket(), &log, &[], &[]).context("cannot ask for the log")?;
    let written = demux(&log.body)?;
    tour.check_bytes(
        "the output as it came",
        &printed::stream(&streamed, "O> "),
        &written.stdout,
    )?;
    tour.check_bytes(
        "the errors as they came",
        &printed::stream(&streamed, "E> "),
        &written.stderr,
    )?;

    say("What it gives back are the container and its logs.");
    let shown = tour.r("names(res)")?;
    tour.check(
        "the names of the result",
        printed::first(&shown),
        "[1] \"container\" \"logs\"",
    )?;
    let shown = tour.r("res$logs")?;
    tour.check_bytes("the log", &printed::stream(&shown, "O> "), &written.stdout)?;

    let inspected = get(tour.socket(), &format!("/containers/{id}/json"))?;
    let name = text(&inspected, "/Name");
    let shown = tour.r("res")?;
    tour.check(
        "the class of the result",
        printed::first(&shown),
        "<docker_run_output>",
    )?;
    tour.check(
        "the id in the result",
        &printed::labelled(&shown, "id:")?,
        &id,
    )?;
    tour.check(
        "the name in the result",
        &printed::labelled(&shown, "name:")?,
        name.trim_start_matches('/'),
    )?;

    let shown = tour.r("res$container")?;
    tour.check(
        "the container's class",
        printed::first(&shown),
        "<docker_container>",
    )?;
    let shown = tour.r("res$container$id()")?;
    let engine = text(&inspected, "/Id");
    tour.check("the container's id", &printed::value(&shown)?, engine)?;
    let shown = tour.r("res$container$inspect()$state$exit_code")?;
    tour.check(
        "its exit code",
        &printed::value(&shown)?,
        &at(&inspected, "/State/ExitCode").to_string(),
    )?;
    Ok(id)
}

/// The lower of the engine's version and ours.
fn lower(engine: &str, ours: (u32, u32)) -> Option<String> {
    let (major, minor) = engine.split_once('.')?;
    let engine: (u32, u32) = (major.parse().ok()?, minor.parse().ok()?);
    let (major, minor) = engine.min(ours);
    Some(format!("{major}.{minor}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        assert_eq!(lower("1.41", NEWEST).unwrap(), "1.41");
        assert_eq!(lower("1.9", NEWEST).unwrap(), "1.9");
        assert_eq!(lower("1.60", NEWEST).unwrap(), "1.55");
        assert_eq!(lower("new", NEWEST), None);
    }
}
