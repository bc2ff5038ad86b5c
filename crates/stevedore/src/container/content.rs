//! What is in a container: its processes, its files, and the image that they would make.

use stevedore_api::Endpoint;
use stevedore_api::container::{Change, Commit, Diff, Export, Processes, Top};
use stevedore_client::{Answer, Result};

use super::Container;
use crate::docker::must_name;
use crate::image::Image;

impl Container {
    /// Its processes, as the host's `ps` shows them. One request:
    /// `GET /containers/{id}/top`.
    ///
    /// ```no_run
    /// # async fn example(docker: stevedore::Docker) -> stevedore::Result<()> {
    /// let top = docker.container("web").top().await?;
    /// for command in top.column("CMD") {
    ///     println!("{command}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Kind `Refused`: it does not run.
    pub async fn top(&self) -> Result<Processes> {
        self.top_with(Top::new()).await
    }

    /// Its processes, with arguments of `ps` in the request.
    pub async fn top_with(&self, top: Top) -> Result<Processes> {
        self.docker.call(&top.id(self.id())).await
    }

    /// What differs from its image; files in volumes are not looked at.
    ///
    /// One request: `GET /containers/{id}/changes`.
    ///
    /// ```no_run
    /// # async fn example(docker: stevedore::Docker) -> stevedore::Result<()> {
    /// use stevedore::container::ChangeKind;
    ///
    /// for change in docker.container("web").diff().await? {
    ///     if change.kind() == ChangeKind::Added {
    ///         println!("{}", change.path);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn diff(&self) -> Result<Vec<Change>> {
        self.docker.call(&Diff::new().id(self.id())).await
    }

    /// Makes an image of it as it is now, and gives that by its id.
    ///
    /// One request: `POST /commit`. While it runs it is paused for it, unless the request
    /// says otherwise.
    ///
    /// ```no_run
    /// # async fn example(docker: stevedore::Docker) -> stevedore::Result<()> {
    /// use stevedore::container::Commit;
    ///
    /// let commit = Commit::new().repo("fitted").tag("v2").comment("with data");
    /// let image = docker.container("model").commit(commit).await?;
    /// println!("{}", image.name());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn commit(&self, commit: Commit) -> Result<Image> {
        must_name(Commit::INFO, "container", self.id())?;
        let made = self.docker.call(&commit.container(self.id())).await?;
        Ok(self.docker.image(made.id))
    }

    /// All its files in one tar archive, without those in volumes.
    ///
    /// One request: `GET /containers/{id}/export`. The archive is pulled piece by piece
    /// with [`Answer::next`], however large it is; dropped before its end, the socket closes.
    ///
    /// ```no_run
    /// # async fn example(docker: stevedore::Docker) -> stevedore::Result<()> {
    /// let mut archive = docker.container("web").export().await?;
    /// let mut size = 0;
    /// while let Some(bytes) = archive.next().await? {
    ///     size += bytes.len();
    /// }
    /// println!("{size} bytes");
    /// # Ok(())
    /// # }
    /// ```
    pub async fn export(&self) -> Result<Answer> {
        let export = Export::new().id(self.id());
        self.docker
            .client()
            .open(Export::INFO, &export.args())
            .await
    }
}
