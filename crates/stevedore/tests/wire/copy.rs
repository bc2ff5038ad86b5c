//! Copies: what is sent, what becomes of what comes, and what is refused.

#[path = "copy/archives.rs"]
mod archives;
#[path = "copy/cancel.rs"]
mod cancel;
#[path = "copy/hostile.rs"]
mod hostile;
#[path = "copy/tar.rs"]
mod tar;

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;

use stevedore::ErrorKind;
use stevedore_testing::{Daemon, Report, Script};
use tar::{Tar, hex};

use crate::{ID, blocking, docker, endpoint};

/// The stat header, as engines send it.
fn stat(name: &str, mode: u32, target: &str) -> String {
    let json = format!(
        r#"{{"name":"{name}","size":3,"mode":{mode},"mtime":"2024-01-01T00:00:00Z","linkTarget":"{target}"}}"#
    );
    base64(json.as_bytes())
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for part in bytes.chunks(3) {
        let mut three = [0; 4];
        three[1..=part.len()].copy_from_slice(part);
        let value = u32::from_be_bytes(three);
        for place in 0..4 {
            let digit = DIGITS[(value >> (18 - 6 * place)) as usize & 63];
            text.push(if place <= part.len() {
                char::from(digit)
            } else {
                '='
            });
        }
    }
    text
}

const FOLDER: u32 = 0o755 | 1 << 31;
const LINK: u32 = 0o777 | 1 << 27;
const FILE: u32 = 0o644;

/// A daemon that knows these exchanges, and the ping.
fn daemon(exchanges: &str) -> Daemon {
    let script = format!(
        r#"
says: a copy
exchanges:
  - on: GET /_ping
    times: any
    reply: {{headers: {{Api-Version: "1.41", Ostype: linux}}, text: OK}}
{exchanges}"#
    );
    Daemon::start(&Script::parse(&script).unwrap()).unwrap()
}

/// The exchange that gives this archive for `path`, in pieces of `split` bytes.
fn gives(path: &str, mode: u32, archive: &[u8], split: usize) -> String {
    format!(
        r#"
  - on: GET /v1.41/containers/{ID}/archive?path={path}
    reply:
      chunked: true
      headers: {{Content-Type: application/x-tar, X-Docker-Container-Path-Stat: "{}"}}
      steps:
        - split: {split}
        - bytes: "{}"
"#,
        stat("x", mode, ""),
        hex(archive)
    )
}

/// The exchange that looks at a place; 404 without a mode.
fn looks(path: &str, mode: Option<u32>, target: &str) -> String {
    let reply = match mode {
        Some(mode) => format!(
            r#"{{headers: {{X-Docker-Container-Path-Stat: "{}"}}}}"#,
            stat("x", mode, target)
        ),
        None => "{status: 404}".to_owned(),
    };
    format!("  - on: HEAD /v1.41/containers/{ID}/archive?path={path}\n    reply: {reply}\n")
}

/// The exchange that takes an archive.
fn takes(path: &str) -> String {
    format!(
        "  - on: PUT /v1.41/containers/{ID}/archive?noOverwriteDirNonDir=true&path={path}\n    \
         headers: {{Content-Type: application/x-tar, Content-Encoding: ~}}\n    reply: {{}}\n"
    )
}

/// What the last request carried: the names in the archive, and the bytes of the files.
fn carried(report: &Report) -> Vec<(String, String)> {
    tar::list(&report.requests.last().unwrap().body)
}

fn names(report: &Report) -> Vec<String> {
    carried(report).into_iter().map(|(name, _)| name).collect()
}

/// A small tree.
fn tree(at: &Path) {
    fs::create_dir_all(at.join("d/sub")).unwrap();
    fs::write(at.join("d/a"), "one").unwrap();
    fs::write(at.join("d/sub/b"), "two").unwrap();
    symlink("a", at.join("d/link")).unwrap();
    fs::hard_link(at.join("d/a"), at.join("d/z")).unwrap();
}

