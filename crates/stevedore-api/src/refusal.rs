//! What a refusal is about, as far as only its message tells, and what a status means where
//! nothing else does. The one place where the words of engines are read.
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
    ("required plugin missing", "no_such_plugin"),
    ("no such exec session", "no_such_exec_instance"),
    ("no such secret", "no_such_secret"),
];

/// What is said by a whole message. A star is any text.
const MESSAGES: &[(&str, &str)] = &[
    ("Could not find the file * in container *", "no_such_path"),
    ("page not found", "no_such_endpoint"),
    // As Podman says it.
    ("Not Found", "no_such_endpoint"),
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
    let whole = MESSAGES.iter().find(|(saying, _)| is_like(saying, message));
    if let Some((_, word)) = whole {
        return Some(word);
    }
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

/// What is in the way, and how engines say it with which status. A star is any text.
const OBSTACLES: &[(&str, &[u16], &[&str])] = &[
    (
        "container_is_not_running",
        &[409],
        &["*ontainer * is not running"],
    ),
    (
        "container_is_paused",
        &[409],
        &[
            "Container * is already paused",
            "*ontainer * is paused, unpause the container before *",
            "cannot start a paused container, try unpause instead",
            "cannot remove container *: container is paused and must be unpaused first",
            "You cannot remove a paused container *",
        ],
    ),
    (
        "container_is_restarting",
        &[409],
        &[
            "*ontainer * is restarting, wait until the container is running",
            "cannot remove container *: container is restarting: stop the container *",
            "You cannot remove a restarting container *",
        ],
    ),
    (
        "container_is_running",
        &[409],
        &[
            "cannot remove container *: container is running: stop the container *",
            "You cannot remove a running container *",
        ],
    ),
    (
        "container_is_not_paused",
        &[500],
        &["Container * is not paused"],
    ),
    (
        "name_already_in_use",
        &[409],
        &[
            "*Conflict. The container name * is already in use by container *",
            "network with name * already exists",
        ],
    ),
    (
        "exec_has_already_run",
        &[409],
        &["*xec command * has already run"],
    ),
    (
        "image_is_in_use",
        &[409],
        &[
            "conflict: * - container * is using its referenced image *",
            "conflict: * - image is being used by *",
        ],
    ),
    ("network_is_in_use", &[403], &["* has active endpoints*"]),
    // As Podman says it.
    (
        "container_is_not_running",
        PODMAN,
        &[
            "can only create exec sessions on running containers: container state improper",
            "can only kill running containers. *: container state improper",
            "can only resize created or running containers: container state improper",
            "* is not running, can't pause: container state improper",
            "top can only be used on running containers",
        ],
    ),
    (
        "container_is_paused",
        PODMAN,
        &[
            "cannot create exec session as container * is paused",
            "\"*\" is already paused: container state improper",
            "cannot remove container * as it is paused - *: container state improper",
        ],
    ),
    (
        "container_is_running",
        PODMAN,
        &["cannot remove container * as it is running - *: container state improper"],
    ),
    (
        "container_is_not_paused",
        PODMAN,
        &["* is not paused, can't unpause: container state improper"],
    ),
    (
        "name_already_in_use",
        PODMAN,
        &[
            "*: that name is already in use",
            "renaming container *: container already exists",
            "*: network already exists",
        ],
    ),
    (
        "image_is_in_use",
        PODMAN,
        &["*: image is in use by a container*"],
    ),
    ("network_is_in_use", PODMAN, &["*: network is being used"]),
    ("volume_is_in_use", PODMAN, &["*: volume is being used"]),
];

/// Podman's versions differ in which of them it is.
const PODMAN: &[u16] = &[409, 500];

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
    let message = message.trim_end();
    let is_said = |sayings: &[&str]| sayings.iter().any(|saying| is_like(saying, message));
    OBSTACLES
        .iter()
        .filter(|(_, statuses, _)| statuses.contains(&status))
        .find(|(_, _, sayings)| is_said(sayings))
        .map(|(word, _, _)| *word)
}

/// Whether `text` reads like `saying`, in which a star is any text.
fn is_like(saying: &str, text: &str) -> bool {
    let mut parts = saying.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let Some(last) = parts.next_back() else {
        return rest.is_empty();
    };
    for part in parts {
        let Some((_, behind)) = rest.split_once(part) else {
            return false;
        };
        rest = behind;
    }
    rest.ends_with(last)
}

/// What a status means where neither its endpoint nor the engine says more; the same everywhere.
///
/// ```
/// assert_eq!(stevedore_api::usual_reason(409), "conflict");
/// ```
pub fn usual_reason(status: u16) -> &'static str {
    match status {
        400 => "bad_parameter",
        401 => "auth_error",
        403 => "operation_forbidden",
        404 => "not_found",
        405 | 501 => "not_implemented",
        409 => "conflict",
        503 => "service_unavailable",
        500.. => "server_error",
        _ => "refused",
    }
}

#[cfg(test)]
mod tests;
