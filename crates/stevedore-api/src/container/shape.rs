//! The shapes of container arguments and replies.

use crate::{Field, Object, Schema};

static HOST_CONFIG_BLKIO_WEIGHT_DEVICE: Object = Object {
    name: "host_config_blkio_weight_device",
    fields: &[
        Field::new("path", "Path", Schema::Text),
        Field::new("weight", "Weight", Schema::Int),
    ],
    open: false,
};

static HOST_CONFIG_BLKIO_DEVICE_READ_BPS: Object = Object {
    name: "host_config_blkio_device_read_bps",
    fields: &[
        Field::new("path", "Path", Schema::Text),
        Field::new("rate", "Rate", Schema::Int),
    ],
    open: false,
};

static HOST_CONFIG_DEVICES: Object = Object {
    name: "host_config_devices",
    fields: &[
        Field::new("path_on_host", "PathOnHost", Schema::Text),
        Field::new("path_in_container", "PathInContainer", Schema::Text),
        Field::new("cgroup_permissions", "CgroupPermissions", Schema::Text),
    ],
    open: false,
};

static HOST_CONFIG_ULIMITS: Object = Object {
    name: "host_config_ulimits",
    fields: &[
        Field::new("name", "Name", Schema::Text),
        Field::new("soft", "Soft", Schema::Int),
        Field::new("hard", "Hard", Schema::Int),
    ],
    open: false,
};

static HOST_CONFIG_LOG_CONFIG: Object = Object {
    name: "host_config_log_config",
    fields: &[
        Field::new(
            "type",
            "Type",
            Schema::Word(&[
                "local",
                "json-file",
                "syslog",
                "journald",
                "gelf",
                "fluentd",
                "awslogs",
                "splunk",
                "etwlogs",
                "none",
            ]),
        ),
        Field::new("config", "Config", Schema::Map(&Schema::Text)),
    ],
    open: false,
};

static PORT_BINDING: Object = Object {
    name: "port_binding",
    fields: &[
        Field::new("host_ip", "HostIp", Schema::Text),
        Field::new("host_port", "HostPort", Schema::Text),
    ],
    open: false,
};

static HOST_CONFIG_RESTART_POLICY: Object = Object {
    name: "host_config_restart_policy",
    fields: &[
        Field::new(
            "name",
            "Name",
            Schema::Word(&["", "no", "always", "unless-stopped", "on-failure"]),
        ),
        Field::new("maximum_retry_count", "MaximumRetryCount", Schema::Int),
    ],
    open: false,
};

static MOUNTS_BIND_OPTIONS: Object = Object {
    name: "mounts_bind_options",
    fields: &[
        Field::new(
            "propagation",
            "Propagation",
            Schema::Word(&[
                "private", "rprivate", "shared", "rshared", "slave", "rslave",
            ]),
        ),
        Field::new("non_recursive", "NonRecursive", Schema::Bool).since(40),
        Field::new("create_mountpoint", "CreateMountpoint", Schema::Bool).since(42),
        Field::new(
            "read_only_non_recursive",
            "ReadOnlyNonRecursive",
            Schema::Bool,
        )
        .since(44),
        Field::new(
            "read_only_force_recursive",
            "ReadOnlyForceRecursive",
            Schema::Bool,
        )
        .since(44),
    ],
    open: false,
};

static VOLUME_OPTIONS_DRIVER_CONFIG: Object = Object {
    name: "volume_options_driver_config",
    fields: &[
        Field::new("name", "Name", Schema::Text),
        Field::new("options", "Options", Schema::Map(&Schema::Text)),
    ],
    open: false,
};

static MOUNTS_VOLUME_OPTIONS: Object = Object {
    name: "mounts_volume_options",
    fields: &[
        Field::new("no_copy", "NoCopy", Schema::Bool),
        Field::new("labels", "Labels", Schema::Map(&Schema::Text)),
        Field::new(
            "driver_config",
            "DriverConfig",
            Schema::Object(&VOLUME_OPTIONS_DRIVER_CONFIG),
        ),
        Field::new("subpath", "Subpath", Schema::Text).since(45),
    ],
    open: false,
};

