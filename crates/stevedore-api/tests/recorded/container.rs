//! Requests recorded of containers, in our types.

use stevedore_api::container;

use super::{Row, row};

const ID: &str = "5d2fbd088d389ad83022da4b8718788bd5b831c1ccb94a6fd61e99e6fb7cc67f";

pub(crate) fn rows() -> Vec<Row> {
    vec![
        row("docker container_start", &container::Start::new().id(ID)),
        row(
            "docker container_inspect",
            &container::InspectOne::new().id("web"),
        ),
        row(
            "docker container_kill",
            &container::Kill::new().id("limited"),
        ),
        row("docker container_list", &container::List::new()),
        row(
            "docker container_list 2",
            &container::List::new()
                .all(true)
                .filter("label", "tier=web")
                .filter("name", "web")
                .filter("status", "running")
                .limit(3)
                .size(true),
        ),
        row("docker container_list 3", &container::List::new().limit(1)),
        row(
            "docker container_list 4",
            &container::List::new()
                .filter("ancestor", "busybox")
                .filter("exited", "0")
                .filter("health", "none"),
        ),
        row("docker container_diff", &container::Diff::new().id("web")),
        row(
            "docker container_inspect 2",
            &container::InspectOne::new().id("web").size(true),
        ),
        row(
            "docker container_rename",
            &container::Rename::new("web2").id("web"),
        ),
        row("docker container_pause", &container::Pause::new().id("web")),
        row(
            "docker container_unpause",
            &container::Unpause::new().id("web"),
        ),
        row(
            "docker container_get_archive",
            &container::GetArchive::new("/etc/passwd").id("web"),
        ),
        row(
            "docker container_path_stat",
            &container::GetPathStat::new("/tmp/").id("web"),
        ),
        row(
            "docker container_put_archive",
            &container::PutArchive::new("/tmp/")
                .id("web")
                .no_overwrite_dir_non_dir(true),
        ),
        row(
            "docker container_put_archive 2",
            &container::PutArchive::new("/tmp")
                .id("web")
                .copy_uid_gid(true)
                .no_overwrite_dir_non_dir(true),
        ),
        row(
            "docker container_kill 2",
            &container::Kill::new().id("limited").signal("TERM"),
        ),
        row(
            "docker container_stop",
            &container::Stop::new().id("web").signal("INT").t(1),
        ),
        row("docker container_stop 2", &container::Stop::new().id("web")),
        row(
            "docker container_restart",
            &container::Restart::new().id("web").signal("TERM").t(1),
        ),
        row(
            "docker container_remove",
            &container::Remove::new()
                .id("checked")
                .force(true)
                .delete_volumes(true),
        ),
        row(
            "docker container_remove 2",
            &container::Remove::new().id("limited"),
        ),
        row(
            "docker container_prune",
            &container::Prune::new().filter("label", "tier=none"),
        ),
        row(
            "docker-py container_start",
            &container::Start::new().id("py1"),
        ),
        row(
            "docker-py container_list",
            &container::List::new()
                .limit(2)
                .all(true)
                .size(true)
                .filter("label", "tier=web")
                .filter("status", "running"),
        ),
        row(
            "docker-py container_inspect",
            &container::InspectOne::new().id("py1"),
        ),
        row(
            "docker-py container_diff",
            &container::Diff::new().id("py1"),
        ),
        row(
            "docker-py container_put_archive",
            &container::PutArchive::new("/tmp").id("py1"),
        ),
        row(
            "docker-py container_get_archive",
            &container::GetArchive::new("/etc/passwd").id("py1"),
        ),
        row(
            "docker-py container_pause",
            &container::Pause::new().id("py1"),
        ),
        row(
            "docker-py container_unpause",
            &container::Unpause::new().id("py1"),
        ),
        row(
            "docker-py container_rename",
            &container::Rename::new("py3").id("py1"),
        ),
        row(
            "docker-py container_kill",
            &container::Kill::new().id("py1").signal("HUP"),
        ),
        row(
            "docker-py container_stop",
            &container::Stop::new().id("py1").t(1),
        ),
        row(
            "docker-py container_restart",
            &container::Restart::new().id("py1").t(1),
        ),
        row(
            "docker-py container_kill 2",
            &container::Kill::new().id("py1"),
        ),
        row(
            "docker-py container_remove",
            &container::Remove::new()
                .id("py1")
                .delete_volumes(true)
                .link(false)
                .force(true),
        ),
        row(
            "docker-py container_prune",
            &container::Prune::new().filter("label", "tier=none"),
        ),
        row(
            "docker container_list 5",
            &container::List::new().all(true).filter("name", "web"),
        ),
        row(
            "docker container_remove 3",
            &container::Remove::new()
                .id("rec-old")
                .force(true)
                .delete_volumes(true),
        ),
    ]
}
