# R in a terminal of its own, which the program `script` makes, with somebody before it.

# Runs `code` in such an R, and presses keys: each of `keys` once what its name says has been
# shown after the one before; a function is called. Gives the lines that were shown.
on_terminal <- function(code, keys) {
  if (!nzchar(Sys.which("script"))) {
    skip("there is no program `script` that makes terminals")
  }
  file <- tempfile(fileext = ".R")
  shown <- tempfile("shown")
  on.exit(unlink(c(file, shown)))
  writeLines(
    c(
      sprintf(".libPaths(%s)", paste(deparse(.libPaths()), collapse = "")),
      "library(stevedore)",
      "invisible(system('stty rows 24 cols 80'))",
      code,
      "modes <- strsplit(system('stty -a', intern = TRUE), '[ ;]+')",
      "cat('SANE', all(c('icanon', 'echo', 'isig', 'opost') %in% unlist(modes)), '\\n')",
      "cat('DONE\\n')"
    ),
    file
  )
  rscript <- paste(file.path(R.home("bin"), "Rscript"), "--vanilla", shQuote(file))
  person <- pipe(
    sprintf("script -qefc %s %s > /dev/null 2>&1", shQuote(rscript), shQuote(shown)), "wb"
  )
  on.exit(close(person), add = TRUE, after = FALSE)
  text <- function() {
    if (!file.exists(shown)) {
      return("")
    }
    bytes <- readBin(shown, "raw", file.size(shown))
    rawToChar(bytes[bytes != 0])
  }
  seen <- 0L
  for (i in seq_along(keys)) {
    at <- NULL
    wait_until(
      {
        at <- regexpr(names(keys)[[i]], substring(text(), seen + 1L), useBytes = TRUE)
        at > 0L
      },
      sprintf("'%s' is shown", names(keys)[[i]])
    )
    seen <- nchar(text(), "bytes")
    if (is.function(keys[[i]])) {
      keys[[i]]()
    } else {
      writeBin(charToRaw(keys[[i]]), person)
      flush(person)
    }
  }
  wait_until(grepl("DONE|Execution halted", text(), useBytes = TRUE), "R has ended")
  strsplit(text(), "\r?\n", useBytes = TRUE)[[1L]]
}
