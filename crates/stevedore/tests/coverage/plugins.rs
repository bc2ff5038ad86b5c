//! Plugins: a small one, made here.

use serde_json::json;
use stevedore::Upload;
use stevedore::plugin::{
    Create, Disable, Enable, GetPrivileges, InspectOne, List, Pull, Push, Remove, Set, Upgrade,
};

use super::archive::tar;
use super::story::{Story, name, set};

#[tokio::test]
#[ignore = "needs a private engine: cargo xtask coverage"]
async fn a_plugin_from_create_to_remove() {
    let story = Story::begin().await;
    let registry = set("STEVEDORE_TEST_REGISTRY");
    let name = format!("{registry}/stevedore/{}:one", name("plugin"));
    // A static program that listens on its socket: all that an engine asks of a plugin.
    let program = std::fs::read(set("STEVEDORE_TEST_PLUGIN")).unwrap();
    let config = json!({
        "description": "listens",
        "documentation": "nowhere",
        "entrypoint": ["/plugin"],
        "workdir": "/",
        "interface": {"types": ["stevedore.nothing/1.0"], "socket": "plugin.sock"},
        "network": {"type": "none"},
        "env": [{"name": "DEBUG", "description": "how much", "settable": ["value"], "value": "0"}],
        "args": {"name": "args", "description": "more", "settable": ["value"], "value": []},
        "mounts": [{
            "name": "tmp", "description": "of the host", "settable": ["source"],
            "source": "/tmp", "destination": "/mnt", "type": "bind", "options": ["rbind"],
        }],
        "linux": {
            "capabilities": ["CAP_SYS_ADMIN"], "allowAllDevices": false,
            "devices": [{"name": "null", "description": "none", "settable": ["path"], "path": "/dev/null"}],
        },
    });
    let archive = tar(&[
        ("config.json", 0o644, config.to_string().as_bytes()),
        ("rootfs/", 0o755, b""),
        ("rootfs/mnt/", 0o755, b""),
        ("rootfs/plugin", 0o755, &program),
    ]);
    story
        .call_with(&Create::new(&name), Upload::bytes(archive))
        .await
        .unwrap();
    story.call(&Push::new().name(&name)).await.unwrap();
    story.call(&Remove::new().name(&name)).await.unwrap();
    let asked = story.call(&GetPrivileges::new(&name)).await.unwrap();
    assert!(!asked.is_empty());
    story
        .call(&Pull::new(&name).privileges(asked.clone()))
        .await
        .unwrap();
    story
        .call(&Set::new().name(&name).body(["DEBUG=1"]))
        .await
        .unwrap();
    story.call(&InspectOne::new().name(&name)).await.unwrap();
    story.call(&Enable::new(10).name(&name)).await.unwrap();
    story
        .call(&List::new().filter("enabled", "true"))
        .await
        .unwrap();
    story
        .call(&Disable::new().name(&name).force(true))
        .await
        .unwrap();
    story
        .call(&Upgrade::new(&name).name(&name).privileges(asked))
        .await
        .unwrap();
    story.call(&List::new()).await.unwrap();
    story
        .call(&Remove::new().name(&name).force(true))
        .await
        .unwrap();
}
