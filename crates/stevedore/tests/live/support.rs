//! The engine under test, and what belongs to this run of the tests.

use std::sync::atomic::{AtomicU32, Ordering};

use stevedore::container::{Container, Create, Remove};
use stevedore::{Chunks, Docker, Host, Reference, Settings, Source};

/// The image that commands are run in.
pub(crate) const IMAGE: &str = "busybox:latest";

/// The address of the engine under test.
pub(crate) fn host() -> Host {
    std::env::var("STEVEDORE_TEST_DOCKER")
        .unwrap_or_else(|_| panic!("STEVEDORE_TEST_DOCKER must name the engine to test against"))
        .parse()
        .unwrap()
}

/// A client of the engine under test, which has the image of the tests.
pub(crate) async fn docker() -> Docker {
    let docker = Docker::new(Settings::new().host(host()));
    if !docker.image(IMAGE).exists().await.unwrap() {
        let pull = docker.images().pull(&Reference::new(IMAGE)).await.unwrap();
        pull.done().await.unwrap();
    }
    docker
}

/// The major version of Podman, where the engine under test is that.
pub(crate) async fn podman(docker: &Docker) -> Option<u32> {
    let version = docker.version().await.unwrap();
    let mut parts = version.components.iter();
    let podman = parts.find(|part| part.name == "Podman Engine")?;
    Some(podman.version.split('.').next().unwrap().parse().unwrap())
}

/// Tells that the engine under test is such that the test can't be run on it; then it returns.
pub(crate) fn skip(why: &str) {
    println!("skipped: engine: {why}");
}

/// A container that carries the run's label and runs `script` in a shell.
pub(crate) fn shell(script: &str) -> Create {
    labelled(Create::new(IMAGE).cmd(["sh", "-c", script]))
}

/// The same request with the label by which this run's things are known.
pub(crate) fn labelled(create: Create) -> Create {
    create.label("stevedore.test", run())
}

/// What this run of the tests is called.
pub(crate) fn run() -> String {
    std::env::var("STEVEDORE_TEST_RUN").unwrap_or_else(|_| format!("rust-{}", std::process::id()))
}

/// A name that no other test uses.
pub(crate) fn name(of: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("stevedore-{of}-{}-{count}", std::process::id())
}

/// Removes a container of the test's own.
pub(crate) async fn remove(container: &Container) {
    let remove = Remove::new().force(true).delete_volumes(true);
    container.remove_with(remove).await.unwrap();
}

/// All output: what went to standard output, and what to standard error.
pub(crate) async fn read(mut chunks: Chunks) -> (String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    while let Some(chunk) = chunks.try_next().await.unwrap() {
        match chunk.source {
            Source::Stderr => err.extend(chunk.bytes),
            _ => out.extend(chunk.bytes),
        }
    }
    (
        String::from_utf8(out).unwrap(),
        String::from_utf8(err).unwrap(),
    )
}
