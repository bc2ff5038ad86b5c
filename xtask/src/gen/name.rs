//! Names: of the wire, in our spelling, and in Rust's.

/// Words that 0.9.6 of the R package knew as one where a name begins with them.
const ACRONYMS: [&str; 20] = [
    "SELinux", "IPAM", "CPU", "DNS", "GID", "OOM", "PID", "TLS", "TTY", "UID", "URL", "UTS", "CA",
    "ID", "IO", "IP", "OS", "RW", "CSI", "CDI",
];

/// A wire name in our spelling: a leading acronym or single capital is lowered,
/// then each run of capitals starts a word.
pub(crate) fn snake(wire: &str) -> String {
    let lead = ACRONYMS
        .iter()
        .find(|word| wire.starts_with(**word))
        .map_or(1, |word| word.len());
    let mut snake = String::new();
    let mut in_run = true;
    for (at, letter) in wire.char_indices() {
        if letter == '-' || letter == '.' {
            snake.push('_');
            in_run = true;
        } else if at < lead {
            snake.extend(letter.to_lowercase());
            in_run = false;
        } else if letter.is_uppercase() {
            if !in_run && !snake.ends_with('_') {
                snake.push('_');
            }
            snake.extend(letter.to_lowercase());
            in_run = true;
        } else {
            snake.push(letter);
            in_run = false;
        }
    }
    snake
}

/// `container_list` or `ip-address` as a name of a type: `ContainerList`.
pub(crate) fn camel(words: &str) -> String {
    let mut camel = String::new();
    let mut start = true;
    for letter in words.chars() {
        if !letter.is_alphanumeric() {
            start = true;
        } else if start {
            camel.extend(letter.to_uppercase());
            start = false;
        } else {
            camel.push(letter);
        }
    }
    camel
}

/// A name of upstream's as Rust writes it: `TLSInfo`, `TlsInfo`.
pub(crate) fn rusty(name: &str) -> String {
    let letters: Vec<_> = name.chars().collect();
    let mut rusty = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let upper = |at: usize| letters.get(at).is_some_and(|it| it.is_uppercase());
        let starts_word = letters.get(at + 1).is_some_and(|it| it.is_lowercase());
        if at > 0 && upper(at - 1) && letter.is_uppercase() && !starts_word {
            rusty.extend(letter.to_lowercase());
        } else {
            rusty.push(*letter);
        }
    }
    rusty
}

/// `InspectState` in our spelling: `inspect_state`.
pub(crate) fn snake_of_type(name: &str) -> String {
    let mut snake = String::new();
    for (at, letter) in name.char_indices() {
        if letter.is_uppercase() && at > 0 {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// One of several: `Ulimits`, `Ulimit`.
pub(crate) fn singular(name: &str) -> &str {
    if name.ends_with("ss") || name.ends_with("us") || name.ends_with("ies") {
        return name;
    }
    name.strip_suffix('s').unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wire_names_become_those_that_the_r_package_has_always_had() {
        for (wire, ours) in [
            ("NCPU", "n_cpu"),
            ("NFd", "n_fd"),
            ("NanoCPUs", "nano_cpus"),
            ("IPAddress", "ip_address"),
            ("IPv4Address", "ipv4_address"),
            ("IPAMConfig", "ipam_config"),
            ("EnableIPv6", "enable_ipv6"),
            ("SecondaryIPAddresses", "secondary_ipaddresses"),
            ("ContainerIDFile", "container_idfile"),
            ("SigningCACert", "signing_cacert"),
            ("CACert", "ca_cert"),
            ("HostIp", "host_ip"),
            ("IOMaximumIOps", "io_maximum_iops"),
            ("BlkioDeviceReadIOps", "blkio_device_read_iops"),
            ("URLs", "urls"),
            ("OSType", "os_type"),
            ("Id", "id"),
            ("cpushares", "cpushares"),
            ("progressDetail", "progress_detail"),
            ("SELinuxContext", "selinux_context"),
        ] {
            assert_eq!(snake(wire), ours);
        }
    }

    #[test]
    fn words_become_names_of_types_and_variants() {
        assert_eq!(camel("not-running"), "NotRunning");
        assert_eq!(camel("source.git.checkout"), "SourceGitCheckout");
        assert_eq!(rusty("TLSInfo"), "TlsInfo");
        assert_eq!(rusty("IPAM"), "Ipam");
        assert_eq!(rusty("RootFSStorage"), "RootFsStorage");
        assert_eq!(snake_of_type("InspectState"), "inspect_state");
        assert_eq!(singular("Ulimits"), "Ulimit");
        assert_eq!(singular("Address"), "Address");
    }
}
