//! What an old engine makes of arguments that are described as newer than it.
//!
//! Each is sent once with a value as it is meant, and once with one of another
//! type. An engine decodes what it knows, so it refuses the second for a field
//! that it knows, and takes it for one that it doesn't; arguments in a query
//! are known by what they change. What is known is then looked for in what
//! came of it.

use std::fmt;

use anyhow::{Context as _, Result, ensure};

use crate::engine::Lease;
use crate::generate::model::Api;
use newer::Newer;
use probe::{Probe, Said};

mod effect;
mod newer;
mod probe;
mod values;

/// The version of the engine that is asked.
const VERSION: u8 = 41;

/// What the engine does with an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// It acts on it, although it is described later.
    Heeded,
    /// It takes it, and nothing comes of it.
    Ignored,
    /// It refuses a request with it.
    Refused,
}

impl Verdict {
    fn word(self) -> &'static str {
        match self {
            Self::Heeded => "heeded",
            Self::Ignored => "ignored",
            Self::Refused => "refused",
        }
    }
}

struct Row {
    newer: Newer,
    verdict: Verdict,
    /// What was seen.
    because: String,
}

/// All verdicts.
pub(super) struct Verdicts {
    rows: Vec<Row>,
}

/// Asks the engine, argument by argument.
pub(super) fn ask(lease: &Lease, api: &Api) -> Result<Verdicts> {
    let probe = Probe::begin(lease.socket())?;
    let mut rows = Vec::new();
    for newer in newer::newer(api, VERSION) {
        let about = format!("{} {}", newer.key, newer.place);
        rows.push(judge(&probe, newer).context(about)?);
    }
    probe.end()?;
    Ok(Verdicts { rows })
}

fn judge(probe: &Probe<'_>, newer: Newer) -> Result<Row> {
    let (verdict, because) = match effect::of(probe, &newer)? {
        Some((true, seen)) => (Verdict::Heeded, seen),
        Some((false, seen)) => (Verdict::Ignored, seen),
        None => by_type(probe, &newer)?,
    };
    Ok(Row {
        newer,
        verdict,
        because,
    })
}

/// By whether a value of another type is refused.
fn by_type(probe: &Probe<'_>, newer: &Newer) -> Result<(Verdict, String)> {
    let right = values::right(newer)?;
    if let Said::Refused(status, said) = probe.send(newer, Some(&right))? {
        return Ok((Verdict::Refused, format!("status {status}: {said}")));
    }
    let wrong = values::wrong(newer).context("neither type nor effect tells")?;
    if let Said::Refused(_, said) = probe.send(newer, Some(&wrong))? {
        return Ok((Verdict::Heeded, format!("a wrong type is refused: {said}")));
    }
    // That the engine looks there at all is shown by a field that it has known for long.
    let Some((place, value)) = &newer.beside else {
        return Ok((Verdict::Ignored, "a wrong value is taken, too".to_owned()));
    };
    let known = Newer {
        place: place.clone(),
        value: value.clone(),
        ..newer.clone()
    };
    let refused = probe.send(&known, Some(&values::mistyped(value)))?;
    ensure!(
        place.starts_with("query") || matches!(refused, Said::Refused(..)),
        "a wrong type is taken for {place}, too"
    );
    let name = known.name();
    Ok((
        Verdict::Ignored,
        match refused {
            Said::Refused(..) => {
                format!("a wrong type is taken, and refused for `{name}` beside it")
            }
            Said::Taken => "a wrong value is taken, too".to_owned(),
        },
    ))
}

impl Verdicts {
    /// What is heeded must be described so.
    pub(super) fn complaints(&self) -> Vec<String> {
        let heeded = self
            .rows
            .iter()
            .filter(|row| row.verdict == Verdict::Heeded);
        heeded
            .map(|row| {
                let Newer {
                    key, place, since, ..
                } = &row.newer;
                format!(
                    "{key} {place} is described from 1.{since} on, but heeded by API 1.{VERSION}: {}",
                    row.because
                )
            })
            .collect()
    }

    pub(super) fn page(&self) -> String {
        let mut page = format!(
            "<!-- Written by cargo xtask coverage from a run. Do not edit. -->\n\n\
             # Verdicts\n\n\
             What an engine of API 1.{VERSION} makes of arguments that are described as newer. Each was\n\
             sent by hand: with a value as it is meant, and with one of another type, which an engine\n\
             refuses for what it knows. What was heeded stands in the corrections with an older version\n\
             and so is not listed.\n\n\
             | request | argument | described from | verdict | seen |\n|---|---|---|---|---|\n"
        );
        for row in &self.rows {
            let Newer {
                key, place, since, ..
            } = &row.newer;
            let because = row.because.replace('|', "\\|");
            page += &format!(
                "| `{key}` | {place} | 1.{since} | {} | {because} |\n",
                row.verdict.word()
            );
        }
        page
    }
}

impl fmt::Display for Verdicts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |verdict| {
            self.rows
                .iter()
                .filter(|row| row.verdict == verdict)
                .count()
        };
        writeln!(
            f,
            "{} arguments newer than API 1.{VERSION}: {} heeded, {} ignored, {} refused",
            self.rows.len(),
            count(Verdict::Heeded),
            count(Verdict::Ignored),
            count(Verdict::Refused),
        )
    }
}
