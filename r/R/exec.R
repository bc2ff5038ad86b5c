# Commands in containers that run already.

# Makes a command, starts it and follows it to its end.
container_exec <- function(handle, id, args, call = sys.call(-1L)) {
  force(call)
  interactive <- check_interactive(args$interactive, call)
  if (interactive) {
    check_terminal(
      args["detach_keys"], args["stream"], args["stdin"],
      no = args["detach"], yes = args[c("tty", "stdout", "stderr")], call = call
    )
  }
  sink <- open_sink(args$stream, call)
  on.exit(sink$close())
  detach <- check_flag(args$detach, "detach", call)
  check_stdin_by_name(args$stdin, call)
  input <- open_input(args$stdin, call)
  on.exit(input$close(), add = TRUE)
  how <- list(
    detach = detach, stdin = input$given, interactive = interactive,
    detach_keys = args$detach_keys
  )
  args <- args[setdiff(names(args), c("stream", "detach", "interactive"))]
  args["stdin"] <- list(input$flag)
  stream <- unwrap(
    native_exec(handle$pointer, c(id = id, args), how, display_on(sink$con)), call
  )
  on.exit(native_stream_close(stream), add = TRUE, after = FALSE)
  left <- function() tell_executing(stream)
  pump(stream, sink$con, input, call, left)
  out <- unwrap(native_stream_outcome(stream), call)
  end_line(out)
  details <- call_engine(handle, "exec_inspect", list(id = out$id), call)
  value <- list(
    id = out$id,
    exit_code = if (detach) details$exit_code else out$exit_code,
    details = details,
    output = new_docker_stream(out)
  )
  if (!interactive) {
    return(value)
  }
  value$detached <- out$detached
  invisible(value)
}

# Starts a command that was made before; whether it has a terminal is known.
exec_start <- function(handle, id, has_tty, detach, tty, stream,
                       call = sys.call(-1L)) {
  force(call)
  sink <- open_sink(stream, call)
  on.exit(sink$close())
  check_flag(detach, "detach", call)
  tty <- if (is.null(tty)) isTRUE(has_tty) else check_flag(tty, "tty", call)
  stream <- unwrap(
    native_exec_start(handle$pointer, id, detach, tty, display_on(sink$con)), call
  )
  on.exit(native_stream_close(stream), add = TRUE, after = FALSE)
  left <- function() tell_executing(stream)
  pump(stream, sink$con, call = call, left = left)
  invisible(new_docker_stream(unwrap(native_stream_outcome(stream), call)))
}

# Says of a command that is given up what becomes of it.
tell_executing <- function(stream) {
  native_stream_close(stream)
  message(
    "The command goes on in its container until it ends by itself; `$top()` shows what ",
    "runs there"
  )
}

# What a program is to read: bytes that are `given` at once, or a connection that
# is `read` piece by piece (`given` is TRUE then). A logical only says whether its
# standard input is connected; it is the `flag`.
open_input <- function(stdin, call = sys.call(-1L)) {
  input <- list(
    flag = NULL, given = NULL, read = NULL, close = function() NULL
  )
  if (is.null(stdin)) {
    return(input)
  }
  if (is.logical(stdin)) {
    input$flag <- check_flag(stdin, "stdin", call)
    return(input)
  }
  if (is.raw(stdin)) {
    input$given <- stdin
    return(input)
  }
  if (is.character(stdin) && !anyNA(stdin)) {
    input$given <- line_bytes(stdin)
    return(input)
  }
  if (!inherits(stdin, "connection")) {
    stop_argument(
      "'stdin' must be scalar logical (non-NA), a character vector, a raw vector or a connection",
      call = call
    )
  }
  if (!is_open(stdin, "stdin", call)) {
    open_connection(stdin, "rb", "stdin", call)
    input$close <- function() close(stdin)
  } else if (!isOpen(stdin, "read")) {
    stop_argument("'stdin' must be a connection that is open for reading", call = call)
  }
  input$given <- TRUE
  input$read <- if (summary(stdin)$text == "binary") {
    function() readBin(stdin, "raw", 65536L)
  } else {
    function() {
      line_bytes(readLines(stdin, 1000L, warn = FALSE))
    }
  }
  input
}

# Lines as UTF-8, each with a newline; those that are not valid text stay the bytes
# that they are.
line_bytes <- function(lines) {
  sound <- validEnc(lines)
  lines[sound] <- enc2utf8(lines[sound])
  ended <- endsWith(lines, "\n")
  if (all(sound)) {
    return(charToRaw(paste0(lines, ifelse(ended, "", "\n"), collapse = "")))
  }
  newline <- charToRaw("\n")
  bytes <- lapply(lines, charToRaw)
  bytes[!ended] <- lapply(bytes[!ended], c, newline)
  unlist(bytes)
}

# `exec("ls", "-l")` means a command of two words, and nothing to read.
check_stdin_by_name <- function(stdin, call) {
  given <- as.list(call)[-1L]
  is_open_ended <- any(vapply(given, identical, NA, quote(...)))
  if (is.character(stdin) && !is_open_ended && !"stdin" %in% names(given)) {
    stop_argument(
      "'stdin' must be given by name; a command of several words is one vector, ",
      "as in `c(\"ls\", \"-l\")`",
      call = call
    )
  }
}