static MOUNTS_TMPFS_OPTIONS: Object = Object {
    name: "mounts_tmpfs_options",
    fields: &[
        Field::new("size_bytes", "SizeBytes", Schema::Int),
        Field::new("mode", "Mode", Schema::Int),
        Field::new(
            "options",
            "Options",
            Schema::List(&Schema::List(&Schema::Text)),
        )
        .since(46),
    ],
    open: false,
};

static MOUNTS_IMAGE_OPTIONS: Object = Object {
    name: "mounts_image_options",
    fields: &[Field::new("subpath", "Subpath", Schema::Text).since(48)],
    open: false,
};

static HOST_CONFIG_MOUNT: Object = Object {
    name: "host_config_mount",
    fields: &[
        Field::new("target", "Target", Schema::Text),
        Field::new("source", "Source", Schema::Text),
        Field::new(
            "type",
            "Type",
            Schema::Word(&["bind", "volume", "tmpfs", "npipe", "cluster", "image"]),
        ),
        Field::new("read_only", "ReadOnly", Schema::Bool),
        Field::new("consistency", "Consistency", Schema::Text).since(29),
        Field::new(
            "bind_options",
            "BindOptions",
            Schema::Object(&MOUNTS_BIND_OPTIONS),
        ),
        Field::new(
            "volume_options",
            "VolumeOptions",
            Schema::Object(&MOUNTS_VOLUME_OPTIONS),
        ),
        Field::new(
            "tmpfs_options",
            "TmpfsOptions",
            Schema::Object(&MOUNTS_TMPFS_OPTIONS),
        ),
        Field::new(
            "image_options",
            "ImageOptions",
            Schema::Object(&MOUNTS_IMAGE_OPTIONS),
        )
        .since(48),
    ],
    open: false,
};

static HOST_CONFIG_DEVICE_REQUESTS: Object = Object {
    name: "host_config_device_requests",
    fields: &[
        Field::new("driver", "Driver", Schema::Text).since(40),
        Field::new("count", "Count", Schema::Int).since(40),
        Field::new("device_ids", "DeviceIDs", Schema::List(&Schema::Text)).since(40),
        Field::new(
            "capabilities",
            "Capabilities",
            Schema::List(&Schema::List(&Schema::Text)),
        )
        .since(40),
        Field::new("options", "Options", Schema::Map(&Schema::Text)).since(40),
    ],
    open: false,
};

