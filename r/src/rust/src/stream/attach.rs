//! Containers that run, taken up.

use stevedore::container::Attach;

use super::run::{About, Removal};
use super::{State, Stream};
use crate::client::Client;
use crate::display::Display;
use crate::feed;
use crate::given::Given;
use crate::lines::Lines;
use crate::native::Stop;
use crate::terminal;

impl Stream {
    /// A container that runs, taken up. `how` has `stdin`, `interactive` and `detach_keys`.
    pub(crate) fn attach(
        client: &Client,
        id: &str,
        given: &Given,
        how: &Given,
        display: Option<Display>,
    ) -> Result<Self, Stop> {
        let (stdin, feed) = feed::stdin(how.field("stdin"))?;
        let terminal = terminal::asked(how)?;
        let session = client.session()?;
        let container = session.docker.container(id);
        let about = About {
            image: String::new(),
            detach: false,
            ends: false,
            removal: Removal::Settled,
            id: Some(id.to_owned()),
            exit_code: None,
        };
        if let Some(terminal) = &terminal {
            // The whole session is here; what is left to read is how it ended.
            let code = session.wait_for(terminal::attach(&container, terminal))??;
            return Ok(Self {
                is_detached: code.is_none(),
                run: Some(About {
                    exit_code: code,
                    ..about
                }),
                ..Self::of(State::Ended, session)
            });
        }
        let mut attach = Attach::new().stream(true);
        for (name, set) in [
            ("stdin", Attach::stdin as fn(Attach, bool) -> Attach),
            ("stdout", Attach::stdout),
            ("stderr", Attach::stderr),
            ("logs", Attach::logs),
        ] {
            if given.field_flag(name) == Some(true) {
                attach = set(attach, true);
            }
        }
        if attach.stdin.or(attach.stdout).or(attach.stderr).is_none() {
            // R names all of them: none is wanted.
            attach = attach.stdout(false);
        }
        let mut running = session.wait_for(container.take_up(attach))??;
        if let Some(stdin) = stdin {
            // It has an input, or it was refused.
            let _ = running.feed(stdin);
        }
        Ok(Self {
            lines: Lines::new(running.is_raw()),
            run: Some(about),
            feed,
            display,
            ..Self::of(State::Running(Box::new(running)), session)
        })
    }
}
