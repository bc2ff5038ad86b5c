# Everything that stops goes through this file.
#
# A native routine never raises: it returns its value, or a "stevedore_failure",
# a list of `class` (our classes, most special first, then those of version
# 0.9.6), `message` and `fields`.

# Gives back a native routine's value, or raises its failure with the call that
# the user made. First comes the traffic, and what went wrong beside it.
unwrap <- function(x, call = sys.call(-1L)) {
  force(x)
  untold <- native_untold()
  if (!is.null(untold)) {
    show_traffic(untold$traffic)
    for (text in untold$warnings) {
      warning(text, call. = FALSE)
    }
  }
  if (inherits(x, "stevedore_failure")) {
    raise(x$class, x$message, x$fields, call)
  }
  x
}

# The same for a stream: what it had given, `came()`, is in the error's fields.
unwrap_kept <- function(x, came, call = sys.call(-1L)) {
  force(call)
  if (inherits(x, "stevedore_failure")) {
    x$fields <- c(x$fields, tryCatch(came(), error = function(e) NULL))
  }
  unwrap(x, call)
}

# The value of `expr`. Ctrl-C goes on to whoever catches it with `tryCatch(interrupt = )`,
# who has in its fields what `came()` gives; else to R's prompt, or to the end of a script.
# `left()` tells before that what goes on without R; it asks nobody, who may not answer.
keeping <- function(expr, came, left = NULL) {
  tryCatch(expr, interrupt = function(e) {
    # What can't be shown is no reason to go on.
    fields <- tryCatch(came(), error = function(e) NULL)
    e[names(fields)] <- fields
    if (!is.null(left)) {
      left()
    }
    signalCondition(e)
    cat("\n", file = stderr())
    invokeRestart("abort")
  })
}

raise <- function(class, message, fields = NULL, call = NULL) {
  condition <- c(list(message = message, call = call), fields)
  class(condition) <- unique(c(class, "docker_error", "error", "condition"))
  stop(condition)
}

# Messages of the engine are printed as they are, "Error: No such container: x",
# as version 0.9.6 did it; the call is there as `e$call` for whoever looks.
conditionCall.docker_error <- function(c) {
  NULL
}

stop_argument <- function(..., argument = NULL, call = sys.call(-2L)) {
  message <- paste0(...)
  if (is.null(argument)) {
    # Which argument it is stands in front.
    quoted <- regmatches(message, regexpr("^'[^']+'", message))
    argument <- substr(quoted, 2L, nchar(quoted) - 1L)
  }
  fields <- if (length(argument) == 1L) list(argument = argument)
  raise("docker_argument", message, fields, call)
}

stop_settings <- function(..., call = sys.call(-2L)) {
  raise("docker_settings", paste0(...), call = call)
}

# The failure of `run` when the command in the container ended with a status
# other than zero.
stop_container <- function(container, exit_status, cmd, image, out,
                           call = sys.call(-2L)) {
  message <- sprintf(
    "Command '%s' in image '%s' returned non-zero exit status %d",
    paste(cmd, collapse = " "), image, exit_status
  )
  stderr <- out[attr(out, "stream") %in% "stderr"]
  if (length(stderr) > 0L) {
    message <- paste0(message, "\n", paste(last_lines(stderr), collapse = ""))
  }
  raise(
    "container_error", message,
    list(
      container = container, exit_status = exit_status, cmd = cmd,
      image = image, out = out
    ),
    call
  )
}

# As much of the end as R shows of an error that nobody catches: what went wrong
# comes last.
last_lines <- function(lines, bytes = 700L) {
  kept <- rev(cumsum(rev(nchar(lines, "bytes"))) <= bytes)
  kept[length(lines)] <- TRUE
  left_out <- sum(!kept)
  c(
    if (left_out > 0L) {
      sprintf("[...%d lines before, which `$out` of this error has...]\n", left_out)
    },
    as.character(lines)[kept]
  )
}

# What the engine wants the user to know although it did what it was asked.
warn_engine <- function(warnings, action) {
  n <- length(warnings)
  if (n > 0L) {
    warning(
      sprintf(
        "%d %s produced while %s:\n%s", n,
        if (n == 1L) "warning" else "warnings", action,
        paste0("- ", warnings, collapse = "\n")
      ),
      call. = FALSE, immediate. = TRUE
    )
  }
}
