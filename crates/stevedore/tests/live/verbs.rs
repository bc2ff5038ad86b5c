//! The verbs of a container that take one request each.

use stevedore::ErrorKind;
use stevedore::container::{
    Change, ChangeKind, Commit, Create, HostConfig, List, PortProtocol, Prune, Restart, Run, Top,
    Update,
};

use super::support::{IMAGE, docker, labelled, name, podman, remove, run, shell, skip};

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_container_is_frozen_and_goes_on() {
    let docker = docker().await;
    let create = shell("exec sleep 600").stop_timeout(1);
    let container = docker.containers().create(&create).await.unwrap();
    assert_eq!(
        container.pause().await.unwrap_err().kind(),
        ErrorKind::Refused
    );
    container.start().await.unwrap();
    container.pause().await.unwrap();
    assert!(container.inspect().await.unwrap().state.paused);
    container.unpause().await.unwrap();
    assert!(!container.inspect().await.unwrap().state.paused);
    let before = container.inspect().await.unwrap().state.started_at;
    container.restart_with(Restart::new().t(0)).await.unwrap();
    let state = container.inspect().await.unwrap().state;
    assert!(state.running && state.started_at.nanoseconds() > before.nanoseconds());
    remove(&container).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_container_is_found_by_any_of_its_names() {
    let docker = docker().await;
    let (old, new) = (name("old"), name("new"));
    let containers = docker.containers();
    let container = containers.create(&shell("true").name(&old)).await.unwrap();
    let by_name = containers.get(&old).await.unwrap();
    assert_eq!(by_name.id(), container.id());
    docker.container(&old).rename(&new).await.unwrap();
    assert!(!docker.container(&old).exists().await.unwrap());
    assert!(docker.container(&new).exists().await.unwrap());
    let short = container.id().get(..12).unwrap();
    assert_eq!(containers.get(short).await.unwrap().id(), container.id());
    let gone = containers.get(&old).await.unwrap_err();
    assert_eq!(gone.reason(), Some("no_such_container"));
    let other = containers.create(&shell("true")).await.unwrap();
    let taken = other.rename(&new).await.unwrap_err();
    assert_eq!(taken.kind(), ErrorKind::Refused);
    if podman(&docker).await.is_none() {
        assert_eq!(taken.status(), Some(409));
    }
    let list = List::new()
        .all(true)
        .filter("label", format!("stevedore.test={}", run()))
        .filter("id", container.id());
    let all = containers.inspect(&list).await.unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].name, format!("/{new}"));
    remove(&container).await;
    remove(&other).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn limits_change_while_it_runs() {
    let docker = docker().await;
    if podman(&docker).await.is_some_and(|major| major < 5) {
        return skip("Podman 4 changes no limits");
    }
    let create = shell("exec sleep 600").stop_timeout(0);
    let container = docker.containers().create(&create).await.unwrap();
    container.start().await.unwrap();
    let update = Update::new()
        .memory(96 << 20)
        .memory_swap(192 << 20)
        .cpu_shares(512);
    container.update(update).await.unwrap();
    let host = container.inspect().await.unwrap().host_config;
    assert_eq!(
        (host.memory, host.cpu_shares),
        (Some(96 << 20), Some(512)),
        "{host:?}"
    );
    remove(&container).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_terminal_has_the_size_that_it_is_told() {
    let docker = docker().await;
    let create = shell("trap 'stty size; exit' WINCH; echo up; while :; do sleep 0.1; done");
    let container = docker.containers().create(&create.tty(true)).await.unwrap();
    container.start().await.unwrap();
    let logs = stevedore::container::Logs::new().follow(true);
    let mut chunks = container.logs(logs).await.unwrap();
    assert_eq!(chunks.try_next().await.unwrap().unwrap().bytes, "up\r\n");
    container.resize(41, 133).await.unwrap();
    assert_eq!(
        chunks.try_next().await.unwrap().unwrap().bytes,
        "41 133\r\n"
    );
    remove(&container).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn processes_and_changed_files_are_seen() {
    let docker = docker().await;
    let sleep = labelled(Create::new(IMAGE).cmd(["sleep", "612"]));
    let container = docker.containers().create(&sleep).await.unwrap();
    let idle = container.top().await.unwrap_err();
    assert_eq!(idle.kind(), ErrorKind::Refused);
    container.start().await.unwrap();
    let top = container.top_with(Top::new().ps_args("-o pid,args")).await;
    let top = top.unwrap();
    assert_eq!(
        top.column("COMMAND").collect::<Vec<_>>(),
        ["sleep 612"],
        "{top:?}"
    );
    assert_eq!(container.top().await.unwrap().column("PID").count(), 1);
    remove(&container).await;

    let create = shell("echo x >/new; echo x >>/etc/passwd; rm /bin/vi");
    let container = docker.containers().create(&create).await.unwrap();
    assert!(container.diff().await.unwrap().is_empty());
    container.start().await.unwrap();
    assert_eq!(container.wait().await.unwrap(), 0);
    let changes = container.diff().await.unwrap();
    let kind = |path: &str| {
        let found = changes.iter().find(|change| change.path == path);
        found.map(Change::kind)
    };
    assert_eq!(kind("/new"), Some(ChangeKind::Added), "{changes:?}");
    assert_eq!(kind("/etc/passwd"), Some(ChangeKind::Modified));
    assert_eq!(kind("/bin/vi"), Some(ChangeKind::Removed));
    remove(&container).await;
    let gone = container.diff().await.unwrap_err();
    let is_podman = podman(&docker).await.is_some();
    let reason = if is_podman {
        "server_error"
    } else {
        "no_such_container"
    };
    assert_eq!(gone.reason(), Some(reason));
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_container_becomes_an_image_and_an_archive() {
    let docker = docker().await;
    let container = docker
        .containers()
        .create(&shell("echo kept >/kept"))
        .await
        .unwrap();
    container.start().await.unwrap();
    container.wait().await.unwrap();
    let commit = Commit::new()
        .comment("kept")
        .labels([("stevedore.test", run())])
        .changes(["CMD [\"cat\", \"/kept\"]"]);
    let image = container.commit(commit).await.unwrap();
    assert!(image.exists().await.unwrap());
    let again = labelled(Create::new(image.name()));
    let again = docker.containers().run(again, Run::default());
    let outcome = again.await.unwrap();
    assert_eq!(outcome.stdout, b"kept\n");
    remove(&outcome.container).await;

    let mut archive = container.export().await.unwrap();
    let mut bytes = Vec::new();
    while let Some(piece) = archive.next().await.unwrap() {
        bytes.extend(piece);
    }
    // The file's header, and after it a block with what is in it.
    let header = bytes
        .chunks(512)
        .position(|block| block.starts_with(b"kept\0"));
    let content = bytes.chunks(512).nth(header.unwrap() + 1).unwrap();
    assert!(content.starts_with(b"kept\n\0"));
    remove(&container).await;
    let remove = stevedore::image::Remove::new().name(image.name());
    docker.call(&remove).await.unwrap();
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn published_ports_are_a_table() {
    let docker = docker().await;
    let host = HostConfig::new()
        .publish("80/tcp", "")
        .publish("53/udp", "");
    let create = shell("exec sleep 600").expose("9/tcp").host_config(host);
    let container = docker.containers().create(&create).await.unwrap();
    container.start().await.unwrap();
    let ports = container.ports().await.unwrap();
    let of = |port| ports.iter().filter(move |row| row.container_port == port);
    assert!(of(80).count() > 0 && of(80).all(|row| row.host_port > Some(1023)));
    assert!(of(53).all(|row| row.protocol == PortProtocol::Udp && row.host_ip.is_some()));
    let unpublished: Vec<_> = of(9).collect();
    assert_eq!(unpublished.len(), 1);
    assert_eq!(
        (&unpublished[0].host_ip, unpublished[0].host_port),
        (&None, None)
    );
    assert_eq!(ports.first().unwrap().container_port, 9);
    remove(&container).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_prune_takes_only_what_its_filters_name() {
    let docker = docker().await;
    let mark = name("prune");
    let create = |label: &str| shell("true").label("stevedore.prune", label);
    let one = docker.containers().create(&create(&mark)).await.unwrap();
    let other = docker.containers().create(&create("other")).await.unwrap();
    let prune = Prune::new().filter("label", format!("stevedore.prune={mark}"));
    let pruned = docker.containers().prune(&prune).await.unwrap();
    assert_eq!(pruned.containers_deleted, [one.id()]);
    assert!(other.exists().await.unwrap() && !one.exists().await.unwrap());
    remove(&other).await;
}
