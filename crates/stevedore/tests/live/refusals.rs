//! Why engines refuse, in a word.

use std::fmt::Debug;

use stevedore::container::{
    self, Commit, Container, Create, HostConfig, Kill, List, Logs, PutArchive, Remove,
};
use stevedore::network::Connect;
use stevedore::{Endpoint, Error, Result, Upload, exec, image, network, volume};

use super::support::{IMAGE, docker, name, podman, remove, run, shell, skip};

/// The reason of a refusal; anything else fails the test.
fn reason<T: Debug>(answer: Result<T>) -> &'static str {
    let error: Error = answer.unwrap_err();
    println!("{:?}: {error}", error.status());
    error.reason().unwrap()
}

/// Puts an empty archive at `path`.
async fn put_empty(container: &Container, path: &str) -> Result<()> {
    let args = PutArchive::new(path).id(container.id()).args();
    let client = docker().await.client().clone();
    let answer = client.open_with(PutArchive::INFO, &args, Upload::bytes(""));
    answer.await.map(|_| ())
}

fn sleeping() -> Create {
    shell("exec sleep 600").stop_timeout(0)
}

fn command() -> exec::Create {
    exec::Create::new().cmd(["true"])
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn what_state_a_container_is_in_is_the_reason() {
    let docker = docker().await;
    let podman = podman(&docker).await;
    let container = docker.containers().create(&sleeping()).await.unwrap();

    let not_running = "container_is_not_running";
    assert_eq!(reason(container.kill().await), not_running);
    assert_eq!(reason(container.pause().await), not_running);
    // Podman 4 has no answer at all.
    if podman.is_none_or(|major| major >= 5) {
        assert_eq!(reason(container.top().await), not_running);
    }
    assert_eq!(reason(container.exec(command()).await), not_running);
    assert_eq!(reason(container.unpause().await), "container_is_not_paused");

    container.start().await.unwrap();
    assert_eq!(reason(container.remove().await), "container_is_running");
    assert_eq!(reason(container.unpause().await), "container_is_not_paused");

    container.pause().await.unwrap();
    let paused = "container_is_paused";
    assert_eq!(reason(container.pause().await), paused);
    assert_eq!(reason(container.exec(command()).await), paused);
    assert_eq!(reason(container.remove().await), paused);
    container.unpause().await.unwrap();
    remove(&container).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_name_that_is_taken_is_the_reason() {
    let docker = docker().await;
    let podman = podman(&docker).await;
    let (taken, lab) = (name("taken"), name("lab"));
    let create = sleeping().name(&taken);
    let container = docker.containers().create(&create).await.unwrap();
    let again = docker.containers().create(&create).await;
    assert_eq!(reason(again), "name_already_in_use");

    let other = docker.containers().create(&sleeping()).await.unwrap();
    let renamed = reason(other.rename(&taken).await);
    // Podman's newer versions let their database say it.
    let is_told = podman.is_none_or(|major| major < 5);
    let expected = if is_told {
        "name_already_in_use"
    } else {
        "server_error"
    };
    assert_eq!(renamed, expected);

    let mut create = network::Create::new(&lab)
        .internal(true)
        .labels([("stevedore.test", run())]);
    // Older engines look only where they are asked to.
    let asked = network::Create::INFO.arg("check_duplicate").unwrap();
    if asked.field.span.holds(docker.api_version().await.unwrap()) {
        create = create.check_duplicate(true);
    }
    let network = docker.networks().create(&create).await.unwrap();
    let again = docker.networks().create(&create).await;
    assert_eq!(reason(again), "name_already_in_use");
    network.remove().await.unwrap();
    remove(&other).await;
    remove(&container).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn who_uses_it_is_the_reason() {
    let docker = docker().await;
    let create = volume::Create::new()
        .name(name("used"))
        .labels([("stevedore.test", run())]);
    let volume = docker.volumes().create(&create).await.unwrap();
    let host = HostConfig::new().bind(format!("{}:/data", volume.name()));
    let container = docker
        .containers()
        .create(&sleeping().host_config(host))
        .await
        .unwrap();
    container.start().await.unwrap();
    assert_eq!(reason(volume.remove().await), "volume_is_in_use");
    // Without force it stays.
    let removed = docker.call(&image::Remove::new().name(IMAGE)).await;
    assert_eq!(reason(removed), "image_is_in_use");
    remove(&container).await;
    volume.remove().await.unwrap();
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn an_exec_runs_once() {
    let docker = docker().await;
    if podman(&docker).await.is_some() {
        return skip("Podman says of an exec that was run what came of it");
    }
    let container = docker.containers().create(&sleeping()).await.unwrap();
    container.start().await.unwrap();
    let exec = container.exec(command()).create().await.unwrap();
    let start = exec::Start::new().detach(true);
    exec.start_with(start.clone()).await.unwrap();
    assert_eq!(exec.exit().await.unwrap(), 0);
    let again = exec.start_with(start).await;
    assert_eq!(reason(again.map(|_| ())), "exec_has_already_run");
    remove(&container).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn what_an_engine_does_not_take_is_a_bad_parameter() {
    let docker = docker().await;
    if podman(&docker).await.is_some() {
        return skip("Podman has one status for what it does not take and for its own faults");
    }
    let bad = "bad_parameter";
    let container = docker.containers().create(&sleeping()).await.unwrap();
    container.start().await.unwrap();

    let exec = container.exec(exec::Create::new()).await;
    assert_eq!(reason(exec), bad);
    let user = container.exec(command().user("stevedore-nobody")).await;
    // Docker 20.10 tells of it in the output alone.
    if let Err(error) = user {
        assert_eq!(error.reason(), Some(bad), "{error}");
    }
    assert_eq!(reason(container.rename("a/b").await), bad);
    let kill = container.kill_with(Kill::new().signal("NOPE")).await;
    assert_eq!(reason(kill), bad);
    let commit = Commit::new().repo("busybox").changes(["NONSENSE"]);
    assert_eq!(reason(container.commit(commit).await), bad);
    // Our own default is both streams.
    let logs = docker.call(&Logs::new().id(container.id())).await;
    assert_eq!(reason(logs.map(|_| ())), bad);
    let put = put_empty(&container, "/etc/passwd").await;
    // Docker 20.10 has the status of its own faults for it.
    assert!([bad, "server_error"].contains(&reason(put)));

    let create = volume::Create::new().name("a/b");
    assert_eq!(reason(docker.volumes().create(&create).await), bad);
    let list = List::new().filter("nonsense", "x");
    assert_eq!(reason(docker.containers().list(&list).await), bad);
    // An unknown filter is refused before anything is removed.
    let prune = container::Prune::new().filter("nonsense", "x");
    assert_eq!(reason(docker.containers().prune(&prune).await), bad);
    let prune = network::Prune::new().filter("nonsense", "x");
    assert_eq!(reason(docker.networks().prune(&prune).await), bad);
    let prune = volume::Prune::new().filter("nonsense", "x");
    assert_eq!(reason(docker.volumes().prune(&prune).await), bad);
    let create = Create::new("STEVEDORE");
    assert_eq!(reason(docker.containers().create(&create).await), bad);
    remove(&container).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn what_is_not_there_has_one_name_at_every_endpoint() {
    let docker = docker().await;
    let is_podman = podman(&docker).await.is_some();
    let nowhere = "stevedore-nowhere";
    let container = docker.containers().create(&sleeping()).await.unwrap();
    container.start().await.unwrap();

    let network = docker.network(nowhere);
    assert_eq!(reason(network.inspect().await), "no_such_network");
    assert_eq!(reason(network.remove().await), "no_such_network");
    let connect = Connect::new(container.id());
    assert_eq!(reason(network.connect(connect).await), "no_such_network");
    let volume = docker.volume(nowhere);
    assert_eq!(reason(volume.inspect().await), "no_such_volume");
    assert_eq!(reason(volume.remove().await), "no_such_volume");
    let exec = docker.exec(nowhere).inspect().await;
    assert_eq!(reason(exec), "no_such_exec_instance");
    let gone = docker.container(nowhere);
    assert_eq!(reason(gone.inspect().await), "no_such_container");
    let removed = gone.remove_with(Remove::new()).await;
    assert_eq!(reason(removed), "no_such_container");
    let put = put_empty(&gone, "/").await;
    assert_eq!(reason(put), "no_such_container");
    let removed = docker.call(&image::Remove::new().name(nowhere)).await;
    assert_eq!(reason(removed), "no_such_image");

    // Podman makes the directory, and has neither plugins nor a swarm.
    if !is_podman {
        let put = put_empty(&container, "/none").await;
        assert_eq!(reason(put), "no_such_path");
        let got = container.archive("/none").await;
        assert_eq!(reason(got.map(|_| ())), "no_such_path");
        // A HEAD has no words.
        let stat = container.path_stat("/none").await;
        assert_eq!(reason(stat), "container_or_path_does_not_exist");
    }
    let plugin = docker
        .call(&stevedore::plugin::InspectOne::new().name(nowhere))
        .await;
    let expected = if is_podman {
        "no_such_endpoint"
    } else {
        "no_such_plugin"
    };
    assert_eq!(reason(plugin), expected);
    remove(&container).await;
}
