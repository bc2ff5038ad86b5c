//! `run`, as `docker run` does it.

use std::future::IntoFuture;
use std::time::{Duration, Instant};

use stevedore::container::{Attach, Create, HostConfig, List, Remove, Run, Step};
use stevedore::{Docker, ErrorKind, Settings, Source};

use super::support::{docker, host, labelled, name, remove, shell};

/// How many containers have this in their name.
async fn count(docker: &Docker, name: &str) -> usize {
    let list = List::new().all(true).filter("name", name);
    docker.containers().list(&list).await.unwrap().len()
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_run_gives_output_and_exit_code() {
    let docker = docker().await;
    let create = shell("echo out; echo err >&2; exit 7");
    let outcome = docker.containers().run(create, Run::new()).await.unwrap();
    assert_eq!(outcome.exit_code, 7);
    assert_eq!(
        (&outcome.stdout[..], &outcome.stderr[..]),
        (&b"out\n"[..], &b"err\n"[..])
    );
    let inspect = outcome.container.inspect().await.unwrap();
    assert_eq!(inspect.state.exit_code, 7);
    remove(&outcome.container).await;
    let id = outcome.container.id().to_owned();
    let error = outcome.success().unwrap_err();
    // By its name, which it was not given here, or by its short id.
    let named = format!("container {} ended with", id.get(..12).unwrap());
    assert!(error.to_string().starts_with(&named), "{error}");
    assert_eq!(error.container(), Some(&*id));
    assert_eq!(
        (error.kind(), error.exit_code()),
        (ErrorKind::Failed, Some(7))
    );
    assert!(error.to_string().ends_with("exit code 7: err"), "{error}");
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn nothing_of_a_short_run_is_lost() {
    let docker = docker().await;
    for round in 0..10 {
        let create = shell(&format!("echo {round}"));
        let run = docker.containers().run(create, Run::new().rm(true));
        let outcome = run.await.unwrap();
        assert_eq!(outcome.stdout, format!("{round}\n").into_bytes());
    }
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_missing_image_is_pulled_first() {
    let docker = docker().await;
    let image = docker.image("hello-world:latest");
    let was_there = image.exists().await.unwrap();
    let create = labelled(Create::new("hello-world"));
    let mut run = docker.containers().run(create, Run::new());
    let mut steps = Vec::new();
    while let Some(step) = run.next().await.unwrap() {
        steps.push(match step {
            Step::ImageMissing(reference) => reference.to_string(),
            Step::Progress(_) => "progress".to_owned(),
            Step::Created { .. } => "created".to_owned(),
            other => panic!("{other:?}"),
        });
    }
    let outcome = run.start().await.unwrap().outcome().await.unwrap();
    remove(&outcome.container).await;
    if !was_there {
        assert_eq!(steps[0], "hello-world:latest");
        assert!(steps.contains(&"progress".to_owned()));
    }
    assert_eq!(steps.last().unwrap(), "created");
    assert_eq!(outcome.exit_code, 0);
    assert!(
        String::from_utf8(outcome.stdout)
            .unwrap()
            .contains("Hello from Docker!")
    );
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_run_to_be_removed_leaves_nothing() {
    let docker = docker().await;
    let name = name("rm");
    let create = shell("exit 1").name(&name);
    let outcome = docker
        .containers()
        .run(create, Run::new().rm(true))
        .await
        .unwrap();
    assert_eq!(outcome.exit_code, 1);
    assert_eq!(count(&docker, &name).await, 0);
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_run_given_up_is_removed_by_close() {
    let docker = docker().await;
    let name = name("given-up");
    let create = shell("echo up; exec sleep 600").name(&name);
    let run = docker.containers().run(create, Run::new().rm(true));
    let mut running = run.start().await.unwrap();
    assert_eq!(running.try_next().await.unwrap().unwrap().bytes, "up\n");
    drop(running);
    assert_eq!(count(&docker, &name).await, 1);
    docker.close().await.unwrap();
    assert_eq!(count(&docker, &name).await, 0);
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_run_given_up_while_the_container_is_being_made_is_removed_by_close() {
    let docker = docker().await;
    docker.api_version().await.unwrap();
    let name = name("half-made");
    let create = shell("exec sleep 600").name(&name);
    let mut run = docker.containers().run(create, Run::new().rm(true));
    // Polled once, the request is on its way and its answer is not here yet.
    let polled = tokio::time::timeout(Duration::ZERO, run.next()).await;
    assert!(polled.is_err());
    run.cancel().await.unwrap();
    assert_eq!(count(&docker, &name).await, 0);
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_start_that_fails_is_told_and_what_was_promised_is_kept() {
    let docker = docker().await;
    let name = name("no-such-program");
    let create = || {
        labelled(
            Create::new(super::support::IMAGE)
                .cmd(["/no/such/program"])
                .name(&name),
        )
    };
    let kept = docker
        .containers()
        .run(create(), Run::new())
        .await
        .unwrap_err();
    assert_eq!(kept.kind(), ErrorKind::Refused);
    assert!(kept.to_string().contains("/no/such/program"), "{kept}");
    assert_eq!(count(&docker, &name).await, 1);
    remove(&docker.container(&name)).await;
    docker
        .containers()
        .run(create(), Run::new().rm(true))
        .await
        .unwrap_err();
    assert_eq!(count(&docker, &name).await, 0);
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_404_for_something_else_than_the_image_is_told_as_it_is() {
    let docker = docker().await;
    let host = HostConfig::new().network_mode("stevedore-no-such-network");
    let create = shell("true").host_config(host);
    let run = docker.containers().run(create, Run::new().rm(true));
    let error = run.await.unwrap_err();
    assert!(
        error.to_string().contains("stevedore-no-such-network"),
        "{error}"
    );
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_detached_run_goes_on_by_itself_and_the_engine_removes_it() {
    let docker = docker().await;
    let name = name("detached");
    let create = shell("exec sleep 600").name(&name);
    let run = docker
        .containers()
        .run(create, Run::new().rm(true).detach(true));
    let mut running = run.start().await.unwrap();
    let container = running.container().clone();
    assert!(container.inspect().await.unwrap().state.running);
    container.kill().await.unwrap();
    match running.exit().await {
        Ok(code) => assert_eq!(code, 137),
        // It may be gone before it is asked.
        Err(error) => assert!(error.is_not_found(), "{error}"),
    }
    let gone = async {
        while count(&docker, &name).await > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), gone)
        .await
        .unwrap();
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_run_whose_output_nobody_reads_comes_to_its_end() {
    let docker = docker().await;
    let create = shell("cat; yes | head -c 3000000; exit 3");
    let run = docker.containers().run(create, Run::new().rm(true));
    let mut running = run.stdin(vec![b'x'; 1 << 20]).start().await.unwrap();
    let exit = tokio::time::timeout(Duration::from_secs(30), running.exit());
    assert_eq!(exit.await.unwrap().unwrap(), 3);
    running.cancel().await.unwrap();
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_run_gives_the_outputs_that_are_asked_for() {
    let docker = docker().await;
    let only = |stdout, stderr| {
        shell("cat; echo out; echo err >&2; exit 4")
            .attach_stdout(stdout)
            .attach_stderr(stderr)
    };
    for (create, merged) in [
        (only(true, false), "out\n"),
        (only(false, true), "err\n"),
        (only(false, false), ""),
        // Connected to its input alone.
        (only(false, false).stdin(), ""),
    ] {
        let run = docker.containers().run(create, Run::new().rm(true));
        let outcome = tokio::time::timeout(Duration::from_secs(30), run.into_future());
        let outcome = outcome.await.unwrap().unwrap();
        let text = String::from_utf8(outcome.merged()).unwrap();
        assert_eq!((outcome.exit_code, &*text), (4, merged));
    }
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn what_a_run_promised_to_remove_is_gone_once_its_end_is_told() {
    let docker = docker().await;
    let name = name("removed");
    let create = shell("echo out; exit 5").name(&name);
    let run = docker.containers().run(create, Run::new().rm(true));
    let mut running = run.start().await.unwrap();
    while running.try_next().await.unwrap().is_some() {}
    assert_eq!(running.exit_code().await.unwrap(), 5);
    assert_eq!(count(&docker, &name).await, 1);
    assert_eq!(running.exit().await.unwrap(), 5);
    assert_eq!(count(&docker, &name).await, 0);
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_container_that_is_taken_up_gives_both_outputs_unasked() {
    let docker = docker().await;
    let create = shell("read x; echo out; echo err >&2; exit 6").stdin();
    let container = docker.containers().create(&create).await.unwrap();
    container.start().await.unwrap();
    let mut output = container.take_up(Attach::new()).await.unwrap();
    let input = Attach::new().stdin(true);
    let mut other = container.take_up(input).await.unwrap();
    assert!(other.feed("go\n"));
    let (mut seen, code) = (Vec::new(), other.exit());
    let read = async {
        while let Some(chunk) = output.try_next().await.unwrap() {
            seen.push((chunk.source, chunk.bytes));
        }
    };
    let (code, ()) = tokio::join!(code, read);
    assert_eq!(code.unwrap(), 6);
    assert_eq!(output.ended().await.unwrap(), Some(6));
    seen.sort_by_key(|(source, _)| *source == Source::Stderr);
    assert_eq!(
        seen,
        [
            (Source::Stdout, "out\n".into()),
            (Source::Stderr, "err\n".into())
        ]
    );
    remove(&container).await;
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_run_reads_what_it_is_given() {
    let docker = docker().await;
    let create = shell("tr a-z A-Z").stdin();
    let run = docker.containers().run(create, Run::new().rm(true));
    let mut running = run.start().await.unwrap();
    let mut input = running.input().unwrap();
    input.write(b"hello\n").await.unwrap();
    input.close().await.unwrap();
    assert_eq!(running.outcome().await.unwrap().stdout, b"HELLO\n");
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_run_whose_open_input_nobody_takes_reads_its_end() {
    let docker = docker().await;
    let mut create = shell("cat; echo end");
    create.open_stdin = Some(true);
    let run = docker.containers().run(create, Run::new().rm(true));
    let outcome = tokio::time::timeout(Duration::from_secs(30), run.into_future());
    assert_eq!(outcome.await.unwrap().unwrap().stdout, b"end\n");
}

#[test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
fn the_blocking_face_writes_to_a_run_and_to_an_attached_container() {
    let docker = stevedore::blocking::Docker::new(Settings::new().host(host())).unwrap();
    let shout = || shell("tr a-z A-Z").stdin();
    let launch = docker
        .containers()
        .launch(shout(), Run::new().rm(true))
        .unwrap();
    let mut running = launch.start().unwrap();
    let mut input = running.input().unwrap().unwrap();
    input.write(b"hello\n").unwrap();
    input.close().unwrap();
    assert_eq!(running.outcome().unwrap().stdout, b"HELLO\n");

    let container = docker.containers().create(&shout()).unwrap();
    let attach = Attach::new().stream(true).stdin(true).stdout(true);
    let (chunks, mut input) = container.attach(attach).unwrap();
    container.start().unwrap();
    input.write(b"again\n").unwrap();
    drop(input);
    let output: Vec<_> = chunks.map(|chunk| chunk.unwrap().bytes).collect();
    assert_eq!(output.concat(), b"AGAIN\n");
    container.remove_with(Remove::new().force(true)).unwrap();
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn at_the_oldest_version_a_run_works_too() {
    let docker = docker().await;
    let oldest: stevedore::ApiVersion = docker
        .version()
        .await
        .unwrap()
        .min_api_version
        .parse()
        .unwrap();
    let pinned = oldest.max(stevedore::ApiVersion::OLDEST);
    let old = Docker::new(Settings::new().host(host()).version(pinned).unwrap());
    let create = shell("echo old; exit 5");
    let outcome = old
        .containers()
        .run(create, Run::new().rm(true))
        .await
        .unwrap();
    assert_eq!((outcome.exit_code, &outcome.stdout[..]), (5, &b"old\n"[..]));
}

#[test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
fn the_blocking_face_runs_and_streams() {
    let docker = stevedore::blocking::Docker::new(Settings::new().host(host())).unwrap();
    let create = shell("echo one; echo two >&2");
    let launch = docker
        .containers()
        .launch(create, Run::new().rm(true))
        .unwrap();
    let mut running = launch.start().unwrap();
    let mut seen = Vec::new();
    for chunk in &mut running {
        let chunk = chunk.unwrap();
        seen.push((chunk.source, chunk.bytes));
    }
    seen.sort_by_key(|(source, _)| *source == Source::Stderr);
    assert_eq!(
        seen,
        [
            (Source::Stdout, "one\n".into()),
            (Source::Stderr, "two\n".into())
        ]
    );
    assert_eq!(running.exit().unwrap(), 0);
    running.cancel().unwrap();
}

#[test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
fn a_wait_that_is_broken_off_returns_within_a_tick_and_what_it_left_is_removed() {
    use std::ops::ControlFlow;

    let waiter = stevedore::blocking::Waiter::new().unwrap();
    let docker = waiter.finish(docker());
    let name = name("broken-off");
    let create = shell("exec sleep 600").name(&name);
    let run = docker.containers().run(create, Run::new().rm(true));
    let mut running = waiter.finish(run.start()).unwrap();
    let asked = Instant::now();
    let mut ticks = 0;
    let broken = waiter.wait(running.exit(), || {
        ticks += 1;
        if ticks > 2 {
            ControlFlow::Break(asked.elapsed())
        } else {
            ControlFlow::Continue(())
        }
    });
    println!("broken off after {:?}", broken.unwrap_err());
    waiter.finish(running.cancel()).unwrap();
    assert_eq!(waiter.finish(count(&docker, &name)), 0);
}
