//! Secrets in JSON, hidden while it passes.

use std::borrow::Cow;

use stevedore_api::{HIDDEN, holds_secrets, is_secret};

/// No name of a secret is longer.
const LONGEST: usize = 24;

/// Replaces secrets in JSON that comes in pieces, wherever they are cut. What is
/// no JSON passes as it is.
#[derive(Debug, Default)]
pub(crate) struct Mask {
    state: State,
    /// The text that was read last, which may turn out to be a field's name.
    text: Vec<u8>,
    escaped: bool,
    /// Whether it was said that the text is hidden.
    told: bool,
    depth: usize,
    /// Which of the innermost objects and lists around are lists, the innermost last.
    lists: u64,
    /// Texts are hidden while the depth is no less.
    hidden_from: Option<usize>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq)]
enum State {
    #[default]
    Between,
    /// In a text that is shown.
    Text,
    /// Behind a text: a colon makes it a name.
    AfterText,
    /// Behind the colon.
    Value,
    /// In a text that is hidden.
    Secret,
}

impl Mask {
    /// The next piece, without its secrets.
    pub(crate) fn hide(&mut self, piece: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(piece.len());
        for byte in piece {
            if self.next(*byte) {
                out.push(*byte);
            } else if !self.told {
                self.told = true;
                out.extend(HIDDEN.bytes());
            }
        }
        out
    }

    /// Whether this byte is shown.
    fn next(&mut self, byte: u8) -> bool {
        match self.state {
            State::Text | State::Secret if self.escaped => self.escaped = false,
            State::Text | State::Secret if byte == b'\\' => self.escaped = true,
            State::Text if byte == b'"' => self.state = State::AfterText,
            State::Secret if byte == b'"' => {
                self.state = State::Between;
                return true;
            }
            State::Text | State::Secret => {}
            State::AfterText if byte == b':' => self.state = State::Value,
            State::Value if byte == b'"' => {
                let is_secret = is_secret(&self.name()) || self.hidden_from.is_some();
                self.state = if is_secret {
                    State::Secret
                } else {
                    State::Text
                };
                self.told = false;
                self.text.clear();
                return true;
            }
            State::Value if byte == b'{' || byte == b'[' => {
                if holds_secrets(&self.name()) {
                    self.hidden_from.get_or_insert(self.depth + 1);
                }
                self.open(byte);
                self.state = State::Between;
            }
            State::AfterText | State::Value if byte.is_ascii_whitespace() => {}
            State::Between | State::AfterText | State::Value => {
                self.state = State::Between;
                match byte {
                    b'"' if self.hidden_from.is_some() && self.lists & 1 == 1 => {
                        self.state = State::Secret;
                        self.told = false;
                    }
                    b'"' => {
                        self.state = State::Text;
                        self.text.clear();
                    }
                    b'{' | b'[' => self.open(byte),
                    b'}' | b']' => {
                        self.depth = self.depth.saturating_sub(1);
                        self.lists >>= 1;
                        if self.hidden_from.is_some_and(|from| self.depth < from) {
                            self.hidden_from = None;
                        }
                    }
                    _ => {}
                }
                return true;
            }
        }
        match self.state {
            State::Text => {
                if self.text.len() <= LONGEST {
                    self.text.push(byte);
                }
                true
            }
            State::Secret => false,
            _ => true,
        }
    }

    fn open(&mut self, byte: u8) {
        self.depth += 1;
        self.lists = self.lists << 1 | u64::from(byte == b'[');
    }

    /// The text that was read last.
    fn name(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASES: &[(&str, &str)] = &[
        (
            r#"{"Password":"a\"b","Name":"x"}"#,
            r#"{"Password":"<hidden>","Name":"x"}"#,
        ),
        (r#"{"password" : "ab"}"#, r#"{"password" : "<hidden>"}"#),
        (r#"{"Password":""}"#, r#"{"Password":""}"#),
        (
            r#"{"JoinTokens":{"Worker":"a","Manager":"b"},"ID":"c"}"#,
            r#"{"JoinTokens":{"Worker":"<hidden>","Manager":"<hidden>"},"ID":"c"}"#,
        ),
        (
            r#"{"Env":["A=b","C=d"],"Cmd":["e"],"X":{"Env":[]}}"#,
            r#"{"Env":["<hidden>","<hidden>"],"Cmd":["e"],"X":{"Env":[]}}"#,
        ),
        (r#"{"Data":{"Dir":"a"}}"#, r#"{"Data":{"Dir":"a"}}"#),
        (
            r#"["Password","x",{"a":"Password"}]"#,
            r#"["Password","x",{"a":"Password"}]"#,
        ),
        ("no JSON: \"Password", "no JSON: \"Password"),
        (r#"{"Token":null,"a":"b"}"#, r#"{"Token":null,"a":"b"}"#),
    ];

    #[test]
    fn secrets_are_hidden_wherever_they_are_cut() {
        for (text, expected) in CASES {
            for size in 1..=text.len() {
                let mut mask = Mask::default();
                let shown: Vec<u8> = text
                    .as_bytes()
                    .chunks(size)
                    .flat_map(|piece| mask.hide(piece))
                    .collect();
                assert_eq!(String::from_utf8(shown).unwrap(), *expected, "by {size}");
            }
        }
    }
}
