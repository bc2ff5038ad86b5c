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
  with_env(c(PATH = tempfile()), {
    expect_match(
      conditionMessage(settings(machine = "default")),
      "^Command 'docker-machine' not found on PATH$"
    )
  })
  expect_match(
    conditionMessage(settings(host = "/a", context = "b")),
    "^only one of 'host' and 'context' can be given$"
  )
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
  with_env(c(DOCKER_HOST = "unix:///from/environment", DOCKER_API_VERSION = "1.30"), {
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
  with_env(c(DOCKER_HOST = "junk"), {
    expect_error(docker_client(), "DOCKER_HOST", class = "docker_settings")
  })
})

test_that("a host is refused in the words of version 0.9.6", {
  refused <- function(host) {
    error <- expect_error(docker_client(host = host), class = "docker_settings")
    conditionMessage(error)
  }
  expect_identical(
    refused("docker.sock"),
    "Invalid address 'docker.sock' - must match '<protocol>://<addr>'"
  )
  expect_identical(refused(" ftp://x "), "Unknown protocol 'ftp' for host 'ftp://x'")
  if (.Platform$OS.type != "windows") {
    expect_identical(
      refused("npipe:////./pipe/x"),
      "Named pipe connections are only available on windows"
    )
  }
  secret <- refused("tcp://me:hunter2@lab:2375")
  expect_no_match(secret, "hunter2")
})

test_that("a port is reached with TLS where that is said, and only then", {
  info <- function(...) {
    docker_client(..., api_version = "1.41", quiet = TRUE)$connection_info()
  }
  with_home(new_home(), c(), {
    plain <- info(host = "tcp://lab:2375")
    expect_identical(
      plain[c("protocol", "host", "use_tls")],
      list(protocol = "http", host = "lab:2375", use_tls = FALSE)
    )
    expect_null(plain$tls_verify)
    expect_identical(info(host = "http://lab")$host, "lab:2375")
    no_path <- "^cert_path not given, but tls_verify requested: name the folder"
    for (args in list(
      list(host = "tcp://lab", tls_verify = TRUE), list(host = "https://lab")
    )) {
      expect_error(do.call(info, args), no_path, class = "docker_settings")
    }
    expect_error(
      info(host = "tcp://lab", cert_path = tempfile()),
      "^'cert_path' must be an existing directory$", class = "docker_settings"
    )
    folder <- new_home()
    writeLines("", file.path(folder, "ca.pem"))
    expect_error(
      info(host = "tcp://lab", cert_path = folder),
      sprintf(
        "Certificate file(s) missing within directory '%s': 'key.pem', 'cert.pem'",
        folder
      ),
      fixed = TRUE, class = "docker_settings"
    )
    # A socket has no use for any of it.
    expect_identical(
      info(host = "/run/d.sock", tls_verify = TRUE, cert_path = tempfile())$use_tls,
      FALSE
    )
  })
})

test_that("what is dangerous is said", {
  with_home(new_home(), c(), {
    expect_message(
      docker_client(host = "tcp://lab", api_version = "1.41"), "whoever reaches that port is root"
    )
    expect_silent(docker_client(host = "tcp://lab", api_version = "1.41", quiet = TRUE))
    expect_warning(
      docker_client(
        host = "https://lab", tls_verify = FALSE, api_version = "1.41", quiet = TRUE
      ),
      "the certificate of https://lab:2376 is not verified"
    )
  })
})

test_that("certificates of the environment are read, and named when they can't be", {
  home <- new_home()
  vars <- c(DOCKER_HOST = "tcp://lab:2376", DOCKER_CERT_PATH = file.path(home, "certs"))
  with_home(home, vars, {
    expect_error(
      docker_client(), "^DOCKER_CERT_PATH: .*/certs: there is no such folder",
      class = "docker_settings"
    )
    expect_identical(
      docker_client(ignore_environment = TRUE, api_version = "1.41")$connection_info()$host,
      "/var/run/docker.sock"
    )
  })
  # Any value demands it, also an empty one.
  with_home(home, c(DOCKER_TLS_VERIFY = ""), {
    docker <- docker_client(host = "tcp://lab", api_version = "1.41")
    expect_identical(docker$connection_info()$use_tls, TRUE)
    expect_identical(docker$connection_info()$protocol, "https")
  })
})

