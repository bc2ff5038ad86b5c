# R's side knows objects, printing, conditions and streams; how an engine is talked
# to is known in Rust only.

# Names and texts of the package's own code, each with the function it is in.
words_of <- function(x) {
  if (is.function(x)) {
    c(names(formals(x)), words_of(as.list(formals(x))), words_of(body(x)))
  } else if (is.character(x)) {
    x
  } else if (is.name(x)) {
    as.character(x)
  } else if (is.call(x) || is.expression(x) || is.list(x) || is.pairlist(x)) {
    c(names(x), unlist(lapply(as.list(x), function(part) {
      # An empty argument has no value to look at.
      if (identical(part, quote(expr = ))) NULL else words_of(part)
    })))
  }
}

forbidden <- c(
  "http", "json", "content-type", "x-registry", "curl", "base64", "socket",
  "^/[a-z_]+(/|$)", "/v1[.]", "[?&][a-z]+="
)

# The setting that 0.9.6 has, and its values.
settings <- c(
  "http_client_type", "curl", "httppipe",
  "'http_client_type' must be one of 'curl', 'httppipe', 'null'"
)

found_in <- function(words) {
  words <- setdiff(as.character(words), settings)
  is_bad <- lapply(forbidden, grepl, words, ignore.case = TRUE)
  words[Reduce(`|`, is_bad, logical(length(words)))]
}

test_that("no code of R's knows how an engine is talked to", {
  home <- asNamespace("stevedore")
  names <- Filter(function(name) is.function(home[[name]]), ls(home, all.names = TRUE))
  expect_gt(length(names), 100L)
  for (name in names) {
    expect_identical(found_in(words_of(home[[name]])), character(), label = name)
  }
})

test_that("this test would find it", {
  bad <- function(x, y = "Content-Type") {
    fromJSON(paste0("/containers/", x, "?all=1"))
    z$http_get[, 1]
  }
  expect_setequal(
    found_in(words_of(bad)),
    c("Content-Type", "fromJSON", "/containers/", "?all=1", "http_get")
  )
})
