//! The program `docker-machine`, played by a script.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::os::unix::fs::PermissionsExt;

use stevedore_client::discover::Origin;
use stevedore_client::{Environment, ErrorKind, Settings};
use tokio::sync::Mutex;

/// A script that is still open for writing, in a process that another test forks, can't be
/// run: one at a time.
static ONE: Mutex<()> = Mutex::const_new(());

/// What comes of the machine `name` where `docker-machine` is this script.
async fn machine(script: &str, name: &str) -> Result<Settings, String> {
    let _one = ONE.lock().await;
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("docker-machine");
    std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
    let environment = Environment::new()
        .with("PATH", folder.path())
        .with("DOCKER_HOST", "unix:///not/this.sock")
        .with("DOCKER_API_VERSION", "1.41");
    Settings::from_machine(&environment, name)
        .await
        .map_err(|error| {
            assert_eq!(error.kind(), ErrorKind::Settings);
            error.chain()
        })
}

#[tokio::test]
async fn a_machine_is_where_its_program_says() {
    let script = r#"
[ "$*" = "env --shell bash dev box" ] || exit 1
echo 'export DOCKER_HOST="unix:///machines/dev.sock"'
echo 'export DOCKER_MACHINE_NAME="dev box"'
echo '# Run this command to configure your shell:'
"#;
    let settings = machine(script, "dev box").await.unwrap();
    assert_eq!(settings.host.to_string(), "unix:///machines/dev.sock");
    assert_eq!(settings.origin(), &Origin::Machine("dev box".to_owned()));
    assert_eq!(settings.version.unwrap().to_string(), "1.41");
}

#[tokio::test]
async fn what_the_program_has_against_a_machine_is_told() {
    let script = "echo 'Host is not running' >&2; exit 1";
    assert_eq!(
        machine(script, "dev").await.unwrap_err(),
        "cannot use the machine `dev`: `docker-machine env` says: Host is not running"
    );
    assert_eq!(
        machine("exit 3", "dev").await.unwrap_err(),
        "cannot use the machine `dev`: `docker-machine env` says: nothing, but fails"
    );
    assert_eq!(
        machine("true", "dev").await.unwrap_err(),
        "cannot use the machine `dev`: `docker-machine env` names no DOCKER_HOST"
    );
}

#[tokio::test]
async fn a_program_that_never_stops_writing_is_stopped() {
    // It dies of its closed pipe.
    let error = machine("while :; do echo export A='\"1\"'; done", "dev").await;
    assert!(error.unwrap_err().contains("fails"));
}

#[tokio::test]
async fn a_name_is_no_option_and_no_shell_reads_it() {
    for name in ["", "--help", "-f"] {
        let error = machine("exit 9", name).await.unwrap_err();
        assert!(error.contains("can't be the name of a machine"), "{error}");
    }
    let error = machine("exit 1", "$(reboot)").await.unwrap_err();
    assert!(
        error.starts_with("cannot use the machine `$(reboot)`"),
        "{error}"
    );
}

#[tokio::test]
async fn without_the_program_its_name_is_told() {
    let environment = Environment::new().with("PATH", "/nowhere");
    let error = Settings::from_machine(&environment, "dev")
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "`docker-machine` is not on the PATH");
}
