//! Copies that are given up.

use std::fs;
use std::future::poll_fn;
use std::path::Path;
use std::pin::{Pin, pin};
use std::task::Poll;

use stevedore::{Docker, Error};

use super::tar::{Tar, hex};
use super::{FOLDER, daemon, files, gives, looks, takes, tree};
use crate::cancel::give_up;
use crate::{ID, docker, runtime};

/// Polls a copy so many times, and drops it; whether it came to its end before.
async fn polled<T>(times: usize, future: impl Future<Output = T>) -> bool {
    let mut future = pin!(future);
    let mut left = times;
    poll_fn(|cx| {
        if left == 0 {
            return Poll::Ready(false);
        }
        left -= 1;
        future.as_mut().poll(cx).map(|_| true)
    })
    .await
}

/// No file is there in part, under whatever name.
fn only_whole_files(at: &Path) {
    for path in files(at) {
        let file = at.join(&path);
        assert!(!path.contains(".stevedore-"), "{path}");
        if file.is_file() {
            assert_eq!(fs::read(&file).unwrap().len(), 3000, "{path}");
        }
    }
}

#[test]
fn a_copy_out_that_is_dropped_at_any_poll_leaves_only_whole_files() {
    let data = [7; 3000];
    let archive = Tar::new()
        .folder("d/", 0o500)
        .file("d/a", &data)
        .file("d/b", &data)
        .file("d/b", &data)
        .end();
    let script = gives("/d", FOLDER, &archive, 700);
    let mut times = 0;
    loop {
        let folder = tempfile::tempdir().unwrap();
        let daemon = daemon(&script);
        let (runtime, docker) = (runtime(), docker(&daemon));
        let container = docker.container(ID);
        let ended = runtime.block_on(polled(times, container.copy_out("/d", folder.path())));
        only_whole_files(folder.path());
        drop((container, docker, runtime));
        daemon.wait(daemon.open_connections_are(0)).unwrap();
        if ended {
            break;
        }
        times += 1;
    }
    println!("dropped after each of {times} polls");
    assert!(times > 10);
}

#[test]
fn a_copy_in_that_is_dropped_at_any_poll_closes_its_connections() {
    let folder = tempfile::tempdir().unwrap();
    tree(folder.path());
    fs::write(folder.path().join("d/large"), vec![7; 3 << 20]).unwrap();
    let script = looks("/new", None, "") + &takes("/");
    let mut times = 0;
    loop {
        let daemon = daemon(&script);
        let (runtime, docker) = (runtime(), docker(&daemon));
        let container = docker.container(ID);
        let copy = container.copy_in(folder.path().join("d"), "/new");
        let ended = runtime.block_on(polled(times, copy));
        drop((container, docker, runtime));
        daemon.wait(daemon.open_connections_are(0)).unwrap();
        if ended {
            break;
        }
        times += 1;
    }
    println!("dropped after each of {times} polls");
    assert!(times > 5);
}

/// Each of these stops where it says `hold`, or does not read what is sent.
#[test]
fn a_copy_that_waits_closes_its_socket_when_it_is_dropped() {
    let folder = tempfile::tempdir().unwrap();
    tree(folder.path());
    fs::write(folder.path().join("d/large"), vec![7; 3 << 20]).unwrap();
    let here = folder.path().join("d");
    let archive = Tar::new().folder("d/", 0o755).file("d/f", &[7; 3000]).end();
    let begun = format!(
        "  - on: GET /v1.41/containers/{ID}/archive?path=/d\n    label: held\n    reply:\n      \
         chunked: true\n      steps: [{{bytes: \"{}\"}}, hold]\n",
        hex(&archive[..2000])
    );
    let silent = |on: &str| {
        format!(
            "  - on: {on}\n    label: held\n    reads: head\n    reply: {{raw: true, steps: [hold]}}\n"
        )
    };
    let head = silent(&format!("HEAD /v1.41/containers/{ID}/archive?path=/new"));
    let put = looks("/new", None, "")
        + &silent(&format!(
            "PUT /v1.41/containers/{ID}/archive?noOverwriteDirNonDir=true&path=/"
        ));
    let dropped = |name: &str, script: &str, copy: &dyn Fn(Docker) -> Copying| {
        println!("{name}");
        let daemon = daemon(script);
        let (runtime, docker) = (runtime(), docker(&daemon));
        give_up(&runtime, copy(docker.clone()), daemon.seen("held"));
        daemon.wait(daemon.closed("held")).unwrap();
        let left = files(folder.path());
        assert!(
            !left.iter().any(|it| it.contains(".stevedore-")),
            "{left:?}"
        );
    };
    let (at, to) = (here.clone(), folder.path().to_owned());
    let copy_in = move |docker: Docker| -> Copying {
        let (it, at) = (docker.container(ID), at.clone());
        Box::pin(async move { it.copy_in(at, "/new").await.map(drop) })
    };
    dropped("in, looking", &head, &copy_in);
    dropped("in, sending", &put, &copy_in);
    dropped("writing a file", &put, &|docker| {
        let it = docker.container(ID);
        Box::pin(async move { it.write_file("/new", vec![7; 3 << 20]).await })
    });
    dropped("out, receiving", &begun, &move |docker| {
        let (it, to) = (docker.container(ID), to.clone());
        Box::pin(async move { it.copy_out("/d", to).await.map(drop) })
    });
    let [one, other] = ["1", "2"].map(|digit| digit.repeat(64));
    let relayed = looks("/new", None, "").replace(ID, &other)
        + &begun.replace(ID, &one)
        + &takes("/").replace(ID, &other);
    dropped("between, receiving", &relayed, &|docker| {
        let [it, other] = ["1", "2"].map(|digit| docker.container(digit.repeat(64)));
        Box::pin(async move { it.copy_to("/d", &other, "/new").await.map(drop) })
    });
}

type Copying = Pin<Box<dyn Future<Output = Result<(), Error>>>>;
