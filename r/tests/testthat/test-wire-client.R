test_that("the version is agreed on, or clamped with a message", {
  wire(wire_spec("ping"), function(host, seen) {
    docker <- docker_client(host = host)
    expect_silent(docker$api_version())
    expect_identical(docker$connection_info()$host, sub("^unix://", "", host))
  })
  wire(wire_spec("negotiate_engine_newer"), function(host, seen) {
    expect_message(
      docker <- docker_client(host = host),
      "^Detected API version '1.60' is above max version '1.55'; downgrading\n$"
    )
    expect_identical(docker$api_version(), "1.55")
    expect_identical(docker$version()$version, "99.0.0")
  })
})

test_that("what is no engine, or one of another age, is said in one line", {
  for (spec in c("negotiate_no_version", "not_http")) {
    wire(wire_spec(spec), function(host, seen) {
      error <- expect_error(docker_client(host = host), class = "docker_protocol")
      expect_match(conditionMessage(error), host, fixed = TRUE)
      expect_no_match(conditionMessage(error), "\n")
    })
  }
  wire(wire_spec("negotiate_engine_too_old"), function(host, seen) {
    expect_error(docker_client(host = host), "1.25", class = "docker_version")
  })
})

test_that("ping has the attributes of the version in use", {
  ping <- function(version, headers) {
    script <- one_request(
      sprintf("GET /v%s/_ping", version),
      sprintf("{headers: {Api-Version: \"1.41\"%s}, text: OK}", headers)
    )
    value <- NULL
    wire(script, function(host, seen) {
      value <<- docker_client(host = host, api_version = version)$ping()
    })
    value
  }
  expect_identical(ping("1.27", ""), "OK")
  expect_identical(
    ping("1.28", ", Docker-Experimental: \"true\""),
    structure("OK", api_version = "1.41", docker_experimental = TRUE)
  )
  expect_identical(
    ping("1.39", ", Docker-Experimental: \"false\", Builder-Version: \"2\""),
    structure(
      "OK",
      api_version = "1.41", buildkit_version = "2", docker_experimental = FALSE
    )
  )
  expect_identical(
    ping("1.39", ""),
    structure(
      "OK",
      api_version = "1.41", buildkit_version = NA_character_,
      docker_experimental = NA
    )
  )
})

test_that("docker_available says yes to an engine that answers", {
  script <- one_request("GET /v1.41/_ping", "{text: OK}")
  wire(script, function(host, seen) {
    expect_true(expect_visible(docker_available(host = host)))
  })
})

test_that("docker_available shows the engine that answers if asked", {
  version <- paste0(
    "{json: {Version: 28.5.2, ApiVersion: \"1.51\", MinAPIVersion: \"1.24\", ",
    "Components: [{Name: Engine}]}}"
  )
  script <- c(
    one_request("GET /v1.41/_ping", "{text: OK}"),
    "  - on: GET /version", paste("    reply:", version)
  )
  wire(script, function(host, seen) {
    said <- capture_messages(expect_true(docker_available(host = host, verbose = TRUE)))
    expect_match(
      said, sprintf("^[*] as given  %s  Engine 28.5.2, API 1.24 to 1.51", host)
    )
  })
})

test_that("one of the usual places is taken where nobody says anything", {
  skip_if(any(file.exists(c("/var/run/docker.sock", "/run/podman/podman.sock"))))
  home <- new_home()
  wire(wire_spec("ping"), function(host, seen) {
    socket <- file.path(home, "run", "docker.sock")
    file.symlink(sub("^unix://", "", host), socket)
    with_home(home, c(), {
      expect_silent(docker <- docker_client())
      expect_identical(docker$connection_info()$host, socket)
    })
  })
})

test_that("a usual place that fails is passed over for one that answers", {
  skip_if(any(file.exists(c("/var/run/docker.sock", "/run/podman/podman.sock"))))
  home <- new_home()
  script <- c(
    one_request("GET /v1.41/_ping", "{text: OK}", more = "times: any"),
    "  - on: GET /version", "    times: any",
    "    reply: {json: {Version: 20.10.24, ApiVersion: \"1.41\", MinAPIVersion: \"1.12\"}}"
  )
  wire(wire_spec("not_http"), met = FALSE, function(host, seen) {
    file.symlink(sub("^unix://", "", host), file.path(home, "run", "docker.sock"))
    wire(script, function(host, seen) {
      colima <- file.path(home, ".colima", "default")
      dir.create(colima, recursive = TRUE)
      file.symlink(sub("^unix://", "", host), file.path(colima, "docker.sock"))
      with_home(home, c(), {
        expect_message(docker <- docker_client(), "using the one at unix://.*/.colima/default/")
        expect_identical(docker$connection_info()$host, file.path(colima, "docker.sock"))
        expect_identical(docker$ping()[[1L]], "OK")
      })
    })
  })
})

test_that("a version that is given is used without asking", {
  wire(wire_spec("negotiate_pinned"), function(host, seen) {
    docker <- docker_client(host = host, api_version = "1.39")
    expect_identical(docker$version()$version, "20.10.24")
    expect_identical(docker$version()$experimental, NA)
  })
})

test_that("an engine that is too new for us is a version error", {
  wire(wire_spec("negotiate_engine_too_new"), function(host, seen) {
    suppressMessages(docker <- docker_client(host = host))
    error <- expect_error(docker$container$list(), class = "docker_version")
    expect_match(conditionMessage(error), "1.60 to 1.70")
  })
})

test_that("descriptors don't run out, whoever forgets his clients", {
  skip_on_os("windows")
  script <- c(
    "says: whoever asks is answered", "exchanges:",
    "  - on: GET /_ping", "    times: any",
    "    reply: {headers: {Api-Version: \"1.44\"}, text: OK}",
    "  - on: GET /v1.44/_ping", "    times: any",
    "    reply: {headers: {Api-Version: \"1.44\"}, text: OK}"
  )
  wire(script, function(host, seen) {
    code <- tempfile(fileext = ".R")
    on.exit(unlink(code))
    writeLines(
      c(
        sprintf(".libPaths(%s)", paste(deparse(.libPaths()), collapse = "")),
        "library(stevedore)",
        sprintf("host <- '%s'", host),
        "for (i in 1:300) stopifnot(docker_available(host = host))",
        "for (i in 1:300) docker <- docker_client(host = host)",
        "cat('ANSWER', docker$ping(), '\\n')"
      ),
      code
    )
    rscript <- paste(file.path(R.home("bin"), "Rscript"), "--vanilla", shQuote(code))
    lines <- system2(
      "sh", c("-c", shQuote(paste("ulimit -n 200; exec", rscript))),
      stdout = TRUE, stderr = TRUE
    )
    expect_identical(lines, "ANSWER OK ")
  })
})
