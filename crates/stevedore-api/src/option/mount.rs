//! Mounts with keys: `type=bind,source=/srv,target=/data`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::str::FromStr;

use super::csv::{Field, Writer, fields};
use super::{Invalid, Size, number, path};
use crate::container::{
    BindOptions, ImageOptions, Mount, MountType, Propagation, TmpfsOptions, VolumeOptions,
};
use crate::swarm::Driver;

const WHAT: &str = "mount";

/// It is read as `docker run --mount` takes it: `key=value` between commas, a field
/// that holds a comma itself in double quotes.
///
/// | key | means |
/// |---|---|
/// | `type` | `volume` (where nothing is said), `bind`, `tmpfs`, `image`, `npipe` or `cluster` |
/// | `source`, `src` | path on the host, or name of a volume or an image |
/// | `target`, `dst`, `destination` | path in the container; never left out |
/// | `readonly`, `ro` | the container can't write to it |
/// | `consistency` | `consistent`, `cached` or `delegated` |
/// | `bind-propagation` | `rprivate`, `private`, `rshared`, `shared`, `rslave` or `slave` |
/// | `bind-recursive` | `enabled`, `disabled`, `writable` or `readonly` |
/// | `bind-nonrecursive` | the same as `bind-recursive=disabled` |
/// | `volume-nocopy` | don't fill a new volume from the image |
/// | `volume-label`, `volume-opt` | `name=value`, as often as there are some |
/// | `volume-driver`, `volume-subpath`, `image-subpath` | as their names say |
/// | `tmpfs-size`, `tmpfs-mode` | a size, and rights in octal |
///
/// ```
/// use stevedore_api::container::{HostConfig, Mount, MountType};
///
/// let mount: Mount = "type=bind,source=/srv,target=/data,readonly".parse()?;
/// assert_eq!(mount.kind, Some(MountType::Bind));
/// assert_eq!(mount.read_only, Some(true));
/// let host = HostConfig::new().mounts([mount]);
/// # let _ = host;
/// # Ok::<(), stevedore_api::option::Invalid>(())
/// ```
impl FromStr for Mount {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut mount = Self::new().kind(MountType::Volume);
        let mut first_of = BTreeMap::new();
        for field in fields(WHAT, text)? {
            let (key, _) = field.pair();
            let key = key.to_ascii_lowercase();
            set(&mut mount, &field, &key)?;
            if let Some((kind, _)) = key.split_once('-') {
                first_of.entry(kind.to_owned()).or_insert(field);
            }
        }
        if mount.target.is_none() {
            return Err(Invalid::short(WHAT, "", "the key target"));
        }
        let kind = mount.kind.as_ref().map_or("", MountType::as_str);
        if let Some((of, field)) = first_of.iter().find(|(of, _)| *of != kind) {
            let expected = format!("no {of}-... for a mount of type {kind}");
            return Err(field.wrong_key(WHAT, expected));
        }
        if let Some(field) = first_of.get("bind") {
            check_recursion(&mount, field)?;
        }
        Ok(mount.without_nothing())
    }
}

fn wrong(field: &Field<'_>, part: &str, expected: impl Into<Cow<'static, str>>) -> Invalid {
    field.wrong(WHAT, part, expected)
}

