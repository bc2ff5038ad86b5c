//! Commands in running containers, as `docker exec` runs them.

use std::time::Duration;

use stevedore::container::Container;
use stevedore::exec::{Create, Start};
use stevedore::{Docker, ErrorKind, Settings, Stdin};

use super::support::{docker, host, podman, remove, shell, skip};

/// A container that runs until it is removed.
async fn sleeping(docker: &Docker) -> Container {
    let create = shell("trap 'exit 0' TERM; while :; do sleep 1; done");
    let container = docker.containers().create(&create).await.unwrap();
    container.start().await.unwrap();
    container
}

fn sh(script: &str) -> Create {
    Create::new().cmd(["sh", "-c", script])
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_command_gives_both_outputs_and_its_exit_code() {
    let docker = docker().await;
    let container = sleeping(&docker).await;
    for code in 0..20 {
        let outcome = container
            .exec(sh(&format!("echo out; echo err >&2; exit {code}")))
            .await
            .unwrap();
        assert_eq!(outcome.exit_code, code);
        assert_eq!(
            (&*outcome.stdout, &*outcome.stderr),
            (&b"out\n"[..], &b"err\n"[..])
        );
    }
    remove(&container).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn environment_user_and_folder_are_those_asked_for() {
    let docker = docker().await;
    let container = sleeping(&docker).await;
    let create = sh("echo $GREETING; id -u; pwd")
        .env(["GREETING=hello"])
        .user("65534")
        .working_dir("/tmp");
    let outcome = container.exec(create).await.unwrap();
    assert_eq!(outcome.stdout, b"hello\n65534\n/tmp\n");
    let create = sh("grep CapEff /proc/self/status");
    let usual = container.exec(create.clone()).await.unwrap().stdout;
    let all = container
        .exec(create.privileged(true))
        .await
        .unwrap()
        .stdout;
    assert_ne!(usual, all);
    remove(&container).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn what_goes_in_comes_out() {
    let docker = docker().await;
    let container = sleeping(&docker).await;
    // More than all buffers on the way hold: it deadlocks unless both are served.
    let much: Vec<u8> = (0..8_u32 << 20).map(|at| (at % 251) as u8).collect();
    let cat = || Create::new().cmd(["cat"]);
    let outcome = container.exec(cat()).stdin(much.clone()).await.unwrap();
    assert!(outcome.stdout == much);
    let reader = Stdin::reader(std::io::Cursor::new(much.clone()));
    let outcome = container.exec(cat()).stdin(reader).await.unwrap();
    assert!(outcome.stdout == much);
    // One that reads only the start of it.
    let head = Create::new().cmd(["head", "-c", "3"]);
    let outcome = container.exec(head).stdin(much).await.unwrap();
    assert_eq!((outcome.exit_code, &*outcome.stdout), (0, &[0, 1, 2][..]));
    remove(&container).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_terminal_has_the_size_it_is_told() {
    let docker = docker().await;
    let container = sleeping(&docker).await;
    let create = Create::new().cmd(["sh"]).tty(true).stdin(true);
    let mut running = container.exec(create).start().await.unwrap();
    assert!(running.is_raw());
    let mut input = running.input().unwrap();
    running.resize(33, 101).await.unwrap();
    input.write(b"stty size; exit 5\n").await.unwrap();
    let mut output = Vec::new();
    while let Some(chunk) = running.try_next().await.unwrap() {
        output.extend(chunk.bytes);
    }
    let output = String::from_utf8(output).unwrap();
    assert!(output.contains("\n33 101\r\n"), "{output:?}");
    assert_eq!(running.exit().await.unwrap(), 5);
    remove(&container).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_command_whose_output_nobody_reads_comes_to_its_end() {
    let docker = docker().await;
    let container = sleeping(&docker).await;
    let create = sh("cat; yes | head -c 3000000; exit 3");
    let launch = container.exec(create).stdin(vec![b'x'; 1 << 20]);
    let mut running = launch.start().await.unwrap();
    let exit = tokio::time::timeout(Duration::from_secs(30), running.exit());
    assert_eq!(exit.await.unwrap().unwrap(), 3);
    remove(&container).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_command_that_closes_its_output_first_is_waited_for() {
    let docker = docker().await;
    if podman(&docker).await.is_some_and(|major| major < 5) {
        return skip("Podman 4 tells of the end of a detached command after five minutes");
    }
    let container = sleeping(&docker).await;
    let create = sh("exec >/dev/null 2>&1; sleep 1; exit 9");
    let outcome = container.exec(create).await.unwrap();
    assert_eq!(outcome.exit_code, 9);
    let detached = container.exec(sh("sleep 1; exit 8")).detach(true);
    let mut running = detached.start().await.unwrap();
    assert!(running.try_next().await.unwrap().is_none());
    assert_eq!(running.exit().await.unwrap(), 8);
    let exec = docker.exec(running.exec().id());
    assert_eq!(exec.inspect().await.unwrap().exit_code, Some(8));
    remove(&container).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_command_is_started_once() {
    let docker = docker().await;
    let container = sleeping(&docker).await;
    let exec = container.exec(sh("exit 0")).create().await.unwrap();
    let start = || Start::new().tty(false);
    let outcome = exec.start_with(start()).await.unwrap().outcome().await;
    assert_eq!(outcome.unwrap().exit_code, 0);
    let runs = container.exec(sh("sleep 600")).detach(true).start().await;
    for exec in [exec, runs.unwrap().exec().clone()] {
        for start in [start(), start().detach(true)] {
            let error = exec.start_with(start).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Refused);
            assert_eq!(error.reason(), Some("exec_has_already_run"));
        }
    }
    remove(&container).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_command_that_cannot_be_started_says_why() {
    let docker = docker().await;
    let container = sleeping(&docker).await;
    let create = Create::new().cmd(["/no/such/program"]);
    match container.exec(create).await {
        Ok(outcome) => {
            assert!(matches!(outcome.exit_code, 126 | 127), "{outcome:?}");
            let said = String::from_utf8(outcome.merged()).unwrap();
            assert!(said.contains("/no/such/program"), "{said}");
        }
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Refused);
            assert!(error.to_string().contains("/no/such/program"), "{error}");
        }
    }
    remove(&container).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_container_that_goes_away_in_the_middle_is_an_error_or_an_end() {
    let docker = docker().await;
    let container = sleeping(&docker).await;
    let mut running = container
        .exec(sh("echo up; exec sleep 600"))
        .start()
        .await
        .unwrap();
    assert_eq!(running.try_next().await.unwrap().unwrap().bytes, "up\n");
    remove(&container).await;
    let outcome = tokio::time::timeout(Duration::from_secs(30), running.outcome());
    match outcome.await.unwrap() {
        Ok(outcome) => assert_eq!(outcome.exit_code, 137),
        Err(error) => assert!(error.is_not_found(), "{error}"),
    }
    let error = container.exec(sh("true")).await.unwrap_err();
    assert_eq!(error.reason(), Some("no_such_container"));
}

#[test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
fn the_blocking_face_runs_commands() {
    let waiter = stevedore::blocking::Waiter::new().unwrap();
    waiter.finish(docker());
    let docker = stevedore::blocking::Docker::new(Settings::new().host(host())).unwrap();
    let create = shell("trap 'exit 0' TERM; while :; do sleep 1; done");
    let container = docker.containers().create(&create).unwrap();
    container.start().unwrap();
    let outcome = container.exec(sh("echo out; exit 3")).unwrap();
    assert_eq!((outcome.exit_code, &*outcome.stdout), (3, &b"out\n"[..]));
    let launch = container.launch_exec(Create::new().cmd(["sort"])).unwrap();
    let mut running = launch.stdin("b\na\n").unwrap().start().unwrap();
    let output: Vec<_> = running.by_ref().map(|chunk| chunk.unwrap().bytes).collect();
    assert_eq!(output.concat(), b"a\nb\n");
    assert_eq!(running.exit().unwrap(), 0);
    let remove = stevedore::container::Remove::new().force(true);
    container.remove_with(remove).unwrap();
}
