# Takes up the container of a script; gives the value and what was shown.
run_attach <- function(spec, ...) {
  value <- NULL
  shown <- character()
  wire(wire_spec(spec), function(host, seen) {
    x <- docker_client(host = host)$container$get("c0ffee012345")
    shown <<- utils::capture.output(value <<- x$attach(...))
  })
  list(value = value, shown = shown)
}

test_that("a running container's output is shown, and is given back with its exit code", {
  x <- run_attach("take_up")
  expect_identical(names(x$value), c("exit_code", "output", "detached"))
  expect_identical(x$value$exit_code, 3L)
  expect_s3_class(x$value$output, "docker_stream")
  expect_identical(as.character(x$value$output), c("one\n", "two\n"))
  expect_identical(x$shown, c("O> one", "E> two"))
})

test_that("what is shown can go to a file, or nowhere", {
  path <- tempfile()
  on.exit(unlink(path))
  expect_identical(run_attach("take_up", stream = path)$shown, character())
  expect_identical(readLines(path), c("O> one", "E> two"))
  x <- run_attach("take_up", stream = FALSE)
  expect_identical(x$shown, character())
  expect_identical(as.character(x$value$output), c("one\n", "two\n"))
})

test_that("it reads lines, bytes or a connection, and may go on", {
  path <- tempfile()
  on.exit(unlink(path))
  writeLines(c("b", "a"), path)
  for (stdin in list(c("b", "a"), charToRaw("b\na\n"), file(path))) {
    x <- run_attach("take_up_input", stdin = stdin)
    expect_identical(x$value$exit_code, NA_integer_)
    expect_identical(as.character(x$value$output), "so far\n")
  }
})

test_that("a container that does not run is not taken up", {
  script <- function(state) {
    c(
      "says: nothing is attached",
      "exchanges:",
      "  - on: GET /_ping",
      "    times: any",
      "    reply: {headers: {Api-Version: \"1.44\"}, text: OK}",
      "  - on: GET /v1.44/containers/web/json",
      sprintf("    reply: {json: {Id: c0ffee, State: {%s}, Config: {}}}", state),
      "  - on: GET /v1.44/containers/c0ffee/json",
      "    times: any",
      sprintf("    reply: {json: {Id: c0ffee, State: {%s}, Config: {}}}", state)
    )
  }
  refused <- function(state, class, message, ...) {
    kept <- NULL
    wire(script(state), function(host, seen) {
      x <- docker_client(host = host)$container$get("web")
      kept <<- expect_error(x$attach(...), message, class = class)
      expect_identical(kept$endpoint, "container_attach")
    })
    kept
  }
  error <- refused(
    "Running: false", "docker_container_is_not_running", "does not run; start it first"
  )
  expect_s3_class(error, c("docker_refused", "docker_error"))
  expect_identical(error$reason, "container is not running")
  refused("Running: true, Paused: true", "docker_container_is_paused", "is paused; unpause it first")
  error <- refused("Running: true", "docker_argument", "has no standard input open", stdin = "x")
  expect_identical(error$argument, "stdin")
})

test_that("Ctrl-C ends it and closes its sockets", {
  wire(wire_spec("take_up_held"), function(host, seen) {
    result <- interrupt_child(
      c(
        sprintf("docker <- docker_client(host = '%s')", host),
        interrupted("docker$container$get('c0ffee012345')$attach()"),
        "say('SOCKETS', sockets())"
      ),
      before = list(came(seen, "attached"))
    )
    expect_match(result$lines, "^OUTCOME interrupted", all = FALSE)
    # The one that is kept for the next request.
    expect_match(result$lines, "^SOCKETS 1 ", all = FALSE)
    expect_lt(result$milliseconds, 5000)
    report_time("attach", result$milliseconds)
  })
})
