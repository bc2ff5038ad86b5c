//! Requests recorded of the engine itself, in our types.

use stevedore_api::{Timestamp, system};

use super::{Row, row};

pub(crate) fn rows() -> Vec<Row> {
    vec![
        row("docker system_ping_head", &system::PingHead::new()),
        row("docker system_df", &system::Df::new()),
        row(
            "docker system_events",
            &system::Events::new()
                .filter("event", "start")
                .filter("type", "container")
                .since(at("1704067200.000000000"))
                .until(at("1704067201.000000000")),
        ),
        row(
            "docker system_login",
            &system::Login::new()
                .username("me")
                .password("secret")
                .serveraddress("localhost:5000"),
        ),
        row("docker system_info", &system::GetInfo::new()),
        row("docker system_version", &system::GetVersion::new()),
        row("docker-py system_ping", &system::Ping::new()),
        row(
            "docker-py system_events",
            &system::Events::new()
                .since(at("1700000000"))
                .until(at("1700000001"))
                .filter("type", "container"),
        ),
    ]
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}
