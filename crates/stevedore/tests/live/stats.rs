//! What containers use, measured.

use stevedore::container::{Container, HostConfig, List, Remove, Stats};
use stevedore::{ApiVersion, ErrorKind};

use super::support::{docker, name, podman, remove, shell};

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_busy_container_uses_what_it_is_allowed() {
    let docker = docker().await;
    let name = name("busy");
    // A fifth of a processor.
    let host = HostConfig::new().memory(64 << 20).nano_cpus(200_000_000);
    let create = shell("while :; do :; done").name(&name).host_config(host);
    let container = docker.containers().create(&create).await.unwrap();
    container.start().await.unwrap();
    let mut usages = container.stats(Stats::new()).await.unwrap();
    let first = usages.try_next().await.unwrap().unwrap();
    assert_eq!(first.name, name);
    // Podman measures the first one against the start of the container.
    assert!(first.cpu_percent.is_none() || podman(&docker).await.is_some());
    let second = usages.try_next().await.unwrap().unwrap();
    let busy = second.cpu_percent.unwrap();
    println!("{busy} % and {} bytes", second.memory);
    assert!(busy > 1.0 && busy < 60.0, "{busy}");
    assert!(second.time.nanoseconds() > first.time.nanoseconds());
    assert_eq!(second.memory_limit, 64 << 20);
    assert!(second.memory > 0 && second.memory < 64 << 20);
    assert!(second.memory_percent() > 0.0 && second.memory_percent() < 100.0);
    assert_eq!(second.pids, 1);
    // Removed in the middle, it is the end.
    container
        .remove_with(Remove::new().force(true))
        .await
        .unwrap();
    while usages.try_next().await.unwrap().is_some() {}
    let error = container.stats_once(Stats::new()).await.unwrap_err();
    assert!(error.is_not_found());
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn all_that_run_are_measured_at_once() {
    let docker = docker().await;
    let mark = name("stats");
    let create = || {
        shell("exec sleep 600")
            .label("stevedore.stats", &mark)
            .stop_timeout(0)
    };
    let mut made = Vec::new();
    for _ in 0..5 {
        let container = docker.containers().create(&create()).await.unwrap();
        container.start().await.unwrap();
        made.push(container);
    }
    let idle = docker.containers().create(&create()).await.unwrap();
    let list = List::new().filter("label", format!("stevedore.stats={mark}"));
    let begun = std::time::Instant::now();
    let usages = docker
        .containers()
        .stats(&list, &Stats::new())
        .await
        .unwrap();
    println!("{} measured in {:?}", usages.len(), begun.elapsed());
    assert_eq!(usages.len(), 5);
    assert!(usages.iter().all(|usage| usage.cpu_percent.is_some()));
    assert!(usages.iter().all(|usage| usage.memory > 0));
    // One that does not run uses nothing.
    let all = list.clone().all(true);
    let usages = docker
        .containers()
        .stats(&all, &Stats::new())
        .await
        .unwrap();
    let of_idle = usages.iter().find(|usage| usage.id == idle.id()).unwrap();
    assert_eq!((of_idle.memory, of_idle.pids), (0, 0));
    let one_shot = Stats::new().one_shot(true);
    let measured = docker.containers().stats(&list, &one_shot).await;
    if docker.api_version().await.unwrap() >= ApiVersion::new(1, 41) {
        let usages = measured.unwrap();
        assert!(usages.len() == 5 && usages.iter().all(|usage| usage.cpu_percent.is_none()));
    } else {
        assert_eq!(measured.unwrap_err().kind(), ErrorKind::Version);
    }
    made.push(idle);
    for container in &made {
        remove(container).await;
    }
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn several_are_one_stream_that_ends_with_the_last() {
    let docker = docker().await;
    let mut made = Vec::new();
    for _ in 0..3 {
        let create = shell("exec sleep 600").stop_timeout(0);
        let container = docker.containers().create(&create).await.unwrap();
        container.start().await.unwrap();
        made.push(container);
    }
    let ids: Vec<&str> = made.iter().map(Container::id).collect();
    let mut usages = docker
        .containers()
        .stats_stream_of(ids, &Stats::new())
        .await
        .unwrap();
    assert_eq!(usages.remaining(), 3);
    let mut seen = std::collections::BTreeSet::new();
    while seen.len() < 3 {
        seen.insert(usages.try_next().await.unwrap().unwrap().id);
    }
    for container in &made {
        remove(container).await;
    }
    while usages.try_next().await.unwrap().is_some() {}
    assert_eq!(usages.remaining(), 0);
    let gone = docker
        .containers()
        .stats_stream_of([made[0].id()], &Stats::new())
        .await;
    assert!(gone.unwrap_err().is_not_found());
}
