//! The binding of the R package: R values in, R values out.
//!
//! A native routine returns its value, or a failure as a value that R raises as
//! a condition. Rust never calls R: streams are pulled from R, batch by batch,
//! and a wait only asks R, between two looks at the future, whether the user
//! wants out.

mod by_hand;
mod client;
mod copy;
mod display;
mod faces;
mod failure;
mod feed;
mod given;
mod handle;
mod lines;
mod log;
mod native;
mod option;
mod part;
mod process;
mod read;
mod settings;
mod stream;
#[allow(
    unsafe_code,
    reason = "the one module that touches R's memory; each block says why it may"
)]
mod sys;
mod terminal;
mod traffic;
mod tree;
mod usage;

use client::Client;
use display::Display;
use handle::{Handle, client, with_stream};
use native::native;
use savvy::{Sexp, savvy};
use stream::Stream;
use tree::Tree;

/// Makes a client, and agrees with the engine on an API version unless one is
/// given: a list of settings in, a pointer out.
#[savvy]
fn native_client_new(settings: Sexp) -> savvy::Result<Sexp> {
    native(|| Ok(Handle::client(Client::open(&sys::read(&settings)?)?)))
}

/// Closes the connections of a client; another call opens new ones.
#[savvy]
fn native_client_close(pointer: Sexp) -> savvy::Result<Sexp> {
    native(|| {
        client(&pointer)?.close();
        sys::write(&Tree::Null)
    })
}

/// What a client connects to, and what there is to say about that.
#[savvy]
fn native_client_info(pointer: Sexp) -> savvy::Result<Sexp> {
    native(|| sys::write(&client(&pointer)?.info()))
}

/// What is found at the places where a client with these settings would look for an
/// engine; NULL for one that looks nowhere.
#[savvy]
fn native_find(settings: Sexp) -> savvy::Result<Sexp> {
    native(|| sys::write(&settings::report(&sys::read(&settings)?)?))
}

/// One call, answered in full.
#[savvy]
fn native_call(pointer: Sexp, endpoint: &str, args: Sexp) -> savvy::Result<Sexp> {
    native(|| client(&pointer)?.call(endpoint, sys::read(&args)?))
}

/// Which of the `known` names a misspelt one was meant to be; NULL if none, or several.
#[savvy]
fn native_meant(name: &str, known: Sexp) -> savvy::Result<Sexp> {
    native(|| {
        let known = sys::read(&known)?.texts().unwrap_or_default();
        let known: Vec<&str> = known.iter().flatten().map(String::as_str).collect();
        let meant = stevedore_api::meant(name, &known);
        sys::write(&meant.map_or(Tree::Null, Tree::text))
    })
}

/// An argument of several parts, in the API's own words.
#[savvy]
fn native_type(of: &str, args: Sexp) -> savvy::Result<Sexp> {
    native(|| {
        let part = part::of(of, &sys::read(&args)?)?;
        sys::write(&part)
    })
}

/// Output that has an end, read to that end.
#[savvy]
fn native_collect(pointer: Sexp, endpoint: &str, args: Sexp, tty: bool) -> savvy::Result<Sexp> {
    native(|| {
        let args = sys::read(&args)?;
        let mut stream = Stream::open(client(&pointer)?, endpoint, &args, tty, None)?;
        stream.read()?;
        stream.outcome()
    })
}

/// Output as it arrives: a stream to read from.
#[savvy]
fn native_open(
    pointer: Sexp,
    endpoint: &str,
    args: Sexp,
    tty: bool,
    display: Sexp,
) -> savvy::Result<Sexp> {
    native(|| {
        let (args, display) = (sys::read(&args)?, Display::of(&sys::read(&display)?));
        let stream = Stream::open(client(&pointer)?, endpoint, &args, tty, display)?;
        Ok(Handle::stream(stream))
    })
}

/// A copy between a container and this side, or two containers: each of `from` and `to` is
/// a list of `path` and, where that says more, `container` or `here`. What was left out.
#[savvy]
fn native_copy(pointer: Sexp, from: Sexp, to: Sexp, how: Sexp) -> savvy::Result<Sexp> {
    native(|| {
        let (from, to, how) = (sys::read(&from)?, sys::read(&to)?, sys::read(&how)?);
        copy::copy(client(&pointer)?, &from, &to, &how)
    })
}

