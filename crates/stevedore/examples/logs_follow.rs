//! Follows the log of a container, as `docker logs --follow NAME` does.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example shows what it does"
)]

use stevedore::blocking::Docker;
use stevedore::container::Logs;
use stevedore::{Error, ErrorKind, Source};

fn main() -> Result<(), Error> {
    let name = std::env::args().nth(1).ok_or_else(|| {
        Error::new(
            ErrorKind::Settings,
            "name the container whose log is to be followed",
        )
    })?;
    let docker = Docker::from_env()?;
    for chunk in docker.container(name).logs(Logs::new().follow(true))? {
        let chunk = chunk?;
        let text = String::from_utf8_lossy(&chunk.bytes);
        match chunk.source {
            Source::Stderr => eprint!("{text}"),
            _ => print!("{text}"),
        }
    }
    Ok(())
}
