//! A shell in a new container on this terminal, as `docker run -it --rm IMAGE` gives it.
//!
//! `shell [--keys ctrl-a,d] [IMAGE [COMMAND...]]`
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use stevedore::Docker;
use stevedore::container::{Create, Run, Step};
use stevedore::terminal::{Left, Terminal};

#[tokio::main(flavor = "current_thread")]
async fn main() -> stevedore::Result<()> {
    let mut words: Vec<String> = std::env::args().skip(1).collect();
    let mut terminal = Terminal::open()?;
    if words.first().is_some_and(|word| word == "--keys") && words.len() > 1 {
        terminal = terminal.detach_keys(words.remove(1).parse()?);
        words.remove(0);
    }
    let mut words = words.into_iter();
    let mut create = Create::new(words.next().as_deref().unwrap_or("busybox"));
    let command: Vec<_> = words.collect();
    if !command.is_empty() {
        create = create.cmd(command);
    }
    let docker = Docker::from_env()?;
    let launch = docker.containers().run(create, Run::new().rm(true));
    let mut launch = launch.terminal(&terminal);
    while let Some(step) = launch.next().await? {
        if let Step::ImageMissing(image) = step {
            println!("pulling {image} ...");
        }
    }
    let mut running = launch.start().await?;
    let left = running.interact(&terminal).await;
    let name = running.container().id().to_owned();
    drop(running);
    // Where the session was broken off, what was promised is done here.
    docker.close().await?;
    match left? {
        Left::Ended(0) => {}
        Left::Ended(code) => println!("ended with exit code {code}"),
        _ => println!("detached from {name}, which goes on"),
    }
    Ok(())
}
