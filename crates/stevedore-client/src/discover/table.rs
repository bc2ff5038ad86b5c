//! A report as people read it.

use std::fmt;

use super::{Candidate, Chooser, Origin, Outcome, Report, Why};

impl fmt::Display for Report {
    /// A line for each place, the chosen one marked with `*`, and then what to do.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows: Vec<[String; 3]> = self.candidates.iter().map(row).collect();
        let width = |column: usize| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let (origins, hosts) = (width(0), width(1));
        let chosen = self.chosen();
        for (candidate, [origin, host, found]) in self.candidates.iter().zip(&rows) {
            let mark = if chosen == Some(candidate) { '*' } else { ' ' };
            writeln!(f, "{mark} {origin:origins$}  {host:hosts$}  {found}")?;
        }
        for candidate in &self.candidates {
            let Outcome::Fails(why) = &candidate.outcome else {
                continue;
            };
            match (why, &candidate.host, why.advice()) {
                (Why::Settings(what), ..) => writeln!(f, "{what}")?,
                (_, Some(host), Some(advice)) => writeln!(f, "{host}: {advice}")?,
                _ => {}
            }
        }
        if chosen.is_none() {
            writeln!(f, "{}", self.way_out())?;
        }
        Ok(())
    }
}

impl Report {
    /// What to do where nothing can be used.
    fn way_out(&self) -> String {
        let others = self
            .candidates
            .iter()
            .any(|it| it.outcome == Outcome::NotAsked);
        let Some(said) = self.candidates.iter().find(|it| it.origin.is_said()) else {
            return "Start an engine, or say in DOCKER_HOST where it is.".to_owned();
        };
        let undo = match &said.origin {
            Origin::Variable(name) | Origin::Context(_, Chooser::Variable(name)) => {
                format!("unset {name}")
            }
            Origin::Context(_, Chooser::ConfigFile(_)) => "`docker context use default`".to_owned(),
            Origin::ConfigFile(path) => format!("move {} away", path.display()),
            _ => return "Start the engine, or name another one.".to_owned(),
        };
        if others {
            format!("To have the others asked, {undo}.")
        } else {
            format!("To have the usual places asked, {undo}.")
        }
    }
}

fn row(candidate: &Candidate) -> [String; 3] {
    let host = candidate.host.as_ref().map(ToString::to_string);
    let found = match &candidate.outcome {
        // A sentence does not fit into a table.
        Outcome::Fails(Why::Settings(_)) => "can't be used".to_owned(),
        outcome => outcome.to_string(),
    };
    [
        candidate.origin.to_string(),
        host.unwrap_or_else(|| "-".to_owned()),
        found,
    ]
}
