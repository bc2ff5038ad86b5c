test_that("a client and its collection print as a directory", {
  local_reproducible_output(width = 75)
  docker <- null_client(api_version = "1.39")
  expect_snapshot(docker)
  expect_snapshot(docker$container)
  expect_output(expect_invisible(print(docker)), "^<docker_client>")
})

test_that("a container prints its methods, and in run output its name", {
  local_reproducible_output(width = 75)
  container <- new_container(list(), list(id = "c0ffee", name = "/web"))
  expect_snapshot(container)
  expect_identical(
    format(container), c("<docker_container>", "  id: c0ffee", "  name: web")
  )
})

test_that("a method prints its help", {
  local_reproducible_output(width = 75)
  docker <- null_client()
  expect_snapshot(docker$ping)
  expect_snapshot(docker$container$remove)
  expect_snapshot(writeLines(format(docker$container$list, type = "rd")))
})

test_that("no line of a printed object reaches the width less four", {
  docker <- null_client()
  for (width in c(60, 80, 120)) {
    local_reproducible_output(width = width)
    lines <- utils::capture.output(print(docker$container))
    methods <- lines[-1]
    expect_lt(max(nchar(methods)), width - 4)
  }
})

test_that("every method has help for each of its arguments", {
  docker <- null_client()
  objects <- list(docker, docker$container, new_container(list(), list()))
  for (object in objects) {
    for (name in ls(object)) {
      method <- object[[name]]
      if (is.function(method)) {
        expect_s3_class(method, "docker_client_method")
        help <- attr(method, "help")
        expect_identical(help$name, name)
        expect_identical(as.character(names(formals(method))), as.character(names(help$args)))
        expect_true(nzchar(help$summary))
      }
    }
  }
})

test_that("the signatures are those of version 0.9.6, newer arguments last", {
  docker <- null_client()
  expect_identical(
    names(formals(docker$container$create))[1:28],
    c(
      "image", "cmd", "hostname", "domainname", "user", "attach_stdin",
      "attach_stdout", "attach_stderr", "ports", "tty", "open_stdin",
      "stdin_once", "env", "health_check", "args_escaped", "volumes",
      "working_dir", "entrypoint", "network_disabled", "mac_address",
      "on_build", "labels", "stop_signal", "stop_timeout", "shell",
      "host_config", "network", "name"
    )
  )
  expect_identical(
    names(formals(docker_client)),
    c(
      "...", "api_version", "host", "cert_path", "tls_verify", "machine",
      "http_client_type", "data_frame", "quiet", "debug", "ignore_environment",
      "context"
    )
  )
})

test_that("what an object lacks is an error that names both", {
  docker <- null_client()
  expect_error(docker$unheard, "^No element 'unheard' within 'docker_client' object$")
  expect_error(docker[["unheard"]], "^No element 'unheard' within 'docker_client' object$")
  expect_error(
    docker$pin,
    "^No element 'pin' within 'docker_client' object; is 'ping' meant\\?$"
  )
  expect_error(docker$containers, "is 'container' meant")
  expect_error(docker$contianer, "is 'container' meant")
  expect_error(new_container(list(), list())$strat, "is 'start' meant")
  expect_error(docker[[1]], "'i' must be a scalar character (non-NA)", fixed = TRUE)
  expect_identical(docker[["ping"]], docker$ping)
})

test_that("objects are locked", {
  docker <- null_client()
  expect_error(docker$x <- 1, "cannot add binding")
  expect_error(docker$ping <- 1, "cannot change value of locked binding")
})

test_that("completion shows the members and not the hidden state", {
  docker <- null_client()
  expect_identical(utils:::.DollarNames(docker, "^p"), c("ping", "plugin"))
  expect_identical(utils:::.DollarNames(docker, ""), ls(docker))
  container <- new_container(list(), list(id = "c0ffee"))
  expect_false(any(startsWith(utils:::.DollarNames(container, ""), ".")))
})

test_that("methods are the same however they are reached, at every version", {
  for (version in c("1.25", "1.39", "1.55")) {
    docker <- null_client(api_version = version)
    expect_identical(docker$container$create, docker$container[["create"]])
    expect_s3_class(docker$container$create, "docker_client_method")
    expect_true(all(vapply(
      ls(docker), function(m) is.function(docker[[m]]) || is.environment(docker[[m]]), NA
    )))
    expect_error(docker$ping <- 1, "locked")
    expect_error(assign("ping", 1, envir = docker), "locked")
    expect_error(rm("ping", envir = docker), "cannot remove")
  }
})
