//! The frame around every native routine.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};

use savvy::Sexp;
use stevedore::Error;

use crate::failure::Failure;
use crate::given::Wrong;
use crate::sys;

/// Why a routine has no value: a failure for R to raise, or R itself is unwinding.
pub(crate) enum Stop {
    Failure(Failure),
    Unwinding(savvy::Error),
}

thread_local! {
    /// Where the last panic happened.
    static PLACE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Runs a routine: its failure becomes a value, and so does a panic.
pub(crate) fn native(body: impl FnOnce() -> Result<Sexp, Stop>) -> savvy::Result<Sexp> {
    // The hook that prints is set again by the wrapper that savvy generates.
    set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string);
        PLACE.set(place.unwrap_or_default());
    }));
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(Stop::Unwinding(error))) => Err(error),
        Ok(Err(Stop::Failure(failure))) => as_value(&failure),
        Err(panic) => {
            let what = format!("{} ({})", said(panic.as_ref()), PLACE.take());
            as_value(&Failure::bug(&what))
        }
    }
}

fn as_value(failure: &Failure) -> savvy::Result<Sexp> {
    sys::write(&failure.tree()).map_err(|stop| match stop {
        Stop::Unwinding(error) => error,
        Stop::Failure(_) => savvy::Error::new("an error's message is too long for R"),
    })
}

fn said(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic")
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failure(error.into())
    }
}

impl From<Wrong> for Stop {
    fn from(wrong: Wrong) -> Self {
        Self::Failure(wrong.into())
    }
}

impl From<savvy::Error> for Stop {
    fn from(error: savvy::Error) -> Self {
        Self::Unwinding(error)
    }
}
