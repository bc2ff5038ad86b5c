# What containers use, as data frames.

figures <- c(
  "id", "name", "time", "cpu_percent", "memory", "memory_limit", "memory_percent",
  "network_received", "network_sent", "block_read", "block_written", "pids"
)

test_that("what all running containers use is a row for each", {
  wire(wire_spec("stats_all"), function(host, seen) {
    docker <- docker_client(host = host)
    x <- docker$container$stats()
    expect_identical(names(x), figures)
    expect_identical(x$id, c("aaaa", "dddd"))
    expect_identical(x$name, c("one", "four"))
    expect_identical(x$cpu_percent, c(40, NA))
    expect_identical(x$memory, c(800, 0))
    expect_identical(x$memory_limit, c(4000, 0))
    expect_identical(x$memory_percent, c(20, 0))
    expect_true(all(vapply(x[-(1:3)], is.double, NA)))
    # The engine did not say when.
    expect_identical(x$time, as.POSIXct(c(NA, NA), tz = "UTC"))
  })
})

test_that("containers can be named, in any form and order", {
  script <- c(
    "says: each is asked for by what it was named", "exchanges:",
    "  - on: GET /_ping", "    times: any",
    "    reply: {headers: {Api-Version: \"1.44\"}, text: OK}",
    "  - on: GET /v1.44/containers/two/json",
    "    reply: {json: {Id: bbbb, Name: /two}}",
    "  - on: GET /v1.44/containers/bbbb/stats?stream=false", "    times: 3",
    "    reply: {json: {id: bbbb, name: /two, read: \"2024-05-01T12:00:01.5Z\"}}",
    "  - on: GET /v1.44/containers/one/stats?stream=false", "    times: 2",
    "    reply: {json: {id: aaaa, name: /one}}"
  )
  wire(script, function(host, seen) {
    docker <- docker_client(host = host, data_frame = function(x) structure(x, mine = TRUE))
    two <- docker$container$get("two")
    x <- docker$container$stats(two)
    expect_identical(x$id, "bbbb")
    expect_identical(x$time, as.POSIXct("2024-05-01 12:00:01.5", tz = "UTC"))
    expect_true(attr(x, "mine"))
    expect_identical(docker$container$stats(list(two, "one"))$name, c("two", "one"))
    expect_identical(docker$container$stats(c("one", "bbbb"))$name, c("one", "two"))
    # An empty choice is no choice of all.
    none <- docker$container$stats(character())
    expect_identical(names(none), figures)
    expect_identical(nrow(none), 0L)
  })
})

test_that("one that is named must be there; one that goes meanwhile is left out", {
  wire(wire_spec("stats_named"), function(host, seen) {
    docker <- docker_client(host = host)
    x <- docker$container$stats(c("two", "one", "gone"))
    expect_identical(x$id, c("bbbb", "aaaa"))
    expect_identical(x$pids, c(7, 0))
    error <- expect_error(docker$container$stats("none"), class = "docker_no_such_container")
    expect_match(conditionMessage(error), "none")
  })
})

test_that("arguments are checked before anything is sent", {
  script <- c(
    "says: nothing is asked for", "exchanges:",
    "  - on: GET /_ping", "    times: any",
    "    reply: {headers: {Api-Version: \"1.44\"}, text: OK}"
  )
  wire(script, function(host, seen) {
    docker <- docker_client(host = host)
    for (id in list(1, NA, NA_character_, "", list("a", TRUE), list(list("a")), docker$image)) {
      for (method in c("stats", "stats_stream")) {
        error <- expect_error(docker$container[[method]](id), "'id' must be", class = "docker_argument")
        expect_identical(error$argument, "id")
      }
    }
    expect_error(docker$container$stats(all = NA), "'all' must be scalar logical", class = "docker_argument")
    expect_error(docker$container$stats_stream(all = 1), "'all' must be scalar logical", class = "docker_argument")
    stream <- docker$container$stats_stream(character())
    for (timeout in list("1", NA_real_, -1, c(1, 2), NULL, Sys.time())) {
      expect_error(stream$read(timeout), "'timeout' must be", class = "docker_argument")
    }
    expect_null(stream$read())
    expect_false(stream$is_open())
  })
})