/// An answer to `HEAD` has no room for a message.
#[tokio::test]
async fn what_is_not_there_is_named_though_the_engine_can_not_say_it() {
    let is_there =
        format!("  - on: GET /v1.41/containers/{ID}/json\n    reply: {{json: {{Id: {ID}}}}}\n");
    let daemon = self::daemon(&(looks("/etc/none", None, "") + &is_there));
    let error = docker(&daemon)
        .container(ID)
        .path_stat("etc/none")
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "the engine refused container_path_stat with status 404: container or path does not \
             exist (path `/etc/none`, id `{ID}`)"
        )
    );
    assert!(error.is_not_found());
    daemon.finish().unwrap();

    let is_gone = format!(
        "  - on: GET /v1.41/containers/{ID}/json\n    \
         reply: {{status: 404, json: {{message: \"No such container: {ID}\"}}}}\n"
    );
    let daemon = self::daemon(&(looks("/etc/none", None, "") + &is_gone));
    let stat = docker(&daemon).container(ID).path_stat("etc/none").await;
    let error = stat.unwrap_err();
    assert_eq!(error.to_string(), format!("No such container: {ID}"));
    assert_eq!(error.missing(), Some("no_such_container"));
    assert_eq!(endpoint(&error), "container_path_stat");
    daemon.finish().unwrap();
}

#[tokio::test]
async fn a_directory_goes_under_its_own_name_or_a_new_one_or_as_its_contents() {
    let folder = tempfile::tempdir().unwrap();
    tree(folder.path());
    let source = folder.path().join("d");
    let mut dot = source.clone().into_os_string();
    dot.push("/.");
    let below = |root: &str| {
        ["", "a", "link", "sub/", "sub/b", "z"]
            .map(|name| format!("{root}/{name}"))
            .to_vec()
    };

    let daemon = self::daemon(&(looks("/srv", Some(FOLDER), "") + &takes("/srv")));
    let copied = docker(&daemon)
        .container(ID)
        .copy_in(&source, "srv")
        .await
        .unwrap();
    assert_eq!((copied.entries, copied.bytes, copied.skipped), (6, 6, 0));
    assert_eq!(names(&daemon.finish().unwrap()), below("d"));

    let daemon = self::daemon(&(looks("/new", None, "") + &takes("/")));
    docker(&daemon)
        .container(ID)
        .copy_in(&source, "/new")
        .await
        .unwrap();
    let report = daemon.finish().unwrap();
    assert_eq!(names(&report), below("new"));
    let target = carried(&report).pop().unwrap();
    assert_eq!(target, ("new/z".to_owned(), "=new/a".to_owned()));

    let daemon = self::daemon(&(looks("/srv/", Some(FOLDER), "") + &takes("/srv/")));
    docker(&daemon)
        .container(ID)
        .copy_in(&dot, "/srv/")
        .await
        .unwrap();
    let contents = ["a", "link", "sub/", "sub/b", "z"];
    assert_eq!(names(&daemon.finish().unwrap()), contents);
}

#[tokio::test]
async fn a_link_at_the_destination_is_followed_once_more() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("f");
    fs::write(&file, "one").unwrap();
    let script = looks("/link", Some(LINK), "/srv/www")
        + &looks("/srv/www", Some(FILE), "")
        + &takes("/srv");
    let daemon = self::daemon(&script);
    docker(&daemon)
        .container(ID)
        .copy_in(&file, "/link")
        .await
        .unwrap();
    let carried = carried(&daemon.finish().unwrap());
    assert_eq!(carried, [("www".to_owned(), "one".to_owned())]);
}

#[tokio::test]
async fn what_does_not_fit_together_is_refused_before_anything_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    tree(folder.path());
    let (dir, file) = (folder.path().join("d"), folder.path().join("d/a"));

    let daemon = self::daemon(&looks("/file", Some(FILE), ""));
    let container = docker(&daemon).container(ID);
    let error = container.copy_in(&dir, "/file").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Argument);
    assert_eq!(
        error.to_string(),
        "cannot copy dir 'd' as dest '/file' is a file"
    );
    daemon.finish().unwrap();

    let inspected =
        format!("  - on: GET /v1.41/containers/{ID}/json\n    reply: {{json: {{Id: {ID}}}}}\n");
    let daemon = self::daemon(&(looks("/new/", None, "") + &inspected));
    let container = docker(&daemon).container(ID);
    let error = container.copy_in(&file, "/new/").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "'/new/' is a directory but does not exist on container"
    );
    daemon.finish().unwrap();

    let daemon = self::daemon("");
    let docker = docker(&daemon);
    let container = docker.container(ID);
    let missing = folder.path().join("nope");
    let errors = [
        container.copy_in(&missing, "/").await,
        container.copy_in(folder.path().join("d/a/"), "/").await,
        container.copy_in(&file, "").await,
        container
            .copy_out("/f", folder.path().join("no/where"))
            .await,
        container.copy_out("/f", folder.path().join("d/a/")).await,
        container.copy_out("", folder.path()).await,
        container.copy_out("/f", "").await,
        docker.copy("./a", "./b").await,
    ];
    for error in errors {
        let error = error.unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::Argument | ErrorKind::Local),
            "{error:?}"
        );
        println!("{error}");
    }
    let report = daemon.finish().unwrap();
    assert!(
        report
            .requests
            .iter()
            .all(|request| request.path == "/_ping")
    );
}

