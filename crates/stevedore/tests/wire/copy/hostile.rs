//! Archives that no honest engine sends: each is an error, and nothing leaves the target.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use stevedore::ErrorKind;

use super::archives::{self, Case, d};
use super::tar::{Tar, hex};
use super::{FILE, FOLDER, daemon, files, gives};
use crate::{ID, docker};

/// Copies `/d` out into a directory that has something in it already.
async fn refused(case: &Case, to: &str) {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("target");
    fs::create_dir_all(&target).unwrap();
    fs::create_dir_all(folder.path().join("outside")).unwrap();
    fs::write(folder.path().join("outside/secret"), "secret").unwrap();
    fs::write(target.join("before"), "before").unwrap();
    symlink("../outside", target.join("way")).unwrap();

    let daemon = daemon(&gives("/d", FOLDER, &case.archive, 100_000));
    let container = docker(&daemon).container(ID);
    let error = container.copy_out("/d", target.join(to)).await.unwrap_err();
    let text = error.chain();
    assert!(text.contains(case.says), "{}: {text}", case.name);
    assert!(
        matches!(error.kind(), ErrorKind::Protocol | ErrorKind::Local),
        "{}: {error:?}",
        case.name
    );
    println!("{:45} {error}", case.name);

    let outside = files(folder.path())
        .into_iter()
        .filter(|path| !path.starts_with("target/d") && !path.starts_with("target/new"))
        .collect::<Vec<_>>();
    assert_eq!(
        outside,
        [
            "outside",
            "outside/secret",
            "target",
            "target/before",
            "target/way"
        ],
        "{}",
        case.name
    );
    assert_eq!(read(folder.path(), "outside/secret"), "secret");
    assert_eq!(read(&target, "before"), "before");
    let left = files(&target);
    assert!(
        !left.iter().any(|path| path.contains(".stevedore-")),
        "{}: {left:?}",
        case.name
    );
    daemon.finish().unwrap();
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

#[tokio::test]
async fn an_archive_that_leads_elsewhere_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let outside = folder.path().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("secret"), "secret").unwrap();
    let cases = archives::that_lead_elsewhere(outside.to_str().unwrap());
    for case in &cases {
        refused(case, "").await;
        refused(case, "new").await;
    }
    assert_eq!(files(&outside), ["secret"]);
    println!("{} archives that lead elsewhere", cases.len());
    assert!(cases.len() >= 25);
}

#[tokio::test]
async fn what_is_no_archive_is_refused() {
    let cases = archives::that_are_none();
    for case in &cases {
        refused(case, "").await;
    }
    println!("{} that are no archives", cases.len());
    assert!(cases.len() >= 25);
}

#[tokio::test]
async fn a_link_that_was_in_the_target_before_is_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("target")).unwrap();
    fs::create_dir_all(folder.path().join("outside")).unwrap();
    symlink("../outside", folder.path().join("target/d")).unwrap();
    let archive = d().file("d/f", b"x").end();
    let daemon = daemon(&gives("/d", FOLDER, &archive, 1000));
    let container = docker(&daemon).container(ID);
    let target = folder.path().join("target");
    let error = container.copy_out("/d", &target).await.unwrap_err();
    assert!(error.to_string().contains("cannot overwrite"), "{error}");
    assert_eq!(files(folder.path()), ["outside", "target", "target/d"]);
    daemon.finish().unwrap();
}

#[tokio::test]
async fn a_file_takes_the_place_of_a_link_instead_of_following_it() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("target");
    fs::create_dir_all(target.join("d")).unwrap();
    fs::write(folder.path().join("secret"), "secret").unwrap();
    symlink("../../secret", target.join("d/f")).unwrap();
    fs::hard_link(folder.path().join("secret"), target.join("d/h")).unwrap();
    let archive = d().file("d/f", b"x").file("d/h", b"y").end();
    let daemon = daemon(&gives("/d", FOLDER, &archive, 1000));
    let container = docker(&daemon).container(ID);
    container.copy_out("/d", &target).await.unwrap();
    assert_eq!(read(folder.path(), "secret"), "secret");
    assert_eq!(
        (read(&target, "d/f"), read(&target, "d/h")),
        ("x".to_owned(), "y".to_owned())
    );
    daemon.finish().unwrap();
}

