# Environment variables for the time of `code`; NA takes one away.
with_env <- function(vars, code) {
  old <- Sys.getenv(names(vars), NA, names = TRUE)
  set <- function(vars) {
    gone <- is.na(vars)
    if (any(!gone)) do.call(Sys.setenv, as.list(vars[!gone]))
    Sys.unsetenv(names(vars)[gone])
  }
  on.exit(set(old))
  set(vars)
  code
}

# A user who has said nothing about docker, with an empty home folder of that name.
with_home <- function(home, vars, code) {
  nothing <- c(
    DOCKER_HOST = NA, DOCKER_CONTEXT = NA, DOCKER_CONFIG = NA,
    DOCKER_CERT_PATH = NA, DOCKER_TLS_VERIFY = NA, DOCKER_API_VERSION = NA,
    COLIMA_HOME = NA, LIMA_HOME = NA, XDG_CONFIG_HOME = NA,
    HOME = home, XDG_RUNTIME_DIR = file.path(home, "run")
  )
  nothing[names(vars)] <- vars
  with_env(nothing, code)
}

# An empty folder, with a path that a socket in it can have.
new_home <- function(...) {
  home <- tempfile("h")
  dir.create(file.path(home, "run"), recursive = TRUE)
  home
}

# What `docker context create NAME` writes; `id` is the SHA-256 of the name.
add_context <- function(home, name, id, host) {
  folder <- file.path(home, ".docker", "contexts", "meta", id)
  dir.create(folder, recursive = TRUE)
  writeLines(
    sprintf('{"Name":"%s","Endpoints":{"docker":{"Host":"%s"}}}', name, host),
    file.path(folder, "meta.json")
  )
}

lab_id <- "a51146d38077ff992eba84cf1d5e9b249073503eb74868699016153b031a38f7"
