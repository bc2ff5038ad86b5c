//! What a container wrote.

use stevedore::container::Logs;
use stevedore::{Chunks, Error, ErrorKind, Source};

use crate::{ID, blocking, docker, endpoint, play, sequence};

/// What came, with neighbours of one source joined, and what it ended with.
async fn collect(mut chunks: Chunks) -> (Vec<(Source, Vec<u8>)>, Option<Error>) {
    let mut runs: Vec<(Source, Vec<u8>)> = Vec::new();
    loop {
        match chunks.try_next().await {
            Ok(Some(chunk)) => match runs.last_mut() {
                Some((source, run)) if *source == chunk.source => run.extend(chunk.bytes),
                _ => runs.push((chunk.source, chunk.bytes.to_vec())),
            },
            Ok(None) => return (runs, None),
            Err(error) => {
                // After a failure there is nothing more.
                assert!(chunks.try_next().await.unwrap().is_none());
                return (runs, Some(error));
            }
        }
    }
}

/// What the log of a script holds, how it ends, and the requests that it took.
async fn logs(script: &str) -> (Vec<(Source, Vec<u8>)>, Option<Error>, Vec<String>) {
    let daemon = play(script);
    let chunks = docker(&daemon)
        .container(ID)
        .logs(Logs::new())
        .await
        .unwrap();
    let (runs, error) = collect(chunks).await;
    let report = daemon.finish().unwrap();
    let asked = report
        .requests
        .iter()
        .find(|request| request.path.ends_with("/logs"))
        .unwrap();
    assert!(
        asked.target.ends_with("/logs?stdout=true&stderr=true"),
        "{}",
        asked.target
    );
    (runs, error, sequence(&report))
}

/// A log that ends well.
async fn whole(script: &str) -> (Vec<(Source, Vec<u8>)>, Vec<String>) {
    let (runs, error, requests) = logs(script).await;
    assert!(error.is_none(), "{script}: {error:?}");
    (runs, requests)
}

fn runs(expected: &[(Source, &str)]) -> Vec<(Source, Vec<u8>)> {
    let owned = |(source, text): &(Source, &str)| (*source, text.as_bytes().to_vec());
    expected.iter().map(owned).collect()
}

const PING: &str = "GET _ping";
const LOGS: &str = "GET containers/c0ffee012345/logs";
const INSPECT: &str = "GET containers/c0ffee012345/json";

fn two_streams() -> Vec<(Source, Vec<u8>)> {
    runs(&[
        (Source::Stdout, "one\n"),
        (Source::Stderr, "two\n"),
        (Source::Stdout, "three\n"),
    ])
}

#[tokio::test]
async fn the_type_of_the_answer_tells_two_streams() {
    assert_eq!(
        whole("logs_two_streams").await,
        (two_streams(), vec![PING.into(), LOGS.into()])
    );
}

#[tokio::test]
async fn one_stream_that_is_not_wanted_leaves_the_other() {
    for (logs, asked) in [
        (Logs::new().stdout(false), "stdout=false&stderr=true"),
        (Logs::new().stderr(false), "stdout=true&stderr=false"),
        (Logs::new().stdout(true), "stdout=true"),
        (Logs::new().stderr(true), "stderr=true"),
    ] {
        let daemon = play("logs_two_streams");
        drop(docker(&daemon).container(ID).logs(logs).await.unwrap());
        let report = daemon.finish().unwrap();
        let target = &report.requests.last().unwrap().target;
        assert!(target.ends_with(&format!("/logs?{asked}")), "{target}");
    }
}

#[tokio::test]
async fn no_stream_at_all_is_refused_before_anything_is_sent() {
    let daemon = play("ping");
    let container = docker(&daemon).container(ID);
    let neither = || Logs::new().stdout(false).stderr(false);
    for error in [
        container.logs(neither()).await.unwrap_err(),
        container.log_lines(neither()).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Argument);
        assert_eq!(error.argument(), Some("stdout"));
        assert!(error.to_string().contains("`stdout` and `stderr`"));
    }
}

#[tokio::test]
async fn the_type_of_the_answer_tells_the_one_of_a_terminal() {
    let (found, requests) = whole("logs_tty").await;
    assert_eq!(found, runs(&[(Source::Stdout, "one\r\ntwo\r\n")]));
    assert_eq!(requests, [PING, LOGS]);
}

#[tokio::test]
async fn output_of_a_terminal_that_looks_like_frames_is_left_alone() {
    let (found, _) = whole("logs_tty_looks_framed").await;
    assert_eq!(
        found,
        runs(&[(Source::Stdout, "\u{1}\0\0\0\0\0\0\u{4}abc\n")])
    );
}

#[tokio::test]
async fn an_older_engine_is_asked_once_for_the_terminal() {
    let (found, requests) = whole("logs_tty_old_engine").await;
    assert_eq!(found, runs(&[(Source::Stdout, "one\r\ntwo\r\n")]));
    assert_eq!(requests, [PING, LOGS, INSPECT]);
    for script in ["logs_two_streams_old_engine", "logs_two_streams_called_raw"] {
        let (found, requests) = whole(script).await;
        assert_eq!(
            (found, requests),
            (
                two_streams(),
                vec![PING.into(), LOGS.into(), INSPECT.into()]
            )
        );
    }
}

#[tokio::test]
async fn frames_may_come_byte_by_byte() {
    assert_eq!(whole("logs_bytewise").await.0, two_streams());
}

#[tokio::test]
async fn nothing_written_is_nothing_read() {
    assert_eq!(whole("logs_empty").await.0, []);
}