pub(crate) static HOST_CONFIG: Object = Object {
    name: "host_config",
    fields: &[
        Field::new("cpu_shares", "CpuShares", Schema::Int),
        Field::new("memory", "Memory", Schema::Int),
        Field::new("cgroup_parent", "CgroupParent", Schema::Text),
        Field::new("blkio_weight", "BlkioWeight", Schema::Int),
        Field::new(
            "blkio_weight_device",
            "BlkioWeightDevice",
            Schema::List(&Schema::Object(&HOST_CONFIG_BLKIO_WEIGHT_DEVICE)),
        ),
        Field::new(
            "blkio_device_read_bps",
            "BlkioDeviceReadBps",
            Schema::List(&Schema::Object(&HOST_CONFIG_BLKIO_DEVICE_READ_BPS)),
        ),
        Field::new(
            "blkio_device_write_bps",
            "BlkioDeviceWriteBps",
            Schema::List(&Schema::Object(&HOST_CONFIG_BLKIO_DEVICE_READ_BPS)),
        ),
        Field::new(
            "blkio_device_read_iops",
            "BlkioDeviceReadIOps",
            Schema::List(&Schema::Object(&HOST_CONFIG_BLKIO_DEVICE_READ_BPS)),
        ),
        Field::new(
            "blkio_device_write_iops",
            "BlkioDeviceWriteIOps",
            Schema::List(&Schema::Object(&HOST_CONFIG_BLKIO_DEVICE_READ_BPS)),
        ),
        Field::new("cpu_period", "CpuPeriod", Schema::Int),
        Field::new("cpu_quota", "CpuQuota", Schema::Int),
        Field::new("cpu_realtime_period", "CpuRealtimePeriod", Schema::Int),
        Field::new("cpu_realtime_runtime", "CpuRealtimeRuntime", Schema::Int),
        Field::new("cpuset_cpus", "CpusetCpus", Schema::Text),
        Field::new("cpuset_mems", "CpusetMems", Schema::Text),
        Field::new(
            "devices",
            "Devices",
            Schema::List(&Schema::Object(&HOST_CONFIG_DEVICES)),
        ),
        Field::new(
            "device_cgroup_rules",
            "DeviceCgroupRules",
            Schema::List(&Schema::Text),
        )
        .since(28),
        Field::new("disk_quota", "DiskQuota", Schema::Int).until(39),
        Field::new("memory_reservation", "MemoryReservation", Schema::Int),
        Field::new("memory_swap", "MemorySwap", Schema::Int),
        Field::new("memory_swappiness", "MemorySwappiness", Schema::Int),
        Field::new("nano_cpus", "NanoCpus", Schema::Int),
        Field::new("oom_kill_disable", "OomKillDisable", Schema::Bool),
        Field::new("init", "Init", Schema::Bool),
        Field::new("pids_limit", "PidsLimit", Schema::Int),
        Field::new(
            "ulimits",
            "Ulimits",
            Schema::List(&Schema::Object(&HOST_CONFIG_ULIMITS)),
        ),
        Field::new("cpu_count", "CpuCount", Schema::Int),
        Field::new("cpu_percent", "CpuPercent", Schema::Int),
        Field::new("io_maximum_iops", "IOMaximumIOps", Schema::Int),
        Field::new("io_maximum_bandwidth", "IOMaximumBandwidth", Schema::Int),
        Field::new("binds", "Binds", Schema::List(&Schema::Text)),
        Field::new("container_idfile", "ContainerIDFile", Schema::Text),
        Field::new(
            "log_config",
            "LogConfig",
            Schema::Object(&HOST_CONFIG_LOG_CONFIG),
        ),
        Field::new("network_mode", "NetworkMode", Schema::Text),
        Field::new(
            "port_bindings",
            "PortBindings",
            Schema::Map(&Schema::List(&Schema::Object(&PORT_BINDING))),
        ),
        Field::new(
            "restart_policy",
            "RestartPolicy",
            Schema::Object(&HOST_CONFIG_RESTART_POLICY),
        ),
        Field::new("auto_remove", "AutoRemove", Schema::Bool),
        Field::new("volume_driver", "VolumeDriver", Schema::Text),
        Field::new("volumes_from", "VolumesFrom", Schema::List(&Schema::Text)),
        Field::new(
            "mounts",
            "Mounts",
            Schema::List(&Schema::Object(&HOST_CONFIG_MOUNT)),
        ),
        Field::new("cap_add", "CapAdd", Schema::List(&Schema::Text)),
        Field::new("cap_drop", "CapDrop", Schema::List(&Schema::Text)),
        Field::new("dns", "Dns", Schema::List(&Schema::Text)),
        Field::new("dns_options", "DnsOptions", Schema::List(&Schema::Text)),
        Field::new("dns_search", "DnsSearch", Schema::List(&Schema::Text)),
        Field::new("extra_hosts", "ExtraHosts", Schema::List(&Schema::Text)),
        Field::new("group_add", "GroupAdd", Schema::List(&Schema::Text)),
        Field::new("ipc_mode", "IpcMode", Schema::Text),
        Field::new("cgroup", "Cgroup", Schema::Text),
        Field::new("links", "Links", Schema::List(&Schema::Text)),
        Field::new("oom_score_adj", "OomScoreAdj", Schema::Int),
        Field::new("pid_mode", "PidMode", Schema::Text),
        Field::new("privileged", "Privileged", Schema::Bool),
        Field::new("publish_all_ports", "PublishAllPorts", Schema::Bool),
        Field::new("readonly_rootfs", "ReadonlyRootfs", Schema::Bool),
        Field::new("security_opt", "SecurityOpt", Schema::List(&Schema::Text)),
        Field::new("storage_opt", "StorageOpt", Schema::Map(&Schema::Text)),
        Field::new("tmpfs", "Tmpfs", Schema::Map(&Schema::Text)),
        Field::new("uts_mode", "UTSMode", Schema::Text),
        Field::new("userns_mode", "UsernsMode", Schema::Text),
        Field::new("shm_size", "ShmSize", Schema::Int),
        Field::new("sysctls", "Sysctls", Schema::Map(&Schema::Text)),
        Field::new("runtime", "Runtime", Schema::Text),
        Field::new("console_size", "ConsoleSize", Schema::List(&Schema::Int)),
        Field::new(
            "isolation",
            "Isolation",
            Schema::Word(&["default", "process", "hyperv", ""]),
        ),
        Field::new("masked_paths", "MaskedPaths", Schema::List(&Schema::Text)).since(38),
        Field::new(
            "readonly_paths",
            "ReadonlyPaths",
            Schema::List(&Schema::Text),
        )
        .since(38),
        Field::new(
            "device_requests",
            "DeviceRequests",
            Schema::List(&Schema::Object(&HOST_CONFIG_DEVICE_REQUESTS)),
        )
        .since(40),
        Field::new("annotations", "Annotations", Schema::Map(&Schema::Text)).since(43),
        Field::new(
            "cgroupns_mode",
            "CgroupnsMode",
            Schema::Word(&["private", "host"]),
        )
        .since(41),
        Field::new("kernel_memory", "KernelMemory", Schema::Int).until(41),
        Field::new("kernel_memory_tcp", "KernelMemoryTCP", Schema::Int)
            .since(40)
            .until(51),
        Field::new("capabilities", "Capabilities", Schema::List(&Schema::Text))
            .since(40)
            .until(40),
    ],
    open: false,
};

