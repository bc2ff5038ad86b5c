//! Networks and volumes as objects.

use stevedore::container::HostConfig;
use stevedore::network::{self, Connect, Disconnect};
use stevedore::volume;

use super::support::{docker, name, podman, remove, run, shell};

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_container_joins_a_network_and_leaves_it() {
    let docker = docker().await;
    let is_podman = podman(&docker).await.is_some();
    let name = name("net");
    let create = network::Create::new(&name)
        .internal(true)
        .labels([("stevedore.test", run())]);
    let network = docker.networks().create(&create).await.unwrap();
    assert_eq!(
        docker.networks().get(&name).await.unwrap().id(),
        network.id()
    );
    let create = shell("exec sleep 600").stop_timeout(0);
    let container = docker.containers().create(&create).await.unwrap();
    container.start().await.unwrap();
    network.connect(Connect::new(container.id())).await.unwrap();
    let inspect = network.inspect().await.unwrap();
    assert!(inspect.containers.contains_key(container.id()));
    // Podman takes a network from its containers.
    if !is_podman {
        let in_use = network.remove().await.unwrap_err();
        assert_eq!(in_use.reason(), Some("network_is_in_use"), "{in_use}");
    }
    network
        .disconnect(Disconnect::new(container.id()))
        .await
        .unwrap();
    network.remove().await.unwrap();
    assert!(!network.exists().await.unwrap());
    let gone = docker.networks().get(&name).await.unwrap_err();
    assert!(gone.is_not_found());
    remove(&container).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_volume_stays_when_its_container_goes() {
    let docker = docker().await;
    let create = volume::Create::new()
        .name(name("vol"))
        .labels([("stevedore.test", run())]);
    let volume = docker.volumes().create(&create).await.unwrap();
    let host = HostConfig::new().bind(format!("{}:/data", volume.name()));
    let create = shell("echo kept >/data/file").host_config(host.clone());
    let container = docker.containers().create(&create).await.unwrap();
    container.start().await.unwrap();
    assert_eq!(container.wait().await.unwrap(), 0);
    assert_eq!(volume.remove().await.unwrap_err().status(), Some(409));
    remove(&container).await;
    let create = shell("cat /data/file").host_config(host);
    let again = docker
        .containers()
        .run(create, stevedore::container::Run::new().rm(true));
    assert_eq!(again.await.unwrap().stdout, b"kept\n");
    let list = volume::List::new().filter("name", volume.name());
    assert_eq!(docker.volumes().list(&list).await.unwrap().len(), 1);
    volume.remove().await.unwrap();
    assert!(!volume.exists().await.unwrap());
    let gone = docker.volumes().get(volume.name()).await.unwrap_err();
    assert_eq!(gone.reason(), Some("no_such_volume"));
}
