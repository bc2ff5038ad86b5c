//! Which streams of a run are connected.

use stevedore::container::{Create, Launch, Run};
use stevedore::option::{Nowhere, RunLine};
use stevedore_testing::Daemon;

use crate::cancel::busybox;
use crate::{docker, play};

fn launch(daemon: &Daemon, create: Create) -> Launch {
    docker(daemon).containers().run(create, Run::new())
}

/// The streams that are connected, as the request names them.
async fn connected(create: Create, change: impl FnOnce(Launch) -> Launch) -> String {
    let daemon = play("run_attach_refused");
    let refused = change(launch(&daemon, create)).await;
    assert_eq!(refused.unwrap_err().status(), Some(500));
    let mut requests = daemon.finish().unwrap().requests;
    let query = requests.pop().unwrap().query;
    let names = query.iter().filter(|(_, value)| value == "true");
    let names: Vec<_> = names.map(|(name, _)| name.as_str()).collect();
    names.join(" ")
}

#[tokio::test]
async fn outputs_that_are_asked_for_are_connected_alone() {
    let same = |launch| launch;
    for (create, streams) in [
        (busybox(), "stream stdout stderr"),
        (busybox().attach_stdout(true), "stream stdout"),
        (busybox().attach_stderr(true), "stream stderr"),
        (busybox().attach_stderr(false), "stream stdout"),
        (
            busybox().attach_stdout(true).attach_stderr(true),
            "stream stdout stderr",
        ),
        // That opens an input, and says nothing of outputs.
        (busybox().stdin(), "stream stdin stdout stderr"),
    ] {
        assert_eq!(connected(create, same).await, streams);
    }
    let all = |launch: Launch| launch.all_output();
    let create = busybox().attach_stdout(true).attach_stderr(false);
    assert_eq!(connected(create, all).await, "stream stdout stderr");
}

#[tokio::test]
async fn a_line_of_docker_run_is_connected_as_it_says() {
    for (line, streams) in [
        ("-a stdout busybox", "stream stdout"),
        ("-a stdin -i busybox", "stream stdin"),
        ("-i busybox", "stream stdin stdout stderr"),
    ] {
        let line = RunLine::from_line(line, &Nowhere).unwrap();
        assert_eq!(connected(line.create, |launch| launch).await, streams);
    }
}

#[tokio::test]
async fn a_run_that_asks_for_no_stream_has_an_exit_code_all_the_same() {
    let daemon = play("run_unattached");
    let create = busybox().attach_stdout(false).attach_stderr(false);
    let outcome = launch(&daemon, create).await.unwrap();
    assert_eq!((outcome.exit_code, outcome.merged()), (3, Vec::new()));
    daemon.finish().unwrap();
}
