//! Command lines with quotes: `sh -c 'a b'`.

use std::fmt;
use std::str::FromStr;

use super::Invalid;

/// A command and its arguments, read from one line as a POSIX shell would: blanks
/// part the words, and quotes and backslashes keep them together. Nothing is
/// expanded: `$HOME` and `*` stay as they are.
///
/// ```
/// use stevedore_api::container::Create;
/// use stevedore_api::option::Command;
///
/// let command: Command = "sh -c 'echo a; exit 3'".parse()?;
/// assert_eq!(command.words(), ["sh", "-c", "echo a; exit 3"]);
/// let create = Create::new("busybox").cmd(command);
/// # let _ = create;
/// # Ok::<(), stevedore_api::option::Invalid>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Command(Vec<String>);

impl Command {
    /// The words.
    pub fn words(&self) -> &[String] {
        &self.0
    }
}

impl<S: Into<String>> FromIterator<S> for Command {
    fn from_iter<I: IntoIterator<Item = S>>(words: I) -> Self {
        Self(words.into_iter().map(Into::into).collect())
    }
}

impl IntoIterator for Command {
    type Item = String;
    type IntoIter = std::vec::IntoIter<String>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl FromStr for Command {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        shell_words::split(text).map(Self).map_err(|_| {
            // What stands in the line may be a secret.
            Invalid::short("command line", "", "a quote that closes the last one")
        })
    }
}

/// On one line, quoted where a shell needs it.
impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shell_words::join(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_keep_words_together() {
        for (line, words) in [
            ("", vec![]),
            ("  a\t b ", vec!["a", "b"]),
            ("sh -c 'a b'", vec!["sh", "-c", "a b"]),
            (r#"a "b \" c" d\ e"#, vec!["a", "b \" c", "d e"]),
            ("a '' $HOME *", vec!["a", "", "$HOME", "*"]),
        ] {
            let command: Command = line.parse().unwrap();
            assert_eq!(command.words(), words);
            assert_eq!(command.to_string().parse(), Ok(command));
        }
    }

    #[test]
    fn an_open_quote_is_refused() {
        assert!("sh -c 'a".parse::<Command>().is_err());
        assert!("sh -c \"a".parse::<Command>().is_err());
    }
}
