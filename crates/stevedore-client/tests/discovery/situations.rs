//! The situations, in the order of the page.

use crate::scene::Answers::{Bytes, Engine, Greets, Paths, Silence};
use crate::scene::{Answers, ENGINE, Scene, meta_file, tls_folder};

pub(crate) struct Situation {
    pub(crate) title: &'static str,
    pub(crate) set: fn(&mut Scene),
    /// Whether it takes root to set: files of others, and a user who is not root.
    pub(crate) needs_root: bool,
}

const SYSTEM: &str = "/var/run/docker.sock";
const ROOTLESS: &str = "/run/user/1000/docker.sock";
const CONFIG: &str = "~/.docker/config.json";

const OTHER: Answers = Engine("Engine", "20.10.24", "1.12", "1.41");
const PODMAN: Answers = Engine("Podman Engine", "5.4.2", "1.24", "1.41");
const OLD: Answers = Engine("", "1.9.1", "", "1.21");
const NEW: Answers = Engine("Engine", "99.0.0", "1.60", "1.70");
const WEB: Answers =
    Bytes(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>");
const PROXY: Answers =
    Bytes(b"HTTP/1.1 502 Bad Gateway\r\nVia: 1.1 squid\r\nContent-Length: 0\r\n\r\n");
const FILTER: Answers = Paths {
    ping: "200 OK\nApi-Version: 1.47\n\nOK",
    rest: "403 Forbidden\n\n<html>",
};
const WALL: Answers = Paths {
    ping: "403 Forbidden\n\n",
    rest: "403 Forbidden\n\n",
};
const STATUS_404: Answers = Paths {
    ping: "404 Not Found\n\n",
    rest: "404 Not Found\n\n",
};
const GIBBERISH: Answers = Bytes(b"SSH-2.0-OpenSSH_9.2p1\r\n");
const CLOSED: Answers = Bytes(b"\n");

/// What an engine with TLS says to plain HTTP, and one without to TLS.
const TLS_WANTED: Answers =
    Bytes(b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n");
const NO_TLS: Answers = Greets(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");

macro_rules! situations {
    ($($(#[$root:ident])? $title:literal => $set:expr;)*) => {
        &[$(Situation {
            title: $title,
            set: |scene| { let set: fn(&mut Scene) = $set; set(scene); },
            needs_root: situations!(@root $($root)?),
        },)*]
    };
    (@root) => { false };
    (@root needs_root) => { true };
}

pub(crate) const SITUATIONS: &[Situation] = situations! {
    // Nobody says anything.
    "nothing is there" => |_| {};
    "the engine of the machine answers" => |s| { s.socket(SYSTEM, &ENGINE); };
    "a rootless engine alone" => |s| { s.socket(ROOTLESS, &ENGINE); };
    "a rootless engine in the folder that XDG_RUNTIME_DIR names" => |s| {
        s.variable("XDG_RUNTIME_DIR", "{/}tmp/runtime");
        s.socket("/tmp/runtime/docker.sock", &ENGINE);
    };
    "Docker Desktop on Linux" => |s| { s.socket("~/.docker/desktop/docker.sock", &ENGINE); };
    "Docker Desktop on macOS, with its link for the whole machine" => |s| {
        s.socket("~/.docker/run/docker.sock", &ENGINE);
        s.link(SYSTEM, "~/.docker/run/docker.sock");
    };
    "Colima with two profiles, of which one runs" => |s| {
        s.dead_socket("~/.colima/default/docker.sock");
        s.socket("~/.colima/test/docker.sock", &ENGINE);
    };
    "Colima at COLIMA_HOME" => |s| {
        s.variable("COLIMA_HOME", "{/}srv/colima");
        s.socket("/srv/colima/default/docker.sock", &ENGINE);
    };
    "Colima below ~/.config" => |s| { s.socket("~/.config/colima/default/docker.sock", &ENGINE); };
    "Colima is down: its link for the whole machine leads nowhere" => |s| {
        s.link(SYSTEM, "~/.colima/default/docker.sock");
    };
    "OrbStack and Rancher Desktop: the first that answers" => |s| {
        s.dead_socket("~/.orbstack/run/docker.sock");
        s.socket("~/.rd/docker.sock", &ENGINE);
    };
    "Lima with two instances" => |s| {
        s.socket("~/.lima/docker/sock/docker.sock", &ENGINE);
        s.socket("~/.lima/old/sock/docker.sock", &OTHER);
        s.folder("~/.lima/_config", 0o755);
    };
    "Podman of the machine and of the user" => |s| {
        s.socket("/run/podman/podman.sock", &PODMAN);
        s.socket("/run/user/1000/podman/podman.sock", &PODMAN);
    };
    "several engines: the first of the list" => |s| {
        s.socket(SYSTEM, &OTHER);
        s.socket(ROOTLESS, &ENGINE);
        s.socket("/run/podman/podman.sock", &PODMAN);
    };

    // Something is there, but no engine.
    "an engine has left its socket behind" => |s| { s.dead_socket(SYSTEM); };
    "a file in the place of the socket" => |s| { s.file(SYSTEM, "gone"); };
    "a folder in the place of the socket, as a bind mount makes it" => |s| {
        s.folder(SYSTEM, 0o755);
    };
    "an engine that takes connections and says nothing" => |s| {
        s.hurry().socket(SYSTEM, &Silence);
    };
    "something that closes the connection" => |s| { s.socket(SYSTEM, &CLOSED); };
    "something that speaks another protocol" => |s| { s.socket(SYSTEM, &GIBBERISH); };
    "a web server" => |s| { s.socket(SYSTEM, &WEB); };
    "a web server that knows no such page" => |s| { s.socket(SYSTEM, &STATUS_404); };
    "a proxy whose engine is gone" => |s| { s.socket(SYSTEM, &PROXY); };
    "a proxy that lets nothing through" => |s| { s.socket(SYSTEM, &WALL); };
    "a proxy that lets a ping through" => |s| { s.socket(SYSTEM, &FILTER); };
    "an engine that is too old" => |s| { s.socket(SYSTEM, &OLD); };
    "an engine that is too new" => |s| { s.socket(SYSTEM, &NEW); };

    // Permissions.
    #[needs_root] "the group of the socket may use it, this user is not in it" => |s| {
        s.socket(SYSTEM, &ENGINE).access(SYSTEM, 0o660, Some(4242)).as_nobody();
    };
    #[needs_root] "this user is in the group of the socket since this session began" => |s| {
        s.socket(SYSTEM, &ENGINE).access(SYSTEM, 0o660, Some(4243)).as_nobody();
    };
    #[needs_root] "the group of the socket has no name" => |s| {
        s.socket(SYSTEM, &ENGINE).access(SYSTEM, 0o660, Some(999)).as_nobody();
    };
    #[needs_root] "only root may use the socket" => |s| {
        s.socket(SYSTEM, &ENGINE).access(SYSTEM, 0o600, None).as_nobody();
    };
    #[needs_root] "the folder of the socket is closed" => |s| {
        s.socket("/run/podman/podman.sock", &PODMAN).access("/run/podman", 0o700, None).as_nobody();
    };
    #[needs_root] "the engine of the machine may not be used, a rootless one may" => |s| {
        s.socket(SYSTEM, &ENGINE).access(SYSTEM, 0o660, Some(4242));
        s.socket(ROOTLESS, &OTHER).as_nobody();
    };

    // DOCKER_HOST.
    "DOCKER_HOST names an engine; others are there" => |s| {
        s.variable("DOCKER_HOST", "unix://{/}srv/d.sock");
        s.socket("/srv/d.sock", &OTHER).socket(SYSTEM, &ENGINE);
    };
    "DOCKER_HOST names nothing: that is not replaced" => |s| {
        s.variable("DOCKER_HOST", "unix://{/}srv/d.sock").socket(SYSTEM, &ENGINE);
    };
    "DOCKER_HOST is empty" => |s| { s.variable("DOCKER_HOST", "").socket(SYSTEM, &ENGINE); };
    "DOCKER_HOST has an unknown protocol" => |s| {
        s.variable("DOCKER_HOST", "ftp://lab.example").socket(SYSTEM, &ENGINE);
    };
    "DOCKER_HOST wins over DOCKER_CONTEXT and over the context in use" => |s| {
        s.variable("DOCKER_HOST", "unix://{/}srv/d.sock").variable("DOCKER_CONTEXT", "nowhere");
        s.file(CONFIG, r#"{"currentContext": "nowhere"}"#).socket("/srv/d.sock", &ENGINE);
    };

    // Contexts.
    "DOCKER_CONTEXT names a context" => |s| {
        s.context("lab", "unix://{~}/lab.sock").variable("DOCKER_CONTEXT", "lab");
        s.socket("~/lab.sock", &ENGINE);
    };
    "DOCKER_CONTEXT wins over the context in use" => |s| {
        s.context("lab", "unix://{~}/lab.sock").context("work", "unix://{~}/work.sock");
        s.file(CONFIG, r#"{"currentContext": "work"}"#).variable("DOCKER_CONTEXT", "lab");
        s.socket("~/lab.sock", &ENGINE);
    };
    "the context in use" => |s| {
        s.context("lab", "unix://{~}/lab.sock").file(CONFIG, r#"{"currentContext": "lab"}"#);
        s.socket("~/lab.sock", &ENGINE);
    };
    "the context in use is silent: that is not replaced" => |s| {
        s.context("lab", "unix://{~}/lab.sock").file(CONFIG, r#"{"currentContext": "lab"}"#);
        s.socket(SYSTEM, &ENGINE);
    };
    "DOCKER_CONTEXT names a context that is not there" => |s| {
        s.context("lab", "unix://{~}/lab.sock").context("colima", "unix://{~}/colima.sock");
        s.file(&meta_file("broken"), "{").variable("DOCKER_CONTEXT", "labor");
        s.socket(SYSTEM, &ENGINE);
    };
    "the context in use is not there" => |s| {
        s.file(CONFIG, r#"{"currentContext": "desktop-linux"}"#).socket(SYSTEM, &ENGINE);
    };
    "DOCKER_CONTEXT=default stands for the engine of the machine" => |s| {
        s.file(CONFIG, r#"{"currentContext": "lab"}"#).variable("DOCKER_CONTEXT", "default");
        s.socket(SYSTEM, &ENGINE).socket(ROOTLESS, &ENGINE);
    };
    "a context without a host stands for the engine of the machine" => |s| {
        s.context("lab", "").variable("DOCKER_CONTEXT", "lab").socket(SYSTEM, &ENGINE);
    };
    "a context of something else than docker" => |s| {
        s.file(&meta_file("kube"), r#"{"Name":"kube","Endpoints":{"kubernetes":{}}}"#);
        s.variable("DOCKER_CONTEXT", "kube");
    };
    "a context whose host can't be used" => |s| {
        s.context("lab", "gopher://lab.example").variable("DOCKER_CONTEXT", "lab");
    };
    "a context whose file is cut off" => |s| {
        s.file(&meta_file("lab"), r#"{"Name":"lab","Endpoints":"#);
        s.variable("DOCKER_CONTEXT", "lab");
    };
    "DOCKER_CONFIG names another folder" => |s| {
        s.variable("DOCKER_CONFIG", "{/}srv/docker");
        s.file("/srv/docker/config.json", r#"{"currentContext": "lab"}"#);
        s.context("lab", "unix://{~}/lab.sock").link("/srv/docker/contexts", "~/.docker/contexts");
        s.socket("~/lab.sock", &ENGINE);
    };

    // config.json.
    "config.json is empty" => |s| { s.file(CONFIG, "").socket(SYSTEM, &ENGINE); };
    "config.json is no JSON; its passwords are not shown" => |s| {
        s.file(CONFIG, r#"{"auths": {"r.example": {"auth": "c2VjcmV0"}},}"#).socket(SYSTEM, &ENGINE);
    };
    "config.json has something else in it" => |s| {
        s.file(CONFIG, r#"{"currentContext": ["c2VjcmV0"]}"#).socket(SYSTEM, &ENGINE);
    };
    "config.json is far too large" => |s| {
        s.file(CONFIG, &" ".repeat((4 << 20) + 1)).socket(SYSTEM, &ENGINE);
    };
    "config.json is a link that leads nowhere" => |s| {
        s.link(CONFIG, "~/dotfiles/docker.json").socket(SYSTEM, &ENGINE);
    };
    "config.json is a folder" => |s| { s.folder(CONFIG, 0o755).socket(SYSTEM, &ENGINE); };
    "config.json is a pipe that nobody writes to" => |s| { s.pipe(CONFIG).socket(SYSTEM, &ENGINE); };
    #[needs_root] "config.json may not be read" => |s| {
        s.file(CONFIG, "{}").access(CONFIG, 0o600, None).socket(SYSTEM, &ENGINE).as_nobody();
    };
    "~/.docker is a file" => |s| { s.file("~/.docker", "").socket(SYSTEM, &ENGINE); };

    // Ports.
    "a port without TLS answers; that is dangerous" => |s| {
        s.port(&ENGINE).variable("DOCKER_HOST", "tcp://127.0.0.1:{port}");
    };
    "a port where nobody listens" => |s| {
        s.dead_port().variable("DOCKER_HOST", "tcp://127.0.0.1:{port}").socket(SYSTEM, &ENGINE);
    };
    "a machine that nobody knows" => |s| {
        s.variable("DOCKER_HOST", "tcp://lab..example:2375");
    };
    "a port that expects TLS" => |s| {
        s.port(&TLS_WANTED).variable("DOCKER_HOST", "tcp://127.0.0.1:{port}");
    };
    "a port that knows no TLS, for which TLS was asked" => |s| {
        s.port(&NO_TLS).variable("DOCKER_HOST", "https://127.0.0.1:{port}");
        s.variable("DOCKER_CERT_PATH", "{~}/certs").other_ca("~/certs");
    };
    "TLS with certificates of DOCKER_CERT_PATH" => |s| {
        s.secure_port("127.0.0.1", "~/certs").variable("DOCKER_HOST", "tcp://127.0.0.1:{port}");
        s.variable("DOCKER_CERT_PATH", "{~}/certs");
    };
    "DOCKER_TLS_VERIFY alone takes the certificates beside docker's settings" => |s| {
        s.secure_port("127.0.0.1", "~/.docker").variable("DOCKER_HOST", "tcp://127.0.0.1:{port}");
        s.variable("DOCKER_TLS_VERIFY", "1");
    };
    "DOCKER_CERT_PATH leads nowhere: no plain connection instead" => |s| {
        s.port(&ENGINE).variable("DOCKER_HOST", "tcp://127.0.0.1:{port}");
        s.variable("DOCKER_CERT_PATH", "{~}/certs");
    };
    "the engine's certificate is of another issuer" => |s| {
        s.secure_port("127.0.0.1", "/srv").variable("DOCKER_HOST", "tcp://127.0.0.1:{port}");
        s.other_ca("~/certs").variable("DOCKER_CERT_PATH", "{~}/certs");
    };
    "the engine's certificate is for another name" => |s| {
        s.secure_port("lab.example", "~/certs").variable("DOCKER_HOST", "tcp://127.0.0.1:{port}");
        s.variable("DOCKER_CERT_PATH", "{~}/certs");
    };
    "a context with certificates of its own" => |s| {
        s.secure_port("127.0.0.1", &tls_folder("lab")).context("lab", "tcp://127.0.0.1:{port}");
        s.variable("DOCKER_CONTEXT", "lab").variable("DOCKER_CERT_PATH", "{~}/not-for-contexts");
    };
    "a context that takes any certificate" => |s| {
        s.secure_port("lab.example", "/srv").variable("DOCKER_CONTEXT", "lab");
        s.context_with("lab", "tcp://127.0.0.1:{port}", true);
    };
    "a context whose key is missing" => |s| {
        s.secure_port("127.0.0.1", &tls_folder("lab")).context("lab", "tcp://127.0.0.1:{port}");
        s.file(&format!("{}/cert.pem", tls_folder("lab")), "").variable("DOCKER_CONTEXT", "lab");
    };
};
