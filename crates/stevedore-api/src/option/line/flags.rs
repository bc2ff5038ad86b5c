//! The options of `docker run`: each with its names and what it sets.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use super::draft::Draft;
use super::{Pull, security};
use crate::container::{CgroupnsMode, Isolation, RestartPolicy};
use crate::option::{
    Cpus, DeviceBps, DeviceIops, DeviceRule, ExtraHost, Invalid, Platform, Size, number,
};

/// An option.
pub(super) struct Flag {
    pub(super) long: &'static str,
    pub(super) short: Option<char>,
    pub(super) set: Set,
}

/// What an option does.
#[derive(Clone, Copy)]
pub(super) enum Set {
    /// Without a value it is true.
    Flag(fn(&mut Draft, bool)),
    Value(fn(&mut Draft, &str) -> Result<(), Invalid>),
}

const fn flag(long: &'static str, set: fn(&mut Draft, bool)) -> Flag {
    Flag {
        long,
        short: None,
        set: Set::Flag(set),
    }
}

const fn value(long: &'static str, set: fn(&mut Draft, &str) -> Result<(), Invalid>) -> Flag {
    Flag {
        long,
        short: None,
        set: Set::Value(set),
    }
}

impl Flag {
    const fn or(mut self, short: char) -> Self {
        self.short = Some(short);
        self
    }
}

