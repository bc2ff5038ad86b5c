//! Input and output of programs with a terminal of their own.

use stevedore::container::Run;
use stevedore::exec::Create;

use super::support::{docker, remove, shell};

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn output_after_the_end_of_input_is_not_lost() {
    let docker = docker().await;
    let late = || shell("cat; sleep 1; echo late").tty(true);
    let run = docker.containers().run(late().stdin(), Run::new().rm(true));
    let outcome = run.await.unwrap();
    println!("{:?}", String::from_utf8_lossy(&outcome.stdout));
    assert!(outcome.stdout.ends_with(b"late\r\n"));
    for text in ["one\ntwo\n", "one\ntwo"] {
        let run = docker.containers().run(late(), Run::new().rm(true));
        let outcome = run.stdin(text).await.unwrap();
        println!("{:?}", String::from_utf8_lossy(&outcome.stdout));
        assert!(outcome.stdout.ends_with(b"late\r\n"));
    }
    let container = docker
        .containers()
        .create(&shell("exec sleep 600"))
        .await
        .unwrap();
    container.start().await.unwrap();
    for text in ["one\ntwo\n", "one\ntwo"] {
        let late = Create::new().cmd(["sh", "-c", "cat; sleep 1; echo late"]);
        let outcome = container.exec(late.tty(true)).stdin(text).await.unwrap();
        println!("{:?}", String::from_utf8_lossy(&outcome.stdout));
        assert!(outcome.stdout.ends_with(b"late\r\n"));
    }
    remove(&container).await;
}
