# Runs a command as a script plays it, which for R is asked about its end twice: for
# the exit code, and for the details. Gives the value and what was shown.
run_exec <- function(spec, ...) {
  skip_without_wire()
  script <- readLines(wire_spec(spec))
  end <- grep("on: GET /v1.44/exec/e8ec/json", script, fixed = TRUE)
  script <- append(script, "    times: any", end)
  value <- NULL
  shown <- character()
  wire(script, function(host, seen) {
    docker <- docker_client(host = host, api_version = "1.44")
    container <- new_container(
      environment(docker$ping)$.handle, list(id = "c0ffee012345")
    )
    shown <<- utils::capture.output(value <<- container$exec("sh", ...))
  })
  list(value = value, shown = shown)
}

test_that("a command's output is shown, and is given back with its exit code", {
  x <- run_exec("exec")
  expect_identical(names(x$value), c("id", "exit_code", "details", "output"))
  expect_identical(x$value$exit_code, 3L)
  expect_identical(x$value$id, "e8ec")
  expect_identical(as.character(x$value$output), c("one\n", "two\n", "three\n"))
  expect_identical(x$shown, c("O> one", "E> two", "O> three"))
})

test_that("lines are read by the command while its output is shown", {
  x <- run_exec("exec_input", stdin = c("b", "a"))
  expect_identical(as.character(x$value$output), c("so far\n", "a\n", "b\n"))
})

test_that("a connection is read by the command to its end", {
  path <- tempfile()
  on.exit(unlink(path))
  writeLines(c("b", "a"), path)
  x <- run_exec("exec_input", stdin = file(path))
  expect_identical(as.character(x$value$output), c("so far\n", "a\n", "b\n"))
  text <- textConnection(c("b", "a"))
  on.exit(close(text), add = TRUE)
  x <- run_exec("exec_input", stdin = text)
  expect_true(isOpen(text))
  expect_identical(as.character(x$value$output), c("so far\n", "a\n", "b\n"))
})

test_that("input that nothing is written to is at its end at once", {
  skip_without_wire()
  script <- readLines(wire_spec("exec_input"))
  script <- script[!grepl("- read: |so far", script)]
  end <- grep("on: GET /v1.44/exec/e8ec/json", script, fixed = TRUE)
  script <- append(script, "    times: any", end)
  wire(script, function(host, seen) {
    handle <- environment(docker_client(host = host, api_version = "1.44")$ping)$.handle
    x <- new_container(handle, list(id = "c0ffee012345"))$exec("sh", stdin = TRUE, stream = FALSE)
    expect_identical(as.character(x$output), c("a\n", "b\n"))
  })
})

# Starts a command that was made before, twice where `again`; `steps` are what it does.
start_made <- function(steps, tty = FALSE, stdin = FALSE, again = FALSE) {
  kind <- if (tty) "raw" else "multiplexed"
  looked_at <- function(state) {
    c(
      "  - on: GET /v1.44/exec/e8ec/json",
      sprintf("    reply: {json: {ID: e8ec, OpenStdin: %s, %s}}", tolower(stdin), state)
    )
  }
  script <- c(
    "says: a command that was made before is looked at, and started once", "exchanges:",
    "  - on: GET /_ping", "    times: any",
    "    reply: {headers: {Api-Version: \"1.44\"}, text: OK}",
    looked_at("Running: false, ExitCode: null, Pid: 0"),
    "  - on: POST /v1.44/exec/e8ec/start",
    sprintf(
      "    reply: {upgrade: true, headers: {Content-Type: application/vnd.docker.%s-stream}, steps: [%s]}",
      kind, paste(steps, collapse = ", ")
    ),
    if (again) looked_at("Running: false, ExitCode: 0, Pid: 7")
  )
  value <- NULL
  wire(script, function(host, seen) {
    handle <- environment(docker_client(host = host, api_version = "1.44")$ping)$.handle
    x <- new_exec(handle, list(id = "e8ec", process_config = list(tty = tty)))
    value <<- x$start(stream = FALSE)
    if (again) {
      error <- expect_error(x$start(), class = "docker_exec_has_already_run")
      expect_s3_class(error, "docker_refused")
      expect_match(conditionMessage(error), "^exec e8ec has run already; make another one")
      expect_identical(error$endpoint, "exec_start")
      expect_identical(error$reason, "exec has already run")
    }
  })
  value
}

test_that("a command that was made is started once", {
  x <- start_made("{frame: {stdout: \"one\\n\"}}", again = TRUE)
  expect_identical(as.character(x), "one\n")
})

test_that("the input of a command that was made is at its end at once", {
  x <- start_made(c("read_eof", "{frame: {stdout: \"end\\n\"}}"), stdin = TRUE)
  expect_identical(as.character(x), "end\n")
  # That of a terminal ends with Ctrl-D.
  x <- start_made(c("{read: \"\\x04\"}", "{text: \"end\\r\\n\"}"), tty = TRUE, stdin = TRUE)
  expect_identical(x, "end")
})
