//! Requests recorded of plugins, in our types.

use stevedore_api::plugin;

use super::{Row, row};

pub(crate) fn rows() -> Vec<Row> {
    vec![
        row(
            "docker plugin_list",
            &plugin::List::new().filter("enabled", "true"),
        ),
        row(
            "docker plugin_inspect",
            &plugin::InspectOne::new().name("nothing"),
        ),
        row(
            "docker plugin_remove",
            &plugin::Remove::new().name("nothing").force(true),
        ),
        row(
            "docker plugin_enable",
            &plugin::Enable::new(5).name("nothing"),
        ),
        row(
            "docker plugin_disable",
            &plugin::Disable::new().name("nothing").force(true),
        ),
        row(
            "docker plugin_set",
            &plugin::Set::new().name("nothing").body(["DEBUG=1"]),
        ),
        row(
            "docker plugin_privileges",
            &plugin::GetPrivileges::new("localhost:5000/plug:1").registry_auth("redacted"),
        ),
        row(
            "docker plugin_pull",
            &plugin::Pull::new("localhost:5000/plug:1")
                .registry_auth("redacted")
                .privileges(Vec::<plugin::Privilege>::new()),
        ),
        row(
            "docker-py plugin_inspect",
            &plugin::InspectOne::new().name("plug"),
        ),
        row(
            "docker-py plugin_set",
            &plugin::Set::new().name("plug").body(["DEBUG=1"]),
        ),
        row(
            "docker-py plugin_enable",
            &plugin::Enable::new(5).name("plug"),
        ),
        row(
            "docker-py plugin_disable",
            &plugin::Disable::new().name("plug").force(true),
        ),
        row(
            "docker-py plugin_upgrade",
            &plugin::Upgrade::new("localhost:5000/plug:2")
                .name("plug")
                .registry_auth("redacted")
                .privileges(Vec::<plugin::Privilege>::new()),
        ),
        row(
            "docker-py plugin_remove",
            &plugin::Remove::new().name("plug").force(true),
        ),
    ]
}
