# Arguments of several parts, made without an engine.

types <- null_client(api_version = "1.39")$types

test_that("inner fields and words are checked too", {
  types <- null_client(api_version = "1.41")$types
  wrong <- function(expr, message) expect_error(expr, message, fixed = TRUE, class = "docker_argument")
  wrong(
    types$container_spec(health_check = list(foo = 1)),
    "Unexpected property 'foo' in 'health_check'"
  )
  wrong(
    types$mount(volume_options = list(driver_config = list(nope = 1))),
    "Unexpected property 'nope' in 'volume_options$driver_config'"
  )
  wrong(types$task_restart_policy(condition = "sometimes"), "'condition' must be one of 'none'")
})

test_that("a type is a list in the API's words, with its scalars marked", {
  x <- types$health_config(test = c("CMD", "true"), interval = 1e9, retries = 3)
  expect_identical(attr(x, "stevedore_type"), "health_config")
  expect_identical(names(x), c("Test", "Interval", "Retries"))
  expect_identical(x$Test, c("CMD", "true"))
  expect_identical(x$Interval, structure(1000000000L, class = c("scalar", "integer")))
  expect_null(types$health_config())
})

test_that("types nest, as lists or as types", {
  one <- types$task_spec(
    container_spec = list(image = "i", labels = c(Some.Label = "x"), mounts = list(
      list(target = "/a", source = "b", type = "volume")
    )),
    resources = list(limits = list(memory_bytes = 1e10))
  )
  other <- types$task_spec(
    container_spec = types$container_spec(
      image = "i", labels = c(Some.Label = "x"),
      mounts = list(types$mount(target = "/a", source = "b", type = "volume"))
    ),
    resources = types$task_resources(limits = list(memory_bytes = 1e10))
  )
  expect_identical(one, other)
  expect_identical(names(one), c("ContainerSpec", "Resources"))
  expect_identical(names(one$ContainerSpec$Labels), "Some.Label")
  expect_identical(as.character(one$ContainerSpec$Mounts[[1]]$Target), "/a")
  expect_identical(as.numeric(one$Resources$Limits$MemoryBytes), 1e10)
})

test_that("parts of types are checked by kind", {
  error <- expect_error(types$health_config(retries = "x"), class = "docker_argument")
  expect_identical(conditionMessage(error), "'retries' must be a scalar integer (non-NA)")
  error <- expect_error(
    types$task_spec(container_spec = list(tty = 1)), class = "docker_argument"
  )
  expect_identical(
    conditionMessage(error), "'container_spec$tty' must be scalar logical (non-NA)"
  )
  expect_error(types$mount(nosuch = 1), "unused argument")
})
