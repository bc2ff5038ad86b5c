container <- new_container(list(), list(id = "c0ffee", name = "/web"))

output <- function(logs) {
  structure(list(container = container, logs = logs), class = "docker_run_output")
}

stream <- function(text) {
  new_docker_stream(
    list(lines = text, source = rep(2L, length(text)), zeros = 0)
  )
}

test_that("the output of a run prints its container and its logs", {
  expect_snapshot(output(stream(c("one\n", "\n", "three\n"))))
})

test_that("only twelve lines of the logs are printed", {
  expect_snapshot(output(stream(sprintf("line %d\n", 1:30))))
})

test_that("no logs leave an empty line", {
  expect_identical(utils::tail(format(output(character())), 1), "    ")
  expect_snapshot(output(character()))
})

test_that("output of a terminal prints as it is", {
  expect_identical(
    utils::tail(format(output(c("one", "two"))), 2), c("    one", "    two")
  )
})
