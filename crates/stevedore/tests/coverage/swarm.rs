//! A swarm of one, with all that lives in it. It is left in the end, whatever happens.

use std::time::Duration;

use stevedore::swarm::{GetUnlockKey, Init, InspectOne, Join, Leave, Spec, Unlock, Update};
use stevedore::{Framing, config, container, network, node, secret, service, task};

use super::containers::assert_refused;
use super::story::{IMAGE, Story, name};

#[tokio::test]
#[ignore = "needs a private engine: cargo xtask coverage"]
async fn a_swarm_from_init_to_leave() {
    let story = Story::begin().await;
    let join = Join::new("127.0.0.1:2377", ["127.0.0.1:2377"], "SWMTKN-1-none-none");
    let init = Init::new("127.0.0.1:2377")
        .advertise_addr("127.0.0.1")
        .spec(Spec::new().labels([("stevedore.coverage", "swarm")]));
    let node = story.call(&init).await.unwrap();
    assert_refused(&story.call(&join).await.unwrap_err());
    let swarm = story.call(&InspectOne::new()).await.unwrap();
    let version = swarm.version.index;
    let update = Update::new(version)
        .name("default")
        .rotate_worker_token(true);
    story.call(&update).await.unwrap();
    story.call(&GetUnlockKey::new()).await.unwrap();
    assert_refused(
        &story
            .call(&Unlock::new().unlock_key("none"))
            .await
            .unwrap_err(),
    );
    nodes(&story, &node).await;
    let kept = secrets(&story).await;
    Box::pin(services(&story, &kept)).await;
    Box::pin(jobs(&story)).await;
    forget(&story, &kept).await;
    story
        .call(&stevedore::system::GetInfo::new())
        .await
        .unwrap();
    story.call(&Leave::new().force(true)).await.unwrap();
}

async fn nodes(story: &Story, id: &str) {
    story.call(&node::List::new()).await.unwrap();
    let version = story
        .call(&node::InspectOne::new().id(id))
        .await
        .unwrap()
        .version;
    let version = version.index;
    let update = node::Update::new("manager", "active", version)
        .id(id)
        .labels([("stevedore.coverage", "node")]);
    story.call(&update).await.unwrap();
    // The only manager stays.
    let remove = node::Remove::new().id(id).force(true);
    assert_refused(&story.call(&remove).await.unwrap_err());
}

/// A secret and a configuration.
struct Things {
    secret: String,
    config: String,
}

async fn secrets(story: &Story) -> Things {
    let labels = [("stevedore.coverage", "secret")];
    let create = secret::Create::new()
        .name(name("secret"))
        .data("c2VjcmV0")
        .labels(labels);
    let secret = story.call(&create).await.unwrap().id;
    story.call(&secret::List::new()).await.unwrap();
    let found = story
        .call(&secret::InspectOne::new().id(&secret))
        .await
        .unwrap();
    let version = found.version.index;
    let update = secret::Update::new(version)
        .id(&secret)
        .name(&found.spec.name)
        .labels(labels);
    story.call(&update).await.unwrap();
    let create = config::Create::new()
        .name(name("config"))
        .data("Y29uZmln")
        .labels(labels);
    let config = story.call(&create).await.unwrap().id;
    story.call(&config::List::new()).await.unwrap();
    let found = story
        .call(&config::InspectOne::new().id(&config))
        .await
        .unwrap();
    let version = found.version.index;
    let update = config::Update::new(version)
        .id(&config)
        .name(&found.spec.name)
        .data(found.spec.data)
        .labels(labels);
    story.call(&update).await.unwrap();
    Things { secret, config }
}

