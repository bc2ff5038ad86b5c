//! Requests recorded of services and tasks, in our types.

use stevedore_api::{container, service, task};

use super::{Row, row};

pub(crate) fn rows() -> Vec<Row> {
    vec![
        row(
            "docker task_list",
            &task::List::new().filter("node", "rx2fz1x2cmtd35ijybwlxc6xn"),
        ),
        row(
            "docker service_list",
            &service::List::new().filter("name", "svc").status(true),
        ),
        row(
            "docker service_list 2",
            &service::List::new().filter("id", "svc"),
        ),
        row(
            "docker service_inspect",
            &service::InspectOne::new()
                .id("t7j8u63dolmd3k7dfw730d722")
                .insert_defaults(false),
        ),
        row(
            "docker service_logs",
            &service::Logs::new()
                .id("svc")
                .stderr(true)
                .stdout(true)
                .tail(container::Tail::Lines(1)),
        ),
        row(
            "docker service_logs 2",
            &service::Logs::new()
                .id("svc")
                .details(true)
                .since(1_795_505_736)
                .stderr(true)
                .stdout(true)
                .tail(container::Tail::All)
                .timestamps(true),
        ),
        row("docker service_remove", &service::Remove::new().id("glob")),
        row(
            "docker task_inspect",
            &task::InspectOne::new().id("nothing"),
        ),
        row(
            "docker-py service_list",
            &service::List::new().filter("name", "pysvc").status(true),
        ),
        row(
            "docker-py task_list",
            &task::List::new().filter("service", "pysvc"),
        ),
        row("docker-py task_list 2", &task::List::new()),
        row(
            "docker-py service_inspect",
            &service::InspectOne::new().id("pysvc"),
        ),
        row(
            "docker-py service_logs",
            &service::Logs::new()
                .id("pysvc")
                .details(false)
                .follow(false)
                .stdout(true)
                .stderr(true)
                .since(0)
                .timestamps(false)
                .tail(container::Tail::All),
        ),
        row(
            "docker-py service_remove",
            &service::Remove::new().id("pysvc"),
        ),
    ]
}
