//! The settings of the `docker` program, of which one line matters here.

use std::fs::File;
use std::io::{ErrorKind as Io, Read as _};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::{Error, ErrorKind, Result};

/// More than this is not read of a file of settings.
const LARGEST: u64 = 4 << 20;

/// What is read of `config.json`. The rest, passwords of registries among it, is passed over.
#[derive(Deserialize)]
struct ConfigFile {
    #[serde(rename = "currentContext", default)]
    current_context: Option<String>,
}

/// Where the file is.
pub(crate) fn path(folder: &Path) -> PathBuf {
    folder.join("config.json")
}

/// The context that a `config.json` says is in use.
pub(crate) fn current_context(path: &Path) -> Result<Option<String>> {
    let Some(bytes) = read(path)? else {
        return Ok(None);
    };
    // To the `docker` program an empty file has no settings.
    if bytes.trim_ascii().is_empty() {
        return Ok(None);
    }
    let file: ConfigFile = parse(path, &bytes)?;
    Ok(file.current_context.filter(|name| !name.is_empty()))
}

/// The JSON object of a file. What is in it stays out of the message: it may be secret.
pub(crate) fn parse<T: DeserializeOwned>(path: &Path, bytes: &[u8]) -> Result<T> {
    const FORM: &str = "does not have the form that docker writes";
    // A struct would be read from a list as well.
    if !matches!(bytes.trim_ascii_start().first(), None | Some(b'{')) {
        return Err(fault(
            path,
            &format!("it {FORM}; correct it, or move it away"),
        ));
    }
    serde_json::from_slice(bytes).map_err(|error| {
        let what = match error.classify() {
            Category::Data => FORM,
            Category::Eof => "ends in the middle",
            _ => "is not JSON",
        };
        fault(
            path,
            &format!(
                "it {what}, at line {}, column {}; correct it there, or move it away",
                error.line(),
                error.column()
            ),
        )
    })
}

/// What is in a file, if there is one.
pub(crate) fn read(path: &Path) -> Result<Option<Vec<u8>>> {
    let meta = match path.metadata() {
        Ok(meta) => meta,
        Err(error) if error.kind() == Io::NotFound => {
            return match path.read_link() {
                Ok(target) => Err(fault(
                    path,
                    &format!(
                        "it is a link to {}, which is not there; remove the link or make its target",
                        target.display()
                    ),
                )),
                Err(_) => Ok(None),
            };
        }
        Err(error) => return Err(unreadable(path, error)),
    };
    // Opening a pipe or a device might wait for ever.
    if !meta.is_file() {
        let what = if meta.is_dir() {
            "folder"
        } else {
            "special file"
        };
        return Err(fault(
            path,
            &format!("it is a {what} and not a file of settings; move it away"),
        ));
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))
        .map_err(|error| unreadable(path, error))?;
    if bytes.len() as u64 > LARGEST {
        return Err(fault(
            path,
            &format!(
                "it is over {} MiB, which no file of settings is",
                LARGEST >> 20
            ),
        ));
    }
    Ok(Some(bytes))
}

fn unreadable(path: &Path, error: std::io::Error) -> Error {
    let why = match error.kind() {
        Io::PermissionDenied => {
            "permission denied; make it readable for this user, or name the folder of another \
             one's settings in DOCKER_CONFIG"
        }
        Io::NotADirectory => "a part of its path is no folder",
        _ => "reading it failed",
    };
    fault(path, why).caused_by(error)
}

fn fault(path: &Path, why: &str) -> Error {
    Error::new(
        ErrorKind::Settings,
        format!("cannot use {}: {why}", path.display()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Result<Option<String>> {
        let folder = tempfile::tempdir().unwrap();
        let path = path(folder.path());
        std::fs::write(&path, text).unwrap();
        current_context(&path)
    }

    #[test]
    fn only_the_current_context_is_read() {
        let text = r#"{"auths": {"r.example": {"auth": "c2VjcmV0"}}, "currentContext": "lab"}"#;
        assert_eq!(told(text).unwrap().as_deref(), Some("lab"));
        for none in [
            "",
            " \n",
            "{}",
            r#"{"currentContext": ""}"#,
            r#"{"currentContext": null}"#,
        ] {
            assert_eq!(told(none).unwrap(), None, "{none}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_without_what_is_in_it() {
        for (text, what) in [
            ("{", "ends in the middle"),
            ("{'a': 1}", "is not JSON"),
            ("[]", "does not have the form"),
            (r#""c2VjcmV0""#, "does not have the form"),
            (
                r#"{"currentContext": ["c2VjcmV0"]}"#,
                "does not have the form",
            ),
            (
                r#"{"auths": {"r.example": {"auth": "c2VjcmV0"}}, }"#,
                "is not JSON",
            ),
        ] {
            let error = told(text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Settings);
            let chain = error.chain();
            assert!(chain.contains("config.json"), "{chain}");
            assert!(chain.contains(what), "{text}: {chain}");
            assert!(!chain.contains("c2VjcmV0"), "{chain}");
            assert!(!format!("{error:?}").contains("c2VjcmV0"));
        }
    }
}
