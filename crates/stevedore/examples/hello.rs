//! Runs a container and prints what it wrote, as `docker run --rm hello-world` does.
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use stevedore::Docker;
use stevedore::container::{Create, Run};

#[tokio::main(flavor = "current_thread")]
async fn main() -> stevedore::Result<()> {
    let docker = Docker::from_env()?;
    let image = std::env::args().nth(1);
    let create = Create::new(image.as_deref().unwrap_or("hello-world"));
    let outcome = docker.containers().run(create, Run::new().rm(true)).await?;
    print!("{}", String::from_utf8_lossy(&outcome.stdout));
    outcome.success().map(drop)
}
