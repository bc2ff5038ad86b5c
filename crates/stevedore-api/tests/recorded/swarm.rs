//! Requests recorded of the swarm, its nodes, secrets and configs, in our types.

use std::time::Duration;

use stevedore_api::{config, node, secret, swarm};

use super::{Row, row};

pub(crate) fn rows() -> Vec<Row> {
    vec![
        row(
            "docker swarm_init",
            &swarm::Init::new("0.0.0.0:2377")
                .advertise_addr("127.0.0.1")
                .data_path_port(7777)
                .spec(
                    swarm::Spec::new()
                        .orchestration(swarm::Orchestration::new().task_history_retention_limit(3))
                        .raft(swarm::Raft::new())
                        .dispatcher(
                            swarm::Dispatcher::new().heartbeat_period(Duration::from_secs(10)),
                        )
                        .ca_config(
                            swarm::CaConfig::new().node_cert_expiry(Duration::from_secs(172_800)),
                        )
                        .encryption_config(swarm::EncryptionConfig::new()),
                )
                .availability(node::Availability::Active)
                .default_addr_pool(["10.70.0.0/16"])
                .subnet_size(24),
        ),
        row(
            "docker node_inspect",
            &node::InspectOne::new().id("rx2fz1x2cmtd35ijybwlxc6xn"),
        ),
        row("docker swarm_inspect", &swarm::InspectOne::new()),
        row(
            "docker swarm_update",
            &swarm::Update::new(10)
                .rotate_manager_token(false)
                .rotate_manager_unlock_key(false)
                .rotate_worker_token(true)
                .name("default")
                .orchestration(swarm::Orchestration::new().task_history_retention_limit(3))
                .raft(
                    swarm::Raft::new()
                        .snapshot_interval(10_000)
                        .log_entries_for_slow_followers(500)
                        .election_tick(10)
                        .heartbeat_tick(1),
                )
                .dispatcher(swarm::Dispatcher::new().heartbeat_period(Duration::from_secs(10)))
                .ca_config(swarm::CaConfig::new().node_cert_expiry(Duration::from_secs(172_800)))
                .encryption_config(swarm::EncryptionConfig::new()),
        ),
        row("docker swarm_unlock_key", &swarm::GetUnlockKey::new()),
        row(
            "docker swarm_update 2",
            &swarm::Update::new(11)
                .rotate_manager_token(false)
                .rotate_manager_unlock_key(false)
                .rotate_worker_token(false)
                .name("default")
                .orchestration(swarm::Orchestration::new().task_history_retention_limit(4))
                .raft(
                    swarm::Raft::new()
                        .snapshot_interval(9000)
                        .keep_old_snapshots(1)
                        .log_entries_for_slow_followers(500)
                        .election_tick(10)
                        .heartbeat_tick(1),
                )
                .dispatcher(swarm::Dispatcher::new().heartbeat_period(Duration::from_secs(10)))
                .ca_config(swarm::CaConfig::new().node_cert_expiry(Duration::from_secs(172_800)))
                .encryption_config(swarm::EncryptionConfig::new()),
        ),
        row(
            "docker node_list",
            &node::List::new().filter("role", "manager"),
        ),
        row("docker node_list 2", &node::List::new()),
        row(
            "docker node_update",
            &node::Update::new(node::Role::Manager, node::Availability::Active, 9)
                .id("rx2fz1x2cmtd35ijybwlxc6xn")
                .labels([("tier", "web")]),
        ),
        row(
            "docker secret_create",
            &secret::Create::new()
                .name("sec1")
                .labels([("tier", "web")])
                .data("czNjcmV0Cg=="),
        ),
        row(
            "docker secret_list",
            &secret::List::new().filter("name", "sec"),
        ),
        row(
            "docker secret_inspect",
            &secret::InspectOne::new().id("sec1"),
        ),
        row(
            "docker config_create",
            &config::Create::new()
                .name("conf1")
                .labels([("tier", "web")])
                .data("aGkK")
                .templating(swarm::Driver::new().name("golang")),
        ),
        row(
            "docker config_list",
            &config::List::new().filter("label", "tier=web"),
        ),
        row(
            "docker config_inspect",
            &config::InspectOne::new().id("conf1"),
        ),
        row("docker secret_remove", &secret::Remove::new().id("sec1")),
        row("docker config_remove", &config::Remove::new().id("conf1")),
        row(
            "docker node_remove",
            &node::Remove::new().id("nothing").force(true),
        ),
        row("docker swarm_leave", &swarm::Leave::new().force(true)),
        row(
            "docker swarm_join",
            &swarm::Join::new("127.0.0.1:2399", ["127.0.0.1:1"], "SWMTKN-1-0")
                .availability(node::Availability::Drain),
        ),
        row(
            "docker-py swarm_init",
            &swarm::Init::new("0.0.0.0:2377")
                .advertise_addr("127.0.0.1")
                .default_addr_pool(["10.71.0.0/16"])
                .subnet_size(24)
                .spec(
                    swarm::Spec::new()
                        .orchestration(swarm::Orchestration::new().task_history_retention_limit(3))
                        .raft(
                            swarm::Raft::new()
                                .snapshot_interval(9000)
                                .heartbeat_tick(1)
                                .election_tick(10),
                        )
                        .dispatcher(
                            swarm::Dispatcher::new().heartbeat_period(Duration::from_secs(10)),
                        )
                        .ca_config(
                            swarm::CaConfig::new().node_cert_expiry(Duration::from_secs(172_800)),
                        )
                        .labels([("tier", "web")]),
                ),
        ),
        row(
            "docker-py swarm_update",
            &swarm::Update::new(10)
                .rotate_worker_token(true)
                .rotate_manager_token(false)
                .orchestration(swarm::Orchestration::new().task_history_retention_limit(4)),
        ),
        row(
            "docker-py node_update",
            &node::Update::new(node::Role::Manager, node::Availability::Active, 9)
                .id("hgni2lt9eeigjnjfellffutbh")
                .name("n")
                .labels([("tier", "web")]),
        ),
        row(
            "docker-py secret_create",
            &secret::Create::new()
                .data("czNjcmV0")
                .name("pysec")
                .labels([("tier", "web")]),
        ),
        row(
            "docker-py secret_list",
            &secret::List::new().filter("name", "pysec"),
        ),
        row(
            "docker-py secret_inspect",
            &secret::InspectOne::new().id("pysec"),
        ),
        row(
            "docker-py config_create",
            &config::Create::new()
                .data("dGV4dA==")
                .name("pyconf")
                .labels([("tier", "web")])
                .templating(swarm::Driver::new().name("golang")),
        ),
        row("docker-py config_list", &config::List::new()),
        row(
            "docker-py config_inspect",
            &config::InspectOne::new().id("pyconf"),
        ),
        row(
            "docker-py secret_remove",
            &secret::Remove::new().id("pysec"),
        ),
        row(
            "docker-py config_remove",
            &config::Remove::new().id("pyconf"),
        ),
        row(
            "docker-py node_remove",
            &node::Remove::new().id("nothing").force(true),
        ),
        row("docker-py swarm_leave", &swarm::Leave::new().force(true)),
        row(
            "docker-py swarm_join",
            &swarm::Join::new("127.0.0.1:2399", ["127.0.0.1:1"], "SWMTKN-1-0")
                .advertise_addr("127.0.0.1"),
        ),
        row(
            "docker-py swarm_unlock",
            &swarm::Unlock::new().unlock_key("SWMKEY-1-x"),
        ),
    ]
}
