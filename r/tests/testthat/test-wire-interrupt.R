# Ctrl-C during a wait: within 100 ms it is over and its socket closed. The
# ceiling here is wide, for machines that are busy; the figure is printed.
ceiling_ms <- 5000

held <- function(spec, what, expr, label, sockets, signals = 1L, met = TRUE, then = NULL) {
  wire(wire_spec(spec), met = met, function(host, seen) {
    came <- function(label) {
      force(label)
      function() {
        rows <- tryCatch(seen(), error = function(e) NULL)
        any(vapply(rows, function(column) any(column == label), NA))
      }
    }
    result <- interrupt_child(
      c(
        sprintf("docker <- docker_client(host = '%s')", host),
        interrupted(expr),
        "say('SOCKETS', sockets())",
        then
      ),
      before = lapply(label, came)
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

test_that("Ctrl-C ends a wait and closes its socket", {
  held(
    "wait_held", "wait", "docker$container$get('c0ffee012345')$wait()",
    label = "waited", sockets = 0
  )
})

test_that("Ctrl-C ends a run and leaves its container", {
  held(
    "run_held", "run", "docker$container$run('busybox:1.36')",
    label = "started", sockets = 1
  )
})

test_that("Ctrl-C ends a run with rm, and its container is removed", {
  held(
    "run_rm_held", "run(rm = TRUE)",
    "docker$container$run('busybox:1.36', rm = TRUE)",
    label = "started", sockets = 1
  )
})

test_that("a second Ctrl-C stops waiting for the removal and names the container", {
  skip_without_wire()
  script <- readLines(wire_spec("run_rm_held"))
  at <- grep("on: DELETE", script)
  script[at + 2L] <- "    reply: {chunked: true, steps: [hold]}"
  wire(script, met = FALSE, function(host, seen) {
    came <- function(label) {
      function() {
        rows <- tryCatch(seen(), error = function(e) NULL)
        any(vapply(rows, function(column) any(column == label), NA))
      }
    }
    result <- interrupt_child(
      c(
        sprintf("docker <- docker_client(host = '%s')", host),
        interrupted("docker$container$run('busybox:1.36', rm = TRUE)")
      ),
      before = list(came("started"), came("removed"))
    )
    expect_match(result$lines, "^OUTCOME interrupted", all = FALSE)
    expect_match(
      result$lines, "Container c0ffee012345 may not have been removed",
      all = FALSE
    )
    expect_lt(result$milliseconds, ceiling_ms)
    report_time("a second Ctrl-C", result$milliseconds)
  })
})
