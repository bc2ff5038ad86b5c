//! The folder that is packed: the R package, with every crate that its
//! binding is built from inside it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::manifest::{self, Crates};
use crate::run;

/// Where the binding is, in the repository and in the package.
const BINDING: &str = "r/src/rust";

/// Crates that are a library to link with on a kind of Windows that R is not built for. It is
/// by GNU's tools for `x86_64`, and by LLVM's for aarch64.
const UNLINKED: [&str; 6] = [
    "windows_aarch64_msvc",
    "windows_i686_gnu",
    "windows_i686_gnullvm",
    "windows_i686_msvc",
    "windows_x86_64_gnullvm",
    "windows_x86_64_msvc",
];

/// The crates that the binding is built from: every folder of the repository
/// that its manifest leads to.
pub(super) fn crates(root: &Path) -> Result<Crates> {
    let top = read_manifest(&root.join("Cargo.toml"))?;
    let mut crates = BTreeMap::new();
    let mut to_read = vec![PathBuf::from(BINDING)];
    while let Some(folder) = to_read.pop() {
        let file = root.join(&folder).join("Cargo.toml");
        let manifest = read_manifest(&file)?;
        let name = manifest::package_name(&manifest)
            .with_context(|| format!("{} names no package", file.display()))?;
        if folder != Path::new(BINDING) {
            crates.insert(folder.clone(), name.to_owned());
        }
        for neighbour in manifest::neighbours(&manifest, &folder, &top) {
            if !crates.contains_key(&neighbour) && !to_read.contains(&neighbour) {
                to_read.push(neighbour);
            }
        }
    }
    Ok(crates)
}

/// Every file that goes into the package, or decides what goes into it.
pub(super) fn sources(root: &Path) -> Result<Vec<PathBuf>> {
    let mut files = vec![root.join("Cargo.toml"), root.join("Cargo.lock")];
    walk(&root.join("r"), &mut files)?;
    for folder in crates(root)?.keys() {
        walk(&root.join(folder), &mut files)?;
    }
    files.sort();
    Ok(files)
}

/// Fill an empty folder with the package.
pub(super) fn fill(root: &Path, stage: &Path) -> Result<()> {
    let crates = crates(root)?;
    copy(&root.join("r"), stage)?;
    let rust = stage.join("src/rust");
    for (folder, name) in &crates {
        let to = rust.join("crates").join(name);
        copy(&root.join(folder), &to)?;
        for developing in ["tests", "examples", "benches"] {
            let folder = to.join(developing);
            if folder.exists() {
                fs::remove_dir_all(&folder)
                    .with_context(|| format!("cannot remove {}", folder.display()))?;
            }
        }
        let manifest = read_manifest(&root.join(folder).join("Cargo.toml"))?;
        let moved = manifest::moved(manifest, folder, &crates, |name| format!("../{name}"))?;
        write(&to.join("Cargo.toml"), &moved.to_string())?;
    }
    let top = read_manifest(&root.join("Cargo.toml"))?;
    let binding = read_manifest(&root.join(BINDING).join("Cargo.toml"))?;
    let binding = manifest::moved(binding, Path::new(BINDING), &crates, |name| {
        format!("crates/{name}")
    })?;
    let whole = manifest::with_workspace(binding, &top, &crates)?;
    write(&rust.join("Cargo.toml"), &whole.to_string())?;
    lock(root, &rust)?;
    vendor(&rust)
}

/// The repository's lock file, less what the package doesn't build. Cargo
/// drops what nobody asks for by itself; that it adds or moves nothing is
/// checked here.
fn lock(root: &Path, rust: &Path) -> Result<()> {
    let ours = root.join("Cargo.lock");
    let theirs = rust.join("Cargo.lock");
    fs::copy(&ours, &theirs).with_context(|| format!("cannot copy {}", ours.display()))?;
    let mut metadata = cargo(rust);
    metadata.args(["metadata", "--format-version", "1"]);
    run::must(&mut metadata).context("cannot trim Cargo.lock")?;
    let known: BTreeSet<_> = manifest::locked(&read_manifest(&ours)?)
        .into_iter()
        .collect();
    for (name, version) in manifest::locked(&read_manifest(&theirs)?) {
        if !known.contains(&(name.clone(), version.clone())) {
            bail!("the package would be built with {name} {version}, which Cargo.lock lacks");
        }
    }
    Ok(())
}

/// Bring in the crates of other people, as one archive: R's checks shall not
/// walk through them, and the build unpacks them where it needs them.
fn vendor(rust: &Path) -> Result<()> {
    run::must(cargo(rust).args([
        "vendor",
        "--quiet",
        "--locked",
        "--versioned-dirs",
        "vendor",
    ]))
    .context("cannot gather the crates that the package is built with")?;
    for folder in folders(&rust.join("vendor"))? {
        if is_unlinked(&folder) {
            without_library(&folder)?;
        }
    }
    // R's own tar is wherever R is, xz included.
    let pack = "utils::tar('vendor.tar.xz', 'vendor', compression = 'xz', tar = 'internal')";
    run::must(
        Command::new("Rscript")
            .args(["--vanilla", "-e", pack])
            .current_dir(rust),
    )
    .context("cannot pack the vendored crates")?;
    fs::remove_dir_all(rust.join("vendor")).context("cannot remove the unpacked crates")?;
    let target = rust.join("target");
    if target.exists() {
        fs::remove_dir_all(&target).context("cannot remove a target folder")?;
    }
    Ok(())
}

