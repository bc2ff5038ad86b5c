//! Contexts of the `docker` program: any bytes of a `meta.json` lead to an engine, nowhere, or
//! are an error that names the file and shows nothing of it but an address without its
//! password; what a parser of JSON finds is what is read; and whatever a context is called,
//! its files are in the store.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use stevedore_client::fuzzing::{engine_of_context, files_of_context};
use stevedore_client::{Error, ErrorKind, Host};

fuzz_target!(|bytes: &[u8]| {
    let told = engine_of_context(bytes);
    let value = serde_json::from_slice::<Value>(bytes);
    let docker = value.as_ref().ok().and_then(docker);
    let text = docker.and_then(|docker| docker.get("Host")?.as_str());
    let text = text.unwrap_or_default().trim();
    match told {
        Err(error) => assert!(may_be_said(&error, value.is_ok().then_some(text))),
        Ok((host, skips)) if value.is_ok() => {
            let docker = docker.expect("an endpoint");
            let read = (!text.is_empty()).then(|| text.parse::<Host>().expect("a host"));
            assert_eq!(host, read);
            let skip = docker.get("SkipTLSVerify").and_then(Value::as_bool);
            assert_eq!(skips, skip.unwrap_or(false));
        }
        Ok(_) => {}
    }
    a_password_stays_out(text);

    let name = String::from_utf8_lossy(bytes);
    let [meta, tls] = files_of_context(Path::new("/store"), &name);
    for (path, kind, last) in [(meta, "meta", "meta.json"), (tls, "tls", "docker")] {
        let parts: Vec<_> = path
            .iter()
            .map(|part| part.to_str().expect("ours"))
            .collect();
        let [root, store, contexts, is, id, end] = parts.as_slice() else {
            panic!("{}", path.display());
        };
        assert_eq!(
            [*root, *store, *contexts, *is, *end],
            ["/", "store", "contexts", kind, last]
        );
        assert!(id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit()));
    }
});

/// What a context says of its engine.
fn docker(value: &Value) -> Option<&Value> {
    let docker = value.get("Endpoints")?.get("docker")?;
    docker.is_object().then_some(docker)
}

/// Whether an error says what is ours alone, and of the file no more than its address, which is
/// not known where a text that is passed over is no text.
fn may_be_said(error: &Error, text: Option<&str>) -> bool {
    assert_eq!(error.kind(), ErrorKind::Settings);
    let said = error.chain();
    let who = "cannot use the context `fuzzed` of meta.json";
    if said == format!("{who}: it says nothing about a docker engine") {
        return true;
    }
    if said.starts_with(&format!("{who}: `")) && !said.contains(char::is_control) {
        return match text.map(str::parse::<Host>) {
            None => said.contains("` is not a host to connect to: "),
            Some(Ok(_)) => false,
            Some(Err(why)) => said == format!("{who}: {why}"),
        };
    }
    let said: String = said.chars().filter(|c| !c.is_ascii_digit()).collect();
    let faults = [
        "does not have the form that docker writes",
        "ends in the middle",
        "is not JSON",
    ];
    faults.iter().any(|fault| {
        said == format!(
            "cannot use meta.json: it {fault}, at line , column ; correct it there, or move it \
             away"
        )
    })
}

/// Puts a user and a password into the address: an error does not show them.
fn a_password_stays_out(text: &str) {
    const SECRET: &str = "n0b0dy-sh0uld-see";

    let Some((scheme, rest)) = text.split_once("://") else {
        return;
    };
    // What follows is a path then.
    if scheme.starts_with('/') || scheme.starts_with("unix:") || scheme == "unix" {
        return;
    }
    let host = format!("{scheme}://{SECRET}:{SECRET}@{rest}");
    let meta = json!({"Endpoints": {"docker": {"Host": host}}});
    if let Err(error) = engine_of_context(meta.to_string().as_bytes()) {
        let said = format!("{error:?} {}", error.chain());
        assert!(!said.contains(SECRET), "{said}");
    }
}
