//! Containers and commands in them.

use std::collections::BTreeMap;
use std::time::Duration;

use stevedore::container::{
    Attach, AttachWebsocket, BindOptions, Commit, Create, CreateCheckpoint, DeviceMapping, Diff,
    Export, GetArchive, GetPathStat, HealthConfig, HostConfig, InspectOne, Kill, List,
    ListCheckpoints, LogConfig, Logs, Mount, Network, Pause, Prune, PutArchive, Remove,
    RemoveCheckpoint, Rename, Resize, Restart, RestartPolicy, Start, Stats, Stop, TmpfsOptions,
    Top, Ulimit, Unpause, Update, VolumeOptions, Wait,
};
use stevedore::system::Events;
use stevedore::{Error, ErrorKind, Framing, Source, Upload, exec, image, swarm, volume};

use super::archive::tar;
use super::story::{IMAGE, Story, name};

/// A container with much to tell.
fn rich(name: &str) -> Create {
    let host = HostConfig::new()
        .bind("/tmp:/host:ro")
        .publish("80/tcp", "0")
        .memory(64 << 20)
        .cpu_shares(512)
        .init(true);
    let health = HealthConfig::new()
        .test(["CMD", "true"])
        .interval(Duration::from_secs(1));
    Create::new(IMAGE)
        .name(name)
        .cmd(["sh", "-c", "echo out; echo err >&2; exec cat"])
        .env("A", "b")
        .label("stevedore.coverage", name)
        .volumes([("/anonymous".to_owned(), BTreeMap::new())])
        .working_dir("/tmp")
        .stop_timeout(1)
        .open_stdin(true)
        .healthcheck(health)
        .host_config(host)
        .network("bridge", Network::new())
}

#[tokio::test]
#[ignore = "needs a private engine: cargo xtask coverage"]
async fn a_container_from_create_to_prune() {
    let story = Story::begin().await;
    let name = name("rich");
    let id = story.call(&rich(&name)).await.unwrap().id;
    let all = List::new()
        .all(true)
        .size(true)
        .filter("label", format!("stevedore.coverage={name}"));
    story
        .call(&InspectOne::new().id(&id).size(true))
        .await
        .unwrap();
    story.call(&Start::new().id(&id)).await.unwrap();
    story.call(&List::new()).await.unwrap();
    story.call(&all).await.unwrap();
    story.call(&InspectOne::new().id(&id)).await.unwrap();
    story.call(&Top::new().id(&id)).await.unwrap();
    story
        .call(&Stats::new().id(&id).stream(false))
        .await
        .unwrap();

    let logs = Logs::new().id(&id).stdout(true).stderr(true).follow(true);
    let answer = story.call(&logs).await.unwrap();
    let framing = answer.framing().unwrap_or(Framing::Multiplexed);
    let mut chunks = answer.chunks(framing);
    let mut told = Vec::new();
    while told.len() < 2 {
        told.push(chunks.try_next().await.unwrap().unwrap().source);
    }
    assert!(told.contains(&Source::Stdout) && told.contains(&Source::Stderr));

    let archive = tar(&[("put.txt", 0o644, b"put here")]);
    let put = PutArchive::new("/tmp").id(&id);
    story.call_with(&put, Upload::bytes(archive)).await.unwrap();
    let stat = GetPathStat::new("/tmp/put.txt").id(&id);
    assert_eq!(story.call(&stat).await.unwrap().size, 8);
    let got = story
        .call(&GetArchive::new("/tmp/put.txt").id(&id))
        .await
        .unwrap();
    assert!(got.windows(8).any(|part| part == b"put here"));
    let changes = story.call(&Diff::new().id(&id)).await.unwrap();
    assert!(changes.iter().any(|change| change.path == "/tmp/put.txt"));
    let export = story.call(&Export::new().id(&id)).await.unwrap();
    assert_eq!(&export[257..262], b"ustar");

    commands(&story, &id).await;
    attached(&story, &id).await;
    checkpoints(&story, &id).await;

    story
        .call(&Update::new().id(&id).cpu_shares(256))
        .await
        .unwrap();
    story.call(&Pause::new().id(&id)).await.unwrap();
    story.call(&Unpause::new().id(&id)).await.unwrap();
    story.call(&Restart::new().id(&id).t(0)).await.unwrap();
    let other = format!("{name}-other");
    story.call(&Rename::new(&other).id(&id)).await.unwrap();
    let commit = Commit::new()
        .container(&id)
        .repo(&name)
        .tag("made")
        .comment("kept");
    let made = story.call(&commit).await.unwrap();
    story
        .call(&image::Remove::new().name(&made.id))
        .await
        .unwrap();
    story
        .call(&Kill::new().id(&id).signal("KILL"))
        .await
        .unwrap();
    assert_eq!(
        story
            .call(&Wait::new().id(&id))
            .await
            .unwrap()
            .status_code
            .unwrap(),
        137
    );
    story.call(&Start::new().id(&id)).await.unwrap();
    story.call(&Stop::new().id(&id).t(0)).await.unwrap();
    story.call(&all).await.unwrap();
    let inspect = story.call(&InspectOne::new().id(&id)).await.unwrap();
    let mounts = inspect.mounts.into_iter();
    let volume = mounts
        .map(|it| it.name)
        .find(|name| !name.is_empty())
        .unwrap();
    let prune = Prune::new().filter("label", format!("stevedore.coverage={name}"));
    let pruned = story.call(&prune).await.unwrap();
    assert_eq!(pruned.containers_deleted, [id]);
    // A prune leaves the volumes.
    story
        .call(&volume::Remove::new().name(&volume))
        .await
        .unwrap();
}

