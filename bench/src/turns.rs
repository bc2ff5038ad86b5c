//! Contestants take turns, so that what else happens on the machine hits all alike.

use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::figures::Times;

pub(crate) struct Contestant<'a> {
    name: &'static str,
    work: Box<dyn FnMut(usize) -> Result<Vec<Duration>> + 'a>,
    times: Times,
}

/// `work` does it so many times, and says how long each took.
pub(crate) fn contestant<'a>(
    name: &'static str,
    work: impl FnMut(usize) -> Result<Vec<Duration>> + 'a,
) -> Contestant<'a> {
    Contestant {
        name,
        work: Box::new(work),
        times: Times::default(),
    }
}

/// Each does it `times` times in each of so many rounds. One more round before warms up.
pub(crate) fn take_turns(
    contestants: &mut [Contestant<'_>],
    rounds: usize,
    times: usize,
) -> Result<()> {
    for round in 0..=rounds {
        let first = round % contestants.len();
        let (tail, head) = contestants.split_at_mut(first);
        for it in head.iter_mut().chain(tail) {
            let took = (it.work)(times).with_context(|| it.name)?;
            if round > 0 {
                it.times.add(took);
            }
        }
    }
    Ok(())
}

/// A table of what `what` took, beside the first contestant.
pub(crate) fn print(
    contestants: &mut [Contestant<'_>],
    what: &str,
    unit: &str,
    in_unit: fn(Duration) -> f64,
) {
    let Some(first) = contestants.first_mut() else {
        return;
    };
    let floor = first.times.percentile(50);
    println!(
        "| {what} | median ({unit}) | 90 % ({unit}) | of the {} |\n|---|---|---|---|",
        first.name
    );
    for it in contestants {
        let (median, most) = (it.times.percentile(50), it.times.percentile(90));
        println!(
            "| {} | {:.1} | {:.1} | {:.2} |",
            it.name,
            in_unit(median),
            in_unit(most),
            median.as_secs_f64() / floor.as_secs_f64()
        );
    }
}
