test_that("what can't be read is refused by its name", {
  container <- new_container(environment(null_client()$ping)$.handle, list(id = "c0ffee012345"))
  expect_error(
    container$exec("sh", stdin = 7), "'stdin' must be scalar logical",
    class = "docker_argument"
  )
})
