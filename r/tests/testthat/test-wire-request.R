any_request <- function(on, more, reply) {
  c(
    "says: what the test says",
    "exchanges:",
    "  - on: GET /_ping",
    "    times: any",
    "    reply: {headers: {Api-Version: \"1.41\"}, text: OK}",
    paste("  - on:", on),
    if (!is.null(more)) paste0("    ", more),
    paste("    reply:", reply)
  )
}

asked <- function(on, more, reply, ..., met = TRUE) {
  value <- NULL
  wire(any_request(on, more, reply), function(host, seen) {
    value <<- docker_client(host = host)$request(...)
  }, met = met)
  value
}

test_that("a request by hand is versioned, and its answer comes as it is", {
  x <- asked(
    "GET /v1.41/containers/json?all=true&filters=%7B%22name%22%3A%5B%22a%20b%22%5D%7D&x=1&x=2", NULL,
    paste0(
      "{headers: {Content-Type: application/json, Last-Modified: \"Tue, 24 Nov 2026 07:30:57 GMT\"}, ",
      "json: [{Id: c0ffee}]}"
    ),
    "get", "/containers/json",
    query = list(all = TRUE, filters = "{\"name\":[\"a b\"]}", none = NULL, x = 1:2)
  )
  expect_named(
    x, c("url", "status_code", "type", "headers", "modified", "times", "content")
  )
  expect_identical(rawToChar(x$content), "[{\"Id\":\"c0ffee\"}]")
  expect_identical(x$status_code, 200L)
  expect_identical(x$type, "application/json")
  expect_identical(
    x$url,
    "http://localhost/v1.41/containers/json?all=true&filters=%7B%22name%22%3A%5B%22a%20b%22%5D%7D&x=1&x=2"
  )
  expect_identical(x$modified, as.POSIXct("2026-11-24 07:30:57", tz = "GMT"))
  expect_named(
    x$times,
    c("redirect", "namelookup", "connect", "pretransfer", "starttransfer", "total")
  )
  expect_true(0 < x$times[["starttransfer"]] && x$times[["starttransfer"]] <= x$times[["total"]])
  head <- strsplit(rawToChar(x$headers), "\r\n", fixed = TRUE)[[1L]]
  expect_identical(head[[1L]], "HTTP/1.1 200 OK")
  expect_true("Content-Type: application/json" %in% head)
})

test_that("a refusal is an answer, too", {
  x <- asked(
    "DELETE /v1.41/containers/none", NULL, "{status: 404, json: {message: gone}}",
    "DELETE", "/containers/none"
  )
  expect_identical(x$status_code, 404L)
  expect_identical(rawToChar(x$content), "{\"message\":\"gone\"}")
  expect_identical(x$modified, as.POSIXct(NA, tz = "GMT"))
})

test_that("bodies say what they are, and headers go along", {
  x <- asked(
    "POST /v1.41/x",
    c("headers: {Content-Type: application/json, X-Meta: \"1\"}", "body: {a: 1}"),
    "{text: yes}",
    "POST", "/x",
    body = "{\"a\":1}", headers = c("X-Meta" = "1")
  )
  expect_identical(rawToChar(x$content), "yes")
  x <- asked(
    "PUT /v1.41/x", "headers: {Content-Type: application/octet-stream}", "{text: yes}",
    "PUT", "/x",
    body = as.raw(0:3)
  )
  expect_identical(rawToChar(x$content), "yes")
  x <- asked(
    "PUT /v1.41/x", "headers: {Content-Type: application/x-tar}", "{text: yes}",
    "PUT", "/x",
    body = as.raw(0:3), headers = list("content-type" = "application/x-tar")
  )
  expect_identical(rawToChar(x$content), "yes")
  x <- asked(
    "HEAD /v1.41/x", NULL, "{status: 204}", "HEAD", "/x"
  )
  expect_identical(x$content, raw())
})

test_that("the content can be taken piece by piece", {
  pieces <- list()
  x <- asked(
    "GET /v1.41/x", NULL, "{steps: [{text: one}, {text: two}]}",
    "GET", "/x",
    stream = function(piece) pieces[[length(pieces) + 1L]] <<- piece
  )
  expect_identical(rawToChar(do.call(c, pieces)), "onetwo")
  expect_true(all(vapply(pieces, is.raw, NA)))
  expect_named(x, c("url", "status_code", "type", "headers", "modified", "times"))
})

test_that("a function that fails closes the connection, and the client goes on", {
  script <- any_request("GET /v1.41/x", "label: asked", "{steps: [{text: one}, hold]}")
  wire(script, function(host, seen) {
    docker <- docker_client(host = host)
    expect_error(docker$request("GET", "/x", stream = function(piece) stop("enough")), "^enough$")
  })
})

test_that("what can't be a request is refused before it is sent", {
  docker <- docker_client(http_client_type = "null")
  refused <- function(message, ...) {
    error <- expect_error(docker$request(...), class = "docker_error")
    expect_identical(conditionMessage(error), message)
  }
  wire(any_request("GET /v1.41/x", "times: any", "{text: OK}"), function(host, seen) {
    docker <<- docker_client(host = host)
    verbs <- "'verb' must be one of 'GET', 'HEAD', 'POST', 'PUT', 'DELETE'"
    refused(verbs, "PATCH", "/x")
    refused("'verb' must be a scalar character (non-NA)", 1, "/x")
    refused("'verb' must be a scalar character (non-NA)", NA_character_, "/x")
    refused("'path' must be a scalar character (non-NA)", "GET", c("/x", "/y"))
    path <- "'path' must be an encoded path that begins with `/`, not "
    refused(paste0(path, "`x`"), "GET", "x")
    refused(paste0(path, "empty"), "GET", "")
    refused(paste0(path, "`/a b`"), "GET", "/a b")
    refused("'query' must be a list", "GET", "/x", query = "a=b")
    refused("'query' must be named", "GET", "/x", query = list(1))
    refused(
      "'query$a' must be an atomic vector (non-NA)", "GET", "/x",
      query = list(a = list(1))
    )
    refused("'query$a' must be an atomic vector (non-NA)", "GET", "/x", query = list(a = NA))
    refused("'headers' must be a named character vector", "GET", "/x", headers = "a: b")
    refused(
      "'headers' must be text without control characters, not `a\\r\\nb: c`",
      "GET", "/x",
      headers = c(x = "a\r\nb: c")
    )
    refused("'body' must be a scalar character or raw", "POST", "/x", body = list(1))
    refused("'stream' must be a function", "GET", "/x", stream = TRUE)
  })
})
