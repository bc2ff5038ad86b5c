//! Versions of the API, sets of them, and facts that change with them.

use std::fmt;
use std::str::FromStr;

use anyhow::{Context as _, Error, Result, ensure};

/// A version 1.x of the API, by its x.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version(u8);

impl Version {
    /// Where the sets below end.
    const LAST: u8 = 127;

    /// 1.`minor`.
    pub(crate) fn new(minor: u8) -> Result<Self> {
        ensure!(
            minor <= Self::LAST,
            "1.{minor} is more than a set of versions holds"
        );
        Ok(Self(minor))
    }

    #[allow(dead_code, reason = "for what is made from the catalogue")]
    pub(crate) fn minor(self) -> u8 {
        self.0
    }

    /// The one after it.
    pub(crate) fn next(self) -> Result<Self> {
        Self::new(self.0.saturating_add(1))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1.{}", self.0)
    }
}

impl FromStr for Version {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        text.strip_prefix("1.")
            .and_then(|minor| minor.parse().ok())
            .with_context(|| format!("`{text}` is not an API version such as 1.41"))
            .and_then(Self::new)
    }
}

/// A set of versions: those that have something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Versions(u128);

impl Versions {
    /// Every version there can be.
    pub(crate) const ALL: Self = Self(u128::MAX);
    pub(crate) const NONE: Self = Self(0);

    pub(crate) fn only(version: Version) -> Self {
        Self(1 << version.0)
    }

    /// From one to another, both included.
    pub(crate) fn between(first: Version, last: Version) -> Self {
        Self::ALL.since(first) & Self::ALL.until(last)
    }

    /// Those from `first` on.
    pub(crate) fn since(self, first: Version) -> Self {
        Self(self.0 & (u128::MAX << first.0))
    }

    /// Those up to `last`, which is included.
    pub(crate) fn until(self, last: Version) -> Self {
        Self(self.0 & (u128::MAX >> (Version::LAST - last.0)))
    }

    /// Those of this set that are not in the other.
    pub(crate) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) fn holds(self, version: Version) -> bool {
        self.0 & (1 << version.0) != 0
    }

    pub(crate) fn first(self) -> Option<Version> {
        self.iter().next()
    }

    pub(crate) fn last(self) -> Option<Version> {
        self.iter().last()
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = Version> {
        (0..=Version::LAST)
            .map(Version)
            .filter(move |version| self.holds(*version))
    }

    /// This set told as ranges, to someone who knows that only versions
    /// `within` are meant: an end that is theirs as well is left open. One
    /// range open at both ends says "wherever the thing around it is".
    pub(crate) fn ranges(self, within: Self) -> Vec<Range> {
        let mut ranges = Vec::new();
        let mut run: Option<(Version, Version)> = None;
        let close = |run: Option<(Version, Version)>, ranges: &mut Vec<Range>| {
            if let Some((first, last)) = run {
                ranges.push(Range {
                    since: (within.first() != Some(first)).then_some(first),
                    until: (within.last() != Some(last)).then_some(last),
                });
            }
        };
        for version in within.iter() {
            if self.holds(version) {
                run = Some((run.map_or(version, |(first, _)| first), version));
            } else {
                close(run.take(), &mut ranges);
            }
        }
        close(run, &mut ranges);
        ranges
    }
}

impl std::ops::BitAnd for Versions {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl std::ops::BitOr for Versions {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Versions from one to another, both included: `1.30..1.41`, `1.30..`, `..1.41`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Range {
    /// The first; none where the thing around it begins.
    pub(crate) since: Option<Version>,
    /// The last; none where the thing around it ends.
    pub(crate) until: Option<Version>,
}

impl Range {
    /// The versions `within` that it means.
    pub(crate) fn versions(self, within: Versions) -> Versions {
        let from = self.since.map_or(within, |since| within.since(since));
        self.until.map_or(from, |until| from.until(until))
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(since) = self.since {
            write!(f, "{since}")?;
        }
        f.write_str("..")?;
        match self.until {
            Some(until) => write!(f, "{until}"),
            None => Ok(()),
        }
    }
}

impl FromStr for Range {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (since, until) = text
            .split_once("..")
            .with_context(|| format!("`{text}` is not a range of versions such as 1.30..1.41"))?;
        let end = |text: &str| (!text.is_empty()).then(|| text.parse()).transpose();
        Ok(Self {
            since: end(since)?,
            until: end(until)?,
        })
    }
}

/// A fact over time: the values it had, each with the versions of it. No
/// version is in two sets, no value there twice; in the remaining versions
/// there is no such fact.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Timeline<T>(Vec<(Versions, T)>);

impl<T> Default for Timeline<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Clone + PartialEq> Timeline<T> {
    /// One value in all these versions.
    pub(crate) fn constant(versions: Versions, value: T) -> Self {
        let mut timeline = Self::default();
        timeline.add(versions, value);
        timeline
    }

