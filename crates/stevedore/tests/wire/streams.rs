//! What is pulled is a stream for whoever has the tools for those.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use futures_core::Stream;
use stevedore::container::{Create, Logs, Run, Stats};
use stevedore::{Error, Reference, Request, Result, exec};

use crate::{ID, docker, play};

/// All items, and the error that ends them.
async fn read<T>(mut stream: impl Stream<Item = Result<T>> + Unpin) -> (Vec<T>, Option<Error>) {
    let mut items = Vec::new();
    loop {
        match poll_fn(|cx| Pin::new(&mut stream).poll_next(cx)).await {
            Some(Ok(item)) => items.push(item),
            Some(Err(error)) => return (items, Some(error)),
            None => return (items, None),
        }
    }
}

#[tokio::test]
async fn lines_of_a_log_are_a_stream_also_over_a_cut() {
    let daemon = play("log_lines_resumed");
    let container = docker(&daemon).container(ID);
    let logs = Logs::new().follow(true).tail(3);
    let lines = container.log_lines(logs).await.unwrap();
    // The second try comes after a pause, for which the stream must be woken.
    let (lines, error) = read(lines.resume(Duration::MAX)).await;
    assert!(error.is_none(), "{error:?}");
    let texts: Vec<_> = lines.iter().map(|line| line.text().into_owned()).collect();
    assert_eq!(texts, ["one", "two", "three", "four", "five", "six"]);
    daemon.finish().unwrap();
}

#[tokio::test]
async fn progress_of_a_pull_is_a_stream_that_fails_as_the_pull_does() {
    let daemon = play("pull");
    let reference = Reference::new("busybox:1.36");
    let pulling = docker(&daemon).images().pull(&reference).await.unwrap();
    let (progress, error) = read(pulling).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(progress.len(), 6);
    daemon.finish().unwrap();

    let daemon = play("pull_error_in_stream");
    let pulling = docker(&daemon).images().pull(&reference).await.unwrap();
    let (_, error) = read(pulling).await;
    assert_eq!(error.unwrap().kind(), stevedore::ErrorKind::Stream);
    daemon.finish().unwrap();
}

#[tokio::test]
async fn figures_are_a_stream() {
    let daemon = play("stats_stream");
    let container = docker(&daemon).container(ID);
    let usages = container.stats(Stats::new()).await.unwrap();
    let (usages, error) = read(usages).await;
    assert!(error.is_none(), "{error:?}");
    let percents: Vec<_> = usages.iter().map(|usage| usage.cpu_percent).collect();
    assert_eq!(percents, [None, Some(20.0)]);
}

#[tokio::test]
async fn output_of_a_run_is_a_stream_and_its_end_is_still_told() {
    let daemon = play("run_nonzero_exit");
    let create = Create::new("busybox:1.36").cmd(["sh"]);
    let run = docker(&daemon).containers().run(create, Run::new());
    let mut running = run.start().await.unwrap();
    let (chunks, error) = read(&mut running).await;
    assert!(error.is_none(), "{error:?}");
    assert!(chunks.iter().any(|chunk| chunk.bytes == "so far so good\n"));
    assert_eq!(running.exit().await.unwrap(), 3);
}

/// Each poll of a stream is a pull that is given up where it has to wait.
#[tokio::test]
async fn output_that_comes_byte_by_byte_is_whole_as_a_stream() {
    let daemon = play("logs_bytewise");
    let container = docker(&daemon).container(ID);
    let (chunks, error) = read(container.logs(Logs::new()).await.unwrap()).await;
    assert!(error.is_none(), "{error:?}");
    let of = |source| -> Vec<u8> {
        let own = chunks.iter().filter(|chunk| chunk.source == source);
        own.flat_map(|chunk| chunk.bytes.to_vec()).collect()
    };
    assert_eq!(of(stevedore::Source::Stdout), b"one\nthree\n");
    assert_eq!(of(stevedore::Source::Stderr), b"two\n");
    daemon.finish().unwrap();
}

#[tokio::test]
async fn the_body_of_an_answer_is_a_stream() {
    let daemon = play("logs_bytewise");
    let logs = format!("/containers/{ID}/logs");
    let docker = docker(&daemon);
    let answer = docker.request(&Request::get(&logs)).await.unwrap();
    let (pieces, error) = read(answer).await;
    assert!(error.is_none(), "{error:?}");
    assert!(pieces.len() > 1);
    // As it is on the wire: frames.
    assert!(pieces.concat().ends_with(b"three\n"));
    daemon.finish().unwrap();
}

#[test]
fn all_that_is_pulled_is_a_stream() {
    fn is_stream<T, S: Stream<Item = Result<T>> + Send + Unpin>() {}
    is_stream::<_, stevedore::Chunks>();
    is_stream::<_, stevedore::Lines<stevedore::system::Version>>();
    is_stream::<_, stevedore::container::LogLines>();
    is_stream::<_, stevedore::container::Usages>();
    is_stream::<_, stevedore::container::Running>();
    is_stream::<_, exec::Running>();
    is_stream::<_, stevedore::image::Pulling>();
    is_stream::<_, stevedore::Answer>();
}
