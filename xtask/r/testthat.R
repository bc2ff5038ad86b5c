# Runs the tests of the installed package whose file names match a pattern,
# and writes one line for each: verdict, file, test, message.
args <- commandArgs(trailingOnly = TRUE)
folder <- args[[1]]
pattern <- args[[2]]
report <- args[[3]]

# testthat takes it for an error that no file matches; here it is a count of none.
names <- sub("^test-(.*)[.][rR]$", "\\1", list.files(folder, "^test-.*[.][rR]$"))
if (!any(grepl(pattern, names, perl = TRUE))) {
  writeLines("end", report)
  quit()
}

library(testthat)
library(stevedore)

# Says which test runs, so that one that hangs can be named.
announce <- R6::R6Class(
  "announce",
  inherit = Reporter,
  public = list(
    start_test = function(context, test) self$cat_line("begin: ", test)
  )
)

results <- test_dir(
  folder,
  filter = pattern,
  perl = TRUE,
  package = "stevedore",
  load_package = "installed",
  reporter = MultiReporter$new(reporters = list(
    announce$new(),
    ProgressReporter$new(show_praise = FALSE, update_interval = Inf)
  )),
  stop_on_failure = FALSE
)

one_line <- function(x) {
  trimws(gsub("[[:space:]]+", " ", paste(x, collapse = " ")))
}

is_a <- function(what) {
  function(expectation) inherits(expectation, what)
}

line_of <- function(test) {
  failed <- Filter(is_a(c("expectation_failure", "expectation_error")), test$results)
  skipped <- Filter(is_a("expectation_skip"), test$results)
  if (length(failed) > 0) {
    verdict <- "failed"
    message <- conditionMessage(failed[[1]])
  } else if (length(skipped) > 0) {
    verdict <- "skipped"
    message <- sub("^Reason: ", "", conditionMessage(skipped[[1]]))
  } else {
    verdict <- "passed"
    message <- ""
  }
  paste(verdict, test$file, one_line(test$test), one_line(message), sep = "\t")
}

writeLines(c(vapply(results, line_of, ""), "end"), report)
