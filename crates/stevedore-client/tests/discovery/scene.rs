//! A system in a folder: its files and sockets, and the variables of a user.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use stevedore_client::{Environment, Error, Settings};
use tempfile::TempDir;

use crate::tls;

/// The user that is not root.
const NOBODY: u32 = 65534;

/// How the child that looks as another user is told what to look with.
const HANDED_DOWN: &str = "STEVEDORE_SCENE";

/// What answers at a socket.
pub(crate) enum Answers {
    /// An engine: its name, its version, its oldest and newest API version.
    Engine(&'static str, &'static str, &'static str, &'static str),
    /// The same bytes to everybody.
    Bytes(&'static [u8]),
    /// The same bytes to everybody who connects, without a look at what they want.
    Greets(&'static [u8]),
    /// Nothing, ever.
    Silence,
    /// Something else to `GET /_ping` than to all the rest.
    Paths {
        ping: &'static str,
        rest: &'static str,
    },
}

/// An engine of today.
pub(crate) const ENGINE: Answers = Answers::Engine("Engine", "28.5.2", "1.24", "1.51");

pub(crate) struct Scene {
    folder: TempDir,
    variables: Vec<(String, String)>,
    told: Vec<String>,
    patience: Duration,
    as_nobody: bool,
    port: u16,
}

impl Scene {
    pub(crate) fn new() -> Self {
        // A socket's path has at most 107 bytes.
        let folder = tempfile::Builder::new()
            .prefix("d")
            .tempdir_in("/tmp")
            .unwrap();
        std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
        let mut scene = Self {
            folder,
            variables: Vec::new(),
            told: Vec::new(),
            patience: Duration::from_secs(10),
            as_nobody: false,
            port: 0,
        };
        std::fs::create_dir_all(scene.path("~")).unwrap();
        scene.add("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
        scene.add(
            "/etc/group",
            "root:x:0:\ndocker:x:4242:bob\ncontainers:x:4243:bob,ada\n",
        );
        let home = scene.path("~").display().to_string();
        scene.variables = vec![
            ("HOME".to_owned(), home),
            ("USER".to_owned(), "ada".to_owned()),
        ];
        scene
    }

    /// A path of the scene: `~/…` in the home folder, `/…` in the system.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        let home = self.folder.path().join("home/ada");
        match path.strip_prefix('~') {
            Some("") => home,
            Some(rest) => home.join(rest.trim_start_matches('/')),
            None => self.folder.path().join(path.trim_start_matches('/')),
        }
    }

    /// A file that is not worth telling.
    fn add(&self, path: &str, text: &str) -> PathBuf {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    fn tell(&mut self, line: String) {
        self.told.push(line);
    }

    pub(crate) fn file(&mut self, path: &str, text: &str) -> &mut Self {
        self.add(path, text);
        let shown = if text.len() > 200 {
            format!("{} bytes", text.len())
        } else {
            text.to_owned()
        };
        self.tell(format!("{path}: {shown}"));
        self
    }

    pub(crate) fn folder(&mut self, path: &str, mode: u32) -> &mut Self {
        let there = self.path(path);
        std::fs::create_dir_all(&there).unwrap();
        std::fs::set_permissions(&there, PermissionsExt::from_mode(mode)).unwrap();
        self.tell(format!("{path}/ with mode {mode:o}"));
        self
    }

    pub(crate) fn link(&mut self, path: &str, target: &str) -> &mut Self {
        let from = self.path(path);
        std::fs::create_dir_all(from.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(self.path(target), from).unwrap();
        self.tell(format!("{path} -> {target}"));
        self
    }

    pub(crate) fn pipe(&mut self, path: &str) -> &mut Self {
        let there = self.path(path);
        std::fs::create_dir_all(there.parent().unwrap()).unwrap();
        let made = Command::new("mkfifo").arg(there).status().unwrap();
        assert!(made.success());
        self.tell(format!("{path} is a pipe"));
        self
    }

    /// Mode and, where it is not this user's, group.
    pub(crate) fn access(&mut self, path: &str, mode: u32, group: Option<u32>) -> &mut Self {
        let there = self.path(path);
        std::fs::set_permissions(&there, PermissionsExt::from_mode(mode)).unwrap();
        let mut told = format!("{path} with mode {mode:o}");
        if let Some(group) = group {
            std::os::unix::fs::chown(&there, None, Some(group)).unwrap();
            let _ = write!(told, ", group {group}");
        }
        self.tell(told);
        self
    }

    /// A socket where somebody listens; it ends with the test.
    pub(crate) fn socket(&mut self, path: &str, answers: &'static Answers) -> &mut Self {
        let there = self.path(path);
        std::fs::create_dir_all(there.parent().unwrap()).unwrap();
        let listener = UnixListener::bind(&there).unwrap();
        std::fs::set_permissions(&there, PermissionsExt::from_mode(0o666)).unwrap();
        self.tell(format!("{path}: {}", told(answers)));
        std::thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                serve(stream, answers);
            }
        });
        self
    }

    /// A port where somebody listens; `{port}` in hosts stands for it.
    pub(crate) fn port(&mut self, answers: &'static Answers) -> &mut Self {
        let listener = self.listen();
        self.tell(format!("port: {}", told(answers)));
        std::thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                serve(stream, answers);
            }
        });
        self
    }

    /// A port where an engine listens behind TLS, whose certificate is for `name`. Its issuer is
    /// in `ca.pem` of the folder.
    pub(crate) fn secure_port(&mut self, name: &str, folder: &str) -> &mut Self {
        let listener = self.listen();
        let (ca, server) = tls::server(name);
        self.add(&format!("{folder}/ca.pem"), &ca);
        self.tell(format!("port: TLS for {name}, {}", told(&ENGINE)));
        self.tell(format!("{folder}/ca.pem: of its issuer"));
        std::thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                if let Some(stream) = tls::accept(&server, stream) {
                    serve(stream, &ENGINE);
                }
            }
        });
        self
    }

    /// The certificate of an issuer that nobody knows.
    pub(crate) fn other_ca(&mut self, folder: &str) -> &mut Self {
        self.add(&format!("{folder}/ca.pem"), &tls::server("elsewhere").0);
        self.tell(format!("{folder}/ca.pem: of another issuer"));
        self
    }

    /// A port where nobody listens.
    pub(crate) fn dead_port(&mut self) -> &mut Self {
        drop(self.listen());
        self.tell("port: nobody listens".to_owned());
        self
    }

    fn listen(&mut self) -> TcpListener {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        self.port = listener.local_addr().unwrap().port();
        listener
    }

    /// A socket that nobody listens at any more.
    pub(crate) fn dead_socket(&mut self, path: &str) -> &mut Self {
        let there = self.path(path);
        std::fs::create_dir_all(there.parent().unwrap()).unwrap();
        drop(UnixListener::bind(&there).unwrap());
        self.tell(format!("{path}: left behind by an engine"));
        self
    }

    /// A variable; `{~}` and `{/}` in it stand for the folders of the scene.
    pub(crate) fn variable(&mut self, name: &str, value: &str) -> &mut Self {
        self.tell(format!(
            "{name}={}",
            value
                .replace("{~}", "~")
                .replace("{/}", "/")
                .replace("{port}", "PORT")
        ));
        let value = value
            .replace("{~}", &self.path("~").display().to_string())
            .replace("{/}", &format!("{}/", self.folder.path().display()))
            .replace("{port}", &self.port.to_string());
        self.variables.push((name.to_owned(), value));
        self
    }

    /// A context as `docker context create` makes it.
    pub(crate) fn context(&mut self, name: &str, host: &str) -> &mut Self {
        self.context_with(name, host, false)
    }

    /// The same with a word about the engine's certificate.
    pub(crate) fn context_with(&mut self, name: &str, host: &str, skip: bool) -> &mut Self {
        let host = host
            .replace("{~}", &self.path("~").display().to_string())
            .replace("{port}", &self.port.to_string());
        let meta = format!(
            r#"{{"Name":"{name}","Metadata":{{}},"Endpoints":{{"docker":{{"Host":"{host}","SkipTLSVerify":{skip}}}}}}}"#
        );
        self.add(&meta_file(name), &meta);
        let host = self.shown(&host);
        let skips = if skip { ", SkipTLSVerify" } else { "" };
        self.tell(format!("context {name}: {host}{skips}"));
        self
    }

    /// Looks with less patience than for slow machines.
    pub(crate) fn hurry(&mut self) -> &mut Self {
        self.patience = Duration::from_millis(100);
        self
    }

    /// Looks as a user who is not root, in another process.
    pub(crate) fn as_nobody(&mut self) -> &mut Self {
        self.as_nobody = true;
        self
    }

    /// What there is, what is reported, and what is made of it.
    pub(crate) async fn report(&self) -> String {
        let seen = if self.as_nobody && is_root() {
            self.seen_as_nobody()
        } else {
            seen(&self.environment()).await
        };
        let mut text = String::new();
        for line in &self.told {
            let _ = writeln!(text, "    {line}");
        }
        if self.told.is_empty() {
            text.push_str("    (nothing)\n");
        }
        text.push('\n');
        text.push_str(&aligned(&self.shown(&seen)));
        text
    }

    /// The same with the scene's own folders in short.
    fn shown(&self, text: &str) -> String {
        let root = self.folder.path().display().to_string();
        let text = text
            .replace(&format!("{root}/home/ada"), "~")
            .replace(&root, "");
        match self.port {
            0 => text,
            port => text.replace(&format!(":{port}"), ":PORT"),
        }
    }

    fn environment(&self) -> Environment {
        let variables = self.variables.iter();
        variables.fold(
            Environment::new()
                .under(self.folder.path())
                .user(1000)
                .patience(self.patience),
            |environment, (name, value)| environment.with(name, value),
        )
    }

    /// Has a copy of this program look, where a user who is not root can start it.
    fn seen_as_nobody(&self) -> String {
        let program = self.folder.path().join("look");
        let own = std::env::current_exe().unwrap();
        if std::fs::hard_link(&own, &program).is_err() {
            std::fs::copy(&own, &program).unwrap();
        }
        std::os::unix::fs::chown(self.path("~"), Some(NOBODY), None).unwrap();
        let mut scene = format!(
            "{}\n{}\n",
            self.folder.path().display(),
            self.patience.as_millis()
        );
        for (name, value) in &self.variables {
            let _ = writeln!(scene, "{name}={value}");
        }
        let output = Command::new("setpriv")
            .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
            .arg(program)
            .args(["--exact", "--nocapture", "each_situation_gives_its_report"])
            .env(HANDED_DOWN, scene)
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{text}");
        let seen = text.split(BEGIN).nth(1).and_then(|it| it.split(END).next());
        seen.unwrap().to_owned()
    }
}

