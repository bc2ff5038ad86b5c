# Ctrl-C on a real engine; see test-wire-interrupt.R.

interrupt_live <- function(what, expr, rows) {
  host <- live_host()
  on.exit(remove_live())
  docker <- live_client()
  name <- paste0("stevedore-r-int-", Sys.getpid())
  x <- docker$container$run(
    busybox, c("sh", "-c", "echo up; exec sleep 1000"),
    detach = TRUE, name = name, labels = live_label()
  )
  labels <- sprintf("labels = c(stevedore.test = '%s')", live_label())
  expr <- gsub("LABELS", labels, gsub("NAME", name, expr))
  started <- function() {
    filter <- c(label = paste0("stevedore.test=", live_label()))
    nrow(docker$container$list(filters = filter)) == rows
  }
  result <- interrupt_child(
    c(
      sprintf("docker <- docker_client(host = '%s')", host),
      sprintf("x <- docker$container$get('%s')", name),
      "say('BEFORE', sockets())",
      interrupted(expr),
      "say('AFTER', sockets())"
    ),
    before = list(started)
  )
  expect_match(result$lines, "^OUTCOME interrupted", all = FALSE)
  expect_lt(result$milliseconds, 5000)
  count <- function(word) {
    line <- grep(paste0("^", word, " "), result$lines, value = TRUE)
    as.integer(sub("^[A-Z]+ ([0-9]+).*", "\\1", line))
  }
  expect_lte(count("AFTER"), count("BEFORE"))
  report_time(
    sprintf("%s (sockets before %d, after %d)", what, count("BEFORE"), count("AFTER")),
    result$milliseconds
  )
  filter <- c(label = paste0("stevedore.test=", live_label()))
  docker$container$list(all = TRUE, filters = filter)
}

test_that("Ctrl-C ends followed logs; the container runs on", {
  left <- interrupt_live("logs(follow = TRUE)", "x$logs(follow = TRUE, stream = FALSE)", 1L)
  expect_identical(left$state, "running")
})

test_that("Ctrl-C ends a wait; the container runs on", {
  left <- interrupt_live("wait", "x$wait()", 1L)
  expect_identical(left$state, "running")
})

test_that("Ctrl-C ends a run; its container runs on", {
  left <- interrupt_live(
    "run", "docker$container$run('busybox:latest', c('sleep', '1000'), LABELS)", 2L
  )
  expect_identical(left$state, c("running", "running"))
})

test_that("Ctrl-C ends a run with rm, and its container is removed", {
  left <- interrupt_live(
    "run(rm = TRUE)",
    "docker$container$run('busybox:latest', c('sleep', '1000'), rm = TRUE, LABELS)", 2L
  )
  expect_identical(left$state, "running")
})
