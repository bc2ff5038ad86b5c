//! A swarm that locks itself; between the two stories the engine is started again.

use stevedore::swarm::{EncryptionConfig, GetUnlockKey, Init, InspectOne, Leave, Spec, Unlock};
use stevedore::system::GetInfo;

use super::containers::assert_refused;
use super::story::{Story, set};

#[tokio::test]
#[ignore = "needs a private engine: cargo xtask coverage"]
async fn a_swarm_is_made_that_locks_itself() {
    let story = Story::begin().await;
    let encryption = EncryptionConfig::new().auto_lock_managers(true);
    let init = Init::new("127.0.0.1:2377")
        .advertise_addr("127.0.0.1")
        .spec(Spec::new().encryption_config(encryption));
    story.call(&init).await.unwrap();
    let key = story.call(&GetUnlockKey::new()).await.unwrap().unlock_key;
    assert!(key.starts_with("SWMKEY-"), "{key}");
    std::fs::write(set("STEVEDORE_TEST_KEY"), key).unwrap();
}

#[tokio::test]
#[ignore = "needs a private engine: cargo xtask coverage"]
async fn a_swarm_is_unlocked_with_its_key() {
    let story = Story::begin().await;
    assert_refused(&story.call(&InspectOne::new()).await.unwrap_err());
    story.call(&GetInfo::new()).await.unwrap();
    let key = std::fs::read_to_string(set("STEVEDORE_TEST_KEY")).unwrap();
    story.call(&Unlock::new().unlock_key(key)).await.unwrap();
    story.call(&Leave::new().force(true)).await.unwrap();
}
