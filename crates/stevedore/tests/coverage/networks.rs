//! Networks and volumes.

use stevedore::container;
use stevedore::network::{
    Connect, Create, Disconnect, InspectOne, Ipam, IpamConfig, List, Prune, Remove,
};
use stevedore::volume;

use super::containers::assert_refused;
use super::story::{IMAGE, Story, name};

#[tokio::test]
#[ignore = "needs a private engine: cargo xtask coverage"]
async fn a_network_from_create_to_prune() {
    let story = Story::begin().await;
    let name = name("net");
    let pool = IpamConfig::new()
        .subnet("10.77.0.0/16")
        .gateway("10.77.0.1");
    let create = Create::new(&name)
        .driver("bridge")
        .ipam(Ipam::new().config([pool]))
        .attachable(true)
        .labels([("stevedore.coverage", name.as_str())]);
    let id = story.call(&create).await.unwrap().id;
    story.call(&List::new()).await.unwrap();
    let run = container::Create::new(IMAGE).cmd(["cat"]).open_stdin(true);
    let cat = story.call(&run).await.unwrap().id;
    story.call(&container::Start::new().id(&cat)).await.unwrap();
    let settings = container::Network::new().alias("cat");
    story
        .call(&Connect::new(&cat).id(&id).endpoint_config(settings))
        .await
        .unwrap();
    story
        .call(&InspectOne::new().id(&id).verbose(true))
        .await
        .unwrap();
    story
        .call(&container::InspectOne::new().id(&cat))
        .await
        .unwrap();
    story
        .call(&container::List::new().filter("network", &id))
        .await
        .unwrap();
    story
        .call(&Disconnect::new(&cat).id(&id).force(true))
        .await
        .unwrap();
    story
        .call(&container::Remove::new().id(&cat).force(true))
        .await
        .unwrap();
    let prune = Prune::new().filter("label", format!("stevedore.coverage={name}"));
    story.call(&prune).await.unwrap();
    let id = story.call(&Create::new(&name)).await.unwrap().id;
    story.call(&InspectOne::new().id(&id)).await.unwrap();
    story.call(&Remove::new().id(&id)).await.unwrap();
}

#[tokio::test]
#[ignore = "needs a private engine: cargo xtask coverage"]
async fn a_volume_from_create_to_prune() {
    let story = Story::begin().await;
    let name = name("volume");
    let create = volume::Create::new()
        .name(&name)
        .driver_opts([("type", "tmpfs"), ("device", "tmpfs"), ("o", "size=1m")])
        .labels([("stevedore.coverage", name.as_str())]);
    story.call(&create).await.unwrap();
    story.call(&volume::List::new()).await.unwrap();
    story
        .call(&volume::InspectOne::new().name(&name))
        .await
        .unwrap();
    if story.speaks(42).await {
        // Volumes of a cluster need a driver that lives in a swarm.
        let update = volume::Update::new(1).name(&name);
        assert_refused(&story.call(&update).await.unwrap_err());
    }
    let prune = volume::Prune::new().filter("label", format!("stevedore.coverage={name}"));
    story.call(&prune).await.unwrap();
    let plain = volume::Create::new().name(format!("{name}-plain"));
    let plain = story.call(&plain).await.unwrap().name;
    story
        .call(&volume::Remove::new().name(plain).force(true))
        .await
        .unwrap();
    story
        .call(&volume::Remove::new().name(&name).force(true))
        .await
        .unwrap();
}
