# Logs as data frames of lines.

# An engine that has a container and gives its log in these steps.
log_script <- function(steps, query, kind = "multiplexed", tty = FALSE) {
  c(
    one_request(
      paste0("GET /v1.44/containers/c0ffee012345/logs?", query),
      paste0(
        "{chunked: true, headers: {Content-Type: application/vnd.docker.", kind,
        "-stream}, steps: [", paste(steps, collapse = ", "), "]}"
      ),
      version = "1.44"
    ),
    "  - on: GET /v1.44/containers/c0ffee012345/json",
    "    reply: {json: {Id: c0ffee012345, Name: /web}}"
  )
}

both <- "follow=false&stdout=true&stderr=true&timestamps=true"

frame <- function(source, nanoseconds, text) {
  sprintf(
    '{frame: {%s: "2024-05-01T12:00:00.%09dZ %s"}}', source, nanoseconds, text
  )
}

lines_of <- function(script, ...) {
  lines <- NULL
  wire(script, function(host, seen) {
    lines <<- docker_client(host = host)$container$get("c0ffee012345")$log_lines(...)
  })
  lines
}

# A script of the Rust side, with the inspect that R's object is made with.
shared <- function(spec, follow = "follow=false&") {
  skip_without_wire()
  script <- readLines(wire_spec(spec))
  script <- sub("logs[?](follow=true&)?", paste0("logs?", follow), script)
  c(
    script,
    "  - on: GET /v1.44/containers/c0ffee012345/json",
    "    reply: {json: {Id: c0ffee012345, Name: /web}}"
  )
}

noon <- as.POSIXct("2024-05-01 12:00:00", tz = "UTC")

test_that("lines have their time, stream and text, whatever frames they come in", {
  script <- shared("log_lines")
  x <- lines_of(script)
  expect_identical(names(x), c("time", "stream", "text"))
  expect_identical(x$stream, c("stderr", "stdout", "stdout", "stdout", "stdout"))
  expect_identical(x$text, c("an error", "a long line", "last words", "", "no end"))
  expect_s3_class(x$time, "POSIXct")
  expect_identical(attr(x$time, "tzone"), "UTC")
  expect_true(all(x$time >= noon & x$time < noon + 1e-6))
  expect_identical(row.names(x), as.character(1:5))
})

test_that("times keep their fraction", {
  x <- lines_of(log_script(frame("stdout", 250000000L, "a\\n"), both))
  expect_identical(x$time, noon + 0.25)
})

test_that("no lines are no rows, with columns of the same types", {
  x <- lines_of(log_script(character(), both))
  expect_identical(
    x, data.frame(time = noon[0], stream = character(), text = character())
  )
})

test_that("lines of a terminal have no stream", {
  script <- log_script(
    c(
      '{text: "2024-05-01T12:00:00.5Z one\\r\\n"}',
      '{text: "2024-05-01T12:00:01.5Z two\\r\\n"}'
    ),
    both,
    kind = "raw"
  )
  x <- lines_of(script)
  expect_identical(x$text, c("one", "two"))
  expect_identical(x$stream, c(NA_character_, NA_character_))
  expect_identical(x$time, noon + c(0.5, 1.5))
})

test_that("text is UTF-8, other bytes arrive as they are, zero bytes are left out", {
  bytes <- c(charToRaw("2024-05-01T12:00:00.000000002Z "), as.raw(c(0xff, 0xfe, 0x0a)))
  script <- log_script(
    c(
      "{split: 3}", frame("stdout", 1L, "\\u00e4\\0b\\n"),
      sprintf('{frame: {type: 1, bytes: "%s"}}', paste(bytes, collapse = " "))
    ),
    both
  )
  expect_warning(x <- lines_of(script), "1 zero byte")
  expect_identical(x$text[[1]], "\u00e4b")
  expect_identical(Encoding(x$text[[1]]), "UTF-8")
  expect_identical(charToRaw(x$text[[2]]), as.raw(c(0xff, 0xfe)))
  # They can be printed.
  shown <- utils::capture.output(print(x))
  expect_length(shown, 3L)
  expect_match(shown[[3]], "stdout +\\\\xff\\\\xfe$")
})

test_that("what is asked for is what `logs` would ask for", {
  asked <- function(query, ...) {
    expect_identical(nrow(lines_of(log_script(character(), query), ...)), 0L)
  }
  asked("follow=false&stdout=true&stderr=false&since=1795478400&timestamps=true", stderr = FALSE, since = as.Date("2026-11-24"))
  asked("follow=false&stdout=true&stderr=true&since=1714564800.250000000&until=1714564801&timestamps=true&tail=5", since = noon + 0.25, until = "2024-05-01T12:00:01Z", tail = 5)
  asked("follow=false&stdout=true&stderr=true&timestamps=true&tail=all", tail = "all")
  asked("follow=false&stdout=true&stderr=true&timestamps=true&tail=7", tail = "7")
})

