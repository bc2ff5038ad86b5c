//! What has happened so far, and the decisions that depend on it.

use std::fs::File;
use std::io::{self, Write};

use serde_json::{Value, json};
use tokio::sync::watch;

use crate::script::condition::body_lacks;
use crate::script::{Reads, Times};
use crate::{Report, Request, Script};

/// The record of one daemon. Whoever waits for something waits for a change of it.
#[derive(Debug)]
pub(crate) struct Ledger {
    script: Script,
    state: watch::Sender<State>,
}

#[derive(Debug)]
struct State {
    requests: Vec<Request>,
    /// How often each exchange of the script took place.
    used: Vec<usize>,
    connections: Vec<Connection>,
    signals: Vec<String>,
    failures: Vec<String>,
    log: Option<File>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Connection {
    Open,
    ClosedByClient,
    ClosedByDaemon,
}

impl Ledger {
    pub(crate) fn new(script: Script) -> Self {
        let state = State {
            requests: Vec::new(),
            used: vec![0; script.exchanges.len()],
            connections: Vec::new(),
            signals: Vec::new(),
            failures: Vec::new(),
            log: None,
        };
        Self {
            script,
            state: watch::Sender::new(state),
        }
    }

    pub(crate) fn script(&self) -> &Script {
        &self.script
    }

    /// Writes each event from now on to a file, one line each.
    pub(crate) fn log_to(&self, mut file: File) -> io::Result<()> {
        file.write_all(b"event\tconnection\tlabel\trequest\tbody\n")?;
        self.state.send_modify(|state| state.log = Some(file));
        Ok(())
    }

    pub(crate) fn opened(&self) -> usize {
        let mut number = 0;
        self.state.send_modify(|state| {
            number = state.connections.len();
            state.connections.push(Connection::Open);
        });
        number
    }

    pub(crate) fn closed(&self, number: usize, how: Connection) {
        self.state.send_modify(|state| {
            if let Some(connection) = state.connections.get_mut(number) {
                *connection = how;
            }
            let event = if how == Connection::ClosedByClient {
                "closed"
            } else {
                "ended"
            };
            let mut labels: Vec<_> = state.labels(number).map(str::to_owned).collect();
            if labels.is_empty() {
                labels.push(String::new());
            }
            for label in labels {
                state.write(&[event, &number.to_string(), &label, "", ""]);
            }
        });
    }

    pub(crate) fn signal(&self, name: &str) {
        self.state
            .send_modify(|state| state.signals.push(name.to_owned()));
    }

    pub(crate) fn failed(&self, text: String) {
        self.state.send_modify(|state| state.failures.push(text));
    }

    /// Whether a request whose body has not been read yet asks for it to be left alone.
    pub(crate) fn leaves_body(&self, request: &Request) -> bool {
        let number = self
            .state
            .borrow()
            .first(&self.script, request, |_| None)
            .ok();
        let exchange = number.and_then(|number| self.script.exchanges.get(number));
        exchange.is_some_and(|exchange| exchange.reads == Reads::Head)
    }

    /// The number of the exchange that answers, or a message for a request nobody expected.
    pub(crate) fn seen(&self, mut request: Request) -> Result<usize, String> {
        let mut answer = Err(String::new());
        self.state.send_modify(|state| {
            let lacks = |wanted: &Value| body_lacks(wanted, &request.body);
            answer = state.first(&self.script, &request, lacks);
            match &answer {
                Ok(number) => {
                    if let Some(used) = state.used.get_mut(*number) {
                        *used += 1;
                    }
                    let exchange = self.script.exchanges.get(*number);
                    request.label = exchange.map(|exchange| exchange.label().to_owned());
                }
                Err(text) => state.failures.push(text.clone()),
            }
            let label = request.label.clone().unwrap_or_default();
            let body = String::from_utf8_lossy(&request.body).into_owned();
            let number = request.connection.to_string();
            state.write(&["request", &number, &label, &request.line(), &body]);
            state.requests.push(request);
        });
        answer
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.state.borrow().requests.clone()
    }

    pub(crate) fn open_connections(&self) -> usize {
        self.state.borrow().open()
    }

    /// Waits until the exchange was asked for, or the signal given.
    pub(crate) async fn came(&self, name: &str) {
        self.until(|state| {
            state.signals.iter().any(|signal| signal == name) || state.has_seen(&self.script, name)
        })
        .await;
    }