/// In the order of the command's own help.
pub(super) const FLAGS: &[Flag] = &[
    value("add-host", |draft, text| {
        let host: ExtraHost = text.parse()?;
        push(&mut draft.host.extra_hosts, host.into())
    }),
    value("annotation", |draft, text| {
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        let all = draft.host.annotations.get_or_insert_default();
        all.insert(name.to_owned(), value.to_owned());
        Ok(())
    }),
    value("attach", |draft, text| {
        let stream = one_of(
            text,
            "stream",
            &["stdin", "stdout", "stderr"],
            "stdin, stdout or stderr",
        )?;
        draft.attach.push(stream);
        Ok(())
    })
    .or('a'),
    value("blkio-weight", |draft, text| {
        let weight = whole(text)?;
        if u16::try_from(weight).is_err() {
            return Err(Invalid::new(
                "weight",
                text,
                text,
                "a number from 0 to 65535",
            ));
        }
        draft.host.blkio_weight = Some(weight);
        Ok(())
    }),
    value("blkio-weight-device", |draft, text| {
        parsed(&mut draft.host.blkio_weight_device, text)
    }),
    value("cap-add", |draft, text| {
        security::capability(&mut draft.cap_add, text)
    }),
    value("cap-drop", |draft, text| {
        security::capability(&mut draft.cap_drop, text)
    }),
    value("cgroup-parent", |draft, value| {
        set(&mut draft.host.cgroup_parent, value)
    }),
    value("cgroupns", |draft, text| {
        let mode = one_of(
            text,
            "cgroup namespace",
            &["", "host", "private"],
            "host or private",
        )?;
        draft.host.cgroupns_mode = Some(CgroupnsMode::from(mode)).filter(|it| !it.is_empty());
        Ok(())
    }),
    value("cidfile", |draft, value| {
        set(&mut draft.host.container_idfile, value)
    }),
    value("cpu-count", |draft, text| {
        number_of(&mut draft.host.cpu_count, text)
    }),
    value("cpu-percent", |draft, text| {
        number_of(&mut draft.host.cpu_percent, text)
    }),
    value("cpu-period", |draft, text| {
        number_of(&mut draft.host.cpu_period, text)
    }),
    value("cpu-quota", |draft, text| {
        number_of(&mut draft.host.cpu_quota, text)
    }),
    value("cpu-rt-period", |draft, text| {
        number_of(&mut draft.host.cpu_realtime_period, text)
    }),
    value("cpu-rt-runtime", |draft, text| {
        number_of(&mut draft.host.cpu_realtime_runtime, text)
    }),
    value("cpu-shares", |draft, text| {
        number_of(&mut draft.host.cpu_shares, text)
    })
    .or('c'),
    value("cpus", |draft, text| {
        draft.host.nano_cpus = Some(text.parse::<Cpus>()?.billionths());
        Ok(())
    }),
    value("cpuset-cpus", |draft, value| {
        set(&mut draft.host.cpuset_cpus, value)
    }),
    value("cpuset-mems", |draft, value| {
        set(&mut draft.host.cpuset_mems, value)
    }),
    flag("detach", |draft, on| draft.detach = on).or('d'),
    value("detach-keys", |draft, value| {
        set(&mut draft.detach_keys, value)
    }),
    value("device", |draft, text| {
        draft.devices.push(text.parse()?);
        Ok(())
    }),
    value("device-cgroup-rule", |draft, text| {
        let rule: DeviceRule = text.parse()?;
        push(&mut draft.host.device_cgroup_rules, rule.into())
    }),
    value("device-read-bps", |draft, text| {
        let limit: DeviceBps = text.parse()?;
        push(&mut draft.host.blkio_device_read_bps, limit.into())
    }),
    value("device-read-iops", |draft, text| {
        let limit: DeviceIops = text.parse()?;
        push(&mut draft.host.blkio_device_read_iops, limit.into())
    }),
    value("device-write-bps", |draft, text| {
        let limit: DeviceBps = text.parse()?;
        push(&mut draft.host.blkio_device_write_bps, limit.into())
    }),
    value("device-write-iops", |draft, text| {
        let limit: DeviceIops = text.parse()?;
        push(&mut draft.host.blkio_device_write_iops, limit.into())
    }),
    flag("disable-content-trust", |draft, _| {
        draft.ignored.push("disable-content-trust");
    }),
    value("dns", |draft, text| {
        let address: IpAddr = text
            .trim()
            .parse()
            .map_err(|_| Invalid::new("name server", text, text, "an IP address"))?;
        push(&mut draft.host.dns, address.to_string())
    }),
    value("dns-opt", |draft, value| {
        push(&mut draft.host.dns_options, value.to_owned())
    }),
    value("dns-option", |draft, value| {
        push(&mut draft.host.dns_options, value.to_owned())
    }),
    value("dns-search", |draft, text| {
        push(&mut draft.host.dns_search, domain(text)?.to_owned())
    }),
    value("domainname", |draft, value| {
        set(&mut draft.create.domainname, value)
    }),
    value("entrypoint", |draft, value| {
        draft.create.entrypoint = Some(vec![value.to_owned()]);
        Ok(())
    }),
    value("env", |draft, text| {
        draft.env.push(text.parse()?);
        Ok(())
    })
    .or('e'),
    value("env-file", |draft, path| {
        draft.env_files.push(path.to_owned());
        Ok(())
    }),
    value("expose", |draft, text| {
        draft.exposed.push(text.parse()?);
        Ok(())
    }),
    value("gpus", |draft, text| {
        draft.gpus.push(text.parse()?);
        Ok(())
    }),
    value("group-add", |draft, value| {
        push(&mut draft.host.group_add, value.to_owned())
    }),
    value("health-cmd", |draft, value| {
        draft.health_cmd = Some(value.to_owned()).filter(|command| !command.is_empty());
        Ok(())
    }),
    value("health-interval", |draft, text| {
        draft.interval(text, |health| &mut health.interval)
    }),
    value("health-retries", |draft, text| {
        let retries = Some(whole(text)?).filter(|retries| *retries >= 0);
        let wrong = || Invalid::new("number", text, text, "a number that is not negative");
        draft.health.retries = Some(retries.ok_or_else(wrong)?).filter(|it| *it > 0);
        Ok(())
    }),
    value("health-start-interval", |draft, text| {
        draft.interval(text, |health| &mut health.start_interval)
    }),
    value("health-start-period", |draft, text| {
        draft.interval(text, |health| &mut health.start_period)
    }),
    value("health-timeout", |draft, text| {
        draft.interval(text, |health| &mut health.timeout)
    }),
    value("hostname", |draft, value| {
        set(&mut draft.create.hostname, value)
    })
    .or('h'),
    flag("init", |draft, on| draft.host.init = Some(on)),
    flag("interactive", |draft, on| draft.interactive = on).or('i'),
    value("io-maxbandwidth", |draft, text| {
        size(&mut draft.host.io_maximum_bandwidth, text)
    }),
    value("io-maxiops", |draft, text| {
        number_of(&mut draft.host.io_maximum_iops, text)
    }),
    value("ip", |draft, text| address::<Ipv4Addr>(&mut draft.ip, text)),
    value("ip6", |draft, text| {
        address::<Ipv6Addr>(&mut draft.ip6, text)
    }),
    value("ipc", |draft, text| {
        let words = &["", "none", "private", "shareable", "host"];
        draft.host.ipc_mode = Some(mode(text, "ipc namespace", words)?);
        Ok(())
    }),
    value("isolation", |draft, value| {
        draft.host.isolation = Some(Isolation::from(value));
        Ok(())
    }),
    value("kernel-memory", |draft, text| {
        text.parse::<Size>()?;
        draft.ignored.push("kernel-memory");
        Ok(())
    }),
    value("label", |draft, text| {
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        if name.is_empty() {
            return Err(Invalid::new("label", name, name, "name=value"));
        }
        draft.labels.push((name.to_owned(), value.to_owned()));
        Ok(())
    })
    .or('l'),
    value("label-file", |draft, path| {
        draft.label_files.push(path.to_owned());
        Ok(())
    }),
    value("link", |draft, text| {
        draft.links.push(text.parse()?);
        Ok(())
    }),
    value("link-local-ip", |draft, value| {
        draft.link_local_ips.push(value.to_owned());
        Ok(())
    }),
    value("log-driver", |draft, value| {
        draft.log_driver = Some(value.to_owned()).filter(|driver| !driver.is_empty());
        Ok(())
    }),
    value("log-opt", |draft, text| {
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        draft.log_opts.insert(name.to_owned(), value.to_owned());
        Ok(())
    }),
    value("mac-address", |draft, text| {
        draft.mac_address = Some(text.parse()?);
        Ok(())
    }),
    value("memory", |draft, text| size(&mut draft.host.memory, text)).or('m'),
    value("memory-reservation", |draft, text| {
        size(&mut draft.host.memory_reservation, text)
    }),
    value("memory-swap", |draft, text| {
        if text == "-1" {
            draft.host.memory_swap = Some(-1);
            return Ok(());
        }
        size(&mut draft.host.memory_swap, text)
    }),
    value("memory-swappiness", |draft, text| {
        number_of(&mut draft.host.memory_swappiness, text)
    }),
    value("mount", |draft, text| {
        draft.mounts.push(text.parse()?);
        Ok(())
    }),
    value("name", |draft, value| set(&mut draft.create.name, value)),
    value("net", Draft::join),
    value("net-alias", |draft, value| {
        draft.aliases.push(value.to_owned());
        Ok(())
    }),
    value("network", Draft::join),
    value("network-alias", |draft, value| {
        draft.aliases.push(value.to_owned());
        Ok(())
    }),
    flag("no-healthcheck", |draft, on| draft.no_healthcheck = on),
    flag("oom-kill-disable", |draft, on| {
        draft.host.oom_kill_disable = Some(on);
    }),
    value("oom-score-adj", |draft, text| {
        number_of(&mut draft.host.oom_score_adj, text)
    }),
    value("pid", |draft, text| {
        draft.host.pid_mode = Some(mode(text, "process namespace", &["", "host"])?);
        Ok(())
    }),
    value("pids-limit", |draft, text| {
        number_of(&mut draft.host.pids_limit, text)
    }),
    value("platform", |draft, text| {
        if !text.is_empty() {
            draft.create.platform = Some(text.parse::<Platform>()?.into());
        }
        Ok(())
    }),
    flag("privileged", |draft, on| draft.host.privileged = Some(on)),
    value("publish", |draft, text| {
        draft.published.push(text.parse()?);
        Ok(())
    })
    .or('p'),
    flag("publish-all", |draft, on| {
        draft.host.publish_all_ports = Some(on);
    })
    .or('P'),
    value("pull", |draft, text| {
        draft.pull = match text {
            "always" => Pull::Always,
            "missing" | "" => Pull::Missing,
            "never" => Pull::Never,
            _ => {
                let expected = "always, missing or never";
                return Err(Invalid::new("value", text, text, expected));
            }
        };
        Ok(())
    }),
    flag("quiet", |draft, on| draft.quiet = on).or('q'),
    flag("read-only", |draft, on| {
        draft.host.readonly_rootfs = Some(on);
    }),
    value("restart", |draft, text| {
        let policy: RestartPolicy = text.parse()?;
        draft.host.restart_policy = Some(policy).filter(|policy| *policy != RestartPolicy::No);
        Ok(())
    }),
    flag("rm", |draft, on| draft.rm = on),
    value("runtime", |draft, value| {
        set(&mut draft.host.runtime, value)
    }),
    value("security-opt", |draft, text| {
        draft.security_opts.push(text.to_owned());
        Ok(())
    }),
    value("shm-size", |draft, text| {
        size(&mut draft.host.shm_size, text)
    }),
    flag("sig-proxy", |draft, on| draft.no_sig_proxy = !on),
    value("stop-signal", |draft, value| {
        set(&mut draft.create.stop_signal, value)
    }),
    value("stop-timeout", |draft, text| {
        number_of(&mut draft.create.stop_timeout, text)
    }),
    value("storage-opt", |draft, text| {
        let Some((name, value)) = text.split_once('=') else {
            return Err(Invalid::new("option", text, text, "name=value"));
        };
        let all = draft.host.storage_opt.get_or_insert_default();
        all.insert(name.to_owned(), value.to_owned());
        Ok(())
    }),
    value("sysctl", |draft, text| {
        let (name, value) = security::sysctl(text)?;
        let all = draft.host.sysctls.get_or_insert_default();
        all.insert(name.to_owned(), value.to_owned());
        Ok(())
    }),
    value("tmpfs", |draft, text| {
        let (path, options) = text.parse::<crate::option::Tmpfs>()?.into();
        draft
            .host
            .tmpfs
            .get_or_insert_default()
            .insert(path, options);
        Ok(())
    }),
    flag("tty", |draft, on| draft.create.tty = Some(on)).or('t'),
    value("ulimit", |draft, text| {
        draft.ulimits.push(text.parse()?);
        Ok(())
    }),
    value("user", |draft, value| set(&mut draft.create.user, value)).or('u'),
    value("userns", |draft, text| {
        let word = one_of(text, "user namespace", &["", "host"], "host")?;
        set(&mut draft.host.userns_mode, word)
    }),
    value("uts", |draft, text| {
        let word = one_of(text, "UTS namespace", &["", "host"], "host")?;
        set(&mut draft.host.uts_mode, word)
    }),
    value("volume", |draft, text| {
        draft.volumes.push(text.parse()?);
        Ok(())
    })
    .or('v'),
    value("volume-driver", |draft, value| {
        set(&mut draft.host.volume_driver, value)
    }),
    value("volumes-from", |draft, value| {
        push(&mut draft.host.volumes_from, value.to_owned())
    }),
    value("workdir", |draft, value| {
        set(&mut draft.create.working_dir, value)
    })
    .or('w'),
];