/// Whether a folder of the vendored crates is of one that nobody links with.
fn is_unlinked(folder: &Path) -> bool {
    let name = folder.file_name().and_then(|name| name.to_str());
    let (name, _version) = name.and_then(|it| it.split_once('-')).unwrap_or_default();
    UNLINKED.contains(&name)
}

/// Take the library out of a crate, which stays one that cargo knows: the lock file names it.
fn without_library(folder: &Path) -> Result<()> {
    const LIBRARY: &str = "lib";
    let library = folder.join(LIBRARY);
    fs::remove_dir_all(&library).with_context(|| format!("cannot remove {}", library.display()))?;
    let sums = folder.join(".cargo-checksum.json");
    let text =
        fs::read_to_string(&sums).with_context(|| format!("cannot read {}", sums.display()))?;
    let mut value: serde_json::Value = serde_json::from_str(&text)?;
    let files = value.get_mut("files").and_then(|it| it.as_object_mut());
    let files = files.with_context(|| format!("{} names no files", sums.display()))?;
    files.retain(|file, _| !Path::new(file).starts_with(LIBRARY));
    write(&sums, &value.to_string())
}

fn folders(parent: &Path) -> Result<Vec<PathBuf>> {
    let entries =
        fs::read_dir(parent).with_context(|| format!("cannot read {}", parent.display()))?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    let paths: Vec<PathBuf> = paths.collect::<Result<_, _>>()?;
    Ok(paths.into_iter().filter(|path| path.is_dir()).collect())
}

fn cargo(rust: &Path) -> Command {
    let mut cargo = run::cargo();
    cargo.current_dir(rust);
    cargo
}

fn read_manifest(file: &Path) -> Result<toml_edit::DocumentMut> {
    let text =
        fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    manifest::parse(&text, file)
}

fn write(file: &Path, text: &str) -> Result<()> {
    fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let mut files = Vec::new();
    walk(from, &mut files)?;
    for file in files {
        let relative = file
            .strip_prefix(from)
            .context("a file outside its folder")?;
        let at = to.join(relative);
        if let Some(folder) = at.parent() {
            fs::create_dir_all(folder)
                .with_context(|| format!("cannot make {}", folder.display()))?;
        }
        fs::copy(&file, &at).with_context(|| format!("cannot copy {}", file.display()))?;
    }
    Ok(())
}

/// Every file below a folder but those that a build leaves there.
fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    for entry in entries {
        let entry = entry.with_context(|| format!("cannot read {}", folder.display()))?;
        let path = entry.path();
        if is_left_by_a_build(&path) {
            continue;
        }
        if path.is_dir() {
            walk(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn is_left_by_a_build(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    let name = name.unwrap_or_default();
    let extension = path.extension().and_then(|extension| extension.to_str());
    matches!(
        name,
        "target" | "vendor" | "vendor.tar.xz" | "rust-lib" | ".cargo" | ".git"
    ) || matches!(
        extension,
        Some("o" | "so" | "a" | "dll" | "dylib" | "Rcheck")
    ) || path.with_file_name(format!("{name}.in")).exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_build_leaves_does_not_travel() {
        let folder = tempfile::tempdir().unwrap();
        for file in [
            "src/Makevars",
            "src/Makevars.in",
            "src/init.o",
            "src/init.c",
        ] {
            let file = folder.path().join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "").unwrap();
        }
        fs::create_dir(folder.path().join("src/target")).unwrap();
        fs::write(folder.path().join("src/target/x"), "").unwrap();
        let mut files = Vec::new();
        walk(folder.path(), &mut files).unwrap();
        files.sort();
        let expected = ["src/Makevars.in", "src/init.c"].map(|file| folder.path().join(file));
        assert_eq!(files, expected);
    }

    #[test]
    fn a_library_that_nobody_links_with_leaves_its_crate() {
        let folder = tempfile::tempdir().unwrap();
        let of = |name: &str| folder.path().join(name);
        assert!(is_unlinked(&of("windows_i686_msvc-0.52.6")));
        for kept in [
            "windows_x86_64_gnu-0.52.6",
            "windows_aarch64_gnullvm-0.52.6",
            "windows-sys-0.52.0",
            "serde",
        ] {
            assert!(!is_unlinked(&of(kept)), "{kept}");
        }
        let it = of("windows_i686_msvc-0.52.6");
        fs::create_dir_all(it.join("lib")).unwrap();
        fs::write(it.join("lib/windows.lib"), "x").unwrap();
        let sums = r#"{"files":{"lib/windows.lib":"1","src/lib.rs":"2"},"package":"3"}"#;
        fs::write(it.join(".cargo-checksum.json"), sums).unwrap();
        without_library(&it).unwrap();
        assert!(!it.join("lib").exists());
        let left = fs::read_to_string(it.join(".cargo-checksum.json")).unwrap();
        let left: serde_json::Value = serde_json::from_str(&left).unwrap();
        let expected = serde_json::json!({"files": {"src/lib.rs": "2"}, "package": "3"});
        assert_eq!(left, expected);
    }

    #[test]
    fn the_crates_of_this_repository_are_found_from_its_binding() {
        let crates = crates(run::root()).unwrap();
        assert!(!crates.contains_key(Path::new(BINDING)));
        assert!(!crates.values().any(|name| name == "xtask"), "{crates:?}");
    }
}