static HEALTHCHECK: Object = Object {
    name: "healthcheck",
    fields: &[
        Field::new("test", "Test", Schema::List(&Schema::Text)),
        Field::new("interval", "Interval", Schema::Int),
        Field::new("timeout", "Timeout", Schema::Int),
        Field::new("retries", "Retries", Schema::Int),
        Field::new("start_period", "StartPeriod", Schema::Int).since(29),
        Field::new("start_interval", "StartInterval", Schema::Int).since(44),
    ],
    open: false,
};

pub(crate) const CONFIG: Object = Object {
    name: "config",
    fields: &[
        Field::new("hostname", "Hostname", Schema::Text),
        Field::new("domainname", "Domainname", Schema::Text),
        Field::new("user", "User", Schema::Text),
        Field::new("attach_stdin", "AttachStdin", Schema::Bool),
        Field::new("attach_stdout", "AttachStdout", Schema::Bool),
        Field::new("attach_stderr", "AttachStderr", Schema::Bool),
        Field::new("exposed_ports", "ExposedPorts", Schema::Map(&Schema::Any)),
        Field::new("tty", "Tty", Schema::Bool),
        Field::new("open_stdin", "OpenStdin", Schema::Bool),
        Field::new("stdin_once", "StdinOnce", Schema::Bool),
        Field::new("env", "Env", Schema::List(&Schema::Text)),
        Field::new("cmd", "Cmd", Schema::List(&Schema::Text)),
        Field::new("healthcheck", "Healthcheck", Schema::Object(&HEALTHCHECK)),
        Field::new("args_escaped", "ArgsEscaped", Schema::Bool),
        Field::new("image", "Image", Schema::Text),
        Field::new("volumes", "Volumes", Schema::Map(&Schema::Any)),
        Field::new("working_dir", "WorkingDir", Schema::Text),
        Field::new("entrypoint", "Entrypoint", Schema::List(&Schema::Text)),
        Field::new("network_disabled", "NetworkDisabled", Schema::Bool),
        Field::new("mac_address", "MacAddress", Schema::Text).until(51),
        Field::new("on_build", "OnBuild", Schema::List(&Schema::Text)),
        Field::new("labels", "Labels", Schema::Map(&Schema::Text)),
        Field::new("stop_signal", "StopSignal", Schema::Text),
        Field::new("stop_timeout", "StopTimeout", Schema::Int),
        Field::new("shell", "Shell", Schema::List(&Schema::Text)),
    ],
    open: false,
};

