# A real engine: STEVEDORE_TEST_DOCKER says where it is, STEVEDORE_TEST_RUN what
# to label everything with. Only what this run has made is removed.

live_host <- function() {
  host <- Sys.getenv("STEVEDORE_TEST_DOCKER")
  if (!nzchar(host)) {
    skip("STEVEDORE_TEST_DOCKER does not name an engine")
  }
  host
}

live_label <- function() {
  run <- Sys.getenv("STEVEDORE_TEST_RUN")
  c(stevedore.test = if (nzchar(run)) run else paste0("r-", Sys.getpid()))
}

live_client <- function(...) {
  docker_client(host = live_host(), ...)
}

# Podman answers some mistakes in its own way.
is_podman <- function(docker) {
  "Podman Engine" %in% docker$version()$components$name
}

# Images that private engines have or can pull.
busybox <- "busybox:latest"
hello <- "hello-world:latest"

# Removes what the tests of a file have made.
remove_live <- function() {
  if (nzchar(Sys.getenv("STEVEDORE_TEST_DOCKER"))) {
    docker <- live_client()
    filter <- paste0("stevedore.test=", live_label())
    ids <- docker$container$list(all = TRUE, filters = c(label = filter))$id
    for (id in ids) {
      # It may be going already, or gone.
      tryCatch(
        docker$container$remove(id, force = TRUE),
        docker_404 = function(e) NULL, docker_409 = function(e) NULL
      )
    }
  }
}
