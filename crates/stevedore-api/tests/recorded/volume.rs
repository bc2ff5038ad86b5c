//! Requests recorded of volumes, in our types.

use stevedore_api::volume;

use super::{Row, row};

pub(crate) fn rows() -> Vec<Row> {
    vec![
        row(
            "docker volume_create",
            &volume::Create::new()
                .driver("local")
                .driver_opts([("device", "tmpfs"), ("o", "size=1m"), ("type", "tmpfs")])
                .labels([("tier", "web")])
                .name("vol1"),
        ),
        row(
            "docker volume_list",
            &volume::List::new()
                .filter("dangling", "true")
                .filter("name", "vol"),
        ),
        row(
            "docker volume_inspect",
            &volume::InspectOne::new().name("vol1"),
        ),
        row(
            "docker volume_remove",
            &volume::Remove::new().name("vol1").force(true),
        ),
        row(
            "docker volume_prune",
            &volume::Prune::new().filter("label", "tier=none"),
        ),
        row(
            "docker-py volume_create",
            &volume::Create::new()
                .name("pyvol1")
                .driver("local")
                .driver_opts([("type", "tmpfs"), ("device", "tmpfs")])
                .labels([("tier", "web")]),
        ),
        row(
            "docker-py volume_list",
            &volume::List::new().filter("dangling", "true"),
        ),
        row(
            "docker-py volume_inspect",
            &volume::InspectOne::new().name("pyvol1"),
        ),
        row(
            "docker-py volume_remove",
            &volume::Remove::new().name("pyvol1"),
        ),
        row(
            "docker volume_remove 2",
            &volume::Remove::new().name("recdata"),
        ),
    ]
}
