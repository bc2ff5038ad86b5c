//! A whole run, from the missing image to the exit code.

use std::rc::Rc;

use savvy::Sexp;
use stevedore::container::{PullPolicy, Run, Step};
use stevedore::image::Progress;

use super::{Found, State, Stream, ready};
use crate::client::{Client, row};
use crate::display::Display;
use crate::failure::Failure;
use crate::feed;
use crate::given::{Given, Wrong};
use crate::handle::tell;
use crate::lines::Lines;
use crate::native::Stop;
use crate::terminal;
use crate::tree::Tree;
use crate::{read, sys};

/// So many reports of progress make a batch.
const REPORTS: usize = 256;

/// What is known of a run, or of a container that was taken up.
pub(super) struct About {
    pub(super) image: String,
    pub(super) detach: bool,
    /// Whether its end is all that there is to wait for: one that was taken up may go on
    /// without output.
    pub(super) ends: bool,
    pub(super) removal: Removal,
    pub(super) id: Option<String>,
    pub(super) exit_code: Option<i64>,
}

/// The removal of a run's container.
pub(super) enum Removal {
    /// It was not asked for, or it is done.
    Settled,
    /// It is still to be done, or to be seen through.
    Due,
    /// It was tried, and this is why the container may still be there.
    Failed(Failure),
}

impl Stream {
    /// A run. Its first request goes out with the first read.
    pub(crate) fn run(
        client: &Client,
        given: &Given,
        how: &Given,
        display: Option<Display>,
    ) -> Result<Self, Stop> {
        let args = read::args(row("container_create")?, client.version(), given)?;
        let session = client.session()?;
        let flag = |name| how.field_flag(name).unwrap_or_default();
        let (detach, rm) = (flag("detach"), flag("rm"));
        let run = Run::new().detach(detach).rm(rm).pull(pull_policy(how)?);
        let terminal = terminal::asked(how)?;
        let (stdin, feed) = feed::stdin(how.field("stdin"))?;
        // The output of a run in R has always been all of it.
        let mut launch = session.docker.containers().run_args(args, run).all_output();
        if let Some(stdin) = stdin {
            launch = launch.stdin(stdin);
        }
        if let Some(terminal) = &terminal {
            launch = terminal::launch(launch, terminal);
        }
        Ok(Self {
            run: Some(About {
                image: launch.reference().to_string(),
                detach,
                ends: true,
                removal: if rm && !detach {
                    Removal::Due
                } else {
                    Removal::Settled
                },
                id: None,
                exit_code: None,
            }),
            terminal,
            feed,
            display,
            ..Self::of(State::Launching(Box::new(launch)), session)
        })
    }

    /// Gives a run up: its connections are closed at once; then its container is
    /// removed, where that was asked for. Given up itself, it can be called again,
    /// and goes on.
    pub(crate) fn cancel(&mut self) -> Result<Sexp, Stop> {
        let session = Rc::clone(&self.session);
        let is_due = self
            .run
            .as_ref()
            .is_some_and(|run| matches!(run.removal, Removal::Due));
        // How long a removal may take is bounded below.
        let removed = match std::mem::replace(&mut self.state, State::Ended) {
            State::Launching(launch) => session.wait(launch.cancel())?,
            State::Running(running) => session.wait(running.cancel())?,
            _ if is_due => session.wait(session.docker.close())?,
            State::Output(_) | State::Answer(_) | State::Executing(_) | State::Ended => Ok(()),
        };
        match (&mut self.run, removed) {
            (Some(run), Ok(())) if is_due => run.removal = Removal::Settled,
            (Some(run), Err(error)) if is_due => run.removal = Removal::Failed(error.into()),
            // It was another run's container.
            (_, Err(error)) => tell(&error),
            (_, Ok(())) => {}
        }
        match &self.run {
            Some(About {
                removal: Removal::Failed(failure),
                ..
            }) => sys::write(&failure.tree()),
            _ => sys::write(&Tree::Null),
        }
    }

    /// The container that should have been removed and, as far as is known, was not;
    /// a missing text where there may be one whose id never came.
    pub(crate) fn left_behind(&self) -> Tree<'_> {
        match &self.run {
            None
            | Some(About {
                removal: Removal::Settled,
                ..
            }) => Tree::Null,
            Some(run) => Tree::maybe_text(run.id.as_deref()),
        }
    }

    /// The container runs: from now on there is output.
    pub(super) async fn launched(&mut self) -> Result<(), Stop> {
        if let State::Launching(launch) = std::mem::replace(&mut self.state, State::Ended) {
            let mut running = launch.start().await?;
            if self.terminal.is_none() {
                // R has nothing to write: a container that reads its input sees its end.
                let _ = running.feed("");
            }
            self.lines = Lines::new(running.is_raw());
            if !self.run.as_ref().is_some_and(|run| run.detach) {
                self.state = State::Running(Box::new(running));
            }
        }
        Ok(())
    }

    pub(super) fn found(&mut self, step: Step) -> Option<Found> {
        match step {
            Step::ImageMissing(reference) => Some(Found::Missing(reference.to_string())),
            Step::Progress(report) => Some(Found::Progress(vec![report])),
            Step::Created {
                container,
                warnings,
            } => {
                let id = container.id().to_owned();
                if let Some(run) = &mut self.run {
                    run.id = Some(id.clone());
                }
                Some(Found::Created { id, warnings })
            }
            _ => None,
        }
    }

    /// The reports that are there already, after `first`.
    pub(super) async fn reports(&mut self, first: Progress) -> Found {
        let mut reports = vec![first];
        while reports.len() < REPORTS {
            let State::Launching(launch) = &mut self.state else {
                break;
            };
            match ready(launch.next()).await {
                Some(Ok(Some(Step::Progress(report)))) => reports.push(report),
                Some(Ok(Some(step))) => {
                    let found = self.found(step).map(Ok);
                    self.later.extend(found);
                    break;
                }
                Some(Err(error)) => {
                    self.later.push_back(Err(error.into()));
                    break;
                }
                // The end is told again: `launched` follows with the next read.
                Some(Ok(None)) | None => break,
            }
        }
        Found::Progress(reports)
    }
}

/// When a run in R pulls the image.
fn pull_policy(how: &Given) -> Result<PullPolicy, Wrong> {
    match how.field("pull") {
        None => Ok(PullPolicy::Missing),
        Some(pull) if pull.is_null() => Ok(PullPolicy::Missing),
        Some(pull) => match pull.text() {
            Some("missing") => Ok(PullPolicy::Missing),
            Some("always") => Ok(PullPolicy::Always),
            Some("never") => Ok(PullPolicy::Never),
            _ => Err(Wrong::must_be(
                "pull",
                "one of 'missing', 'always', 'never'",
            )),
        },
    }
}