#[allow(
    clippy::unnecessary_wraps,
    reason = "the last word of a setter that may fail"
)]
fn set(field: &mut Option<String>, value: &str) -> Result<(), Invalid> {
    *field = Some(value.to_owned());
    Ok(())
}

#[allow(
    clippy::unnecessary_wraps,
    reason = "the last word of a setter that may fail"
)]
fn push<T>(list: &mut Option<Vec<T>>, item: T) -> Result<(), Invalid> {
    list.get_or_insert_default().push(item);
    Ok(())
}

fn parsed<T: FromStr<Err = Invalid>>(list: &mut Option<Vec<T>>, text: &str) -> Result<(), Invalid> {
    push(list, text.parse()?)
}

fn whole(text: &str) -> Result<i64, Invalid> {
    number::whole(text).ok_or_else(|| Invalid::new("number", text, text, "a whole number"))
}

fn number_of(field: &mut Option<i64>, text: &str) -> Result<(), Invalid> {
    *field = Some(whole(text)?);
    Ok(())
}

fn size(field: &mut Option<i64>, text: &str) -> Result<(), Invalid> {
    *field = Some(text.parse::<Size>()?.bytes());
    Ok(())
}

fn address<A: FromStr>(field: &mut Option<String>, text: &str) -> Result<(), Invalid> {
    if text.parse::<A>().is_err() {
        return Err(Invalid::new("address", text, text, "an IP address"));
    }
    set(field, text)
}

