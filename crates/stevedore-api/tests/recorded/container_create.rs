//! Requests recorded of containers made and changed, in our types.

use std::time::Duration;

use stevedore_api::container;

use super::{Empty, Row, row};

pub(crate) fn rows() -> Vec<Row> {
    vec![
        row(
            "docker container_create",
            &container::Create::new("hello-world")
                .attach_stdout(true)
                .attach_stderr(true)
                .host_config(
                    container::HostConfig::new()
                        .log_config(container::LogConfig::new())
                        .network_mode("default")
                        .restart_policy(container::RestartPolicy::No)
                        .auto_remove(true)
                        .console_size([0, 0])
                        .memory_swappiness(-1)
                        .oom_kill_disable(false)
                        .pids_limit(0),
                )
                .network("default", container::Network::new()),
        ),
        row(
            "docker container_create 2",
            &container::Create::new("busybox")
                .name("web")
                .hostname("web1")
                .domainname("example.org")
                .user("1000:1000")
                .expose("9000/tcp")
                .env("A", "from-file")
                .env("A", "1")
                .env("EMPTY", "")
                .cmd(["httpd", "-f", "-p", "80"])
                .working_dir("/srv")
                .label("empty", "")
                .label("tier", "web")
                .stop_signal("INT")
                .stop_timeout(1)
                .host_config(
                    container::HostConfig::new()
                        .bind("data:/data:ro")
                        .bind("/tmp:/host")
                        .log_config(
                            container::LogConfig::new()
                                .kind(container::LogDriver::JsonFile)
                                .config([("max-size", "1m")]),
                        )
                        .network_mode("default")
                        .port_bindings([
                            (
                                "443/tcp",
                                vec![container::PortBinding {
                                    host_ip: "127.0.0.1".to_owned(),
                                    host_port: "8443".to_owned(),
                                }],
                            ),
                            (
                                "53/udp",
                                vec![container::PortBinding {
                                    host_ip: String::new(),
                                    host_port: String::new(),
                                }],
                            ),
                            (
                                "80/tcp",
                                vec![container::PortBinding {
                                    host_ip: String::new(),
                                    host_port: "8080".to_owned(),
                                }],
                            ),
                        ])
                        .restart_policy(container::RestartPolicy::OnFailure(3))
                        .console_size([0, 0])
                        .cap_add(["CAP_NET_ADMIN"])
                        .cap_drop(["CAP_MKNOD"])
                        .dns(["10.0.0.53"])
                        .dns_options(["ndots:2"])
                        .dns_search(["example.org"])
                        .extra_hosts(["db:10.0.0.2"])
                        .tmpfs([("/scratch", "size=1m")])
                        .memory(67_108_864)
                        .nano_cpus(500_000_000)
                        .memory_reservation(33_554_432)
                        .memory_swap(134_217_728)
                        .memory_swappiness(-1)
                        .oom_kill_disable(false)
                        .pids_limit(100)
                        .ulimits([container::Ulimit::new().name("nofile").hard(200).soft(100)])
                        .init(true),
                )
                .network("default", container::Network::new()),
        ),
        row(
            "docker container_create 3",
            &container::Create::new("busybox")
                .name("limited")
                .attach_stdout(true)
                .attach_stderr(true)
                .cmd(["sleep", "100"])
                .entrypoint([""])
                .host_config(
                    container::HostConfig::new()
                        .log_config(container::LogConfig::new())
                        .network_mode("default")
                        .restart_policy(container::RestartPolicy::No)
                        .console_size([0, 0])
                        .annotations([("a", "b")])
                        .cgroupns_mode(container::CgroupnsMode::Private)
                        .group_add(["10", "audio"])
                        .ipc_mode("private")
                        .oom_score_adj(100)
                        .pid_mode("host")
                        .readonly_rootfs(true)
                        .security_opt(["no-new-privileges"])
                        .uts_mode("host")
                        .shm_size(16_777_216)
                        .sysctls([("net.ipv4.ip_forward", "1")])
                        .runtime("runc")
                        .cpu_shares(512)
                        .blkio_weight(300)
                        .blkio_device_read_bps([container::ThrottleDevice::new()
                            .path("/dev/null")
                            .rate(1_048_576)])
                        .cpu_period(100_000)
                        .cpu_quota(50_000)
                        .cpuset_cpus("0-1")
                        .devices([container::DeviceMapping::new()
                            .path_on_host("/dev/null")
                            .path_in_container("/dev/nix")
                            .cgroup_permissions("rw")])
                        .device_cgroup_rules(["c 42:* rmw"])
                        .memory_swappiness(-1)
                        .oom_kill_disable(false)
                        .pids_limit(0),
                )
                .network("default", container::Network::new()),
        ),
        row(
            "docker container_create 4",
            &container::Create::new("busybox")
                .name("checked")
                .attach_stdout(true)
                .attach_stderr(true)
                .cmd(["sleep", "100"])
                .healthcheck(
                    container::HealthConfig::new()
                        .test(["CMD-SHELL", "true"])
                        .interval(Duration::from_secs(5))
                        .timeout(Duration::from_secs(2))
                        .start_period(Duration::from_secs(1))
                        .start_interval(Duration::from_millis(500))
                        .retries(2),
                )
                .host_config(
                    container::HostConfig::new()
                        .log_config(container::LogConfig::new())
                        .network_mode("default")
                        .restart_policy(container::RestartPolicy::No)
                        .volumes_from(["web:ro"])
                        .console_size([0, 0])
                        .memory_swappiness(-1)
                        .oom_kill_disable(false)
                        .pids_limit(0)
                        .mounts([
                            container::Mount::new()
                                .kind(container::MountType::Volume)
                                .source("data")
                                .target("/data")
                                .volume_options(
                                    container::VolumeOptions::new()
                                        .no_copy(true)
                                        .labels([("tier", "web")]),
                                ),
                            container::Mount::new()
                                .kind(container::MountType::Bind)
                                .source("/tmp")
                                .target("/t")
                                .read_only(true)
                                .bind_options(
                                    container::BindOptions::new()
                                        .propagation(container::Propagation::Rprivate),
                                ),
                            container::Mount::new()
                                .kind(container::MountType::Tmpfs)
                                .target("/s")
                                .tmpfs_options(
                                    container::TmpfsOptions::new()
                                        .size_bytes(1_048_576)
                                        .mode(1016),
                                ),
                        ]),
                )
                .network("default", container::Network::new()),
        ),
        row(
            "docker container_create 5",
            &container::Create::new("busybox")
                .name("plain")
                .platform("linux/amd64")
                .attach_stdin(true)
                .attach_stdout(true)
                .tty(true)
                .open_stdin(true)
                .stdin_once(true)
                .cmd(["-c", "echo hi"])
                .entrypoint(["sh"])
                .host_config(
                    container::HostConfig::new()
                        .log_config(container::LogConfig::new())
                        .network_mode("none")
                        .restart_policy(container::RestartPolicy::No)
                        .console_size([0, 0])
                        .privileged(true)
                        .userns_mode("host")
                        .memory_swappiness(-1)
                        .oom_kill_disable(false)
                        .pids_limit(0),
                ),
        ),
        row(
            "docker container_create 6",
            &container::Create::new("busybox")
                .name("unhealthy")
                .attach_stdout(true)
                .attach_stderr(true)
                .cmd(["true"])
                .healthcheck(container::HealthConfig::new().test(["NONE"]))
                .host_config(
                    container::HostConfig::new()
                        .log_config(container::LogConfig::new())
                        .network_mode("default")
                        .restart_policy(container::RestartPolicy::No)
                        .console_size([0, 0])
                        .links(["web:db"])
                        .publish_all_ports(true)
                        .device_requests([container::DeviceRequest::new()
                            .device_ids(["0"])
                            .capabilities([vec!["utility".to_owned(), "gpu".to_owned()]])])
                        .memory_swappiness(-1)
                        .oom_kill_disable(false)
                        .pids_limit(0),
                )
                .network("default", container::Network::new()),
        ),
        row(
            "docker container_update",
            &container::Update::new()
                .id("web")
                .memory(83_886_080)
                .nano_cpus(250_000_000)
                .memory_swap(167_772_160)
                .restart_policy(container::RestartPolicy::Always),
        ),
        row(
            "docker container_create 7",
            &container::Create::new("busybox")
                .name("netted")
                .cmd(["sleep", "100"])
                .host_config(
                    container::HostConfig::new()
                        .log_config(container::LogConfig::new())
                        .network_mode("net1")
                        .restart_policy(container::RestartPolicy::No)
                        .console_size([0, 0])
                        .memory_swappiness(-1)
                        .oom_kill_disable(false)
                        .pids_limit(0),
                )
                .network(
                    "net1",
                    container::Network::new()
                        .ipam_config(container::NetworkAddresses::new().ipv4_address("10.90.0.9"))
                        .aliases(["a"])
                        .mac_address("02:42:ac:11:00:99"),
                )
                .network("net2", container::Network::new()),
        ),
        row("docker-py container_create", &{
            let mut request = container::Create::new("busybox")
                .name("py1")
                .hostname("h")
                .user("0")
                .attach_stdout(true)
                .attach_stderr(true)
                .cmd(["sleep", "100"])
                .volumes([("/data", Empty::new())])
                .working_dir("/tmp")
                .host_config(
                    container::HostConfig::new()
                        .memory(67_108_864)
                        .memory_swap(134_217_728)
                        .shm_size(16_777_216)
                        .network_mode("bridge")
                        .restart_policy(container::RestartPolicy::OnFailure(2))
                        .cap_add(["NET_ADMIN"])
                        .devices([container::DeviceMapping::new()
                            .path_on_host("/dev/null")
                            .path_in_container("/dev/nix")
                            .cgroup_permissions("rwm")])
                        .dns(["10.0.0.53"])
                        .security_opt(["no-new-privileges"])
                        .sysctls([("net.ipv4.ip_forward", "1")])
                        .bind("/tmp:/host:ro")
                        .port_bindings([
                            (
                                "80/tcp",
                                vec![container::PortBinding {
                                    host_ip: String::new(),
                                    host_port: "8081".to_owned(),
                                }],
                            ),
                            (
                                "53/udp",
                                vec![container::PortBinding {
                                    host_ip: "127.0.0.1".to_owned(),
                                    host_port: String::new(),
                                }],
                            ),
                        ])
                        .extra_hosts(["db:10.0.0.2"])
                        .ulimits([container::Ulimit::new().name("nofile").soft(100).hard(200)])
                        .log_config(
                            container::LogConfig::new()
                                .kind(container::LogDriver::JsonFile)
                                .config([("max-size", "1m")]),
                        )
                        .cpu_quota(50_000)
                        .cpu_period(100_000)
                        .tmpfs([("/scratch", "size=1m")])
                        .pids_limit(50)
                        .init(true),
                )
                .label("tier", "web")
                .stop_signal("INT")
                .healthcheck(
                    container::HealthConfig::new()
                        .test(["CMD", "true"])
                        .interval(Duration::from_secs(1)),
                );
            request.env = Some(vec!["A=1".to_owned(), "B".to_owned()]);
            request
        }),
        row(
            "docker-py container_create 2",
            &container::Create::new("busybox")
                .name("py2")
                .platform("linux/amd64")
                .tty(true)
                .open_stdin(true)
                .stdin_once(true)
                .attach_stdin(true)
                .attach_stdout(true)
                .attach_stderr(true)
                .cmd(["sleep", "100"])
                .entrypoint(["sh", "-c"])
                .host_config(
                    container::HostConfig::new()
                        .pid_mode("host")
                        .ipc_mode("private")
                        .privileged(true)
                        .readonly_rootfs(true)
                        .network_mode("default")
                        .group_add(["10"])
                        .blkio_weight(300)
                        .blkio_device_read_bps([container::ThrottleDevice::new()
                            .path("/dev/null")
                            .rate(1000)])
                        .userns_mode("host")
                        .nano_cpus(500_000_000)
                        .mounts([
                            container::Mount::new()
                                .target("/v")
                                .source("pyvol")
                                .kind(container::MountType::Volume)
                                .volume_options(
                                    container::VolumeOptions::new()
                                        .no_copy(true)
                                        .labels([("a", "b")]),
                                ),
                            container::Mount::new()
                                .target("/t")
                                .kind(container::MountType::Tmpfs)
                                .tmpfs_options(
                                    container::TmpfsOptions::new()
                                        .mode(448)
                                        .size_bytes(1_048_576),
                                ),
                        ])
                        .device_requests([container::DeviceRequest::new()
                            .count(-1)
                            .capabilities([vec!["gpu".to_owned()]])]),
                )
                .network(
                    "bridge",
                    container::Network::new().aliases(["a"]).links(["py1:one"]),
                )
                .stop_timeout(2),
        ),
        row(
            "docker-py container_update",
            &container::Update::new()
                .id("py1")
                .blkio_weight(100)
                .cpu_shares(512)
                .cpuset_cpus("0")
                .memory(83_886_080)
                .memory_swap(167_772_160)
                .restart_policy(container::RestartPolicy::Always),
        ),
        row(
            "docker-py container_create 3",
            &container::Create::new("busybox")
                .attach_stdout(true)
                .attach_stderr(true)
                .cmd(["true"])
                .host_config(container::HostConfig::new().network_mode("default")),
        ),
        row(
            "docker container_create 8",
            &container::Create::new("hello-world")
                .attach_stdout(true)
                .attach_stderr(true)
                .host_config(
                    container::HostConfig::new()
                        .log_config(container::LogConfig::new())
                        .network_mode("default")
                        .restart_policy(container::RestartPolicy::No)
                        .auto_remove(true)
                        .console_size([0, 0])
                        .memory_swappiness(-1)
                        .oom_kill_disable(false)
                        .pids_limit(0),
                )
                .network("default", container::Network::new()),
        ),
        row(
            "docker container_create 9",
            &container::Create::new("busybox")
                .name("rec-old")
                .attach_stdout(true)
                .attach_stderr(true)
                .cmd(["true"])
                .label("rec", "1")
                .host_config(
                    container::HostConfig::new()
                        .bind("recdata:/data")
                        .log_config(container::LogConfig::new())
                        .network_mode("default")
                        .restart_policy(container::RestartPolicy::No)
                        .console_size([0, 0])
                        .kernel_memory(67_108_864)
                        .memory_swappiness(-1)
                        .oom_kill_disable(false)
                        .pids_limit(0)
                        .init(true),
                )
                .network("default", container::Network::new()),
        ),
        row(
            "docker container_create 10",
            &container::Create::new("busybox")
                .name("limited")
                .attach_stdout(true)
                .attach_stderr(true)
                .cmd(["100"])
                .entrypoint(["sleep"])
                .stop_timeout(1)
                .host_config(
                    container::HostConfig::new()
                        .log_config(container::LogConfig::new())
                        .network_mode("default")
                        .restart_policy(container::RestartPolicy::No)
                        .console_size([0, 0])
                        .group_add(["10"])
                        .oom_score_adj(100)
                        .shm_size(16_777_216)
                        .cpu_shares(512)
                        .cpu_period(100_000)
                        .cpu_quota(50_000)
                        .cpuset_cpus("0-1")
                        .memory_swappiness(-1)
                        .oom_kill_disable(false)
                        .pids_limit(0),
                )
                .network("default", container::Network::new()),
        ),
    ]
}
