//! Reading what R printed.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};

/// The first line, without the blanks at its end.
pub(super) fn first(shown: &[String]) -> &str {
    shown.first().map_or("", |line| line.trim_end())
}

/// The one value that was printed: `[1] "OK"` gives `OK`. In a list of one,
/// its name stands in the line before.
pub(super) fn value(shown: &[String]) -> Result<String> {
    shown
        .iter()
        .find_map(|line| single(line))
        .with_context(|| format!("R printed no value: {}", shown.join("\n")))
}

/// The value of an attribute, printed below its name.
pub(super) fn attribute(shown: &[String], name: &str) -> Result<String> {
    let heading = format!("attr(,\"{name}\")");
    shown
        .iter()
        .skip_while(|line| line.trim_end() != heading)
        .find_map(|line| single(line))
        .with_context(|| format!("R printed no attribute {name}: {}", shown.join("\n")))
}

/// What stands behind a label: `    id: 0123` gives `0123`.
pub(super) fn labelled(shown: &[String], label: &str) -> Result<String> {
    shown
        .iter()
        .find_map(|line| line.trim_start().strip_prefix(label))
        .map(|rest| rest.trim().to_owned())
        .with_context(|| format!("R printed no {label} {}", shown.join("\n")))
}

/// A field of a list: its value stands in the line below its name.
pub(super) fn field(shown: &[String], name: &str) -> Result<String> {
    let mut lines = shown.iter().skip_while(|line| line.trim_end() != name);
    lines
        .nth(1)
        .and_then(|line| single(line))
        .with_context(|| format!("R printed no field {name}: {}", shown.join("\n")))
}

/// The lines of one stream, their prefix taken off and their ends put back.
pub(super) fn stream(shown: &[String], prefix: &str) -> Vec<u8> {
    shown
        .iter()
        .filter_map(|line| line.strip_prefix(prefix))
        .flat_map(|line| [line, "\n"])
        .flat_map(str::bytes)
        .collect()
}

/// The container ids among the words: 64 hexadecimal digits, and nothing else.
pub(super) fn ids(shown: &[String]) -> BTreeSet<&str> {
    let is_id = |word: &&str| word.len() == 64 && word.bytes().all(|b| b.is_ascii_hexdigit());
    shown
        .iter()
        .flat_map(|line| line.split_whitespace())
        .filter(is_id)
        .collect()
}

/// The same where they stand in quotes.
pub(super) fn quoted_ids(shown: &[String]) -> BTreeSet<&str> {
    let is_id = |word: &&str| word.len() == 64 && word.bytes().all(|b| b.is_ascii_hexdigit());
    shown
        .iter()
        .flat_map(|line| line.split('"'))
        .filter(is_id)
        .collect()
}

/// `[1] "OK"` gives `OK`; so do curly quotes, which versions have.
fn single(line: &str) -> Option<String> {
    let value = line.strip_prefix("[1] ")?.trim_end();
    let quotes: &[char] = &['\u{2018}', '\u{2019}'];
    let Some(value) = value.strip_prefix('"').and_then(|v| v.strip_suffix('"')) else {
        return Some(value.trim_matches(quotes).to_owned());
    };
    Some(value.replace("\\\"", "\"").replace("\\\\", "\\"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn values_are_read_without_their_quotes() {
        assert_eq!(value(&lines("[1] \"OK\"")).unwrap(), "OK");
        assert_eq!(value(&lines("[1] 0")).unwrap(), "0");
        assert_eq!(value(&lines("[1] \u{2018}1.41\u{2019}")).unwrap(), "1.41");
        assert_eq!(value(&lines("$exit_code\n[1] 7\n")).unwrap(), "7");
        assert_eq!(value(&lines("[1] \"a \\\"b\\\"\"")).unwrap(), "a \"b\"");
        assert!(value(&lines("NULL")).is_err());
    }

    #[test]
    fn an_attribute_is_read_below_its_name() {
        let shown = lines("[1] \"OK\"\nattr(,\"api_version\")\n[1] \"1.41\"");
        assert_eq!(attribute(&shown, "api_version").unwrap(), "1.41");
        assert!(attribute(&shown, "other").is_err());
    }

    #[test]
    fn a_stream_keeps_blank_lines_and_leaves_others_out() {
        let shown = lines("Unable to find image\nO> \nO> Hello\nE> no\n");
        assert_eq!(stream(&shown, "O> "), b"\nHello\n");
        assert_eq!(stream(&shown, "E> "), b"no\n");
    }

    #[test]
    fn ids_are_told_from_image_ids() {
        let id = "0123456789abcdef".repeat(4);
        let shown = vec![format!("1 {id}"), format!("1 sha256:{id} {id}a")];
        assert_eq!(ids(&shown), BTreeSet::from([id.as_str()]));
        let quoted = vec![format!("[1] \"{id}\" \"sha256:{id}\"")];
        assert_eq!(quoted_ids(&quoted), BTreeSet::from([id.as_str()]));
    }

    #[test]
    fn a_label_is_found_behind_blanks() {
        let shown = lines("  $container:\n    <docker_container>\n      id: 12\n");
        assert_eq!(labelled(&shown, "id:").unwrap(), "12");
    }
}
