//! What R holds on to: clients and streams, and the session that they share.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::rc::Rc;

use savvy::{IntoExtPtrSexp, Sexp};
use stevedore::blocking::Waiter;
use stevedore::{Docker, Error, Settings};

use crate::client::Client;
use crate::failure::Failure;
use crate::native::Stop;
use crate::process::OfProcess;
use crate::settings::Plan;
use crate::stream::Stream;
use crate::{log, sys, usage};

/// What an external pointer points to.
pub(crate) enum Handle {
    Client(Box<Client>),
    Stream(Pulled<Stream>),
    Log(Pulled<log::Stream>),
    Usage(Pulled<usage::Stream>),
}

type Pulled<S> = Box<RefCell<OfProcess<S>>>;

impl IntoExtPtrSexp for Handle {}

impl Handle {
    pub(crate) fn client(client: Client) -> Sexp {
        Self::Client(Box::new(client)).into_external_pointer()
    }

    pub(crate) fn stream<S: IsPulled>(stream: S) -> Sexp {
        S::held(Box::new(RefCell::new(OfProcess::new(stream)))).into_external_pointer()
    }
}

/// A stream that R pulls.
pub(crate) trait IsPulled: Sized {
    fn held(stream: Pulled<Self>) -> Handle;
    fn of(handle: &Handle) -> Option<&Pulled<Self>>;
}

impl IsPulled for Stream {
    fn held(stream: Pulled<Self>) -> Handle {
        Handle::Stream(stream)
    }

    fn of(handle: &Handle) -> Option<&Pulled<Self>> {
        match handle {
            Handle::Stream(stream) => Some(stream),
            _ => None,
        }
    }
}

impl IsPulled for log::Stream {
    fn held(stream: Pulled<Self>) -> Handle {
        Handle::Log(stream)
    }

    fn of(handle: &Handle) -> Option<&Pulled<Self>> {
        match handle {
            Handle::Log(stream) => Some(stream),
            _ => None,
        }
    }
}

impl IsPulled for usage::Stream {
    fn held(stream: Pulled<Self>) -> Handle {
        Handle::Usage(stream)
    }

    fn of(handle: &Handle) -> Option<&Pulled<Self>> {
        match handle {
            Handle::Usage(stream) => Some(stream),
            _ => None,
        }
    }
}

/// The client behind R's pointer.
pub(crate) fn client(pointer: &Sexp) -> Result<&Client, Stop> {
    match sys::pointee(pointer) {
        Some(Handle::Client(client)) => Ok(client),
        _ => Err(Failure::stale(
            "this object is from another R session; objects of a docker client can't be saved \
             and loaded, so make a new one with docker_client()",
        )
        .into()),
    }
}

/// Does something with the stream behind R's pointer.
pub(crate) fn with_stream<S: IsPulled, T>(
    pointer: &Sexp,
    act: impl FnOnce(&mut S) -> Result<T, Stop>,
) -> Result<T, Stop> {
    let Some(stream) = sys::pointee(pointer).and_then(S::of) else {
        return Err(Failure::stale("this stream is from another R session").into());
    };
    // While R looks for interrupts it may run other R code.
    let Ok(mut stream) = stream.try_borrow_mut() else {
        return Err(Failure::stale("this stream is being read already").into());
    };
    if !stream.is_ours() {
        return Err(Failure::stale(
            "this stream belongs to the process that this one was forked from; open one here",
        )
        .into());
    }
    act(&mut stream)
}

/// The connections of a client, and what drives them.
pub(crate) struct Session {
    pub(crate) docker: Docker,
    waiter: Rc<OfProcess<Waiter>>,
}

thread_local! {
    /// What drives all clients: each of its own would hold descriptors for as long as R
    /// keeps the client.
    static WAITER: RefCell<Option<Rc<OfProcess<Waiter>>>> = const { RefCell::new(None) };
}

/// The waiter of this process.
pub(crate) fn waiter() -> Result<Rc<OfProcess<Waiter>>, Stop> {
    WAITER.with_borrow_mut(|kept| {
        if let Some(waiter) = kept.as_ref().filter(|waiter| waiter.is_ours()) {
            return Ok(Rc::clone(waiter));
        }
        let new = Rc::new(OfProcess::new(Waiter::new()?));
        *kept = Some(Rc::clone(&new));
        Ok(new)
    })
}

impl Session {
    pub(crate) fn new(settings: Settings) -> Result<Rc<OfProcess<Self>>, Stop> {
        Ok(Rc::new(OfProcess::new(Self {
            docker: Docker::new(settings),
            waiter: waiter()?,
        })))
    }

    /// Waits for `future`; Ctrl-C drops it, and R's own interrupt goes on.
    pub(crate) fn wait<F: Future>(&self, future: F) -> Result<F::Output, Stop> {
        wait_on(&self.waiter, future)
    }

    /// Another engine than the one that has failed with `error`, where nobody has said that
    /// it must be that one.
    pub(crate) fn elsewhere(&self, plan: &Plan, error: Error) -> Result<Settings, Stop> {
        plan.elsewhere(&self.waiter, error)
    }

    /// The same, after doing what runs that were given up have promised. A removal
    /// that fails on the way is not the failure of this call: it is told beside it.
    pub(crate) fn wait_for<F: Future>(&self, future: F) -> Result<F::Output, Stop> {
        self.wait(async {
            if let Err(error) = self.docker.close().await {
                tell(&error);
            }
            future.await
        })
    }
}

/// Waits for `future`; Ctrl-C drops it, and R's own interrupt goes on.
pub(crate) fn wait_on<F: Future>(waiter: &Waiter, future: F) -> Result<F::Output, Stop> {
    waiter
        .wait(future, || match sys::check_interrupt() {
            Ok(()) => ControlFlow::Continue(()),
            Err(interrupt) => ControlFlow::Break(interrupt),
        })
        .map_err(Stop::Unwinding)
}

thread_local! {
    /// What R has still to tell the user, although nobody asked.
    static UNTOLD: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Has R tell of a container that could not be removed as a run has promised.
pub(crate) fn tell(error: &Error) {
    UNTOLD.with_borrow_mut(|untold| {
        untold.push(format!(
            "the container of a run that was given up may not have been removed: {error}"
        ));
    });
}

/// Has R warn of something that the user must not overlook.
pub(crate) fn warn(text: String) {
    UNTOLD.with_borrow_mut(|untold| untold.push(text));
}

/// What was left to be told since the last time.
pub(crate) fn untold() -> Vec<String> {
    UNTOLD.take()
}
