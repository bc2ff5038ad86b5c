//! The manifests of the packed package: what names the repository is made to
//! name the folder beside it.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use toml_edit::{DocumentMut, Item, Table, TableLike};

/// The crates that travel: package name by the folder it has in the repository.
pub(super) type Crates = BTreeMap<PathBuf, String>;

/// A crate's dependencies of these kinds are built with it.
const BUILT: [&str; 2] = ["dependencies", "build-dependencies"];

/// Tables of a manifest that only serve to develop the crate.
const DEVELOPING: [&str; 4] = ["dev-dependencies", "test", "bench", "example"];

pub(super) fn parse(text: &str, file: &Path) -> Result<DocumentMut> {
    text.parse()
        .with_context(|| format!("cannot read {}", file.display()))
}

pub(super) fn package_name(manifest: &DocumentMut) -> Option<&str> {
    manifest.get("package")?.get("name")?.as_str()
}

/// The folders of the crates that this one is built with, as the repository
/// has them; `folder` is the crate's own.
pub(super) fn neighbours(
    manifest: &DocumentMut,
    folder: &Path,
    root: &DocumentMut,
) -> Vec<PathBuf> {
    let inherited = |name: &str| {
        let path = root.get("workspace")?.get("dependencies")?.get(name)?;
        Some(tidy(Path::new(path.get("path")?.as_str()?)))
    };
    dependency_tables(manifest.as_table())
        .into_iter()
        .flat_map(|table| table.iter())
        .filter_map(|(name, dependency)| {
            if is_inherited(dependency) {
                return inherited(name);
            }
            let path = dependency.get("path")?.as_str()?;
            Some(tidy(&folder.join(path)))
        })
        .collect()
}

/// A crate's manifest as it travels: without what only serves to develop it,
/// its neighbours where `place` says they are now.
pub(super) fn moved(
    mut manifest: DocumentMut,
    folder: &Path,
    crates: &Crates,
    place: impl Fn(&str) -> String,
) -> Result<DocumentMut> {
    let table = manifest.as_table_mut();
    for name in DEVELOPING {
        table.remove(name);
    }
    if let Some(targets) = table.get_mut("target").and_then(Item::as_table_like_mut) {
        for (_, target) in targets.iter_mut() {
            if let Some(target) = target.as_table_like_mut() {
                target.remove("dev-dependencies");
            }
        }
    }
    for dependencies in dependency_tables_mut(table) {
        move_paths(dependencies, folder, crates, &place)?;
    }
    Ok(manifest)
}

/// Make the binding's manifest the root of a workspace of its own, with the
/// parts of the repository's root that its members inherit.
pub(super) fn with_workspace(
    mut binding: DocumentMut,
    root: &DocumentMut,
    crates: &Crates,
) -> Result<DocumentMut> {
    let from = root
        .get("workspace")
        .and_then(Item::as_table)
        .context("the root Cargo.toml has no [workspace]")?;
    let mut workspace = Table::new();
    for name in ["resolver", "package", "lints", "dependencies"] {
        if let Some(item) = from.get(name) {
            workspace.insert(name, item.clone());
        }
    }
    if let Some(inherited) = workspace
        .get_mut("dependencies")
        .and_then(Item::as_table_like_mut)
    {
        // Those that stay at home are nobody's dependency here.
        let strangers: Vec<String> = inherited
            .iter()
            .filter(|(_, item)| {
                let path = item.get("path").and_then(Item::as_str);
                path.is_some_and(|path| !crates.contains_key(&tidy(Path::new(path))))
            })
            .map(|(name, _)| name.to_owned())
            .collect();
        for name in strangers {
            inherited.remove(&name);
        }
        move_paths(inherited, Path::new(""), crates, &|name: &str| {
            format!("crates/{name}")
        })?;
    }
    let mut members = toml_edit::Array::new();
    members.push("crates/*");
    workspace.insert("members", toml_edit::value(members));
    let mut exclude = toml_edit::Array::new();
    exclude.push("vendor");
    workspace.insert("exclude", toml_edit::value(exclude));
    binding.insert("workspace", Item::Table(workspace));
    for name in ["profile", "patch"] {
        if let Some(item) = root.get(name) {
            binding.insert(name, item.clone());
        }
    }
    // Cloned tables remember where they stood in the other file; in this one
    // they follow the package's own, in the order in which they were added.
    let mut position = 0;
    number(binding.as_table_mut(), &mut position);
    Ok(binding)
}

