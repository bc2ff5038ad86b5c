//! Which of the known names a misspelt one was meant to be.

/// The known name that `name` was probably meant to be, if it is one alone: the same but for
/// case, dashes and underscores; else but for one slip of the fingers, a letter too many, one
/// too few, a wrong one, or two neighbours that have changed places; else the nearest that
/// begins with it, or that it begins with.
///
/// ```
/// use stevedore_api::meant;
///
/// assert_eq!(meant("strat", &["start", "stats", "stop"]), Some("start"));
/// assert_eq!(meant("contain", &["config", "container"]), Some("container"));
/// assert_eq!(meant("unheard", &["start", "stop"]), None);
/// ```
pub fn meant<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let wanted = squashed(name);
    let known = || known.iter().map(|known| (squashed(known), *known));
    let slip = |known: &str| is_a_slip(&wanted, known);
    known()
        .find_map(|(squashed, known)| (squashed == wanted).then_some(known))
        .or_else(|| nearest(known().map(|(it, known)| (slip(&it).then_some(0), known))))
        .or_else(|| nearest(known().map(|(it, known)| (longer(&wanted, &it), known))))
}

fn squashed(text: &str) -> String {
    text.replace(['_', '-'], "").to_lowercase()
}

/// The one that is nearest; none where others are as near.
fn nearest<'a>(known: impl Iterator<Item = (Option<usize>, &'a str)>) -> Option<&'a str> {
    let mut near: Vec<_> = known
        .filter_map(|(far, known)| Some((far?, known)))
        .collect();
    near.sort_by_key(|(far, _)| *far);
    match near.as_slice() {
        [(one, _), (other, _), ..] if one == other => None,
        [(_, known), ..] => Some(known),
        [] => None,
    }
}

/// By how much the one is longer that begins with the other. A single letter begins too many.
fn longer(one: &str, other: &str) -> Option<usize> {
    let begins = one.starts_with(other) || other.starts_with(one);
    (begins && one.len().min(other.len()) > 1).then(|| one.len().abs_diff(other.len()))
}

fn is_a_slip(one: &str, other: &str) -> bool {
    let (one, other): (Vec<_>, Vec<_>) = (one.chars().collect(), other.chars().collect());
    let start = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let rest = |of: &[char]| of.iter().skip(start).rev().copied().collect::<Vec<_>>();
    let (one, other) = (rest(&one), rest(&other));
    let end = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    match (one.get(end..), other.get(end..)) {
        (Some([]), Some([_])) | (Some([_]), Some([] | [_])) => start + end > 1,
        (Some([a, b]), Some([c, d])) => start + end > 1 && a == d && b == c,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_is_nearer_than_a_beginning() {
        let known = ["stats", "stats_stream", "start", "stop", "t"];
        for (name, wanted) in [
            ("strat", Some("start")),
            ("stats_strem", Some("stats_stream")),
            ("statsstream", Some("stats_stream")),
            ("stat", Some("stats")),
            ("stats_streaming", Some("stats_stream")),
            ("sotp", Some("stop")),
            ("sto", Some("stop")),
            ("timeout", None),
            ("s", None),
            ("---", None),
            ("", None),
            ("tsart", Some("start")),
            ("trast", None),
        ] {
            assert_eq!(meant(name, &known), wanted, "{name}");
        }
    }

    #[test]
    fn of_two_that_are_as_near_none_is_meant() {
        assert_eq!(meant("cap_axd", &["cap_add", "cap_aid"]), None);
        assert_eq!(meant("cpu", &["cpu_shares", "cpu_period"]), None);
    }
}
