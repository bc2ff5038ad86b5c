//! Readers that take a file's bytes, for `fuzz/`. They are there under `--cfg fuzzing` alone,
//! and no part of what this crate promises.

use std::path::{Path, PathBuf};

use crate::{Host, Result, config_file, context};

/// The context that a `config.json` names.
pub fn current_context(config: &[u8]) -> Result<Option<String>> {
    config_file::named(Path::new("config.json"), config)
}

/// Where the engine of a context's `meta.json` is, and whether it need not prove who it is.
pub fn engine_of_context(meta: &[u8]) -> Result<(Option<Host>, bool)> {
    context::engine(Path::new("meta.json"), "fuzzed", meta)
}

/// The files of a context below a folder: `meta.json`, and the folder of its certificates.
pub fn files_of_context(folder: &Path, name: &str) -> [PathBuf; 2] {
    [
        context::meta_file(folder, name),
        context::tls_folder(folder, name),
    ]
}