static ENDPOINTS_CONFIG_IPAM_CONFIG: Object = Object {
    name: "endpoints_config_ipam_config",
    fields: &[
        Field::new("ipv4_address", "IPv4Address", Schema::Text),
        Field::new("ipv6_address", "IPv6Address", Schema::Text),
        Field::new(
            "link_local_ips",
            "LinkLocalIPs",
            Schema::List(&Schema::Text),
        ),
    ],
    open: false,
};

static NETWORKING_CONFIG_ENDPOINTS_CONFIG: Object = Object {
    name: "networking_config_endpoints_config",
    fields: &[
        Field::new(
            "ipam_config",
            "IPAMConfig",
            Schema::Object(&ENDPOINTS_CONFIG_IPAM_CONFIG),
        ),
        Field::new("links", "Links", Schema::List(&Schema::Text)),
        Field::new("aliases", "Aliases", Schema::List(&Schema::Text)),
        Field::new("network_id", "NetworkID", Schema::Text),
        Field::new("endpoint_id", "EndpointID", Schema::Text),
        Field::new("gateway", "Gateway", Schema::Text),
        Field::new("ip_address", "IPAddress", Schema::Text),
        Field::new("ip_prefix_len", "IPPrefixLen", Schema::Int),
        Field::new("ipv6_gateway", "IPv6Gateway", Schema::Text),
        Field::new("global_ipv6_address", "GlobalIPv6Address", Schema::Text),
        Field::new("global_ipv6_prefix_len", "GlobalIPv6PrefixLen", Schema::Int),
        Field::new("mac_address", "MacAddress", Schema::Text),
        Field::new("driver_opts", "DriverOpts", Schema::Map(&Schema::Text)).since(32),
        Field::new("gw_priority", "GwPriority", Schema::Int).since(48),
        Field::new("dns_names", "DNSNames", Schema::List(&Schema::Text)).since(44),
    ],
    open: false,
};

pub(crate) static NETWORKING_CONFIG: Object = Object {
    name: "networking_config",
    fields: &[Field::new(
        "endpoints_config",
        "EndpointsConfig",
        Schema::Map(&Schema::Object(&NETWORKING_CONFIG_ENDPOINTS_CONFIG)),
    )],
    open: false,
};

static PORT: Object = Object {
    name: "port",
    fields: &[
        Field::new("ip", "IP", Schema::Text),
        Field::new("private_port", "PrivatePort", Schema::Int),
        Field::new("public_port", "PublicPort", Schema::Int),
        Field::new("type", "Type", Schema::Word(&["tcp", "udp", "sctp"])),
    ],
    open: false,
};

static HOST_CONFIG_2: Object = Object {
    name: "host_config_2",
    fields: &[
        Field::new("network_mode", "NetworkMode", Schema::Text),
        Field::new("annotations", "Annotations", Schema::Map(&Schema::Text)).since(46),
    ],
    open: false,
};

static NETWORK_SETTINGS: Object = Object {
    name: "network_settings",
    fields: &[Field::new(
        "networks",
        "Networks",
        Schema::Map(&Schema::Object(&NETWORKING_CONFIG_ENDPOINTS_CONFIG)),
    )],
    open: false,
};

static MOUNT: Object = Object {
    name: "mount",
    fields: &[
        Field::new(
            "type",
            "Type",
            Schema::Word(&["bind", "volume", "tmpfs", "npipe", "cluster", "image"]),
        ),
        Field::new("name", "Name", Schema::Text),
        Field::new("source", "Source", Schema::Text),
        Field::new("destination", "Destination", Schema::Text),
        Field::new("driver", "Driver", Schema::Text),
        Field::new("mode", "Mode", Schema::Text),
        Field::new("rw", "RW", Schema::Bool),
        Field::new("propagation", "Propagation", Schema::Text),
    ],
    open: false,
};

static IMAGE_MANIFEST_DESCRIPTOR_PLATFORM: Object = Object {
    name: "image_manifest_descriptor_platform",
    fields: &[
        Field::new("architecture", "architecture", Schema::Text).since(48),
        Field::new("os", "os", Schema::Text).since(48),
        Field::new("os.version", "os.version", Schema::Text).since(48),
        Field::new("os.features", "os.features", Schema::List(&Schema::Text)).since(48),
        Field::new("variant", "variant", Schema::Text).since(48),
    ],
    open: false,
};

