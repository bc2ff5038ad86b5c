//! A log, line by line.

use std::time::Duration;

use stevedore::container::{LogLine, LogLines, Logs};
use stevedore::{Error, ErrorKind, Source};

use crate::{ID, blocking, docker, endpoint, play, sequence};

/// The lines of a log, and what it ends with.
async fn collect(mut lines: LogLines) -> (Vec<LogLine>, Option<Error>) {
    let mut found = Vec::new();
    loop {
        match lines.try_next().await {
            Ok(Some(line)) => found.push(line),
            Ok(None) => return (found, None),
            Err(error) => {
                // After a failure there is nothing more.
                assert!(lines.try_next().await.unwrap().is_none());
                return (found, Some(error));
            }
        }
    }
}

/// The nanoseconds of a line's time, where it was written, and its text.
fn told(lines: &[LogLine]) -> Vec<(u32, Option<Source>, String)> {
    let told = |line: &LogLine| {
        let time = line.time.as_ref().unwrap().unix().unwrap();
        assert_eq!(time.0, 1_714_564_800);
        (time.1, line.source, line.text().into_owned())
    };
    lines.iter().map(told).collect()
}

const OUT: Option<Source> = Some(Source::Stdout);
const ERR: Option<Source> = Some(Source::Stderr);

fn expected(lines: &[(u32, Option<Source>, &str)]) -> Vec<(u32, Option<Source>, String)> {
    let owned =
        |(time, source, text): &(u32, Option<Source>, &str)| (*time, *source, (*text).to_owned());
    lines.iter().map(owned).collect()
}

const SECOND: Duration = Duration::from_secs(1);

fn lines_of_log_lines() -> Vec<(u32, Option<Source>, String)> {
    expected(&[
        (2, ERR, "an error"),
        (1, OUT, "a long line"),
        (3, OUT, "last words"),
        (4, OUT, ""),
        (5, OUT, "no end"),
    ])
}

#[tokio::test]
async fn lines_have_a_source_and_a_time() {
    let daemon = play("log_lines");
    let container = docker(&daemon).container(ID);
    let lines = container.log_lines(Logs::new().follow(true)).await.unwrap();
    let (found, error) = collect(lines).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(told(&found), lines_of_log_lines());
    assert_eq!(found[1].bytes, "a long line\n");
    assert_eq!(found[4].bytes, "no end");
    daemon.finish().unwrap();
}

#[test]
fn lines_are_an_iterator_without_async() {
    let daemon = play("log_lines");
    let container = blocking(&daemon).container(ID);
    let lines = container.log_lines(Logs::new().follow(true)).unwrap();
    let found: Vec<_> = lines.resume(SECOND).unwrap().map(Result::unwrap).collect();
    assert_eq!(told(&found), lines_of_log_lines());
    daemon.finish().unwrap();
}

#[tokio::test]
async fn lines_of_a_terminal_have_no_source() {
    let daemon = play("log_lines_tty");
    let logs = Logs::new().stdout(true).tail(2);
    let lines = docker(&daemon).container(ID).log_lines(logs).await.unwrap();
    let (found, error) = collect(lines).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(
        told(&found),
        expected(&[(1, None, "one"), (2, None, "two")])
    );
    assert_eq!(found[1].bytes, "two\r\n");
    daemon.finish().unwrap();
}

#[tokio::test]
async fn what_has_come_of_a_line_is_given_before_the_error() {
    let daemon = play("log_lines_cut_off");
    let container = docker(&daemon).container(ID);
    let (found, error) = collect(container.log_lines(Logs::new()).await.unwrap()).await;
    assert_eq!(told(&found), expected(&[(1, OUT, "one"), (2, OUT, "tw")]));
    let error = error.unwrap();
    assert_eq!(
        (error.kind(), endpoint(&error)),
        (ErrorKind::Protocol, "container_logs")
    );
    daemon.finish().unwrap();
}

#[tokio::test]
async fn what_the_engine_says_about_its_log_is_no_cut() {
    let daemon = play("log_lines_error_frame");
    let container = docker(&daemon).container(ID);
    let lines = container.log_lines(Logs::new()).await.unwrap();
    let (found, error) = collect(lines.resume(SECOND)).await;
    assert_eq!(told(&found), expected(&[(1, OUT, "one")]));
    assert_eq!(error.unwrap().kind(), ErrorKind::Stream);
    daemon.finish().unwrap();
}

#[tokio::test]
async fn a_log_that_is_cut_goes_on_where_it_was() {
    let daemon = play("log_lines_resumed");
    let container = docker(&daemon).container(ID);
    let logs = Logs::new().follow(true).tail(3);
    let lines = container.log_lines(logs).await.unwrap();
    let (found, error) = collect(lines.resume(Duration::MAX)).await;
    assert!(error.is_none(), "{error:?}");
    let all = [
        (1, ERR, "one"),
        (2, OUT, "two"),
        (2, OUT, "three"),
        (3, OUT, "four"),
        (1, ERR, "five"),
        (3, OUT, "six"),
    ];
    assert_eq!(told(&found), expected(&all));
    daemon.finish().unwrap();
}

#[tokio::test]
async fn a_wait_for_the_engine_can_be_given_up_and_taken_up_again() {
    let daemon = play("log_lines_resumed");
    let container = docker(&daemon).container(ID);
    let logs = Logs::new().follow(true).tail(3);
    let lines = container.log_lines(logs).await.unwrap();
    let mut lines = lines.resume(30 * SECOND);
    let mut texts = Vec::new();
    loop {
        // Given up at its first wait, each time.
        let next = tokio::time::timeout(Duration::ZERO, lines.try_next()).await;
        match next {
            Ok(Ok(Some(line))) => texts.push(line.text().into_owned()),
            Ok(Ok(None)) => break,
            Ok(Err(error)) => panic!("{error}"),
            Err(_) => tokio::task::yield_now().await,
        }
    }
    assert_eq!(texts, ["one", "two", "three", "four", "five", "six"]);
    daemon.finish().unwrap();
}

#[tokio::test]
async fn a_container_that_is_gone_after_the_cut_is_an_error() {
    let daemon = play("log_lines_resumed_gone");
    let container = docker(&daemon).container(ID);
    let lines = container.log_lines(Logs::new().follow(true)).await.unwrap();
    let (found, error) = collect(lines.resume(30 * SECOND)).await;
    assert_eq!(told(&found), expected(&[(1, OUT, "one")]));
    assert_eq!(error.unwrap().reason(), Some("no_such_container"));
    let report = daemon.finish().unwrap();
    assert_eq!(sequence(&report).len(), 3);
}

#[tokio::test]
async fn patience_ends_with_the_reason_for_the_cut() {
    let daemon = play("log_lines_cut_off");
    let container = docker(&daemon).container(ID);
    let lines = container.log_lines(Logs::new()).await.unwrap();
    let (found, error) = collect(lines.resume(Duration::ZERO)).await;
    assert_eq!(told(&found), expected(&[(1, OUT, "one"), (2, OUT, "tw")]));
    assert_eq!(error.unwrap().kind(), ErrorKind::Protocol);
    daemon.finish().unwrap();
}
