logs_of <- function(spec, ..., met = TRUE) {
  logs <- NULL
  wire(wire_spec(spec), met = met, function(host, seen) {
    x <- docker_client(host = host)$container$get("c0ffee012345")
    logs <<- x$logs(...)
  })
  logs
}

sources <- function(x) as.character(attr(x, "stream"))

test_that("many lines in one frame are one element each", {
  expect_identical(
    as.character(logs_of("logs_many_lines_in_one_frame")),
    c("one\n", "two\n", "\n", "four\n", "last without an end")
  )
})

test_that("one line in many frames is one element, stream by stream", {
  x <- logs_of("logs_one_line_in_many_frames")
  expect_identical(as.character(x), c("aside\n", "one line\n"))
  expect_identical(sources(x), c("stderr", "stdout"))
})

test_that("frames that arrive byte by byte are the same frames", {
  x <- logs_of("logs_bytewise")
  expect_identical(as.character(x), c("one\n", "two\n", "three\n"))
  expect_identical(sources(x), c("stdout", "stderr", "stdout"))
})

test_that("lines of two streams are joined stream by stream", {
  script <- c(
    one_request(
      "GET /v1.44/containers/c0ffee/logs",
      paste(
        "{chunked: true, headers: {Content-Type: application/vnd.docker.multiplexed-stream}, steps: [",
        "{frame: {stdout: \"o1\\no\"}}, {frame: {stderr: \"e1\\n\\ne\"}},",
        "{frame: {stdout: \"2\\n\"}}, {frame: {stderr: \"2\"}}, {frame: {stdout: \"o3\"}}]}"
      ),
      version = "1.44"
    ),
    "  - on: GET /v1.44/containers/c0ffee/json",
    "    reply: {json: {Id: c0ffee, Name: /web}}"
  )
  wire(script, function(host, seen) {
    x <- docker_client(host = host)$container$get("c0ffee")$logs()
    expect_identical(as.character(x), c("o1\n", "e1\n", "\n", "o2\n", "e2", "o3"))
    expect_identical(
      sources(x), c("stdout", "stderr", "stderr", "stdout", "stderr", "stdout")
    )
  })
})

test_that("the two streams are told apart at every version", {
  for (spec in c("logs_two_streams", "logs_two_streams_old_engine", "logs_two_streams_called_raw")) {
    x <- logs_of(spec)
    expect_setequal(sources(x), c("stdout", "stderr"))
  }
})

test_that("output of a terminal is a plain character vector", {
  for (spec in c("logs_tty", "logs_tty_old_engine")) {
    x <- logs_of(spec)
    expect_identical(x, c("one", "two"))
  }
  expect_warning(x <- logs_of("logs_tty_looks_framed"), "6 zero byte")
  expect_null(attributes(x))
})

test_that("no output is an empty character vector", {
  expect_identical(logs_of("logs_empty"), character())
})

test_that("bytes that are no text arrive, but for zero bytes", {
  expect_warning(x <- logs_of("logs_not_utf8"), "1 zero byte")
  expect_identical(charToRaw(x[[1]]), as.raw(c(0xff, 0xfe, 0x0a)))
})

test_that("characters that are cut by frames come together again", {
  expect_identical(charToRaw(logs_of("logs_utf8_split")), charToRaw("\u00e4\u20ac\n"))
})

test_that("output that breaks off is an error", {
  for (spec in c("logs_cut_off", "logs_truncated_frame", "logs_truncated_header", "logs_unknown_frame")) {
    expect_error(logs_of(spec), class = "docker_protocol")
  }
  expect_error(logs_of("logs_error_frame"), class = "docker_error")
})

test_that("followed output is shown as it arrives, and returned invisibly", {
  wire(wire_spec("logs_follow"), signals = c("more", "rest"), function(host, seen) {
    x <- docker_client(host = host)$container$get("c0ffee012345")
    shown <- utils::capture.output(value <- withVisible(x$logs(follow = TRUE)))
    expect_false(value$visible)
    expect_identical(as.character(value$value), c("one\n", "two three\n"))
    expect_identical(shown, format(value$value, style = "prefix", strip_newline = TRUE))
  })
})

