//! The images that a private engine can pull, made on this machine.
//!
//! They carry the names that Docker's documentation uses, so that its examples run where no
//! registry of the world can be reached. Each is written twice: into the storage folder of a
//! registry, which serves it as it is, and as an archive that `docker load` takes.

mod layer;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::rc::Rc;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use self::layer::{Layer, Tree, append};
use super::place::{Place, fresh_part, make_dir};
use super::{install, say};

/// Nothing in an image depends on when it is made.
const CREATED: &str = "2024-01-01T00:00:00Z";
const PATH: &str = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const NAMES: &[&str] = &[
    "alpine",
    "bash",
    "busybox",
    "hello-world",
    "nginx",
    "richfitz/iterate",
];

/// The registry's storage folder and the archives, made where they are missing.
pub(super) fn make(place: &Place) -> Result<PathBuf> {
    let target = place.stand_ins();
    if target.exists() {
        return Ok(target);
    }
    let tools = install::tools(place)?;
    let _busy = place.lock("stand-ins", "making the stand-in images")?;
    if target.exists() {
        return Ok(target);
    }
    let part = fresh_part(&target)?;
    let began = Instant::now();
    let images = draw(&tools, &part)?;
    let mut bytes = 0;
    for image in &images {
        store(&part.join("registry"), image)?;
        bytes += archive(&archive_path(&part, image.name), image)?;
    }
    fs::rename(&part, &target)?;
    let names: Vec<&str> = images.iter().map(|image| image.name).collect();
    say(&format!(
        "stand-in images {} made in {:.1} s ({} kB as archives)",
        names.join(", "),
        began.elapsed().as_secs_f64(),
        bytes / 1000
    ));
    Ok(target)
}

/// Each stand-in's reference and its archive.
pub(super) fn archives(place: &Place) -> Result<Vec<(String, PathBuf)>> {
    let folder = make(place)?;
    Ok(NAMES
        .iter()
        .map(|name| (format!("{name}:latest"), archive_path(&folder, name)))
        .collect())
}

pub(super) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .fold(String::with_capacity(64), |mut hex, byte| {
            // Writing to a string cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

struct Image {
    name: &'static str,
    layers: Vec<Rc<Layer>>,
    config: Vec<u8>,
}

impl Image {
    /// `settings` is what a Dockerfile's instructions would have set.
    fn new(name: &'static str, layers: &[&Rc<Layer>], settings: &Value) -> Result<Image> {
        let layers: Vec<Rc<Layer>> = layers.iter().map(|layer| Rc::clone(layer)).collect();
        let digests: Vec<String> = layers
            .iter()
            .map(|layer| format!("sha256:{}", layer.tar_digest))
            .collect();
        let mut history: Vec<Value> = layers
            .iter()
            .map(|layer| json!({"created": CREATED, "created_by": layer.made_by}))
            .collect();
        // Names the image, so that two with the same files are still two images.
        history.push(json!({
            "created": CREATED,
            "created_by": format!("stand-in for {name}, made by stevedore's cargo xtask"),
            "empty_layer": true,
        }));
        let config = json!({
            "architecture": architecture(),
            "os": "linux",
            "created": CREATED,
            "config": settings,
            "rootfs": {"type": "layers", "diff_ids": digests},
            "history": history,
        });
        Ok(Image {
            name,
            layers,
            config: serde_json::to_vec(&config)?,
        })
    }

    fn config_digest(&self) -> String {
        sha256(&self.config)
    }

    fn manifest(&self) -> Result<Vec<u8>> {
        let blob = |media: &str, size: usize, digest: &str| {
            json!({
                "mediaType": format!("application/vnd.docker.{media}"),
                "size": size,
                "digest": format!("sha256:{digest}"),
            })
        };
        let layers: Vec<Value> = self
            .layers
            .iter()
            .map(|layer| {
                blob(
                    "image.rootfs.diff.tar.gzip",
                    layer.gzip.len(),
                    &layer.gzip_digest,
                )
            })
            .collect();
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
            "config": blob("container.image.v1+json", self.config.len(), &self.config_digest()),
            "layers": layers,
        });
        Ok(serde_json::to_vec_pretty(&manifest)?)
    }
}

