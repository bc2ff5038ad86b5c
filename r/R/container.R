# What the methods of containers do beyond one call.

# Runs a command in a new container, as `.create` would make it. What a user calls an
# argument in `...` is never the beginning of a name with a dot.
container_run <- function(.handle, .create, image, cmd, ..., detach, rm, stream,
                          host_config, stdin = NULL, pull = NULL,
                          interactive = FALSE, detach_keys = NULL,
                          .call = sys.call(-1L)) {
  handle <- .handle
  create <- .create
  call <- .call
  if (...length() > 0L) {
    check_by_name(...names(), create, sys.function(-1L), call)
  }
  interactive <- check_interactive(interactive, call)
  check_keys(detach_keys, interactive, call)
  if (interactive) {
    flags <- c("tty", "open_stdin", "attach_stdin", "attach_stdout", "attach_stderr")
    check_terminal(
      list(detach_keys = detach_keys), list(stream = stream), list(stdin = stdin),
      no = list(detach = detach),
      yes = create_args(create, image, cmd, ..., host_config = host_config)[flags],
      call = call
    )
  }
  sink <- open_sink(stream, call)
  on.exit(sink$close())
  input <- open_input(stdin, call)
  on.exit(input$close(), add = TRUE)
  args <- create_args(create, image, cmd, ..., host_config = host_config)
  args <- with_ids(args, "container", call)
  if (!is.null(input$flag)) {
    stop_argument(
      "'stdin' must be a character vector, a raw vector or a connection",
      call = call
    )
  }
  how <- list(
    detach = detach, rm = rm, pull = pull, stdin = input$given,
    interactive = interactive, detach_keys = detach_keys
  )
  run_container(handle, args, how, sink$con, input, call)
}

# More arguments of `run` are given by name: a second word of a command is not
# meant as the name of a host.
check_by_name <- function(given, create, run, call) {
  if (is.null(given) || !all(nzchar(given), na.rm = TRUE) || anyNA(given)) {
    stop_argument(
      "Arguments after 'cmd' are given by name; a command of several words is one vector, ",
      "as in `cmd = c(\"echo\", \"hello\")`",
      argument = "cmd", call = call
    )
  }
  known <- names(formals(create))
  for (name in given[is.na(pmatch(given, known, duplicates.ok = TRUE))]) {
    stop_argument(
      "Unknown argument '", name, "'",
      meant(name, union(known, setdiff(names(formals(run)), "..."))),
      argument = name, call = call
    )
  }
}

# Connects to a container that runs, until it or its output ends.
container_attach <- function(handle, id, stdin, stdout, stderr, logs, stream,
                             interactive, detach_keys, call = sys.call(-1L)) {
  force(call)
  interactive <- check_interactive(interactive, call)
  check_keys(detach_keys, interactive, call)
  for (name in c("stdout", "stderr", "logs")) {
    check_flag(get(name), name, call)
  }
  if (interactive) {
    check_terminal(
      list(detach_keys = detach_keys), list(stream = stream), list(stdin = stdin),
      no = list(logs = logs), yes = list(stdout = stdout, stderr = stderr),
      call = call
    )
  }
  sink <- open_sink(stream, call)
  on.exit(sink$close())
  input <- open_input(stdin, call)
  on.exit(input$close(), add = TRUE)
  args <- list(
    stdin = isTRUE(input$flag) || !is.null(input$given),
    stdout = stdout, stderr = stderr, logs = logs
  )
  how <- list(
    stdin = input$given, interactive = interactive, detach_keys = detach_keys
  )
  stream <- unwrap(
    native_attach(handle$pointer, id, args, how, display_on(sink$con)), call
  )
  on.exit(native_stream_close(stream), add = TRUE, after = FALSE)
  pump(stream, sink$con, input, call)
  out <- unwrap(native_stream_outcome(stream), call)
  end_line(out)
  invisible(list(
    exit_code = out$exit_code, output = new_docker_stream(out),
    detached = out$detached
  ))
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

# Output of a container or task; with `follow` it is shown while it arrives.
show_logs <- function(handle, endpoint, id, tty, args, call = sys.call(-1L)) {
  force(call)
  stream <- check_sink(args$stream, call)
  args$stream <- NULL
  args <- c(id = id, args)
  if (!isTRUE(args$follow)) {
    return(collect_stream(handle, endpoint, args, tty, call))
  }
  sink <- open_sink(stream, call)
  on.exit(sink$close())
  invisible(follow_stream(handle, endpoint, args, tty, sink$con, call))
}

# The same as a data frame with a row for each line.
container_log_lines <- function(handle, id, args, call = sys.call(-1L)) {
  force(call)
  for (name in c("follow", "stdout", "stderr")) {
    check_flag(args[[name]], name, call)
  }
  check_sink(args$stream, call)
  sink <- open_sink(if (args$follow) args$stream, call)
  on.exit(sink$close())
  args <- c(id = id, args[names(args) != "stream"])
  log <- unwrap(native_log(handle$pointer, args, display_on(sink$con)), call)
  on.exit(native_log_close(log), add = TRUE, after = FALSE)
  came <- function() list(lines = log_frame(handle, log, call))
  keeping(came = came, {
    repeat {
      step <- unwrap_kept(native_log_read(log), came, call)
      if (is.null(step)) {
        break
      }
      show_on(sink$con, step)
    }
  })
  lines <- log_frame(handle, log, call)
  if (args$follow) invisible(lines) else lines
}

log_frame <- function(handle, log, call) {
  out <- unwrap(native_log_outcome(log), call)
  warn_zeros(out$zeros)
  stream <- if (is.null(out$source)) {
    rep(NA_character_, length(out$text))
  } else {
    stream_names[out$source]
  }
  as_user_frame(
    handle, data.frame(time = out$time, stream = stream, text = out$text)
  )
}

# A row for each address of the host at which a port is published.
container_ports <- function(handle, ports) {
  n <- vapply(ports, NROW, 1L)
  port <- rep(as.character(names(ports)), n)
  column <- function(name) {
    as.character(unlist(lapply(ports, `[[`, name), use.names = FALSE))
  }
  x <- data.frame(
    container_port = sub("/.*$", "", port),
    protocol = sub("^.*/", "", port),
    host_ip = column("host_ip"),
    host_port = column("host_port")
  )
  as_user_frame(handle, x)
}

# The bytes that an endpoint gives, as they are or written to a file.
save_bytes <- function(handle, endpoint, args, dest, call = sys.call(-1L)) {
  force(call)
  if (is.null(dest)) {
    return(call_engine(handle, endpoint, args, call))
  }
  if (!is.character(dest) || length(dest) != 1L || is.na(dest) || !nzchar(dest)) {
    stop_argument(
      "'dest' must be a scalar character (non-NA, not empty), or NULL",
      call = call
    )
  }
  unwrap(native_save(handle$pointer, endpoint, args, path.expand(dest)), call)
  invisible(dest)
}

# What a container is in the output of `run`; printed alone it lists its methods.
format.docker_container <- function(x, ...) {
  c(
    "<docker_container>",
    paste0("  id: ", x$id()),
    paste0("  name: ", x$name())
  )
}