test_that("a context names an engine, whatever DOCKER_HOST says", {
  home <- new_home()
  add_context(home, "lab", lab_id, "unix:///run/lab.sock")
  host <- function(...) {
    docker_client(..., api_version = "1.41")$connection_info()$host
  }
  with_home(home, c(DOCKER_HOST = "unix:///from/environment"), {
    expect_identical(host(context = "lab"), "/run/lab.sock")
    expect_identical(host(context = "lab", ignore_environment = TRUE), "/run/lab.sock")
    expect_identical(host(context = "default"), "/from/environment")
    expect_identical(
      host(context = "default", ignore_environment = TRUE), "/var/run/docker.sock"
    )
    expect_error(
      host(context = "labor"),
      "^there is no context `labor` in .*; there are `default`, `lab`$",
      class = "docker_settings"
    )
    expect_error(docker_client(context = 1), "'context' must be a scalar character")
  })
  with_home(home, c(DOCKER_CONTEXT = "lab"), {
    expect_identical(host(), "/run/lab.sock")
    expect_identical(host(host = "/given"), "/given")
  })
  with_home(home, c(DOCKER_CONTEXT = "lab", DOCKER_HOST = "/from/environment"), {
    expect_message(expect_identical(host(), "/from/environment"), "wins over DOCKER_CONTEXT")
  })
  writeLines('{"currentContext": "lab"}', file.path(home, ".docker", "config.json"))
  with_home(home, c(), {
    expect_identical(host(), "/run/lab.sock")
    expect_identical(host(ignore_environment = TRUE), "/var/run/docker.sock")
  })
  writeLines('{"currentContext": ', file.path(home, ".docker", "config.json"))
  with_home(home, c(), {
    expect_error(host(), "config.json: it ends in the middle", class = "docker_settings")
  })
})

test_that("a machine is where its program says", {
  skip_on_os("windows")
  home <- new_home()
  program <- file.path(home, "docker-machine")
  writeLines(
    c(
      "#!/bin/sh",
      "[ \"$*\" = 'env --shell bash dev' ] || { echo 'no such machine' >&2; exit 1; }",
      "echo 'export DOCKER_HOST=\"unix:///machines/dev.sock\"'"
    ),
    program
  )
  Sys.chmod(program, "755")
  with_home(home, c(PATH = home, DOCKER_HOST = "unix:///from/environment"), {
    docker <- docker_client(machine = "dev", host = "/ignored", api_version = "1.41")
    expect_identical(docker$connection_info()$host, "/machines/dev.sock")
    expect_error(
      docker_client(machine = "other"),
      "^cannot use the machine `other`: `docker-machine env` says: no such machine$",
      class = "docker_settings"
    )
  })
})

test_that("where nobody has said anything the report tells where was looked", {
  skip_if(any(file.exists(c("/var/run/docker.sock", "/run/podman/podman.sock"))))
  home <- new_home()
  with_home(home, c(), {
    error <- expect_error(docker_client(), class = "docker_unreachable")
    lines <- strsplit(conditionMessage(error), "\n", fixed = TRUE)[[1L]]
    expect_identical(lines[1:2], c(
      "no docker engine was found",
      "Start an engine, or say in 'host' or DOCKER_HOST where it is."
    ))
    expect_match(lines[[3L]], "^There is no /var/run/docker.sock, ")
    expect_s3_class(error$candidates, "data.frame")
    expect_named(
      error$candidates,
      c(
        "origin", "host", "answers", "version", "api_version", "min_api_version",
        "reason", "advice"
      )
    )
    expect_identical(error$candidates$answers, rep(FALSE, nrow(error$candidates)))
    expect_true(
      paste0("unix://", file.path(home, "run", "docker.sock")) %in% error$candidates$host
    )
    said <- capture_messages(expect_false(docker_available(verbose = TRUE)))
    expect_match(
      said[[1L]],
      "^Failed to create docker client with error message:\n  no docker engine was found\n"
    )
    expect_match(said[[2L]], "system engine +unix:///var/run/docker.sock +no such file")
  })
})

test_that("docker_available says no, and why if asked", {
  expect_false(docker_available(host = "/nowhere", api_version = "1.41"))
  said <- capture_messages(
    expect_false(docker_available(host = "/nowhere", verbose = TRUE))
  )
  expect_match(said[[1L]], "^Failed to create docker client with error message:\n  cannot reach the engine")
  expect_match(said[[2L]], "as given +unix:///nowhere +no such file")
  expect_length(said, 2L)
  said <- capture_messages(
    expect_false(docker_available(http_client_type = "null", verbose = TRUE))
  )
  expect_match(said, "^Failed to connect to docker daemon with error message:\n  Can't make requests")
  expect_silent(docker_available(host = "/nowhere"))
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
