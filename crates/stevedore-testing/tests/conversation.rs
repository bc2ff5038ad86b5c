//! Each thing that a script can say, over a real socket with a client that sees every byte.
#![allow(
    clippy::unwrap_used,
    reason = "a test fails by a panic, in its helpers, too"
)]

use std::io::{ErrorKind, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;

use stevedore_testing::{Daemon, Report, Script, Unmet};

fn daemon(exchanges: &str) -> Daemon {
    let script = Script::parse(&format!("says: x\nsignals: [go]\nexchanges:\n{exchanges}"));
    Daemon::start(&script.unwrap()).unwrap()
}

/// A daemon that answers `GET /x` like this.
fn replying(reply: &str) -> Daemon {
    daemon(&format!("  - on: GET /x\n    reply: {reply}\n"))
}

struct Client(UnixStream);

impl Client {
    fn new(daemon: &Daemon) -> Self {
        Self(UnixStream::connect(daemon.path()).unwrap())
    }

    fn asking(daemon: &Daemon, request: &str) -> Self {
        let mut client = Self::new(daemon);
        client.send(request);
        client
    }

    /// Sends a request of a first line and headers without the protocol's decoration.
    fn send(&mut self, request: &str) {
        let (first, rest) = request.split_once('\n').unwrap_or((request, ""));
        let lines = [&format!("{first} HTTP/1.1"), rest];
        let lines = lines.into_iter().flat_map(str::lines).chain([""]);
        self.write((lines.collect::<Vec<_>>().join("\r\n") + "\r\n").as_bytes());
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).unwrap();
    }

    fn take(&mut self, size: usize) -> String {
        let mut bytes = vec![0; size];
        self.0.read_exact(&mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    fn expect(&mut self, text: &str) {
        assert_eq!(self.take(text.len()), text);
    }

    fn head(&mut self) -> String {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            head.push_str(&self.take(1));
        }
        head
    }

    fn rest(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.0.read_to_end(&mut bytes).unwrap();
        bytes
    }
}

fn failures(outcome: Result<Report, Unmet>) -> Vec<String> {
    outcome.unwrap_err().report.failures
}

#[test]
fn a_reply_has_a_head_and_a_body_of_known_size() {
    let daemon = replying(r#"{status: 201, headers: {Api-Version: "1.41"}, json: {Id: abc}}"#);
    let mut client = Client::asking(&daemon, "GET /x\nA: b");
    client.expect(
        "HTTP/1.1 201 Created\r\nApi-Version: 1.41\r\nContent-Type: application/json\r\n\
         Content-Length: 12\r\n\r\n{\"Id\":\"abc\"}",
    );
    let report = daemon.finish().unwrap();
    assert_eq!(report.requests[0].header("a"), Some("b"));
    assert_eq!(report.open_connections, 1);
}

#[test]
fn a_status_without_a_body_and_a_reply_to_head_have_none() {
    let daemon = daemon(
        "  - {on: POST /x, reply: {status: 204}}\n  - {on: HEAD /x, reply: {text: abc}}\n  \
         - {on: GET /y, reply: {status: 500}}\n",
    );
    let mut client = Client::asking(&daemon, "POST /x");
    client.expect("HTTP/1.1 204 No Content\r\n\r\n");
    client.send("HEAD /x");
    assert!(client.head().contains("Content-Length: 3\r\n"));
    client.send("GET /y");
    client.expect("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n");
    daemon.finish().unwrap();
}

#[test]
fn a_chunked_reply_has_a_chunk_for_each_step_and_one_for_each_piece() {
    let steps = "[{text: abc}, {line: {}}, {split: 2}, {text: defgh}, {split: 0}, {text: ij}]";
    let daemon = replying(&format!("{{chunked: true, steps: {steps}}}"));
    let mut client = Client::asking(&daemon, "GET /x");
    assert!(client.head().contains("Transfer-Encoding: chunked\r\n"));
    client
        .expect("3\r\nabc\r\n4\r\n{}\r\n\r\n2\r\nde\r\n2\r\nfg\r\n1\r\nh\r\n2\r\nij\r\n0\r\n\r\n");
    daemon.finish().unwrap();
}

#[test]
fn close_in_a_chunked_reply_leaves_out_the_last_chunk() {
    let daemon = replying("{chunked: true, steps: [{text: abc}, close]}");
    let mut client = Client::asking(&daemon, "GET /x");
    client.head();
    assert_eq!(client.rest(), b"3\r\nabc\r\n");
    daemon.finish().unwrap();
}

#[test]
fn a_length_may_lie() {
    let daemon = replying("{headers: {content-length: 100}, steps: [{text: abc}, close]}");
    let mut client = Client::asking(&daemon, "GET /x");
    client.expect("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc");
    assert_eq!(client.rest(), b"");
    daemon.finish().unwrap();
}

#[test]
fn until_close_has_no_length_and_ends_with_the_connection() {
    let daemon = replying("{until_close: true, text: abc}");
    let mut client = Client::asking(&daemon, "GET /x");
    let head = client.head();
    assert!(
        head.contains("Connection: close\r\n") && !head.contains("ength"),
        "{head}"
    );
    assert_eq!(client.rest(), b"abc");
    let fault = daemon
        .wait(daemon.closed("GET /x"))
        .unwrap_err()
        .to_string();
    assert_eq!(fault, "the script ended the connection of `GET /x`");
    daemon.finish().unwrap();
}

#[test]
fn a_raw_reply_is_the_bytes_of_its_steps_and_nothing_else() {
    let daemon =
        replying(r#"{raw: true, steps: [{text: "HTP/9 hm\r\n"}, {bytes: "00ff"}, close]}"#);
    let mut client = Client::asking(&daemon, "GET /x");
    assert_eq!(client.rest(), b"HTP/9 hm\r\n\x00\xff");
    daemon.finish().unwrap();
}

#[test]
fn pieces_arrive_one_by_one() {
    let text = "p".repeat(500);
    let daemon = replying(&format!("{{steps: [{{split: 1}}, {{text: {text}}}]}}"));
    let mut client = Client::asking(&daemon, "GET /x");
    client.head();
    let (mut total, mut reads) = (0, 0);
    let mut buffer = [0; 4096];
    while total < text.len() {
        total += client.0.read(&mut buffer).unwrap();
        reads += 1;
    }
    // A read may find the next piece already there when the writer is very quick.
    assert!(reads > text.len() * 8 / 10, "{reads} reads");
    daemon.finish().unwrap();
}

#[test]
fn pieces_wait_for_a_slow_reader_and_end_with_one_that_leaves() {
    let daemon = replying("{upgrade: true, steps: [{split: 1}, {text: abc}, hold]}");
    let mut client = Client::asking(&daemon, "GET /x\nConnection: upgrade");
    client.head();
    client.expect("a");
    drop(client);
    daemon.wait(daemon.closed("GET /x")).unwrap();
    assert_eq!(daemon.finish().unwrap().open_connections, 0);
}

#[test]
fn an_upgrade_speaks_both_ways() {
    let daemon = replying(
        r#"{upgrade: true, headers: {Content-Type: t/t}, steps: [{read: "hi\n"}, {text: hello}, read_eof, {text: bye}]}"#,
    );
    let mut client = Client::asking(&daemon, "GET /x\nUpgrade: tcp\nConnection: Upgrade");
    client.expect(
        "HTTP/1.1 101 UPGRADED\r\nContent-Type: t/t\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n",
    );
    client.write(b"hi\n");
    client.expect("hello");
    client.0.shutdown(Shutdown::Write).unwrap();
    assert_eq!(client.rest(), b"bye");
    daemon.finish().unwrap();
}

#[test]
fn bytes_sent_with_the_request_count_as_read() {
    let daemon = replying("{upgrade: true, steps: [{read: ab}, {read: cd}]}");
    let mut client = Client::new(&daemon);
    client.write(b"GET /x HTTP/1.1\r\nConnection: upgrade\r\n\r\nabcd");
    client.head();
    assert_eq!(client.rest(), b"");
    daemon.finish().unwrap();
}

#[test]
fn what_is_read_must_be_what_was_said() {
    let ask = "GET /x\nConnection: upgrade";
    let daemon = replying("{upgrade: true, steps: [{read: hi}]}");
    let mut client = Client::asking(&daemon, ask);
    client.write(b"ho");
    client.head();
    client.rest();
    assert_eq!(
        failures(daemon.finish()),
        [r#"`GET /x`: read: "hi": came "ho""#]
    );

    let daemon = replying("{upgrade: true, steps: [{read: hi}]}");
    let mut client = Client::asking(&daemon, ask);
    client.write(b"h");
    client.0.shutdown(Shutdown::Write).unwrap();
    client.head();
    client.rest();
    assert_eq!(
        failures(daemon.finish()),
        [r#"`GET /x`: read: "hi": the client ended after 1 bytes"#]
    );

    let daemon = replying("{upgrade: true, steps: [read_eof]}");
    let mut client = Client::asking(&daemon, ask);
    client.write(b"h");
    client.head();
    client.rest();
    assert_eq!(
        failures(daemon.finish()),
        [r#"`GET /x`: read_eof: came "h""#]
    );
}

#[test]
fn a_read_that_is_still_waiting_at_the_end_is_a_failure() {
    let daemon = replying("{upgrade: true, steps: [{read: hi}]}");
    let mut client = Client::asking(&daemon, "GET /x\nConnection: upgrade");
    client.head();
    let failures = failures(daemon.finish());
    assert_eq!(
        failures,
        [r#"`GET /x`: read: "hi": nothing when the daemon was stopped"#]
    );
}

#[test]
fn an_upgrade_must_be_asked_for() {
    let daemon = replying("{upgrade: true, status: 200}");
    let mut client = Client::asking(&daemon, "GET /x");
    assert_eq!(client.rest(), b"HTTP/1.1 200 OK\r\n\r\n");
    let failures = failures(daemon.finish());
    assert_eq!(
        failures,
        ["`GET /x` did not ask for an upgrade of its connection"]
    );
}

#[test]
fn a_step_waits_for_another_request_or_for_a_signal() {
    let daemon = daemon(
        "  - {on: GET /x, reply: {steps: [{text: a}, {await: two}, {text: b}, {await: go}, {text: c}]}}\n  \
         - {on: GET /y, label: two, reply: {}}\n",
    );
    let mut first = Client::asking(&daemon, "GET /x");
    assert!(first.head().contains("Content-Length: 3\r\n"));
    first.expect("a");
    first.0.set_nonblocking(true).unwrap();
    assert_eq!(
        first.0.read(&mut [0]).unwrap_err().kind(),
        ErrorKind::WouldBlock
    );
    first.0.set_nonblocking(false).unwrap();
    Client::asking(&daemon, "GET /y").head();
    first.expect("b");
    daemon.signal("go").unwrap();
    first.expect("c");
    assert!(
        daemon
            .signal("stop")
            .unwrap_err()
            .to_string()
            .contains("no signal `stop`")
    );
    daemon.finish().unwrap();
}

#[test]
fn the_head_can_wait() {
    let daemon = replying("{steps: [{await: go}, head, {text: a}]}");
    let mut client = Client::asking(&daemon, "GET /x");
    daemon.wait(daemon.seen("GET /x")).unwrap();
    client.0.set_nonblocking(true).unwrap();
    assert_eq!(
        client.0.read(&mut [0]).unwrap_err().kind(),
        ErrorKind::WouldBlock
    );
    client.0.set_nonblocking(false).unwrap();
    daemon.signal("go").unwrap();
    client.expect("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na");
    daemon.finish().unwrap();
}

#[test]
fn a_client_that_closes_is_noticed_wherever_the_reply_stands() {
    for steps in [
        "[hold]",
        "[{await: go}]",
        "[{repeat: {times: 1000000, steps: [{text: abcdefgh}]}}]",
    ] {
        let daemon = replying(&format!("{{chunked: true, steps: {steps}}}"));
        let mut client = Client::asking(&daemon, "GET /x");
        client.head();
        assert_eq!(daemon.open_connections(), 1);
        drop(client);
        daemon.wait(daemon.closed("GET /x")).unwrap();
        daemon.wait(daemon.open_connections_are(0)).unwrap();
        daemon.finish().unwrap();
    }
}

#[test]
fn a_half_closed_connection_is_held_on() {
    let daemon = replying("{upgrade: true, steps: [{await: go}, {text: a}, hold]}");
    let mut client = Client::asking(&daemon, "GET /x\nConnection: upgrade");
    client.0.shutdown(Shutdown::Write).unwrap();
    client.head();
    daemon.signal("go").unwrap();
    client.expect("a");
    assert_eq!(daemon.open_connections(), 1);
    drop(client);
    daemon.wait(daemon.closed("GET /x")).unwrap();
    daemon.finish().unwrap();
}

#[test]
fn a_reset_is_seen_where_bytes_were_not_read() {
    let exchange = |end: &str| {
        daemon(&format!(
            "  - {{on: POST /x, reads: head, reply: {{raw: true, steps: [{{text: a}}, {end}]}}}}\n"
        ))
    };
    let request = b"POST /x HTTP/1.1\r\nContent-Length: 70000\r\n\r\n";
    let daemon = exchange("reset");
    let mut client = Client::new(&daemon);
    client.write(request);
    client.expect("a");
    let sent = client
        .0
        .write_all(&vec![b'b'; 70000])
        .and_then(|()| client.0.read(&mut [0]));
    // The reply ends before the body is sent, or while it is, or with it unread.
    assert!(matches!(sent, Err(_) | Ok(0)), "{sent:?}");
    daemon.finish().unwrap();

    let daemon = exchange("close");
    let mut client = Client::new(&daemon);
    client.write(request);
    assert_eq!(client.rest(), b"a");
    daemon.finish().unwrap();
}

#[test]
fn a_body_is_read_whole_however_it_is_sent() {
    let daemon = daemon("  - {on: POST /x, times: 2, body: {a: 1}, reply: {text: ok}}\n");
    let mut client = Client::new(&daemon);
    client.write(b"POST /x HTTP/1.1\r\nContent-Length: 13\r\n\r\n{\"a\":1,\"b\":2}");
    client.head();
    client.expect("ok");
    client.write(b"POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
    client.write(b"3;x=y\r\n{\"a\r\n4\r\n\":1}\r\n0\r\nT: u\r\n\r\n");
    client.head();
    client.expect("ok");
    let report = daemon.finish().unwrap();
    assert_eq!(report.requests[0].json().unwrap()["b"], 2);
    assert_eq!(report.requests[1].body, b"{\"a\":1}");
    assert_eq!(report.requests[1].body_size, 7);
    assert_eq!(report.requests[1].connection, 0);
}

#[test]
fn what_is_not_http_is_a_failure() {
    for (bytes, text) in [
        (&b"HELLO\r\n\r\n"[..], "a request is not HTTP/1"),
        (b"GET /x HT", "closed after 9 bytes of a request's head"),
        (
            b"GET /x HTTP/1.1\r\nContent-Length: 3\r\n\r\na",
            "closed after 1 bytes of a body",
        ),
        (
            b"GET /x HTTP/1.1\r\nContent-Length: a\r\n\r\n",
            "not a number",
        ),
        (
            b"GET /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
            "not the size of a chunk",
        ),
        (
            b"GET /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
            "longer than its size",
        ),
        (
            b"GET /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n",
            "between two chunks",
        ),
    ] {
        let daemon = daemon("  - {on: GET /x, times: any, reply: {}}\n");
        let mut client = Client::new(&daemon);
        client.write(bytes);
        client.0.shutdown(Shutdown::Write).unwrap();
        let answer = String::from_utf8(client.rest()).unwrap();
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
        let failures = failures(daemon.finish());
        assert!(
            failures.len() == 1 && failures[0].contains(text),
            "{failures:?}"
        );
    }
}

#[test]
fn exchanges_are_used_in_their_order_and_up() {
    let daemon = daemon(
        "  - {on: GET /x, reply: {text: a}}\n  - {on: GET /x?b=1, times: any, reply: {text: b}}\n  \
         - {on: GET /x, reply: {text: c}}\n",
    );
    let mut client = Client::new(&daemon);
    for (request, text) in [
        ("GET /x?b=1", "a"),
        ("GET /x?b=1", "b"),
        ("GET /x", "c"),
        ("GET /x?b=1", "b"),
    ] {
        client.send(request);
        client.head();
        client.expect(text);
    }
    daemon.finish().unwrap();
}

#[test]
fn a_request_that_was_not_expected_is_told_why() {
    let daemon = daemon(
        "  - {on: GET /x?a=1, reply: {}}\n  - {on: POST /x, headers: {A: b, C: ~}, body: {d: 1}, reply: {}}\n  \
         - {on: GET /z, after: GET /x?a=1, reply: {}}\n",
    );
    let mut client = Client::new(&daemon);
    let mut told = |request: &str| {
        client.send(request);
        let head = client.head();
        assert!(head.starts_with("HTTP/1.1 599 "), "{head}");
        let size = head.split("Content-Length: ").nth(1).unwrap();
        let size = size.split('\r').next().unwrap().parse().unwrap();
        client.take(size)
    };
    assert_eq!(
        told("GET /no"),
        r#"{"message":"`GET /no` is not in the script (script: x)"}"#
    );
    assert!(told("GET /x?a=2").contains("line 4: `GET /x?a=1`: another query"));
    assert!(told("POST /x").contains("header A is null, not \\\"b\\\""));
    assert!(told("POST /x\nA: b\nC: d").contains("header C is \\\"d\\\", not null"));
    assert!(told("POST /x\nA: b").contains("there is no body"));
    assert!(told("GET /z").contains("it came before `GET /x?a=1`"));
    client.send("GET /x?a=1");
    client.head();
    client.send("GET /z");
    client.head();
    client.send("GET /z");
    assert!(client.head().starts_with("HTTP/1.1 599 "));

    let unmet = daemon.finish().unwrap_err();
    let failures = &unmet.report.failures;
    assert_eq!(failures.len(), 8, "{failures:?}");
    assert!(failures[6].contains("it came 1 times already"));
    assert_eq!(failures[7], "line 5: `POST /x` came 0 of 1 times");
    assert!(unmet.to_string().contains("\n  GET /x?a=2\n"), "{unmet}");
}

#[test]
fn large_bodies_are_cheap_to_say() {
    let daemon = replying(
        "{steps: [{repeat: {times: 4096, steps: [{repeat: {times: 64, steps: [{text: 01234567}]}}]}}]}",
    );
    let mut client = Client::asking(&daemon, "GET /x\nConnection: close");
    assert!(client.head().contains("Content-Length: 2097152\r\n"));
    assert_eq!(client.rest().len(), 2 * 1024 * 1024);
    daemon.finish().unwrap();
}

#[test]
fn several_connections_are_served_at_once() {
    let daemon = daemon("  - {on: GET /x, times: 50, reply: {steps: [{await: go}, {text: a}]}}\n");
    let mut clients: Vec<_> = (0..50).map(|_| Client::asking(&daemon, "GET /x")).collect();
    daemon.wait(daemon.open_connections_are(50)).unwrap();
    daemon.signal("go").unwrap();
    for client in &mut clients {
        client.head();
        client.expect("a");
    }
    drop(clients);
    assert_eq!(daemon.finish().unwrap().open_connections, 0);
}

#[test]
fn the_socket_goes_with_the_daemon() {
    let daemon = daemon("  - {on: GET /x, times: any, reply: {}}\n");
    let path = daemon.path().to_owned();
    assert_eq!(daemon.host(), format!("unix://{}", path.display()));
    let fault = Daemon::start_at(
        &Script::parse("says: x\nexchanges: []\n").unwrap(),
        Some(&path),
        None,
    );
    assert!(
        fault
            .unwrap_err()
            .to_string()
            .starts_with(&path.display().to_string())
    );
    daemon.finish().unwrap();
    assert!(!path.parent().unwrap().exists());
}

#[tokio::test]
async fn its_futures_run_on_any_runtime() {
    let daemon = replying("{steps: [hold]}");
    let seen = daemon.seen("GET /x");
    let client = Client::asking(&daemon, "GET /x");
    seen.await.unwrap();
    let closed = daemon.closed("GET /x");
    drop(client);
    closed.await.unwrap();
    daemon.finish().unwrap();
}

#[test]
fn the_scripts_of_the_repository_can_be_read() {
    let mut count = 0;
    for file in std::fs::read_dir(Script::spec_folder()).unwrap() {
        let path = file.unwrap().path();
        let script = Script::read(&path).unwrap();
        assert!(
            script.says().len() > 10,
            "{} makes no claim",
            path.display()
        );
        count += 1;
    }
    assert!(count > 0);
}