/// One of these words, in lower case.
fn one_of(
    text: &str,
    what: &'static str,
    words: &[&'static str],
    expected: &'static str,
) -> Result<&'static str, Invalid> {
    let found = words.iter().find(|word| word.eq_ignore_ascii_case(text));
    found
        .copied()
        .ok_or_else(|| Invalid::new(what, text, text, expected))
}

/// One of these words, or another container's.
fn mode(text: &str, what: &'static str, words: &[&str]) -> Result<String, Invalid> {
    let is_containers = text
        .strip_prefix("container:")
        .is_some_and(|name| !name.is_empty());
    if is_containers || words.contains(&text) {
        return Ok(text.to_owned());
    }
    let known: Vec<&str> = words
        .iter()
        .copied()
        .filter(|word| !word.is_empty())
        .collect();
    let expected = format!("{} or container:<name>", known.join(", "));
    Err(Invalid::new(what, text, text, expected))
}

/// A domain to look names up in; `.` for none.
fn domain(text: &str) -> Result<&str, Invalid> {
    let name = text.trim();
    let is_label = |label: &str| {
        let inner = |c: char| c.is_ascii_alphanumeric() || c == '-';
        !label.is_empty()
            && label.chars().all(inner)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let labels = name.strip_suffix('.').unwrap_or(name);
    let is_domain = labels.split('.').all(is_label)
        && labels.contains(|c: char| c.is_ascii_alphabetic())
        && name.len() < 255;
    if name == "." || is_domain {
        return Ok(name);
    }
    Err(Invalid::new(
        "domain",
        text,
        text,
        "a domain, or a single dot",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_met_once() {
        for (nth, flag) in FLAGS.iter().enumerate() {
            let later = FLAGS.get(nth + 1..).unwrap();
            assert!(later.iter().all(|it| it.long > flag.long), "{}", flag.long);
            let is_same = |it: &&Flag| it.short.is_some() && it.short == flag.short;
            assert!(!later.iter().any(|it| is_same(&it)), "{}", flag.long);
        }
    }
}