/// The table of a report as wide as it is once its paths are in short.
fn aligned(text: &str) -> String {
    let is_row = |line: &str| line.starts_with("* ") || line.starts_with("  ");
    let rows: Vec<(char, Vec<&str>)> = text
        .lines()
        .take_while(|line| is_row(line))
        .map(|line| {
            let (mark, cells) = line.split_at(2);
            let cells = cells.split("  ").map(str::trim).filter(|it| !it.is_empty());
            (mark.chars().next().unwrap(), cells.collect())
        })
        .collect();
    let width = |column: usize| rows.iter().map(|(_, cells)| cells[column].len()).max();
    let mut table = String::new();
    for (mark, cells) in &rows {
        let [origin, host, found] = cells.as_slice() else {
            panic!("not three columns: {cells:?}");
        };
        let (origins, hosts) = (width(0).unwrap(), width(1).unwrap());
        let _ = writeln!(table, "{mark} {origin:origins$}  {host:hosts$}  {found}");
    }
    for line in text.lines().skip(rows.len()) {
        let _ = writeln!(table, "{line}");
    }
    table
}

/// Where docker keeps the certificates of a context.
pub(crate) fn tls_folder(name: &str) -> String {
    let meta = meta_file(name).replace("contexts/meta", "contexts/tls");
    meta.replace("meta.json", "docker")
}

