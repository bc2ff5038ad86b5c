//! Contexts of the `docker` program: any bytes of a `meta.json` lead to an engine, nowhere, or
//! are an error; what a parser of JSON finds is what is read; and whatever a context is called,
//! its files are in the store.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use stevedore_client::fuzzing::{engine_of_context, files_of_context};
use stevedore_client::{ErrorKind, Host};

fuzz_target!(|bytes: &[u8]| {
    let told = engine_of_context(bytes);
    if let Err(error) = &told {
        assert_eq!(error.kind(), ErrorKind::Settings);
        assert!(error.to_string().contains("meta.json"), "{error}");
    }
    if let (Ok((host, skips)), Ok(value)) = (told, serde_json::from_slice::<Value>(bytes)) {
        let docker = value.get("Endpoints").and_then(|it| it.get("docker"));
        let docker = docker.and_then(Value::as_object).expect("an endpoint");
        let text = docker.get("Host").and_then(Value::as_str).unwrap_or_default();
        let text = text.trim();
        let read = (!text.is_empty()).then(|| text.parse::<Host>().expect("a host"));
        assert_eq!(host, read);
        let skip = docker.get("SkipTLSVerify").and_then(Value::as_bool);
        assert_eq!(skips, skip.unwrap_or(false));
    }

    let name = String::from_utf8_lossy(bytes);
    let [meta, tls] = files_of_context(Path::new("/store"), &name);
    for (path, kind, last) in [(meta, "meta", "meta.json"), (tls, "tls", "docker")] {
        let parts: Vec<_> = path.iter().map(|part| part.to_str().expect("ours")).collect();
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
