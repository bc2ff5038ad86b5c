//! What stands in a line for a shell, of which there is none.

use super::Invalid;

/// Refuses a line in which an operator of a shell begins a word, unless it is quoted.
pub(super) fn refuse(line: &str) -> Result<(), Invalid> {
    for (at, word) in words(line) {
        if let Some(operator) = operator(word) {
            let expected = "no operator of a shell (quote it, or put all of it into sh -c '...')";
            return Err(Invalid::new("word", operator, operator, expected).from(at));
        }
    }
    Ok(())
}

/// The operator that a word is, or begins with: what it leads to is left out.
fn operator(word: &str) -> Option<&str> {
    if matches!(word, "|" | "||" | "|&" | "&" | "&&" | ";" | "2>&1") {
        return Some(word);
    }
    // `>`, `2>`, `&>`, `<<`.
    let arrows = word.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '&');
    let behind = arrows.trim_start_matches(['<', '>']);
    let end = word.len() - behind.len();
    (arrows.len() > behind.len()).then(|| word.get(..end))?
}

/// The words as they are written, with their quotes, and where each begins; without comments.
fn words(line: &str) -> Vec<(usize, &str)> {
    let mut words = Vec::new();
    let mut start = None;
    let mut quote = None;
    let mut letters = line.char_indices();
    while let Some((at, letter)) = letters.next() {
        match (quote, letter) {
            (None | Some('"'), '\\') => {
                let next = letters.next();
                // A line that goes on in the next one; no word begins with that.
                if start.is_none() && next.is_some_and(|(_, letter)| letter == '\n') {
                    continue;
                }
            }
            (None, ' ' | '\t' | '\n') => {
                words.extend(start.take().map(|start| (start, at)));
                continue;
            }
            (None, '#') if start.is_none() => {
                letters.find(|(_, letter)| *letter == '\n');
                continue;
            }
            (None, '\'' | '"') => quote = Some(letter),
            (Some(open), letter) if open == letter => quote = None,
            _ => {}
        }
        start.get_or_insert(at);
    }
    words.extend(start.map(|start| (start, line.len())));
    let cut = |(start, end)| Some((start, line.get(start..end)?));
    words.into_iter().filter_map(cut).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operator_is_pointed_at() {
        for operator in [
            ">", ">>", "<", "<<", "|", "||", "&&", "&", ";", "2>&1", "2>", "&>",
        ] {
            let error = refuse(&format!("busybox echo 'é' {operator} x")).unwrap_err();
            assert_eq!(error.part(), operator);
            assert_eq!(error.range(), 18..18 + operator.len());
        }
        assert_eq!(
            refuse("busybox ls | wc").unwrap_err().to_string(),
            "word '|': expected no operator of a shell \
             (quote it, or put all of it into sh -c '...')"
        );
    }

    #[test]
    fn where_it_leads_is_not_shown() {
        let error = refuse("busybox env >secret").unwrap_err();
        assert!(
            !format!("{error} {error:?}").contains("secret"),
            "{error:?}"
        );
        assert_eq!(error.part(), ">");
    }

    #[test]
    fn what_is_quoted_or_within_a_word_is_text() {
        for line in [
            "busybox sh -c 'a > b; c | d'",
            "busybox echo \"|\" '&&' \\; \\> \">\" a\\ \\& 2",
            "busybox echo \"a \\\" | b\" '\\' x",
            "-e URL=http://a/?b=1&c=2 busybox a>b a;b -> =>",
            "busybox \\\n  ls # | wc\n",
            "busybox find . -exec ls {} \\;",
        ] {
            assert_eq!(refuse(line), Ok(()), "{line}");
        }
        assert!(refuse("busybox \\\n| wc").is_err());
        assert!(refuse("busybox # x\n> y").is_err());
    }
}
