//! Copying from anywhere to anywhere.

use stevedore_client::{Error, ErrorKind, Result};

use super::{Copied, CopyOptions, Location};
use crate::Docker;

impl Docker {
    /// Copies from one place to the other, as `docker cp` does, but also between two
    /// containers. As text a place is `NAME:PATH` or a path on this side: see [`Location`].
    ///
    /// Two to four requests: see [`Container::copy_in`](crate::container::Container::copy_in), [`Container::copy_out`](crate::container::Container::copy_out) and
    /// [`Container::copy_to`](crate::container::Container::copy_to).
    ///
    /// ```no_run
    /// # async fn example(docker: stevedore::Docker) -> stevedore::Result<()> {
    /// docker.copy("results.csv", "web.1:/srv/").await?;
    /// docker.copy("web.1:/var/log/.", "logs").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Kind `Argument`: neither is in a container. Otherwise those of the methods named.
    pub async fn copy(&self, from: impl Into<Location>, to: impl Into<Location>) -> Result<Copied> {
        self.copy_with(from, to, &CopyOptions::new()).await
    }

    /// The same with options.
    pub async fn copy_with(
        &self,
        from: impl Into<Location>,
        to: impl Into<Location>,
        options: &CopyOptions,
    ) -> Result<Copied> {
        match (from.into(), to.into()) {
            (Location::Container { name, path }, Location::Local(to)) => {
                self.container(name).copy_out_with(&path, to, options).await
            }
            (Location::Local(from), Location::Container { name, path }) => {
                self.container(name)
                    .copy_in_with(from, &path, options)
                    .await
            }
            (from @ Location::Container { .. }, Location::Container { name, path }) => {
                let Location::Container {
                    name: source,
                    path: from,
                } = from
                else {
                    return Err(no_container());
                };
                let to = self.container(name);
                let source = self.container(source);
                source.copy_to_with(&from, &to, &path, options).await
            }
            (Location::Local(_), Location::Local(_)) => Err(no_container()),
        }
    }
}

fn no_container() -> Error {
    Error::new(
        ErrorKind::Argument,
        "must specify at least one container source: one end must be CONTAINER:PATH",
    )
    .of_argument("source")
}
