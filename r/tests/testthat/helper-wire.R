# A scripted engine: the program `stevedore-scripted` plays a conversation on a
# socket, and in the end says what was not as the script has it.

# The scripts that Rust and R share.
wire_spec <- function(name) {
  file.path(Sys.getenv("STEVEDORE_SPEC"), paste0(name, ".yaml"))
}

skip_without_wire <- function() {
  for (name in c("STEVEDORE_SCRIPTED", "STEVEDORE_SPEC")) {
    if (!file.exists(Sys.getenv(name))) {
      skip(paste(name, "does not say where the scripted engine is"))
    }
  }
}

# Plays a script while `code` runs with the host, a function that reads what the
# engine has seen and, if it takes one, a function that gives a signal; the script
# must then be met. `signals` are given at once.
wire <- function(script, code, met = TRUE, signals = character()) {
  skip_without_wire()
  if (length(script) > 1L) {
    text <- script
    script <- tempfile(fileext = ".yaml")
    writeLines(text, script)
    on.exit(unlink(script), add = TRUE)
  }
  socket <- tempfile("s", fileext = ".sock")
  seen <- tempfile("seen")
  report <- tempfile("report")
  daemon <- pipe(
    paste(
      shQuote(Sys.getenv("STEVEDORE_SCRIPTED")), shQuote(script),
      "--socket", socket, "--seen", seen, "--report", report, "> /dev/null"
    ),
    "w"
  )
  open <- TRUE
  on.exit(if (open) close(daemon), add = TRUE)
  wait_until(file.exists(socket), "the scripted engine listens")
  signal <- function(names) {
    writeLines(sprintf("signal %s", names), daemon)
    flush(daemon)
  }
  signal(signals)
  host <- paste0("unix://", socket)
  rows <- function() read.delim(seen, quote = "", colClasses = "character")
  if (length(formals(code)) > 2L) code(host, rows, signal) else code(host, rows)
  # The client's connections end with it.
  gc()
  open <- FALSE
  close(daemon)
  if (met) {
    expect_identical(readLines(report), character())
  }
  unlink(c(seen, report))
}

# Waits for something that another process does; never for time to pass.
wait_until <- function(what, says, seconds = 30) {
  what <- substitute(what)
  env <- parent.frame()
  end <- Sys.time() + seconds
  while (!eval(what, env)) {
    if (Sys.time() > end) {
      fail(paste("waited in vain until", says))
      return(invisible(FALSE))
    }
    Sys.sleep(0.005)
  }
  invisible(TRUE)
}

# Whether an exchange has taken place, as a function.
came <- function(seen, label) {
  force(seen)
  force(label)
  function() {
    rows <- tryCatch(seen(), error = function(e) NULL)
    any(vapply(rows, function(column) any(column == label), NA))
  }
}

# An engine that answers one request, after the negotiation.
one_request <- function(on, reply, version = "1.41", more = NULL) {
  c(
    "says: what the test says",
    "exchanges:",
    "  - on: GET /_ping",
    "    times: any",
    sprintf("    reply: {headers: {Api-Version: \"%s\"}, text: OK}", version),
    paste("  - on:", on),
    if (!is.null(more)) paste0("    ", more),
    paste("    reply:", reply)
  )
}
