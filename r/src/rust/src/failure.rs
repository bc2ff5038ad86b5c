//! Failures as values: R's side raises them, in one place.

use stevedore::{Error, ErrorKind};

use crate::faces;
use crate::given::Wrong;
use crate::tree::Tree;

/// What a native routine gives back instead of its value.
#[derive(Debug)]
pub(crate) struct Failure {
    /// Ours, most special first; then those of version 0.9.6.
    classes: Vec<String>,
    message: String,
    fields: Vec<(&'static str, Tree<'static>)>,
}

impl Failure {
    fn new(class: &str, message: impl Into<String>) -> Self {
        Self {
            classes: vec![class.to_owned()],
            message: message.into(),
            fields: Vec::new(),
        }
    }

    /// A setting that can't be used.
    pub(crate) fn settings(message: impl Into<String>) -> Self {
        Self::new("docker_settings", message)
    }

    /// No engine at any of the places that were looked at, which a data frame lists.
    pub(crate) fn unreachable(message: impl Into<String>, candidates: Tree<'static>) -> Self {
        let mut failure = Self::new("docker_unreachable", message);
        failure.fields.push(("candidates", candidates));
        failure
    }

    /// Something about the session itself: a stale pointer, a stream of another process.
    pub(crate) fn stale(message: impl Into<String>) -> Self {
        Self::new("docker_stale", message)
    }

    /// A mistake of ours that was caught.
    pub(crate) fn bug(what: &str) -> Self {
        Self::new(
            "docker_protocol",
            format!("stevedore made a mistake of its own, please report it: {what}"),
        )
    }

    /// The same, beginning with a capital letter.
    pub(crate) fn capitalised(mut self) -> Self {
        if let Some(first) = self.message.get(..1) {
            let first = first.to_uppercase();
            self.message.replace_range(..1, &first);
        }
        self
    }

    /// The same, about an argument as R has it.
    pub(crate) fn about(mut self, argument: &'static str) -> Self {
        self.fields.retain(|(name, _)| *name != "argument");
        self.fields.push(("argument", Tree::text(argument)));
        self
    }

    pub(crate) fn tree(&self) -> Tree<'_> {
        Tree::record(vec![
            (
                "class",
                Tree::texts(self.classes.iter().map(String::as_str)),
            ),
            ("message", Tree::text(self.message.as_str())),
            (
                "fields",
                Tree::Record {
                    names: self.fields.iter().map(|(name, _)| *name).collect(),
                    values: self.fields.iter().map(|(_, value)| copy(value)).collect(),
                },
            ),
        ])
        .with(vec![(c"class", Tree::Strs(vec!["stevedore_failure"]))])
    }
}

/// Fields are texts and numbers, and data frames of these.
fn copy(tree: &Tree<'static>) -> Tree<'static> {
    match tree {
        Tree::Text(text) => Tree::Text(text.clone()),
        Tree::Texts(texts) => Tree::Texts(texts.clone()),
        Tree::Bools(values) => Tree::Bools(values.clone()),
        Tree::Frame {
            names,
            columns,
            rows,
        } => Tree::Frame {
            names: names.clone(),
            columns: columns.iter().map(copy).collect(),
            rows: *rows,
        },
        Tree::Number { value, is_integer } => Tree::Number {
            value: *value,
            is_integer: *is_integer,
        },
        _ => Tree::Null,
    }
}

impl From<Wrong> for Failure {
    fn from(wrong: Wrong) -> Self {
        let mut failure = Self::new("docker_argument", wrong.message);
        failure.fields = vec![("argument", Tree::text(wrong.argument))];
        failure
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let classes = match error.kind() {
            ErrorKind::Settings => vec!["docker_settings".to_owned()],
            ErrorKind::Argument => vec!["docker_argument".to_owned()],
            ErrorKind::Version => vec!["docker_version".to_owned()],
            ErrorKind::Local => vec!["docker_local".to_owned()],
            ErrorKind::Unreachable => vec!["docker_unreachable".to_owned()],
            ErrorKind::Timeout => vec!["docker_timeout".to_owned()],
            ErrorKind::Protocol => vec!["docker_protocol".to_owned()],
            ErrorKind::Stream => vec!["docker_stream_failed".to_owned()],
            ErrorKind::Failed => vec!["container_error".to_owned()],
            ErrorKind::Refused => {
                let reason = error.reason().map(|word| format!("docker_{word}"));
                let status = error.status().map(|status| format!("docker_{status}"));
                let mut classes: Vec<_> = reason.into_iter().chain(status).collect();
                classes.retain(|class| class != "docker_refused");
                classes.push("docker_refused".to_owned());
                classes
            }
            _ => Vec::new(),
        };
        let mut fields = Vec::new();
        if let Some(status) = error.status() {
            fields.push(("code", Tree::whole(status.into())));
        }
        if let Some(reason) = error.reason() {
            fields.push(("reason", Tree::text(reason.replace('_', " "))));
        }
        if let Some(info) = error.endpoint() {
            fields.push(("endpoint", Tree::text(info.legacy)));
        }
        if let Some(argument) = error.argument() {
            let argument = match error.endpoint() {
                Some(info) => faces::spoken(info, argument),
                None => argument.to_owned(),
            };
            fields.push(("argument", Tree::text(argument)));
        }
        let message = in_r_words(&error);
        let causes = causes(&error);
        if !causes.is_empty() {
            fields.push(("causes", Tree::texts(causes)));
        }
        Self {
            classes,
            message,
            fields,
        }
    }
}

/// A message about an argument, with the argument as R's users know it: the tables
/// say "`host_config.memory` of `container_create` must be ...".
fn in_r_words(error: &Error) -> String {
    let message = error.to_string();
    let (Some(argument), Some(info)) = (error.argument(), error.endpoint()) else {
        return message;
    };
    match message.strip_prefix(&format!("`{argument}` of {}", info.id)) {
        Some(rest) => format!("'{}'{rest}", faces::spoken(info, argument)),
        None => message,
    }
}

/// The messages of what led to it, nearest first.
fn causes(error: &Error) -> Vec<String> {
    let mut causes = Vec::new();
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        causes.push(cause.to_string());
        next = cause.source();
    }
    causes
}