#[tokio::test]
async fn lines_and_frames_have_nothing_to_do_with_each_other() {
    let (found, _) = whole("logs_many_lines_in_one_frame").await;
    assert_eq!(
        found,
        runs(&[(Source::Stdout, "one\ntwo\n\nfour\nlast without an end")])
    );
    let (found, _) = whole("logs_one_line_in_many_frames").await;
    let expected = [
        (Source::Stdout, "on"),
        (Source::Stderr, "asi"),
        (Source::Stdout, "e li"),
        (Source::Stderr, "de\n"),
        (Source::Stdout, "ne\n"),
    ];
    assert_eq!(found, runs(&expected));
}

#[tokio::test]
async fn bytes_that_are_no_text_are_kept() {
    assert_eq!(
        whole("logs_not_utf8").await.0,
        [(Source::Stdout, vec![0xff, 0xfe, 0, 0x0a])]
    );
    assert_eq!(
        whole("logs_utf8_split").await.0,
        runs(&[(Source::Stdout, "\u{e4}\u{20ac}\n")])
    );
}

/// A log that breaks off after its first line.
async fn broken(script: &str, kind: ErrorKind, why: &str) {
    let (found, error, _) = logs(script).await;
    let first = (Source::Stdout, b"one\n".to_vec());
    assert_eq!(
        found
            .first()
            .map(|(source, run)| (*source, run[..4].to_vec())),
        Some(first),
        "{script}"
    );
    let error = error.unwrap_or_else(|| panic!("{script} ended well"));
    assert_eq!(
        (error.kind(), endpoint(&error)),
        (kind, "container_logs"),
        "{script}"
    );
    assert!(error.to_string().contains(why), "{script}: {error}");
}

#[tokio::test]
async fn a_frame_of_type_3_is_the_engines_failure() {
    broken(
        "logs_error_frame",
        ErrorKind::Stream,
        "error grabbing logs: unexpected EOF",
    )
    .await;
}

#[tokio::test]
async fn a_frame_of_an_unknown_type_is_a_protocol_error() {
    broken(
        "logs_unknown_frame",
        ErrorKind::Protocol,
        "a frame cannot start with",
    )
    .await;
}

#[tokio::test]
async fn a_connection_that_breaks_is_a_protocol_error() {
    broken(
        "logs_cut_off",
        ErrorKind::Protocol,
        "broke off before its end",
    )
    .await;
}

#[tokio::test]
async fn an_end_within_a_frame_is_a_protocol_error() {
    broken(
        "logs_truncated_frame",
        ErrorKind::Protocol,
        "before the end of a frame",
    )
    .await;
}

#[tokio::test]
async fn an_end_within_the_head_of_a_frame_is_a_protocol_error() {
    broken(
        "logs_truncated_header",
        ErrorKind::Protocol,
        "within the head of a frame",
    )
    .await;
}

#[tokio::test]
async fn a_followed_line_is_there_before_the_next_is_written() {
    let daemon = play("logs_follow");
    let container = docker(&daemon).container(ID);
    let mut chunks = container.logs(Logs::new().follow(true)).await.unwrap();
    for (text, then) in [
        ("one\n", Some("more")),
        ("two", Some("rest")),
        (" three\n", None),
    ] {
        let chunk = chunks.try_next().await.unwrap().unwrap();
        assert_eq!(chunk.bytes, text);
        if let Some(signal) = then {
            daemon.signal(signal).unwrap();
        }
    }
    assert!(chunks.try_next().await.unwrap().is_none());
    daemon.finish().unwrap();
}

#[test]
fn followed_logs_are_an_iterator_without_async() {
    let daemon = play("logs_follow");
    let container = blocking(&daemon).container(ID);
    let mut chunks = container.logs(Logs::new().follow(true)).unwrap();
    assert_eq!(chunks.next().unwrap().unwrap().bytes, "one\n");
    daemon.signal("more").unwrap();
    daemon.signal("rest").unwrap();
    let rest: Vec<u8> = chunks.flat_map(|chunk| chunk.unwrap().bytes).collect();
    assert_eq!(rest, b"two three\n");
    daemon.finish().unwrap();
}

#[tokio::test]
async fn much_output_flows_through_in_small_pieces() {
    let daemon = play("logs_large");
    let mut chunks = docker(&daemon)
        .container(ID)
        .logs(Logs::new())
        .await
        .unwrap();
    let (mut bytes, mut lines, mut longest) = (0, 0, 0);
    while let Some(chunk) = chunks.try_next().await.unwrap() {
        bytes += chunk.bytes.len();
        lines += chunk.bytes.split(|byte| *byte == b'\n').count() - 1;
        longest = longest.max(chunk.bytes.len());
    }
    assert_eq!((bytes, lines), (64 << 20, 524_288));
    assert!(longest <= 128, "{longest}");
    daemon.finish().unwrap();
}

#[tokio::test]
async fn two_hundred_logs_are_followed_at_once_on_one_thread() {
    let daemon = play("logs_follow_many");
    let docker = docker(&daemon);
    let mut tasks = tokio::task::JoinSet::new();
    let (first, mut firsts) = tokio::sync::mpsc::channel(200);
    for _ in 0..200 {
        let (container, first) = (docker.container(ID), first.clone());
        tasks.spawn(async move {
            let mut chunks = container.logs(Logs::new().follow(true)).await.unwrap();
            assert_eq!(chunks.try_next().await.unwrap().unwrap().bytes, "one\n");
            first.send(()).await.unwrap();
            assert_eq!(chunks.try_next().await.unwrap().unwrap().bytes, "two\n");
            assert!(chunks.try_next().await.unwrap().is_none());
        });
    }
    for _ in 0..200 {
        firsts.recv().await.unwrap();
    }
    assert_eq!(daemon.open_connections(), 200);
    daemon.signal("more").unwrap();
    while let Some(followed) = tasks.join_next().await {
        followed.unwrap();
    }
    daemon.finish().unwrap();
}
