//! The keys that leave a program without ending it.

use std::fmt;
use std::str::FromStr;

use stevedore_client::{Error, ErrorKind};

/// A sequence of keys that leaves a program without ending it, as `--detach-keys` has it:
/// single characters, `ctrl-` with a letter or one of `@[\]^_`, or `DEL`, separated by commas.
///
/// ```
/// use stevedore::terminal::DetachKeys;
///
/// let keys: DetachKeys = "ctrl-a,a".parse()?;
/// assert_eq!(keys.to_string(), "ctrl-a,a");
/// assert_eq!(DetachKeys::default().to_string(), "ctrl-p,ctrl-q");
/// assert!("ctrl-ab".parse::<DetachKeys>().is_err());
/// # Ok::<(), stevedore::terminal::NotDetachKeys>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetachKeys(Vec<u8>);

impl DetachKeys {
    const CTRL_P: u8 = 16;
    const CTRL_Q: u8 = 17;
    const DEL: u8 = 127;
}

impl Default for DetachKeys {
    fn default() -> Self {
        Self(vec![Self::CTRL_P, Self::CTRL_Q])
    }
}

impl FromStr for DetachKeys {
    type Err = NotDetachKeys;

    fn from_str(text: &str) -> Result<Self, NotDetachKeys> {
        text.split(',')
            .map(|key| code(key).ok_or_else(|| NotDetachKeys(key.to_owned())))
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

/// The byte that a terminal sends for `key`.
fn code(key: &str) -> Option<u8> {
    if key == "DEL" {
        return Some(DetachKeys::DEL);
    }
    let (name, control) = match key.strip_prefix("ctrl-") {
        Some(name) => (name, true),
        None => (key, false),
    };
    let &[byte] = name.as_bytes() else {
        return None;
    };
    match byte {
        _ if !control => (byte.is_ascii_graphic() || byte == b' ').then_some(byte),
        // The control characters stand 64 before the capital letters and what follows them.
        b'a'..=b'z' => Some(byte - b'a' + 1),
        b'@' | b'['..=b'_' => Some(byte - b'@'),
        _ => None,
    }
}

impl fmt::Display for DetachKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, &byte) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str(",")?;
            }
            match byte {
                Self::DEL => f.write_str("DEL")?,
                1..=26 => write!(f, "ctrl-{}", char::from(byte - 1 + b'a'))?,
                0..32 => write!(f, "ctrl-{}", char::from(byte + b'@'))?,
                _ => write!(f, "{}", char::from(byte))?,
            }
        }
        Ok(())
    }
}

/// Text that is no sequence of detach keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotDetachKeys(String);

impl fmt::Display for NotDetachKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is no key to detach with: a character, `ctrl-` with a letter or one of @[\\]^_, \
             or DEL, separated by commas",
            self.0
        )
    }
}

impl std::error::Error for NotDetachKeys {}

impl From<NotDetachKeys> for Error {
    fn from(not: NotDetachKeys) -> Self {
        Self::new(ErrorKind::Argument, not.to_string())
    }
}

/// Looks for the detach keys in what is typed.
pub(super) struct Watch {
    keys: Vec<u8>,
    /// So many of the keys were typed last, and are held back.
    held: usize,
}

impl Watch {
    pub(super) fn new(keys: &DetachKeys) -> Self {
        Self {
            keys: keys.0.clone(),
            held: 0,
        }
    }

    /// Adds what was typed to `through`, but for what may be the start of the keys; true
    /// once all of them were pressed.
    pub(super) fn pass(&mut self, typed: &[u8], through: &mut Vec<u8>) -> bool {
        for &byte in typed {
            self.held = self.after(byte, through);
            if self.held == self.keys.len() {
                self.held = 0;
                return true;
            }
        }
        false
    }

    /// So many keys are held after `byte`; what can't be their start any more goes through.
    fn after(&self, byte: u8, through: &mut Vec<u8>) -> usize {
        let mut seen = self
            .keys
            .iter()
            .copied()
            .take(self.held)
            .collect::<Vec<_>>();
        seen.push(byte);
        let start = (0..seen.len())
            .find(|&start| self.keys.starts_with(seen.get(start..).unwrap_or_default()))
            .unwrap_or(seen.len());
        through.extend(seen.iter().take(start));
        seen.len() - start
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_and_written_as_docker_has_them() {
        for (text, bytes) in [
            ("ctrl-p,ctrl-q", &[16, 17][..]),
            (
                "ctrl-@,ctrl-[,ctrl-\\,ctrl-],ctrl-^,ctrl-_",
                &[0, 27, 28, 29, 30, 31],
            ),
            ("a,DEL,ctrl-z,~", &[b'a', 127, 26, b'~']),
        ] {
            let keys: DetachKeys = text.parse().unwrap();
            assert_eq!(keys.0, bytes, "{text}");
            assert_eq!(keys.to_string(), text);
        }
    }

    #[test]
    fn what_is_no_key_is_named() {
        for (text, key) in [
            ("", ""),
            ("ctrl-p,", ""),
            ("ctrl-p,ctrl-", "ctrl-"),
            ("ctrl-P", "ctrl-P"),
            ("ctrl-1", "ctrl-1"),
            ("esc", "esc"),
            ("é", "é"),
            ("\n", "\n"),
        ] {
            let not = text.parse::<DetachKeys>().unwrap_err();
            assert_eq!(not, NotDetachKeys(key.to_owned()), "{text:?}");
        }
    }

    /// What goes through of the pieces, and whether the keys were seen at their end.
    fn pass(keys: &str, pieces: &[&str]) -> (String, bool) {
        let mut watch = Watch::new(&keys.parse().unwrap());
        let mut through = Vec::new();
        for (at, piece) in pieces.iter().enumerate() {
            if watch.pass(piece.as_bytes(), &mut through) {
                assert_eq!(at, pieces.len() - 1);
                return (String::from_utf8(through).unwrap(), true);
            }
        }
        (String::from_utf8(through).unwrap(), false)
    }

    #[test]
    fn keys_are_seen_in_any_pieces_and_nothing_else_is_held_back_for_good() {
        assert_eq!(pass("a,b", &["xab"]), ("x".into(), true));
        assert_eq!(pass("a,b", &["xa", "b"]), ("x".into(), true));
        assert_eq!(pass("a,b", &["xa"]), ("x".into(), false));
        assert_eq!(pass("a,b", &["xa", "c"]), ("xac".into(), false));
        assert_eq!(pass("a,b", &["a", "a", "b"]), ("a".into(), true));
        assert_eq!(pass("a,a,b", &["aaab"]), ("a".into(), true));
        assert_eq!(pass("a,b,a,c", &["ababac"]), ("ab".into(), true));
        assert_eq!(pass("q", &["hello q"]), ("hello ".into(), true));
    }
}
