//! The tour of containers: made, found, listed, started, removed, and missed.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};

use super::demux::demux;
use super::printed;
use super::{Tour, say};
use crate::engine::raw;
use crate::json::{at, text};
use crate::visit::{get, list};

/// `ran` is the container that said hello, `res$container` in R.
pub(super) fn walk(tour: &mut Tour, ran: &str) -> Result<()> {
    let name = tour.free_name("hello-stevedore")?;
    say("A container is created, but not started.");
    let labels = tour.labels();
    tour.r(&format!(
        "x <- docker$container$create(\"hello-world\", name = \"{name}\"{labels})"
    ))?;
    tour.made_container("x")?;
    let shown = tour.r("x")?;
    tour.check(
        "the container's class",
        printed::first(&shown),
        "<docker_container>",
    )?;

    let inspected = get(tour.socket(), &format!("/containers/{name}/json"))?;
    let id = text(&inspected, "/Id").to_owned();
    let shown = tour.r("x$id()")?;
    tour.check("the id of what was created", &printed::value(&shown)?, &id)?;
    let shown = tour.r("x$name()")?;
    tour.check("its name", &printed::value(&shown)?, &name)?;
    let shown = tour.r("x$status()")?;
    let status = text(&inspected, "/State/Status");
    tour.check("its status", &printed::value(&shown)?, status)?;
    tour.r(&format!("y <- docker$container$get(\"{name}\")"))?;
    let shown = tour.r("y$id()")?;
    tour.check(
        "the id of what was found by name",
        &printed::value(&shown)?,
        &id,
    )?;

    listing(tour)?;
    life(tour, &id)?;
    removal(tour, &name, &id, ran)?;
    pruning(tour)?;
    missing(tour, &name)
}

fn listing(tour: &mut Tour) -> Result<()> {
    say("Containers are listed as a data frame; without `all`, those that run.");
    for (code, path) in [
        ("docker$container$list()", "/containers/json"),
        (
            "docker$container$list(all = TRUE, limit = 2)",
            "/containers/json?all=1&limit=2",
        ),
    ] {
        let shown = tour.r(code)?;
        let listed = get(tour.socket(), path)?;
        let ids: BTreeSet<&str> = list(&listed)
            .iter()
            .filter_map(|container| at(container, "/Id").as_str())
            .collect();
        tour.check_ids(&format!("the ids in {code}"), &printed::ids(&shown), &ids)?;
    }
    Ok(())
}

fn life(tour: &mut Tour, id: &str) -> Result<()> {
    say("It is started, waited for, and looked at.");
    tour.r("x$start()")?;
    let shown = tour.r("x$wait()")?;
    let inspected = get(tour.socket(), &format!("/containers/{id}/json"))?;
    let exit_code = at(&inspected, "/State/ExitCode").to_string();
    tour.check(
        "the exit code waited for",
        &printed::value(&shown)?,
        &exit_code,
    )?;

    let shown = tour.r("x$logs()")?;
    let log = format!("/containers/{id}/logs?stdout=1&stderr=1");
    let log = raw::get(tour.socket(), &log, &[], &[]).context("cannot ask for the log")?;
    let written = demux(&log.body)?.stdout;
    tour.check_bytes("its log", &printed::stream(&shown, "O> "), &written)?;

    let shown = tour.r("x$status()")?;
    let status = text(&inspected, "/State/Status");
    tour.check("its status", &printed::value(&shown)?, status)?;
    let shown = tour.r("x$inspect()$state$exit_code")?;
    tour.check("its exit code", &printed::value(&shown)?, &exit_code)?;
    let shown = tour.r("x$inspect()$created")?;
    let created = text(&inspected, "/Created");
    tour.check("when it was created", &printed::value(&shown)?, created)?;
    Ok(())
}

fn removal(tour: &mut Tour, name: &str, id: &str, ran: &str) -> Result<()> {
    say("Containers are removed by name, by id, or through their object.");
    tour.r(&format!("docker$container$remove(\"{name}\")"))?;
    tour.check_gone(id)?;
    tour.r("res$container$remove()")?;
    tour.check_gone(ran)
}

fn pruning(tour: &mut Tour) -> Result<()> {
    say("Or all that do not run at once.");
    let labels = tour.labels();
    tour.r(&format!(
        "x <- docker$container$create(\"hello-world\"{labels})"
    ))?;
    let id = tour.made_container("x")?;
    let filter = if tour.is_own {
        println!("(on somebody's own engine: only those of this tour)");
        format!("filters = c(label = \"stevedore.tour={}\")", tour.label)
    } else {
        String::new()
    };
    let shown = tour.r(&format!("docker$container$prune({filter})"))?;
    tour.check_ids(
        "the ids of what was pruned",
        &printed::quoted_ids(&shown),
        &BTreeSet::from([id.as_str()]),
    )?;
    tour.check_gone(&id)
}

fn missing(tour: &mut Tour, name: &str) -> Result<()> {
    say("What goes wrong is a condition that can be caught by its class.");
    tour.r(&format!(
        "gone <- tryCatch(docker$container$get(\"{name}\"), docker_error = identity)"
    ))?;
    tour.r("class(gone)")?;
    let answer = raw::get(tour.socket(), &format!("/containers/{name}/json"), &[], &[])
        .context("cannot ask for what is gone")?;
    let message = answer.json().context("the engine's refusal is not JSON")?;
    let message = text(&message, "/message");
    let shown = tour.r("conditionMessage(gone)")?;
    tour.check("the engine's message", &printed::value(&shown)?, message)?;
    let shown = tour.r("gone$code")?;
    tour.check(
        "the status of its refusal",
        &printed::value(&shown)?,
        &answer.status.to_string(),
    )
}