fn set(mount: &mut Mount, field: &Field<'_>, key: &str) -> Result<(), Invalid> {
    let (_, given) = field.pair();
    let is_flag = matches!(
        key,
        "readonly" | "ro" | "volume-nocopy" | "bind-nonrecursive"
    );
    let value = match given {
        Some(value) => value,
        None if is_flag => "true",
        None => return Err(wrong(field, field.value(), "key=value")),
    };
    // What is off is not said, as engines have it off anyhow.
    let flag = || match number::flag(value) {
        Some(on) => Ok(on.then_some(true)),
        None => Err(wrong(field, value, "true or false")),
    };
    let text = Some(value.to_owned()).filter(|text| !text.is_empty());
    match key {
        "type" if value.is_empty() => return Err(wrong(field, value, "a type of mount")),
        "type" => {
            let kind = MountType::from(value.to_ascii_lowercase());
            if matches!(kind, MountType::Other(_)) {
                let expected = "bind, volume, tmpfs, image, npipe or cluster";
                return Err(wrong(field, value, expected));
            }
            mount.kind = Some(kind);
        }
        "source" | "src" => mount.source = text,
        "target" | "dst" | "destination" if value.is_empty() => {
            return Err(wrong(field, value, "a path in the container"));
        }
        "target" | "dst" | "destination" => mount.target = Some(value.to_owned()),
        "readonly" | "ro" => mount.read_only = flag()?,
        "consistency" => mount.consistency = text.map(|it| it.to_ascii_lowercase()),
        "bind-propagation" => {
            let propagation = Propagation::from(value.to_ascii_lowercase());
            if text.is_some() && matches!(propagation, Propagation::Other(_)) {
                let expected = "private, rprivate, shared, rshared, slave or rslave";
                return Err(wrong(field, value, expected));
            }
            bind(mount).propagation = text.map(|_| propagation);
        }
        "bind-nonrecursive" => bind(mount).non_recursive = flag()?,
        "bind-recursive" => match value {
            "enabled" => {}
            "disabled" => bind(mount).non_recursive = Some(true),
            "writable" => bind(mount).read_only_non_recursive = Some(true),
            "readonly" => bind(mount).read_only_force_recursive = Some(true),
            _ => {
                return Err(wrong(
                    field,
                    value,
                    "enabled, disabled, writable or readonly",
                ));
            }
        },
        "volume-nocopy" => volume(mount).no_copy = flag()?,
        "volume-label" => pair(&mut volume(mount).labels, value),
        "volume-driver" => driver(mount).name = text,
        "volume-opt" => pair(&mut driver(mount).options, value),
        "volume-subpath" => volume(mount).subpath = text,
        "image-subpath" => mount.image_options.get_or_insert_default().subpath = text,
        "tmpfs-size" => {
            let size: Size = value
                .parse()
                .map_err(|error: Invalid| wrong(field, value, error.expected().to_owned()))?;
            tmpfs(mount).size_bytes = Some(size.bytes());
        }
        "tmpfs-mode" => {
            let is_octal = value.bytes().all(|digit| matches!(digit, b'0'..=b'7'));
            let mode = is_octal
                .then(|| u32::from_str_radix(value, 8).ok())
                .flatten();
            let mode = mode.ok_or_else(|| wrong(field, value, "rights in octal, such as 1777"))?;
            tmpfs(mount).mode = Some(mode.into());
        }
        _ => {
            let expected = "a key of a mount, such as type, source, target or readonly";
            return Err(field.wrong_key(WHAT, expected));
        }
    }
    Ok(())
}

fn bind(mount: &mut Mount) -> &mut BindOptions {
    mount.bind_options.get_or_insert_default()
}

fn volume(mount: &mut Mount) -> &mut VolumeOptions {
    mount.volume_options.get_or_insert_default()
}

fn driver(mount: &mut Mount) -> &mut Driver {
    volume(mount).driver_config.get_or_insert_default()
}

fn tmpfs(mount: &mut Mount) -> &mut TmpfsOptions {
    mount.tmpfs_options.get_or_insert_default()
}

/// Adds `name=value` or a name alone. Nothing, and what has no name, adds nothing.
fn pair(to: &mut Option<BTreeMap<String, String>>, text: &str) {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    if !name.is_empty() {
        let all = to.get_or_insert_default();
        all.insert(name.to_owned(), value.to_owned());
    }
}

/// What the recursive kinds of read-only ask of the rest of the mount.
fn check_recursion(mount: &Mount, field: &Field<'_>) -> Result<(), Invalid> {
    let Some(options) = &mount.bind_options else {
        return Ok(());
    };
    let is_read_only = mount.read_only == Some(true);
    let forces = options.read_only_force_recursive == Some(true);
    if (options.read_only_non_recursive == Some(true) || forces) && !is_read_only {
        let expected = "readonly beside bind-recursive=writable or readonly";
        return Err(field.wrong_key(WHAT, expected));
    }
    if forces && options.propagation != Some(Propagation::Rprivate) {
        let expected = "bind-propagation=rprivate beside bind-recursive=readonly";
        return Err(field.wrong_key(WHAT, expected));
    }
    Ok(())
}

impl Mount {
    /// Without groups of options in which nothing is set.
    fn without_nothing(mut self) -> Self {
        if let Some(volume) = &mut self.volume_options {
            volume.driver_config.take_if(|it| *it == Driver::new());
        }
        self.bind_options.take_if(|it| *it == BindOptions::new());
        self.volume_options
            .take_if(|it| *it == VolumeOptions::new());
        self.image_options.take_if(|it| *it == ImageOptions::new());
        self
    }

    /// The same, with a source that begins with a dot made absolute: it is a path from
    /// `folder` on. Engines know only absolute ones.
    pub fn anchored(mut self, folder: &Path) -> Self {
        self.source = self.source.map(|source| path::anchored(source, folder));
        self
    }
}

