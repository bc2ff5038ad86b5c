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
        ("network not found", "no_such_network"),
        (
            "failed to find image none: docker.io/library/none: image not known",
            "no_such_image",
        ),
        (
            "no volume plugin with name none available: required plugin missing",
            "no_such_plugin",
        ),
        (
            "no exec session with ID none found: no such exec session",
            "no_such_exec_instance",
        ),
        (
            "no secret with name or id \"none\": no such secret",
            "no_such_secret",
        ),
        (
            "Could not find the file /no such volume in container web",
            "no_such_path",
        ),
        ("page not found", "no_such_endpoint"),
        ("Not Found\n", "no_such_endpoint"),
    ] {
        assert_eq!(missing(message), Some(word), "{message}");
    }
}

/// What Docker says, with which status, and the word for it.
const DOCKERS: &[(u16, &str, &str)] = &[
    (
        403,
        "error while removing network: network lab has active endpoints (name:\"web\")",
        "network_is_in_use",
    ),
    (
        403,
        "error while removing network: network lab id 97fa has active endpoints",
        "network_is_in_use",
    ),
    (
        409,
        "Container 97fa is not running",
        "container_is_not_running",
    ),
    (
        409,
        "cannot kill container: web: container 97fa is not running",
        "container_is_not_running",
    ),
    (
        409,
        "Container 97fa is already paused",
        "container_is_paused",
    ),
    (
        409,
        "Container web is paused, unpause the container before exec",
        "container_is_paused",
    ),
    (
        409,
        "cannot remove container \"web\": container is paused and must be unpaused first",
        "container_is_paused",
    ),
    (
        409,
        "You cannot remove a paused container 97fa. Unpause and then stop the container \
         before attempting removal or force remove",
        "container_is_paused",
    ),
    (
        409,
        "Container 97fa is restarting, wait until the container is running",
        "container_is_restarting",
    ),
    (
        409,
        "cannot remove container \"web\": container is restarting: stop the container \
         before removing or force remove",
        "container_is_restarting",
    ),
    (
        409,
        "You cannot remove a restarting container 97fa. Stop the container before \
         attempting removal or force remove",
        "container_is_restarting",
    ),
    (
        409,
        "cannot remove container \"web\": container is running: stop the container before \
         removing or force remove",
        "container_is_running",
    ),
    (
        409,
        "You cannot remove a running container 97fa. Stop the container before attempting \
         removal or force remove",
        "container_is_running",
    ),
    (
        500,
        "Container 97fa is not paused",
        "container_is_not_paused",
    ),
    (
        409,
        "Conflict. The container name \"/web\" is already in use by container \"97fa\". You \
         have to remove (or rename) that container to be able to reuse that name.",
        "name_already_in_use",
    ),
    (
        409,
        "Error when allocating new name: Conflict. The container name \"/web\" is already \
         in use by container \"97fa\". You have to remove (or rename) that container to be \
         able to reuse that name.",
        "name_already_in_use",
    ),
    (
        409,
        "network with name lab already exists",
        "name_already_in_use",
    ),
    (
        409,
        "exec command 97fa has already run",
        "exec_has_already_run",
    ),
    (
        409,
        "Error: Exec command 97fa has already run",
        "exec_has_already_run",
    ),
    (
        409,
        "conflict: unable to remove repository reference \"busybox\" (must force) - \
         container 97fa is using its referenced image fc79",
        "image_is_in_use",
    ),
    (
        409,
        "conflict: unable to delete fc79 (cannot be forced) - image is being used by \
         running container 97fa",
        "image_is_in_use",
    ),
];

#[test]
fn what_is_in_the_way_is_told_apart_from_what_the_status_stands_for() {
    for &(status, message, word) in DOCKERS {
        assert_eq!(in_the_way(status, message), Some(word), "{message}");
    }
}

#[test]
fn what_is_in_the_way_is_understood_of_podman_too() {
    for (message, word) in [
        (
            "can only create exec sessions on running containers: container state improper",
            "container_is_not_running",
        ),
        (
            "can only kill running containers. 362f is in state created: container state \
             improper",
            "container_is_not_running",
        ),
        (
            "can only resize created or running containers: container state improper",
            "container_is_not_running",
        ),
        (
            "\"created\" is not running, can't pause: container state improper",
            "container_is_not_running",
        ),
        (
            "top can only be used on running containers",
            "container_is_not_running",
        ),
        (
            "cannot create exec session as container a015 is paused",
            "container_is_paused",
        ),
        (
            "\"a015\" is already paused: container state improper",
            "container_is_paused",
        ),
        (
            "cannot remove container a015 as it is paused - running or paused containers \
             cannot be removed without force: container state improper",
            "container_is_paused",
        ),
        (
            "cannot remove container a015 as it is running - running or paused containers \
             cannot be removed without force: container state improper",
            "container_is_running",
        ),
        (
            "\"5553\" is not paused, can't unpause: container state improper",
            "container_is_not_paused",
        ),
        (
            "container create: creating container storage: the container name \"web\" is \
             already in use by 5553. You have to remove that container to be able to reuse that \
             name: that name is already in use",
            "name_already_in_use",
        ),
        (
            "renaming container 11d2: name web already in use, cannot rename container 11d2: \
             container already exists",
            "name_already_in_use",
        ),
        (
            "network name lab already used: network already exists",
            "name_already_in_use",
        ),
        (
            "image busybox is in use: image used by 5fb4: image is in use by a container: \
             consider listing external containers and force-removing image",
            "image_is_in_use",
        ),
        (
            "\"lab\" has associated containers with it. Use -f to forcibly delete containers \
             and pods: network is being used",
            "network_is_in_use",
        ),
        (
            "volume data is being used by the following container(s): 5dea: volume is being \
             used",
            "volume_is_in_use",
        ),
    ] {
        assert_eq!(in_the_way(409, message), Some(word), "{message}");
        assert_eq!(in_the_way(500, message), Some(word), "{message}");
        assert_eq!(in_the_way(404, message), None, "{message}");
    }
}

#[test]
fn what_is_in_the_way_has_to_be_said() {
    for (status, message) in [
        (403, "bridge is a pre-defined network"),
        (500, "Container 97fa is not running"),
        (409, "Container 97fa is paused, or so it seems"),
        (409, "network with name lab"),
        (
            409,
            "conflict: unable to delete fc79 (cannot be forced) - image has dependent child \
             images",
        ),
        (409, "already exists"),
        (409, ""),
    ] {
        assert_eq!(in_the_way(status, message), None, "{message}");
    }
}

#[test]
fn every_status_has_a_reason() {
    for (status, reason) in [
        (400, "bad_parameter"),
        (404, "not_found"),
        (409, "conflict"),
        (418, "refused"),
        (500, "server_error"),
        (501, "not_implemented"),
        (502, "server_error"),
        (503, "service_unavailable"),
    ] {
        assert_eq!(usual_reason(status), reason);
    }
}

#[test]
fn what_only_sounds_like_it_says_nothing() {
    for message in [
        "",
        ": ",
        "network  not found: x",
        "Could not find the file /no such volume",
        "the engine refused container_top with status 404: Not Found",
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
