# Does what each line of standard input says until it is interrupted; then prints when
# that was, and how many sockets there were before and after: `logs ID`.
suppressPackageStartupMessages(library(stevedore))
docker <- docker_client()
sockets <- function() {
  descriptors <- list.files("/proc/self/fd", full.names = TRUE)
  sum(startsWith(Sys.readlink(descriptors), "socket:"), na.rm = TRUE)
}
calls <- list(
  logs = function(x) x$logs(follow = TRUE, stream = FALSE),
  wait = function(x) x$wait(),
  exec = function(x) x$exec(c("sleep", "86400"), stream = FALSE),
  run = function(x, ...) {
    docker$container$run(
      "busybox", c("sleep", "86400"),
      labels = x$labels(), stream = FALSE, ...
    )
  },
  run_rm = function(x) calls$run(x, rm = TRUE)
)
input <- file("stdin", "r")
cat(Sys.getpid(), "\n")
flush(stdout())
while (length(line <- readLines(input, 1L)) == 1L) {
  words <- strsplit(line, " ")[[1L]]
  call <- calls[[words[[1L]]]]
  x <- docker$container$get(words[[2L]])
  before <- sockets()
  at <- tryCatch(
    {
      cat("ready\n")
      flush(stdout())
      # What says which container is left is for a person.
      suppressMessages(call(x))
      NA
    },
    interrupt = function(e) as.numeric(Sys.time())
  )
  cat(format(at, digits = 17), before, sockets(), "\n")
  flush(stdout())
}
