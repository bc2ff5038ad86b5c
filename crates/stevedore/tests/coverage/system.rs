//! The engine itself.

use std::time::SystemTime;

use stevedore::system::{Df, Events, GetInfo, GetVersion, Ping, PingHead};
use stevedore::{container, volume};

use super::story::{IMAGE, Story, name};

#[tokio::test]
#[ignore = "needs a private engine: cargo xtask coverage"]
async fn the_engine_tells_of_itself() {
    let story = Story::begin().await;
    assert_eq!(story.call(&Ping::new()).await.unwrap(), "OK");
    story.call(&PingHead::new()).await.unwrap();
    story.call(&GetVersion::new()).await.unwrap();
    story.call(&GetInfo::new()).await.unwrap();
    let name = name("told");
    let create = container::Create::new(IMAGE).name(&name).cmd(["true"]);
    let host = container::HostConfig::new().bind(format!("{name}:/data"));
    let id = story.call(&create.host_config(host)).await.unwrap().id;
    story.call(&container::Start::new().id(&id)).await.unwrap();
    story.call(&container::Wait::new().id(&id)).await.unwrap();
    story.call(&Df::new()).await.unwrap();
    if story.speaks(42).await {
        story
            .call(&Df::new().kind(["image", "volume"]))
            .await
            .unwrap();
    }
    story.call(&container::Remove::new().id(&id)).await.unwrap();
    story
        .call(&volume::Remove::new().name(&name))
        .await
        .unwrap();
    let events = Events::new().since(0).until(SystemTime::now());
    let events = story.call(&events).await.unwrap();
    assert!(events.iter().any(|event| event.action == "create"));
}
