# What is refused before anything is sent: the client here talks to no engine.
container <- function() {
  handle <- environment(null_client(api_version = "1.44")$ping)$.handle
  new_container(handle, list(id = "c0ffee"))
}

test_that("the terminal is there from API 1.40 on", {
  for (version in c("1.39", "1.40")) {
    docker <- null_client(api_version = version)
    handle <- environment(docker$ping)$.handle
    x <- new_container(handle, list(id = "c0ffee"))
    there <- version == "1.40"
    expect_identical("attach" %in% ls(x), there)
    expect_identical("interactive" %in% names(formals(x$exec)), there)
    expect_identical(
      c("interactive", "detach_keys") %in% names(formals(docker$container$run)),
      c(there, there)
    )
  }
})

test_that("a session without a terminal gives none away", {
  # Tests run with their output diverted.
  docker <- null_client(api_version = "1.44")
  for (ask in list(
    function() docker$container$run("busybox", interactive = TRUE),
    function() container()$exec("sh", interactive = TRUE),
    function() container()$attach(interactive = TRUE)
  )) {
    error <- NULL
    utils::capture.output(error <- tryCatch(ask(), error = identity))
    expect_s3_class(error, c("docker_no_terminal", "docker_argument", "docker_error"))
    expect_identical(error$argument, "interactive")
    expect_match(conditionMessage(error), "'interactive' needs the terminal of this R session")
  }
})

test_that("what contradicts the terminal is named", {
  docker <- null_client(api_version = "1.44")
  refused <- function(expr, argument) {
    error <- expect_error(expr, class = "docker_argument")
    expect_identical(error$argument, argument)
    expect_false(inherits(error, "docker_no_terminal"))
  }
  run <- function(...) docker$container$run("busybox", interactive = TRUE, ...)
  refused(run(stdin = "x"), "stdin")
  refused(run(detach = TRUE), "detach")
  refused(run(stream = FALSE), "stream")
  refused(run(tty = FALSE), "tty")
  refused(run(open_stdin = FALSE), "open_stdin")
  refused(run(detach_keys = 1), "detach_keys")
  exec <- function(...) container()$exec("sh", interactive = TRUE, ...)
  refused(exec(stdin = TRUE), "stdin")
  refused(exec(tty = FALSE), "tty")
  refused(exec(stdout = FALSE), "stdout")
  refused(exec(detach = TRUE), "detach")
  attach <- function(...) container()$attach(interactive = TRUE, ...)
  refused(attach(stdin = "x"), "stdin")
  refused(attach(logs = TRUE), "logs")
  refused(attach(stderr = FALSE), "stderr")
  refused(docker$container$run("busybox", interactive = NA), "interactive")
  refused(docker$container$run("busybox", detach_keys = "ctrl-a"), "detach_keys")
  refused(container()$attach(detach_keys = "ctrl-a"), "detach_keys")
})

test_that("what was run on a terminal prints its status, and where its output is", {
  x <- structure(
    list(
      container = container(), logs = character(), exit_code = NA_integer_,
      detached = TRUE
    ),
    class = "docker_run_output"
  )
  expect_identical(
    utils::tail(format(x), 5L),
    c(
      "  $logs:", "    (shown on the terminal)", "", "  $exit_code: NA",
      "  $detached: TRUE"
    )
  )
})
