//! Commands in containers.

use std::rc::Rc;

use stevedore::exec;

use super::{State, Stream};
use crate::client::{Client, row};
use crate::display::Display;
use crate::feed;
use crate::given::Given;
use crate::handle::Session;
use crate::lines::Lines;
use crate::native::Stop;
use crate::process::OfProcess;
use crate::read;
use crate::terminal;

/// What is known of a command in a container.
pub(super) struct Command {
    pub(super) id: String,
    /// Whether its exit code is asked for when its output has ended.
    pub(super) waits: bool,
    pub(super) exit_code: Option<i64>,
}

impl Stream {
    /// A command in a container: made and started here. `how` has `detach`, `stdin`,
    /// `interactive` and `detach_keys`.
    pub(crate) fn exec(
        client: &Client,
        given: &Given,
        how: &Given,
        display: Option<Display>,
    ) -> Result<Self, Stop> {
        let args = read::args(row("exec_create")?, client.version(), given)?;
        let container = args.text("id").unwrap_or_default().to_owned();
        let detach = how.field_flag("detach").unwrap_or_default();
        let (stdin, feed) = feed::stdin(how.field("stdin"))?;
        let terminal = terminal::asked(how)?;
        let session = client.session()?;
        let container = session.docker.container(container);
        let mut launch = container.exec_args(args).detach(detach);
        if let Some(terminal) = &terminal {
            launch = terminal::launch_exec(launch, terminal);
        }
        let is_fed = stdin.is_some() || terminal.is_some();
        if let Some(stdin) = stdin {
            launch = launch.stdin(stdin);
        }
        let mut running = session.wait_for(launch.start())??;
        if !is_fed {
            // There is nothing to write: a command that reads its input sees its end.
            let _ = running.feed("");
        }
        let mut stream = Self::executing(running, session, display, !detach);
        stream.feed = feed;
        stream.terminal = terminal;
        Ok(stream)
    }

    /// A command that was made before, by its id.
    pub(crate) fn exec_start(
        client: &Client,
        id: &str,
        detach: bool,
        tty: bool,
        display: Option<Display>,
    ) -> Result<Self, Stop> {
        let session = client.session()?;
        let start = exec::Start::new().detach(detach).tty(tty);
        let mut running = session.wait_for(session.docker.exec(id).start_with(start))??;
        // R has nothing to write: a command that reads its input sees its end.
        let _ = running.feed("");
        Ok(Self::executing(running, session, display, false))
    }

    fn executing(
        running: exec::Running,
        session: Rc<OfProcess<Session>>,
        display: Option<Display>,
        waits: bool,
    ) -> Self {
        Self {
            lines: Lines::new(running.is_raw()),
            display,
            exec: Some(Command {
                id: running.exec().id().to_owned(),
                waits,
                exit_code: None,
            }),
            ..Self::of(State::Executing(Box::new(running)), session)
        }
    }
}
