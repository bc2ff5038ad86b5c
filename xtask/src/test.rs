//! `cargo xtask test`: every test there is, ring by ring, those that fail
//! soonest first. A failing ring does not keep the others from running.

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Write as _};
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use clap::ValueEnum;

use crate::choose::{self, Choice, Chosen};
use crate::engine::Version;
use crate::package_r::{self, Installed};
use crate::visit::Visit;
use crate::{generate, run, setup};
pub(crate) use count::{Count, Failure, Skip};

mod count;
mod libtest;
mod r;
mod rust;
mod testthat;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Run the live rings on this engine only: a private one's name, `own`,
    /// or a unix:// address; may be repeated
    #[arg(long, value_name = "NAME")]
    engine: Vec<String>,
    /// Run this ring only; may be repeated
    #[arg(long, value_name = "NAME")]
    ring: Vec<Ring>,
}

/// The rings, in the order in which they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Ring {
    /// Formatting of Rust code
    Fmt,
    /// Generated files are what comes out of the catalogue
    Gen,
    /// Clippy, with warnings denied
    Clippy,
    /// The documentation builds, with warnings denied
    Docs,
    /// The examples in the documentation
    Doctest,
    /// Pure Rust
    Unit,
    /// Rust against the scripted daemon
    Wire,
    /// Rust against real engines
    Live,
    /// The R package packs, and installs without network
    PackageR,
    /// R by itself
    RUnit,
    /// R against the scripted daemon
    RWire,
    /// R against real engines
    RLive,
    /// R CMD check, without network
    RCheck,
}

/// What a ring has to show, and what was said on the way.
#[derive(Default)]
struct Outcome {
    count: Count,
    said: String,
}

/// What the rings share; each part is made when first asked for.
struct House {
    label: String,
    built: Part<rust::Built>,
    package: Part<Installed>,
    taken: BTreeMap<String, Part<Chosen>>,
    /// To the engines of others, which are left as they were found.
    visits: BTreeMap<String, Visit>,
}

/// The images that the live tests ask for.
const IMAGES: [&str; 2] = ["busybox:latest", "hello-world:latest"];

/// Something that several rings need. It is tried once: the first ring tells
/// why it can't be had, the others that it can't.
enum Part<T> {
    Untried,
    Made(T),
    Failed,
}

impl<T> Part<T> {
    fn have(&mut self, what: &str, make: impl FnOnce() -> Result<T>) -> Result<&T> {
        if let Self::Untried = self {
            *self = Self::Failed;
            *self = Self::Made(make()?);
        }
        self.made()
            .with_context(|| format!("{what}: failed before, see above"))
    }

    fn made(&self) -> Option<&T> {
        match self {
            Self::Made(it) => Some(it),
            Self::Untried | Self::Failed => None,
        }
    }
}

/// Whether every test passed.
pub(crate) fn run(args: &Args) -> Result<bool> {
    let rings: Vec<Ring> = Ring::value_variants()
        .iter()
        .filter(|ring| args.ring.is_empty() || args.ring.contains(ring))
        .copied()
        .collect();
    let choices = if rings.iter().any(|ring| ring.needs_engine()) {
        choose::several(&args.engine)?
    } else {
        Vec::new()
    };
    let mut house = House::new();
    // What is missing is installed first; what can't be is told by the rings.
    if rings.iter().any(|ring| ring.is_of_r())
        && let Err(error) = setup::r_tests()
    {
        println!("{error:#}");
    }
    if rings.iter().any(|ring| ring.needs_engine())
        && let Err(error) = setup::live_tests()
    {
        println!("{error:#}");
    }
    let mut total = Count::default();
    let mut complaints = Vec::new();
    for ring in rings {
        let engines: Vec<Option<&Choice>> = if ring.needs_engine() && !choices.is_empty() {
            choices.iter().map(Some).collect()
        } else {
            vec![None]
        };
        for engine in engines {
            let count = play(ring, engine, &mut house, &mut complaints);
            total += count;
            if run::interrupted() {
                break;
            }
        }
    }
    let was_interrupted = run::interrupted();
    run::clear_interruption();
    total += leave(&mut house, &mut complaints);
    drop(house);
    if was_interrupted {
        bail!("interrupted");
    }
    for complaint in &complaints {
        println!("failed: {complaint}");
    }
    println!("{total}");
    Ok(complaints.is_empty())
}

