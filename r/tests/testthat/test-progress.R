NA_chr <- NA_character_

test_that("progress has a line for each kind of report", {
  expect_identical(
    format_progress(
      status = c("Pulling from library/x", "Pulling fs layer", "Downloading", "Digest: sha256:00"),
      id = c("latest", "aaaa", "aaaa", NA),
      current = c(NA, NA, 528, NA), total = c(NA, NA, 123456, NA),
      error = rep(NA_chr, 4)
    ),
    c(
      "Pulling from library/x latest", "Pulling fs layer aaaa",
      "aaaa: Downloading 528 B/123.46 kB 0%", "Digest: sha256:00"
    )
  )
})

test_that("a report without a total, or without any, does no harm", {
  expect_identical(
    format_progress(c("Pushing", "Pushing"), c("a", NA), c(1234, 0), c(NA, 0), c(NA_chr, NA_chr)),
    c("a: Pushing 1.23 kB", "Pushing 0 B")
  )
})

test_that("an error is a line of its own", {
  expect_identical(format_progress(NA_chr, NA_chr, NA, NA, "no space"), "no space")
})

test_that("sizes are in thousands", {
  expect_identical(
    format_bytes(c(0, 999, 1000, 1e6, 123456789, 5e9, 5e12)),
    c("0 B", "999 B", "1.00 kB", "1.00 MB", "123.46 MB", "5.00 GB", "5000.00 GB")
  )
})

report <- function(status, current = NA_real_) {
  list(status = status, id = "a", current = current, total = 10, error = NA_chr)
}

shown <- function(terminal, ...) {
  file <- tempfile()
  on.exit(unlink(file))
  con <- file(file, "wb")
  display <- new_progress_display(con, terminal)
  for (report in list(...)) {
    display$show(report)
  }
  display$done()
  close(con)
  readChar(file, file.size(file))
}

test_that("off a terminal every report has its line", {
  expect_identical(
    shown(FALSE, report("Down", 1), report("Down", 2), report("Done")),
    "a: Down 1 B/10 B 10%\na: Down 2 B/10 B 20%\nDone a\n"
  )
})

test_that("on a terminal moving reports overwrite each other", {
  expect_identical(
    shown(TRUE, report("Downloading", 1), report("Down", 2), report("Done")),
    paste0(
      "\ra: Downloading 1 B/10 B 10%",
      "\ra: Down 2 B/10 B 20%       ",
      "\rDone a              \n"
    )
  )
  expect_match(shown(TRUE, report("Down", 1)), "\n$")
})
