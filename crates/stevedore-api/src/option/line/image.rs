//! What can name an image.

use crate::option::Invalid;

const WHAT: &str = "image";

/// The longest tag.
const TAG: usize = 128;

/// Whether it names an image: `[registry/]path[:tag][@digest]`, or an id.
pub(super) fn check(text: &str) -> Result<(), Invalid> {
    let is_hex = |text: &str| {
        text.bytes()
            .all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'))
    };
    let id = text.strip_prefix("sha256:").unwrap_or(text);
    if id.len() == 64 && is_hex(id) {
        return Ok(());
    }
    let (rest, digest) = match text.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest)),
        None => (text, None),
    };
    if let Some(digest) = digest {
        let is_digest = digest.split_once(':').is_some_and(|(algorithm, sum)| {
            let is_word = |c: char| c.is_ascii_alphanumeric() || "+.-_".contains(c);
            let starts = algorithm.starts_with(|c: char| c.is_ascii_alphabetic());
            starts && algorithm.chars().all(is_word) && sum.len() >= 32 && is_hex(sum)
        });
        if !is_digest {
            return Err(Invalid::new(
                WHAT,
                text,
                digest,
                "a digest, such as sha256:...",
            ));
        }
    }
    // A colon before a slash belongs to the registry's port.
    let (name, tag) = match rest.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
        _ => (rest, None),
    };
    if let Some(tag) = tag {
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let inner = |c: char| is_word(c) || c == '.' || c == '-';
        if !tag.starts_with(is_word) || !tag.chars().all(inner) || tag.len() > TAG {
            return Err(Invalid::new(WHAT, text, tag, "a tag"));
        }
    }
    let path = match name.split_once('/') {
        Some((registry, path)) if is_registry(registry) => {
            let inner = |c: char| c.is_ascii_alphanumeric() || ".-:[]".contains(c);
            if !registry.chars().all(inner) {
                return Err(Invalid::new(WHAT, text, registry, "a registry"));
            }
            path
        }
        _ => name,
    };
    for part in path.split('/') {
        if !is_component(part) {
            let expected = "words in lower case, with a slash between them";
            return Err(Invalid::new(WHAT, text, part, expected));
        }
    }
    Ok(())
}

/// Whether the first part of a name is a registry and no part of the path.
fn is_registry(part: &str) -> bool {
    part == "localhost"
        || part.contains(['.', ':'])
        || part.contains(|c: char| c.is_ascii_uppercase())
}

/// Letters in lower case and digits, parted by a dot, one or two `_`, or any number of `-`.
fn is_component(part: &str) -> bool {
    let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    part.starts_with(is_word)
        && part.ends_with(is_word)
        && part
            .split(is_word)
            .all(|sign| matches!(sign, "" | "." | "_" | "__") || sign.chars().all(|c| c == '-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_ids_are_images() {
        let digest = "a".repeat(64);
        for text in [
            "nginx",
            "nginx:1.27-alpine",
            "library/nginx",
            "localhost/a",
            "reg.example.org:5000/a/b_c--d:1",
            "[::1]:5000/a",
            "REG/a",
            &format!("a@sha256:{digest}"),
            &format!("a:1@sha256:{digest}"),
            &digest,
            &format!("sha256:{digest}"),
        ] {
            assert!(check(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused_where_it_is_wrong() {
        for (text, part) in [
            ("", ""),
            ("-", "-"),
            ("NGINX", "NGINX"),
            ("ngi nx", "ngi nx"),
            ("nginx:", ""),
            (":tag", ""),
            ("a//b", ""),
            ("a___b", "a___b"),
            ("a@sha256:1", "sha256:1"),
            ("a:.x", ".x"),
        ] {
            assert_eq!(check(text).unwrap_err().part(), part, "{text}");
        }
    }
}
