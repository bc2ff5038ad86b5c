//! Which files the catalogue was made from.

use std::fmt;

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

use super::versions::{Version, Versions};

/// The versions in the catalogue, each with the file that it came from.
#[derive(Debug, Default)]
pub(crate) struct Lock(Vec<Source>);

#[derive(Debug)]
struct Source {
    version: Version,
    bytes: usize,
    sha256: String,
}

/// What is known of a file.
pub(crate) enum State {
    /// Its version isn't in the catalogue.
    New,
    /// It is, from a file with the same contents.
    Same,
    /// It is, from another one.
    Other,
}

impl Lock {
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let source = |line: &str| {
            let mut words = line.split_whitespace();
            let (Some(version), Some(bytes), Some(sha256), None) =
                (words.next(), words.next(), words.next(), words.next())
            else {
                return None;
            };
            Some(Source {
                version: version.parse().ok()?,
                bytes: bytes.parse().ok()?,
                sha256: sha256.to_owned(),
            })
        };
        lines
            .map(|line| source(line).with_context(|| format!("`{line}` is no source")))
            .collect::<Result<_>>()
            .map(Self)
    }

    pub(crate) fn versions(&self) -> Versions {
        let only = |source: &Source| Versions::only(source.version);
        self.0
            .iter()
            .map(only)
            .fold(Versions::NONE, |all, one| all | one)
    }

    pub(crate) fn state(&self, version: Version, text: &str) -> State {
        match self.0.iter().find(|source| source.version == version) {
            None => State::New,
            Some(source) if source.sha256 == sha256(text) => State::Same,
            Some(_) => State::Other,
        }
    }

    pub(crate) fn add(&mut self, version: Version, text: &str) {
        self.0.push(Source {
            version,
            bytes: text.len(),
            sha256: sha256(text),
        });
    }
}

impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "# The files that engine.yaml was made from: version, bytes, sha256."
        )?;
        for Source {
            version,
            bytes,
            sha256,
        } in &self.0
        {
            writeln!(f, "{version} {bytes} {sha256}")?;
        }
        Ok(())
    }
}

fn sha256(text: &str) -> String {
    let hex = |byte: &u8| format!("{byte:02x}");
    let digits: Vec<_> = Sha256::digest(text.as_bytes()).iter().map(hex).collect();
    digits.concat()
}
