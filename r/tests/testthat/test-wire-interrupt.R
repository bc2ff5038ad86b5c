# Ctrl-C during a wait: within 100 ms it is over and its socket closed. The
# ceiling here is wide, for machines that are busy; the figure is printed.
ceiling_ms <- 5000

held <- function(spec, what, expr, label, sockets) {
  script <- if (length(spec) > 1L) spec else wire_spec(spec)
  wire(script, function(host, seen) {
    result <- interrupt_child(
      c(
        sprintf("docker <- docker_client(host = '%s')", host),
        interrupted(expr),
        "say('SOCKETS', sockets())"
      ),
      before = list(came(seen, label))
    )
    expect_match(result$lines, "^OUTCOME interrupted", all = FALSE)
    expect_match(result$lines, paste0("^SOCKETS ", sockets, " "), all = FALSE)
    expect_lt(result$milliseconds, ceiling_ms)
    report_time(what, result$milliseconds)
  })
}

test_that("Ctrl-C ends followed logs and closes their socket", {
  held(
    "logs_follow_held", "logs(follow = TRUE)",
    "docker$container$get('c0ffee012345')$logs(follow = TRUE)",
    label = "logs", sockets = 0
  )
})

# An engine whose container has this endpoint, which gives `steps` and then holds.
holding <- function(endpoint, kind, steps) {
  c(
    one_request(
      paste0("GET /v1.44/containers/c0ffee012345/", endpoint),
      sprintf("{chunked: true, headers: {Content-Type: %s}, steps: [%s]}", kind, steps),
      version = "1.44", more = "label: held"
    ),
    "  - on: GET /v1.44/containers/c0ffee012345/json",
    "    reply: {json: {Id: c0ffee012345, Name: /web}}"
  )
}

test_that("Ctrl-C ends followed lines and closes their socket", {
  script <- holding(
    "logs", "application/vnd.docker.multiplexed-stream",
    '{frame: {stdout: "2024-05-01T12:00:00.5Z one\\n"}}, hold'
  )
  held(
    script, "log_lines(follow = TRUE)",
    "docker$container$get('c0ffee012345')$log_lines(follow = TRUE)",
    label = "held", sockets = 0
  )
})

# Ctrl-C ends `expr`, and `text` is what had come.
came_with <- function(script, expr, text) {
  wire(script, function(host, seen) {
    shown <- tempfile()
    on.exit(unlink(shown))
    result <- interrupt_child(
      c(
        sprintf("docker <- docker_client(host = '%s')", host),
        "x <- docker$container$get('c0ffee012345')",
        sprintf("shown <- '%s'", shown),
        "kept <- tryCatch({",
        "  say('READY')",
        expr,
        "}, interrupt = function(e) {",
        "  say('INTERRUPTED', format(as.numeric(Sys.time()), digits = 15))",
        "  e",
        "})",
        "say('CLASS', class(kept))",
        sprintf("say('KEPT', paste(%s, collapse = '|'))", text)
      ),
      # Its lines were shown before.
      before = list(function() file.exists(shown) && length(readLines(shown, warn = FALSE)) >= 2L)
    )
    expect_match(result$lines, "^CLASS interrupt condition", all = FALSE)
    expect_match(result$lines, "^KEPT one\\|two", all = FALSE)
    expect_lt(result$milliseconds, ceiling_ms)
  })
}

test_that("what had come when Ctrl-C ended followed lines is in the interrupt", {
  script <- holding(
    "logs", "application/vnd.docker.multiplexed-stream",
    paste(
      '{frame: {stdout: "2024-05-01T12:00:00.5Z one\\n"}}',
      '{frame: {stderr: "2024-05-01T12:00:00.6Z two\\n"}}, hold',
      sep = ", "
    )
  )
  came_with(
    script, "x$log_lines(follow = TRUE, stream = shown)", "kept$lines$text"
  )
})

test_that("what had come when Ctrl-C ended a followed log is in the interrupt", {
  script <- holding(
    "logs", "application/vnd.docker.multiplexed-stream",
    '{frame: {stdout: "one\\n"}}, {frame: {stderr: "two\\nthr"}}, hold'
  )
  came_with(
    script, "x$logs(follow = TRUE, stream = shown)",
    "sub('\\n', '', kept$out)"
  )
})

