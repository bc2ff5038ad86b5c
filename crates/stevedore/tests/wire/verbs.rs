//! The verbs of a container that take one request each.

use std::io::Read as _;

use stevedore::ErrorKind;
use stevedore::container::{ChangeKind, Commit, List, Prune, Restart, RestartPolicy, Top, Update};

use crate::{ID, blocking, docker, endpoint, play, sequence};

/// What is asked of the container of the script, and what comes back.
macro_rules! verbs {
    ($docker:expr, $wait:tt) => {{
        let docker = $docker;
        let container = docker.container(ID);
        verbs!(@ container.restart(), $wait).unwrap();
        verbs!(@ container.restart_with(Restart::new().signal("INT").t(3)), $wait).unwrap();
        verbs!(@ container.pause(), $wait).unwrap();
        let error = verbs!(@ container.pause(), $wait).unwrap_err();
        assert_eq!((error.status(), endpoint(&error)), (Some(409), "container_pause"));
        verbs!(@ container.unpause(), $wait).unwrap();
        verbs!(@ container.rename("front"), $wait).unwrap();
        let update = Update::new().memory(256 << 20).restart_policy(RestartPolicy::OnFailure(3));
        let updated = verbs!(@ container.update(update), $wait).unwrap();
        assert_eq!(updated.warnings, ["limited without swap"]);
        verbs!(@ container.resize(40, 132), $wait).unwrap();
        let top = verbs!(@ container.top(), $wait).unwrap();
        assert_eq!(top.column("CMD").collect::<Vec<_>>(), ["sh", "sleep 60"]);
        let error = verbs!(@ container.top_with(Top::new().ps_args("aux")), $wait).unwrap_err();
        assert_eq!((error.kind(), error.status()), (ErrorKind::Refused, Some(500)));
        let changes = verbs!(@ container.diff(), $wait).unwrap();
        let kinds: Vec<_> = changes.iter().map(|change| change.kind()).collect();
        let expected = [
            ChangeKind::Modified,
            ChangeKind::Added,
            ChangeKind::Removed,
            ChangeKind::Other(9),
        ];
        assert_eq!(kinds, expected);
        assert_eq!(changes[1].path, "/etc/new");
        assert!((verbs!(@ container.diff(), $wait)).unwrap().is_empty());
        let commit = Commit::new().repo("fitted").tag("v2");
        let image = verbs!(@ container.commit(commit), $wait).unwrap();
        assert_eq!(image.name(), "sha256:ba5eba11");
        let archive = verbs!(@ container.export(), $wait).unwrap();
        let prune = Prune::new().filter("label", "tier=test").filter("until", "24h");
        (docker, container, archive, prune)
    }};
    (@ $ask:expr, await) => { $ask.await };
    (@ $ask:expr, waited) => { $ask };
}

#[tokio::test]
async fn each_verb_of_a_container_is_one_request() {
    let daemon = play("container_verbs");
    let (docker, container, mut archive, prune) = verbs!(docker(&daemon), await);
    let mut whole = Vec::new();
    while let Some(piece) = archive.next().await.unwrap() {
        whole.extend(piece);
    }
    assert_eq!(whole, b"the whole archive");
    let pruned = docker.containers().prune(&prune).await.unwrap();
    assert_eq!(pruned.containers_deleted, [ID]);
    assert!(!container.exists().await.unwrap());
    assert_eq!(container.exists().await.unwrap_err().status(), Some(500));
    daemon.finish().unwrap();
}

#[test]
fn each_verb_of_a_container_is_there_without_async() {
    let daemon = play("container_verbs");
    let (docker, container, mut archive, prune) = verbs!(blocking(&daemon), waited);
    let mut start = [0; 5];
    archive.read_exact(&mut start).unwrap();
    assert_eq!(&start, b"the w");
    assert_eq!(archive.bytes().unwrap(), "hole archive");
    let pruned = docker.containers().prune(&prune).unwrap();
    assert_eq!(pruned.containers_deleted, [ID]);
    assert!(!container.exists().unwrap());
    assert_eq!(container.exists().unwrap_err().status(), Some(500));
    daemon.finish().unwrap();
}

#[tokio::test]
async fn what_vanishes_while_all_are_looked_at_is_left_out() {
    let daemon = play("container_inspect_vanished");
    let containers = docker(&daemon).containers();
    let found = containers.inspect(&List::new().all(true)).await.unwrap();
    let names: Vec<_> = found.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["/one", "/three"]);
    let report = daemon.finish().unwrap();
    assert_eq!(sequence(&report).len(), 5);
}
