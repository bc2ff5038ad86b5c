//! Settings from what the environment says.

use stevedore_api::ApiVersion;

use super::said::{self, Misled};
use super::{Chooser, Origin};
use crate::{Environment, Error, ErrorKind, Result, Settings};

impl Settings {
    /// What the environment of the process says; a variable that is empty counts as not set.
    ///
    /// Where the engine is, in this order:
    ///
    /// 1. `DOCKER_HOST`;
    /// 2. the context that `DOCKER_CONTEXT` names, or else `currentContext` in `config.json`
    ///    of `DOCKER_CONFIG` or `~/.docker`;
    /// 3. the first of the [usual places](crate::discover::Place) with a socket that this
    ///    user may use; where there is none, the first with any.
    ///
    /// `DOCKER_API_VERSION` fixes the API version. Variables and files are read; nothing is
    /// connected to. [`discover`](Self::discover) looks whether anybody answers.
    ///
    /// # Errors
    /// Kind `Settings`: a variable or a file that says something, but nothing that can be
    /// used. The message names it.
    pub fn from_env() -> Result<Self> {
        Self::from_environment(&Environment::of_process())
    }

    /// The same from an environment that is given.
    pub fn from_environment(environment: &Environment) -> Result<Self> {
        let said = said::said(environment).map_err(|misled| misled.error)?;
        let settings = said.unwrap_or_else(|| said::best(environment));
        settings.with_version_of(environment)
    }

    /// The engine of a context that was made with `docker context create`, whatever
    /// `DOCKER_HOST` says. The context `default` stands for what there is without contexts:
    /// the engine that `DOCKER_HOST` names, or else that of the machine.
    ///
    /// Files are read; nothing is connected to.
    ///
    /// # Errors
    /// Kind `Settings`: there is no such context, and the message names those that there
    /// are; or its files can't be used.
    pub fn from_context(name: &str) -> Result<Self> {
        Self::from_context_in(&Environment::of_process(), name)
    }

    /// The same with the contexts of an environment that is given.
    pub fn from_context_in(environment: &Environment, name: &str) -> Result<Self> {
        said::of_context(environment, name, Chooser::Program)
            .map_err(|Misled { error, .. }| error)?
            .with_version_of(environment)
    }

    /// An engine that answers: at the place that is said, or else at the first of the usual
    /// ones. The requests are those of [`Environment::discover`].
    ///
    /// # Errors
    /// Those of [`from_env`](Self::from_env); kind `Unreachable` where none answers, with
    /// what was found where. For that as data, see [`Environment::discover`].
    pub async fn discover() -> Result<Self> {
        let environment = Environment::of_process();
        let report = environment.discover().await;
        report.into_settings()?.with_version_of(&environment)
    }

    /// What `DOCKER_API_VERSION` says.
    ///
    /// # Errors
    /// It is set and no version, or none that this library speaks.
    pub fn version_from_env() -> Result<Option<ApiVersion>> {
        Self::version_from(&Environment::of_process())
    }

    /// The same from an environment that is given.
    pub fn version_from(environment: &Environment) -> Result<Option<ApiVersion>> {
        version_in(environment)
    }

    /// Who says that the engine is there.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    fn with_version_of(mut self, environment: &Environment) -> Result<Self> {
        self.version = version_in(environment)?;
        Ok(self)
    }
}

fn version_in(environment: &Environment) -> Result<Option<ApiVersion>> {
    const VERSION: &str = "DOCKER_API_VERSION";
    let Some(text) = environment.variable(VERSION)? else {
        return Ok(None);
    };
    let blame = |error: &dyn std::fmt::Display| {
        Error::new(ErrorKind::Settings, format!("{VERSION}: {error}"))
    };
    let version: ApiVersion = text.parse().map_err(|error| blame(&error))?;
    Settings::spoken(version)
        .map(Some)
        .map_err(|error| blame(&error))
}
