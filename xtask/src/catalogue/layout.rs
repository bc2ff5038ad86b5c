//! How YAML is laid out: on one line what fits, in blocks what is to be read.

use super::value::Value;

/// A line is not longer than this, if it can be helped.
const WIDTH: usize = 110;

/// What is to be written.
#[derive(Debug)]
pub(crate) enum Layout {
    /// On one line.
    Value(Value),
    /// A map on one line if it fits and nothing in it is a block.
    Short(Vec<(String, Layout)>),
    /// A map with a line for each entry.
    Block(Vec<(String, Layout)>),
}

impl Layout {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Value(Value::Text(text.into()))
    }

    fn has_block(&self) -> bool {
        match self {
            Self::Value(_) => false,
            Self::Short(entries) => entries.iter().any(|(_, value)| value.has_block()),
            Self::Block(_) => true,
        }
    }

    fn flow(&self, to: &mut String) {
        match self {
            Self::Value(value) => flow(value, to),
            Self::Short(entries) | Self::Block(entries) => {
                braced(entries, Layout::flow, to);
            }
        }
    }
}

/// Writes the entries of a block, each on lines of its own, `depth` steps in.
pub(crate) fn block(entries: &[(String, Layout)], depth: usize, to: &mut String) {
    for (key, value) in entries {
        let start = to.len();
        indent(depth, to);
        put_key(key, to);
        let mut line = String::new();
        value.flow(&mut line);
        let fits = to.len() - start + 1 + line.len() <= WIDTH;
        match value {
            Layout::Value(Value::List(items)) if !fits => wrapped(items, depth, start, to),
            Layout::Short(_) if fits && !value.has_block() => to.extend([" ", &line]),
            Layout::Short(inner) | Layout::Block(inner) => {
                to.push('\n');
                block(inner, depth + 1, to);
                continue;
            }
            // Outside of a map, braces end nothing: `GET /containers/{id}/json`.
            Layout::Value(Value::Text(text))
                if !text.starts_with('{') && is_plain(&text.replace(['{', '}'], "_")) =>
            {
                to.extend([" ", text]);
            }
            Layout::Value(_) => to.extend([" ", &line]),
        }
        to.push('\n');
    }
}

/// A long list over several lines.
fn wrapped(items: &[Value], depth: usize, start: usize, to: &mut String) {
    to.push_str(" [");
    let mut line = start;
    for (at, item) in items.iter().enumerate() {
        let mut word = String::new();
        flow(item, &mut word);
        word.push_str(if at + 1 == items.len() { "]" } else { "," });
        if to.len() + word.len() + 1 - line > WIDTH {
            to.push('\n');
            line = to.len();
            indent(depth + 1, to);
        } else if at > 0 {
            to.push(' ');
        }
        to.push_str(&word);
    }
}

fn indent(depth: usize, to: &mut String) {
    for _ in 0..depth {
        to.push_str("  ");
    }
}

fn flow(value: &Value, to: &mut String) {
    match value {
        Value::Null => to.push_str("null"),
        Value::Bool(value) => to.push_str(if *value { "true" } else { "false" }),
        Value::Int(value) => to.push_str(&value.to_string()),
        Value::Float(value) => to.extend([format!("{value:?}")]),
        Value::Text(text) => scalar(text, to),
        Value::List(items) => {
            to.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    to.push_str(", ");
                }
                flow(item, to);
            }
            to.push(']');
        }
        Value::Map(entries) => braced(entries, flow, to),
    }
}

fn braced<T>(entries: &[(String, T)], put: impl Fn(&T, &mut String), to: &mut String) {
    to.push('{');
    for (at, (key, value)) in entries.iter().enumerate() {
        if at > 0 {
            to.push_str(", ");
        }
        put_key(key, to);
        to.push(' ');
        put(value, to);
    }
    to.push('}');
}

/// A key, which is read as text also where it is a number: a status.
fn put_key(key: &str, to: &mut String) {
    if !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit()) {
        to.push_str(key);
    } else {
        scalar(key, to);
    }
    to.push(':');
}

/// Text, in quotes where YAML would else take it for something else.
fn scalar(text: &str, to: &mut String) {
    if is_plain(text) || text.parse::<super::versions::Range>().is_ok() {
        to.push_str(text);
        return;
    }
    if text.chars().all(|c| !c.is_control()) {
        to.push('\'');
        to.push_str(&text.replace('\'', "''"));
        to.push('\'');
        return;
    }
    to.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => to.extend(['\\', c]),
            '\n' => to.push_str("\\n"),
            '\t' => to.push_str("\\t"),
            c if c.is_control() => to.extend([format!("\\U{:08x}", u32::from(c))]),
            c => to.push(c),
        }
    }
    to.push('"');
}

fn is_plain(text: &str) -> bool {
    // Also words that older readers of YAML take for a yes or a no.
    const WORDS: &[&str] = &["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    let inner = |c: char| c.is_ascii_alphanumeric() || "_-./+|$ ".contains(c);
    let starts_well = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '$');
    starts_well
        && text.chars().all(inner)
        && !text.ends_with(' ')
        && !WORDS.contains(&text.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_value_reads_as_it_is_written() {
        let texts = [
            "",
            " a",
            "a ",
            "no",
            "ON",
            "null",
            "~",
            "1",
            "1.40",
            "1.40..",
            "0x1f",
            "-",
            "a: b",
            "a #b",
            "#",
            "[a",
            "it's",
            "\"",
            "a\nb",
            "\u{7}",
            "ü",
            "^[a-z]{2}$",
            "@x",
            "&x",
            "*x",
            "!x",
            "%x",
            "`x",
            "{}",
            "a{b}",
            "a,b",
            "text/plain",
            ".inf",
            "..",
        ];
        let entry = |(at, text): (usize, &&str)| (format!("{at}"), Value::Text((*text).to_owned()));
        let value = Value::Map(vec![
            (
                "texts".to_owned(),
                Value::Map(texts.iter().enumerate().map(entry).collect()),
            ),
            (
                "keys".to_owned(),
                Value::Map(texts.map(|text| (text.to_owned(), Value::Null)).into()),
            ),
            (
                "long".to_owned(),
                Value::List((0..60).map(Value::Int).collect()),
            ),
            ("float".to_owned(), Value::Float(0.5)),
            ("none".to_owned(), Value::Map(Vec::new())),
        ]);
        let Value::Map(entries) = value.clone() else {
            unreachable!()
        };
        let entries: Vec<_> = entries
            .into_iter()
            .map(|(key, value)| (key, Layout::Value(value)))
            .collect();
        let mut text = String::new();
        block(&entries, 0, &mut text);
        assert_eq!(Value::parse(&text).unwrap(), value, "{text}");
        let long = text.lines().filter(|line| line.contains("59"));
        assert!(long.map(str::len).all(|length| length <= WIDTH));
    }
}