static IMAGE_MANIFEST_DESCRIPTOR: Object = Object {
    name: "image_manifest_descriptor",
    fields: &[
        Field::new("media_type", "mediaType", Schema::Text).since(48),
        Field::new("digest", "digest", Schema::Text).since(48),
        Field::new("size", "size", Schema::Int).since(48),
        Field::new("urls", "urls", Schema::List(&Schema::Text)).since(48),
        Field::new("annotations", "annotations", Schema::Map(&Schema::Text)).since(48),
        Field::new("data", "data", Schema::Text).since(48),
        Field::new(
            "platform",
            "platform",
            Schema::Object(&IMAGE_MANIFEST_DESCRIPTOR_PLATFORM),
        )
        .since(48),
        Field::new("artifact_type", "artifactType", Schema::Text).since(48),
    ],
    open: false,
};

static HEALTH: Object = Object {
    name: "health",
    fields: &[
        Field::new(
            "status",
            "Status",
            Schema::Word(&["none", "starting", "healthy", "unhealthy"]),
        )
        .since(52),
        Field::new("failing_streak", "FailingStreak", Schema::Int).since(52),
    ],
    open: false,
};

pub(crate) static SUMMARY: Object = Object {
    name: "summary",
    fields: &[
        Field::new("id", "Id", Schema::Text),
        Field::new("names", "Names", Schema::List(&Schema::Text)),
        Field::new("image", "Image", Schema::Text),
        Field::new("image_id", "ImageID", Schema::Text),
        Field::new("command", "Command", Schema::Text),
        Field::new("created", "Created", Schema::Int),
        Field::new("ports", "Ports", Schema::List(&Schema::Object(&PORT))),
        Field::new("size_rw", "SizeRw", Schema::Int),
        Field::new("size_root_fs", "SizeRootFs", Schema::Int),
        Field::new("labels", "Labels", Schema::Map(&Schema::Text)),
        Field::new(
            "state",
            "State",
            Schema::Word(&[
                "created",
                "running",
                "paused",
                "restarting",
                "exited",
                "removing",
                "dead",
            ]),
        ),
        Field::new("status", "Status", Schema::Text),
        Field::new("host_config", "HostConfig", Schema::Object(&HOST_CONFIG_2)),
        Field::new(
            "network_settings",
            "NetworkSettings",
            Schema::Object(&NETWORK_SETTINGS),
        ),
        Field::new("mounts", "Mounts", Schema::List(&Schema::Object(&MOUNT))),
        Field::new(
            "image_manifest_descriptor",
            "ImageManifestDescriptor",
            Schema::Object(&IMAGE_MANIFEST_DESCRIPTOR),
        )
        .since(48),
        Field::new("health", "Health", Schema::Object(&HEALTH)).since(52),
    ],
    open: false,
};

static HEALTH_LOG: Object = Object {
    name: "health_log",
    fields: &[
        Field::new("start", "Start", Schema::Text).since(39),
        Field::new("end", "End", Schema::Text).since(39),
        Field::new("exit_code", "ExitCode", Schema::Int).since(39),
        Field::new("output", "Output", Schema::Text).since(39),
    ],
    open: false,
};

static STATE_HEALTH: Object = Object {
    name: "state_health",
    fields: &[
        Field::new(
            "status",
            "Status",
            Schema::Word(&["none", "starting", "healthy", "unhealthy"]),
        )
        .since(39),
        Field::new("failing_streak", "FailingStreak", Schema::Int).since(39),
        Field::new("log", "Log", Schema::List(&Schema::Object(&HEALTH_LOG))).since(39),
    ],
    open: false,
};

