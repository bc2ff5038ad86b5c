test_that("debug shows the traffic as it goes, with what it is before each line", {
  script <- one_request("GET /v1.41/version", "{json: {Version: \"20.10\"}}")
  wire(script, function(host, seen) {
    out <- capture.output({
      docker <- docker_client(host = host, debug = TRUE)
      invisible(docker$version())
    })
    at <- function(line) {
      found <- match(line, out)
      if (is.na(found)) fail(paste0("no line '", line, "' in:\n", paste(out, collapse = "\n")))
      found
    }
    expect_true(at("-> GET /_ping HTTP/1.1") < at("<- HTTP/1.1 200 OK"))
    expect_true(at("<- HTTP/1.1 200 OK") < at("<- Api-Version: 1.41"))
    expect_true(at("<- Api-Version: 1.41") < at("<< OK"))
    expect_true(at("<< OK") < at(" * on a connection that is open already"))
    expect_true(
      at(" * on a connection that is open already") < at("-> GET /v1.41/version HTTP/1.1")
    )
    expect_true(at("-> GET /v1.41/version HTTP/1.1") < at("<< {\"Version\":\"20.10\"}"))
    expect_identical(out[[1L]], paste0(" * connected to ", host))
    expect_match(out, "^( \\*|->|<-|>>|<<) .")
  })
})

test_that("bytes are only counted, and each client has its own place", {
  script <- one_request(
    "PUT /v1.41/x", "{text: yes}",
    more = "times: any"
  )
  wire(script, function(host, seen) {
    file <- tempfile()
    con <- file(file)
    on.exit(close(con))
    watched <- docker_client(host = host, debug = con)
    other <- docker_client(host = host, debug = FALSE)
    expect_silent(other$request("PUT", "/x", body = as.raw(0:3)))
    expect_silent(watched$request("PUT", "/x", body = as.raw(0:3)))
    flush(con)
    lines <- readLines(file)
    expect_true(">> <binary 4 bytes>" %in% lines)
    expect_identical(sum(startsWith(lines, "-> PUT")), 1L)
  })
})

test_that("secrets are never shown", {
  script <- c(
    "says: secrets come and go",
    "exchanges:",
    "  - on: GET /_ping",
    "    times: any",
    "    reply: {headers: {Api-Version: \"1.41\"}, text: OK}",
    "  - on: POST /v1.41/secrets/create",
    "    reply: {status: 201, json: {ID: s1}}",
    "  - on: GET /v1.41/swarm",
    "    reply: {json: {ID: w1, JoinTokens: {Worker: hush1, Manager: hush2}}}",
    "  - on: GET /v1.41/swarm/unlockkey",
    "    reply: {json: {UnlockKey: hush3}}",
    "  - on: POST /v1.41/auth",
    "    reply: {json: {Status: fine, IdentityToken: hush4}}"
  )
  wire(script, function(host, seen) {
    out <- capture.output({
      docker <- docker_client(host = host, debug = TRUE)
      docker$secret$create("name", "hush")
      key <- docker$swarm$inspect()$join_tokens$worker
      invisible(docker$request("GET", "/swarm/unlockkey"))
      invisible(docker$request(
        "POST", "/auth",
        body = "{\"username\":\"me\",\"password\":\"hush5\"}",
        headers = c("X-Registry-Auth" = "hush6", Authorization = "hush7")
      ))
    })
    expect_identical(key, "hush1")
    expect_no_match(out, "hush")
    # "hush" in base64.
    expect_no_match(out, "aHVza", fixed = TRUE)
    expect_true("-> X-Registry-Auth: <hidden>" %in% out)
    expect_true("<< {\"UnlockKey\":\"<hidden>\"}" %in% out)
  })
})

test_that("a connection that can't be written to is refused, or told once", {
  expect_error(
    docker_client(http_client_type = "null", debug = "x"), "^'debug' must be a connection$",
    class = "docker_settings"
  )
  con <- textConnection("x")
  expect_error(
    docker_client(http_client_type = "null", debug = con),
    "'debug' must be a connection that can be written to",
    class = "docker_settings"
  )
  close(con)
  script <- one_request("GET /v1.41/x", "{text: yes}", more = "times: any")
  wire(script, function(host, seen) {
    con <- file(tempfile(), "w")
    docker <- docker_client(host = host, debug = con)
    close(con)
    expect_warning(x <- docker$request("GET", "/x"), "the traffic is not shown any more")
    expect_identical(rawToChar(x$content), "yes")
    expect_silent(docker$request("GET", "/x"))
  })
})

test_that("a quiet client says nothing but what it is asked", {
  wire(wire_spec("negotiate_engine_newer"), function(host, seen) {
    expect_silent(docker <- docker_client(host = host, quiet = TRUE))
    expect_identical(docker$version()$version, "99.0.0")
  })
  expect_silent(
    docker_client(http_client_type = "null", api_version = "1.10", quiet = TRUE)
  )
  wire(wire_spec("run_missing_image"), function(host, seen) {
    docker <- docker_client(host = host, quiet = TRUE)
    expect_silent(docker$container$run("busybox:1.36", stream = FALSE))
  })
})

test_that("a connection that is handed over is watched, too", {
  wire(wire_spec("run_hello"), function(host, seen) {
    out <- capture.output({
      docker <- docker_client(host = host, debug = TRUE)
      x <- docker$container$run("hello-world", stream = FALSE)
    })
    note <- match(" * the connection was handed over", out)
    expect_false(is.na(note))
    # A frame has zeros in its head.
    expect_match(out[-seq_len(note)], "^<< <binary [0-9]+ bytes>$", all = FALSE)
    expect_identical(as.character(x$logs)[[1L]], "Hello from Docker!\n")
  })
})
