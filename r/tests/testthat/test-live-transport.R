# The ways to a private engine beside its socket; where one is missing its test is skipped.

door <- function(name) {
  value <- Sys.getenv(name)
  if (!nzchar(value)) {
    skip(paste("engine: no way in by", name))
  }
  value
}

test_that("an engine is reached over TCP, with a word of warning", {
  host <- door("STEVEDORE_TEST_TCP")
  expect_message(docker <- docker_client(host = host), "whoever reaches that port is root")
  expect_identical(docker$ping()[[1L]], "OK")
  expect_identical(docker$connection_info()$protocol, "http")
})

test_that("an engine is reached over TLS with certificates, and not without", {
  host <- door("STEVEDORE_TEST_TLS")
  certificates <- file.path(door("STEVEDORE_TEST_CERTS"), "client")
  expect_silent(docker <- docker_client(host = host, cert_path = certificates))
  info <- docker$connection_info()
  expect_identical(
    info[c("protocol", "use_tls", "tls_verify")],
    list(protocol = "https", use_tls = TRUE, tls_verify = TRUE)
  )
  expect_identical(info$tls_certificates$ca, file.path(certificates, "ca.pem"))
  expect_identical(docker$ping()[[1L]], "OK")
  expect_identical(docker$version()$version, live_client()$version()$version)

  nobody <- new_home()
  with_home(nobody, c(), {
    expect_error(
      docker_client(host = host, quiet = TRUE), "speaks TLS", class = "docker_unreachable"
    )
    said <- capture_messages(docker_available(host = host, quiet = TRUE, verbose = TRUE))
    expect_match(said[[2L]], "speaks TLS, was spoken to without")
  })
  with_home(nobody, c(DOCKER_HOST = host, DOCKER_CERT_PATH = certificates), {
    expect_identical(docker_client()$connection_info()$use_tls, TRUE)
  })
})

test_that("a certificate for another name is refused unless verification is off", {
  host <- door("STEVEDORE_TEST_TLS_MISNAMED")
  certificates <- file.path(door("STEVEDORE_TEST_CERTS"), "client")
  expect_error(
    docker_client(host = host, cert_path = certificates), "another name",
    class = "docker_unreachable"
  )
  expect_warning(
    docker <- docker_client(host = host, cert_path = certificates, tls_verify = FALSE),
    "is not verified"
  )
  expect_identical(docker$ping()[[1L]], "OK")
  expect_identical(docker$connection_info()$tls_verify, FALSE)
})

test_that("a context brings its certificates along", {
  host <- door("STEVEDORE_TEST_TLS")
  certificates <- file.path(door("STEVEDORE_TEST_CERTS"), "client")
  home <- new_home()
  add_context(home, "lab", lab_id, host)
  kept <- file.path(home, ".docker", "contexts", "tls", lab_id, "docker")
  dir.create(kept, recursive = TRUE)
  file.copy(file.path(certificates, c("ca.pem", "cert.pem", "key.pem")), kept)
  with_home(home, c(), {
    docker <- docker_client(context = "lab")
    expect_identical(docker$ping()[[1L]], "OK")
    expect_identical(docker$connection_info()$use_tls, TRUE)
  })
})

test_that("an engine is reached over ssh, with the settings of ssh", {
  host <- door("STEVEDORE_TEST_SSH")
  config <- door("STEVEDORE_TEST_SSH_CONFIG")
  # Those of the tests are not the user's, so that a program of this name gives them.
  folder <- new_home()
  program <- file.path(folder, "ssh")
  writeLines(
    c("#!/bin/sh", sprintf("exec %s -F '%s' \"$@\"", Sys.which("ssh"), config)), program
  )
  Sys.chmod(program, "755")
  path <- paste(folder, Sys.getenv("PATH"), sep = .Platform$path.sep)
  with_env(c(PATH = path), {
    expect_silent(docker <- docker_client(host = host))
    expect_identical(docker$ping()[[1L]], "OK")
    expect_identical(docker$connection_info()[c("protocol", "use_tls")],
                     list(protocol = "ssh", use_tls = FALSE))
    said <- capture_messages(expect_true(docker_available(host = host, verbose = TRUE)))
    expect_match(said, "^[*] as given +ssh://")
  })
})
