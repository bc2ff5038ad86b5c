//! Looking for an engine.

use stevedore_client::discover::Report;
use stevedore_client::{Environment, Result, Settings};

use super::Waiter;

/// See [`Environment::discover`].
///
/// ```no_run
/// use stevedore::{Environment, blocking};
///
/// print!("{}", blocking::discover(&Environment::of_process())?);
/// # Ok::<(), stevedore::Error>(())
/// ```
pub fn discover(environment: &Environment) -> Result<Report> {
    Ok(Waiter::new()?.finish(environment.discover()))
}

/// See [`Environment::probe`].
pub fn probe(environment: &Environment, settings: Settings) -> Result<Report> {
    Ok(Waiter::new()?.finish(environment.probe(settings)))
}

/// See [`Settings::from_machine`].
pub fn machine(environment: &Environment, name: &str) -> Result<Settings> {
    Waiter::new()?.finish(Settings::from_machine(environment, name))
}