#[tokio::test]
async fn devices_and_fifos_are_left_out_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let archive = d()
        .device("d/null", 1, 3)
        .entry(b'6', b"d/pipe", b"", b"")
        .hard_link("d/again", "d/pipe")
        .file("d/f", b"x")
        .end();
    let daemon = daemon(&gives("/d", FOLDER, &archive, 1000));
    let container = docker(&daemon).container(ID);
    let copied = container.copy_out("/d", folder.path()).await.unwrap();
    assert_eq!((copied.entries, copied.skipped), (2, 3));
    let skipped = ["d/null", "d/pipe", "d/again"].map(|name| folder.path().join(name));
    assert_eq!(copied.skipped_paths, skipped);
    assert_eq!(files(folder.path()), ["d", "d/f"]);
    daemon.finish().unwrap();
}

#[tokio::test]
async fn names_may_be_long_strange_or_come_twice() {
    let folder = tempfile::tempdir().unwrap();
    let deep = format!("d/{}", "e/".repeat(200)) + "f";
    let archive = d()
        .file("d/twice", b"first")
        .file("d/twice", b"second")
        .file("d/Case", b"upper")
        .file("d/case", b"lower")
        .entry(b'0', b"d/not \xff utf-8", b"", b"x")
        .records(&[("path", b"d/line\nbreak"), ("mtime", b"1700000000.5")])
        .file("d/x", b"x")
        .entry(
            b'L',
            b"././@LongLink",
            b"",
            format!("d/{}\0", "n".repeat(200)).as_bytes(),
        )
        .file("d/n", b"x")
        .records(&[("path", deep.as_bytes())])
        .file("d/deep", b"x")
        .entry(b'g', b"global", b"", b"16 path=outside\n")
        .file("d/./dot//slash", b"x")
        .end();
    let daemon = daemon(&gives("/d", FOLDER, &archive, 1000));
    let container = docker(&daemon).container(ID);
    container.copy_out("/d", folder.path()).await.unwrap();
    assert_eq!(read(folder.path(), "d/twice"), "second");
    assert_eq!(read(folder.path(), "d/Case"), "upper");
    assert_eq!(read(folder.path(), "d/case"), "lower");
    assert_eq!(read(folder.path(), "d/line\nbreak"), "x");
    assert_eq!(read(folder.path(), &format!("d/{}", "n".repeat(200))), "x");
    assert_eq!(read(folder.path(), &deep), "x");
    assert_eq!(read(folder.path(), "d/dot/slash"), "x");
    daemon.finish().unwrap();
}

#[tokio::test]
async fn an_answer_for_a_file_that_is_something_else_stays_in_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Tar::new().file("f", b"x").file("f/../g", b"x").end();
    let daemon = daemon(&gives("/f", FILE, &archive, 1000));
    let container = docker(&daemon).container(ID);
    let error = container
        .copy_out("/f", folder.path().join("new"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
    assert_eq!(files(folder.path()), ["new"]);
    daemon.finish().unwrap();
}

#[tokio::test]
async fn a_stat_header_that_is_damaged_or_missing_does_not_matter() {
    for header in [
        "",
        "X-Docker-Container-Path-Stat: \"%%%\"",
        "X-Docker-Container-Path-Stat: \"e30\"",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let script = format!(
            "  - on: GET /v1.41/containers/{ID}/archive?path=/d\n    reply:\n      \
             headers: {{{header}}}\n      bytes: \"{}\"\n",
            hex(&d().file("d/f", b"x").end())
        );
        let daemon = daemon(&script);
        let container = docker(&daemon).container(ID);
        container
            .copy_out("/d", folder.path().join("new"))
            .await
            .unwrap();
        assert_eq!(files(folder.path()), ["new", "new/f"]);
        daemon.finish().unwrap();
    }
}
