//! Copies, held against those of the docker command.

#[path = "copy/table.rs"]
mod table;
#[path = "copy/tree.rs"]
#[allow(
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "an archive that it can't read fails the test"
)]
mod tree;

use std::fs;
use std::os::unix::fs::symlink;

use bytes::Bytes;
use stevedore::container::{Container, CopyOptions, Create, HostConfig};
use stevedore::{Docker, ErrorKind, exec};
use tree::Tree;

use super::support::{docker, labelled, name, podman, remove, shell, skip};

/// What may make devices, also where that is not the engine's usual way.
fn sleeping() -> Create {
    let host = HostConfig::new().set("CapAdd", vec!["MKNOD"]);
    shell("exec sleep 1000").host_config(host)
}

/// A container that runs until it is removed.
async fn running(docker: &Docker) -> Container {
    let create = sleeping();
    let container = docker.containers().create(&create).await.unwrap();
    container.start().await.unwrap();
    container
}

async fn said(container: &Container, script: &str) -> String {
    let create = exec::Create::new().cmd(["sh", "-c", script]);
    let outcome = container.exec(create).await.unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert_eq!(outcome.exit_code, 0, "{}", text(&outcome.stderr));
    text(&outcome.stdout)
}

async fn compare(runs: bool) {
    let docker = docker().await;
    if podman(&docker).await.is_some() {
        return skip("the table is of the docker command with Docker, and Podman copies otherwise");
    }
    table::compare(&docker, runs).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn copies_of_a_running_container_are_those_of_the_docker_command() {
    compare(true).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn copies_of_a_stopped_container_are_those_of_the_docker_command() {
    compare(false).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_tree_goes_from_container_to_container_whatever_they_are_called() {
    let docker = docker().await;
    let names = [name("copy.from"), name("copy.to")];
    let mut containers = Vec::new();
    for name in &names {
        let create = sleeping().name(name);
        containers.push(docker.containers().create(&create).await.unwrap());
    }
    containers[0].start().await.unwrap();
    let setup = format!("mkdir /t; cd /t\n{}\nmknod d/null c 1 3", table::SETUP);
    said(&containers[0], &setup).await;
    let at = |which: usize, path: &str| format!("{}:{path}", names[which]);

    let copied = docker.copy(at(0, "t"), at(1, "/")).await.unwrap();
    let from = Tree::of_container(&containers[0], "/t").await;
    let to = Tree::of_container(&containers[1], "/t").await;
    assert_eq!(from.lines(), to.lines());
    assert_eq!(copied.entries, from.lines().len() as u64);
    println!(
        "{} files and directories, {} bytes",
        copied.entries, copied.bytes
    );

    // The rules are the same as on this side.
    docker.copy(at(0, "/t/d"), at(1, "/new")).await.unwrap();
    docker
        .copy(at(0, "/t/exist/."), at(1, "/new/empty"))
        .await
        .unwrap();
    let new = Tree::of_container(&containers[1], "/new").await;
    assert!(
        new.lines()
            .iter()
            .any(|line| line.starts_with("new/empty/file "))
    );
    let onto_file = docker.copy(at(0, "/t/d"), at(1, "/t/f")).await.unwrap_err();
    assert_eq!(onto_file.kind(), ErrorKind::Argument);
    let missing = docker.copy(at(0, "/nope"), at(1, "/")).await.unwrap_err();
    assert!(missing.is_not_found());
    let nowhere = docker.copy(at(0, "/t/f"), at(1, "/no/where")).await;
    // Podman makes the folder.
    if podman(&docker).await.is_none() {
        let nowhere = nowhere.unwrap_err();
        assert!(nowhere.is_not_found(), "{nowhere:?}");
    }
    let follow = CopyOptions::new().follow_link(true);
    docker
        .copy_with(at(0, "/t/fl"), at(1, "/followed"), &follow)
        .await
        .unwrap();
    assert_eq!(containers[1].read_file("/followed").await.unwrap(), b"f\n");

    // Within one container, however it is called, no engine can do it.
    let id = containers[0].inspect().await.unwrap().id;
    for one in [at(0, "/t/exist"), format!("{}:/t/exist", id.split_at(12).0)] {
        let within = docker.copy(at(0, "/t/d/sub"), one).await.unwrap_err();
        assert_eq!(within.kind(), ErrorKind::Argument, "{within}");
    }
    for container in &containers {
        remove(container).await;
    }
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn files_are_read_and_written_as_bytes() {
    let docker = docker().await;
    let container = running(&docker).await;
    let bytes: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    container
        .write_file("/tmp/new", bytes.clone())
        .await
        .unwrap();
    assert_eq!(container.read_file("tmp/new").await.unwrap(), bytes);
    said(
        &container,
        "chmod 750 /tmp/new; ln -s new /tmp/l; ln -s l /tmp/m; mknod /tmp/device c 1 3",
    )
    .await;
    container.write_file("/tmp/m", "short").await.unwrap();
    assert_eq!(container.read_file("/tmp/m").await.unwrap(), b"short");
    let look = said(&container, "stat -c '%a %u %s' /tmp/new; readlink /tmp/l").await;
    assert_eq!(look, "750 0 5\nnew\n");
    container
        .write_file("/tmp/empty", Bytes::new())
        .await
        .unwrap();
    assert_eq!(container.read_file("/tmp/empty").await.unwrap(), b"");
    for (path, kind) in [
        ("/tmp", ErrorKind::Argument),
        ("/tmp/device", ErrorKind::Argument),
        ("/nope/x", ErrorKind::Refused),
    ] {
        let error = container.read_file(path).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{path}: {error}");
        // Podman makes the folder.
        if path.starts_with("/nope") && podman(&docker).await.is_some() {
            continue;
        }
        let error = container.write_file(path, "x").await.unwrap_err();
        assert_eq!(error.kind(), kind, "{path}: {error}");
    }
    remove(&container).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn volumes_are_part_of_a_container_and_a_read_only_root_is_not_written() {
    let docker = docker().await;
    let volume = name("copy");
    let host = HostConfig::new()
        .binds([format!("{volume}:/data"), format!("{volume}:/mirror:ro")])
        .set("ReadonlyRootfs", true);
    let create = shell("exec sleep 1000").host_config(host);
    let container = docker.containers().create(&create).await.unwrap();
    container.start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("f");
    fs::write(&file, "f").unwrap();

    container.copy_in(&file, "/data").await.unwrap();
    assert_eq!(said(&container, "cat /mirror/f").await, "f");
    container
        .copy_out("/mirror/.", folder.path().join("out"))
        .await
        .unwrap();
    assert_eq!(
        fs::read_to_string(folder.path().join("out/f")).unwrap(),
        "f"
    );
    for path in ["/", "/mirror"] {
        let error = container.copy_in(&file, path).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused, "{path}");
        println!("{path}: {error}");
    }
    remove(&container).await;
    docker
        .call(&stevedore::volume::Remove::new().name(volume))
        .await
        .unwrap();
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn in_archive_mode_files_belong_to_the_user_of_the_container() {
    let docker = docker().await;
    let create = shell("exec sleep 1000").user("nobody");
    let container = docker.containers().create(&create).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("f"), "f").unwrap();
    // Engines before 23 look the name up among their own users.
    for (path, text) in [
        ("/etc/passwd", "nobody:x:65534:65534::/:/bin/sh\n"),
        ("/etc/group", "nogroup:x:65534:\n"),
    ] {
        container.write_file(path, text).await.unwrap();
    }
    let archive = CopyOptions::new().archive(true);
    container
        .copy_in_with(folder.path(), "/given", &archive)
        .await
        .unwrap();
    container.copy_in(folder.path(), "/kept").await.unwrap();
    let tree = Tree::of_container(&container, "/given").await;
    println!("{:?}", tree.lines());
    assert!(
        tree.lines()
            .iter()
            .all(|line| line.contains(" 65534:65534 "))
    );
    let kept = Tree::of_container(&container, "/kept").await;
    assert_ne!(kept.lines()[0], tree.lines()[0]);
    remove(&container).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn an_archive_goes_in_as_it_came_out() {
    let docker = docker().await;
    let container = running(&docker).await;
    said(&container, &format!("mkdir /t; cd /t\n{}", table::SETUP)).await;
    let archive = container
        .archive("/t")
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    said(&container, "mkdir /again").await;
    let pieces = tree::Once(Some(archive));
    container.put_archive("/again", pieces).await.unwrap();
    let first = Tree::of_container(&container, "/t").await;
    let again = Tree::of_container(&container, "/again/t").await;
    assert_eq!(first.lines(), again.lines());
    remove(&container).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_large_upload_that_is_refused_says_why() {
    let docker = docker().await;
    if podman(&docker).await.is_some() {
        return skip("Podman makes folders that are missing, and replaces those in the way");
    }
    let container = running(&docker).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("large");
    // All of it is a hole, which is read as zeros.
    fs::File::create(&file).unwrap().set_len(256 << 20).unwrap();
    said(&container, "mkdir -p /there/large").await;
    for (path, status) in [("/no/where", 404), ("/there", 500)] {
        let error = container.copy_in(&file, path).await.unwrap_err();
        println!("{error}");
        // Engines after 28 say 400 for what was 500 before.
        assert!(
            error.status() == Some(status) || error.status() == Some(400),
            "{error:?}"
        );
    }
    let no_such = docker.container("stevedore-no-such");
    let error = no_such.copy_in(&file, "/").await.unwrap_err();
    assert!(error.is_not_found(), "{error:?}");
    remove(&container).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_whole_container_comes_out_without_its_devices() {
    let docker = docker().await;
    let create = labelled(shell("true"));
    let container = docker.containers().create(&create).await.unwrap();
    container.start().await.unwrap();
    container.wait().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    symlink("elsewhere", folder.path().join("link")).unwrap();
    let copied = container.copy_out("/", folder.path()).await.unwrap();
    println!(
        "{} files and directories, {} bytes",
        copied.entries, copied.bytes
    );
    assert!(folder.path().join("etc/passwd").is_file());
    assert!(folder.path().join("bin/busybox").is_file());
    let again = container
        .copy_out("/", folder.path().join("new"))
        .await
        .unwrap();
    assert_eq!(again.bytes, copied.bytes);
    assert!(folder.path().join("new/etc/passwd").is_file());
    remove(&container).await;
}