fn draw(tools: &Path, work: &Path) -> Result<Vec<Image>> {
    let common = Rc::new(busybox_layer(&tools.join("usr/bin/busybox"))?);
    let bash = Rc::new(bash_layer(&tools.join("usr/bin/bash-static"))?);
    let web = Rc::new(web_layer()?);
    let hello = Rc::new(hello_layer(work)?);
    let release = Rc::new(release_layer()?);
    let counter = Rc::new(counter_layer()?);
    let shell = json!({"Env": [PATH], "Cmd": ["sh"]});
    Ok(vec![
        Image::new(
            "alpine",
            &[&common, &release],
            &json!({"Env": [PATH], "Cmd": ["/bin/sh"]}),
        )?,
        Image::new(
            "bash",
            &[&common, &bash],
            &json!({"Env": [PATH], "Cmd": ["bash"]}),
        )?,
        Image::new("busybox", &[&common], &shell)?,
        Image::new(
            "hello-world",
            &[&hello],
            &json!({"Env": [PATH], "Cmd": ["/hello"]}),
        )?,
        Image::new(
            "nginx",
            &[&common, &web],
            &json!({
                "Env": [PATH],
                "Cmd": ["nginx", "-g", "daemon off;"],
                "ExposedPorts": {"80/tcp": {}},
                "StopSignal": "SIGQUIT",
            }),
        )?,
        Image::new(
            "richfitz/iterate",
            &[&common, &counter],
            &json!({
                "Env": [PATH],
                "Entrypoint": ["/usr/local/bin/iterate"],
                "Labels": {"stevedore_version": "0.0.1"},
            }),
        )?,
    ])
}

fn busybox_layer(program: &Path) -> Result<Layer> {
    let listed = Command::new(program)
        .arg("--list")
        .output()
        .with_context(|| format!("cannot run {}", program.display()))?;
    let applets = String::from_utf8(listed.stdout)?;
    let mut tree = Tree::new();
    tree.dirs(&[
        "bin",
        "dev",
        "etc",
        "home",
        "proc",
        "root",
        "sbin",
        "sys",
        "usr",
        "usr/bin",
        "usr/local",
    ])?;
    tree.dirs(&["usr/local/bin", "usr/sbin", "var"])?;
    tree.dir("tmp", 0o1777)?;
    tree.file("etc/group", 0o644, b"root:x:0:\nnobody:x:65534:\n")?;
    tree.file(
        "etc/passwd",
        0o644,
        b"root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/false\n",
    )?;
    tree.file("bin/busybox", 0o755, &fs::read(program)?)?;
    for applet in applets.lines().filter(|applet| *applet != "busybox") {
        tree.link(&format!("bin/{applet}"), "/bin/busybox")?;
    }
    tree.pack("busybox-static of Debian, with a link for each of its commands")
}

fn bash_layer(program: &Path) -> Result<Layer> {
    let mut tree = Tree::new();
    tree.file("usr/local/bin/bash", 0o755, &fs::read(program)?)?;
    tree.link("bin/bash", "/usr/local/bin/bash")?;
    tree.pack("bash-static of Debian")
}

fn web_layer() -> Result<Layer> {
    let mut tree = Tree::new();
    tree.dirs(&["usr/share", "usr/share/nginx", "usr/share/nginx/html"])?;
    tree.file("usr/sbin/nginx", 0o755, include_bytes!("nginx.sh"))?;
    tree.file(
        "usr/share/nginx/html/index.html",
        0o644,
        include_bytes!("index.html"),
    )?;
    tree.pack("a start script and a page for busybox's web server")
}

fn counter_layer() -> Result<Layer> {
    let mut tree = Tree::new();
    tree.file("usr/local/bin/iterate", 0o755, include_bytes!("iterate.sh"))?;
    tree.pack("a script that counts, with a pause after each number")
}

fn release_layer() -> Result<Layer> {
    let mut tree = Tree::new();
    tree.file(
        "etc/os-release",
        0o644,
        b"NAME=\"stand-in for Alpine Linux\"\nID=stand-in\nPRETTY_NAME=\"stand-in for Alpine Linux (busybox)\"\n",
    )?;
    tree.pack("says what the system is")
}

fn hello_layer(work: &Path) -> Result<Layer> {
    let source = work.join("hello.c");
    let program = work.join("hello");
    fs::write(&source, include_bytes!("hello.c"))?;
    let compiled = Command::new("cc")
        .args(["-O2", "-Wall", "-static", "-s", "-o"])
        .args([&program, &source])
        .output()
        .context("cannot run the C compiler; install build-essential")?;
    if !compiled.status.success() {
        bail!(
            "the C compiler cannot make a static program; install build-essential:\n{}",
            String::from_utf8_lossy(&compiled.stderr).trim()
        );
    }
    let mut tree = Tree::new();
    tree.file("hello", 0o755, &fs::read(&program)?)?;
    fs::remove_file(source)?;
    fs::remove_file(program)?;
    tree.pack("a static program that prints a greeting")
}

