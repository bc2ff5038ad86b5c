//! `cargo xtask tour`: the package from R, against a real engine. Each
//! command is shown with its output, and what R prints is compared with what
//! the engine says when it is asked directly.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::choose::{self, Chosen};
use crate::visit::Visit;
use crate::{package_r, run, setup};
use walker::Walker;

mod containers;
mod demux;
mod hello;
mod inside;
mod printed;
mod walker;
mod working;

/// The images that the tour runs.
const IMAGES: [&str; 3] = [HELLO, COUNTER, WEB];
const HELLO: &str = "hello-world:latest";
const COUNTER: &str = "richfitz/iterate:latest";
const WEB: &str = "nginx:latest";

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The engine: a private one's name, `own` for this machine's, or a
    /// unix:// address [default: the one that answers, else a private one]
    #[arg(long, value_name = "NAME")]
    engine: Option<String>,
}

/// One walk with one engine.
struct Tour {
    walker: Walker,
    socket: PathBuf,
    is_own: bool,
    label: String,
    visit: Visit,
    commands: usize,
    checks: usize,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let choice = choose::one(args.engine.as_deref())?;
    setup::r()?;
    let package = package_r::installed()?;
    let engine = choice.take()?;
    let name = if choice.is_own() {
        "own"
    } else {
        choice.name()
    };
    println!(
        "engine: {name}, version {}, at {}",
        engine.version, engine.host
    );
    let label = run::label();
    if choice.is_own() {
        println!(
            "this engine is somebody's own: what the tour makes is labelled \
             stevedore.tour={label}, and only that is removed"
        );
    }
    let visit = Visit::begin(&engine, choice.is_own(), format!("stevedore.tour={label}"))?;
    println!("before: {}", visit.before());
    let (walked, visit) = walk(&package, &engine, choice.is_own(), label, visit);
    // The tour is over, one way or the other: what it made goes, even when it
    // was Ctrl-C that ended it.
    let was_interrupted = run::interrupted();
    run::clear_interruption();
    let ended = visit.end();
    if ended.is_ok() {
        println!("checked: every container, image, network and volume is as it was");
    }
    if was_interrupted {
        ended?;
        bail!("interrupted");
    }
    walked?;
    ended
}

/// The walk itself; the visit comes back to be ended.
fn walk(
    package: &package_r::Installed,
    engine: &Chosen,
    is_own: bool,
    label: String,
    mut visit: Visit,
) -> (Result<()>, Visit) {
    let walker = IMAGES
        .iter()
        .try_for_each(|image| visit.bring(image))
        .and_then(|()| Walker::start(package, engine));
    let walker = match walker {
        Ok(walker) => walker,
        Err(error) => return (Err(error), visit),
    };
    let mut tour = Tour {
        walker,
        socket: engine.socket.clone(),
        is_own,
        label,
        visit,
        commands: 0,
        checks: 0,
    };
    let outcome = hello::walk(&mut tour)
        .and_then(|ran| containers::walk(&mut tour, &ran))
        .and_then(|()| working::walk(&mut tour))
        .and_then(|()| inside::walk(&mut tour));
    let Tour {
        walker,
        visit,
        commands,
        checks,
        ..
    } = tour;
    let outcome = outcome.and_then(|()| walker.finish());
    if outcome.is_ok() {
        println!("\n{commands} commands run in R, {checks} values checked against the engine");
    }
    (outcome, visit)
}

/// A sentence between the commands.
fn say(text: &str) {
    println!("\n{text}\n");
}

impl Tour {
    fn socket(&self) -> &Path {
        &self.socket
    }

    /// Run a command in R, show it and its output, and give the output back.
    fn r(&mut self, code: &str) -> Result<Vec<String>> {
        println!("{code}");
        self.commands += 1;
        self.walker.evaluate(code, |line| {
            println!("{}", format!("## {line}").trim_end());
        })
    }

    /// What is added to a command that makes something on somebody's engine.
    fn labels(&self) -> String {
        if self.is_own {
            format!(",\n  labels = c(stevedore.tour = \"{}\")", self.label)
        } else {
            String::new()
        }
    }

    /// Note the container that an expression in R stands for.
    fn made_container(&mut self, expression: &str) -> Result<String> {
        let id = self.walker.ask(&format!("{expression}$id()"))?;
        self.visit.made_container(&id);
        Ok(id)
    }

    /// This name for a container, or one like it if it is taken.
    fn free_name(&self, wanted: &str) -> Result<String> {
        let mut name = wanted.to_owned();
        for suffix in 2.. {
            let path = format!("/containers/{name}/json");
            let answer = crate::engine::raw::get(&self.socket, &path, &[], &[])
                .context("cannot ask for a name")?;
            if answer.status == 404 {
                break;
            }
            name = format!("{wanted}-{suffix}");
        }
        Ok(name)
    }

    /// Fail where R printed something else than what the engine says.
    fn check(&mut self, what: &str, printed: &str, engine: &str) -> Result<()> {
        if printed != engine {
            bail!("{what}: R printed `{printed}`, but the engine says `{engine}`");
        }
        self.checked(what, engine);
        Ok(())
    }

    fn check_bytes(&mut self, what: &str, printed: &[u8], engine: &[u8]) -> Result<()> {
        if printed != engine {
            bail!(
                "{what}: R printed {} bytes, the engine has {}:\n{}\n--- but ---\n{}",
                printed.len(),
                engine.len(),
                String::from_utf8_lossy(printed),
                String::from_utf8_lossy(engine)
            );
        }
        self.checked(
            what,
            &format!("{} bytes, each as the engine has it", engine.len()),
        );
        Ok(())
    }

    fn check_ids(
        &mut self,
        what: &str,
        printed: &BTreeSet<&str>,
        engine: &BTreeSet<&str>,
    ) -> Result<()> {
        if printed != engine {
            bail!("{what}: R printed {printed:?}, but the engine has {engine:?}");
        }
        self.checked(what, &format!("{} of {}", printed.len(), engine.len()));
        Ok(())
    }

    /// Fail where the engine still knows a container that R removed.
    fn check_gone(&mut self, id: &str) -> Result<()> {
        let path = format!("/containers/{id}/json");
        let answer = crate::engine::raw::get(&self.socket, &path, &[], &[])
            .context("cannot ask whether a container is gone")?;
        if answer.status != 404 {
            bail!("container {id} was removed in R, but the engine still has it");
        }
        self.checked("removed", id);
        Ok(())
    }

    fn checked(&mut self, what: &str, value: &str) {
        self.checks += 1;
        println!("checked: {what}: {value}");
    }
}