    /// Nothing in any version.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The values, each with its versions, in the order in which they first held.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Versions, &T)> {
        self.0.iter().map(|(versions, value)| (*versions, value))
    }

    /// The value in a version.
    pub(crate) fn at(&self, version: Version) -> Option<&T> {
        self.iter()
            .find(|(versions, _)| versions.holds(version))
            .map(|(_, value)| value)
    }

    /// The value that it had last.
    #[allow(dead_code, reason = "for what is made from the catalogue")]
    pub(crate) fn newest(&self) -> Option<&T> {
        self.newest_entry().map(|(_, value)| value)
    }

    /// The value that it had last, and all versions of it.
    pub(crate) fn newest_entry(&self) -> Option<(Versions, &T)> {
        self.iter().max_by_key(|(versions, _)| versions.last())
    }

    /// The versions that have a value at all.
    pub(crate) fn versions(&self) -> Versions {
        self.iter()
            .fold(Versions::NONE, |all, (versions, _)| all | versions)
    }

    /// Says that the value held in these versions too, of which nothing was
    /// known yet.
    pub(crate) fn add(&mut self, versions: Versions, value: T) {
        if versions.is_empty() {
            return;
        }
        match self.0.iter_mut().find(|(_, known)| *known == value) {
            Some((known, _)) => *known = *known | versions,
            None => self.0.push((versions, value)),
        }
        self.0.sort_by_key(|(versions, _)| versions.first());
    }

    /// Forgets a value.
    pub(crate) fn remove(&mut self, value: &T) {
        self.0.retain(|(_, known)| known != value);
    }

    /// Adds what another says of versions that this one says nothing of, or
    /// the same.
    pub(crate) fn join(&mut self, other: Self) {
        for (versions, value) in other.0 {
            self.add(versions, value);
        }
    }

    /// What holds in these versions.
    pub(crate) fn restricted(&self, to: Versions) -> Self {
        let mut timeline = Self::default();
        for (versions, value) in self.iter() {
            timeline.add(versions & to, value.clone());
        }
        timeline
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(minors: &[u8]) -> Versions {
        minors.iter().fold(Versions::NONE, |all, minor| {
            all | Versions::only(Version(*minor))
        })
    }

    fn told(of: &[u8], within: &[u8]) -> String {
        let ranges = set(of).ranges(set(within));
        let back = ranges.iter().fold(Versions::NONE, |all, range| {
            all | range.versions(set(within))
        });
        assert_eq!(back, set(of));
        ranges
            .iter()
            .map(Range::to_string)
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn a_set_is_told_relative_to_what_is_around_it() {
        assert_eq!(told(&[25, 26, 27], &[25, 26, 27]), "..");
        assert_eq!(told(&[26, 27], &[25, 26, 27]), "1.26..");
        assert_eq!(told(&[25], &[25, 26, 27]), "..1.25");
        assert_eq!(told(&[25, 27], &[25, 26, 27]), "..1.25 1.27..");
        assert_eq!(told(&[26], &[25, 26, 27]), "1.26..1.26");
        // The gap in the middle is that of the thing around it.
        assert_eq!(told(&[26, 28], &[25, 26, 28, 29]), "1.26..1.28");
        assert_eq!(told(&[], &[25]), "");
    }

    #[test]
    fn ranges_and_versions_read_as_they_are_written() {
        for text in ["..", "1.30..", "..1.41", "1.30..1.41"] {
            assert_eq!(text.parse::<Range>().unwrap().to_string(), text);
        }
        for text in ["1.30", "1.x..", "2.1..", "..1.30..", "1.300.."] {
            assert!(text.parse::<Range>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_value_that_comes_back_is_one_value() {
        let mut timeline = Timeline::constant(set(&[25]), "a");
        timeline.add(set(&[26]), "b");
        timeline.add(set(&[28]), "a");
        assert_eq!(
            timeline.iter().collect::<Vec<_>>(),
            [(set(&[25, 28]), &"a"), (set(&[26]), &"b")]
        );
        assert_eq!(timeline.at(Version(27)), None);
        assert_eq!(timeline.newest(), Some(&"a"));
        assert_eq!(
            timeline.restricted(set(&[26])),
            Timeline::constant(set(&[26]), "b")
        );
    }
}
