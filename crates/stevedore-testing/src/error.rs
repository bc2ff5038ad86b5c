use std::fmt;

use crate::Report;

/// What is wrong with a script, or with the place where a daemon should listen.
///
/// The text names the file, the line and the fault; there is nothing else to ask.
#[derive(Clone)]
pub struct Error(String);

impl Error {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The same as `Display`, because tests show it through `unwrap`.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

/// The conversation was not the one in the script.
#[derive(Clone)]
pub struct Unmet {
    /// What happened, with the failures in it.
    pub report: Report,
    pub(crate) script: String,
}

impl fmt::Display for Unmet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the conversation was not the one of {}:", self.script)?;
        for failure in &self.report.failures {
            write!(f, "\n  {failure}")?;
        }
        write!(f, "\nrequests seen:")?;
        if self.report.requests.is_empty() {
            write!(f, " none")?;
        }
        for request in &self.report.requests {
            write!(f, "\n  {} {}", request.method, request.target)?;
        }
        Ok(())
    }
}

/// The same as `Display`, because tests show it through `unwrap`.
impl fmt::Debug for Unmet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Unmet {}
