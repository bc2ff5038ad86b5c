//! Networks and volumes as objects.

use stevedore::network::{self, Connect, Disconnect};
use stevedore::{container, volume};

use crate::{blocking, docker, play};

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
