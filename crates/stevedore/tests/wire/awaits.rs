//! Giving up everywhere: at each await, and while each request has no answer yet.
//!
//! What is looked for each time: connections that are still open, and containers that were
//! to be removed and are not.

use std::future::{IntoFuture, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use stevedore::container::{Create, Logs, Run};
use stevedore::{Docker, exec};
use stevedore_testing::{Daemon, Script};

use crate::cancel::busybox;
use crate::{ID, docker, runtime};

type Work = Pin<Box<dyn Future<Output = ()>>>;

/// A script of `spec/`, whose removal may be asked for more than once.
fn text(name: &str) -> String {
    let path = Script::spec_folder().join(format!("{name}.yaml"));
    let text = std::fs::read_to_string(path).unwrap();
    let delete = "  - on: DELETE /v1.41/containers/c0ffee012345?force=true&v=true\n";
    text.replace(delete, &format!("{delete}    times: any\n"))
}

/// The script with the answer to its exchange number `at` held back: all of it, or its end.
fn held(text: &str, at: usize, whole: bool) -> Option<String> {
    let mut exchanges: Vec<_> = text.split("\n  - on: ").map(str::to_owned).collect();
    let exchange = exchanges.get_mut(at + 1)?;
    let reply = exchange.split_off(exchange.find("    reply:")?);
    exchange.push_str(if whole {
        "    reply: {raw: true, steps: [hold]}"
    } else if reply.contains("upgrade: true") {
        "    reply: {upgrade: true, steps: [head, hold]}"
    } else {
        // What the ping says is in its head.
        "    reply: {chunked: true, headers: {Api-Version: \"1.41\"}, steps: [head, hold]}"
    });
    if exchange.contains("    times: any\n") {
        *exchange = exchange.replace("    times: any\n", "");
    }
    if !exchange.contains("    label: ") {
        let reply = exchange.find("    reply:")?;
        exchange.insert_str(reply, "    label: held\n");
    }
    Some(exchanges.join("\n  - on: "))
}

/// The label of the exchange number `at`, which has one.
fn label(text: &str, at: usize) -> &str {
    let exchange = text.split("\n  - on: ").nth(at + 1).unwrap();
    let label = exchange.split("    label: ").nth(1).unwrap();
    label.lines().next().unwrap()
}

/// Whether it ended before it was to be given up. Each poll follows a wake.
async fn polled(work: &mut Work, times: usize) -> bool {
    let mut left = times;
    poll_fn(|cx| {
        if left == 0 {
            return Poll::Ready(false);
        }
        left -= 1;
        match work.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(true),
            Poll::Pending if left == 0 => Poll::Ready(false),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

fn count(daemon: &Daemon, method: &str, path: &str) -> usize {
    let requests = daemon.requests();
    requests
        .iter()
        .filter(|request| request.method == method && request.path.ends_with(path))
        .count()
}

/// Does what is due, and sees that nothing is left.
fn leaves_nothing(daemon: &Daemon, runtime: &tokio::runtime::Runtime, docker: Docker, rm: bool) {
    runtime.block_on(docker.close()).unwrap();
    if rm && count(daemon, "POST", "containers/create") > 0 {
        let made = daemon.requests();
        let made = made
            .iter()
            .rposition(|it| it.path.ends_with("containers/create"));
        let removed = daemon.requests();
        let removed = removed.iter().rposition(|it| it.method == "DELETE");
        assert!(removed > made, "{:?}", daemon.requests());
    }
    // Only its idle connections may be open still.
    drop(docker);
    daemon.wait(daemon.open_connections_are(0)).unwrap();
}

/// Gives `work` up after each number of polls until it ends; says how many there were.
fn at_every_await(script: &str, rm: bool, work: impl Fn(&Docker) -> Work) -> usize {
    let script = Script::parse(&text(script)).unwrap();
    for times in 0.. {
        let daemon = Daemon::start(&script).unwrap();
        let (runtime, docker) = (runtime(), docker(&daemon));
        let mut future = work(&docker);
        let ended = runtime.block_on(polled(&mut future, times));
        drop(future);
        leaves_nothing(&daemon, &runtime, docker, rm);
        if ended {
            return times;
        }
    }
    unreachable!("it ends");
}

/// Gives `work` up while each of these exchanges of the script has no answer, or only the
/// head of one.
fn at_every_request(
    script: &str,
    exchanges: impl IntoIterator<Item = usize>,
    rm: bool,
    work: impl Fn(&Docker) -> Work,
) {
    let text = text(script);
    for at in exchanges {
        for whole in [true, false] {
            let held = held(&text, at, whole).unwrap();
            let label = label(&held, at);
            let daemon = Daemon::start(&Script::parse(&held).unwrap()).unwrap();
            let (runtime, docker) = (runtime(), docker(&daemon));
            let mut future = work(&docker);
            let seen = daemon.seen(label);
            runtime.block_on(async {
                tokio::select! {
                    () = &mut future => panic!("`{label}` has no answer, and it ended"),
                    seen = seen => seen.unwrap(),
                }
            });
            drop(future);
            // What is being made is waited for, which `cancel.rs` shows; here it never comes.
            if rm && at < 2 {
                drop(docker);
                daemon.wait(daemon.open_connections_are(0)).unwrap();
            } else {
                leaves_nothing(&daemon, &runtime, docker, rm);
            }
        }
    }
}

fn run(rm: bool) -> impl Fn(&Docker) -> Work {
    move |docker| {
        let launch = docker.containers().run(busybox(), Run::new().rm(rm));
        Box::pin(async move { drop(launch.await) })
    }
}

fn stdin(docker: &Docker) -> Work {
    let launch = docker.containers().run(busybox(), Run::new());
    let launch = launch.stdin("b\na\n").into_future();
    Box::pin(async move { drop(launch.await) })
}

fn command(docker: &Docker) -> Work {
    let launch = docker.container(ID).exec(exec::Create::new().cmd(["sh"]));
    Box::pin(async move { drop(launch.await) })
}

fn follow(docker: &Docker) -> Work {
    let container = docker.container(ID);
    Box::pin(async move {
        let Ok(mut chunks) = container.logs(Logs::new().follow(true)).await else {
            return;
        };
        while let Ok(Some(_)) = chunks.try_next().await {}
    })
}

#[test]
fn a_run_can_be_given_up_at_every_await() {
    let polls = at_every_await("run_rm", true, run(true));
    assert!(polls > 5, "{polls}");
    println!("a run with removal: given up at {polls} awaits.");
    let polls = at_every_await("run_hello", false, |docker| {
        let launch = docker
            .containers()
            .run(Create::new("hello-world"), Run::new());
        Box::pin(async move { drop(launch.await) })
    });
    println!("a run: given up at {polls} awaits.");
    let polls = at_every_await("run_missing_image", false, run(false));
    assert!(polls > 8, "{polls}");
    println!("a run that pulls: given up at {polls} awaits.");
    let polls = at_every_await("run_stdin", false, stdin);
    println!("a run that reads: given up at {polls} awaits.");
}

#[test]
fn a_command_can_be_given_up_at_every_await() {
    for script in ["exec", "exec_input", "exec_lost"] {
        let polls = at_every_await(script, false, |docker| {
            if script == "exec_input" {
                let launch = docker.container(ID).exec(exec::Create::new().cmd(["sh"]));
                let launch = launch.stdin("b\na\n").into_future();
                return Box::pin(async move { drop(launch.await) });
            }
            command(docker)
        });
        assert!(polls > 2, "{polls}");
        println!("{script}: given up at {polls} awaits.");
    }
}

#[test]
fn followed_logs_can_be_given_up_at_every_await() {
    let polls = at_every_await("logs_follow_held", false, |docker| {
        let container = docker.container(ID);
        Box::pin(async move {
            let mut chunks = container.logs(Logs::new().follow(true)).await.unwrap();
            chunks.try_next().await.unwrap();
        })
    });
    assert!(polls > 1, "{polls}");
    println!("followed logs: given up at {polls} awaits.");
}

#[test]
fn a_run_can_be_given_up_while_each_request_has_no_answer() {
    // Ping, create, attach, wait, start.
    at_every_request("run_rm", 0..5, true, run(true));
    // Ping, create, image, pull, create, attach, wait, start.
    at_every_request("run_missing_image", 0..8, false, run(false));
}

#[test]
fn a_command_can_be_given_up_while_each_request_has_no_answer() {
    at_every_request("exec", 0..4, false, command);
}

#[test]
fn followed_logs_can_be_given_up_while_each_request_has_no_answer() {
    at_every_request("logs_follow_held", [0, 2], false, follow);
}
