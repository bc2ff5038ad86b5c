# Logs as lines, and what containers use, on a real engine.

test_that("lines of a log are rows, with the stream and the time of each", {
  docker <- live_client()
  on.exit(remove_live())
  before <- Sys.time()
  x <- docker$container$run(
    busybox, c("sh", "-c", "echo one; sleep 0.2; echo two >&2; sleep 0.2; echo; sleep 0.2; echo end"),
    stream = FALSE, labels = live_label()
  )$container
  lines <- x$log_lines()
  expect_identical(lines$text, c("one", "two", "", "end"))
  expect_identical(lines$stream, c("stdout", "stderr", "stdout", "stdout"))
  expect_false(is.unsorted(lines$time))
  # Clocks of the engine and of this machine are the same in the tests.
  expect_true(all(abs(as.numeric(lines$time) - as.numeric(before)) < 300))
  expect_identical(x$log_lines(stdout = FALSE)$text, "two")
  expect_identical(x$log_lines(tail = 1)$text, "end")
  expect_identical(nrow(x$log_lines(tail = 0)), 0L)
  # Some versions of Podman count whole seconds.
  skip_if(is_podman(docker), "engine: Podman's times and `since` differ")
  # The engine counts nanoseconds, R's times don't.
  third <- lines$time[[3]] - 0.05
  expect_identical(x$log_lines(since = third)$text, c("", "end"))
  expect_identical(
    x$log_lines(since = format(third, "%Y-%m-%dT%H:%M:%OS6Z"))$text, c("", "end")
  )
  expect_identical(x$log_lines(until = lines$time[[2]] - 0.05)$text, "one")
})

test_that("lines are followed until the container ends", {
  docker <- live_client()
  on.exit(remove_live())
  x <- docker$container$run(
    busybox, c("sh", "-c", "for i in 1 2 3; do echo $i; sleep 0.2; done"),
    detach = TRUE, labels = live_label()
  )
  shown <- utils::capture.output(lines <- x$log_lines(follow = TRUE))
  expect_identical(lines$text, c("1", "2", "3"))
  expect_identical(shown, c("O> 1", "O> 2", "O> 3"))
})

test_that("lines of a terminal have no stream", {
  docker <- live_client()
  on.exit(remove_live())
  x <- docker$container$run(
    busybox, c("sh", "-c", "echo one; echo two >&2"),
    tty = TRUE, stream = FALSE, labels = live_label()
  )$container
  lines <- x$log_lines()
  expect_identical(lines$text, c("one", "two"))
  expect_identical(lines$stream, c(NA_character_, NA_character_))
})

test_that("what containers use is a row for each of them", {
  docker <- live_client()
  on.exit(remove_live())
  start <- function() {
    docker$container$run(
      busybox, c("sh", "-c", "while :; do :; done"),
      detach = TRUE, labels = live_label(),
      host_config = list(memory = 2^26, nano_cpus = 2e8)
    )
  }
  x <- start()
  y <- start()
  both <- docker$container$stats(list(y, x$name()))
  expect_identical(both$id, c(y$id(), x$id()))
  expect_identical(both$name, c(y$name(), x$name()))
  expect_true(all(both$cpu_percent > 1 & both$cpu_percent < 60))
  expect_true(all(both$memory > 0 & both$memory < 2^26))
  expect_identical(both$memory_limit, c(2^26, 2^26))
  expect_equal(both$memory_percent, 100 * both$memory / 2^26)
  expect_identical(both$pids, c(1, 1))
  expect_true(all(abs(as.numeric(both$time) - as.numeric(Sys.time())) < 300))
  expect_true(all(c(x$id(), y$id()) %in% docker$container$stats()$id))
  expect_true(is.list(x$stats()$memory_stats))
  expect_error(
    docker$container$stats(c(x$id(), "stevedore-none")),
    class = "docker_no_such_container"
  )

  stream <- docker$container$stats_stream(c(x$id(), y$id()))
  # The first read has them all.
  expect_setequal(stream$read()$id, c(x$id(), y$id()))
  for (i in 1:3) {
    used <- stream$read()
  }
  expect_true(all(used$cpu_percent > 1 & used$cpu_percent < 60))
  x$remove(force = TRUE)
  # Those of the other go on.
  wait_until(identical(stream$read(timeout = 5)$id, y$id()), "one is left")
  expect_true(stream$is_open())
  y$remove(force = TRUE)
  while (!is.null(stream$read())) {}
  expect_false(stream$is_open())

  # One that does not run uses nothing.
  skip_if(is_podman(docker), "engine: Podman measures only what runs")
  idle <- docker$container$create(busybox, "true", labels = live_label())
  used <- docker$container$stats(idle)
  expect_identical(used[c("id", "memory", "pids")], data.frame(id = idle$id(), memory = 0, pids = 0))
  expect_true(is.na(used$time))
  expect_true(idle$id() %in% docker$container$stats(all = TRUE)$id)
  expect_false(idle$id() %in% docker$container$stats()$id)
})

test_that("a container's own stream ends with it", {
  docker <- live_client()
  on.exit(remove_live())
  x <- docker$container$run(busybox, c("sleep", "1000"), detach = TRUE, labels = live_label())
  stream <- x$stats_stream()
  expect_identical(stream$read()$name, x$name())
  expect_identical(nrow(stream$read(timeout = 0)), 0L)
  x$remove(force = TRUE)
  while (!is.null(stream$read())) {}
  expect_false(stream$is_open())
})