/// An archive, or files of this side packed into one, sent to be unpacked. What was left out.
#[savvy]
fn native_put(pointer: Sexp, source: Sexp, args: Sexp) -> savvy::Result<Sexp> {
    native(|| copy::put(client(&pointer)?, &sys::read(&source)?, &sys::read(&args)?))
}

/// The bytes that an endpoint gives, written into a file as they come.
#[savvy]
fn native_save(pointer: Sexp, endpoint: &str, args: Sexp, file: &str) -> savvy::Result<Sexp> {
    native(|| copy::save(client(&pointer)?, endpoint, &sys::read(&args)?, file))
}

/// A run, from the missing image to the exit code: a stream to read from. `how` has
/// `detach`, `rm`, `pull`, `stdin`, `interactive` and `detach_keys`.
#[savvy]
fn native_container_run(
    pointer: Sexp,
    args: Sexp,
    how: Sexp,
    display: Sexp,
) -> savvy::Result<Sexp> {
    native(|| {
        let (args, how) = (sys::read(&args)?, sys::read(&how)?);
        let display = Display::of(&sys::read(&display)?);
        let stream = Stream::run(client(&pointer)?, &args, &how, display)?;
        Ok(Handle::stream(stream))
    })
}

/// A command in a container, made and started: a stream to read from. `how` has `detach`,
/// `stdin`, `interactive` and `detach_keys`.
#[savvy]
fn native_exec(pointer: Sexp, args: Sexp, how: Sexp, display: Sexp) -> savvy::Result<Sexp> {
    native(|| {
        let (args, how) = (sys::read(&args)?, sys::read(&how)?);
        let display = Display::of(&sys::read(&display)?);
        let stream = Stream::exec(client(&pointer)?, &args, &how, display)?;
        Ok(Handle::stream(stream))
    })
}

/// A container that runs, taken up: a stream to read from. `args` has `stdin`, `stdout`,
/// `stderr` and `logs`, all flags; `how` has `stdin`, `interactive` and `detach_keys`.
#[savvy]
fn native_attach(
    pointer: Sexp,
    id: &str,
    args: Sexp,
    how: Sexp,
    display: Sexp,
) -> savvy::Result<Sexp> {
    native(|| {
        let (args, how) = (sys::read(&args)?, sys::read(&how)?);
        let display = Display::of(&sys::read(&display)?);
        let stream = Stream::attach(client(&pointer)?, id, &args, &how, display)?;
        Ok(Handle::stream(stream))
    })
}

/// Whether standard input and standard output of this process are a terminal that a
/// program can be put on.
#[savvy]
fn native_has_terminal() -> savvy::Result<Sexp> {
    native(|| sys::write(&Tree::Bool(Some(terminal::is_there()))))
}

/// A command that was made before, started: a stream to read from.
#[savvy]
fn native_exec_start(
    pointer: Sexp,
    id: &str,
    detach: bool,
    tty: bool,
    display: Sexp,
) -> savvy::Result<Sexp> {
    native(|| {
        let display = Display::of(&sys::read(&display)?);
        let stream = Stream::exec_start(client(&pointer)?, id, detach, tty, display)?;
        Ok(Handle::stream(stream))
    })
}

/// What a container wrote, line by line: a stream to read from. `args` are those of its
/// logs.
#[savvy]
fn native_log(pointer: Sexp, args: Sexp, display: Sexp) -> savvy::Result<Sexp> {
    native(|| {
        let (args, display) = (sys::read(&args)?, Display::of(&sys::read(&display)?));
        Ok(Handle::stream(log::Stream::open(
            client(&pointer)?,
            &args,
            display,
        )?))
    })
}

/// What is to be shown of lines, as they come; NULL at their end.
#[savvy]
fn native_log_read(log: Sexp) -> savvy::Result<Sexp> {
    native(|| with_stream(&log, log::Stream::read))
}

/// The lines that have come, in columns.
#[savvy]
fn native_log_outcome(log: Sexp) -> savvy::Result<Sexp> {
    native(|| with_stream(&log, log::Stream::outcome))
}

