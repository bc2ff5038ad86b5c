//! From what the options said to the request.

use std::path::Path;

use super::draft::Draft;
use super::{RunLine, Surroundings, image, join, security};
use crate::container::{Create, HealthConfig, LogConfig, LogDriver};
use crate::option::{Env, Invalid, env};

pub(super) fn finish(
    mut draft: Draft,
    image: &str,
    command: Vec<String>,
    around: &impl Surroundings,
) -> Result<RunLine, Invalid> {
    image::check(image)?;
    draft.create.image = Some(image.to_owned());
    if !command.is_empty() {
        draft.create.cmd = Some(command);
    }
    streams(&mut draft)?;
    variables(&mut draft, around)?;
    labels(&mut draft, around)?;
    mounts(&mut draft, around)?;
    health(&mut draft)?;
    logs(&mut draft)?;
    security::finish(&mut draft, around)?;
    join::finish(&mut draft)?;
    devices(&mut draft);

    if draft.rm && draft.host.restart_policy.is_some() {
        let expected = "no restart policy beside --rm";
        return Err(Invalid::new("option", "--restart", "", expected));
    }
    let cidfile = draft.host.container_idfile.clone();
    let Draft {
        mut create, host, ..
    } = draft;
    create.host_config = Some(host);
    for exposed in draft.exposed {
        create = create.offer(exposed);
    }
    for mapping in draft.published {
        create = create.publish(mapping);
    }
    for volume in draft.volumes {
        create = create.volume(volume);
    }
    Ok(RunLine {
        create: without_nothing(create),
        rm: draft.rm,
        detach: draft.detach,
        pull: draft.pull,
        quiet: draft.quiet,
        sig_proxy: !draft.no_sig_proxy,
        detach_keys: draft.detach_keys,
        cidfile,
        ignored: draft.ignored,
    })
}

/// Without a host's part that says nothing.
fn without_nothing(mut create: Create) -> Create {
    create.host_config = create
        .host_config
        .filter(|host| *host != crate::container::HostConfig::new());
    create
}

/// Which streams are connected.
fn streams(draft: &mut Draft) -> Result<(), Invalid> {
    let create = &mut draft.create;
    if draft.interactive {
        create.open_stdin = Some(true);
    }
    if draft.detach {
        if draft.attach.is_empty() {
            return Ok(());
        }
        let expected = "no --attach beside --detach";
        return Err(Invalid::new("option", "--attach", "", expected));
    }
    let has = |stream| draft.attach.contains(&stream);
    let stdin = if draft.attach.is_empty() {
        draft.interactive
    } else {
        create.attach_stdout = Some(has("stdout"));
        create.attach_stderr = Some(has("stderr"));
        has("stdin")
    };
    if stdin {
        create.attach_stdin = Some(true);
        if draft.interactive {
            create.stdin_once = Some(true);
        }
    }
    Ok(())
}

/// A file that the line names.
pub(super) fn read(
    path: &str,
    option: &str,
    around: &impl Surroundings,
) -> Result<Vec<u8>, Invalid> {
    around.read(path).map_err(|error| {
        let expected = format!("a file that can be read ({error})");
        Invalid::new("file", path, path, expected).of(option)
    })
}

/// Files come before single variables, and among these the last of a name counts.
fn variables(draft: &mut Draft, around: &impl Surroundings) -> Result<(), Invalid> {
    let lookup = |name: &str| around.variable(name);
    let mut all = Vec::new();
    for path in &draft.env_files {
        let content = read(path, "env-file", around)?;
        let read = Env::from_file(path, &content, lookup)?;
        all.extend(read.iter().map(Env::to_string));
    }
    let single = std::mem::take(&mut draft.env);
    let single = single.into_iter().map(|env| env.resolved(lookup));
    all.extend(Create::default().variables(single).env.unwrap_or_default());
    if !all.is_empty() {
        draft.create.env = Some(all);
    }
    Ok(())
}

fn labels(draft: &mut Draft, around: &impl Surroundings) -> Result<(), Invalid> {
    let mut labels = std::collections::BTreeMap::new();
    for path in &draft.label_files {
        let content = read(path, "label-file", around)?;
        for line in env::lines(path, "label", &content)? {
            // A name alone has no value to give.
            if let Some(value) = line.value() {
                labels.insert(line.name().to_owned(), value.to_owned());
            }
        }
    }
    labels.extend(std::mem::take(&mut draft.labels));
    if !labels.is_empty() {
        draft.create.labels = Some(labels);
    }
    Ok(())
}

/// Paths from here on become absolute.
fn mounts(draft: &mut Draft, around: &impl Surroundings) -> Result<(), Invalid> {
    let is_from_here = |source: Option<&str>| source.is_some_and(|it| it.starts_with('.'));
    let folder = |text: &str, option: &str| {
        around.folder().map_err(|error| {
            let expected = format!("an absolute path ({error})");
            Invalid::new("path", text, text, expected).of(option)
        })
    };
    for volume in &mut draft.volumes {
        if is_from_here(volume.source()) {
            let folder = folder(volume.source().unwrap_or_default(), "volume")?;
            *volume = volume.clone().anchored(Path::new(&folder));
        }
    }
    for mount in std::mem::take(&mut draft.mounts) {
        let mount = if is_from_here(mount.source.as_deref()) {
            let folder = folder(mount.source.as_deref().unwrap_or_default(), "mount")?;
            mount.anchored(Path::new(&folder))
        } else {
            mount
        };
        draft.host.mounts.get_or_insert_default().push(mount);
    }
    Ok(())
}

fn health(draft: &mut Draft) -> Result<(), Invalid> {
    let is_told = draft.health_cmd.is_some() || draft.health != HealthConfig::new();
    if draft.no_healthcheck {
        if is_told {
            let expected = "no --health-... beside --no-healthcheck";
            return Err(Invalid::new("option", "--no-healthcheck", "", expected));
        }
        draft.create.healthcheck = Some(HealthConfig::new().test(["NONE"]));
    } else if is_told {
        let mut health = std::mem::take(&mut draft.health);
        if let Some(command) = draft.health_cmd.take() {
            health = health.test(["CMD-SHELL".to_owned(), command]);
        }
        draft.create.healthcheck = Some(health);
    }
    Ok(())
}

fn logs(draft: &mut Draft) -> Result<(), Invalid> {
    let driver = draft.log_driver.take();
    let options = std::mem::take(&mut draft.log_opts);
    if driver.as_deref() == Some("none") && !options.is_empty() {
        let expected = "no --log-opt beside --log-driver none";
        return Err(Invalid::new("option", "--log-opt", "", expected));
    }
    if driver.is_some() || !options.is_empty() {
        let mut config = LogConfig::new();
        config.kind = driver.map(LogDriver::from);
        if !options.is_empty() {
            config.config = Some(options);
        }
        draft.host.log_config = Some(config);
    }
    Ok(())
}

fn devices(draft: &mut Draft) {
    let mut host = std::mem::take(&mut draft.host);
    for gpus in std::mem::take(&mut draft.gpus) {
        host.device_requests
            .get_or_insert_default()
            .push(gpus.into());
    }
    for device in std::mem::take(&mut draft.devices) {
        host = host.device(device);
    }
    for ulimit in std::mem::take(&mut draft.ulimits) {
        host = host.ulimit(ulimit);
    }
    if let Some(ulimits) = &mut host.ulimits {
        ulimits.sort_by(|a, b| a.name.cmp(&b.name));
    }
    draft.host = host;
}
