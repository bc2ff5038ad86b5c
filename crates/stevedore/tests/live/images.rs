//! Images: whether they are there, pulled and loaded.

use stevedore::image::Load;
use stevedore::{ErrorKind, Reference, Upload};

use super::support::{IMAGE, docker};

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn an_image_is_there_or_not() {
    let docker = docker().await;
    assert!(docker.image(IMAGE).exists().await.unwrap());
    assert!(!docker.image("stevedore/nowhere:0").exists().await.unwrap());
    let inspect = docker.image(IMAGE).inspect().await.unwrap();
    assert!(inspect.id.starts_with("sha256:"), "{}", inspect.id);
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn a_pull_of_nothing_is_an_error_of_the_pull() {
    let docker = docker().await;
    // Nobody listens on this port: the engine fails at once, with or without a network.
    let reference = Reference::new("127.0.0.1:9/stevedore/nowhere:0");
    let failed = match docker.images().pull(&reference).await {
        Ok(pull) => pull.done().await,
        Err(error) => Err(error),
    };
    let error = failed.unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::Refused | ErrorKind::Stream),
        "{error:?}"
    );
    assert_eq!(error.endpoint().unwrap().id, "image_pull");
}

#[tokio::test]
#[ignore = "needs an engine: STEVEDORE_TEST_DOCKER"]
async fn an_archive_that_is_none_is_an_error_of_the_load() {
    let docker = docker().await;
    let archive = Upload::bytes(b"this is no tar archive".repeat(1000));
    let failed = match docker.images().load(archive, &Load::new()).await {
        Ok(load) => load.done().await,
        Err(error) => Err(error),
    };
    let error = failed.unwrap_err();
    assert_eq!(error.endpoint().unwrap().id, "image_load");
}
