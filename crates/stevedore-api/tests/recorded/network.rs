//! Requests recorded of networks, in our types.

use stevedore_api::{container, network};

use super::{Row, row};

pub(crate) fn rows() -> Vec<Row> {
    vec![
        row(
            "docker network_create",
            &network::Create::new("net1")
                .driver("bridge")
                .ipam(
                    network::Ipam::new()
                        .driver("default")
                        .config([network::IpamConfig::new()
                            .subnet("10.90.0.0/24")
                            .ip_range("10.90.0.128/25")
                            .gateway("10.90.0.1")
                            .auxiliary_addresses([("host", "10.90.0.5")])]),
                )
                .internal(true)
                .attachable(true)
                .options([("com.docker.network.bridge.name", "br90")])
                .labels([("tier", "web")]),
        ),
        row(
            "docker network_create 2",
            &network::Create::new("net2")
                .driver("bridge")
                .ipam(network::Ipam::new().driver("default")),
        ),
        row(
            "docker network_create 3",
            &network::Create::new("net6")
                .driver("bridge")
                .enable_ipv6(true)
                .ipam(
                    network::Ipam::new()
                        .driver("default")
                        .options([("a", "b")])
                        .config([network::IpamConfig::new().subnet("fd00:90::/64")]),
                ),
        ),
        row(
            "docker network_list",
            &network::List::new()
                .filter("driver", "bridge")
                .filter("name", "net"),
        ),
        row(
            "docker network_inspect",
            &network::InspectOne::new().id("net1"),
        ),
        row(
            "docker network_connect",
            &network::Connect::new("web").id("net1").endpoint_config(
                container::Network::new()
                    .ipam_config(container::NetworkAddresses::new().ipv4_address("10.90.0.7"))
                    .links(["plain:p"])
                    .aliases(["www"]),
            ),
        ),
        row(
            "docker network_connect 2",
            &network::Connect::new("web").id("net2").endpoint_config(
                container::Network::new()
                    .driver_opts([("a", "b")])
                    .gw_priority(5),
            ),
        ),
        row(
            "docker network_disconnect",
            &network::Disconnect::new("web").id("net1").force(true),
        ),
        row("docker network_remove", &network::Remove::new().id("net6")),
        row(
            "docker network_prune",
            &network::Prune::new().filter("until", "24h"),
        ),
        row(
            "docker network_create 4",
            &network::Create::new("over1")
                .driver("overlay")
                .scope("swarm")
                .ipam(network::Ipam::new().driver("default"))
                .attachable(true),
        ),
        row(
            "docker network_inspect 2",
            &network::InspectOne::new().id("over1").scope("swarm"),
        ),
        row(
            "docker-py network_create",
            &network::Create::new("pynet")
                .driver("bridge")
                .options([("com.docker.network.bridge.name", "br91")])
                .ipam(
                    network::Ipam::new()
                        .driver("default")
                        .config([network::IpamConfig::new()
                            .subnet("10.91.0.0/24")
                            .ip_range("10.91.0.128/25")
                            .gateway("10.91.0.1")
                            .auxiliary_addresses([("host", "10.91.0.5")])]),
                )
                .labels([("tier", "web")])
                .internal(true)
                .attachable(true)
                .scope("local"),
        ),
        row(
            "docker-py network_list",
            &network::List::new()
                .filter("driver", "bridge")
                .filter("name", "pynet"),
        ),
        row(
            "docker-py network_inspect",
            &network::InspectOne::new()
                .id("pynet")
                .verbose(true)
                .scope("local"),
        ),
        row(
            "docker-py network_connect",
            &network::Connect::new("web").id("pynet").endpoint_config(
                container::Network::new()
                    .aliases(["www"])
                    .ipam_config(container::NetworkAddresses::new().ipv4_address("10.91.0.7"))
                    .driver_opts([("a", "b")]),
            ),
        ),
        row(
            "docker-py network_disconnect",
            &network::Disconnect::new("web").id("pynet").force(true),
        ),
        row(
            "docker-py network_remove",
            &network::Remove::new().id("pynet"),
        ),
        row(
            "docker-py network_prune",
            &network::Prune::new().filter("until", "24h"),
        ),
        row(
            "docker network_inspect 3",
            &network::InspectOne::new().id("net1").verbose(true),
        ),
    ]
}
