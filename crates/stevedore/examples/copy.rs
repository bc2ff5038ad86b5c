//! Copies as `docker cp` does, also between containers.
//!
//! `cargo run --example copy -- [-a] [-L] FROM TO`, one of them `CONTAINER:PATH`.
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use stevedore::Docker;
use stevedore::container::CopyOptions;

#[tokio::main(flavor = "current_thread")]
async fn main() -> stevedore::Result<()> {
    let (options, ends): (Vec<_>, Vec<_>) = std::env::args()
        .skip(1)
        .partition(|arg| arg.starts_with('-'));
    let copy = CopyOptions::new()
        .archive(options.iter().any(|option| option == "-a"))
        .follow_link(options.iter().any(|option| option == "-L"));
    let [from, to] = <[String; 2]>::try_from(ends).unwrap_or_default();
    let copied = Docker::from_env()?.copy_with(from, to, &copy).await?;
    println!(
        "{} files and directories, {} bytes",
        copied.entries, copied.bytes
    );
    for path in &copied.skipped_paths {
        println!("left out: {}", path.display());
    }
    Ok(())
}
