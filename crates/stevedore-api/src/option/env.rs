//! Environment variables and files of them.

use std::fmt;
use std::str::FromStr;

use super::Invalid;

const WHAT: &str = "environment variable";

/// An environment variable, as `docker run --env` takes it: `NAME=value`, or
/// `NAME` alone for the value that the caller's own variable has.
///
/// Whose variable that is, is said with [`resolved`](Self::resolved); nothing
/// reads an environment by itself. Sent without a value, it takes the variable of
/// the image away.
///
/// ```
/// use stevedore_api::option::Env;
///
/// let given: Env = "TZ=Europe/Paris".parse()?;
/// assert_eq!(given.value(), Some("Europe/Paris"));
///
/// let lookup = |name: &str| (name == "HOME").then(|| "/root".to_owned());
/// let taken: Env = "HOME".parse()?;
/// assert_eq!(taken.resolved(lookup).to_string(), "HOME=/root");
/// # Ok::<(), stevedore_api::option::Invalid>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Env {
    name: String,
    value: Option<String>,
}

impl Env {
    /// A variable and its value.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            value: Some(value.into()),
        }
    }

    /// The variable's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value, where there is one.
    pub fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }

    /// With the value that `lookup` has for the name, where none was given.
    pub fn resolved(mut self, lookup: impl Fn(&str) -> Option<String>) -> Self {
        self.value = self.value.or_else(|| lookup(&self.name));
        self
    }

    /// The variables of a file, as `docker run --env-file` reads them.
    ///
    /// A line is `NAME=value`, taken to the letter: quotes and blanks behind the `=` are
    /// part of the value. `NAME` alone takes the value that `lookup` has, and is left
    /// out where there is none. Empty lines and those that begin with `#` are skipped,
    /// and so is a byte order mark. `file` is the name that errors show.
    ///
    /// # Errors
    /// A line without a name, with a blank in it, or that is not UTF-8.
    ///
    /// ```
    /// use stevedore_api::option::Env;
    ///
    /// let content = b"# for the tests\nTZ=Europe/Paris\n";
    /// let read = Env::from_file("test.env", content, |_| None)?;
    /// assert_eq!(read[0].to_string(), "TZ=Europe/Paris");
    ///
    /// let error = Env::from_file("test.env", b"A=1\nB C=2\n", |_| None).unwrap_err();
    /// assert_eq!(error.place(), Some(("test.env", 2)));
    /// # Ok::<(), stevedore_api::option::Invalid>(())
    /// ```
    pub fn from_file(
        file: &str,
        content: &[u8],
        lookup: impl Fn(&str) -> Option<String>,
    ) -> Result<Vec<Self>, Invalid> {
        let all = lines(file, WHAT, content)?;
        Ok(all
            .into_iter()
            .map(|env| env.resolved(&lookup))
            .filter(|env| env.value.is_some())
            .collect())
    }
}

/// The lines of a file of variables or labels. Values that are wrong are not shown.
pub(super) fn lines(file: &str, what: &'static str, content: &[u8]) -> Result<Vec<Env>, Invalid> {
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
    let mut found = Vec::new();
    for (line, number) in content.split(|byte| *byte == b'\n').zip(1..) {
        let Ok(line) = std::str::from_utf8(line) else {
            return Err(Invalid::new(what, "", "", "text in UTF-8").at(file, number));
        };
        let line = line.strip_suffix('\r').unwrap_or(line).trim_start();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (name, value) = match line.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (line.trim_end(), None),
        };
        if name.is_empty() {
            let error = Invalid::new(what, "=", "", "a name before the `=`");
            return Err(error.at(file, number));
        }
        if let Some((word, _)) = name.split_once(char::is_whitespace) {
            // Where the `=` was forgotten, the rest is the value.
            let error = Invalid::short(what, word, "`=`, and no blank,");
            return Err(error.at(file, number));
        }
        found.push(Env {
            name: name.to_owned(),
            value,
        });
    }
    Ok(found)
}

impl FromStr for Env {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (text, None),
        };
        if name.is_empty() {
            // What is behind the `=` may be a secret.
            let shown = if value.is_some() { "=" } else { "" };
            let expected = "NAME=value or NAME";
            return Err(Invalid::new(WHAT, shown, shown, expected));
        }
        Ok(Self {
            name: name.to_owned(),
            value,
        })
    }
}

impl fmt::Display for Env {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        match &self.value {
            Some(value) => write!(f, "={value}"),
            None => Ok(()),
        }
    }
}

/// Without the value, which may be a secret.
impl fmt::Debug for Env {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Env")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content: &[u8]) -> Result<Vec<String>, Invalid> {
        let lookup = |name: &str| (name == "HOME").then(|| "/root".to_owned());
        let all = Env::from_file("file", content, lookup)?;
        Ok(all.iter().map(Env::to_string).collect())
    }

    #[test]
    fn a_name_alone_takes_the_callers_value() {
        let env: Env = "HOME".parse().unwrap();
        assert_eq!(env.to_string(), "HOME");
        let missing = env.clone().resolved(|_| None);
        assert_eq!(missing.value(), None);
        let given: Env = "HOME=".parse().unwrap();
        let kept = given.resolved(|_| Some("other".to_owned()));
        assert_eq!(kept.value(), Some(""));
    }

    #[test]
    fn a_files_lines_are_taken_to_the_letter() {
        assert_eq!(
            read(b"\xef\xbb\xbf# note\r\n\r\nA=1\r\n B= \"x\" \nC=#a=b\nHOME \nNONE\nD").unwrap(),
            ["A=1", "B= \"x\" ", "C=#a=b", "HOME=/root"]
        );
        assert_eq!(read(b"A=1").unwrap(), ["A=1"]);
        assert!(read(b"").unwrap().is_empty());
    }

    #[test]
    fn a_bad_line_is_named_by_file_and_number_and_its_value_is_not_shown() {
        for (content, line) in [
            (&b"A=1\nB secret=secret\n"[..], 2),
            (b"=secret", 1),
            (b"TOKEN secret", 1),
            (b"\n\n\xff=secret\n", 3),
        ] {
            let error = read(content).unwrap_err();
            assert_eq!(error.place(), Some(("file", line)));
            let shown = format!("{error} {error:?}");
            assert!(shown.starts_with(&format!("file, line {line}: ")));
            assert!(!shown.contains("secret"), "{shown}");
        }
    }

    #[test]
    fn secrets_are_in_no_message() {
        let error = "=secret".parse::<Env>().unwrap_err();
        assert!(!format!("{error} {error:?}").contains("secret"));
        assert!(!format!("{:?}", Env::new("A", "secret")).contains("secret"));
    }
}