/// As `--mount` takes it. What that can't say, such as options of a tmpfs by name, is left out.
impl fmt::Display for Mount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = Writer::default();
        let mut text = |key: &str, value: Option<&str>| {
            if let Some(value) = value {
                out.pair(key, value);
            }
        };
        text("type", self.kind.as_ref().map(MountType::as_str));
        text("source", self.source.as_deref());
        text("target", self.target.as_deref());
        text("readonly", self.read_only.map(spelt));
        text("consistency", self.consistency.as_deref());
        if let Some(options) = &self.bind_options {
            let propagation = options.propagation.as_ref();
            text("bind-propagation", propagation.map(Propagation::as_str));
            text("bind-nonrecursive", options.non_recursive.map(spelt));
            let set = |flag: Option<bool>, word| (flag == Some(true)).then_some(word);
            text(
                "bind-recursive",
                set(options.read_only_non_recursive, "writable"),
            );
            text(
                "bind-recursive",
                set(options.read_only_force_recursive, "readonly"),
            );
        }
        if let Some(options) = &self.volume_options {
            text("volume-nocopy", options.no_copy.map(spelt));
            text("volume-subpath", options.subpath.as_deref());
            pairs(&mut text, "volume-label", options.labels.as_ref());
            if let Some(driver) = &options.driver_config {
                text("volume-driver", driver.name.as_deref());
                pairs(&mut text, "volume-opt", driver.options.as_ref());
            }
        }
        if let Some(ImageOptions { subpath, .. }) = &self.image_options {
            text("image-subpath", subpath.as_deref());
        }
        if let Some(options) = &self.tmpfs_options {
            let size = options.size_bytes.map(|size| size.to_string());
            text("tmpfs-size", size.as_deref());
            let mode = options.mode.map(|mode| format!("{mode:o}"));
            text("tmpfs-mode", mode.as_deref());
        }
        f.write_str(&out.into_text())
    }
}

fn spelt(flag: bool) -> &'static str {
    if flag { "true" } else { "false" }
}

fn pairs(
    text: &mut impl FnMut(&str, Option<&str>),
    key: &str,
    map: Option<&BTreeMap<String, String>>,
) {
    for (name, value) in map.into_iter().flatten() {
        text(key, Some(&format!("{name}={value}")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_with_a_comma_stands_in_quotes() {
        let text = r#"target=/data,"volume-opt=o=addr=1.2.3.4,rw",volume-driver=nfs"#;
        let mount: Mount = text.parse().unwrap();
        let driver = mount.volume_options.unwrap().driver_config.unwrap();
        assert_eq!(driver.options.unwrap()["o"], "addr=1.2.3.4,rw");
    }

    #[test]
    fn what_is_printed_parses_to_the_same() {
        for text in [
            "target=/data",
            "type=bind,src=/a,target=/b,ro,bind-propagation=rprivate,bind-recursive=readonly",
            "type=bind,src=/a,target=/b,bind-recursive=enabled",
            "type=bind,src=/a,target=/b,bind-propagation=",
            r#"src=a,target=/b,volume-label=x,volume-label=y=z,"volume-opt=o=a,b""#,
            "src=a,target=/b,volume-label=,volume-nocopy=false",
            "type=tmpfs,target=/b,tmpfs-size=64m,tmpfs-mode=1770",
            "type=image,src=a,target=/b,image-subpath=c",
        ] {
            let mount: Mount = text.parse().unwrap();
            let printed = mount.to_string();
            assert_eq!(printed.parse(), Ok(mount), "{text} as {printed}");
        }
    }

    #[test]
    fn the_bad_part_is_pointed_at() {
        for (text, part) in [
            ("type=other,target=/x", "other"),
            ("target=/x,tmpfs-size=64q,type=tmpfs", "64q"),
            ("target=/x,bind-propagation=shared", "bind-propagation"),
            ("target=/x, source=a", " source"),
            ("target=/x,readonly=maybe", "maybe"),
            ("target=/x,source", "source"),
        ] {
            let error = text.parse::<Mount>().unwrap_err();
            assert_eq!(text.get(error.range()), Some(part), "{error}");
        }
    }

    #[test]
    fn options_that_may_be_passwords_are_in_no_message() {
        let text = "type=volume,target=/x,volume-opt=o=password=secret,other=1";
        let error = text.parse::<Mount>().unwrap_err();
        assert!(!format!("{error} {error:?}").contains("secret"));
        let text = "type=bind,target=/x,volume-opt=o=password=secret";
        let error = text.parse::<Mount>().unwrap_err();
        assert!(!format!("{error} {error:?}").contains("secret"));
    }
}
