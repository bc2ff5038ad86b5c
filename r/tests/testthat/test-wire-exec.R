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