test_that("an interrupt that nobody catches ends the script, as any other does", {
  script <- holding(
    "logs", "application/vnd.docker.multiplexed-stream",
    '{frame: {stdout: "one\\n"}}, hold'
  )
  wire(script, function(host, seen) {
    result <- interrupt_child(
      c(
        sprintf("docker <- docker_client(host = '%s')", host),
        "x <- docker$container$get('c0ffee012345')",
        "say('READY')",
        "x$logs(follow = TRUE)"
      ),
      before = list(came(seen, "held"))
    )
    expect_match(result$lines, "Execution halted", all = FALSE)
    expect_no_match(result$lines, "DONE")
  })
})

test_that("Ctrl-C ends the read of a stream, which can be read on", {
  script <- c(
    "signals: [more]",
    holding(
      "stats?stream=true", "application/json",
      "{await: more}, {line: {id: c0ffee012345, memory_stats: {usage: 7}}}, hold"
    )
  )
  wire(script, function(host, seen, signal) {
    result <- interrupt_child(
      c(
        sprintf("docker <- docker_client(host = '%s')", host),
        "s <- docker$container$get('c0ffee012345')$stats_stream()",
        interrupted("s$read()"),
        "say('OPEN', s$is_open())",
        "say('MEMORY', s$read()$memory)",
        "s$close()",
        "say('SOCKETS', sockets())"
      ),
      before = list(came(seen, "held")),
      after = function(said) {
        wait_until(said("^OPEN"), "the read is given up")
        signal("more")
      }
    )
    expect_match(result$lines, "^OUTCOME interrupted", all = FALSE)
    expect_match(result$lines, "^OPEN TRUE", all = FALSE)
    expect_match(result$lines, "^MEMORY 7", all = FALSE)
    expect_match(result$lines, "^SOCKETS 0 ", all = FALSE)
    expect_lt(result$milliseconds, ceiling_ms)
    report_time("stats_stream()$read()", result$milliseconds)
  })
})

test_that("Ctrl-C ends a wait and closes its socket", {
  held(
    "wait_held", "wait", "docker$container$get('c0ffee012345')$wait()",
    label = "waited", sockets = 0
  )
})

# A run or exec that is given up, and what is said then.
given_up <- function(spec, expr, label, sockets) {
  skip_without_wire()
  result <- NULL
  wire(wire_spec(spec), function(host, seen) {
    result <<- interrupt_child(
      c(
        sprintf("docker <- docker_client(host = '%s')", host),
        interrupted(expr),
        "say('SOCKETS', sockets())"
      ),
      before = list(came(seen, label))
    )
    expect_match(result$lines, "^OUTCOME interrupted", all = FALSE)
    # Those that are kept for the next request.
    expect_match(result$lines, sprintf("^SOCKETS %d ", sockets), all = FALSE)
    expect_lt(result$milliseconds, ceiling_ms)
  })
  report_time(spec, result$milliseconds)
  result$lines
}

test_that("Ctrl-C ends a run and leaves its container, which is named", {
  said <- "^Container c0ffee012345 is left as it is, .*get\\(\"c0ffee012345\"\\)` gets it"
  lines <- given_up("run_held", "docker$container$run('busybox:1.36')", "started", 1L)
  expect_match(lines, said, all = FALSE)
  # Before whoever catches the interrupt goes on.
  expect_lt(grep(said, lines), grep("^INTERRUPTED", lines))
})

test_that("Ctrl-C ends an exec, and says that its command goes on", {
  run <- c(
    "handle <- environment(docker$ping)$.handle",
    "x <- stevedore:::new_container(handle, list(id = 'c0ffee012345'))",
    "x$exec('sh', stream = FALSE)"
  )
  lines <- given_up("exec_held", run, "started", 0L)
  expect_match(lines, "^The command goes on in its container until it ends by itself", all = FALSE)
})

test_that("Ctrl-C ends a run with rm, and its container is removed", {
  held(
    "run_rm_held", "run(rm = TRUE)",
    "docker$container$run('busybox:1.36', rm = TRUE)",
    label = "started", sockets = 1
  )
})

