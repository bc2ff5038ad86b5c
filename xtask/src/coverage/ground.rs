//! What the stories need beside the engine: a registry that can be written to,
//! an index to search in, and the program of a plugin.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::json;
use tempfile::TempDir;

use crate::engine::Lease;
use crate::run;

/// Where the registry is, as the engine sees it.
pub(super) const REGISTRY: &str = "127.0.0.1:5001";
/// Where the index is.
pub(super) const INDEX: &str = "127.0.0.1:5002";

/// Listening there, as `/proc/net/tcp` writes it.
const LISTENING: [&str; 2] = [
    "0100007F:1389 00000000:0000 0A",
    "0100007F:138A 00000000:0000 0A",
];

const START_LIMIT: Duration = Duration::from_secs(20);
const TICK: Duration = Duration::from_millis(20);

/// All of it; it ends and goes when this is dropped.
pub(super) struct Ground {
    folder: TempDir,
    servers: Vec<Child>,
}

impl Ground {
    pub(super) fn start(lease: &Lease) -> Result<Self> {
        let mut ground = Self {
            folder: tempfile::tempdir().context("cannot make a folder")?,
            servers: Vec::new(),
        };
        ground.compile()?;
        let tools = lease.tools()?;
        ground.serve(
            lease
                .command(tools.join("docker-registry"))
                .arg("serve")
                .arg(ground.registry()?),
        )?;
        let index = ground.index()?;
        let httpd = ["httpd", "-f", "-p", INDEX, "-h"];
        ground.serve(lease.command(tools.join("busybox")).args(httpd).arg(index))?;
        for (server, listening) in ground.servers.iter_mut().zip(LISTENING) {
            until_listening(server, listening)?;
        }
        Ok(ground)
    }

    /// The path of a file of that name.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn compile(&self) -> Result<()> {
        let source = self.file("plugin.c");
        fs::write(&source, include_str!("plugin.c"))?;
        let mut cc = Command::new("cc");
        cc.args(["-O2", "-Wall", "-static", "-s", "-o"]);
        run::must(cc.arg(self.file("plugin")).arg(source)).map(drop)
    }

    fn registry(&self) -> Result<PathBuf> {
        let settings = json!({
            "version": "0.1",
            "log": {"level": "warn", "accesslog": {"disabled": true}},
            "storage": {"filesystem": {"rootdirectory": self.file("registry")}},
            "http": {"addr": REGISTRY, "secret": "for a moment"},
        });
        // The registry reads YAML, of which JSON is a part.
        let file = self.file("registry.yml");
        fs::write(&file, settings.to_string())?;
        Ok(file)
    }

    /// An index as registries had one at first, which is what a search still asks.
    fn index(&self) -> Result<PathBuf> {
        let folder = self.file("index");
        fs::create_dir_all(folder.join("v1"))?;
        fs::write(folder.join("v1/_ping"), r#"{"standalone": true}"#)?;
        let found = json!({
            "num_results": 1, "num_pages": 1, "page": 1, "page_size": 25, "query": "busy",
            "results": [{
                "name": "busybox", "description": "A stand-in.", "star_count": 1,
                "is_official": true, "is_automated": false, "is_trusted": false,
            }],
        });
        fs::write(folder.join("v1/search"), found.to_string())?;
        Ok(folder)
    }

    fn serve(&mut self, command: &mut Command) -> Result<()> {
        let log = fs::File::create(self.file(&format!("log-{}", self.servers.len())))?;
        command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        self.servers.push(run::spawn(command)?);
        Ok(())
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        for server in &mut self.servers {
            run::stop(server);
        }
    }
}

/// The server is in the engine's network, which its own folder in /proc shows.
fn until_listening(server: &mut Child, listening: &str) -> Result<()> {
    let began = Instant::now();
    let sockets = format!("/proc/{}/net/tcp", server.id());
    while !fs::read_to_string(Path::new(&sockets)).is_ok_and(|all| all.contains(listening)) {
        if let Some(status) = server.try_wait()? {
            bail!("a server for the stories ended ({status})");
        }
        ensure!(
            began.elapsed() < START_LIMIT,
            "a server for the stories does not listen"
        );
        std::thread::sleep(TICK);
    }
    Ok(())
}
