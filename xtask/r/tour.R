# Evaluates what it is told to, as if it were typed: a line with the number of
# lines of code, then those. What comes of it is printed; a line that starts
# with \001 then says whether that went well, and with what answer where one
# was asked for.
options(warn = 1, width = 80)
input <- file("stdin", "r")

evaluate <- function(code) {
  for (expression in parse(text = code, keep.source = FALSE)) {
    result <- withVisible(eval(expression, globalenv()))
    if (result$visible) print(result$value)
  }
  "ok"
}

repeat {
  count <- readLines(input, 1)
  if (length(count) == 0) break
  # A count that starts with ? asks for the value, which is then not printed.
  asked <- startsWith(count, "?")
  code <- readLines(input, as.integer(sub("?", "", count, fixed = TRUE)))
  verdict <- tryCatch(
    if (asked) {
      value <- eval(parse(text = code), globalenv())
      paste("ok", paste(value, collapse = " "))
    } else {
      evaluate(code)
    },
    error = function(e) {
      cat("Error: ", conditionMessage(e), "\n", sep = "")
      "error"
    }
  )
  cat("\001", verdict, "\n", sep = "")
}
