stream <- function(text, source, zeros = 0) {
  new_docker_stream(list(lines = text, source = source, zeros = zeros))
}

test_that("output is a character vector with a stream for each element", {
  x <- stream(c("a\n", "b\n"), c(2L, 3L))
  expect_s3_class(x, "docker_stream", exact = TRUE)
  expect_identical(
    attr(x, "stream"),
    factor(c("stdout", "stderr"), c("stdin", "stdout", "stderr"))
  )
  expect_identical(as.character(x), c("a\n", "b\n"))
})

test_that("subsets and combinations are plain, substitutions are not", {
  x <- stream(c("a\n", "b\n"), c(2L, 3L))
  expect_identical(x[1], "a\n")
  expect_identical(c(x, "c"), c("a\n", "b\n", "c"))
  expect_s3_class(sub("a", "A", x), "docker_stream")
})

test_that("no output and the output of a terminal have no class", {
  expect_identical(stream(character(), integer()), character())
  expect_identical(stream(c("one", "two"), NULL), c("one", "two"))
})

test_that("zero bytes that were left out are warned of", {
  expect_warning(stream("a\n", 2L, zeros = 3), "3 zero byte(s)", fixed = TRUE)
})

test_that("a prefix tells the streams apart", {
  x <- stream(c("in\n", "out\n", "err\n", "\n", "end"), c(1L, 2L, 3L, 2L, 2L))
  expect_identical(
    format(x, style = "prefix"),
    c("I< in\n", "O> out\n", "E> err\n", "O> \n", "O> end")
  )
  expect_identical(
    format(x, style = "prefix", prefix_stdout = "- ", strip_newline = TRUE),
    c("I< in", "- out", "E> err", "- ", "- end")
  )
  expect_identical(format(x[0:0]), character())
})

test_that("a prefix follows every newline within an element", {
  x <- stream(c("a\nb\n", "c\n\nd"), c(2L, 3L))
  expect_identical(
    format(x, style = "prefix"), c("O> a\nO> b\n", "E> c\nE> \nE> d")
  )
})

test_that("colours tell the streams apart, and stderr has its own", {
  x <- stream(c("out\n", "err\n"), c(2L, 3L))
  expect_identical(
    format(x, style = "colour"),
    c("\033[34mout\033[39m\n", "\033[31merr\033[39m\n")
  )
  expect_error(
    format(x, style = "colour", colour_stdout = "mauve"),
    "Unknown colour 'mauve'",
    class = "docker_argument"
  )
})

test_that("plain and unknown styles change nothing", {
  x <- stream(c("a\nb\n", "c"), c(2L, 3L))
  expect_identical(format(x, style = "plain"), c("a\nb\n", "c"))
  expect_identical(format(x, style = "other"), c("a\nb\n", "c"))
})

test_that("a filter keeps streams by name", {
  x <- stream(c("a\n", "b\n"), c(2L, 3L))
  expect_identical(format(x, style = "plain", filter = "stderr"), "b\n")
  expect_identical(format(x, style = "prefix", filter = "stdin"), character())
})

test_that("what is over max_lines is cut out of the middle", {
  x <- stream(sprintf("%d\n", 1:20), rep(2L, 20))
  expect_identical(
    format(x, style = "prefix", max_lines = 6, strip_newline = TRUE),
    c(
      "O> 1", "O> 2", "-- [...truncated 15 lines...]", "O> 18", "O> 19", "O> 20"
    )
  )
  expect_length(format(x, style = "prefix", max_lines = 20), 20)
  expect_length(format(x, style = "prefix", max_lines = 1), 1)
})

test_that("bytes that are no text survive", {
  odd <- rawToChar(as.raw(c(0xff, 0xfe, 0x0a)))
  x <- stream(odd, 2L)
  expect_identical(
    charToRaw(format(x, style = "prefix")),
    c(charToRaw("O> "), as.raw(c(0xff, 0xfe, 0x0a)))
  )
})

test_that("printing is the format, with nothing between", {
  x <- stream(c("a\n", "b\n"), c(2L, 3L))
  expect_output(expect_invisible(print(x)), "^O> a\nE> b$")
})

test_that("a stream argument is a connection, a file name, or a flag", {
  expect_error(open_sink(1), "'stream' must be a connection", class = "docker_argument")
  expect_error(open_sink(NA), "'stream' must be a connection")
  expect_null(open_sink(FALSE)$con)
  expect_null(open_sink(NULL)$con)
  file <- tempfile()
  on.exit(unlink(file))
  writeLines("old", file)
  sink <- open_sink(file)
  cat("new\n", file = sink$con)
  sink$close()
  expect_identical(readLines(file), "new")
})

test_that("a connection that was not open is opened once, and closed again", {
  path <- tempfile()
  on.exit(unlink(path))
  con <- file(path)
  sink <- open_sink(con)
  cat("a\n", file = sink$con)
  cat("b\n", file = sink$con)
  sink$close()
  expect_identical(readLines(path), c("a", "b"))
})