/// Where docker keeps a context.
pub(crate) fn meta_file(name: &str) -> String {
    let mut id = String::new();
    for byte in Sha256::digest(name) {
        let _ = write!(id, "{byte:02x}");
    }
    format!("~/.docker/contexts/meta/{id}/meta.json")
}

const BEGIN: &str = "--- seen ---\n";
const END: &str = "--- end ---\n";

/// What a child is to look with.
pub(crate) fn handed_down() -> Option<Environment> {
    let scene = std::env::var(HANDED_DOWN).ok()?;
    let mut lines = scene.lines();
    let environment = Environment::new()
        .under(lines.next().unwrap())
        .user(1000)
        .patience(Duration::from_millis(
            lines.next().unwrap().parse().unwrap(),
        ));
    print!("{BEGIN}");
    Some(lines.fold(environment, |environment, line| {
        let (name, value) = line.split_once('=').unwrap();
        environment.with(name, value)
    }))
}

/// The report, and what is made of it without asking anybody.
pub(crate) async fn seen(environment: &Environment) -> String {
    let report = environment.discover().await;
    let mut text = report.to_string();
    let made = Settings::from_environment(environment).map(|it| {
        let tls = match &it.tls {
            _ if !it.is_tls() => "",
            Some(tls) if !tls.is_verifying() => " over TLS, whoever it is",
            _ => " over TLS",
        };
        let warnings = it.warnings();
        let warnings = warnings.iter().map(|it| format!("\nwarning: {it}"));
        format!("{}{tls}{}", it.host, warnings.collect::<String>())
    });
    let made = made.unwrap_or_else(|error| failure(&error));
    let found = report.into_settings().map(|it| it.host.to_string());
    let found = found.unwrap_or_else(|error| failure(&error));
    let _ = write!(text, "\nsettings: {made}\n");
    if !made.starts_with(&found) {
        let _ = writeln!(text, "discovered: {found}");
    }
    if std::env::var_os(HANDED_DOWN).is_some() {
        text.push_str(END);
    }
    text
}

