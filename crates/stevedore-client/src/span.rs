//! Requests as spans of `tracing`.

use std::time::Instant;

use stevedore_api::Call;
use tracing::field::{Empty, debug, display};
use tracing::{Instrument as _, debug_span};

use crate::{Answer, Result};

/// Runs an exchange in a span of its own, which ends with the head of its answer.
///
/// Nothing that a user gave is in it: neither names nor arguments, and no bytes.
pub(crate) async fn around(
    call: &Call,
    exchange: impl Future<Output = Result<Answer>>,
) -> Result<Answer> {
    let span = debug_span!(
        target: "stevedore",
        "request",
        endpoint = call.info.id,
        method = call.method().as_str(),
        version = Empty,
        status = Empty,
        error = Empty,
        elapsed = Empty,
    );
    if span.is_disabled() {
        return exchange.await;
    }
    if let Some(version) = call.version {
        span.record("version", display(version));
    }
    let begun = Instant::now();
    let outcome = exchange.instrument(span.clone()).await;
    match &outcome {
        Ok(answer) => span.record("status", answer.status()),
        Err(error) => span.record("error", debug(error.kind())),
    };
    span.record("elapsed", debug(begun.elapsed()));
    outcome
}
