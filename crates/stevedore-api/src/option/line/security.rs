//! Rights, kernel parameters, and the security modules.

use serde_json::Value as Json;

use super::Surroundings;
use super::draft::Draft;
use super::finish::read;
use crate::option::{Capability, Invalid};

const WHAT: &str = "security option";

/// Kernel parameters that belong to a namespace by name, and by the start of their names.
const SYSCTLS: &[&str] = &[
    "kernel.msgmax",
    "kernel.msgmnb",
    "kernel.msgmni",
    "kernel.sem",
    "kernel.shmall",
    "kernel.shmmax",
    "kernel.shmmni",
    "kernel.shm_rmid_forced",
];
const SYSCTL_GROUPS: &[&str] = &["net.", "fs.mqueue."];

/// One more right.
pub(super) fn capability(list: &mut Vec<Capability>, text: &str) -> Result<(), Invalid> {
    list.push(text.parse()?);
    Ok(())
}

/// A kernel parameter and its value.
pub(super) fn sysctl(text: &str) -> Result<(&str, &str), Invalid> {
    let what = "kernel parameter";
    let Some((name, value)) = text.split_once('=') else {
        return Err(Invalid::new(what, text, text, "name=value"));
    };
    let is_known =
        SYSCTLS.contains(&name) || SYSCTL_GROUPS.iter().any(|group| name.starts_with(group));
    if !is_known {
        let expected = "net.…, fs.mqueue.… or one of the IPC parameters of kernel.…";
        return Err(Invalid::new(what, text, name, expected));
    }
    Ok((name, value))
}

pub(super) fn finish(draft: &mut Draft, around: &impl Surroundings) -> Result<(), Invalid> {
    let rights = |list: &mut Vec<Capability>| {
        let mut list = std::mem::take(list);
        list.sort();
        list.dedup();
        (!list.is_empty()).then(|| list.into_iter().map(String::from).collect())
    };
    draft.host.cap_add = rights(&mut draft.cap_add);
    draft.host.cap_drop = rights(&mut draft.cap_drop);

    let mut options = Vec::new();
    for text in std::mem::take(&mut draft.security_opts) {
        let (name, value) = match text.split_once('=').or_else(|| text.split_once(':')) {
            Some((name, value)) => (name, value),
            None if text == "no-new-privileges" => (text.as_str(), ""),
            None => {
                let expected = "name=value, or no-new-privileges";
                return Err(Invalid::new(WHAT, &text, &text, expected).of("security-opt"));
            }
        };
        match (name, value) {
            ("systempaths", "unconfined") => {
                draft.host.masked_paths = Some(Vec::new());
                draft.host.readonly_paths = Some(Vec::new());
            }
            ("seccomp", "unconfined" | "builtin") => options.push(text),
            ("seccomp", path) => options.push(format!("seccomp={}", profile(path, around)?)),
            _ => options.push(text),
        }
    }
    if !options.is_empty() {
        draft.host.security_opt = Some(options);
    }
    Ok(())
}

/// A seccomp profile, without its blanks.
fn profile(path: &str, around: &impl Surroundings) -> Result<Json, Invalid> {
    let content = read(path, "security-opt", around)?;
    serde_json::from_slice(&content).map_err(|error| {
        let expected = format!("a profile in JSON ({error})");
        Invalid::new(WHAT, path, path, expected).of("security-opt")
    })
}
