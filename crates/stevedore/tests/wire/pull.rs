//! Pulls and loads: JSON lines both ways they can go wrong.

use std::pin::Pin;
use std::task::{Context, Poll};

use stevedore::image::{Load, Progress};
use stevedore::{Error, ErrorKind, Reference, Upload};

use crate::{blocking, docker, endpoint, play, sequence};

/// The lines of a pull of `busybox:1.36`, and what it ended with.
fn pulled(script: &str) -> (Vec<Progress>, Option<Error>) {
    let daemon = play(script);
    let mut pulling = blocking(&daemon)
        .images()
        .pull(&Reference::new("busybox:1.36"))
        .unwrap();
    let mut lines = Vec::new();
    let error = loop {
        match pulling.next() {
            Some(Ok(line)) => lines.push(line),
            Some(Err(error)) => break Some(error),
            None => break None,
        }
    };
    assert!(pulling.next().is_none());
    drop(pulling);
    daemon.finish().unwrap();
    if let Some(error) = &error {
        assert_eq!(endpoint(error), "image_pull");
    }
    (lines, error)
}

#[test]
fn progress_comes_line_by_line_however_it_is_cut() {
    let (lines, error) = pulled("pull");
    assert!(error.is_none(), "{error:?}");
    assert_eq!(lines.len(), 6);
    assert_eq!(lines[0].id.as_deref(), Some("1.36"));
    assert_eq!(
        (lines[2].detail.current, lines[2].detail.total),
        (Some(1024), Some(2048))
    );
    assert!(
        lines[5]
            .status
            .as_deref()
            .unwrap()
            .starts_with("Status: Downloaded")
    );
}

#[test]
fn a_failure_inside_the_progress_is_an_error_with_the_engines_words() {
    let (lines, error) = pulled("pull_error_in_stream");
    let error = error.unwrap();
    assert_eq!(
        (lines.len(), error.kind(), error.status()),
        (1, ErrorKind::Stream, None)
    );
    assert_eq!(error.to_string(), "authentication required");
}

#[test]
fn progress_that_breaks_off_is_an_error() {
    let (lines, error) = pulled("pull_cut_off");
    let error = error.unwrap();
    assert_eq!((lines.len(), error.kind()), (1, ErrorKind::Protocol));
    assert!(error.to_string().contains("broke off"), "{error}");
}

#[test]
fn progress_that_is_not_json_is_an_error_that_shows_it() {
    let (lines, error) = pulled("pull_not_json");
    let error = error.unwrap();
    assert_eq!((lines.len(), error.kind()), (1, ErrorKind::Protocol));
    assert!(
        error.to_string().contains("`<html>gateway timeout"),
        "{error}"
    );
}

#[tokio::test]
async fn a_digest_goes_where_the_tag_goes() {
    let daemon = play("pull_digest");
    let image = Reference::new("localhost:5000/app@sha256:ba5eba11");
    docker(&daemon)
        .images()
        .pull(&image)
        .await
        .unwrap()
        .done()
        .await
        .unwrap();
    assert_eq!(
        sequence(&daemon.finish().unwrap()),
        ["GET _ping", "POST images/create"]
    );
}

/// An archive in pieces, the last first.
struct Pieces {
    pieces: Vec<&'static str>,
    then: Then,
}

enum Then {
    End,
    Fail,
    Hang,
}

impl futures_core::Stream for Pieces {
    type Item = std::io::Result<bytes::Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match (self.pieces.pop(), &self.then) {
            (Some(piece), _) => Poll::Ready(Some(Ok(piece.into()))),
            (None, Then::End) => Poll::Ready(None),
            (None, Then::Fail) => Poll::Ready(Some(Err(std::io::Error::other("disk gone")))),
            (None, Then::Hang) => Poll::Pending,
        }
    }
}

#[tokio::test]
async fn an_archive_is_sent_piece_by_piece() {
    let daemon = play("load");
    let archive = Pieces {
        pieces: vec!["archive", "tar ", "a "],
        then: Then::End,
    };
    let images = docker(&daemon).images();
    let mut loading = images
        .load(Upload::stream(archive), &Load::new())
        .await
        .unwrap();
    let line = loading.try_next().await.unwrap().unwrap();
    assert_eq!(line.stream.as_deref(), Some("Loaded image: busybox:1.36\n"));
    loading.done().await.unwrap();
    daemon.finish().unwrap();
}

#[tokio::test]
async fn an_archive_that_is_refused_early_is_an_error_with_the_reason() {
    let daemon = play("load_refused");
    let archive = Pieces {
        pieces: vec!["a tar archive"],
        then: Then::Hang,
    };
    let images = docker(&daemon).images();
    let error = images
        .load(Upload::stream(archive), &Load::new())
        .await
        .unwrap_err();
    assert_eq!(
        (error.status(), endpoint(&error)),
        (Some(500), "image_load")
    );
    assert_eq!(error.to_string(), "no space left on device");
    daemon.finish().unwrap();
}

#[tokio::test]
async fn an_archive_that_cannot_be_read_is_an_error_with_its_cause() {
    let daemon = play("load_given_up");
    let archive = Pieces {
        pieces: vec!["a tar archive"],
        then: Then::Fail,
    };
    let images = docker(&daemon).images();
    let error = images
        .load(Upload::stream(archive), &Load::new())
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), endpoint(&error)),
        (ErrorKind::Protocol, "image_load")
    );
    let text = error.chain();
    assert!(text.contains("its bytes could not be read"), "{text}");
    assert!(text.contains("disk gone"), "{text}");
    daemon.open_connections_are(0).await.unwrap();
    daemon.finish().unwrap();
}
