# Output of containers: shown while it arrives, and kept as a `docker_stream`.

stream_names <- c("stdin", "stdout", "stderr")

# What was read in full: `lines` has one element per line, `source` says for
# each line which stream it came from (1 stdin, 2 stdout, 3 stderr) and is NULL
# for the output of a terminal, which is one stream. `zeros` counts the zero
# bytes that R's strings can't hold.
new_docker_stream <- function(out) {
  warn_zeros(out$zeros)
  lines <- out$lines
  source <- out$source
  if (length(lines) == 0L || is.null(source)) {
    return(lines)
  }
  attr(source, "levels") <- stream_names
  class(source) <- "factor"
  attr(lines, "stream") <- source
  class(lines) <- "docker_stream"
  lines
}

warn_zeros <- function(zeros) {
  if (zeros > 0) {
    warning(
      sprintf(
        paste(
          "%.0f zero byte(s) in the output were left out; to get bytes as they are,",
          "have them written to a file and fetch that with $cp_out()"
        ), zeros
      ),
      call. = FALSE
    )
  }
}

format.docker_stream <- function(x, ..., style = "auto",
                                 colour_stdin = "yellow",
                                 colour_stdout = "blue",
                                 colour_stderr = "red",
                                 colour_stevedore = "white",
                                 prefix_stdin = "I< ",
                                 prefix_stdout = "O> ",
                                 prefix_stderr = "E> ",
                                 prefix_stevedore = "-- ",
                                 max_lines = NULL, strip_newline = FALSE,
                                 dest = NULL, filter = NULL) {
  source <- as.character(attr(x, "stream"))
  text <- as.character(x)
  if (!is.null(filter)) {
    keep <- source %in% filter
    source <- source[keep]
    text <- text[keep]
  }

  if (!is.null(max_lines) && length(text) > max_lines) {
    head <- max(floor((max_lines - 1) / 2), 0)
    tail <- max(max_lines - 1 - head, 0)
    note <- sprintf("[...truncated %d lines...]\n", length(text) - head - tail)
    first <- seq_len(head)
    last <- length(text) - tail + seq_len(tail)
    text <- c(text[first], note, text[last])
    source <- c(source[first], "stevedore", source[last])
  }

  ended <- endsWith(text, "\n")
  text[ended] <- without_last_byte(text[ended])
  end <- if (strip_newline) "" else ifelse(ended, "\n", "")

  if (style == "auto") {
    style <- auto_style(dest)
  }
  if (style == "colour") {
    colour <- c(
      stdin = colour_stdin, stdout = colour_stdout, stderr = colour_stderr,
      stevedore = colour_stevedore
    )
    text <- paste0(sgr(colour)[source], text, sgr_off)
  } else if (style == "prefix") {
    prefix <- c(
      stdin = prefix_stdin, stdout = prefix_stdout, stderr = prefix_stderr,
      stevedore = prefix_stevedore
    )[source]
    text <- paste0(prefix, prefix_inner_lines(text, prefix))
  }
  paste0(text, end, recycle0 = TRUE)
}

print.docker_stream <- function(x, ...) {
  cat(format(x, ...), sep = "")
  invisible(x)
}

# Every element has its newline cut off. Output may be in any encoding or in
# none, so no function that looks at characters will do.
without_last_byte <- function(x) {
  sound <- validEnc(x)
  x[sound] <- substr(x[sound], 1L, nchar(x[sound], "chars") - 1L)
  x[!sound] <- vapply(x[!sound], function(element) {
    bytes <- charToRaw(element)
    rawToChar(bytes[-length(bytes)])
  }, "", USE.NAMES = FALSE)
  x
}

prefix_inner_lines <- function(text, prefix) {
  inner <- grep("\n", text, fixed = TRUE, useBytes = TRUE)
  text[inner] <- vapply(inner, function(i) {
    lines <- strsplit(paste0(text[[i]], "\n"), "\n", fixed = TRUE, useBytes = TRUE)[[1L]]
    Encoding(lines) <- "unknown"
    paste(lines, collapse = paste0("\n", prefix[[i]]))
  }, "")
  text
}

auto_style <- function(dest) {
  if ((is.null(dest) || is_terminal(dest)) && has_colour()) "colour" else "prefix"
}

is_terminal <- function(con) {
  inherits(con, "terminal") && isatty(con)
}