fn failure(error: &Error) -> String {
    format!("error, {:?}: {}", error.kind(), error.chain())
}

pub(crate) fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|meta| meta.uid() == 0)
}

/// What is said of who answers.
fn told(answers: &Answers) -> String {
    match answers {
        Answers::Engine(name, version, oldest, newest) => {
            format!("{name} {version}, API {oldest} to {newest}")
        }
        Answers::Bytes(bytes) | Answers::Greets(bytes) => {
            let text = String::from_utf8_lossy(bytes);
            format!("answers with {:?}", text.lines().next().unwrap())
        }
        Answers::Silence => "takes connections and says nothing".to_owned(),
        Answers::Paths { ping, rest } => {
            let first = |text: &str| text.lines().next().unwrap().to_owned();
            format!("to a ping {:?}, else {:?}", first(ping), first(rest))
        }
    }
}

fn serve(mut stream: impl Read + Write, answers: &Answers) {
    let mut head = Vec::new();
    let mut byte = [0];
    let is_asked = !matches!(answers, Answers::Greets(_));
    while is_asked && !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|n| n == 1) {
        head.push(byte[0]);
    }
    let answer = match answers {
        Answers::Silence => {
            // Until the client has enough of it.
            let _ = stream.read(&mut byte);
            return;
        }
        Answers::Bytes(bytes) | Answers::Greets(bytes) => bytes.to_vec(),
        Answers::Paths { ping, rest } => {
            let is_ping = head.starts_with(b"GET /_ping");
            http(if is_ping { ping } else { rest })
        }
        Answers::Engine(name, version, oldest, newest) => {
            assert!(head.starts_with(b"GET /version HTTP/1.1\r\n"));
            http(&format!(
                "200 OK\nContent-Type: application/json\n\n{{\"Components\":[{{\"Name\":\"{name}\"}}],\
                     \"Version\":\"{version}\",\"ApiVersion\":\"{newest}\",\"MinAPIVersion\":\"{oldest}\"}}"
            ))
        }
    };
    let _ = stream.write_all(&answer);
}

/// A status line, headers and a body, as they stand on the wire.
fn http(text: &str) -> Vec<u8> {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    format!(
        "HTTP/1.1 {}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        head.replace('\n', "\r\n"),
        body.len()
    )
    .into_bytes()
}