/// What the host is asked for comes back from it.
#[tokio::test]
#[ignore = "needs a private engine: cargo xtask coverage"]
async fn a_container_that_asks_much_of_its_host() {
    let story = Story::begin().await;
    let name = name("host");
    let tmpfs = TmpfsOptions::new().size_bytes(1 << 20).mode(0o700);
    let driver = swarm::Driver::new().name("local");
    let volume = VolumeOptions::new()
        .no_copy(true)
        .labels([("stevedore.coverage", "mount")])
        .driver_config(driver);
    let bind = BindOptions::new().propagation("rprivate");
    let mounts = [
        Mount::new()
            .kind("tmpfs")
            .target("/scratch")
            .tmpfs_options(tmpfs),
        Mount::new()
            .kind("volume")
            .source(&name)
            .target("/kept")
            .volume_options(volume),
        Mount::new()
            .kind("bind")
            .source("/tmp")
            .target("/host")
            .read_only(true)
            .bind_options(bind),
    ];
    let device = DeviceMapping::new()
        .path_on_host("/dev/null")
        .path_in_container("/dev/nothing")
        .cgroup_permissions("rwm");
    let host = HostConfig::new()
        .mounts(mounts)
        .devices([device])
        .ulimits([Ulimit::new().name("nofile").soft(64).hard(128)])
        .log_config(
            LogConfig::new()
                .kind("json-file")
                .config([("max-size", "1m")]),
        )
        .restart_policy(RestartPolicy::OnFailure(1))
        .cap_add(["NET_ADMIN"])
        .cap_drop(["MKNOD"])
        .dns(["127.0.0.1"])
        .extra_hosts(["other:10.0.0.1"])
        .sysctls([("net.ipv4.ip_forward", "1")])
        .tmpfs([("/run", "size=1m")])
        .security_opt(["no-new-privileges"])
        .group_add(["1"])
        .readonly_rootfs(true)
        .pids_limit(100)
        .shm_size(1 << 20)
        .cpuset_cpus("0")
        .oom_score_adj(10)
        .memory(64 << 20)
        .memory_reservation(32 << 20);
    // Its health is known once this has been told.
    let health = HealthConfig::new()
        .test(["CMD-SHELL", "echo well"])
        .interval(Duration::from_millis(20));
    let create = Create::new(IMAGE)
        .name(&name)
        .cmd(["sleep", "600"])
        .healthcheck(health)
        .host_config(host);
    let id = story.call(&create).await.unwrap().id;
    let events = Events::new()
        .since(0)
        .filter("container", &id)
        .filter("event", "health_status");
    story.call(&Start::new().id(&id)).await.unwrap();
    let mut events = story.docker.call(&events).await.unwrap();
    events.try_next().await.unwrap().unwrap();
    story.call(&InspectOne::new().id(&id)).await.unwrap();
    story.call(&List::new()).await.unwrap();
    story
        .call(&Stats::new().id(&id).stream(false))
        .await
        .unwrap();
    story
        .call(&Remove::new().id(&id).force(true))
        .await
        .unwrap();
    story
        .call(&volume::Remove::new().name(&name))
        .await
        .unwrap();
}