static STATE: Object = Object {
    name: "state",
    fields: &[
        Field::new(
            "status",
            "Status",
            Schema::Word(&[
                "created",
                "running",
                "paused",
                "restarting",
                "removing",
                "exited",
                "dead",
            ]),
        ),
        Field::new("running", "Running", Schema::Bool),
        Field::new("paused", "Paused", Schema::Bool),
        Field::new("restarting", "Restarting", Schema::Bool),
        Field::new("oom_killed", "OOMKilled", Schema::Bool),
        Field::new("dead", "Dead", Schema::Bool),
        Field::new("pid", "Pid", Schema::Int),
        Field::new("exit_code", "ExitCode", Schema::Int),
        Field::new("error", "Error", Schema::Text),
        Field::new("started_at", "StartedAt", Schema::Text),
        Field::new("finished_at", "FinishedAt", Schema::Text),
        Field::new("health", "Health", Schema::Object(&STATE_HEALTH)),
    ],
    open: false,
};

static GRAPH_DRIVER: Object = Object {
    name: "graph_driver",
    fields: &[
        Field::new("name", "Name", Schema::Text),
        Field::new("data", "Data", Schema::Map(&Schema::Text)),
    ],
    open: false,
};

static NETWORK_SETTINGS_SECONDARY_IPADDRESSES: Object = Object {
    name: "network_settings_secondary_ipaddresses",
    fields: &[
        Field::new("addr", "Addr", Schema::Text).since(32).until(51),
        Field::new("prefix_len", "PrefixLen", Schema::Int)
            .since(32)
            .until(51),
    ],
    open: false,
};

static NETWORKS_IPAM_CONFIG: Object = Object {
    name: "networks_ipam_config",
    fields: &[
        Field::new("ipv4_address", "IPv4Address", Schema::Text).since(32),
        Field::new("ipv6_address", "IPv6Address", Schema::Text).since(32),
        Field::new(
            "link_local_ips",
            "LinkLocalIPs",
            Schema::List(&Schema::Text),
        )
        .since(32),
    ],
    open: false,
};

static NETWORK_SETTINGS_ENDPOINT: Object = Object {
    name: "network_settings_endpoint",
    fields: &[
        Field::new(
            "ipam_config",
            "IPAMConfig",
            Schema::Object(&NETWORKS_IPAM_CONFIG),
        )
        .since(32),
        Field::new("links", "Links", Schema::List(&Schema::Text)).since(32),
        Field::new("aliases", "Aliases", Schema::List(&Schema::Text)).since(32),
        Field::new("network_id", "NetworkID", Schema::Text).since(32),
        Field::new("endpoint_id", "EndpointID", Schema::Text).since(32),
        Field::new("gateway", "Gateway", Schema::Text).since(32),
        Field::new("ip_address", "IPAddress", Schema::Text).since(32),
        Field::new("ip_prefix_len", "IPPrefixLen", Schema::Int).since(32),
        Field::new("ipv6_gateway", "IPv6Gateway", Schema::Text).since(32),
        Field::new("global_ipv6_address", "GlobalIPv6Address", Schema::Text).since(32),
        Field::new("global_ipv6_prefix_len", "GlobalIPv6PrefixLen", Schema::Int).since(32),
        Field::new("mac_address", "MacAddress", Schema::Text).since(32),
        Field::new("driver_opts", "DriverOpts", Schema::Map(&Schema::Text)).since(32),
        Field::new("gw_priority", "GwPriority", Schema::Int).since(48),
        Field::new("dns_names", "DNSNames", Schema::List(&Schema::Text)).since(44),
    ],
    open: false,
};

