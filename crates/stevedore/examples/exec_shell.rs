//! A shell in a running container, on this terminal, as `docker exec -it NAME sh` gives it;
//! without a command it attaches to the container's own program, as `docker attach` does.
//!
//! `exec_shell NAME [COMMAND...]`
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use stevedore::blocking::Docker;
use stevedore::exec::Create;
use stevedore::terminal::{Left, Terminal};
use stevedore::{Error, ErrorKind};

fn main() -> stevedore::Result<()> {
    let mut words = std::env::args().skip(1);
    let name = words.next().ok_or_else(|| {
        Error::new(
            ErrorKind::Settings,
            "name the container, and perhaps the command to run in it",
        )
    })?;
    let command: Vec<_> = words.collect();
    let terminal = Terminal::open()?;
    let container = Docker::from_env()?.container(name);
    let left = if command.is_empty() {
        container.interact(&terminal)?
    } else {
        let launch = container.launch_exec(Create::new().cmd(command))?;
        launch.interact(&terminal)?
    };
    match left {
        Left::Ended(code) => println!("ended with exit code {code}"),
        _ => println!("detached; it goes on"),
    }
    Ok(())
}
