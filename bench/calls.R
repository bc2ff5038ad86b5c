# Pings as often as each line of standard input says, and prints the seconds of each.
suppressPackageStartupMessages(library(stevedore))
docker <- docker_client()
input <- file("stdin", "r")
while (length(line <- readLines(input, 1L)) == 1L) {
  took <- numeric(as.integer(line))
  for (i in seq_along(took)) {
    begun <- Sys.time()
    docker$ping()
    took[[i]] <- as.numeric(Sys.time()) - as.numeric(begun)
  }
  cat(format(took, digits = 9, scientific = TRUE), "\n")
  flush(stdout())
}
