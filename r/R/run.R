# Streams that R pulls, batch by batch, from the native side: followed output,
# and a whole `run`, from the missing image to the exit code.

# Output that has an end, in one crossing.
collect_stream <- function(handle, endpoint, args, tty, call = sys.call(-1L)) {
  new_docker_stream(
    unwrap(native_collect(handle$pointer, endpoint, args, isTRUE(tty)), call)
  )
}

# Output as it arrives, shown on `con` (NULL shows nothing).
follow_stream <- function(handle, endpoint, args, tty, con,
                          call = sys.call(-1L)) {
  stream <- unwrap(
    native_open(handle$pointer, endpoint, args, isTRUE(tty), display_on(con)),
    call
  )
  on.exit(native_stream_close(stream))
  pump(stream, con, call = call)
  new_docker_stream(unwrap(native_stream_outcome(stream), call))
}

# Reads a stream to its end, shows what comes on `con`, and hands in what is asked for.
pump <- function(stream, con, input = NULL, call = sys.call(-1L), left = NULL) {
  force(call)
  came <- function() output_so_far(stream)
  keeping(came = came, left = left, {
    repeat {
      batch <- unwrap_kept(native_stream_read(stream), came, call)
      if (is.null(batch)) {
        break
      }
      if (identical(batch$step, "hungry")) {
        unwrap(native_stream_feed(stream, input$read()), call)
      } else {
        show_on(con, batch)
      }
    }
  })
}

# Of a stream that is not at its end: `out`, as in a `container_error`.
output_so_far <- function(stream) {
  list(out = new_docker_stream(unwrap(native_stream_outcome(stream), NULL)))
}

run_container <- function(handle, args, how, con, input, call = sys.call(-1L)) {
  detach <- check_flag(how$detach, "detach", call)
  rm <- check_flag(how$rm, "rm", call)
  stream <- unwrap(
    native_container_run(handle$pointer, args, how, display_on(con)), call
  )
  finished <- FALSE
  on.exit(if (!finished) cancel_run(stream))

  progress <- new_progress_display()
  container <- NULL
  came <- function() output_so_far(stream)
  left <- if (!rm) function() tell_running(stream, args$name)
  keeping(came = came, left = left, {
    repeat {
      step <- unwrap_kept(native_stream_read(stream), came, call)
      if (is.null(step)) {
        break
      }
      switch(step$step,
        missing = if (!handle$quiet) {
          message("Unable to find image '", step$image, "' locally")
        },
        progress = if (!handle$quiet) progress$show(step),
        created = {
          progress$done()
          warn_engine(step$warnings, "creating container")
          if (rm && (detach || how$interactive)) {
            # The engine removes it, and it may be gone as soon as it has been started.
            container <- get_container(handle, step$id, call)
          }
        },
        hungry = unwrap(native_stream_feed(stream, input$read()), call),
        output = show_on(con, step)
      )
    }
  })

  out <- unwrap(native_stream_outcome(stream), call)
  end_line(out)
  if (is.null(container)) {
    container <- get_container(handle, out$id, call)
  }
  if (detach) {
    finished <- TRUE
    return(container)
  }
  removed <- if (rm) native_stream_cancel(stream)
  finished <- TRUE
  if (inherits(removed, "stevedore_failure")) {
    # What came of the run is given back all the same.
    warning(left_behind(out$id, removed$message), call. = FALSE)
  }

  logs <- new_docker_stream(out)
  if (how$interactive) {
    # A shell ends with the status of the last command that was typed in it.
    return(invisible(structure(
      list(
        container = container, logs = logs, exit_code = out$exit_code,
        detached = out$detached
      ),
      class = "docker_run_output"
    )))
  }
  if (out$exit_code != 0L) {
    cmd <- args$cmd
    if (is.null(cmd)) {
      attrs <- container$inspect(reload = FALSE)
      cmd <- c(attrs$path, attrs$args)
    }
    stop_container(container, out$exit_code, cmd, out$image, logs, call)
  }
  structure(
    list(container = container, logs = logs),
    class = "docker_run_output"
  )
}

# Ends a run early, and removes its container where `rm` asked for that. Ctrl-C
# while that goes on stops waiting for it.
cancel_run <- function(stream) {
  done <- FALSE
  why <- NULL
  on.exit(if (!done) tell_left(stream, why))
  out <- native_stream_cancel(stream)
  if (inherits(out, "stevedore_failure")) {
    why <- out$message
  } else {
    done <- TRUE
  }
}

# Says which container a run that is given up without `rm` leaves.
tell_running <- function(stream, name) {
  # Its connections close first, whatever comes after.
  native_stream_cancel(stream)
  id <- native_stream_outcome(stream)$id
  if (is.character(id) && !is.na(id)) {
    id <- substr(id, 1L, 12L)
    called <- if (is.null(name)) id else paste0(name, " (", id, ")")
    message(
      "Container ", called, " is left as it is, and goes on if it runs; `$container$get(\"", id,
      "\")` gets it, to stop or remove it"
    )
  }
}

tell_left <- function(stream, why) {
  id <- native_stream_container(stream)
  if (is.character(id)) {
    message(left_behind(id, why))
  }
}

# What there is to say about a container that may be left; `id` is NA where it
# was not known yet when the run was given up.
left_behind <- function(id, why = NULL) {
  reason <- if (!is.null(why)) paste0(" (", why, ")")
  if (is.na(id)) {
    return(paste0(
      "A container that was being made may not have been removed", reason,
      "; `$container$list(all = TRUE)` shows those that there are"
    ))
  }
  paste0(
    "Container ", id, " may not have been removed", reason,
    "; `$container$remove(\"", substr(id, 1L, 12L), "\", force = TRUE)` does that"
  )
}

format.docker_run_output <- function(x, ..., max_lines = 12L,
                                     strip_newline = TRUE) {
  logs <- if (inherits(x$logs, "docker_stream")) {
    format(x$logs, ..., max_lines = max_lines, strip_newline = strip_newline)
  } else {
    x$logs
  }
  if (length(logs) == 0L) {
    # A program on the terminal shows its output there.
    logs <- if (is.null(x$exit_code)) "" else "(shown on the terminal)"
  }
  c(
    "<docker_run_output>",
    "  $container:",
    paste0("    ", format(x$container)),
    "",
    "  $logs:",
    paste0("    ", logs),
    if (!is.null(x$exit_code)) {
      c("", paste("  $exit_code:", x$exit_code), paste("  $detached:", x$detached))
    }
  )
}

print.docker_run_output <- function(x, ...) {
  cat(format(x, ...), sep = "\n")
  invisible(x)
}
