//! Requests as spans: what they say, and what they don't.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use stevedore::container::List;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::{docker, play};

type Fields = BTreeMap<String, String>;

/// Keeps the fields of the spans of one thread.
#[derive(Clone, Default)]
struct Spans(Arc<Mutex<Vec<Fields>>>);

struct Into<'a>(&'a mut Fields);

impl Visit for Into<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }
}

impl Subscriber for Spans {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "stevedore"
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut spans = self.0.lock().unwrap();
        let mut fields = Fields::new();
        span.record(&mut Into(&mut fields));
        spans.push(fields);
        Id::from_u64(spans.len() as u64)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let at = usize::try_from(span.into_u64()).unwrap() - 1;
        values.record(&mut Into(&mut self.0.lock().unwrap()[at]));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// The fields of each span while `work` runs, without the time it took.
fn spans(work: impl Future) -> Vec<Fields> {
    let spans = Spans::default();
    tracing::subscriber::with_default(spans.clone(), || crate::runtime().block_on(work));
    let mut spans = spans.0.lock().unwrap().clone();
    for span in &mut spans {
        assert!(span.remove("elapsed").unwrap().ends_with('s'), "{span:?}");
    }
    spans
}

fn fields(pairs: &[(&str, &str)]) -> Fields {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    pairs.iter().map(owned).collect()
}

#[test]
fn each_request_is_a_span() {
    let daemon = play("container_list");
    let docker = docker(&daemon);
    let spans = spans(async { docker.containers().list(&List::new()).await.unwrap() });
    let ping = [
        ("endpoint", "\"system_ping\""),
        ("method", "\"GET\""),
        ("status", "200"),
    ];
    let list = [
        ("endpoint", "\"container_list\""),
        ("method", "\"GET\""),
        ("status", "200"),
        ("version", "1.41"),
    ];
    assert_eq!(spans, [fields(&ping), fields(&list)]);
    daemon.finish().unwrap();
}

#[test]
fn a_span_says_the_kind_of_what_failed_and_nothing_that_a_user_gave() {
    let daemon = play("closed_before_answer_post");
    let docker = docker(&daemon);
    let spans = spans(async { docker.container("c0ffee012345").start().await.unwrap_err() });
    let start = [
        ("endpoint", "\"container_start\""),
        ("error", "Protocol"),
        ("method", "\"POST\""),
        ("version", "1.41"),
    ];
    assert_eq!(spans.last().unwrap(), &fields(&start));
    assert!(!format!("{spans:?}").contains("c0ffee"));
    daemon.finish().unwrap();
}
