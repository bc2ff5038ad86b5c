//! What containers use.

use stevedore::ErrorKind;
use stevedore::container::{List, Stats};

use crate::{ID, blocking, docker, endpoint, play};

#[tokio::test]
async fn samples_come_until_the_container_is_gone() {
    let daemon = play("stats_stream");
    let container = docker(&daemon).container(ID);
    let mut usages = container.stats(Stats::new()).await.unwrap();
    let mut percents = Vec::new();
    while let Some(usage) = usages.try_next().await.unwrap() {
        assert_eq!(usage.name, "web");
        percents.push(usage.cpu_percent);
    }
    assert_eq!(percents, [None, Some(20.0)]);
    let once = Stats::new().one_shot(true);
    let usage = container.stats_once(once).await.unwrap();
    assert_eq!((usage.memory, usage.cpu_percent), (5, None));
    let error = container.stats_once(Stats::new()).await.unwrap_err();
    assert_eq!(
        (error.kind(), endpoint(&error)),
        (ErrorKind::Stream, "container_stats")
    );
    daemon.finish().unwrap();
}

#[test]
fn samples_are_an_iterator_without_async() {
    let daemon = play("stats_stream");
    let container = blocking(&daemon).container(ID);
    let usages = container.stats(Stats::new()).unwrap();
    let percents: Vec<_> = usages.map(|usage| usage.unwrap().cpu_percent).collect();
    assert_eq!(percents, [None, Some(20.0)]);
    let once = Stats::new().one_shot(true);
    assert_eq!(container.stats_once(once).unwrap().memory, 5);
    assert!(container.stats_once(Stats::new()).is_err());
    daemon.finish().unwrap();
}

#[tokio::test]
async fn what_vanishes_while_all_are_measured_is_left_out() {
    let daemon = play("stats_all");
    let containers = docker(&daemon).containers();
    let usages = containers.stats(&List::new(), &Stats::new()).await.unwrap();
    let told: Vec<_> = usages
        .iter()
        .map(|usage| (usage.name.as_str(), usage.cpu_percent, usage.memory))
        .collect();
    assert_eq!(told, [("one", Some(40.0), 800), ("four", None, 0)]);
    daemon.finish().unwrap();
}

#[tokio::test]
async fn samples_of_several_containers_come_until_the_last_is_gone() {
    let daemon = play("stats_stream_all");
    let containers = docker(&daemon).containers();
    let mut usages = containers
        .stats_stream(&List::new(), &Stats::new())
        .await
        .unwrap();
    assert_eq!(usages.remaining(), 2);
    let mut told = Vec::new();
    for _ in 0..2 {
        let usage = usages.try_next().await.unwrap().unwrap();
        told.push((usage.name, usage.memory));
    }
    told.sort();
    assert_eq!(told, [("one".to_owned(), 1), ("three".to_owned(), 3)]);
    daemon.signal("more").unwrap();
    let usage = usages.try_next().await.unwrap().unwrap();
    assert_eq!((usage.name.as_str(), usage.memory), ("three", 33));
    daemon.signal("end").unwrap();
    assert!(usages.try_next().await.unwrap().is_none());
    assert_eq!(usages.remaining(), 0);
    daemon.finish().unwrap();
}

#[tokio::test]
async fn of_containers_that_are_named_one_that_is_not_there_is_an_error() {
    let daemon = play("stats_named");
    let containers = docker(&daemon).containers();
    let stats = Stats::new();
    let usages = containers
        .stats_of(["two", "one", "gone"], &stats)
        .await
        .unwrap();
    let told: Vec<_> = usages
        .iter()
        .map(|usage| (usage.id.as_str(), usage.pids))
        .collect();
    assert_eq!(told, [("bbbb", 7), ("aaaa", 0)]);
    let error = containers.stats_of(["none"], &stats).await.unwrap_err();
    assert!(error.is_not_found());
    assert!(error.to_string().contains("none"));
    let nothing = containers.stats_of([""; 0], &stats).await.unwrap();
    assert!(nothing.is_empty());
    daemon.finish().unwrap();
}
