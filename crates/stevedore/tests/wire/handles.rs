//! Containers by name; networks and volumes as objects.

use stevedore::container::{self, Commit, Create, Logs, PullPolicy, Run, Stats};
use stevedore::network::{self, Connect, Disconnect};
use stevedore::{Docker, ErrorKind, Reference, Result, Settings, volume};

use crate::{blocking, docker, play};

#[tokio::test]
async fn a_container_may_be_named_as_the_engine_shows_it() {
    let daemon = play("container_list");
    let docker = docker(&daemon);
    assert_eq!(docker.container("/web").id(), "web");
    // What is no such name stays as it is, to be refused.
    for other in ["//web", "/a/web", "web/", "/"] {
        let container = docker.container(other);
        assert_eq!(container.id(), other);
        let error = container.inspect().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Argument, "{other}");
    }
    let found = docker.containers().list(&container::List::new()).await;
    assert_eq!(found.unwrap()[0].name(), Some("web"));
}

#[test]
fn a_container_may_be_named_so_without_async() {
    let daemon = play("ping");
    assert_eq!(blocking(&daemon).container("/web").id(), "web");
}

#[tokio::test]
async fn a_network_is_an_object() {
    let daemon = play("network_verbs");
    let networks = docker(&daemon).networks();
    let create = network::Create::new("backend").internal(true);
    let made = networks.create(&create).await.unwrap();
    assert_eq!(networks.get("backend").await.unwrap().id(), made.id());
    let settings = container::Network::new().alias("front");
    let connect = Connect::new("web").endpoint_config(settings);
    made.connect(connect).await.unwrap();
    assert_eq!(made.remove().await.unwrap_err().status(), Some(403));
    made.disconnect(Disconnect::new("web")).await.unwrap();
    made.remove().await.unwrap();
    assert!(!made.exists().await.unwrap());
    let found = networks.list(&network::List::new()).await.unwrap();
    assert_eq!(found[0].name, "bridge");
    let prune = network::Prune::new().filter("label", "tier=db");
    let pruned = networks.prune(&prune).await.unwrap();
    assert_eq!(pruned.networks_deleted, ["old"]);
    daemon.finish().unwrap();
}

#[test]
fn a_network_is_an_object_without_async() {
    let daemon = play("network_verbs");
    let networks = blocking(&daemon).networks();
    let create = network::Create::new("backend").internal(true);
    let made = networks.create(&create).unwrap();
    assert_eq!(networks.get("backend").unwrap().id(), made.id());
    let settings = container::Network::new().alias("front");
    made.connect(Connect::new("web").endpoint_config(settings))
        .unwrap();
    assert_eq!(made.remove().unwrap_err().status(), Some(403));
    made.disconnect(Disconnect::new("web")).unwrap();
    made.remove().unwrap();
    assert!(!made.exists().unwrap());
    assert_eq!(networks.list(&network::List::new()).unwrap().len(), 1);
    let prune = network::Prune::new().filter("label", "tier=db");
    assert_eq!(networks.prune(&prune).unwrap().networks_deleted, ["old"]);
    daemon.finish().unwrap();
}

#[tokio::test]
async fn a_volume_is_an_object() {
    let daemon = play("volume_verbs");
    let volumes = docker(&daemon).volumes();
    let create = volume::Create::new().name("data");
    let made = volumes.create(&create).await.unwrap();
    assert_eq!(volumes.get("data").await.unwrap().name(), made.name());
    assert_eq!(made.remove().await.unwrap_err().status(), Some(409));
    made.remove_with(volume::Remove::new().force(true))
        .await
        .unwrap();
    assert!(!made.exists().await.unwrap());
    assert!(volumes.list(&volume::List::new()).await.unwrap().is_empty());
    let prune = volume::Prune::new().filter("all", "true");
    let pruned = volumes.prune(&prune).await.unwrap();
    assert_eq!(pruned.volumes_deleted, ["old"]);
    daemon.finish().unwrap();
}

#[test]
fn a_volume_is_an_object_without_async() {
    let daemon = play("volume_verbs");
    let volumes = blocking(&daemon).volumes();
    let made = volumes.create(&volume::Create::new().name("data")).unwrap();
    assert_eq!(volumes.get("data").unwrap().name(), made.name());
    assert_eq!(made.remove().unwrap_err().status(), Some(409));
    made.remove_with(volume::Remove::new().force(true)).unwrap();
    assert!(!made.exists().unwrap());
    assert!(volumes.list(&volume::List::new()).unwrap().is_empty());
    let prune = volume::Prune::new().filter("all", "true");
    assert_eq!(volumes.prune(&prune).unwrap().volumes_deleted, ["old"]);
    daemon.finish().unwrap();
}

#[tokio::test]
async fn where_no_engine_is_nothing_is_said_to_be_absent() {
    let daemon = play("ping_no_engine");
    let docker = docker(&daemon);
    for error in [
        docker.container("web").exists().await.unwrap_err(),
        docker.ping().await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), stevedore::ErrorKind::Unreachable);
        assert!(error.to_string().contains("is no engine"), "{error}");
    }
    daemon.finish().unwrap();
}

/// The argument that is refused for being empty.
fn named<T>(answer: Result<T>) -> String {
    let error = answer.map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Argument, "{error}");
    assert!(error.to_string().ends_with(", not empty"), "{error}");
    error.argument().unwrap().to_owned()
}

#[tokio::test]
async fn an_empty_name_is_refused_before_anything_is_sent() {
    // Nobody is there: what is sent is an error of another kind.
    let nowhere = Settings::new().host("unix:///none/docker.sock".parse().unwrap());
    let docker = Docker::new(nowhere.version("1.41".parse().unwrap()).unwrap());
    let (containers, container) = (docker.containers(), docker.container(""));
    assert_eq!(named(containers.create(&Create::new("")).await), "image");
    for pull in [PullPolicy::Never, PullPolicy::Missing, PullPolicy::Always] {
        let run = Run::new().rm(true).pull(pull);
        assert_eq!(named(containers.run(Create::new(""), run).await), "image");
    }
    assert_eq!(named(containers.get("").await), "id");
    assert_eq!(named(container.inspect().await), "id");
    assert_eq!(named(container.exists().await), "id");
    assert_eq!(named(container.start().await), "id");
    assert_eq!(named(container.logs(Logs::new()).await), "id");
    assert_eq!(named(container.stats_once(Stats::new()).await), "id");
    assert_eq!(named(container.remove().await), "id");
    assert_eq!(named(container.rename("new").await), "id");
    assert_eq!(named(container.commit(Commit::new()).await), "container");
    assert_eq!(named(container.copy_out("/etc", "here").await), "id");
    let exec = stevedore::exec::Create::new().cmd(["true"]);
    assert_eq!(named(container.exec(exec).await), "id");
    assert_eq!(named(docker.container("web").rename("").await), "name");
    assert_eq!(named(docker.exec("").inspect().await), "id");
    assert_eq!(named(docker.image("").inspect().await), "name");
    assert_eq!(named(docker.image("").exists().await), "name");
    assert_eq!(
        named(docker.images().pull(&Reference::new("")).await),
        "name"
    );
    assert_eq!(named(docker.network("").inspect().await), "id");
    let connected = docker.network("lab").connect(Connect::new("")).await;
    assert_eq!(named(connected), "container");
    let create = network::Create::new("");
    assert_eq!(named(docker.networks().create(&create).await), "name");
    assert_eq!(named(docker.volume("").inspect().await), "name");
    assert_eq!(named(docker.volume("").remove().await), "name");
}
