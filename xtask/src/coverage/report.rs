//! What one engine showed.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Context as _, Result};

use super::calls::Call;
use super::compare::{Fault, Faults, compare, holds};
use crate::engine::Engine;
use crate::generate::model::Api;
use crate::generate::tree::{Answer, Operation, Tree};

/// How calls of an endpoint went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// At least one succeeded.
    Success,
    /// None did: what the engine said.
    Refused(Option<u16>, String),
    /// The engine's version does not have it.
    OtherVersions,
    /// Nobody called it.
    Missed,
}

/// What is known of the API.
pub(super) struct Known {
    pub(super) api: Api,
    pub(super) operations: Vec<Operation>,
    /// Those of upstream's descriptions; the others are there all the same.
    pub(super) described: Vec<String>,
}

pub(super) struct Report {
    pub(super) engine: String,
    pub(super) release: String,
    /// The minor version of 1.x.
    pub(super) version: u8,
    /// By id, and whether upstream describes it.
    pub(super) outcomes: BTreeMap<String, (Outcome, bool)>,
    pub(super) calls: usize,
    /// JSON values that were compared.
    pub(super) compared: usize,
    pub(super) faults: Faults,
}

impl Report {
    pub(super) fn of(engine: &Engine, known: &Known, calls: &[Call]) -> Result<Self> {
        let version = calls.first().context("no call was made")?.version;
        let mut report = Self {
            engine: engine.name().to_owned(),
            release: engine.version().version.clone(),
            version,
            outcomes: BTreeMap::new(),
            calls: calls.len(),
            compared: 0,
            faults: Faults::new(),
        };
        for endpoint in &known.api.endpoints {
            let of_it = || calls.iter().filter(|call| call.id == endpoint.id);
            let succeeded = of_it().any(|call| call.error.is_none());
            let outcome = match of_it().next() {
                _ if succeeded => Outcome::Success,
                Some(call) => {
                    let said = call.error.as_deref().unwrap_or_default();
                    Outcome::Refused(call.status, without_ids(said))
                }
                None if holds(endpoint.span, version) => Outcome::Missed,
                None => Outcome::OtherVersions,
            };
            let described = known.described.contains(&endpoint.key);
            report
                .outcomes
                .insert(endpoint.id.clone(), (outcome, described));
            let operations = &known.operations;
            let operation = operations.iter().find(|it| it.key == endpoint.key);
            let operation = operation.with_context(|| endpoint.key.clone())?;
            let Some(tree) = reply_of(operation) else {
                continue;
            };
            for value in of_it().flat_map(|call| &call.replies) {
                compare(
                    value,
                    tree,
                    version,
                    &format!("{} reply ", endpoint.key),
                    &mut report.faults,
                );
                report.compared += 1;
            }
        }
        Ok(report)
    }

    /// How many were called with success.
    pub(super) fn succeeded(&self) -> usize {
        self.count(|it, _| matches!(it, Outcome::Success))
    }

    /// How many of those that upstream describes, or doesn't.
    pub(super) fn succeeded_of(&self, described: bool) -> (usize, usize) {
        let had = self.count(|it, is| is == described && *it == Outcome::Success);
        (had, self.count(|_, is| is == described))
    }

    pub(super) fn count(&self, which: impl Fn(&Outcome, bool) -> bool) -> usize {
        let all = self.outcomes.values();
        all.filter(|(outcome, described)| which(outcome, *described))
            .count()
    }

    /// Those that were refused, with status and answer.
    pub(super) fn refused(&self) -> impl Iterator<Item = (&str, Option<u16>, &str)> {
        self.outcomes.iter().filter_map(|(id, (outcome, _))| {
            let Outcome::Refused(status, said) = outcome else {
                return None;
            };
            Some((id.as_str(), *status, said.as_str()))
        })
    }

    /// Values that can't be read as described.
    pub(super) fn unfit(&self) -> Vec<String> {
        let unfit = self
            .faults
            .iter()
            .filter(|((_, fault), _)| matches!(fault, Fault::Type | Fault::Null | Fault::Missing));
        unfit.map(|fault| self.told(fault)).collect()
    }

    fn told(&self, ((place, fault), shown): (&(String, Fault), &String)) -> String {
        format!("{}: {}: {place}: {shown}", self.engine, fault.words())
    }

    /// What must not be.
    pub(super) fn complaints(&self) -> Vec<String> {
        let missed = self.outcomes.iter().filter_map(|(id, (outcome, _))| {
            let text = format!("{}: {id} was not called", self.engine);
            (*outcome == Outcome::Missed).then_some(text)
        });
        let faults = self.faults.iter().map(|fault| self.told(fault));
        missed.chain(faults).collect()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            engine,
            release,
            version,
            ..
        } = self;
        let (had, all) = self.succeeded_of(true);
        let (had_more, more) = self.succeeded_of(false);
        writeln!(
            f,
            "{engine} ({release}, API 1.{version}): called with success {had} of {all} endpoints \
             and {had_more} of {more} that are not described; {} refused, {} of other versions, \
             {} not called; {} calls, {} JSON values compared, {} differences",
            self.refused().count(),
            self.count(|it, _| *it == Outcome::OtherVersions),
            self.count(|it, _| *it == Outcome::Missed),
            self.calls,
            self.compared,
            self.faults.len(),
        )?;
        for (id, status, said) in self.refused() {
            let status = status.map_or_else(String::new, |it| it.to_string());
            writeln!(f, "  refused {id}: {status} {said}")?;
        }
        Ok(())
    }
}

fn reply_of(operation: &Operation) -> Option<&Tree> {
    match &operation.reply {
        Answer::Json(tree) | Answer::Lines(tree) | Answer::Header(_, tree) => Some(tree),
        _ => None,
    }
}

/// The engine's words without what is another each time.
fn without_ids(said: &str) -> String {
    let is_id = |word: &str| {
        let long = word.len() >= 12;
        let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
        long && has_digit && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let is_number = |word: &str| word.len() > 3 && word.bytes().all(|it| it.is_ascii_digit());
    let mut told = String::new();
    for piece in said
        .trim()
        .split_inclusive(|it: char| !it.is_ascii_alphanumeric())
    {
        let word = piece.trim_end_matches(|it: char| !it.is_ascii_alphanumeric());
        let rest = piece.get(word.len()..).unwrap_or_default();
        told += if is_id(word) || is_number(word) {
            "ID"
        } else {
            word
        };
        told += rest;
    }
    told.replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engines_words_are_the_same_each_time() {
        let said = "node k7yb0l2wqmz5 is one, of stevedore-volume-8412: no, 409\n";
        assert_eq!(
            without_ids(said),
            "node ID is one, of stevedore-volume-ID: no, 409"
        );
    }
}
