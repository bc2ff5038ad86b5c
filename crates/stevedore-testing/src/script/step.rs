//! The steps of a reply: bytes to write, and moments to wait for.

use serde::Deserialize;
use serde_json::Value;
use serde_saphyr::Spanned;

/// One step, written in a script as `name: value` or as `name` alone.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Step {
    /// Writes the head now, where it would have gone out before the first step.
    Head,
    Text(String),
    Bytes(Hex),
    Json(Value),
    /// JSON and CRLF, as the engine sends progress.
    Line(Value),
    Frame(Frame),
    /// From here on, writes pieces of so many bytes; 0 ends it.
    Split(usize),
    Repeat(Repeat),
    Await(Spanned<String>),
    Read(String),
    ReadEof,
    Hold,
    Close,
    Reset,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Repeat {
    pub(crate) times: u64,
    pub(crate) steps: Vec<Step>,
}

/// Bytes as pairs of hexadecimal digits; blanks between them are free.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Hex(Vec<u8>);

impl TryFrom<String> for Hex {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let digits: Option<Vec<u8>> = text
            .chars()
            .filter(|c| !c.is_whitespace())
            .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
            .collect();
        match digits {
            Some(digits) if digits.len() % 2 == 0 => {
                let value = |pair: &[u8]| pair.iter().fold(0, |sum, digit| sum * 16 + digit);
                Ok(Self(digits.chunks(2).map(value).collect()))
            }
            _ => Err(format!("`{text}` is not pairs of hexadecimal digits")),
        }
    }
}

/// A frame of the multiplexed stream: a type, a size that may lie, and a payload.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "WrittenFrame")]
pub(crate) struct Frame {
    kind: u8,
    size: u32,
    payload: Vec<u8>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFrame {
    stdin: Option<String>,
    stdout: Option<String>,
    stderr: Option<String>,
    system: Option<String>,
    r#type: Option<u8>,
    text: Option<String>,
    bytes: Option<Hex>,
    size: Option<u32>,
}

impl TryFrom<WrittenFrame> for Frame {
    type Error = String;

    fn try_from(written: WrittenFrame) -> Result<Self, String> {
        let shape = "a frame is one of stdin, stdout, stderr, system, or a type with text or bytes";
        let named = [
            written.stdin,
            written.stdout,
            written.stderr,
            written.system,
        ];
        let mut named = (0u8..)
            .zip(named)
            .filter_map(|(kind, text)| Some((kind, text?.into_bytes())));
        let given = written.text.map(String::into_bytes);
        let given = match (given, written.bytes) {
            (Some(_), Some(_)) => return Err(shape.to_owned()),
            (text, bytes) => text.or(bytes.map(|hex| hex.0)),
        };
        let (kind, payload) = match (named.next(), written.r#type, given) {
            (Some(frame), None, None) => frame,
            (None, Some(kind), payload) => (kind, payload.unwrap_or_default()),
            _ => return Err(shape.to_owned()),
        };
        if named.next().is_some() {
            return Err(shape.to_owned());
        }
        let fits = u32::try_from(payload.len()).map_err(|_| "a frame holds less than 4 GiB")?;
        Ok(Self {
            kind,
            size: written.size.unwrap_or(fits),
            payload,
        })
    }
}

impl Frame {
    fn wire(&self) -> Vec<u8> {
        let mut wire = vec![self.kind, 0, 0, 0];
        wire.extend(self.size.to_be_bytes());
        wire.extend(&self.payload);
        wire
    }
}

impl Step {
    /// The bytes that the step writes; `None` where it does something else.
    pub(crate) fn content(&self) -> Option<Vec<u8>> {
        match self {
            Self::Text(text) => Some(text.clone().into_bytes()),
            Self::Bytes(hex) => Some(hex.0.clone()),
            Self::Json(value) => Some(value.to_string().into_bytes()),
            Self::Line(value) => Some(format!("{value}\r\n").into_bytes()),
            Self::Frame(frame) => Some(frame.wire()),
            _ => None,
        }
    }

    /// How the step is named when a report says where a reply stood.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Head => "head".to_owned(),
            Self::Text(_) => "text".to_owned(),
            Self::Bytes(_) => "bytes".to_owned(),
            Self::Json(_) => "json".to_owned(),
            Self::Line(_) => "line".to_owned(),
            Self::Frame(_) => "frame".to_owned(),
            Self::Split(size) => format!("split: {size}"),
            Self::Repeat(repeat) => format!("repeat: {}", repeat.times),
            Self::Await(label) => format!("await: {}", label.value),
            Self::Read(text) => format!("read: {text:?}"),
            Self::ReadEof => "read_eof".to_owned(),
            Self::Hold => "hold".to_owned(),
            Self::Close => "close".to_owned(),
            Self::Reset => "reset".to_owned(),
        }
    }
}

