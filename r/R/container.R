# The factories of the container objects. Method names shadow base functions in
# their environments, so methods collect their arguments with `given()`.

given <- list

new_container_collection <- function(.handle) {
  create <- function(image, cmd = NULL, hostname = NULL, domainname = NULL,
                     user = NULL, attach_stdin = NULL, attach_stdout = NULL,
                     attach_stderr = NULL, ports = NULL, tty = NULL,
                     open_stdin = NULL, stdin_once = NULL, env = NULL,
                     health_check = NULL, args_escaped = NULL, volumes = NULL,
                     working_dir = NULL, entrypoint = NULL,
                     network_disabled = NULL, mac_address = NULL,
                     on_build = NULL, labels = NULL, stop_signal = NULL,
                     stop_timeout = NULL, shell = NULL, host_config = NULL,
                     network = NULL, name = NULL, platform = NULL) {
    force(image)
    made <- call_engine(.handle, "container_create", as.list(environment()))
    warn_engine(made$warnings, "creating container")
    get_container(.handle, made$id)
  }

  get <- function(id) {
    get_container(.handle, id)
  }

  list <- function(all = NULL, limit = NULL, size = NULL, filters = NULL) {
    call_engine(
      .handle, "container_list",
      given(all = all, limit = limit, size = size, filters = filters)
    )
  }

  remove <- function(id, delete_volumes = NULL, force = NULL, link = NULL) {
    call_engine(
      .handle, "container_remove",
      given(id = id, delete_volumes = delete_volumes, force = force, link = link)
    )
  }

  run <- function(image, cmd = NULL, ..., detach = FALSE, rm = FALSE,
                  stream = stdout(), host_config = NULL) {
    sink <- open_sink(stream)
    on.exit(sink$close())
    args <- create_args(create, image, cmd, ..., host_config = host_config)
    run_container(.handle, args, detach, rm, sink$con)
  }

  new_object(
    environment(), "docker_container_collection", "Work with docker containers"
  )
}

# The arguments for `create` that the caller of `run` gave, matched as if
# `create` itself had been called.
create_args <- function(create, ...) {
  fun <- function() {
    force(image)
    as.list(environment())
  }
  formals(fun) <- formals(create)
  create <- fun
  create(...)
}

get_container <- function(handle, id, call = sys.call(-1L)) {
  attrs <- call_engine(handle, "container_inspect", list(id = id), call)
  new_container(handle, attrs)
}

new_container <- function(.handle, .attrs) {
  .id <- .attrs$id

  id <- function() {
    .id
  }

  name <- function() {
    sub("^/", "", .attrs$name)
  }

  inspect <- function(reload = TRUE) {
    if (check_flag(reload, "reload")) {
      .attrs <<- call_engine(.handle, "container_inspect", given(id = .id))
    }
    .attrs
  }

  reload <- function() {
    .attrs <<- call_engine(.handle, "container_inspect", given(id = .id))
    invisible(.self)
  }

  status <- function(reload = TRUE) {
    if (check_flag(reload, "reload")) {
      .attrs <<- call_engine(.handle, "container_inspect", given(id = .id))
    }
    .attrs$state$status
  }

  labels <- function(reload = TRUE) {
    if (check_flag(reload, "reload")) {
      .attrs <<- call_engine(.handle, "container_inspect", given(id = .id))
    }
    .attrs$config$labels
  }

  logs <- function(follow = NULL, stdout = TRUE, stderr = TRUE, since = NULL,
                   until = NULL, timestamps = NULL, tail = NULL,
                   stream = stdout()) {
    args <- given(
      id = .id, follow = follow, stdout = stdout, stderr = stderr,
      since = since, until = until, timestamps = timestamps, tail = tail
    )
    tty <- .attrs$config$tty
    if (!isTRUE(follow)) {
      return(collect_stream(.handle, "container_logs", args, tty))
    }
    sink <- open_sink(stream)
    on.exit(sink$close())
    invisible(follow_stream(.handle, "container_logs", args, tty, sink$con))
  }

  start <- function(detach_keys = NULL) {
    call_engine(
      .handle, "container_start", given(id = .id, detach_keys = detach_keys)
    )
    invisible(NULL)
  }

  stop <- function(t = NULL, signal = NULL) {
    call_engine(
      .handle, "container_stop", given(id = .id, t = t, signal = signal)
    )
  }

  kill <- function(signal = NULL) {
    call_engine(.handle, "container_kill", given(id = .id, signal = signal))
  }

  wait <- function(condition = NULL) {
    call_engine(
      .handle, "container_wait", given(id = .id, condition = condition)
    )
  }

  remove <- function(delete_volumes = NULL, force = NULL, link = NULL) {
    call_engine(
      .handle, "container_remove",
      given(
        id = .id, delete_volumes = delete_volumes, force = force, link = link
      )
    )
  }

  .self <- environment()
  new_object(.self, "docker_container", "Work with a docker container")
}

# What a container is in the output of `run`; printed alone it lists its methods.
format.docker_container <- function(x, ...) {
  c(
    "<docker_container>",
    paste0("  id: ", x$id()),
    paste0("  name: ", x$name())
  )
}