test_that("arguments are checked before anything is sent", {
  script <- c(
    "says: nothing is asked for", "exchanges:",
    "  - on: GET /_ping", "    times: any",
    "    reply: {headers: {Api-Version: \"1.44\"}, text: OK}",
    "  - on: GET /v1.44/containers/c0ffee012345/json",
    "    reply: {json: {Id: c0ffee012345, Name: /web}}"
  )
  wire(script, function(host, seen) {
    x <- docker_client(host = host)$container$get("c0ffee012345")
    wrong <- function(message, ...) {
      expect_error(x$log_lines(...), message, fixed = TRUE, class = "docker_argument")
    }
    wrong("'follow' must be scalar logical", follow = NA)
    wrong("'stdout' must be scalar logical", stdout = "a")
    wrong("'stderr' must be scalar logical", stderr = NULL)
    wrong("'stdout' must not be FALSE where 'stderr' is", stdout = FALSE, stderr = FALSE)
    wrong("'since' must be a time", since = "yesterday")
    wrong("'until' must be a scalar number or character", until = c(1, 2))
    wrong("'tail'", tail = "some")
    wrong("'tail' must be a scalar integer or character", tail = 1.5)
    wrong("'stream' must be a connection", follow = TRUE, stream = 1)
    expect_identical(nrow(seen()[grepl("logs", seen()[[2]]), ]), 0L)
  })
})

test_that("followed lines are shown as they arrive, and returned invisibly", {
  script <- c(
    "signals: [more]",
    log_script(
      c(
        frame("stdout", 1L, "one\\n"), frame("stderr", 2L, "tw"),
        "{await: more}", frame("stderr", 2L, "o\\n"), frame("stdout", 3L, "end")
      ),
      "follow=true&stdout=true&stderr=true&timestamps=true"
    )
  )
  wire(script, signals = "more", function(host, seen) {
    x <- docker_client(host = host)$container$get("c0ffee012345")
    con <- textConnection("text", "w", local = TRUE)
    value <- withVisible(x$log_lines(follow = TRUE, stream = con))
    close(con)
    expect_false(value$visible)
    expect_identical(value$value$text, c("one", "two", "end"))
    expect_identical(text, c("O> one", "E> two", "O> end"))
  })
})

test_that("what is followed can go to a file, to standard output or nowhere", {
  script <- log_script(
    frame("stdout", 1L, "one\\n"), "follow=true&stdout=true&stderr=true&timestamps=true"
  )
  file <- tempfile()
  on.exit(unlink(file))
  expect_silent(value <- lines_of(script, follow = TRUE, stream = file))
  expect_identical(readLines(file), "O> one")
  expect_output(expect_identical(lines_of(script, follow = TRUE), value), "O> one")
  expect_silent(expect_identical(lines_of(script, follow = TRUE, stream = FALSE), value))
  expect_silent(expect_identical(lines_of(log_script(frame("stdout", 1L, "one\\n"), both)), value))
})

test_that("a line longer than the engine's parts is one row, and shown as one line", {
  long <- strrep("0123456789abcdef", 1024)
  n <- 200L
  script <- log_script(
    c(
      sprintf("{repeat: {times: %d, steps: [%s]}}", n, frame("stdout", 1L, long)),
      frame("stdout", 1L, "end\\n"), frame("stderr", 2L, "next\\n")
    ),
    "follow=true&stdout=true&stderr=true&timestamps=true"
  )
  file <- tempfile()
  on.exit(unlink(file))
  x <- lines_of(script, follow = TRUE, stream = file)
  expect_identical(nchar(x$text), c(n * nchar(long) + 3L, 4L))
  expect_identical(x$stream, c("stdout", "stderr"))
  expect_identical(readLines(file), paste0(c("O> ", "E> "), x$text))
})

test_that("a log that is cut goes on where it was", {
  script <- shared("log_lines_resumed", follow = "follow=true&")
  x <- lines_of(script, follow = TRUE, tail = 3, stream = FALSE)
  expect_identical(x$text, c("one", "two", "three", "four", "five", "six"))
  expect_identical(
    x$stream, c("stderr", "stdout", "stdout", "stdout", "stderr", "stdout")
  )
})

test_that("what had come before an error is in the error", {
  script <- shared("log_lines_resumed_gone", follow = "follow=true&")
  error <- expect_error(
    lines_of(script, follow = TRUE, stream = FALSE),
    class = "docker_no_such_container"
  )
  expect_identical(error$lines$text, "one")
  error <- expect_error(
    lines_of(shared("log_lines_error_frame")), "error grabbing logs",
    class = "docker_error"
  )
  expect_identical(error$lines$text, "one")
})

test_that("where frames go wrong the log is asked for again", {
  again <- "follow=false&stdout=true&stderr=true&since=1714564790.000000001&timestamps=true"
  good <- frame("stdout", 1L, "one\\n")
  script <- log_script(c(good, '{bytes: "09 00 00 00 00 00 00 01 41"}'), both)
  script <- c(script, log_script(c(good, frame("stdout", 2L, "two\\n")), again)[6:7])
  expect_identical(lines_of(script)$text, c("one", "two"))
})

test_that("a container that is not there is an error", {
  script <- c(
    one_request(
      paste0("GET /v1.44/containers/c0ffee012345/logs?", both),
      '{status: 404, json: {message: "No such container: web"}}',
      version = "1.44"
    ),
    "  - on: GET /v1.44/containers/c0ffee012345/json",
    "    reply: {json: {Id: c0ffee012345, Name: /web}}"
  )
  error <- expect_error(lines_of(script), class = "docker_no_such_container")
  expect_identical(error$endpoint, "container_logs")
})

test_that("the function for data frames is applied to lines", {
  script <- log_script(frame("stdout", 1L, "one\\n"), both)
  wire(script, function(host, seen) {
    docker <- docker_client(host = host, data_frame = function(x) structure(x, mine = TRUE))
    x <- docker$container$get("c0ffee012345")$log_lines()
    expect_true(attr(x, "mine"))
  })
})