static NETWORK_SETTINGS_2: Object = Object {
    name: "network_settings_2",
    fields: &[
        Field::new("bridge", "Bridge", Schema::Text).until(51),
        Field::new("sandbox_id", "SandboxID", Schema::Text),
        Field::new("hairpin_mode", "HairpinMode", Schema::Bool).until(51),
        Field::new(
            "link_local_ipv6_address",
            "LinkLocalIPv6Address",
            Schema::Text,
        )
        .until(51),
        Field::new(
            "link_local_ipv6_prefix_len",
            "LinkLocalIPv6PrefixLen",
            Schema::Int,
        )
        .until(51),
        Field::new(
            "ports",
            "Ports",
            Schema::Map(&Schema::List(&Schema::Object(&PORT_BINDING))),
        ),
        Field::new("sandbox_key", "SandboxKey", Schema::Text),
        Field::new(
            "secondary_ipaddresses",
            "SecondaryIPAddresses",
            Schema::List(&Schema::Object(&NETWORK_SETTINGS_SECONDARY_IPADDRESSES)),
        )
        .until(51),
        Field::new(
            "secondary_ipv6_addresses",
            "SecondaryIPv6Addresses",
            Schema::List(&Schema::Object(&NETWORK_SETTINGS_SECONDARY_IPADDRESSES)),
        )
        .until(51),
        Field::new("endpoint_id", "EndpointID", Schema::Text).until(51),
        Field::new("gateway", "Gateway", Schema::Text).until(51),
        Field::new("global_ipv6_address", "GlobalIPv6Address", Schema::Text).until(51),
        Field::new("global_ipv6_prefix_len", "GlobalIPv6PrefixLen", Schema::Int).until(51),
        Field::new("ip_address", "IPAddress", Schema::Text).until(51),
        Field::new("ip_prefix_len", "IPPrefixLen", Schema::Int).until(51),
        Field::new("ipv6_gateway", "IPv6Gateway", Schema::Text).until(51),
        Field::new("mac_address", "MacAddress", Schema::Text).until(51),
        Field::new(
            "networks",
            "Networks",
            Schema::Map(&Schema::Object(&NETWORK_SETTINGS_ENDPOINT)),
        ),
    ],
    open: false,
};

static ROOT_FS_SNAPSHOT: Object = Object {
    name: "root_fs_snapshot",
    fields: &[Field::new("name", "Name", Schema::Text).since(52)],
    open: false,
};

static STORAGE_ROOT_FS: Object = Object {
    name: "storage_root_fs",
    fields: &[Field::new("snapshot", "Snapshot", Schema::Object(&ROOT_FS_SNAPSHOT)).since(52)],
    open: false,
};

static STORAGE: Object = Object {
    name: "storage",
    fields: &[Field::new("root_fs", "RootFS", Schema::Object(&STORAGE_ROOT_FS)).since(52)],
    open: false,
};

pub(crate) static INSPECT: Object = Object {
    name: "inspect",
    fields: &[
        Field::new("id", "Id", Schema::Text),
        Field::new("created", "Created", Schema::Text),
        Field::new("path", "Path", Schema::Text),
        Field::new("args", "Args", Schema::List(&Schema::Text)),
        Field::new("state", "State", Schema::Object(&STATE)),
        Field::new("image", "Image", Schema::Text),
        Field::new("resolv_conf_path", "ResolvConfPath", Schema::Text),
        Field::new("hostname_path", "HostnamePath", Schema::Text),
        Field::new("hosts_path", "HostsPath", Schema::Text),
        Field::new("log_path", "LogPath", Schema::Text),
        Field::new("name", "Name", Schema::Text),
        Field::new("restart_count", "RestartCount", Schema::Int),
        Field::new("driver", "Driver", Schema::Text),
        Field::new("mount_label", "MountLabel", Schema::Text),
        Field::new("process_label", "ProcessLabel", Schema::Text),
        Field::new("app_armor_profile", "AppArmorProfile", Schema::Text),
        Field::new("exec_ids", "ExecIDs", Schema::List(&Schema::Text)),
        Field::new("host_config", "HostConfig", Schema::Object(&HOST_CONFIG)),
        Field::new("graph_driver", "GraphDriver", Schema::Object(&GRAPH_DRIVER)),
        Field::new("size_rw", "SizeRw", Schema::Int),
        Field::new("size_root_fs", "SizeRootFs", Schema::Int),
        Field::new("mounts", "Mounts", Schema::List(&Schema::Object(&MOUNT))),
        Field::new("config", "Config", Schema::Object(&CONFIG)),
        Field::new(
            "network_settings",
            "NetworkSettings",
            Schema::Object(&NETWORK_SETTINGS_2),
        ),
        Field::new("platform", "Platform", Schema::Text).since(40),
        Field::new(
            "image_manifest_descriptor",
            "ImageManifestDescriptor",
            Schema::Object(&IMAGE_MANIFEST_DESCRIPTOR),
        )
        .since(48),
        Field::new("storage", "Storage", Schema::Object(&STORAGE)).since(52),
        Field::new("node", "Node", Schema::Map(&Schema::Any)).until(38),
    ],
    open: false,
};
