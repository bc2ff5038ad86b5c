# Follows the log of a container into a file. Prints how many seconds it took, and the
# most memory (KiB) that this process has had before and after.
suppressPackageStartupMessages(library(stevedore))
words <- commandArgs(TRUE)
peak <- function() {
  line <- grep("^VmHWM:", readLines("/proc/self/status"), value = TRUE)
  as.numeric(gsub("[^0-9]", "", line))
}
x <- docker_client()$container$get(words[[1L]])
before <- peak()
begun <- Sys.time()
x$logs(follow = TRUE, stream = words[[2L]])
took <- as.numeric(Sys.time()) - as.numeric(begun)
cat(took, before, peak(), "\n")