    /// Waits until no connection is left that served this exchange; says who closed the last.
    pub(crate) async fn over(&self, label: &str) -> Connection {
        let mut how = Connection::Open;
        self.until(|state| {
            let served = state.serving(label);
            how = served.last().copied().unwrap_or(Connection::Open);
            !served.is_empty() && !served.contains(&Connection::Open)
        })
        .await;
        how
    }

    /// Waits until this many connections are open.
    pub(crate) async fn open_are(&self, count: usize) {
        self.until(|state| state.open() == count).await;
    }

    async fn until(&self, mut met: impl FnMut(&State) -> bool) {
        // The sender lives as long as `self`, so the wait ends only because the claim is met.
        let _ = self.state.subscribe().wait_for(|state| met(state)).await;
    }

    /// Everything so far, as a report; what is missing counts as a failure.
    pub(crate) fn report(&self) -> Report {
        let state = self.state.borrow();
        let mut failures = state.failures.clone();
        for (exchange, used) in self.script.exchanges.iter().zip(&state.used) {
            let Times::Exactly(times) = exchange.times else {
                continue;
            };
            if *used < times {
                let on = &exchange.on.value.text;
                let line = exchange.on.referenced.line();
                failures.push(format!("line {line}: `{on}` came {used} of {times} times"));
            }
        }
        Report {
            requests: state.requests.clone(),
            failures,
            open_connections: state.open(),
        }
    }
}

impl State {
    fn open(&self) -> usize {
        self.connections
            .iter()
            .filter(|it| **it == Connection::Open)
            .count()
    }

    fn serving(&self, label: &str) -> Vec<Connection> {
        let asked = |request: &&Request| request.label.as_deref() == Some(label);
        let requests = self.requests.iter().filter(asked);
        requests
            .filter_map(|request| self.connections.get(request.connection).copied())
            .collect()
    }

    fn labels(&self, connection: usize) -> impl Iterator<Item = &str> {
        self.requests
            .iter()
            .filter(move |request| request.connection == connection)
            .filter_map(|request| request.label.as_deref())
    }

    /// Whether an exchange of this label, or with these words after `on`, took place.
    fn has_seen(&self, script: &Script, name: &str) -> bool {
        let mut both = script.exchanges.iter().zip(&self.used);
        both.any(|(exchange, used)| *used > 0 && exchange.is(name))
    }

    /// The first exchange that means this request and is not used up.
    fn first(
        &self,
        script: &Script,
        request: &Request,
        lacks: impl Fn(&Value) -> Option<String>,
    ) -> Result<usize, String> {
        let mut near = Vec::new();
        for (number, exchange) in script.exchanges.iter().enumerate() {
            let on = &exchange.on.value;
            if !on.names(&request.method, &request.path) {
                continue;
            }
            let used = self.used.get(number).copied().unwrap_or_default();
            let header = exchange
                .headers
                .iter()
                .find(|(name, value)| request.header(name) != value.as_deref());
            let fault = if exchange.times == Times::Exactly(used) {
                Some(format!("it came {used} times already"))
            } else if !on.has_query(&request.query) {
                Some("another query".to_owned())
            } else if let Some((name, value)) = header {
                let found = json!(request.header(name));
                Some(format!("header {name} is {found}, not {}", json!(value)))
            } else if let Some(after) = &exchange.after
                && !self.has_seen(script, &after.value)
                && !self.signals.contains(&after.value)
            {
                Some(format!("it came before `{}`", after.value))
            } else {
                exchange.body.as_ref().and_then(&lacks)
            };
            match fault {
                None => return Ok(number),
                Some(fault) => near.push(format!(
                    "line {}: `{}`: {fault}",
                    exchange.on.referenced.line(),
                    on.text
                )),
            }
        }
        let came = request.line();
        Err(if near.is_empty() {
            format!("`{came}` is not in the script")
        } else {
            format!("`{came}` does not fit the script: {}", near.join("; "))
        })
    }

    /// A line of the log; what would break the line or a column is escaped.
    fn write(&mut self, columns: &[&str]) {
        let Some(file) = &mut self.log else {
            return;
        };
        let escaped: Vec<_> = columns
            .iter()
            .map(|text| {
                let text = text.replace('\\', "\\\\").replace('\t', "\\t");
                text.replace('\n', "\\n").replace('\r', "\\r")
            })
            .collect();
        if let Err(error) = file.write_all(format!("{}\n", escaped.join("\t")).as_bytes()) {
            self.failures
                .push(format!("the log can't be written: {error}"));
            self.log = None;
        }
    }
}
