# Copies that a real engine can't be made to do.

empty_folder <- function() {
  path <- tempfile("copy")
  dir.create(path)
  path
}

# An archive with a file of 1,000 bytes in each of these folders, in hexadecimal
# digits. Its first header is that of the first folder; two blocks of 512 bytes later
# there are bytes of a file.
archive_of <- function(folders) {
  before <- setwd(empty_folder())
  on.exit(setwd(before))
  for (folder in folders) {
    dir.create(folder)
    cat(strrep("x", 1000L), file = file.path(folder, "f"))
  }
  utils::tar("a.tar", folders, tar = "internal")
  paste(readBin("a.tar", raw(), 1e6), collapse = "")
}

gives <- function(archive, more = "") {
  one_request(
    "GET /v1.41/containers/web/archive?path=/d",
    sprintf("{chunked: true, steps: [{bytes: \"%s\"}%s]}", archive, more)
  )
}

web <- function(host) {
  docker <- docker_client(host = host, api_version = "1.41")
  function(...) docker$cp(...)
}

test_that("an archive that leads elsewhere is refused", {
  archive <- archive_of(c("d", "e"))
  here <- empty_folder()
  wire(gives(archive), function(host, seen) {
    error <- expect_error(web(host)("web:/d", here), class = "docker_protocol")
    expect_match(conditionMessage(error), "not part of what was asked for")
  })
  expect_identical(dir(here, recursive = TRUE), "d/f")
})

test_that("an archive that is cut off leaves no part of a file", {
  archive <- substr(archive_of("d"), 1L, 2L * 1100L)
  here <- empty_folder()
  wire(gives(archive, ", close"), function(host, seen) {
    expect_error(web(host)("web:/d", here), "broke off", class = "docker_protocol")
  })
  expect_identical(dir(here, recursive = TRUE, all.files = TRUE), character())
})

test_that("a file that is given up half way does not appear", {
  here <- empty_folder()
  file <- file.path(here, "a.tar")
  wire(gives("00ff", ", close"), function(host, seen) {
    docker <- docker_client(host = host, api_version = "1.41")
    handle <- environment(docker$ping)$.handle
    args <- list(id = "web", path = "/d")
    expect_error(
      save_bytes(handle, "container_get_archive", args, file),
      class = "docker_protocol"
    )
  })
  expect_identical(dir(here, all.files = TRUE, no.. = TRUE), character())
})

test_that("Ctrl-C ends a copy, closes its socket and leaves no part of a file", {
  skip_without_wire()
  script <- tempfile(fileext = ".yaml")
  archive <- archive_of("d")
  lines <- one_request(
    "GET /v1.41/containers/web/archive?path=/d",
    sprintf("{chunked: true, steps: [{bytes: \"%s\"}, hold]}", substr(archive, 1L, 2L * 1100L)),
    more = "label: held"
  )
  writeLines(lines, script)
  here <- empty_folder()
  wire(script, function(host, seen) {
    result <- interrupt_child(
      c(
        sprintf("docker <- docker_client(host = '%s', api_version = '1.41')", host),
        interrupted(sprintf("docker$cp('web:/d', '%s')", here)),
        "say('SOCKETS', sockets())"
      ),
      before = list(came(seen, "held"))
    )
    expect_match(result$lines, "^OUTCOME interrupted", all = FALSE)
    expect_match(result$lines, "^SOCKETS 0 ", all = FALSE)
    report_time("cp", result$milliseconds)
  })
  expect_identical(dir(here, recursive = TRUE, all.files = TRUE), character())
})

test_that("what is wrong with a copy is told with the argument that it is about", {
  here <- empty_folder()
  nothing <- c(
    "says: nothing is asked for", "exchanges:", "  - on: GET /_ping", "    times: any",
    "    reply: {headers: {Api-Version: \"1.41\"}, text: OK}"
  )
  wire(nothing, function(host, seen) {
    docker <- docker_client(host = host, api_version = "1.41")
    x <- new_container(environment(docker$ping)$.handle, list(id = "web"))
    about <- function(argument, expr) {
      error <- expect_error(expr, class = "docker_argument")
      expect_identical(error$argument, argument)
    }
    about("src", docker$cp(here, here))
    about("src", docker$cp("", "web:/"))
    about("src", docker$cp("web:", here))
    about("dest", docker$cp("web:/a", ""))
    about("src", x$cp_in(file.path(here, "none"), "/"))
    about("dest", x$cp_in(here, ""))
    about("src", x$cp_out("", here))
    about("dest", x$cp_out("/a", file.path(here, "no", "such")))
    about("src", x$put_archive(raw(3), "/"))
    about("src", x$put_archive(file.path(here, "none"), "/"))
    about("path", x$put_archive(raw(3), ""))
  })
})

test_that("whether the path or its container is missing is told", {
  script <- function(json) {
    c(
      one_request(
        "HEAD /v1.41/containers/web/archive?path=/nope", "{status: 404}"
      ),
      "  - on: GET /v1.41/containers/web/json", sprintf("    reply: %s", json)
    )
  }
  ask <- function(host) {
    docker <- docker_client(host = host, api_version = "1.41")
    new_container(environment(docker$ping)$.handle, list(id = "web"))$path_stat("/nope")
  }
  wire(script("{status: 404, json: {message: \"No such container: web\"}}"), function(host, seen) {
    error <- expect_error(ask(host), "^No such container: web$", class = "docker_no_such_container")
    expect_identical(error$endpoint, "container_path_stat")
  })
  wire(script("{json: {Id: web}}"), function(host, seen) {
    expect_error(ask(host), "path `/nope`", class = "docker_404")
  })
})
