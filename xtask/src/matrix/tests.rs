use super::*;
use crate::engine::Version;
use crate::test::{Count, Skip};

fn tried(failed: &[&str]) -> Tried {
    let failure = |test: &&str| Failure {
        test: (*test).to_owned(),
        answer: "left: 1\nright: 2\n".to_owned(),
    };
    let rust = Count {
        passed: 3,
        failed: failed.iter().map(failure).collect(),
        skipped: Vec::new(),
    };
    let r = Count {
        passed: 2,
        failed: Vec::new(),
        skipped: vec![Skip {
            test: "test-live-swarm.R: a swarm".to_owned(),
            reason: "it knows no swarm".to_owned(),
            is_engines: true,
        }],
    };
    Tried {
        engine: "docker-28.5",
        version: Version {
            version: "28.5.2".to_owned(),
            api: "1.51".to_owned(),
            min_api: "1.24".to_owned(),
        },
        rust,
        r,
    }
}

#[test]
fn a_failure_without_an_argument_is_a_complaint_and_on_the_page() {
    let tried = tried(&["runs::a_run"]);
    assert_eq!(
        complaints(&tried),
        ["docker-28.5: runs::a_run: left: 1 right: 2 "]
    );
    let page = page::page(&[tried]);
    assert!(
        page.contains("| docker-28.5 | 28.5.2 | 1.24 to 1.51 | 3 | 2 | 1 | 1 |"),
        "{page}"
    );
    assert!(
        page.contains("- runs::a_run\n  `left: 1 right: 2`\n  Not argued yet."),
        "{page}"
    );
    assert!(
        page.contains("- it knows no swarm\n  - test-live-swarm.R: a swarm (docker-28.5)"),
        "{page}"
    );
}

#[test]
fn an_argument_that_nothing_bears_out_is_a_complaint() {
    let mut tried = tried(&[]);
    assert_eq!(complaints(&tried), [""; 0]);
    tried.engine = "podman-4.3";
    let said = complaints(&tried);
    assert!(
        !said.is_empty() && said.iter().all(|it| it.ends_with("and did not")),
        "{said:?}"
    );
}

#[test]
fn only_engines_that_there_are_can_be_named() {
    assert_eq!(chosen(&[]).unwrap(), engine::names());
    assert_eq!(
        chosen(&["docker-20.10".to_owned()]).unwrap(),
        ["docker-20.10"]
    );
    assert!(chosen(&["docker-1.0".to_owned()]).is_err());
}
