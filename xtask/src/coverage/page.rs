//! The page of what was called.

use super::report::{Outcome, Report};
use crate::generate::model::Api;

/// A figure of one engine.
type Figure = fn(&Report) -> String;

pub(super) fn coverage(api: &Api, reports: &[Report]) -> String {
    let mut page = String::from(
        "<!-- Written by cargo xtask coverage from a run. Do not edit. -->\n\n\
         # Coverage\n\n\
         Every endpoint, called through its request type on real engines, and the JSON that came\n\
         back held against the catalogue at the version in use.\n\n",
    );
    page += &head(reports);
    let figures: [(&str, Figure); 6] = [
        ("called with success", |it| of(it.succeeded_of(true))),
        ("and of those that are not described", |it| {
            of(it.succeeded_of(false))
        }),
        ("refused by the engine", |it| {
            it.refused().count().to_string()
        }),
        ("not in the engine's version", |it| {
            it.count(|it, _| *it == Outcome::OtherVersions).to_string()
        }),
        ("not called", |it| {
            it.count(|it, _| *it == Outcome::Missed).to_string()
        }),
        ("differences", |it| it.faults.len().to_string()),
    ];
    for (title, figure) in figures {
        let cells: Vec<_> = reports.iter().map(figure).collect();
        page += &format!("| {title} | {} |\n", cells.join(" | "));
    }
    page += "\n## Endpoints\n\n";
    page += &head(reports);
    for endpoint in &api.endpoints {
        let cells: Vec<_> = reports.iter().map(|it| cell(it, &endpoint.id)).collect();
        page += &format!(
            "| `{}` `{}` | {} |\n",
            endpoint.id,
            endpoint.key,
            cells.join(" | ")
        );
    }
    page += "\n## What was refused\n\n";
    for report in reports {
        for (id, status, said) in report.refused() {
            let status = status.map_or_else(String::new, |it| format!(" with status {it}"));
            page += &format!("- `{id}` by {}{status}: {said}\n", report.engine);
        }
    }
    page += "\n## Replies that are not as described\n\n";
    page += "Empty lists, maps and objects come as null from engines, and read as empty; these are\n\
             not listed. What was met beyond that stands in `api/overlay/corrections*.yaml`.\n\n";
    for report in reports {
        for ((place, fault), shown) in &report.faults {
            let (engine, fault) = (&report.engine, fault.words());
            page += &format!("- {engine}: {fault} at `{place}`: `{shown}`\n");
        }
    }
    if reports.iter().all(|report| report.faults.is_empty()) {
        page += "There are none.\n";
    }
    page
}

fn of((had, all): (usize, usize)) -> String {
    format!("{had} of {all}")
}

fn head(reports: &[Report]) -> String {
    let names = reports.iter().map(|it| {
        let Report {
            engine,
            release,
            version,
            ..
        } = it;
        format!("{engine} ({release}, API 1.{version})")
    });
    let names: Vec<_> = names.collect();
    let lines = "---|".repeat(names.len() + 1);
    format!("| | {} |\n|{lines}\n", names.join(" | "))
}

fn cell(report: &Report, id: &str) -> String {
    match report.outcomes.get(id).map(|(outcome, _)| outcome) {
        Some(Outcome::Success) => "yes".to_owned(),
        Some(Outcome::Refused(Some(status), _)) => format!("refused ({status})"),
        Some(Outcome::Refused(None, _)) => "refused".to_owned(),
        Some(Outcome::OtherVersions) => "not in its version".to_owned(),
        Some(Outcome::Missed) | None => "not called".to_owned(),
    }
}