#[tokio::test]
async fn modes_times_and_links_of_an_archive_are_kept_whatever_the_pieces() {
    let archive = Tar::new()
        .folder("d/", 0o555)
        .file("d/a", b"one")
        .with(|header| header.mode = 0o4751)
        .symlink("d/link", "/etc/passwd")
        .hard_link("d/z", "d/a")
        .folder("d/empty/", 0o1777)
        .end();
    for split in [1, 7, 512, 100_000] {
        let folder = tempfile::tempdir().unwrap();
        let daemon = daemon(&gives("/d", FOLDER, &archive, split));
        let to = folder.path().join("new");
        let copied = docker(&daemon)
            .container(ID)
            .copy_out("/d", &to)
            .await
            .unwrap();
        daemon.finish().unwrap();
        assert_eq!((copied.entries, copied.bytes), (5, 3));
        let look = |name: &str| fs::symlink_metadata(to.join(name)).unwrap();
        assert_eq!(fs::read(to.join("a")).unwrap(), b"one");
        assert_eq!(look("a").permissions().mode() & 0o7777, 0o4751);
        assert_eq!(look("").permissions().mode() & 0o7777, 0o555);
        assert_eq!(look("empty").permissions().mode() & 0o7777, 0o1777);
        assert_eq!(look("a").ino(), look("z").ino());
        assert_eq!(
            fs::read_link(to.join("link")).unwrap(),
            Path::new("/etc/passwd")
        );
        for name in ["", "a", "link", "empty"] {
            assert_eq!(look(name).mtime(), tar::MTIME, "{name}");
        }
        fs::set_permissions(&to, fs::Permissions::from_mode(0o755)).unwrap();
    }
}

#[tokio::test]
async fn a_copy_that_is_cut_off_leaves_no_part_of_a_file_and_says_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Tar::new()
        .folder("d/", 0o755)
        .file("d/a", b"one")
        .file("d/b", &[7; 5000])
        .end();
    let script = gives("/d", FOLDER, &archive[..4000], 512) + "        - close\n";
    let daemon = self::daemon(&script);
    let container = docker(&daemon).container(ID);
    let error = container.copy_out("/d", folder.path()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
    assert!(
        error.to_string().contains("2 files and directories are at"),
        "{error}"
    );
    assert_eq!(files(folder.path()), ["d", "d/a"]);
    daemon.finish().unwrap();
}

/// All that is below, sorted.
pub(crate) fn files(at: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![at.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            found.push(path.strip_prefix(at).unwrap().display().to_string());
            if path.symlink_metadata().unwrap().is_dir() {
                open.push(path);
            }
        }
    }
    found.sort();
    found
}

#[tokio::test]
async fn files_go_from_one_container_to_another_under_the_name_that_they_get() {
    let archive = Tar::new()
        .folder("d/", 0o755)
        .file("d/a", b"one")
        .hard_link("d/z", "d/a")
        .symlink("d/up", "../../..")
        .device("d/null", 1, 3)
        .file("d/large", &vec![7; 200_000])
        .end();
    let other = "beef";
    // Asked for by what may be names, they could be one.
    let is = |name: &str, id: &str| {
        format!("  - on: GET /v1.41/containers/{name}/json\n    reply: {{json: {{Id: {id}}}}}\n")
    };
    let script = gives("/d", FOLDER, &archive, 10_000)
        + &is(ID, "one")
        + &is(other, "two")
        + &(looks("/new", None, "") + &takes("/")).replace(ID, other);
    let daemon = daemon(&script);
    let docker = docker(&daemon);
    let copied = docker
        .copy(format!("{ID}:d"), format!("{other}:new"))
        .await
        .unwrap();
    assert_eq!((copied.entries, copied.bytes), (6, 200_003));
    let carried = carried(&daemon.finish().unwrap());
    let names: Vec<_> = carried.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        ["new/", "new/a", "new/z", "new/up", "new/null", "new/large"]
    );
    assert_eq!(carried[2].1, "=new/a");
    assert_eq!(carried[3].1, "../../..");
    assert_eq!(carried[5].1.len(), 200_000);
}

