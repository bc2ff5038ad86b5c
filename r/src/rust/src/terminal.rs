//! The terminal of the R session, for a program in a container.

#[cfg(not(unix))]
pub(crate) use nowhere::*;
#[cfg(unix)]
pub(crate) use of_session::*;

#[cfg(unix)]
mod of_session {
    use stevedore::container::{Container, Launch, Running};
    pub(crate) use stevedore::terminal::Terminal;
    use stevedore::terminal::{DetachKeys, Left};
    use stevedore::{Error, exec};

    use crate::given::{Given, Wrong};
    use crate::native::Stop;

    /// Whether there is one.
    pub(crate) fn is_there() -> bool {
        Terminal::open().is_ok()
    }

    /// The terminal, where `how` has `interactive`, with its `detach_keys`.
    pub(crate) fn asked(how: &Given) -> Result<Option<Terminal>, Stop> {
        if how.field_flag("interactive") != Some(true) {
            return Ok(None);
        }
        let terminal = Terminal::open()?;
        match how.field_text("detach_keys") {
            Some(keys) => Ok(Some(terminal.detach_keys(detach_keys(keys)?))),
            None => Ok(Some(terminal)),
        }
    }

    fn detach_keys(keys: &str) -> Result<DetachKeys, Wrong> {
        let wrong = |error| Wrong::new("detach_keys", format!("'detach_keys': {error}"));
        keys.parse().map_err(wrong)
    }

    /// Refuses keys that are none: engines do so with the status of an error of their own.
    pub(crate) fn check_keys(keys: &str) -> Result<(), Wrong> {
        detach_keys(keys).map(drop)
    }

    /// A run that is to be on the terminal.
    pub(crate) fn launch(launch: Launch, terminal: &Terminal) -> Launch {
        launch.terminal(terminal)
    }

    /// A command that is to be on the terminal.
    pub(crate) fn launch_exec(launch: exec::Launch, terminal: &Terminal) -> exec::Launch {
        launch.terminal(terminal)
    }

    /// The exit code of a container on the terminal; nothing if it was left.
    pub(crate) async fn run(running: &mut Running, on: &Terminal) -> Result<Option<i64>, Error> {
        running.interact(on).await.map(code)
    }

    /// The exit code of a command on the terminal; nothing if it was left.
    pub(crate) async fn exec(
        running: &mut exec::Running,
        on: &Terminal,
    ) -> Result<Option<i64>, Error> {
        running.interact(on).await.map(code)
    }

    /// The exit code of a container that ran already; nothing if it was left.
    pub(crate) async fn attach(container: &Container, on: &Terminal) -> Result<Option<i64>, Error> {
        container.interact(on).await.map(code)
    }

    fn code(left: Left) -> Option<i64> {
        match left {
            Left::Ended(code) => Some(code),
            _ => None,
        }
    }
}

/// What R runs on has no terminal that could be given away: a `Terminal` has no value.
#[cfg(not(unix))]
#[allow(clippy::unused_async, reason = "they stand for those that wait")]
mod nowhere {
    use stevedore::container::{Container, Launch, Running};
    use stevedore::{Error, exec};

    use crate::failure::Failure;
    use crate::given::{Given, Wrong};
    use crate::native::Stop;

    /// The engine does.
    #[allow(
        clippy::unnecessary_wraps,
        reason = "where there are terminals it refuses"
    )]
    pub(crate) fn check_keys(_: &str) -> Result<(), Wrong> {
        Ok(())
    }

    pub(crate) enum Terminal {}

    pub(crate) fn is_there() -> bool {
        false
    }

    pub(crate) fn asked(how: &Given) -> Result<Option<Terminal>, Stop> {
        if how.field_flag("interactive") == Some(true) {
            return Err(
                Failure::settings("a terminal can be given to a program on unix only").into(),
            );
        }
        Ok(None)
    }

    pub(crate) fn launch(_: Launch, terminal: &Terminal) -> Launch {
        match *terminal {}
    }

    pub(crate) fn launch_exec(_: exec::Launch, terminal: &Terminal) -> exec::Launch {
        match *terminal {}
    }

    pub(crate) async fn run(_: &mut Running, on: &Terminal) -> Result<Option<i64>, Error> {
        match *on {}
    }

    pub(crate) async fn exec(_: &mut exec::Running, on: &Terminal) -> Result<Option<i64>, Error> {
        match *on {}
    }

    pub(crate) async fn attach(_: &Container, on: &Terminal) -> Result<Option<i64>, Error> {
        match *on {}
    }
}