# Whether colours can be shown: what the user said, else what the terminal says.
has_colour <- function() {
  said <- getOption("crayon.enabled")
  if (!is.null(said)) {
    return(isTRUE(said))
  }
  if (nzchar(Sys.getenv("NO_COLOR"))) {
    return(FALSE)
  }
  sink.number() == 0L && isatty(stdout()) &&
    !Sys.getenv("TERM") %in% c("", "dumb")
}

sgr_codes <- c(
  black = 30L, red = 31L, green = 32L, yellow = 33L, blue = 34L,
  magenta = 35L, cyan = 36L, white = 37L, silver = 90L, grey = 90L, gray = 90L
)

sgr_off <- "\033[39m"

sgr <- function(colour) {
  code <- sgr_codes[colour]
  if (anyNA(code)) {
    stop_argument(
      "Unknown colour '", colour[is.na(code)][[1L]], "'; known are ",
      paste(names(sgr_codes), collapse = ", ")
    )
  }
  stats <- sprintf("\033[%dm", code)
  names(stats) <- names(colour)
  stats
}

# The `stream` argument of every method that shows output: a connection, a file
# name, TRUE for standard output, or FALSE or NULL for nothing. Gives a list of
# the connection (or NULL) and a function that undoes what was done to it.
open_sink <- function(stream, call = sys.call(-1L)) {
  check_sink(stream, call)
  if (is.null(stream) || isFALSE(stream)) {
    return(list(con = NULL, close = function() NULL))
  }
  if (isTRUE(stream)) {
    return(list(con = stdout(), close = function() NULL))
  }
  if (is.character(stream)) {
    con <- open_file(stream, "stream", call)
    return(list(con = con, close = function() close(con)))
  }
  if (isOpen(stream)) {
    return(list(con = stream, close = function() NULL))
  }
  # An unopened connection would be opened anew, and its file emptied, by every
  # single write.
  open_connection(stream, "wb", "stream", call)
  list(con = stream, close = function() close(stream))
}

# The same, but that nothing is opened.
check_sink <- function(stream, call) {
  if (is.null(stream) || isTRUE(stream) || isFALSE(stream)) {
    return(stream)
  }
  if (is.character(stream) && length(stream) == 1L && !is.na(stream)) {
    if (!nzchar(stream)) {
      stop_argument("'stream' must be a connection or the name of a file, not empty", call = call)
    }
    return(stream)
  }
  if (!inherits(stream, "connection")) {
    stop_argument("'stream' must be a connection", call = call)
  }
  if (is_open(stream, "stream", call) && !isOpen(stream, "write")) {
    stop_argument("'stream' must be a connection that is open for writing", call = call)
  }
  stream
}

# One that was closed is no connection any more, and can't even be asked.
is_open <- function(con, argument, call) {
  tryCatch(isOpen(con), error = function(e) {
    stop_argument("'", argument, "' must be a connection, and not one that was closed", call = call)
  })
}

# Opens what the user has not, and says why where that fails.
open_connection <- function(con, mode, argument, call) {
  what <- summary(con)$description
  with_reason(open(con, mode), function(why) {
    close(con)
    stop_argument("'", argument, "' can't be opened (", what, "): ", why, call = call)
  })
}

# The value of `expr`; where it fails, what `failed` makes of the reason, which R
# tells in a warning.
with_reason <- function(expr, failed) {
  why <- NULL
  tryCatch(
    withCallingHandlers(expr, warning = function(w) {
      why <<- conditionMessage(w)
      invokeRestart("muffleWarning")
    }),
    error = function(e) failed(if (is.null(why)) conditionMessage(e) else why)
  )
}

# A file to write to.
open_file <- function(path, argument, call) {
  with_reason(file(path, "wb"), function(why) {
    stop_argument("'", argument, "' must be a file that can be written to: ", why, call = call)
  })
}

# How output is marked that is shown on `con` while it comes, for the native side: what
# stands `before` the lines of each stream and `after` a line, and whether each part of a
# line that comes in parts `repeats` them.
display_on <- function(con) {
  if (is.null(con)) {
    return(NULL)
  }
  if (auto_style(con) == "colour") {
    colours <- sgr(c(stdin = "yellow", stdout = "blue", stderr = "red"))
    list(before = unname(colours), after = sgr_off, repeats = TRUE)
  } else {
    list(before = c("I< ", "O> ", "E> "), after = "", repeats = FALSE)
  }
}

# Output may be in any encoding, or in none.
show_on <- function(con, step) {
  cat(rawToChar(step$text), file = con, sep = "")
}