test_that("a stream gives what was measured at one time, until all are gone", {
  wire(wire_spec("stats_stream_all"), function(host, seen, signal) {
    docker <- docker_client(host = host)
    stream <- docker$container$stats_stream()
    expect_s3_class(stream, "docker_stats_stream")
    expect_true(stream$is_open())
    first <- stream$read()
    expect_identical(names(first), figures)
    expect_identical(first$name, c("one", "three"))
    expect_identical(first$memory_percent, c(25, 0))
    expect_identical(stream$read(timeout = 0.05), first[0, ], ignore_attr = TRUE)
    expect_true(stream$is_open())
    signal("more")
    expect_identical(stream$read()$memory, 33)
    signal("end")
    expect_null(stream$read())
    expect_false(stream$is_open())
    expect_null(stream$read())
    expect_null(stream$close())
  })
})

stats_script <- function(steps) {
  c(
    one_request(
      "GET /v1.44/containers/c0ffee012345/stats?stream=true",
      paste0(
        "{chunked: true, headers: {Content-Type: application/json}, steps: [",
        paste(steps, collapse = ", "), "]}"
      ),
      version = "1.44"
    ),
    "  - on: GET /v1.44/containers/c0ffee012345/json",
    "    reply: {json: {Id: c0ffee012345, Name: /web}}"
  )
}

sample_line <- function(usage) {
  sprintf("{line: {id: c0ffee012345, name: /web, memory_stats: {usage: %s}}}", usage)
}

# Samples that come at once.
sample_lines <- function(usage, id = "c0ffee012345", name = "/web") {
  line <- sprintf(
    '{\\"id\\": \\"%s\\", \\"name\\": \\"%s\\", \\"memory_stats\\": {\\"usage\\": %s}}\\n',
    id, name, usage
  )
  sprintf('{text: "%s"}', paste(line, collapse = ""))
}

test_that("a container has a stream of its own", {
  script <- c(
    "signals: [second, third]",
    stats_script(c(
      "{split: 7}", sample_line(1), "{await: second}", sample_line(2),
      "{await: third}", sample_line(3)
    ))
  )
  wire(script, function(host, seen, signal) {
    stream <- docker_client(host = host)$container$get("c0ffee012345")$stats_stream()
    expect_identical(stream$read()$memory, 1)
    signal("second")
    expect_identical(stream$read()$memory, 2)
    signal("third")
    expect_identical(stream$read()$memory, 3)
    expect_null(stream$read())
  })
})

test_that("who reads seldom gets the newest sample, and what ends the stream after it", {
  script <- stats_script(c(sample_lines(1:100), "reset"))
  wire(script, function(host, seen) {
    stream <- docker_client(host = host)$container$get("c0ffee012345")$stats_stream()
    expect_identical(stream$read()$memory, 100)
    expect_error(stream$read(), class = "docker_protocol")
  })
})

test_that("a container has one row, also while others have none", {
  measured <- function(name, steps) {
    c(
      sprintf("  - on: GET /v1.44/containers/%s/stats?stream=true", name),
      sprintf(
        "    reply: {chunked: true, headers: {Content-Type: application/json}, steps: [%s]}",
        paste(steps, collapse = ", ")
      )
    )
  }
  script <- c(
    "says: one is measured three times before the other is", "signals: [other]",
    "exchanges:",
    "  - on: GET /_ping", "    times: any",
    "    reply: {headers: {Api-Version: \"1.44\"}, text: OK}",
    measured("one", c(sample_lines(1:3, "aaaa", "/one"), "hold")),
    measured("two", c("{await: other}", sample_lines(4:5, "bbbb", "/two"), "hold"))
  )
  wire(script, function(host, seen, signal) {
    stream <- docker_client(host = host)$container$stats_stream(c("one", "two"))
    # The first read waits for the first figures of each container.
    time <- system.time(x <- stream$read(timeout = 1))[["elapsed"]]
    expect_gte(time, 0.9)
    expect_identical(x$name, "one")
    expect_identical(x$memory, 3)
    signal("other")
    x <- stream$read()
    expect_identical(x$name, "two")
    expect_identical(x$memory, 5)
  })
})