/// Closes the connection of a log.
#[savvy]
fn native_log_close(log: Sexp) -> savvy::Result<Sexp> {
    native(|| {
        with_stream(&log, |log: &mut log::Stream| {
            log.close();
            sys::write(&Tree::Null)
        })
    })
}

/// What containers use now, as a data frame: those of `id`, or all that run, or with
/// `all` that there are.
#[savvy]
fn native_usage(pointer: Sexp, whose: Sexp) -> savvy::Result<Sexp> {
    native(|| usage::once(client(&pointer)?, &sys::read(&whose)?))
}

/// The same from now on: a stream to read from.
#[savvy]
fn native_usage_open(pointer: Sexp, whose: Sexp) -> savvy::Result<Sexp> {
    native(|| {
        let whose = sys::read(&whose)?;
        Ok(Handle::stream(usage::Stream::open(
            client(&pointer)?,
            &whose,
        )?))
    })
}

/// What containers use, measured next; without rows after so many seconds, and NULL at the
/// end.
#[savvy]
fn native_usage_read(usage: Sexp, seconds: f64) -> savvy::Result<Sexp> {
    native(|| with_stream(&usage, |usage: &mut usage::Stream| usage.read(seconds)))
}

/// Whether more can come of what containers use.
#[savvy]
fn native_usage_is_open(usage: Sexp) -> savvy::Result<Sexp> {
    native(|| {
        with_stream(&usage, |usage: &mut usage::Stream| {
            sys::write(&Tree::Bool(Some(usage.is_open())))
        })
    })
}

/// Closes the connections of a stream of what containers use.
#[savvy]
fn native_usage_close(usage: Sexp) -> savvy::Result<Sexp> {
    native(|| {
        with_stream(&usage, |usage: &mut usage::Stream| {
            usage.close();
            sys::write(&Tree::Null)
        })
    })
}

/// More for the program of a stream to read; nothing at all is the end.
#[savvy]
fn native_stream_feed(stream: Sexp, bytes: Sexp) -> savvy::Result<Sexp> {
    native(|| {
        let bytes = sys::read(&bytes)?;
        with_stream(&stream, |stream: &mut Stream| stream.feed(&bytes))
    })
}

/// A request by hand: a list of its parts in; its answer, read to its end, or a
/// stream to read from.
#[savvy]
fn native_request(pointer: Sexp, request: Sexp, whole: bool) -> savvy::Result<Sexp> {
    native(|| {
        let request = sys::read(&request)?;
        let mut stream = Stream::request(client(&pointer)?, &request)?;
        if whole {
            stream.rest()
        } else {
            Ok(Handle::stream(stream))
        }
    })
}

/// The next step of a stream, with all that is there; NULL at its end.
#[savvy]
fn native_stream_read(stream: Sexp) -> savvy::Result<Sexp> {
    native(|| with_stream(&stream, Stream::read))
}

/// What a stream has come to, once it was read to its end.
#[savvy]
fn native_stream_outcome(stream: Sexp) -> savvy::Result<Sexp> {
    native(|| with_stream(&stream, Stream::outcome))
}

/// Gives a run up, and removes its container where that was asked for.
#[savvy]
fn native_stream_cancel(stream: Sexp) -> savvy::Result<Sexp> {
    native(|| with_stream(&stream, Stream::cancel))
}

/// Closes the connection of a stream.
#[savvy]
fn native_stream_close(stream: Sexp) -> savvy::Result<Sexp> {
    native(|| with_stream(&stream, Stream::close))
}

/// The container that a run may have left behind, NA if its id never came, or NULL.
#[savvy]
fn native_stream_container(stream: Sexp) -> savvy::Result<Sexp> {
    native(|| {
        with_stream(&stream, |stream: &mut Stream| {
            sys::write(&stream.left_behind())
        })
    })
}

/// What the user has to know beside what was asked for, once, and the traffic of
/// clients that are watched; NULL if nothing.
#[savvy]
fn native_untold() -> savvy::Result<Sexp> {
    native(|| {
        let (untold, traffic) = (handle::untold(), traffic::take());
        sys::write(&if untold.is_empty() && traffic.is_empty() {
            Tree::Null
        } else {
            Tree::record(vec![
                ("warnings", Tree::texts(untold)),
                ("traffic", traffic::tree(&traffic)),
            ])
        })
    })
}