# A run with rm that gets SIGINTs, each when an exchange has taken place; then
# `more` runs in the same R.
interrupted_run <- function(script, labels, more = NULL, met = TRUE) {
  result <- NULL
  wire(script, met = met, function(host, seen) {
    result <<- interrupt_child(
      c(
        sprintf("docker <- docker_client(host = '%s')", host),
        interrupted("docker$container$run('busybox:1.36', rm = TRUE, stream = FALSE)"),
        more
      ),
      before = lapply(labels, came, seen = seen)
    )
    expect_match(result$lines, "^OUTCOME interrupted", all = FALSE)
    expect_lt(result$milliseconds, ceiling_ms)
  })
  result
}

# The script with every removal held.
never_removed <- function(spec) {
  skip_without_wire()
  script <- readLines(wire_spec(spec))
  at <- grep("on: DELETE", script) + 2L
  script[at] <- "    reply: {raw: true, steps: [hold]}"
  script
}

test_that("a second Ctrl-C stops waiting for the removal and names the container", {
  result <- interrupted_run(never_removed("run_rm_held"), c("started", "removed"))
  expect_match(result$lines, "Container c0ffee012345 may not have been removed", all = FALSE)
  report_time("a second Ctrl-C", result$milliseconds)
})

test_that("Ctrl-C while the container of an ended run is removed does not leave it", {
  skip_without_wire()
  result <- interrupted_run(wire_spec("run_rm_given_up"), "removed")
  expect_no_match(result$lines, "may not have been removed")
  report_time("the removal after a run", result$milliseconds)
})

test_that("a second Ctrl-C during that removal names the container", {
  result <- interrupted_run(
    never_removed("run_rm_given_up"), c("removed", "removed again")
  )
  expect_match(
    result$lines,
    "^Container c0ffee012345 may not have been removed; `\\$container\\$remove",
    all = FALSE
  )
})

test_that("a run that is given up says why its container could not be removed", {
  skip_without_wire()
  result <- interrupted_run(wire_spec("run_rm_held_refused"), "started")
  expect_match(
    result$lines,
    "^Container c0ffee012345 may not have been removed \\(device or resource busy\\);",
    all = FALSE
  )
})

test_that("what fails of a removal that was given up is a warning of the next call", {
  skip_without_wire()
  result <- interrupted_run(
    wire_spec("run_rm_held_given_up"), c("started", "removed"),
    more = c(
      "x <- withCallingHandlers(docker$container$list(), warning = function(w) {",
      "  say('WARNED', conditionMessage(w))",
      "  invokeRestart('muffleWarning')",
      "})",
      "say('ROWS', nrow(x))"
    )
  )
  expect_match(
    result$lines,
    "^WARNED the container of a run that was given up may not have been removed: device or resource busy",
    all = FALSE
  )
  expect_match(result$lines, "^ROWS 0", all = FALSE)
})

test_that("a container that was being made and can't be removed is told of", {
  skip_without_wire()
  wire(wire_spec("run_rm_create_held_refused"), function(host, seen, signal) {
    result <- interrupt_child(
      c(
        sprintf("docker <- docker_client(host = '%s')", host),
        "trace('cancel_run', quote(say('GIVEN UP')), print = FALSE, where = asNamespace('stevedore'))",
        interrupted("docker$container$run('busybox:1.36', rm = TRUE)")
      ),
      before = list(came(seen, "created")),
      after = function(said) {
        wait_until(said("GIVEN UP"), "the run is given up")
        signal("made")
      }
    )
    expect_match(result$lines, "^OUTCOME interrupted", all = FALSE)
    expect_match(
      result$lines,
      "^A container that was being made may not have been removed \\(device or resource busy\\);",
      all = FALSE
    )
  })
})

test_that("a second Ctrl-C while a container is being made says that it may be left", {
  skip_without_wire()
  wire(wire_spec("run_rm_create_never"), function(host, seen) {
    given_up <- tempfile()
    result <- interrupt_child(
      c(
        sprintf("docker <- docker_client(host = '%s')", host),
        sprintf(
          "trace('cancel_run', quote(file.create('%s')), print = FALSE, where = asNamespace('stevedore'))",
          given_up
        ),
        interrupted("docker$container$run('busybox:1.36', rm = TRUE)")
      ),
      before = list(came(seen, "created"), function() file.exists(given_up))
    )
    unlink(given_up)
    expect_match(result$lines, "^OUTCOME interrupted", all = FALSE)
    expect_match(
      result$lines, "^A container that was being made may not have been removed;",
      all = FALSE
    )
  })
})
