failure <- structure(
  list(
    class = c("docker_no_such_container", "docker_404", "docker_refused"),
    message = "No such container: x",
    fields = list(code = 404L, endpoint = "container_inspect", reason = "no such container")
  ),
  class = "stevedore_failure"
)

test_that("a failure is raised with its classes, fields and the user's call", {
  caller <- function() unwrap(failure)
  error <- expect_error(caller(), "^No such container: x$")
  expect_identical(
    class(error),
    c(
      "docker_no_such_container", "docker_404", "docker_refused",
      "docker_error", "error", "condition"
    )
  )
  expect_identical(error$code, 404L)
  expect_identical(error$endpoint, "container_inspect")
  expect_identical(error$reason, "no such container")
  expect_identical(error$call, quote(caller()))
})

test_that("an error of the engine prints without the call", {
  error <- expect_error(unwrap(failure))
  expect_null(conditionCall(error))
  expect_output(print(error), "<docker_no_such_container: No such container: x>", fixed = TRUE)
})

test_that("a value is given back", {
  expect_identical(unwrap(list(1)), list(1))
  expect_null(unwrap(NULL))
})

test_that("a failed run has the fields of version 0.9.6", {
  out <- new_docker_stream(
    list(lines = c("a\n", "bad\n", "worse\n"), source = c(2L, 3L, 3L), zeros = 0)
  )
  error <- expect_error(
    stop_container("the container", 3L, c("sh", "-c", "x"), "busybox:latest", out),
    class = "container_error"
  )
  expect_identical(
    class(error), c("container_error", "docker_error", "error", "condition")
  )
  expect_identical(
    conditionMessage(error),
    paste0(
      "Command 'sh -c x' in image 'busybox:latest' returned non-zero exit status 3\n",
      "bad\nworse\n"
    )
  )
  expect_identical(error[c("container", "exit_status", "cmd", "image")], list(
    container = "the container", exit_status = 3L, cmd = c("sh", "-c", "x"),
    image = "busybox:latest"
  ))
  expect_identical(error$out, out)
})

test_that("with a terminal the message of a failed run is one text", {
  error <- expect_error(stop_container(NULL, 1L, "x", "i:latest", c("a", "b")))
  expect_identical(
    conditionMessage(error),
    "Command 'x' in image 'i:latest' returned non-zero exit status 1"
  )
})

test_that("warnings of the engine are R warnings", {
  expect_warning(
    warn_engine("a", "creating container"),
    "^1 warning produced while creating container:\n- a$"
  )
  expect_warning(
    warn_engine(c("a", "b"), "creating container"),
    "^2 warnings produced while creating container:\n- a\n- b$"
  )
  expect_silent(warn_engine(character(), "creating container"))
})

test_that("nothing but raise() stops", {
  namespace <- asNamespace("stevedore")
  own <- setdiff(ls(namespace, all.names = TRUE), c("raise", ".savvy_extract_ptr"))
  own <- own[!grepl("savvy", own)]
  stops <- vapply(own, function(name) {
    value <- get(name, namespace)
    is.function(value) && "stop" %in% all.names(body(value))
  }, NA)
  # The factory of containers has a method of that name, which it does not call.
  expect_identical(setdiff(own[stops], "new_container"), character())
})

test_that("of much standard error the end is told, and how much was before it", {
  lines <- sprintf("err %d\n", 1:200)
  told <- last_lines(lines)
  n <- length(told) - 1L
  expect_identical(told[-1L], utils::tail(lines, n))
  expect_identical(
    told[[1L]], sprintf("[...%d lines before, which `$out` of this error has...]\n", 200L - n)
  )
  expect_lte(sum(nchar(told[-1L])), 700L)
  expect_identical(last_lines(lines[1:3]), lines[1:3])
  long <- strrep("x", 1000L)
  expect_identical(last_lines(long), long)
})
