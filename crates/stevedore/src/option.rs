//! The strings that options of the docker command take, and the values that they
//! stand for.
//!
//! What can't be read is an [`Invalid`], which becomes an [`Error`](crate::Error) of kind
//! `Argument`:
//!
//! ```
//! use stevedore::container::Create;
//!
//! fn web(port: &str) -> stevedore::Result<Create> {
//!     Ok(Create::new("nginx").publish(port.parse()?))
//! }
//!
//! assert!(web("8080:80").is_ok());
//! let error = web("8080:http").unwrap_err();
//! assert_eq!(error.kind(), stevedore::ErrorKind::Argument);
//! ```

use std::io;
use std::path::PathBuf;

pub use stevedore_api::option::*;

use crate::container::{PullPolicy, Run};

/// The caller's own environment, files and folder, for the lines that refer to
/// them.
///
/// ```no_run
/// use stevedore::Docker;
/// use stevedore::container::Run;
/// use stevedore::option::{Caller, RunLine};
///
/// # async fn example() -> stevedore::Result<()> {
/// let line = RunLine::from_line("--rm --env-file test.env -v ./data:/data busybox env", &Caller)?;
/// let docker = Docker::from_env()?;
/// let run = Run::from(&line);
/// let outcome = docker.containers().run(line.create, run).await?;
/// # let _ = outcome;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Caller;

impl Surroundings for Caller {
    fn variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        std::fs::read(path)
    }

    fn folder(&self) -> io::Result<PathBuf> {
        std::env::current_dir()
    }
}

/// Whether to remove it, whether to wait for it, and when to pull its image.
impl From<&RunLine> for Run {
    fn from(line: &RunLine) -> Self {
        let pull = match line.pull {
            Pull::Always => PullPolicy::Always,
            Pull::Missing => PullPolicy::Missing,
            Pull::Never => PullPolicy::Never,
        };
        Self::new().rm(line.rm).detach(line.detach).pull(pull)
    }
}
