//! The store of contexts that `docker context` keeps: named places of engines.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::config_file::{self, Object};
use crate::file::{self, Form};
use crate::{Error, ErrorKind, Host, Result, Tls};

/// The context that stands for what there is without contexts.
pub(crate) const DEFAULT: &str = "default";

/// So many contexts are named in a message.
const NAMED: usize = 20;

/// A file of the store.
#[derive(Deserialize)]
struct Meta {
    #[serde(rename = "Name", default)]
    name: String,
    #[serde(rename = "Endpoints", default)]
    endpoints: Option<Object<Endpoints>>,
}

#[derive(Deserialize)]
struct Endpoints {
    #[serde(default)]
    docker: Option<Object<Endpoint>>,
}

#[derive(Deserialize)]
struct Endpoint {
    #[serde(rename = "Host", default)]
    host: Option<String>,
    #[serde(rename = "SkipTLSVerify", default)]
    skip_tls_verify: Option<bool>,
}

/// Where a context leads.
#[derive(Debug)]
pub(crate) struct Context {
    /// Nothing where it does not say.
    pub(crate) host: Option<Host>,
    pub(crate) tls: Option<Tls>,
}

/// The context `name` of the settings in `folder`.
pub(crate) fn load(folder: &Path, name: &str) -> Result<Context> {
    let path = meta_file(folder, name);
    let Some(bytes) = file::read(&path, Form::Settings)? else {
        return Err(missing(folder, name));
    };
    let (host, skip_verify) = engine(&path, name, &bytes)?;
    // The material of a context that leads to a socket is of no use.
    let tls = match &host {
        Some(Host::Tcp(_) | Host::Tls(_)) => {
            tls(folder, name, skip_verify).map_err(|error| error.blamed_on(&who(&path, name)))?
        }
        _ => None,
    };
    Ok(Context { host, tls })
}

/// What the bytes of its `meta.json` say: where the engine is, and whether it need not prove
/// who it is.
pub(crate) fn engine(path: &Path, name: &str, bytes: &[u8]) -> Result<(Option<Host>, bool)> {
    let Meta { endpoints, .. } = config_file::parse(path, bytes)?;
    let who = who(path, name);
    let Some(Object(endpoint)) = endpoints.and_then(|Object(endpoints)| endpoints.docker) else {
        return Err(Error::new(
            ErrorKind::Settings,
            format!("{who}: it says nothing about a docker engine"),
        ));
    };
    let host = match endpoint.host.as_deref().map(str::trim) {
        None | Some("") => None,
        Some(host) => {
            let host = host.parse();
            Some(host.map_err(|error: Error| error.blamed_on(&who))?)
        }
    };
    Ok((host, endpoint.skip_tls_verify == Some(true)))
}

/// Which context can't be used.
fn who(path: &Path, name: &str) -> String {
    format!("cannot use the context `{name}` of {}", path.display())
}

/// The certificates of a context, and whether the engine must prove who it is.
fn tls(folder: &Path, name: &str, skip_verify: bool) -> Result<Option<Tls>> {
    let certificates = Tls::in_dir(&tls_folder(folder, name))?;
    Ok(match (certificates, skip_verify) {
        (Some(tls), skip_verify) => Some(tls.verify(!skip_verify)),
        (None, true) => Some(Tls::new().verify(false)),
        (None, false) => None,
    })
}

fn missing(folder: &Path, name: &str) -> Error {
    let names = names(folder);
    let mut there: Vec<String> = names
        .iter()
        .take(NAMED)
        .map(|name| format!("`{}`", name.escape_debug()))
        .collect();
    if names.len() > NAMED {
        there.push(format!("{} more", names.len() - NAMED));
    }
    Error::new(
        ErrorKind::Settings,
        format!(
            "there is no context `{}` in {}; there are {}",
            name.escape_debug(),
            folder.join("contexts").display(),
            there.join(", ")
        ),
    )
}

/// The names of all contexts, `default` first. A file that can't be read has none.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder.join("contexts").join("meta"))
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let path = entry.path().join("meta.json");
            let bytes = file::read(&path, Form::Settings).ok()??;
            let meta: Meta = config_file::parse(&path, &bytes).ok()?;
            Some(meta.name).filter(|name| !name.is_empty() && name != DEFAULT)
        })
        .collect();
    names.sort_unstable();
    names.insert(0, DEFAULT.to_owned());
    names
}

/// The file of a context, whatever it is called.
pub(crate) fn meta_file(folder: &Path, name: &str) -> PathBuf {
    let store = folder.join("contexts").join("meta");
    store.join(id(name)).join("meta.json")
}

/// The folder of the certificates of a context, whatever it is called.
pub(crate) fn tls_folder(folder: &Path, name: &str) -> PathBuf {
    let store = folder.join("contexts").join("tls");
    store.join(id(name)).join("docker")
}

/// What the folders of a context are called.
fn id(name: &str) -> String {
    let mut id = String::new();
    for byte in Sha256::digest(name) {
        // Writing to a string can't fail.
        let _ = write!(id, "{byte:02x}");
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_named_as_docker_names_them() {
        assert_eq!(
            id("desktop-linux"),
            "fe9c6bd7a66301f49ca9b6a70b217107cd1284598bfc254700c989b916da791e"
        );
    }

    #[test]
    fn a_list_is_no_object() {
        let path = Path::new("meta.json");
        let told = |text: &str| engine(path, "lab", text.as_bytes());
        let object = r#"{"Endpoints": {"docker": {"Host": "unix:///run/x"}}}"#;
        let host = "unix:///run/x".parse().unwrap();
        assert_eq!(told(object).unwrap(), (Some(host), false));
        for list in [
            r#"["lab", {"docker": {"Host": "unix:///run/x"}}]"#,
            r#"{"Endpoints": [{"Host": "unix:///run/x"}]}"#,
            r#"{"Endpoints": {"docker": ["unix:///run/x"]}}"#,
        ] {
            let error = told(list).unwrap_err().to_string();
            assert!(error.contains("does not have the form"), "{list}: {error}");
        }
    }

    #[test]
    fn a_name_is_no_path() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("meta.json"), "{}").unwrap();
        for name in ["../..", "/", "", "a\nb"] {
            let error = load(folder.path(), name).unwrap_err();
            assert!(
                error.to_string().starts_with("there is no context `"),
                "{error}"
            );
        }
    }
}