#[tokio::test]
async fn a_file_is_read_and_written_as_bytes() {
    let script = gives(
        "/etc/motd",
        FILE,
        &Tar::new().file("motd", b"hi\0\xff").end(),
        100,
    ) + &looks("/etc/motd", Some(0o600), "")
        + &takes("/etc");
    let daemon = daemon(&script);
    let container = docker(&daemon).container(ID);
    assert_eq!(container.read_file("/etc/motd").await.unwrap(), b"hi\0\xff");
    container.write_file("/etc/motd", "new").await.unwrap();
    let report = daemon.finish().unwrap();
    assert_eq!(carried(&report), [("motd".to_owned(), "new".to_owned())]);
    let head = &report.requests.last().unwrap().body;
    assert_eq!(&head[100..107], b"0000600");
}

#[tokio::test]
async fn only_a_plain_archive_is_sent() {
    let plain = Tar::new().file("f", b"one").end();
    let daemon = daemon(
        "  - on: PUT /v1.41/containers/c0ffee012345/archive?path=/\n    times: 2\n    reply: {}\n",
    );
    let container = docker(&daemon).container(ID);
    for pieces in [
        vec![plain.clone()],
        plain.chunks(100).map(<[u8]>::to_vec).collect(),
    ] {
        container
            .put_archive("/", Pieces(pieces.into()))
            .await
            .unwrap();
    }
    for packed in [
        &b"\x1f\x8b\x08\0\0\0\0\0\0\x03"[..],
        b"BZh91AY&SY",
        b"\xfd7zXZ\0",
        b"\x28\xb5\x2f\xfd",
        b"no archive",
        b"",
    ] {
        let mut packed = packed.to_vec();
        for size in [packed.len(), 2000] {
            packed.resize(size, 1);
            let pieces = Pieces([packed.clone()].into());
            let error = container.put_archive("/", pieces).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Argument, "{error}");
        }
    }
    daemon.finish().unwrap();
}

struct Pieces(std::collections::VecDeque<Vec<u8>>);

impl futures_core::Stream for Pieces {
    type Item = std::io::Result<bytes::Bytes>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(self.0.pop_front().map(|piece| Ok(piece.into())))
    }
}

#[test]
fn without_async_it_is_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Tar::new().folder("d/", 0o755).file("d/a", b"one").end();
    let script = gives("/d", FOLDER, &archive, 100)
        + &gives("/d", FOLDER, &archive, 100)
        + &looks("/new", None, "")
        + &takes("/")
        + &format!("  - on: PUT /v1.41/containers/{ID}/archive?path=/\n    reply: {{}}\n");
    let daemon = daemon(&script);
    let docker = blocking(&daemon);
    let container = docker.container(ID);
    let copied = docker
        .copy(format!("{ID}:/d"), folder.path().join("d"))
        .unwrap();
    assert_eq!((copied.entries, copied.bytes), (2, 3));
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut container.archive("/d").unwrap(), &mut bytes).unwrap();
    assert_eq!(bytes, archive);
    container.copy_in(folder.path().join("d"), "/new").unwrap();
    container
        .put_archive("/", std::io::Cursor::new(archive))
        .unwrap();
    let report = daemon.finish().unwrap();
    assert_eq!(names(&report), ["d/", "d/a"]);
}

/// Whoever runs tasks on several threads can copy in them.
#[test]
fn copies_can_be_sent_to_another_thread() {
    fn is_send<T: Send>(_: &T) {}
    let daemon = daemon("");
    let docker = docker(&daemon);
    let container = docker.container(ID);
    is_send(&docker.copy("a", "b"));
    is_send(&container.copy_in("a", "/"));
    is_send(&container.copy_out("/", "a"));
    is_send(&container.copy_to("/", &container, "/"));
    is_send(&container.read_file("/"));
    is_send(&container.write_file("/", "a"));
    is_send(&container.put_archive("/", Pieces([].into())));
    daemon.finish().unwrap();
}
