//! Containers, one method after the other.

use stevedore::container::{
    Attach, Condition, Create, HostConfig, Kill, List, Logs, Started, Stop, Wait,
};
use stevedore::{ErrorKind, Source};

#[cfg(feature = "websocket")]
use super::support::skip;
use super::support::{docker, labelled, name, podman, read, remove, run, shell};

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_container_lives_from_create_to_remove() {
    let docker = docker().await;
    let name = name("life");
    let create = shell("echo up; exec sleep 600").name(&name).stop_timeout(1);
    let container = docker.containers().create(&create).await.unwrap();
    assert_eq!(container.inspect().await.unwrap().state.status, "created");
    assert_eq!(container.start().await.unwrap(), Started::Now);
    assert_eq!(container.start().await.unwrap(), Started::Already);
    let inspect = docker.container(&name).inspect().await.unwrap();
    assert!(inspect.state.running);
    assert_eq!(
        (inspect.id.as_str(), inspect.name),
        (container.id(), format!("/{name}"))
    );
    assert_eq!(inspect.config.labels["stevedore.test"], run());
    let refused = container.remove().await.unwrap_err();
    let status = if podman(&docker).await.is_some() {
        500
    } else {
        409
    };
    assert_eq!(
        (refused.kind(), refused.status()),
        (ErrorKind::Refused, Some(status))
    );
    container.stop_with(Stop::new().t(0)).await.unwrap();
    assert_eq!(container.stop().await.unwrap(), Started::Already);
    assert_eq!(container.wait().await.unwrap(), 137);
    container.remove().await.unwrap();
    assert!(container.inspect().await.unwrap_err().is_not_found());
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_list_shows_what_matches_its_filters() {
    let docker = docker().await;
    let mark = name("list");
    let create = |label: &str| shell("true").label("stevedore.list", label);
    let one = docker.containers().create(&create(&mark)).await.unwrap();
    let other = docker.containers().create(&create("other")).await.unwrap();
    let list = List::new()
        .all(true)
        .filter("label", format!("stevedore.list={mark}"));
    let found = docker.containers().list(&list).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].id.as_str(), found[0].state.as_str()),
        (one.id(), "created")
    );
    assert_eq!(found[0].command, "sh -c true");
    remove(&one).await;
    remove(&other).await;
    assert!(docker.containers().list(&list).await.unwrap().is_empty());
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn logs_keep_the_two_streams_apart() {
    let docker = docker().await;
    let create = shell("echo one; echo two >&2; printf three");
    let container = docker.containers().create(&create).await.unwrap();
    container.start().await.unwrap();
    assert_eq!(container.wait().await.unwrap(), 0);
    let both = read(container.logs(Logs::new()).await.unwrap()).await;
    assert_eq!(both, ("one\nthree".to_owned(), "two\n".to_owned()));
    let only = read(container.logs(Logs::new().stderr(true)).await.unwrap()).await;
    assert_eq!(only, (String::new(), "two\n".to_owned()));
    let last = read(
        container
            .logs(Logs::new().stdout(true).tail(1))
            .await
            .unwrap(),
    )
    .await;
    assert_eq!(last.0, "three");
    remove(&container).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn logs_of_a_terminal_are_one_raw_stream() {
    let docker = docker().await;
    let create = shell("echo one; echo two >&2").tty(true);
    let container = docker.containers().create(&create).await.unwrap();
    container.start().await.unwrap();
    container.wait().await.unwrap();
    let chunks = container.logs(Logs::new()).await.unwrap();
    assert!(chunks.is_raw());
    assert_eq!(
        read(chunks).await,
        ("one\r\ntwo\r\n".to_owned(), String::new())
    );
    remove(&container).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_followed_log_ends_with_the_container() {
    let docker = docker().await;
    let create = shell("trap 'echo bye; exit 3' TERM; echo hello; while :; do sleep 0.1; done");
    let container = docker.containers().create(&create).await.unwrap();
    container.start().await.unwrap();
    let mut chunks = container.logs(Logs::new().follow(true)).await.unwrap();
    let first = chunks.try_next().await.unwrap().unwrap();
    assert_eq!(
        (first.source, &first.bytes[..]),
        (Source::Stdout, &b"hello\n"[..])
    );
    container
        .kill_with(Kill::new().signal("TERM"))
        .await
        .unwrap();
    assert_eq!(read(chunks).await.0, "bye\n");
    assert_eq!(container.wait().await.unwrap(), 3);
    remove(&container).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn what_goes_in_through_attach_comes_out_again_after_a_half_close() {
    let docker = docker().await;
    let create = labelled(Create::new(super::support::IMAGE).cmd(["cat"]).stdin());
    let container = docker.containers().create(&create).await.unwrap();
    let attach = Attach::new().stream(true).stdin(true).stdout(true);
    let (mut chunks, mut input) = container.attach(attach).await.unwrap();
    container.start().await.unwrap();
    let block: Vec<u8> = (0..=255).cycle().take(1 << 20).collect();
    let blocks = 8;
    let sending = async {
        for _ in 0..blocks {
            input.write(&block).await.unwrap();
        }
        input.close().await.unwrap();
    };
    let receiving = async {
        let mut back = Vec::new();
        while let Some(chunk) = chunks.try_next().await.unwrap() {
            back.extend(chunk.bytes);
        }
        back
    };
    let ((), back) = tokio::join!(sending, receiving);
    assert_eq!(back.len(), blocks * block.len());
    assert!(back.chunks(block.len()).all(|chunk| chunk == block));
    assert_eq!(container.wait().await.unwrap(), 0);
    remove(&container).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_wait_for_removal_ends_with_it() {
    let docker = docker().await;
    let container = docker.containers().create(&shell("exit 4")).await.unwrap();
    let wait = container.wait_with(Wait::new().condition(Condition::Removed));
    let rest = async {
        container.start().await.unwrap();
        container.wait().await.unwrap();
        container.remove().await.unwrap();
    };
    let (waited, ()) = tokio::join!(wait, rest);
    assert_eq!(waited.unwrap(), 4);
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn what_is_asked_of_the_host_is_what_the_container_has() {
    let docker = docker().await;
    let host = HostConfig::new()
        .memory(64 << 20)
        .shm_size(8 << 20)
        .set("ReadonlyRootfs", true);
    let create = shell("true")
        .host_config(host)
        .env("A", "b=c")
        .hostname("boat");
    let container = docker.containers().create(&create).await.unwrap();
    let inspect = container.inspect().await.unwrap();
    let host = &inspect.host_config;
    assert_eq!(host.memory, Some(64 << 20));
    assert_eq!(host.shm_size, Some(8 << 20));
    assert_eq!(host.readonly_rootfs, Some(true));
    assert_eq!(inspect.config.hostname, "boat");
    assert!(inspect.config.env.contains(&"A=b=c".to_owned()));
    remove(&container).await;
}

#[cfg(feature = "websocket")]
#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn what_goes_in_through_a_websocket_comes_out_again() {
    use stevedore::container::AttachWebsocket;

    let docker = docker().await;
    if podman(&docker).await.is_some() {
        return skip("Podman has no attach over a websocket");
    }
    let create = labelled(
        Create::new(super::support::IMAGE)
            .cmd(["head", "-n", "2"])
            .stdin(),
    );
    let container = docker.containers().create(&create).await.unwrap();
    let mut attach = AttachWebsocket::new().id(container.id()).stream(true);
    // Engines before that connect all streams that the container has open.
    if docker.api_version().await.unwrap() >= stevedore::ApiVersion::new(1, 42) {
        attach = attach.stdin(true).stdout(true);
    }
    let mut socket = docker.call(&attach).await.unwrap();
    container.start().await.unwrap();
    socket.write("one\n").await.unwrap();
    socket.write("two\n").await.unwrap();
    let mut back = Vec::new();
    while let Some(bytes) = socket.try_next().await.unwrap() {
        back.extend(bytes);
    }
    assert_eq!(back, b"one\ntwo\n");
    assert_eq!(container.wait().await.unwrap(), 0);
    remove(&container).await;
}
