//! Typed requests of the container endpoints.

use std::collections::BTreeMap;

use super::reply::{Exit, Inspect, Summary};
use super::table;
use crate::request::request;
use crate::{Args, Duplex, Endpoint, Frames, Info, Json, Nothing, Value};

request! {
    /// Lists containers: `GET /containers/json`.
    ///
    /// Only those that run, unless [`all`](Self::all) is set.
    List(table::LIST) -> Json<Vec<Summary>> {
        /// Also those that are not running.
        all: bool,
        /// At most this many, newest first; counts stopped ones too.
        limit: i64,
        /// Also measure the disk space of each, which is slow.
        size: bool,
        /// Only those that match every filter; a filter with several values matches any of them.
        filters: BTreeMap<String, Vec<String>>,
    }
}

impl List {
    /// Adds a filter, such as `filter("label", "tier=web")`.
    pub fn filter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.filters
            .get_or_insert_default()
            .entry(name.into())
            .or_default()
            .push(value.into());
        self
    }
}

request! {
    /// Everything about one container: `GET /containers/{id}/json`.
    InspectOne(table::INSPECT_ONE) -> Json<Inspect> {
        /// The container.
        id: String,
        /// Also measure its disk space, which is slow.
        size: bool,
    }
}

request! {
    /// What a container wrote: `GET /containers/{id}/logs`.
    ///
    /// At least one of [`stdout`](Self::stdout) and [`stderr`](Self::stderr) must be set.
    Logs(table::LOGS) -> Frames {
        /// The container.
        id: String,
        /// Go on with what is written from now on, until the container ends.
        follow: bool,
        /// Give standard output.
        stdout: bool,
        /// Give standard error.
        stderr: bool,
        /// Only what was written from this time on, in seconds since 1970.
        since: i64,
        /// Only what was written before this time, in seconds since 1970. API 1.35.
        until: i64,
        /// Put the time before each line.
        timestamps: bool,
        /// Only this many lines from the end.
        tail: Tail,
    }
}

/// How many lines from the end of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tail {
    /// All there are.
    All,
    /// This many.
    Lines(u32),
}

impl From<u32> for Tail {
    fn from(lines: u32) -> Self {
        Self::Lines(lines)
    }
}

impl From<Tail> for Value {
    fn from(tail: Tail) -> Self {
        match tail {
            Tail::All => "all".into(),
            Tail::Lines(lines) => lines.into(),
        }
    }
}

request! {
    /// Starts a container: `POST /containers/{id}/start`.
    Start(table::START) -> Nothing {
        /// The container.
        id: String,
        /// Key sequence that detaches a client, such as `ctrl-p,ctrl-q`.
        detach_keys: String,
    }
}

request! {
    /// Stops a container: `POST /containers/{id}/stop`.
    Stop(table::STOP) -> Nothing {
        /// The container.
        id: String,
        /// Seconds to wait before SIGKILL; 10 or the container's own by default.
        t: i64,
        /// Signal to send first. API 1.42.
        signal: String,
    }
}

request! {
    /// Sends a signal to a container: `POST /containers/{id}/kill`.
    Kill(table::KILL) -> Nothing {
        /// The container.
        id: String,
        /// The signal, by name or number; SIGKILL by default.
        signal: String,
    }
}

request! {
    /// Connects to the standard streams: `POST /containers/{id}/attach`.
    Attach(table::ATTACH) -> Duplex {
        /// The container.
        id: String,
        /// Key sequence that detaches, such as `ctrl-p,ctrl-q`.
        detach_keys: String,
        /// First give what was written before.
        logs: bool,
        /// Then go on with what is written from now on.
        stream: bool,
        /// Connect standard input.
        stdin: bool,
        /// Connect standard output.
        stdout: bool,
        /// Connect standard error.
        stderr: bool,
    }
}

request! {
    /// Waits until a container stops: `POST /containers/{id}/wait`.
    Wait(table::WAIT) -> Json<Exit> {
        /// The container.
        id: String,
        /// What to wait for. API 1.30.
        condition: Condition,
    }
}

/// What [`Wait`] waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Condition {
    /// Until it does not run; at once if it doesn't now.
    NotRunning,
    /// Until it has run and ended once more.
    NextExit,
    /// Until it is removed.
    Removed,
    /// A word that this library does not know.
    Other(String),
}

impl From<Condition> for Value {
    fn from(condition: Condition) -> Self {
        match condition {
            Condition::NotRunning => "not-running".into(),
            Condition::NextExit => "next-exit".into(),
            Condition::Removed => "removed".into(),
            Condition::Other(word) => word.into(),
        }
    }
}

request! {
    /// Removes a container: `DELETE /containers/{id}`.
    Remove(table::REMOVE) -> Nothing {
        /// The container.
        id: String,
        /// Also remove its anonymous volumes.
        delete_volumes: bool,
        /// Kill it first if it runs.
        force: bool,
        /// Remove the link of this name, not the container.
        link: bool,
    }
}