/// How many bytes the steps write together.
pub(crate) fn size(steps: &[Step]) -> u64 {
    let one = |step: &Step| match step {
        Step::Repeat(repeat) => size(&repeat.steps).saturating_mul(repeat.times),
        step => step.content().map_or(0, |bytes| bytes.len() as u64),
    };
    steps.iter().map(one).fold(0, u64::saturating_add)
}

/// All steps, those inside of `repeat` once.
pub(crate) fn each(steps: &[Step]) -> impl Iterator<Item = &Step> {
    let mut stack = vec![steps.iter()];
    std::iter::from_fn(move || {
        loop {
            match stack.last_mut()?.next() {
                None => {
                    stack.pop();
                }
                Some(step) => {
                    if let Step::Repeat(repeat) = step {
                        stack.push(repeat.steps.iter());
                    }
                    return Some(step);
                }
            }
        }
    })
}

/// The steps in the order in which they are played, `repeat` unrolled as it goes.
pub(crate) fn played(steps: &[Step]) -> impl Iterator<Item = &Step> {
    let mut stack = vec![(steps, steps.iter(), 1)];
    std::iter::from_fn(move || {
        loop {
            let (all, rest, left) = stack.last_mut()?;
            match rest.next() {
                Some(Step::Repeat(repeat)) if repeat.times > 0 => {
                    stack.push((&repeat.steps, repeat.steps.iter(), repeat.times));
                }
                Some(Step::Repeat(_)) => {}
                Some(step) => return Some(step),
                None if *left > 1 => {
                    *left -= 1;
                    *rest = all.iter();
                }
                None => {
                    stack.pop();
                }
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(yaml: &str) -> Vec<Step> {
        serde_saphyr::from_str(yaml).unwrap()
    }

    fn content(yaml: &str) -> Vec<u8> {
        played(&steps(yaml))
            .filter_map(Step::content)
            .flatten()
            .collect()
    }

    #[test]
    fn steps_that_write_say_their_bytes() {
        assert_eq!(
            content(r#"[{text: "a\r\n"}, {bytes: "00 ff"}]"#),
            b"a\r\n\0\xff"
        );
        assert_eq!(
            content(r#"[{json: {a: [1, "1", null, true]}}]"#),
            br#"{"a":[1,"1",null,true]}"#
        );
        assert_eq!(content("[{line: {a: 1}}]"), b"{\"a\":1}\r\n");
    }

    #[test]
    fn a_frame_has_the_size_of_its_payload_unless_it_lies() {
        assert_eq!(
            content("[{frame: {stderr: abc}}]"),
            b"\x02\0\0\0\0\0\0\x03abc"
        );
        assert_eq!(
            content("[{frame: {type: 9, text: a}}]"),
            b"\x09\0\0\0\0\0\0\x01a"
        );
        assert_eq!(
            content("[{frame: {system: a, size: 4294967295}}]"),
            b"\x03\0\0\0\xff\xff\xff\xffa"
        );
    }

    #[test]
    fn a_repeat_plays_its_steps_so_many_times() {
        let yaml = "[{text: a}, {repeat: {times: 2, steps: [{text: b}, {repeat: {times: 3, steps: [{text: c}]}}]}}, {repeat: {times: 0, steps: [{text: x}]}}, {text: d}]";
        assert_eq!(content(yaml), b"abcccbcccd");
        assert_eq!(size(&steps(yaml)), 10);
        assert_eq!(each(&steps(yaml)).count(), 8);
    }

    #[test]
    fn an_empty_repeat_ends() {
        let yaml = "[{repeat: {times: 1000000, steps: []}}, {text: d}]";
        assert_eq!(content(yaml), b"d");
    }

    #[test]
    fn what_a_step_cannot_be_is_said() {
        for (yaml, part) in [
            ("[{bytes: '0'}]", "pairs of hexadecimal digits"),
            ("[{bytes: 'xy'}]", "pairs of hexadecimal digits"),
            ("[{frame: {stdout: a, stderr: b}}]", "a frame is one of"),
            ("[{frame: {stdout: a, type: 1}}]", "a frame is one of"),
            (
                "[{frame: {type: 1, text: a, bytes: '00'}}]",
                "a frame is one of",
            ),
            ("[{frame: {size: 3}}]", "a frame is one of"),
            ("[{frame: {stdoot: a}}]", "stdoot"),
            ("[{txt: a}]", "txt"),
        ] {
            let fault = serde_saphyr::from_str::<Vec<Step>>(yaml)
                .unwrap_err()
                .to_string();
            assert!(fault.contains(part), "{fault}");
        }
    }
}
