//! Where an engine is looked for, and what is said about each place: every situation of
//! `discovery/situations.rs`, made in a folder of its own, against `discovery/reports.txt`.
//!
//! With `STEVEDORE_WRITE=1` that page is written anew.
#![cfg(all(unix, feature = "tls"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking, and shows what it leaves out"
)]

#[path = "discovery/scene.rs"]
mod scene;
#[path = "discovery/situations.rs"]
mod situations;
#[path = "discovery/tls.rs"]
mod tls;

use scene::Scene;
use situations::SITUATIONS;

#[tokio::test]
async fn each_situation_gives_its_report() {
    // A copy of this program that runs as another user only looks, and prints what it sees.
    if let Some(environment) = scene::handed_down() {
        print!("{}", scene::seen(&environment).await);
        return;
    }
    let is_root = scene::is_root();
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/discovery/reports.txt");
    let expected = std::fs::read_to_string(page).unwrap_or_default();
    let expected: Vec<&str> = expected.split("\n\n\n").collect();
    let mut written = vec![include_str!("discovery/head.txt").trim_end().to_owned()];
    let (mut seen, mut left_out) = (0, Vec::new());
    for (at, situation) in SITUATIONS.iter().enumerate() {
        if situation.needs_root && !is_root {
            left_out.push(situation.title);
            written.push(expected.get(at + 1).copied().unwrap_or_default().to_owned());
            continue;
        }
        let mut scene = Scene::new();
        (situation.set)(&mut scene);
        written.push(format!(
            "{}. {}\n\n{}",
            at + 1,
            situation.title,
            scene.report().await.trim_end()
        ));
        seen += 1;
    }
    for title in &left_out {
        println!("left out, since it needs root: {title}");
    }
    println!("{seen} situations seen, {} left out", left_out.len());
    let written = written.join("\n\n\n") + "\n";
    if std::env::var_os("STEVEDORE_WRITE").is_some() {
        std::fs::write(page, &written).unwrap();
    }
    let expected = std::fs::read_to_string(page).unwrap();
    for (line, (is, was)) in written.lines().zip(expected.lines()).enumerate() {
        assert_eq!(is, was, "line {} of {page}", line + 1);
    }
    assert_eq!(written.len(), expected.len(), "the end of {page}");
    assert!(SITUATIONS.len() >= 25);
}