/// The packages of a lock file, as name and version.
pub(super) fn locked(lock: &DocumentMut) -> Vec<(String, String)> {
    let packages = lock.get("package").and_then(Item::as_array_of_tables);
    packages
        .into_iter()
        .flatten()
        .filter_map(|package| {
            let part = |name| package.get(name)?.as_str().map(str::to_owned);
            Some((part("name")?, part("version")?))
        })
        .collect()
}

fn number(table: &mut Table, position: &mut isize) {
    table.set_position(Some(*position));
    *position += 1;
    for (_, item) in table.iter_mut() {
        match item {
            Item::Table(table) => number(table, position),
            Item::ArrayOfTables(tables) => {
                for table in tables.iter_mut() {
                    number(table, position);
                }
            }
            Item::None | Item::Value(_) => {}
        }
    }
}

fn move_paths(
    dependencies: &mut dyn TableLike,
    folder: &Path,
    crates: &Crates,
    place: &impl Fn(&str) -> String,
) -> Result<()> {
    for (name, dependency) in dependencies.iter_mut() {
        let Some(path) = dependency.get("path").and_then(Item::as_str) else {
            continue;
        };
        let at = tidy(&folder.join(path));
        let Some(package) = crates.get(&at) else {
            bail!("{name} is at {}, which does not travel", at.display());
        };
        let now = place(package);
        if let Some(dependency) = dependency.as_table_like_mut() {
            dependency.insert("path", toml_edit::value(now));
        }
    }
    Ok(())
}

fn is_inherited(dependency: &Item) -> bool {
    dependency.get("workspace").and_then(Item::as_bool) == Some(true)
}

fn dependency_tables(manifest: &Table) -> Vec<&dyn TableLike> {
    let targets = manifest.get("target").and_then(Item::as_table_like);
    let mut tables: Vec<&dyn TableLike> = BUILT
        .iter()
        .filter_map(|name| manifest.get(name)?.as_table_like())
        .collect();
    for (_, target) in targets.into_iter().flat_map(TableLike::iter) {
        let of_target = BUILT
            .iter()
            .filter_map(|name| target.get(name)?.as_table_like());
        tables.extend(of_target);
    }
    tables
}

fn dependency_tables_mut(manifest: &mut Table) -> Vec<&mut dyn TableLike> {
    let mut tables = Vec::new();
    for (name, item) in manifest.iter_mut() {
        if BUILT.contains(&name.get()) {
            tables.extend(item.as_table_like_mut());
        } else if name.get() == "target" {
            let targets = item.as_table_like_mut().into_iter();
            for (_, target) in targets.flat_map(TableLike::iter_mut) {
                let of_target = target.as_table_like_mut().into_iter();
                for (name, item) in of_target.flat_map(TableLike::iter_mut) {
                    if BUILT.contains(&name.get()) {
                        tables.extend(item.as_table_like_mut());
                    }
                }
            }
        }
    }
    tables
}

/// A path without `.` and `..`.
pub(super) fn tidy(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                tidy.pop();
            }
            other => tidy.push(other),
        }
    }
    tidy
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = r#"
[workspace]
resolver = "3"
members = ["crates/*", "r/src/rust", "xtask"]

[workspace.package]
edition = "2024"

[workspace.dependencies]
words = { path = "crates/words", version = "0.1" }
scripted = { path = "crates/scripted" }
serde = "1"

[workspace.lints.rust]
missing_docs = "deny"

