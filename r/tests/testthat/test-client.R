test_that("a client of no engine can be made and refuses every call", {
  docker <- null_client()
  expect_s3_class(docker, c("docker_client", "stevedore_object"), exact = TRUE)
  expect_identical(docker$api_version(), "1.29")
  expect_error(
    docker$ping(), "Can't make requests with the null client",
    class = "docker_settings"
  )
})

test_that("extra arguments are named in the error", {
  expect_error(
    docker_client(foo = 1), "^Unknown argument passed to 'docker_client': foo$",
    class = "docker_argument"
  )
  expect_error(
    docker_client(1, b = 2, 3),
    "^Unknown arguments passed to 'docker_client': b, 2 positional arguments \\(arguments are given by name"
  )
  expect_error(
    docker_client("1.30"),
    "^Unknown argument passed to 'docker_client': 1 positional argument \\(arguments are given by name"
  )
})

test_that("wrong settings are refused by name", {
  settings <- function(...) expect_error(docker_client(...), class = "docker_settings")
  expect_match(
    conditionMessage(settings(http_client_type = "wget")),
    "'http_client_type' must be one of 'curl', 'httppipe', 'null'"
  )
  expect_match(conditionMessage(settings(data_frame = 1)), "'data_frame' must be a function")
  expect_match(conditionMessage(settings(debug = "yes")), "'debug' must be a connection")
  expect_match(conditionMessage(settings(host = "ftp://x")), "ftp")
  expect_match(conditionMessage(settings(host = "tcp://localhost:2375")), "unix socket")
  expect_match(conditionMessage(settings(machine = "default")), "'machine'")
  expect_error(docker_client(quiet = NA), "'quiet' must be scalar logical", class = "docker_argument")
  expect_error(docker_client(host = 1), "'host' must be a scalar character")
})

test_that("an API version beyond what is spoken is clamped, and said so", {
  expect_message(
    docker <- null_client(api_version = "1.99"),
    "Requested API version '1.99' is above max version '1.55'; downgrading"
  )
  expect_identical(docker$api_version(), "1.55")
  expect_message(
    docker <- null_client(api_version = 1.3),
    "Requested API version '1.3' is below min version '1.25'; upgrading"
  )
  expect_identical(docker$api_version(), "1.25")
  expect_identical(
    null_client(api_version = numeric_version("1.41"))$api_version(), "1.41"
  )
  error <- expect_error(docker_client(api_version = "junk"), class = "docker_argument")
  own <- tryCatch(numeric_version("junk"), error = conditionMessage)
  expect_identical(conditionMessage(error), own)
  expect_s3_class(error, c("docker_argument", "docker_error", "error", "condition"), exact = TRUE)
  expect_error(
    docker_client(api_version = c("1.40", "1.41")),
    "^'api_version' must be a scalar character", class = "docker_argument"
  )
})

test_that("with a version nothing is sent before the first call", {
  docker <- docker_client(host = "/nowhere/docker.sock", api_version = "1.41")
  expect_identical(docker$connection_info(), list(
    api_version = "1.41", protocol = "socket", host = "/nowhere/docker.sock",
    http_client_type = "curl", use_tls = FALSE, tls_verify = NULL,
    tls_certificates = NULL
  ))
  expect_error(docker$ping(), class = "docker_unreachable")
})

test_that("no engine is one message that names the place and what to do", {
  error <- expect_error(
    docker_client(host = "unix:///nowhere/docker.sock"),
    class = "docker_unreachable"
  )
  expect_match(conditionMessage(error), "unix:///nowhere/docker.sock", fixed = TRUE)
  expect_match(conditionMessage(error), "is the engine running")
  expect_no_match(conditionMessage(error), "\n")
})

test_that("the environment says where the engine is, unless it is ignored", {
  withr_env <- function(vars, code) {
    old <- Sys.getenv(names(vars), NA, names = TRUE)
    do.call(Sys.setenv, as.list(vars))
    on.exit({
      set <- !is.na(old)
      if (any(set)) do.call(Sys.setenv, as.list(old[set]))
      Sys.unsetenv(names(old)[!set])
    })
    code
  }
  withr_env(c(DOCKER_HOST = "unix:///from/environment", DOCKER_API_VERSION = "1.30"), {
    info <- docker_client()$connection_info()
    expect_identical(info$host, "/from/environment")
    expect_identical(info$api_version, "1.30")
    info <- docker_client(ignore_environment = TRUE, api_version = "1.31")$connection_info()
    expect_identical(info$host, "/var/run/docker.sock")
    expect_identical(docker_client(host = " /given ")$connection_info()$host, "/given")
    expect_error(
      docker_client(ignore_environment = TRUE, host = "/nowhere"),
      class = "docker_unreachable"
    )
  })
  withr_env(c(DOCKER_HOST = "junk"), {
    expect_error(docker_client(), "DOCKER_HOST", class = "docker_settings")
  })
})

test_that("docker_available says no, and why if asked", {
  expect_false(docker_available(host = "/nowhere", api_version = "1.41"))
  expect_message(
    expect_false(docker_available(host = "/nowhere", verbose = TRUE)),
    "^Failed to create docker client with error message:\n  cannot reach the engine"
  )
  expect_message(
    expect_false(docker_available(http_client_type = "null", verbose = TRUE)),
    "^Failed to connect to docker daemon with error message:\n  Can't make requests"
  )
  expect_false(docker_available(no_such_argument = 1))
  expect_error(docker_available(verbose = NA), class = "docker_argument")
})

test_that("a client that was saved and loaded says what it is", {
  docker <- null_client()
  file <- tempfile()
  on.exit(unlink(file))
  saveRDS(docker, file)
  expect_error(readRDS(file)$ping(), "another R session", class = "docker_stale")
})

test_that("a version that is none is refused by name", {
  for (bad in list(NA, "", "1.x", NaN, c("1.40", "1.41"), Sys.Date(), mean, list("1.41"), 1i)) {
    error <- expect_error(null_client(api_version = bad), class = "docker_argument")
    expect_match(conditionMessage(error), "^('api_version'|invalid version specification) ")
    expect_identical(error$argument, "api_version")
  }
  for (good in list("1.41", 1.41, numeric_version("1.41"), package_version("1.41"))) {
    expect_identical(null_client(api_version = good)$api_version(), "1.41")
  }
})
