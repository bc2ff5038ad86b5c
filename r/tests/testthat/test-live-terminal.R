# Programs on the terminal of an R of their own, on a real engine.

# An R on a terminal, with a client of the engine.
live_terminal <- function(code, keys) {
  on_terminal(
    c(
      sprintf("docker <- docker_client(host = '%s')", live_host()),
      sprintf("labels <- c(stevedore.test = '%s')", live_label()),
      code
    ),
    keys
  )
}

shown <- function(lines, pattern) {
  expect_match(lines, pattern, all = FALSE, useBytes = TRUE)
}

test_that("a run has the terminal, its size and its keys, and its status is given back", {
  on.exit(remove_live())
  lines <- live_terminal(
    c(
      "x <- docker$container$run(",
      "  'busybox:latest', c('sh', '-c', '",
      "    until s=$(stty size 2>/dev/null); test \"$s\"; do sleep 0.1; done; echo $s",
      "    trap \"echo caught; exit 3\" INT; echo ready",
      "    while :; do sleep 0.1; done'),",
      "  interactive = TRUE, rm = TRUE, labels = labels",
      ")",
      "cat('STATUS', x$exit_code, x$detached, length(x$logs), '\\n')"
    ),
    c(ready = "\003")
  )
  shown(lines, "^24 80$")
  shown(lines, "caught$")
  shown(lines, "^STATUS 3 FALSE 0 ")
  shown(lines, "^SANE TRUE ")
  shown(lines, "^DONE$")
  ids <- live_client()$container$list(
    all = TRUE, filters = c(label = paste0("stevedore.test=", live_label()))
  )$id
  expect_length(ids, 0L)
})

test_that("what is left by the detach keys goes on, and can be taken up again", {
  on.exit(remove_live())
  lines <- live_terminal(
    c(
      "x <- docker$container$run(",
      "  'busybox:latest', c('sh', '-c', 'printf ready; read x; echo got $x; exit 4'),",
      "  interactive = TRUE, detach_keys = 'ctrl-a,d', labels = labels",
      ")",
      "cat('LEFT', x$exit_code, x$detached, x$container$status(), '\\n')",
      "y <- x$container$attach(interactive = TRUE)",
      "cat('ENDED', y$exit_code, y$detached, '\\n')"
    ),
    c(ready = "\001d", "LEFT NA TRUE running" = "it\r")
  )
  # Not in the line where the program was left.
  shown(lines, "^LEFT NA TRUE running")
  shown(lines, "^got it$")
  shown(lines, "^ENDED 4 FALSE ")
  shown(lines, "^SANE TRUE ")
})

test_that("a command has the terminal", {
  on.exit(remove_live())
  x <- live_client()$container$run(
    busybox, c("sleep", "1000"),
    detach = TRUE, labels = live_label()
  )
  lines <- live_terminal(
    c(
      sprintf("x <- docker$container$get('%s')", x$id()),
      # Before API 1.42 the size is told once it runs.
      "y <- x$exec(c('sh', '-c', 'echo ready; read x",
      "    until s=$(stty size 2>/dev/null); test \"$s\"; do sleep 0.1; done; echo $s",
      "    exit 5'), interactive = TRUE)",
      "cat('CODE', y$exit_code, y$details$running, '\\n')"
    ),
    c(ready = "\r")
  )
  shown(lines, "^24 80$")
  shown(lines, "^CODE 5 FALSE ")
  shown(lines, "^SANE TRUE ")
  expect_identical(x$status(), "running")
})

test_that("a container that is killed leaves the terminal as it was", {
  on.exit(remove_live())
  docker <- live_client()
  name <- paste0("stevedore-r-term-", Sys.getpid())
  lines <- live_terminal(
    c(
      "x <- docker$container$run(",
      "  'busybox:latest', c('sh', '-c', 'echo ready; exec sleep 1000'),",
      sprintf("  interactive = TRUE, name = '%s', labels = labels", name),
      ")",
      "cat('STATUS', x$exit_code, x$detached, '\\n')"
    ),
    list(ready = function() docker$container$get(name)$kill())
  )
  shown(lines, "^STATUS 137 FALSE ")
  shown(lines, "^SANE TRUE ")
})

test_that("a running container is attached to, and its end is seen", {
  on.exit(remove_live())
  docker <- live_client()
  x <- docker$container$run(
    busybox, c("sh", "-c", "read x; echo \"got $x\"; echo aside >&2; exit 3"),
    detach = TRUE, open_stdin = TRUE, stdin_once = TRUE, labels = live_label()
  )
  y <- x$attach(stdin = "a line", stream = FALSE)
  expect_identical(y$exit_code, 3L)
  expect_setequal(as.character(y$output), c("got a line\n", "aside\n"))
  expect_error(x$attach(), "does not run; start it first", class = "docker_container_is_not_running")
})

test_that("who writes to a container that others can write to leaves it running", {
  on.exit(remove_live())
  docker <- live_client()
  x <- docker$container$run(
    busybox, c("sh", "-c", "while read x; do echo \"got $x\"; done"),
    detach = TRUE, open_stdin = TRUE, labels = live_label()
  )
  y <- x$attach(stdin = "one", stream = FALSE)
  expect_identical(y$exit_code, NA_integer_)
  expect_identical(x$status(), "running")
  x$attach(stdin = "two", stdout = FALSE, stderr = FALSE)
  got <- function() {
    identical(as.character(x$logs()), c("got one\n", "got two\n"))
  }
  wait_until(got(), "both lines were read")
  expect_true(got())
})