test_that("followed output can go to a file, a connection or nowhere", {
  followed <- function(stream) {
    value <- NULL
    wire(wire_spec("logs_follow"), signals = c("more", "rest"), function(host, seen) {
      x <- docker_client(host = host)$container$get("c0ffee012345")
      expect_silent(value <<- x$logs(follow = TRUE, stream = stream))
    })
    value
  }
  file <- tempfile()
  on.exit(unlink(file))
  value <- followed(file)
  expect_identical(readLines(file), format(value, style = "prefix", strip_newline = TRUE))
  con <- textConnection("lines", "w", local = TRUE)
  followed(con)
  expect_true(isOpen(con))
  close(con)
  expect_identical(lines, format(value, style = "prefix", strip_newline = TRUE))
  expect_identical(followed(FALSE), value)
})

test_that("a line in parts is marked once, and anew where the other stream cut in", {
  file <- tempfile()
  on.exit(unlink(file))
  logs_of("logs_one_line_in_many_frames", follow = TRUE, stream = file)
  expect_identical(readLines(file), c("O> on", "E> asi", "O> e li", "E> de", "O> ne"))
  logs_of("logs_tty", follow = TRUE, stream = file)
  expect_identical(readChar(file, 100L), "one\ntwo\n")
})

test_that("a line that goes on after a while is marked once", {
  wire(wire_spec("logs_follow"), function(host, seen, signal) {
    shown <- on_terminal(
      c(
        "Sys.setenv(NO_COLOR = '1')",
        sprintf("docker <- docker_client(host = '%s')", host),
        "x <- docker$container$get('c0ffee012345')$logs(follow = TRUE)"
      ),
      keys = list(
        "O> one" = function() signal("more"), "O> two" = function() signal("rest")
      )
    )
    expect_true("O> two three" %in% shown)
  })
})

test_that("each part of a line has its colour on a terminal", {
  script <- c(
    one_request(
      "GET /v1.44/containers/c0ffee/logs",
      paste0(
        "{chunked: true, headers: {Content-Type: application/vnd.docker.multiplexed-stream}, ",
        "steps: [{frame: {stdout: on}}, {frame: {stdout: \"e\\n\"}}, {frame: {stderr: \"two\\n\"}}]}"
      ),
      version = "1.44"
    ),
    "  - on: GET /v1.44/containers/c0ffee/json",
    "    reply: {json: {Id: c0ffee, Name: /web}}"
  )
  wire(script, function(host, seen) {
    shown <- on_terminal(
      c(
        "options(crayon.enabled = TRUE)",
        sprintf("docker <- docker_client(host = '%s')", host),
        "x <- docker$container$get('c0ffee')$logs(follow = TRUE)"
      ),
      keys = character()
    )
    expect_true("\033[34mon\033[39m\033[34me\033[39m" %in% shown)
    expect_true("\033[31mtwo\033[39m" %in% shown)
  })
})

test_that("output of many batches arrives whole, shown or not", {
  line <- strrep("0123456789abcdef", 8)
  script <- c(
    one_request(
      "GET /v1.44/containers/c0ffee/logs",
      paste0(
        "{chunked: true, headers: {Content-Type: application/vnd.docker.multiplexed-stream}, ",
        "steps: [{repeat: {times: 5000, steps: [{frame: {stdout: \"", line, "\\n\"}}]}}]}"
      ),
      version = "1.44", more = "times: 2"
    ),
    "  - on: GET /v1.44/containers/c0ffee/json",
    "    reply: {json: {Id: c0ffee, Name: /web}}"
  )
  wire(script, function(host, seen) {
    container <- docker_client(host = host)$container$get("c0ffee")
    expect_identical(as.character(container$logs()), rep(paste0(line, "\n"), 5000))
    file <- tempfile()
    on.exit(unlink(file))
    container$logs(follow = TRUE, stream = file)
    expect_identical(readLines(file), rep(paste0("O> ", line), 5000))
  })
})

test_that("a stream can't be read in a forked child, and lives on in the parent", {
  skip_on_os("windows")
  wire(wire_spec("logs_follow"), signals = c("more", "rest"), function(host, seen) {
    docker <- docker_client(host = host)
    handle <- environment(docker$ping)$.handle
    id <- docker$container$get("c0ffee012345")$id()
    stream <- native_open(
      handle$pointer, "container_logs", list(id = id, follow = TRUE, stdout = TRUE), FALSE, FALSE
    )
    child <- parallel::mcparallel(tryCatch(unwrap(native_stream_read(stream)), error = identity))
    error <- parallel::mccollect(child)[[1]]
    expect_s3_class(error, "docker_stale")
    expect_match(conditionMessage(error), "forked")
    expect_null(unwrap(native_stream_read(stream)))
    out <- unwrap(native_stream_outcome(stream))
    expect_identical(out$lines, c("one\n", "two three\n"))
    native_stream_close(stream)
  })
})
