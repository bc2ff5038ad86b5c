# Does what each line of standard input says, as often as it says, and prints the
# seconds of each: `ping 250`.
suppressPackageStartupMessages(library(stevedore))
docker <- docker_client()
calls <- list(
  ping = function() docker$ping(),
  list = function() docker$container$list(all = TRUE)
)
input <- file("stdin", "r")
while (length(line <- readLines(input, 1L)) == 1L) {
  words <- strsplit(line, " ")[[1L]]
  call <- calls[[words[[1L]]]]
  took <- numeric(as.integer(words[[2L]]))
  for (i in seq_along(took)) {
    begun <- Sys.time()
    call()
    took[[i]] <- as.numeric(Sys.time()) - as.numeric(begun)
  }
  cat(format(took, digits = 9, scientific = TRUE), "\n")
  flush(stdout())
}
