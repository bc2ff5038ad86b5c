//! What a refusal is about, as far as only its message tells.
//!
//! A status means one thing at an endpoint, and a refusal may be about another: a container
//! for a network that isn't there is refused with the 404 of one that isn't there itself, one
//! for a volume driver with that of an image, and a command in a container that does not run
//! with the 409 of one that is paused.

/// How engines say it, and the word for it. A star is the name of what is not there.
const FACTS: &[(&str, &str)] = &[
    ("No such container: *", "no_such_container"),
    ("No such image: *", "no_such_image"),
    ("network * not found", "no_such_network"),
    (
        "configuration network \"*\" does not exist",
        "no_such_network",
    ),
    ("no such volume", "no_such_volume"),
    ("plugin \"*\" not found", "no_such_plugin"),
    ("No such exec instance: *", "no_such_exec_instance"),
    ("service * not found", "no_such_service"),
    ("task * not found", "no_such_task"),
    ("node * not found", "no_such_node"),
    ("secret * not found", "no_such_secret"),
    ("config * not found", "no_such_config"),
    // As Podman says it.
    ("no such container", "no_such_container"),
    ("image not known", "no_such_image"),
    ("network not found", "no_such_network"),
];

/// What the message of a refusal says is not there: `no_such_network`.
///
/// Engines put causes behind colons; the last one that says it counts.
///
/// ```
/// use stevedore_api::missing;
///
/// assert_eq!(missing("network lab not found"), Some("no_such_network"));
/// assert_eq!(missing("conflict: the name is taken"), None);
/// ```
pub fn missing(message: &str) -> Option<&'static str> {
    let message = message.trim_end();
    let behind_colons = message
        .rmatch_indices(": ")
        .map(|(at, colon)| at + colon.len());
    let mut causes = behind_colons.chain([0]).filter_map(|at| message.get(at..));
    causes.find_map(|cause| {
        let said = FACTS.iter().find(|(fact, _)| is(fact, cause));
        said.map(|(_, word)| *word)
    })
}

/// Whether `cause` is the fact, of some name.
fn is(fact: &str, cause: &str) -> bool {
    let Some((before, behind)) = fact.split_once('*') else {
        return cause == fact;
    };
    let name = cause
        .strip_prefix(before)
        .and_then(|rest| rest.strip_suffix(behind));
    name.is_some_and(|name| !name.is_empty() && !name.contains(char::is_whitespace))
}

/// What the message of a refusal says is in the way: a container that does not run is
/// refused with the 409 of one that is paused, a network in use with the 403 of those that every
/// engine has.
///
/// ```
/// use stevedore_api::in_the_way;
///
/// let word = in_the_way(409, "container web is not running");
/// assert_eq!(word, Some("container_is_not_running"));
/// ```
pub fn in_the_way(status: u16, message: &str) -> Option<&'static str> {
    match status {
        409 if message.trim_end().ends_with(" is not running") => Some("container_is_not_running"),
        403 if message.contains(" has active endpoints") => Some("network_is_in_use"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_what_engines_say_is_not_there() {
        for (message, word) in [
            ("No such container: none", "no_such_container"),
            (
                "could not get container for none: No such container: none",
                "no_such_container",
            ),
            (
                "joining network namespace of container: No such container: none",
                "no_such_container",
            ),
            ("No such image: none:latest", "no_such_image"),
            (
                "no such image: none: No such image: none:latest",
                "no_such_image",
            ),
            ("network none not found", "no_such_network"),
            (
                "failed to set up container networking: network none not found",
                "no_such_network",
            ),
            (
                "configuration network \"none\" does not exist",
                "no_such_network",
            ),
            ("get none: no such volume", "no_such_volume"),
            ("plugin \"none\" not found", "no_such_plugin"),
            (
                "create x: error looking up volume plugin none: plugin \"none\" not found",
                "no_such_plugin",
            ),
            (
                "error looking up logging plugin none: plugin \"none\" not found",
                "no_such_plugin",
            ),
            ("No such exec instance: none\n", "no_such_exec_instance"),
            ("service none not found", "no_such_service"),
            ("task none not found", "no_such_task"),
            ("node none not found", "no_such_node"),
            ("secret none not found", "no_such_secret"),
            ("config none not found", "no_such_config"),
            (
                "no container with name or ID \"none\" found: no such container",
                "no_such_container",
            ),
            ("none: image not known", "no_such_image"),
            (
                "unable to find network with name or ID none: network not found",
                "no_such_network",
            ),
            (
                "no volume with name \"none\" found: no such volume",
                "no_such_volume",
            ),
        ] {
            assert_eq!(missing(message), Some(word), "{message}");
        }
    }

    #[test]
    fn what_is_in_the_way_is_told_apart_from_what_the_status_stands_for() {
        let lab = "error while removing network: network lab has active endpoints (name:\"web\")";
        assert_eq!(in_the_way(403, lab), Some("network_is_in_use"));
        let web = "Container 97fa is not running";
        assert_eq!(in_the_way(409, web), Some("container_is_not_running"));
        assert_eq!(
            in_the_way(409, "Container 97fa is paused, unpause it first"),
            None
        );
        assert_eq!(in_the_way(403, "bridge is a pre-defined network"), None);
        assert_eq!(in_the_way(500, web), None);
    }

    #[test]
    fn what_only_sounds_like_it_says_nothing() {
        for message in [
            "",
            ": ",
            "network  not found: x",
            "Could not find the file /no such volume in container web",
            "network lab: endpoint web not found",
            "exec: \"No such container: x\": executable file not found in $PATH",
            "the network lab not found",
            "network driver lab not found",
            "config file /etc/x not found",
            "service endpoint web not found",
            "conflict: unable to remove repository reference",
        ] {
            assert_eq!(missing(message), None, "{message}");
        }
    }
}