async fn services(story: &Story, kept: &Things) {
    let name = name("service");
    let file = |file: &str| {
        task::FileTarget::new()
            .name(file)
            .uid("0")
            .gid("0")
            .mode(0o444u32)
    };
    let secret = task::SecretReference::new()
        .secret_id(&kept.secret)
        .secret_name(self::name("secret"))
        .file(file("secret"));
    let config = task::ConfigReference::new()
        .config_id(&kept.config)
        .config_name(self::name("config"))
        .file(file("/config"));
    let spec = task::ContainerSpec::new()
        .image(IMAGE)
        .command([
            "sh",
            "-c",
            "cat /run/secrets/secret /config; echo; exec sleep 600",
        ])
        .env(["A=b"])
        .labels([("stevedore.coverage", "service")])
        .secrets([secret])
        .configs([config])
        .stop_grace_period(Duration::from_millis(1));
    let resources = task::Resources::new().limits(task::Limit::new().memory_bytes(64 << 20));
    let template = task::Spec::new()
        .container_spec(spec)
        .resources(resources)
        .restart_policy(task::RestartPolicy::new().condition("none"));
    let create = service::Create::new()
        .name(&name)
        .labels([("stevedore.coverage", "service")])
        .task_template(template.clone())
        .mode(service::Mode::new().replicated(service::Replicated::new().replicas(1)));
    let id = story.call(&create).await.unwrap().id;
    let logs = service::Logs::new()
        .id(&id)
        .stdout(true)
        .stderr(true)
        .follow(true);
    let answer = story.call(&logs).await.unwrap();
    let framing = answer.framing().unwrap_or(Framing::Multiplexed);
    // With the first line the task runs.
    let first = answer.chunks(framing).try_next().await.unwrap().unwrap();
    assert_eq!(&first.bytes[..], b"secretconfig\n");
    story.call(&service::List::new()).await.unwrap();
    if story.speaks(41).await {
        story
            .call(&service::List::new().status(true))
            .await
            .unwrap();
    }
    let tasks = story
        .call(&task::List::new().filter("service", &name))
        .await
        .unwrap();
    let one = tasks[0].id.clone();
    story.call(&task::InspectOne::new().id(&one)).await.unwrap();
    let logs = task::Logs::new().id(&one).stdout(true);
    let answer = story.call(&logs).await.unwrap();
    let framing = answer.framing().unwrap_or(Framing::Multiplexed);
    assert!(answer.chunks(framing).try_next().await.unwrap().is_some());
    story
        .call(&container::List::new().filter("label", "stevedore.coverage=service"))
        .await
        .unwrap();
    let inspect = service::InspectOne::new().id(&id).insert_defaults(true);
    let version = story.call(&inspect).await.unwrap().version;
    let version = version.index;
    let update = service::Update::new(version)
        .id(&id)
        .name(&name)
        .task_template(template.force_update(1u64))
        .mode(service::Mode::new().replicated(service::Replicated::new().replicas(1)));
    story.call(&update).await.unwrap();
    story
        .call(&service::InspectOne::new().id(&id))
        .await
        .unwrap();
    let overlay = network::Create::new(format!("{name}-net"))
        .driver("overlay")
        .attachable(true);
    let overlay = story.call(&overlay).await.unwrap().id;
    story
        .call(&network::InspectOne::new().id(&overlay))
        .await
        .unwrap();
    story.call(&network::List::new()).await.unwrap();
    story
        .call(&network::Remove::new().id(&overlay))
        .await
        .unwrap();
    story.call(&service::Remove::new().id(&id)).await.unwrap();
}

/// Services of other modes, with what only they have.
async fn jobs(story: &Story) {
    let command = |words: &[&str]| {
        let spec = task::ContainerSpec::new().image(IMAGE);
        let spec = spec.command(words.iter().copied());
        let mount = container::Mount::new().kind("tmpfs").target("/scratch");
        let health = container::HealthConfig::new().test(["NONE"]);
        let spec = spec
            .mounts([mount])
            .health_check(health)
            .hosts(["10.0.0.1 other"])
            .hostname("named")
            .user("0")
            .init(true)
            .sysctls([("net.ipv4.ip_forward", "1")])
            .capability_add(["CAP_NET_ADMIN"])
            .dns_config(task::DnsConfig::new().nameservers(["127.0.0.1"]))
            .privileges(task::Privileges::new());
        task::Spec::new().container_spec(spec)
    };
    let platform = node::Platform::new().os("linux").architecture("x86_64");
    let placement = task::Placement::new()
        .constraints(["node.role==manager"])
        .platforms([platform]);
    let port = service::EndpointPortConfig::new()
        .target_port(80)
        .published_port(8080)
        .protocol("tcp")
        .publish_mode("host");
    let limits = task::Resources::new()
        .limits(task::Limit::new().nano_cpus(500_000_000).pids(100))
        .reservation(node::ResourceObject::new().memory_bytes(6 << 20));
    let config = service::UpdateConfig::new()
        .parallelism(1)
        .delay(Duration::from_nanos(1))
        .failure_action("continue")
        .order("start-first");
    let template = command(&["sleep", "600"])
        .placement(placement)
        .resources(limits)
        .log_driver(stevedore::swarm::Driver::new().name("json-file"));
    let global = service::Create::new()
        .name(name("global"))
        .task_template(template)
        .mode(service::Mode::new().global([] as [(String, serde_json::Value); 0]))
        .update_config(config.clone())
        .rollback_config(config)
        .endpoint_spec(service::EndpointSpec::new().mode("vip").ports([port]));
    let mut ids = vec![story.call(&global).await.unwrap().id];
    if story.speaks(41).await {
        let mode = service::ReplicatedJob::new()
            .max_concurrent(1)
            .total_completions(1);
        let job = service::Create::new()
            .name(name("job"))
            .task_template(command(&["true"]))
            .mode(service::Mode::new().replicated_job(mode));
        ids.push(story.call(&job).await.unwrap().id);
    }
    for id in &ids {
        let logs = service::Logs::new().id(id).stdout(true);
        story.call(&logs).await.unwrap();
        story
            .call(&service::InspectOne::new().id(id))
            .await
            .unwrap();
    }
    story.call(&service::List::new()).await.unwrap();
    story.call(&task::List::new()).await.unwrap();
    story.call(&node::List::new()).await.unwrap();
    story.call(&container::List::new().all(true)).await.unwrap();
    for id in &ids {
        story.call(&service::Remove::new().id(id)).await.unwrap();
    }
}

async fn forget(story: &Story, things: &Things) {
    let secret = secret::Remove::new().id(&things.secret);
    story.call(&secret).await.unwrap();
    story
        .call(&config::Remove::new().id(&things.config))
        .await
        .unwrap();
}
