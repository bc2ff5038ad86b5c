# R in another process, to be interrupted.

# Runs `code` in a child R. Its standard error says READY when it is about to
# wait; then it gets SIGINTs, each as soon as `before[[i]]()` is true. At last
# `after` is called with a function that tells whether the child has said something.
# Gives the lines it wrote, and how long it took from the first signal on.
interrupt_child <- function(code, before = list(function() TRUE),
                            after = function(said) NULL) {
  script <- tempfile(fileext = ".R")
  log <- tempfile("log")
  pid_file <- tempfile("pid")
  writeLines(
    c(
      sprintf(".libPaths(%s)", paste(deparse(.libPaths()), collapse = "")),
      "library(stevedore)",
      sprintf("writeLines(as.character(Sys.getpid()), '%s.new')", pid_file),
      sprintf("invisible(file.rename('%s.new', '%s'))", pid_file, pid_file),
      "sockets <- function() {",
      "  fds <- list.files('/proc/self/fd', full.names = TRUE)",
      "  sum(startsWith(Sys.readlink(fds), 'socket:'), na.rm = TRUE)",
      "}",
      "say <- function(...) cat(..., '\\n', file = stderr())",
      code,
      "say('DONE')"
    ),
    script
  )
  system2(
    file.path(R.home("bin"), "Rscript"), c("--vanilla", shQuote(script)),
    stdout = FALSE, stderr = log, wait = FALSE
  )
  wait_until(file.exists(pid_file), "the child R has started")
  pid <- as.integer(readLines(pid_file))
  said <- function(pattern) {
    file.exists(log) && any(grepl(pattern, readLines(log, warn = FALSE)))
  }
  wait_until(said("READY"), "the child R is ready")
  start <- NULL
  for (ready in before) {
    wait_until(ready(), "the child R waits")
    if (is.null(start)) {
      start <- Sys.time()
    }
    tools::pskill(pid, tools::SIGINT)
  }
  after(said)
  ended <- wait_until(said("DONE|halted"), "the child R has ended", 15)
  if (!ended) {
    tools::pskill(pid, tools::SIGKILL)
  }
  lines <- readLines(log, warn = FALSE)
  at <- grep("^INTERRUPTED ", lines, value = TRUE)
  waited <- if (length(at) > 0L) {
    as.numeric(sub("^INTERRUPTED ", "", at[[1L]])) - as.numeric(start)
  }
  unlink(c(script, log, pid_file))
  list(lines = lines, milliseconds = 1000 * waited)
}

# Code that reports when the interrupt has come out of `expr`.
interrupted <- function(expr) {
  c(
    "outcome <- tryCatch({",
    "  say('READY')",
    expr,
    "  'not interrupted'",
    "}, interrupt = function(e) {",
    "  say('INTERRUPTED', format(as.numeric(Sys.time()), digits = 15))",
    "  'interrupted'",
    "})",
    "say('OUTCOME', outcome)"
  )
}

report_time <- function(what, milliseconds) {
  cat(sprintf("\n%s: interrupted after %.0f ms\n", what, milliseconds))
}