test_that("a stream that is closed is at its end", {
  wire(stats_script(c(sample_line(1), "hold")), function(host, seen) {
    stream <- docker_client(host = host)$container$get("c0ffee012345")$stats_stream()
    expect_identical(stream$read()$memory, 1)
    expect_invisible(stream$close())
    expect_null(stream$close())
    expect_false(stream$is_open())
    expect_null(stream$read())
  })
})

test_that("a stream that is forgotten is closed without a wait", {
  skip_if_not(dir.exists("/proc/self/fd"), "descriptors can't be counted here")
  sockets <- function() {
    open <- Sys.readlink(list.files("/proc/self/fd", full.names = TRUE))
    sum(startsWith(open, "socket:"), na.rm = TRUE)
  }
  wire(stats_script(c(sample_line(1), "hold")), function(host, seen) {
    x <- docker_client(host = host)$container$get("c0ffee012345")
    before <- sockets()
    stream <- x$stats_stream()
    expect_identical(stream$read()$memory, 1)
    with_stream <- sockets()
    rm(stream)
    time <- system.time(gc())[["elapsed"]]
    expect_lt(time, 5)
    expect_identical(with_stream - sockets(), 1L)
    # It had taken the connection of the request before, which is kept no more.
    expect_lt(sockets(), before)
  })
})

test_that("what is broken is an error, after what had come, and the end", {
  for (bad in c("{text: \"{\\\"id\\\": \"}, reset", "{text: \"no JSON\\n\"}", "{line: [1]}")) {
    wire(stats_script(c(sample_line(1), bad)), function(host, seen) {
      stream <- docker_client(host = host)$container$get("c0ffee012345")$stats_stream()
      expect_identical(stream$read()$memory, 1)
      expect_error(stream$read(), class = "docker_protocol")
      expect_false(stream$is_open())
      expect_null(stream$read())
    })
  }
})

test_that("figures that no engine has are no trouble", {
  of_one <- function(line) {
    value <- NULL
    wire(stats_script(line), function(host, seen) {
      stream <- docker_client(host = host)$container$get("c0ffee012345")$stats_stream()
      value <<- stream$read()
      expect_null(stream$read())
    })
    value
  }
  for (line in c("{line: {}}", "{line: {memory_stats: null, networks: null, id: null}}")) {
    x <- of_one(line)
    expect_identical(x$id, "")
    expect_identical(x$memory, 0)
  }
  name <- strrep("x", 10000)
  x <- of_one(sprintf(
    "{line: {id: c0ffee, name: %s, read: never, memory_stats: {usage: 18446744073709551615, limit: 1}}}", name
  ))
  expect_identical(x$name, name)
  expect_identical(x$time, as.POSIXct(NA, tz = "UTC"))
  expect_identical(x$memory, 2^64)
  expect_identical(x$memory_percent, 2^64 * 100)
})

test_that("a stream can't be read in a forked child, and lives on in the parent", {
  skip_on_os("windows")
  script <- c(
    "signals: [more]",
    stats_script(c(sample_line(1), "{await: more}", sample_line(2)))
  )
  wire(script, function(host, seen, signal) {
    stream <- docker_client(host = host)$container$get("c0ffee012345")$stats_stream()
    child <- parallel::mcparallel(tryCatch(stream$read(), error = identity))
    error <- parallel::mccollect(child)[[1]]
    expect_s3_class(error, "docker_stale")
    expect_identical(stream$read()$memory, 1)
    signal("more")
    expect_identical(stream$read()$memory, 2)
  })
})

test_that("a stream of another session says so", {
  wire(stats_script("hold"), function(host, seen) {
    stream <- docker_client(host = host)$container$get("c0ffee012345")$stats_stream()
    saved <- unserialize(serialize(stream, NULL))
    expect_error(saved$read(), "another R session", class = "docker_stale")
    stream$close()
  })
})
