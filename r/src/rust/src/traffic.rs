//! The traffic of clients that are watched, as lines that R prints.
//!
//! Rust never calls R: lines gather here while a call waits, and R takes them
//! when it is back.

use std::cell::RefCell;

use stevedore::{Trace, Traffic};
use stevedore_api::Schema;

use crate::tree::{Numbers, Tree};

thread_local! {
    static LINES: RefCell<Vec<Line>> = const { RefCell::new(Vec::new()) };
}

/// A line, and the number of the client that it is of.
pub(crate) struct Line {
    watcher: f64,
    text: String,
}

/// Notes down what goes over the wire for the client of this number.
pub(crate) fn trace(watcher: f64) -> Trace {
    Trace::new(move |traffic| {
        LINES.with_borrow_mut(|lines| {
            let (prefix, bytes) = match traffic {
                Traffic::Note(text) => (" *", text.as_bytes()),
                Traffic::Request(head) => ("->", head),
                Traffic::Sent(bytes) => (">>", bytes),
                Traffic::Answer(head) => ("<-", head),
                Traffic::Received(bytes) => ("<<", bytes),
                _ => return,
            };
            let texts = texts(bytes);
            lines.extend(texts.iter().map(|text| Line {
                watcher,
                text: format!("{prefix} {text}"),
            }));
        });
    })
}

fn texts(bytes: &[u8]) -> Vec<String> {
    if bytes.contains(&0) {
        return vec![format!("<binary {} bytes>", bytes.len())];
    }
    String::from_utf8_lossy(bytes)
        .lines()
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The lines since the last time.
pub(crate) fn take() -> Vec<Line> {
    LINES.take()
}

/// The lines, each with the number of its client.
pub(crate) fn tree(lines: &[Line]) -> Tree<'_> {
    let mut watchers = Numbers::of(Schema::Float, lines.len());
    for line in lines {
        watchers.push(Some(line.watcher));
    }
    Tree::record(vec![
        ("watcher", Tree::Numbers(watchers)),
        (
            "text",
            Tree::texts(lines.iter().map(|line| line.text.as_str())),
        ),
    ])
}
