//! Follows the log of a container line by line, each with its time, and goes on when the
//! connection breaks or the engine is restarted.
//!
//! As `docker logs --follow --timestamps --tail 10 NAME` does, but for the last part.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example shows what it does"
)]

use std::time::Duration;

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
    let logs = Logs::new().follow(true).tail(10);
    let lines = docker.container(name).log_lines(logs)?;
    for line in lines.resume(Duration::from_secs(60))? {
        let line = line?;
        let time = line.time.as_ref().map_or("-", |time| time.as_str());
        match line.source {
            Some(Source::Stderr) => eprintln!("{time} {}", line.text()),
            _ => println!("{time} {}", line.text()),
        }
    }
    Ok(())
}
