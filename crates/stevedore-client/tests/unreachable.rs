//! What is said where nobody answers.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::future::pending;
use std::io;
use std::time::Duration;

use stevedore_client::{Client, Dialer, Environment, ErrorKind, Settings};
use tokio::net::UnixStream;

/// The error of a client whose engine is not there.
async fn said(settings: Settings) -> String {
    let error = Client::new(settings).version().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable);
    error.to_string()
}

#[tokio::test]
async fn who_says_where_the_engine_is_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let none = root.join("none.sock");
    let address = format!("unix://{}", none.display());
    let environment = Environment::new().under(root);

    let by_variable = environment.clone().with("DOCKER_HOST", &address);
    let settings = Settings::from_environment(&by_variable).unwrap();
    assert_eq!(
        said(settings).await,
        format!(
            "cannot reach the engine at {address}, as DOCKER_HOST says: there is no such socket; \
             is the engine running, and is its address right?"
        )
    );

    let given = Settings::new().host(address.parse().unwrap());
    assert_eq!(
        said(given).await,
        format!(
            "cannot reach the engine at {address}: there is no such socket; is the engine \
             running, and is its address right?"
        )
    );

    // It takes too long, which is no less a matter of the address.
    let late = Settings::from_environment(&by_variable)
        .unwrap()
        .dialer(Dialer::new(async |_| {
            pending::<io::Result<UnixStream>>().await
        }))
        .connect_timeout(Duration::ZERO);
    let late = Client::new(late).version().await.unwrap_err().to_string();
    assert!(
        late.ends_with("DOCKER_HOST says that it is there"),
        "{late}"
    );

    // Nobody says anything: the usual socket, which isn't there either.
    let said = said(Settings::from_environment(&environment).unwrap()).await;
    let ending = ".sock: there is no such socket; is the engine running? If it is elsewhere, give \
                  its address, as in DOCKER_HOST";
    assert!(said.ends_with(ending), "{said}");
}