async fn commands(story: &Story, id: &str) {
    let create = exec::Create::new()
        .id(id)
        .cmd(["cat"])
        .stdin(true)
        .stdout(true)
        .tty(true);
    let exec = story.call(&create).await.unwrap().id;
    let start = exec::Start::new().id(&exec).tty(true);
    let answer = story.call(&start).await.unwrap();
    let (_, input) = answer
        .duplex()
        .unwrap()
        .split(Framing::Raw, <exec::Start as stevedore::Endpoint>::INFO);
    story
        .call(&exec::Resize::new(20, 60).id(&exec))
        .await
        .unwrap();
    story
        .call(&exec::InspectOne::new().id(&exec))
        .await
        .unwrap();
    drop(input);
    let create = exec::Create::new()
        .id(id)
        .cmd(["true"])
        .env(["A=b"])
        .user("root");
    let exec = story.call(&create).await.unwrap().id;
    story
        .call(&exec::InspectOne::new().id(&exec))
        .await
        .unwrap();
}

async fn attached(story: &Story, id: &str) {
    let attach = Attach::new().id(id).stream(true).stdin(true).stdout(true);
    let answer = story.call(&attach).await.unwrap();
    let info = <Attach as stevedore::Endpoint>::INFO;
    let (mut chunks, mut input) = answer.duplex().unwrap().split(Framing::Multiplexed, info);
    input.write(b"over attach\n").await.unwrap();
    let chunk = chunks.try_next().await.unwrap().unwrap();
    assert_eq!(&chunk.bytes[..], b"over attach\n");
    let mut attach = AttachWebsocket::new().id(id).stream(true);
    if story.speaks(42).await {
        // Before, all three are attached in any case.
        attach = attach.stdin(true).stdout(true);
    }
    let mut socket = story.call(&attach).await.unwrap();
    socket.write("over a websocket\n").await.unwrap();
    assert_eq!(
        &socket.try_next().await.unwrap().unwrap()[..],
        b"over a websocket\n"
    );
    socket.close().await.unwrap();
    // A terminal has a size.
    let create = Create::new(IMAGE).cmd(["cat"]).tty(true).open_stdin(true);
    let id = story.call(&create).await.unwrap().id;
    story.call(&Start::new().id(&id)).await.unwrap();
    story.call(&Resize::new(20, 60).id(&id)).await.unwrap();
    story
        .call(&Remove::new().id(&id).force(true).delete_volumes(true))
        .await
        .unwrap();
}

/// Engines have these where they are experimental and the host has criu.
async fn checkpoints(story: &Story, id: &str) {
    let outcomes = [
        story
            .call(&CreateCheckpoint::new().id(id).name("one"))
            .await,
        story.call(&ListCheckpoints::new().id(id)).await.map(drop),
        story
            .call(&RemoveCheckpoint::new().id(id).checkpoint("one"))
            .await,
    ];
    for error in outcomes.iter().filter_map(|it| it.as_ref().err()) {
        assert_refused(error);
    }
}

/// Some calls can't succeed everywhere; then it is the engine that says so.
pub(crate) fn assert_refused(error: &Error) {
    assert!(
        matches!(error.kind(), ErrorKind::Refused | ErrorKind::Stream),
        "{error:?}"
    );
}