/// Writes an image as docker-registry keeps it on disk: content by digest, and small files that
/// hold a digest for every name by which it is reached.
fn store(registry: &Path, image: &Image) -> Result<()> {
    let top = registry.join("docker/registry/v2");
    let blob = |digest: &str, bytes: &[u8]| {
        let pair = digest.get(..2).unwrap_or_default();
        write(
            &top.join("blobs/sha256")
                .join(pair)
                .join(digest)
                .join("data"),
            bytes,
        )
    };
    let repositories = top.join("repositories");
    let home = if image.name.contains('/') {
        repositories.join(image.name)
    } else {
        repositories.join("library").join(image.name)
    };
    let link = |folder: &str, digest: &str| {
        write(
            &home.join(folder).join("link"),
            format!("sha256:{digest}").as_bytes(),
        )
    };
    for layer in &image.layers {
        blob(&layer.gzip_digest, &layer.gzip)?;
        link(
            &format!("_layers/sha256/{}", layer.gzip_digest),
            &layer.gzip_digest,
        )?;
    }
    let config = image.config_digest();
    blob(&config, &image.config)?;
    link(&format!("_layers/sha256/{config}"), &config)?;
    let manifest = image.manifest()?;
    let digest = sha256(&manifest);
    blob(&digest, &manifest)?;
    link(&format!("_manifests/revisions/sha256/{digest}"), &digest)?;
    link("_manifests/tags/latest/current", &digest)?;
    link(
        &format!("_manifests/tags/latest/index/sha256/{digest}"),
        &digest,
    )
}

/// Writes an image as `docker save` does, and gives the size.
fn archive(path: &Path, image: &Image) -> Result<u64> {
    let config = format!("{}.json", image.config_digest());
    let layers: Vec<String> = image
        .layers
        .iter()
        .map(|layer| format!("{}/layer.tar", layer.tar_digest))
        .collect();
    let index = json!([{
        "Config": config,
        "RepoTags": [format!("{}:latest", image.name)],
        "Layers": layers,
    }]);
    let mut builder = tar::Builder::new(Vec::new());
    append(&mut builder, &config, 0o644, &image.config)?;
    for (name, layer) in layers.iter().zip(&image.layers) {
        append(&mut builder, name, 0o644, &layer.tar)?;
    }
    append(
        &mut builder,
        "manifest.json",
        0o644,
        &serde_json::to_vec(&index)?,
    )?;
    let bytes = builder.into_inner()?;
    write(path, &bytes)?;
    Ok(bytes.len() as u64)
}

fn archive_path(folder: &Path, name: &str) -> PathBuf {
    let name = name.replace('/', "-");
    folder.join("archives").join(format!("{name}.tar"))
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(parent) = path.parent() {
        make_dir(parent)?;
    }
    fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

/// This machine's processor under the name that images use.
fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "x86" => "386",
        "aarch64" => "arm64",
        "powerpc64" => "ppc64le",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::io::Read as _;

    use super::*;

    fn sample() -> Image {
        let mut tree = Tree::new();
        tree.file("a", 0o644, b"content").unwrap();
        let layer = Rc::new(tree.pack("sample").unwrap());
        Image::new("sample", &[&layer], &json!({"Cmd": ["a"]})).unwrap()
    }

    #[test]
    fn the_registrys_tag_leads_to_every_byte_of_the_image() {
        let dir = tempfile::tempdir().unwrap();
        store(dir.path(), &sample()).unwrap();
        let top = dir.path().join("docker/registry/v2");
        let tags = top.join("repositories/library/sample/_manifests/tags");
        let blob = |digest: &str| {
            let hex = digest.strip_prefix("sha256:").unwrap();
            let bytes = fs::read(
                top.join("blobs/sha256")
                    .join(hex.get(..2).unwrap())
                    .join(hex)
                    .join("data"),
            )
            .unwrap();
            assert_eq!(sha256(&bytes), hex);
            bytes
        };
        let tagged = fs::read_to_string(tags.join("latest/current/link")).unwrap();
        let manifest: Value = serde_json::from_slice(&blob(&tagged)).unwrap();
        for part in [&manifest["config"], &manifest["layers"][0]] {
            let bytes = blob(part["digest"].as_str().unwrap());
            assert_eq!(part["size"], bytes.len());
        }
    }

    #[test]
    fn an_archive_holds_the_image_under_the_same_id() {
        let dir = tempfile::tempdir().unwrap();
        let path = archive_path(dir.path(), "sample");
        let image = sample();
        archive(&path, &image).unwrap();
        let mut files = BTreeMap::new();
        for entry in tar::Archive::new(fs::File::open(path).unwrap())
            .entries()
            .unwrap()
        {
            let mut entry = entry.unwrap();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            files.insert(entry.path().unwrap().to_string_lossy().into_owned(), bytes);
        }
        let index: Value = serde_json::from_slice(&files["manifest.json"]).unwrap();
        assert_eq!(index[0]["RepoTags"], json!(["sample:latest"]));
        let config = &files[index[0]["Config"].as_str().unwrap()];
        assert_eq!(sha256(config), image.config_digest());
        let config: Value = serde_json::from_slice(config).unwrap();
        let layer = &files[index[0]["Layers"][0].as_str().unwrap()];
        assert_eq!(
            config["rootfs"]["diff_ids"],
            json!([format!("sha256:{}", sha256(layer))])
        );
    }
}
