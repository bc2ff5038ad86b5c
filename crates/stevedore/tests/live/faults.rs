//! Runs that go wrong, and runs that go far.

use std::time::{Duration, Instant};

use stevedore::container::{Create, HostConfig, Logs, Run, Stop};
use stevedore::network::Connect;
use stevedore::{Docker, ErrorKind, Value, exec};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::support::{IMAGE, docker, labelled, name, podman, remove, shell, skip};

/// A number that the environment may make larger than a usual run of the tests has time for.
fn so_many(variable: &str, usually: usize) -> usize {
    std::env::var(variable).map_or(usually, |number| number.parse().unwrap())
}

/// No log is kept: what is written is read here alone.
fn unlogged(create: Create) -> Create {
    let log = Value::Map(vec![("type".to_owned(), "none".into())]);
    create.host_config(HostConfig::new().set("log_config", log))
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn many_short_runs_lose_no_byte_and_tell_every_exit_code() {
    let docker = docker().await;
    let (runs, at_once) = (so_many("STEVEDORE_TEST_RUNS", 20), 8);
    let begun = Instant::now();
    let (mut going, mut ended) = (JoinSet::new(), 0);
    for number in 0..runs {
        if going.len() == at_once {
            going.join_next().await.unwrap().unwrap();
            ended += 1;
        }
        going.spawn(short(docker.clone(), number));
    }
    while let Some(done) = going.join_next().await {
        done.unwrap();
        ended += 1;
    }
    println!("{ended} runs, {at_once} at once, in {:?}.", begun.elapsed());
    assert_eq!(ended, runs);
}

/// A run whose output and exit code are its own.
async fn short(docker: Docker, number: usize) {
    let (lines, code) = (200 + number, number % 256);
    let script = format!(
        "i=0; while [ $i -lt {lines} ]; do echo {number}-$i; echo $i-{number} >&2; i=$((i+1)); \
         done; printf end; exit {code}"
    );
    let run = docker.containers().run(shell(&script), Run::new().rm(true));
    let outcome = run.await.unwrap();
    let expected = |line: &dyn Fn(usize) -> String| -> Vec<u8> {
        (0..lines).flat_map(|at| line(at).into_bytes()).collect()
    };
    let mut stdout = expected(&|at| format!("{number}-{at}\n"));
    stdout.extend(b"end");
    assert!(outcome.stdout == stdout, "run {number}");
    let stderr = expected(&|at| format!("{at}-{number}\n"));
    assert!(outcome.stderr == stderr, "run {number}");
    assert_eq!(outcome.exit_code, i64::try_from(code).unwrap());
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn much_output_in_one_line_is_read_whole() {
    let docker = docker().await;
    let megabytes = so_many("STEVEDORE_TEST_MEGABYTES", 100);
    let script = format!("head -c {megabytes}m /dev/zero | tr '\\0' x");
    let begun = Instant::now();
    let run = docker
        .containers()
        .run(unlogged(shell(&script)), Run::new().rm(true));
    let mut running = run.start().await.unwrap();
    let (mut size, mut largest) = (0, 0);
    while let Some(chunk) = running.try_next().await.unwrap() {
        assert!(chunk.bytes.iter().all(|byte| *byte == b'x'));
        size += chunk.bytes.len();
        largest = largest.max(chunk.bytes.len());
    }
    assert_eq!(running.exit().await.unwrap(), 0);
    running.remove().await.unwrap();
    assert_eq!(size, megabytes << 20);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM"));
    println!(
        "{megabytes} MB in {:?}, pieces of at most {largest} bytes; peak of memory: {peak:?}.",
        begun.elapsed()
    );

    let outcome = docker
        .containers()
        .run(unlogged(shell(&script)), Run::new().rm(true))
        .await
        .unwrap();
    assert_eq!(outcome.stdout.len(), megabytes << 20);
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_name_that_is_taken_is_a_refusal() {
    let docker = docker().await;
    let name = name("taken");
    let status = if podman(&docker).await.is_some() {
        500
    } else {
        409
    };
    let first = docker.containers().create(&shell("true").name(&name)).await;
    let run = docker
        .containers()
        .run(shell("true").name(&name), Run::new().rm(true));
    let error = run.await.unwrap_err();
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::Refused, Some(status))
    );
    assert!(error.to_string().contains(&name), "{error}");
    docker.close().await.unwrap();
    // The one that had the name is still there.
    remove(&first.unwrap()).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_missing_volume_plugin_is_no_missing_image() {
    let docker = docker().await;
    if podman(&docker).await.is_some() {
        return skip("Podman makes a container also with a volume driver that it lacks");
    }
    let host = HostConfig::new()
        .bind("stevedore-no-such-volume:/data")
        .set("volume_driver", "stevedore-no-such-plugin");
    let create = shell("true").host_config(host);
    let mut launch = docker.containers().run(create, Run::new().rm(true));
    // A missing image would be told as the first step.
    let error = launch.next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(
        error.to_string().contains("stevedore-no-such-plugin"),
        "{error}"
    );
    assert_eq!(error.reason(), Some("no_such_plugin"), "{error}");
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn what_is_not_there_is_told_whatever_was_asked_for() {
    let docker = docker().await;
    if podman(&docker).await.is_some() {
        return skip("Podman says some of it in other words");
    }
    let nowhere = "stevedore-nowhere";
    for (host, missing) in [
        (
            HostConfig::new().set("network_mode", nowhere),
            "no_such_network",
        ),
        (
            HostConfig::new().set("network_mode", format!("container:{nowhere}")),
            "no_such_container",
        ),
        (
            HostConfig::new().set("volumes_from", vec![nowhere]),
            "no_such_container",
        ),
    ] {
        let create = shell("true").host_config(host);
        let run = docker.containers().run(create, Run::new().rm(true));
        let error = run.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
        assert_eq!(error.missing(), Some(missing), "{error}");
        assert_eq!(error.reason(), Some(missing), "{error}");
    }
    // One that does not run is connected when it starts.
    let create = shell("exec sleep 600");
    let container = docker.containers().create(&create).await.unwrap();
    container.start().await.unwrap();
    let connect = Connect::new(container.id());
    let error = docker.network(nowhere).connect(connect).await.unwrap_err();
    assert_eq!(error.missing(), Some("no_such_network"), "{error}");
    let error = docker.network(nowhere).inspect().await.unwrap_err();
    assert_eq!(error.missing(), Some("no_such_network"), "{error}");
    let error = docker.network("bridge").remove().await.unwrap_err();
    let predefined = "operation_not_supported_for_pre_defined_networks";
    assert_eq!(error.reason(), Some(predefined), "{error}");
    remove(&container).await;
    let error = container.start().await.unwrap_err();
    assert_eq!(error.missing(), Some("no_such_container"), "{error}");
    let error = docker.image(nowhere).inspect().await.unwrap_err();
    assert_eq!(error.missing(), Some("no_such_image"), "{error}");
    let error = docker.volume(nowhere).inspect().await.unwrap_err();
    assert_eq!(error.missing(), Some("no_such_volume"), "{error}");
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_command_in_one_word_is_told_to_be_one_and_its_container_is_named() {
    let docker = docker().await;
    let name = name("word");
    let create = labelled(Create::new(IMAGE).cmd(["ls -l"])).name(&name);
    let run = docker.containers().run(create, Run::new());
    let error = run.await.unwrap_err().to_string();
    assert!(error.contains("as several it is `ls`, `-l`"), "{error}");
    assert!(
        error.contains(&format!("its container {name} is left behind")),
        "{error}"
    );
    remove(&docker.container(&name)).await;

    // A command in a container is started, and its failure is what it writes.
    let running = docker.containers().create(&shell("exec sleep 600")).await;
    let running = running.unwrap();
    running.start().await.unwrap();
    let exec = running.exec(exec::Create::new().cmd(["ls -l"]));
    let outcome = exec.await.unwrap();
    if podman(&docker).await.is_none() {
        let error = outcome.success().unwrap_err().to_string();
        assert!(error.contains("executable file not found"), "{error}");
        assert!(error.contains("as several it is `ls`, `-l`"), "{error}");
    }
    remove(&running).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn an_image_that_is_nowhere_says_so_and_makes_nothing() {
    let docker = docker().await;
    let name = name("nowhere");
    let create = labelled(Create::new("stevedore-no-such-image:1")).name(&name);
    let run = docker.containers().run(create, Run::new().rm(true));
    let error = run.await.unwrap_err();
    assert_eq!(error.endpoint().unwrap().id, "image_pull", "{error}");
    let container = docker.container(&name);
    assert!(container.inspect().await.unwrap_err().is_not_found());
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_container_that_is_removed_in_the_middle_gives_what_it_wrote() {
    let docker = docker().await;
    for rm in [false, true] {
        let create = shell("echo up; exec sleep 600");
        let run = docker.containers().run(create, Run::new().rm(rm));
        let running = run.start().await.unwrap();
        let container = running.container().clone();
        let (ended, ()) =
            tokio::join!(timeout(Duration::from_secs(30), running.outcome()), async {
                while container
                    .logs(Logs::new())
                    .await
                    .unwrap()
                    .try_next()
                    .await
                    .unwrap()
                    .is_none()
                {}
                remove(&container).await;
            });
        match ended.unwrap() {
            Ok(outcome) => {
                assert_eq!((outcome.exit_code, &*outcome.stdout), (137, &b"up\n"[..]));
            }
            Err(error) => assert_eq!(error.stdout(), b"up\n", "{error}"),
        }
    }
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_program_that_ignores_term_is_stopped_and_removed() {
    let docker = docker().await;
    let deaf = "trap '' TERM; echo up; while :; do sleep 1; done";
    let run = docker.containers().run(shell(deaf), Run::new().rm(true));
    let mut running = run.start().await.unwrap();
    assert_eq!(running.try_next().await.unwrap().unwrap().bytes, "up\n");
    let stop = Stop::new().t(1);
    let begun = Instant::now();
    running.container().stop_with(stop).await.unwrap();
    assert!(begun.elapsed() >= Duration::from_secs(1));
    assert_eq!(running.exit().await.unwrap(), 137);
    running.remove().await.unwrap();

    let run = docker.containers().run(shell(deaf), Run::new().rm(true));
    let mut running = run.start().await.unwrap();
    assert_eq!(running.try_next().await.unwrap().unwrap().bytes, "up\n");
    let container = running.container().clone();
    timeout(Duration::from_secs(10), running.cancel())
        .await
        .unwrap()
        .unwrap();
    assert!(container.inspect().await.unwrap_err().is_not_found());
}
