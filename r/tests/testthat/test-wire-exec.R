# Runs a command as a script plays it; gives the value and what was shown.
run_exec <- function(spec, cmd = "sh", ...) {
  value <- NULL
  shown <- character()
  wire(wire_spec(spec), met = FALSE, function(host, seen) {
    docker <- docker_client(host = host, api_version = "1.44")
    container <- new_container(
      environment(docker$ping)$.handle, list(id = "c0ffee012345")
    )
    shown <<- utils::capture.output(
      value <<- tryCatch(container$exec(cmd, ...), error = identity)
    )
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
  x <- run_exec("exec_input", stdin = text)
  expect_true(isOpen(text))
  close(text)
  expect_identical(as.character(x$value$output), c("so far\n", "a\n", "b\n"))
})

test_that("what can't be read is refused by its name", {
  container <- new_container(environment(null_client()$ping)$.handle, list(id = "c0ffee012345"))
  expect_error(
    container$exec("sh", stdin = 7), "'stdin' must be scalar logical",
    class = "docker_argument"
  )
})
