//! A Docker engine that plays a script, for what a real engine can't be made to do.
//!
//! A script is a conversation in YAML: which requests come, and the bytes that answer each. A
//! [`Daemon`] plays it on a unix socket, with every byte and every pause under control, and in
//! the end compares what came with what was to come. The scripts in `spec/` are played by
//! Rust tests through this library and by R tests through the program `stevedore-scripted`.
//!
//! # A script
//!
//! ```
//! # use std::io::{Read, Write};
//! # use std::os::unix::net::UnixStream;
//! use stevedore_testing::{Daemon, Script};
//!
//! let script = Script::parse(r#"
//! says: output that comes before the exit is not lost    # the claim, in one sentence
//! exchanges:
//!   - on: GET /_ping                    # the method, the path and perhaps the query
//!     times: any                        # how often it comes: 1 if nothing is said
//!     reply: {headers: {Api-Version: "1.41"}, text: OK}
//!   - on: POST /v1.41/containers/abc/attach?stdout=true&stream=true
//!     reply:
//!       upgrade: true                   # 101 UPGRADED, and then the steps
//!       headers: {Content-Type: application/vnd.docker.multiplexed-stream}
//!       steps:
//!         - await: started              # the moment when the exchange of this label came
//!         - split: 1                    # from here on byte by byte
//!         - frame: {stdout: "one\n"}
//!         - hold                        # nothing more until the client closes
//!   - on: POST /v1.41/containers/abc/start
//!     label: started
//!     body: ""                          # nothing in the body
//!     reply: {status: 204}
//! "#)?;
//!
//! let daemon = Daemon::start(&script)?;
//! assert!(daemon.host().starts_with("unix:///"));
//!
//! // A client would do this.
//! let mut attached = UnixStream::connect(daemon.path())?;
//! attached.write_all(
//!     b"POST /v1.41/containers/abc/attach?stream=true&stdout=true HTTP/1.1\r\n\
//!       Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n",
//! )?;
//! let mut other = UnixStream::connect(daemon.path())?;
//! other.write_all(b"POST /v1.41/containers/abc/start HTTP/1.1\r\n\r\n")?;
//! let mut came = Vec::new();
//! while !came.ends_with(b"one\n") {
//!     let mut byte = [0];
//!     attached.read_exact(&mut byte)?;
//!     came.extend(byte);
//! }
//! assert!(came.starts_with(b"HTTP/1.1 101 UPGRADED\r\n"));
//!
//! drop(attached);
//! let closed = daemon.closed("POST /v1.41/containers/abc/attach?stdout=true&stream=true");
//! daemon.wait(closed)?;                 // or `.await` it
//! let report = daemon.finish()?;        // an error if a request was missing or unexpected
//! assert_eq!(report.requests[1].label.as_deref(), Some("started"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ## The script itself
//!
//! | key | |
//! |---|---|
//! | `says` | what the script shows, in one sentence |
//! | `signals` | names of moments that the test decides: [`Daemon::signal`] |
//! | `exchanges` | the requests and their replies |
//!
//! ## An exchange
//!
//! A request is answered by the first exchange of the list that fits it and is not used up. If
//! none fits, the answer is 599 with a message that says why, and [`Daemon::finish`] fails.
//!
//! | key | |
//! |---|---|
//! | `on` | `METHOD /path?query`; the query is compared as a set of decoded pairs, without `?` any will do, and with nothing after it none may come; values that are JSON are compared as JSON |
//! | `times` | a number, or `any` for none or more; 1 if absent |
//! | `label` | a name for `await`, `after`, [`Daemon::seen`] and [`Daemon::closed`]; the text of `on` if absent |
//! | `after` | a label or signal that must have come before |
//! | `headers` | headers that the request must have with these values; `~` must be absent |
//! | `body` | keys that its JSON must have with these values, `~` for absent or null; as a string its exact text |
//! | `reads` | `all`, or `head` to answer without reading the body; the connection then ends with the reply |
//! | `reply` | the answer |
//!
//! ## A reply
//!
//! | key | |
//! |---|---|
//! | `status`, `reason` | 200 and the usual words if absent; 101 UPGRADED with `upgrade` |
//! | `headers` | these as they are, so that a `Content-Length` may lie; `~` takes away one that would be there by itself |
//! | `json`, `text`, `bytes` | the whole body; the first two also give a `Content-Type` |
//! | `steps` | the body step by step |
//! | `chunked` | each step is a chunk; without `close` the last chunk follows the steps |
//! | `until_close` | no length: the body ends with the connection |
//! | `upgrade` | a stream in both directions follows the head and ends with the steps; the request must have asked for it |
//! | `raw` | the steps are all bytes that are sent, the status line too |
//!
//! Without one of the last four there is a `Content-Length`, the size of all steps. A connection
//! stays open for the next request unless the reply ends with it, one side said
//! `Connection: close`, or a step ends it.
//!
//! ## A step
//!
//! | step | |
//! |---|---|
//! | `text: …`, `bytes: "00ff"`, `json: …` | writes this |
//! | `line: …` | writes JSON and CRLF, as the engine sends progress |
//! | `frame: {stdout: …}` | writes a frame; also `stdin`, `stderr`, `system` (an error of the engine), or `type: 9` with `text` or `bytes`; `size` is a size that lies |
//! | `repeat: {times: N, steps: […]}` | plays steps N times |
//! | `split: N` | from here on writes pieces of N bytes (each a chunk, if chunked), and each waits until the client has read the one before; 0 ends it |
//! | `head` | writes the head here; otherwise it goes out before the first step |
//! | `await: …` | waits for the request of a label, or a signal; what was written before is sent |
//! | `read: …` | reads exactly these bytes from the client |
//! | `read_eof` | waits until the client has closed its sending side |
//! | `hold` | waits until the client closes the connection |
//! | `close` | closes it, also in the middle of a body |
//! | `reset` | closes it without reading what the client sent; only then can a unix socket tell the client of a reset, else it sees an end |
//!
//! Nothing here sleeps. A pause ends with an event, and each test can make events: requests,
//! reading, closing, signals.

mod daemon;
mod error;
mod ledger;
mod line;
mod output;
mod playing;
mod reading;
mod request;
mod script;

pub use daemon::{Daemon, Report};
pub use error::{Error, Unmet};
pub use request::Request;
pub use script::Script;
