//! Finding the engine, and saying what was found where.
//!
//! What is said comes first, in this order: `DOCKER_HOST`; the context that
//! `DOCKER_CONTEXT` names, or else `currentContext` in docker's `config.json`. What is said
//! and silent is an error, never replaced. Only where nobody says anything the usual places
//! are looked at: see [`Place`].

mod outcome;
mod place;
mod probe;
mod said;
mod settings;
mod socket;
mod table;

pub use outcome::{Barred, Engine, Outcome, Why};
pub use place::Place;
pub use said::{Chooser, Origin};
pub(crate) use socket::locked_out;

use self::place::Sight;
use self::said::Misled;
use crate::together::together;
use crate::{Environment, Error, ErrorKind, Host, Result, Settings};

/// What was found where an engine was looked for.
///
/// `Display` shows it as a table, with advice below it.
///
/// ```no_run
/// # async fn example() {
/// use stevedore_client::Environment;
///
/// let report = Environment::of_process().discover().await;
/// print!("{report}");
/// if let Some(found) = report.chosen() {
///     println!("the engine is at {}", found.host.as_ref().unwrap());
/// }
/// # }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Report {
    /// The places, in the order in which they are tried.
    pub candidates: Vec<Candidate>,
    /// The error of what was said and can't be used.
    error: Option<Error>,
}

/// One place where an engine was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Candidate {
    /// Where it is; nothing where what was said can't be understood.
    pub host: Option<Host>,
    /// Why it was looked for there.
    pub origin: Origin,
    /// What was found.
    pub outcome: Outcome,
    /// How to reach it.
    settings: Option<Settings>,
}

impl Environment {
    /// Looks for an engine and says what was found where.
    ///
    /// Where somebody has said where the engine is, that place alone is asked, and of
    /// the usual ones those are listed where something is. Otherwise all of these are
    /// asked, at the same time. One request for each place where a socket is,
    /// `GET /version`; where that is refused another one, `GET /_ping`. Each place
    /// has the time of [`patience`](Self::patience) to answer.
    pub async fn discover(&self) -> Report {
        let mut report = Report {
            candidates: Vec::new(),
            error: None,
        };
        match said::said(self) {
            Ok(None) => {
                let usual = place::usual(self).into_iter();
                let asked: Vec<_> = usual
                    .map(|(place, host)| self.ask(said::at(host, Origin::Usual(place))))
                    .collect();
                report.candidates = together(asked).await;
                return report;
            }
            Ok(Some(settings)) => return self.probe(settings).await,
            Err(Misled { origin, error }) => {
                report.candidates.push(Candidate {
                    host: None,
                    origin,
                    outcome: Outcome::Fails(Why::Settings(error.to_string())),
                    settings: None,
                });
                report.error = Some(error);
            }
        }
        self.list_others(&mut report);
        report
    }

    /// Asks the one place that these settings lead to; of the usual ones those are listed
    /// where something is.
    ///
    /// One request, `GET /version`; where that is refused another one, `GET /_ping`. It
    /// has the time of [`patience`](Self::patience) to answer.
    pub async fn probe(&self, settings: Settings) -> Report {
        let mut report = Report {
            candidates: vec![self.ask(settings).await],
            error: None,
        };
        self.list_others(&mut report);
        report
    }

    /// Adds the usual places that have something but are not asked.
    fn list_others(&self, report: &mut Report) {
        let asked = report.candidates.first().and_then(|it| it.host.clone());
        for (place, host) in place::usual(self) {
            if place::sight(&host) != Sight::Nothing && Some(&host) != asked.as_ref() {
                report.candidates.push(Candidate {
                    host: Some(host),
                    origin: Origin::Usual(place),
                    outcome: Outcome::NotAsked,
                    settings: None,
                });
            }
        }
    }

    async fn ask(&self, settings: Settings) -> Candidate {
        Candidate {
            host: Some(settings.host.clone()),
            origin: settings.origin.clone(),
            outcome: probe::probe(self, &settings, self.limit()).await,
            settings: Some(settings),
        }
    }
}

impl Report {
    /// The first place where an engine answers.
    pub fn chosen(&self) -> Option<&Candidate> {
        self.candidates
            .iter()
            .find(|it| it.outcome.engine().is_some())
    }

    /// Whether somebody has said where the engine is.
    pub fn is_said(&self) -> bool {
        self.candidates.iter().any(|it| it.origin.is_said())
    }

    /// Settings for the place where an engine answers.
    ///
    /// # Errors
    /// Kind `Settings` where what was said can't be used, else `Unreachable`, with what was
    /// found where.
    pub fn into_settings(mut self) -> Result<Settings> {
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        if let Some(settings) = self.chosen().and_then(|it| it.settings.clone()) {
            return Ok(settings);
        }
        Err(self.unreachable())
    }

    /// That no engine answers, in one line: what the files that are not there are left out of.
    fn unreachable(&self) -> Error {
        let mut found: Vec<String> = Vec::new();
        let mut missing = 0;
        for candidate in &self.candidates {
            let (Some(host), Outcome::Fails(why)) = (&candidate.host, &candidate.outcome) else {
                continue;
            };
            if !candidate.origin.is_said() && matches!(why, Why::NoFile { link: None }) {
                missing += 1;
                continue;
            }
            let place = candidate.origin.with(host);
            found.push(match why.advice() {
                Some(advice) => format!("{place}: {why} ({advice})"),
                None => format!("{place}: {why}"),
            });
        }
        let text = if self.is_said() {
            format!("cannot reach the engine at {}", found.join("; "))
        } else if found.is_empty() {
            format!(
                "no engine answers: at none of the {missing} usual places is a socket; start \
                 one, or say in DOCKER_HOST where it is"
            )
        } else {
            format!("no engine answers: {}", found.join("; "))
        };
        Error::new(ErrorKind::Unreachable, text)
    }
}