/// What the live rings made of an engine.
pub(crate) struct Tried {
    pub(crate) engine: &'static str,
    pub(crate) version: Version,
    pub(crate) rust: Count,
    pub(crate) r: Count,
}

/// Run the live rings on one private engine after the other. Each engine stops
/// before the next one starts.
pub(crate) fn live(engines: &[&'static str]) -> Result<Vec<Tried>> {
    setup::r_tests()?;
    setup::live_tests()?;
    let mut house = House::new();
    let mut tried = Vec::new();
    for engine in engines {
        let choice = Choice::Private((*engine).to_owned());
        let mut ring = |ring| play(ring, Some(&choice), &mut house, &mut Vec::new());
        let (rust, r) = (ring(Ring::Live), ring(Ring::RLive));
        if run::interrupted() {
            bail!("interrupted");
        }
        let taken = house.taken.remove(*engine);
        let taken = taken.as_ref().and_then(Part::made);
        let taken = taken.with_context(|| format!("{engine} could not be started"))?;
        let version = Version::of(&taken.socket)?;
        tried.push(Tried {
            engine,
            version,
            rust,
            r,
        });
    }
    Ok(tried)
}

/// Run one ring, on one engine if it needs one, and say how it went.
fn play(
    ring: Ring,
    engine: Option<&Choice>,
    house: &mut House,
    complaints: &mut Vec<String>,
) -> Count {
    let name = match engine {
        Some(engine) => format!("{} {}", ring.name(), engine.name()),
        None => ring.name(),
    };
    announce(&name);
    let start = Instant::now();
    let Outcome { mut count, said } = ring.play(engine, house).unwrap_or_else(|error| Outcome {
        count: Count::failure("could not be run"),
        said: format!("{error:#}\n"),
    });
    let took = start.elapsed().as_secs_f32();
    if count.is_empty() {
        count = Count::failure("no tests");
    }
    if !count.failed.is_empty() {
        print!("{said}");
    }
    let version = house
        .version(engine)
        .map_or_else(String::new, |version| format!(" ({version})"));
    println!("{name}{version}: {count} ({took:.1} s)");
    for skip in &count.skipped {
        println!("  skipped {skip}");
    }
    for failed in &count.failed {
        println!("  failed {failed}");
        complaints.push(format!("{name}: {failed}"));
    }
    let avoidable = count.skipped.iter().filter(|skip| !skip.is_engines).count();
    if avoidable > 0 && ring.must_not_skip() && run::is_root() {
        if setup::packages_at_hand() {
            complaints.push(format!(
                "{name}: {avoidable} skipped, which this machine could run"
            ));
        } else {
            println!("  allowed: no package index answers here");
        }
    }
    count
}

/// End the visits to the engines of others.
fn leave(house: &mut House, complaints: &mut Vec<String>) -> Count {
    let mut total = Count::default();
    for (name, visit) in std::mem::take(&mut house.visits) {
        let count = match visit.end() {
            Ok(()) => Count::one(),
            Err(error) => {
                complaints.push(format!("{name}: {error:#}"));
                Count::failure(format!("{error:#}"))
            }
        };
        println!("{name} left as it was found: {count}");
        total += count;
    }
    total
}

/// Show where the run is: on a terminal for as long as it is there.
fn announce(name: &str) {
    if std::io::stdout().is_terminal() {
        print!("{name} ...\r");
        // Nobody is hurt where it can't be shown.
        let _ = std::io::stdout().flush();
    } else {
        println!("{name} ...");
    }
}

impl Ring {
    fn name(self) -> String {
        self.to_possible_value()
            .map_or_else(String::new, |value| value.get_name().to_owned())
    }

    fn needs_engine(self) -> bool {
        matches!(self, Self::Live | Self::RLive)
    }

    /// Where a machine could run a test, these rings run it.
    fn must_not_skip(self) -> bool {
        !matches!(
            self,
            Self::Fmt
                | Self::Gen
                | Self::Clippy
                | Self::Docs
                | Self::Doctest
                | Self::Unit
                | Self::Wire
        )
    }

    fn play(self, engine: Option<&Choice>, house: &mut House) -> Result<Outcome> {
        if self.needs_engine() && engine.is_none() {
            let why = "no engine answers, and starting a private one needs root";
            return Ok(Outcome {
                count: Count::skip("every test", why),
                said: String::new(),
            });
        }
        if self.is_of_r()
            && let Err(error) = setup::r_tests()
        {
            // Who may not install does without; who may has to.
            if run::is_root() {
                return Err(error);
            }
            return Ok(Outcome {
                count: Count::skip("every test", &format!("{error:#}")),
                said: String::new(),
            });
        }
        match self {
            Self::Fmt => rust::fmt(),
            Self::Gen => generated(),
            Self::Clippy => rust::clippy(),
            Self::Docs => rust::docs(),
            Self::Doctest => rust::doctests(),
            Self::Unit => house.rust(rust::Kind::Unit, None),
            Self::Wire => house.rust(rust::Kind::Wire, None),
            Self::Live => house.rust(rust::Kind::Live, engine),
            Self::PackageR => Ok(r::package(house.package()?)),
            Self::RUnit => house.r(r::Files::Unit, None),
            Self::RWire => house.r(r::Files::Wire, None),
            Self::RLive => house.r(r::Files::Live, engine),
            Self::RCheck => r::check(house.package()?),
        }
    }

    fn is_of_r(self) -> bool {
        matches!(
            self,
            Self::PackageR | Self::RUnit | Self::RWire | Self::RLive | Self::RCheck
        )
    }
}

impl House {
    fn new() -> Self {
        Self {
            label: run::label(),
            built: Part::Untried,
            package: Part::Untried,
            taken: BTreeMap::new(),
            visits: BTreeMap::new(),
        }
    }

    fn rust(&mut self, kind: rust::Kind, engine: Option<&Choice>) -> Result<Outcome> {
        let built = self.built.have("building the tests", rust::build)?;
        let engine = take(&mut self.taken, &mut self.visits, &self.label, engine)?;
        rust::tests(built, kind, engine, &self.label)
    }

    fn r(&mut self, files: r::Files, engine: Option<&Choice>) -> Result<Outcome> {
        let built = self.built.have("building the tests", rust::build)?;
        let package = self.package.have(PACKING, package_r::installed)?;
        let engine = take(&mut self.taken, &mut self.visits, &self.label, engine)?;
        r::tests(package, built.scripted()?, files, engine, &self.label)
    }

    fn package(&mut self) -> Result<&Installed> {
        self.package.have(PACKING, package_r::installed)
    }

    fn version(&self, engine: Option<&Choice>) -> Option<&str> {
        let engine = self.taken.get(engine?.name())?.made()?;
        Some(&engine.version)
    }
}

fn generated() -> Result<Outcome> {
    generate::check_all()?;
    Ok(Outcome {
        count: Count::one(),
        said: String::new(),
    })
}

const PACKING: &str = "packing and installing the R package";

/// Have an engine at hand; it stays until the run ends.
fn take<'a>(
    taken: &'a mut BTreeMap<String, Part<Chosen>>,
    visits: &mut BTreeMap<String, Visit>,
    label: &str,
    engine: Option<&Choice>,
) -> Result<Option<&'a Chosen>> {
    let Some(choice) = engine else {
        return Ok(None);
    };
    let name = choice.name();
    let engine = taken
        .entry(name.to_owned())
        .or_insert(Part::Untried)
        .have(name, || choice.take())?;
    if choice.is_own() && !visits.contains_key(name) {
        let mut visit = Visit::begin(engine, true, format!("stevedore.test={label}"))?;
        let brought = IMAGES.iter().try_for_each(|image| visit.bring(image));
        visits.insert(name.to_owned(), visit);
        brought?;
    }
    Ok(Some(engine))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rings_have_the_names_that_people_type() {
        let names: Vec<String> = Ring::value_variants().iter().map(|r| r.name()).collect();
        let expected = [
            "fmt",
            "gen",
            "clippy",
            "docs",
            "doctest",
            "unit",
            "wire",
            "live",
            "package-r",
            "r-unit",
            "r-wire",
            "r-live",
            "r-check",
        ];
        assert_eq!(names, expected);
    }
}
