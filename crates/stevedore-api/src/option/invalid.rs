//! What is wrong with a string.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// A string that is not in the notation asked for: which, what is wrong with it,
/// and what would have been right.
///
/// ```
/// use stevedore_api::option::PortMapping;
///
/// let error = "8080:http".parse::<PortMapping>().unwrap_err();
/// assert_eq!(error.part(), "http");
/// assert_eq!(error.range(), 5..9);
/// assert_eq!(
///     error.to_string(),
///     "port mapping '8080:http': expected a port from 1 to 65535 in place of 'http'"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid(Box<Wrong>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Wrong {
    what: Cow<'static, str>,
    /// What is shown: the string, or of a long one the field at fault.
    shown: String,
    /// Where in the string that begins.
    from: usize,
    part: Range<usize>,
    expected: Cow<'static, str>,
    place: Option<(String, usize)>,
}

impl Invalid {
    /// The error for a `what`, such as "port mapping": that its `text` should have
    /// what is `expected` in place of `part`.
    ///
    /// An empty part says where something is missing. A part that is not cut from
    /// the text stands for all of it.
    pub(crate) fn new(
        what: &'static str,
        text: &str,
        part: &str,
        expected: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self(Box::new(Wrong {
            what: what.into(),
            shown: text.to_owned(),
            from: 0,
            part: within(text, part).unwrap_or(0..text.len()),
            expected: expected.into(),
            place: None,
        }))
    }

    /// The same, where something is missing at the end.
    pub(crate) fn short(
        what: &'static str,
        text: &str,
        expected: impl Into<Cow<'static, str>>,
    ) -> Self {
        let mut error = Self::new(what, text, text, expected);
        error.0.part.start = text.len();
        error
    }

    /// As part of a longer string: what is shown begins at `from` in it.
    pub(crate) fn from(mut self, from: usize) -> Self {
        self.0.from = from;
        self
    }

    /// In a line of a file.
    pub(crate) fn at(mut self, file: &str, line: usize) -> Self {
        self.0.place = Some((file.to_owned(), line));
        self
    }

    /// As the value of an option, such as `--publish`.
    pub(crate) fn of(mut self, option: &str) -> Self {
        self.0.what = format!("--{option}, {}", self.0.what).into();
        self
    }

    /// What was read: "port mapping".
    pub fn what(&self) -> &str {
        &self.0.what
    }

    /// The bad part; empty where something is missing.
    pub fn part(&self) -> &str {
        self.0.shown.get(self.0.part.clone()).unwrap_or_default()
    }

    /// Where the bad part stands in the string, in bytes.
    pub fn range(&self) -> Range<usize> {
        self.0.from + self.0.part.start..self.0.from + self.0.part.end
    }

    /// What would have been right there.
    pub fn expected(&self) -> &str {
        &self.0.expected
    }

    /// The file and the line in it, counted from 1, where it was in one.
    pub fn place(&self) -> Option<(&str, usize)> {
        let place = self.0.place.as_ref();
        place.map(|(file, line)| (file.as_str(), *line))
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Wrong {
            what,
            shown,
            part: Range { start, end },
            expected,
            place,
            ..
        } = &*self.0;
        if let Some((file, line)) = place {
            write!(f, "{file}, line {line}: ")?;
        }
        if shown.is_empty() {
            return write!(f, "{what}: expected {expected}, found nothing");
        }
        write!(f, "{what} '{}': expected {expected}", cut(shown))?;
        if self.part() == shown {
            Ok(())
        } else if start < end {
            write!(f, " in place of '{}'", cut(self.part()))
        } else if *end == shown.len() {
            f.write_str(" at the end")
        } else {
            write!(f, " at byte {start}")
        }
    }
}

impl std::error::Error for Invalid {}

/// The most of a text that a message shows.
const SHOWN: usize = 200;

fn cut(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(SHOWN) {
        None => text.into(),
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()).into(),
    }
}

/// Where in `text` the `part` lies that was cut from it.
fn within(text: &str, part: &str) -> Option<Range<usize>> {
    let start = (part.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
    let range = start..start.checked_add(part.len())?;
    (text.get(range.clone())? == part).then_some(range)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_names_the_text_the_part_and_what_would_be_right() {
        let text = "a:b:c";
        let part = text.get(2..3).unwrap();
        assert_eq!(
            Invalid::new("thing", text, part, "an x").to_string(),
            "thing 'a:b:c': expected an x in place of 'b'"
        );
        assert_eq!(
            Invalid::new("thing", text, text.get(2..2).unwrap(), "an x").to_string(),
            "thing 'a:b:c': expected an x at byte 2"
        );
        assert_eq!(
            Invalid::short("thing", text, "an x").to_string(),
            "thing 'a:b:c': expected an x at the end"
        );
        assert_eq!(
            Invalid::new("thing", text, text, "an x").to_string(),
            "thing 'a:b:c': expected an x"
        );
        assert_eq!(
            Invalid::new("thing", "", "", "an x")
                .at("file", 3)
                .to_string(),
            "file, line 3: thing: expected an x, found nothing"
        );
    }

    #[test]
    fn a_part_from_elsewhere_stands_for_the_whole() {
        let elsewhere = String::from("b");
        assert_eq!(Invalid::new("thing", "abc", &elsewhere, "x").range(), 0..3);
    }

    #[test]
    fn a_long_text_is_cut() {
        let text = "é".repeat(1000);
        assert!(Invalid::new("thing", &text, &text, "x").to_string().len() < 500);
    }
}
