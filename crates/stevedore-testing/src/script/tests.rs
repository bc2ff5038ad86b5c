use super::*;

fn reply(yaml: &str) -> Result<Reply, Error> {
    let yaml = format!("says: x\nexchanges:\n  - on: GET /x\n    reply: {yaml}\n");
    let mut script = Script::parse(&yaml)?;
    Ok(script.exchanges.remove(0).reply)
}

#[test]
fn a_reply_has_its_usual_status_reason_and_type() {
    let json = reply("{json: {a: 1}}").unwrap();
    assert_eq!((json.status, json.reason.as_str()), (200, "OK"));
    assert_eq!(json.header("content-type"), Some("application/json"));
    let upgrade = reply("{upgrade: true}").unwrap();
    assert_eq!((upgrade.status, upgrade.reason.as_str()), (101, "UPGRADED"));
    let bare = reply("{text: a, headers: {content-type: ~}}").unwrap();
    assert_eq!(bare.header("Content-Type"), None);
    let lie = reply("{headers: {Content-Length: 10}, text: a}").unwrap();
    assert_eq!(lie.header("content-length"), Some("10"));
}

#[test]
fn a_fault_names_the_file_the_line_and_what_is_wrong() {
    let faults = [
        (
            "says: x\nexchanges:\n  - on: GET x\n    reply: {}\n",
            "line 3",
            "METHOD /path?query",
        ),
        (
            "says: x\nexchanges:\n  - on: GET /x\n    times: often\n    reply: {}\n",
            "line 4",
            "`any`",
        ),
        (
            "says: x\nexchanges:\n  - on: GET /x\n    repli: {}\n",
            "line 4",
            "repli",
        ),
        ("says: x\nexchanges:\n  - on: GET /x\n", "line 3", "reply"),
        ("exchanges: []\n", "line 1", "says"),
        (
            "says: x\nexchanges:\n  - on: GET /x\n    reply:\n      steps:\n        - await: nothing\n",
            "line 6",
            "`nothing` is neither",
        ),
        (
            "says: x\nexchanges:\n  - on: GET /x\n    after: y\n    reply: {}\n",
            "line 4",
            "`y` is neither",
        ),
        (
            "says: x\nexchanges:\n  - on: GET /x\n    reads: head\n    body: {}\n    reply: {}\n",
            "line 3",
            "`body` can't be checked",
        ),
        (
            "says: x\nexchanges:\n  - on: GET /x\n    reply:\n      steps:\n        - txt: a\n",
            "line 6",
            "txt",
        ),
        ("says: x\nsays: y\nexchanges: []\n", "line 2", "says"),
    ];
    for (text, line, part) in faults {
        let fault = Script::named("spec/some.yaml".to_owned(), text)
            .unwrap_err()
            .to_string();
        assert!(fault.starts_with("spec/some.yaml: "), "{fault}");
        assert!(
            fault.contains(line) && fault.contains(part),
            "{line}, {part}: {fault}"
        );
    }
}

#[test]
fn a_reply_is_said_in_one_way() {
    for (yaml, part) in [
        ("{chunked: true, upgrade: true}", "one of chunked"),
        ("{json: {}, text: a}", "one of json"),
        ("{raw: true, status: 200}", "among its bytes"),
    ] {
        let fault = reply(yaml).unwrap_err().to_string();
        assert!(fault.contains(part), "{fault}");
    }
}

#[test]
fn what_is_awaited_is_a_label_a_first_line_or_a_signal() {
    let script = "says: x\nsignals: [go]\nexchanges:\n  - on: GET /x\n    label: it\n    after: it\n    \
                  reply: {steps: [{await: it}, {await: GET /x}, {await: go}]}\n";
    let script = Script::parse(script).unwrap();
    assert_eq!(script.exchanges[0].label(), "it");
}

#[test]
fn a_missing_file_is_named() {
    let fault = Script::spec("no_such_script").unwrap_err().to_string();
    assert!(fault.contains("spec/no_such_script.yaml: "), "{fault}");
}