[profile.release]
panic = "unwind"
"#;

    const BINDING: &str = r#"
[package]
name = "binding"
edition.workspace = true

[lib]
crate-type = ["staticlib"]

[dependencies]
things = { path = "../../../crates/things", features = ["blocking"] }
words.workspace = true
savvy = "0.11"

[dev-dependencies]
scripted = { path = "../../../crates/scripted" }

[lints]
workspace = true
"#;

    fn document(text: &str) -> DocumentMut {
        text.parse().unwrap()
    }

    fn crates() -> Crates {
        ["things", "words"]
            .map(|name| (Path::new("crates").join(name), name.to_owned()))
            .into()
    }

    #[test]
    fn neighbours_are_found_by_path_and_by_inheritance_but_not_those_of_tests() {
        let folder = Path::new("r/src/rust");
        let found = neighbours(&document(BINDING), folder, &document(ROOT));
        let expected = ["crates/things", "crates/words"].map(PathBuf::from);
        assert_eq!(found, expected);
    }

    #[test]
    fn the_binding_becomes_a_workspace_that_its_members_inherit_from() {
        let binding = moved(
            document(BINDING),
            Path::new("r/src/rust"),
            &crates(),
            |name| format!("crates/{name}"),
        )
        .unwrap();
        let text = with_workspace(binding, &document(ROOT), &crates())
            .unwrap()
            .to_string();
        let whole = document(&text);
        assert_eq!(
            whole["dependencies"]["things"]["path"].as_str(),
            Some("crates/things")
        );
        assert_eq!(
            whole["dependencies"]["things"]["features"]
                .to_string()
                .trim(),
            "[\"blocking\"]"
        );
        let workspace = &whole["workspace"];
        assert_eq!(workspace["resolver"].as_str(), Some("3"));
        assert_eq!(workspace["package"]["edition"].as_str(), Some("2024"));
        assert_eq!(
            workspace["lints"]["rust"]["missing_docs"].as_str(),
            Some("deny")
        );
        assert_eq!(
            workspace["dependencies"]["words"]["path"].as_str(),
            Some("crates/words")
        );
        assert!(workspace["dependencies"].get("scripted").is_none());
        assert_eq!(
            whole["profile"]["release"]["panic"].as_str(),
            Some("unwind")
        );
        assert!(!text.contains("scripted"), "{text}");
        assert!(!text.contains("xtask"), "{text}");
        assert!(
            text.find("[package]") < text.find("[workspace]"),
            "the package comes first:\n{text}"
        );
    }

    #[test]
    fn a_crate_that_travels_finds_its_neighbour_and_forgets_its_tests() {
        let manifest = r#"
[package]
name = "things"

[dependencies]
words = { path = "../words" }

[target.'cfg(unix)'.dependencies]
words = { path = "../words" }

[target.'cfg(unix)'.dev-dependencies]
scripted = { path = "../scripted" }

[[test]]
name = "live"
"#;
        let moved = moved(
            document(manifest),
            Path::new("crates/things"),
            &crates(),
            |name| format!("../{name}"),
        )
        .unwrap()
        .to_string();
        assert_eq!(moved.matches("../words").count(), 2);
        assert!(
            !moved.contains("live") && !moved.contains("scripted"),
            "{moved}"
        );
    }

    #[test]
    fn a_neighbour_that_does_not_travel_is_an_error_that_names_it() {
        let manifest = "[dependencies]\nother = { path = \"../other\" }\n";
        let error = moved(
            document(manifest),
            Path::new("crates/things"),
            &crates(),
            str::to_owned,
        );
        let error = error.unwrap_err().to_string();
        assert!(error.contains("crates/other"), "{error}");
    }

    #[test]
    fn a_lock_file_lists_its_packages() {
        let lock = "version = 4\n[[package]]\nname = \"a\"\nversion = \"1.2.3\"\n";
        let expected = vec![("a".to_owned(), "1.2.3".to_owned())];
        assert_eq!(locked(&document(lock)), expected);
    }
}
