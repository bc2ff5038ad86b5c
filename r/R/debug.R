# The traffic of clients that were made with `debug`.

# Where the traffic of each goes, by the client's number, for as long as it lives.
watchers <- new.env(parent = emptyenv())

# A number for a client whose traffic goes to `con`, kept with whatever keeps the
# result: NULL where it is not watched.
new_watcher <- function(con, call) {
  if (is.null(con) || isFALSE(con)) {
    return(NULL)
  }
  if (!isTRUE(con) && !can_be_written(con)) {
    stop_settings(
      "'debug' must be a connection that can be written to",
      call = call
    )
  }
  last <- watchers$last
  number <- if (is.null(last)) 1 else last + 1
  assign("last", number, envir = watchers)
  key <- sprintf("%.0f", number)
  assign(key, con, envir = watchers)
  watcher <- new.env(parent = emptyenv())
  watcher$number <- number
  reg.finalizer(watcher, function(watcher) {
    rm(list = sprintf("%.0f", watcher$number), envir = watchers)
  })
  watcher
}

# One that is not open would be written anew with each call.
can_be_written <- function(con) {
  tryCatch(
    {
      if (!isOpen(con)) {
        open(con, "wt")
      }
      isOpen(con, "write")
    },
    error = function(e) FALSE
  )
}

# Prints the lines that have gathered, each where its client wants it. What the
# client was asked for does not fail with that.
show_traffic <- function(lines) {
  for (number in unique(lines$watcher)) {
    key <- sprintf("%.0f", number)
    con <- watchers[[key]]
    if (!is.null(con)) {
      tryCatch(
        writeLines(
          lines$text[lines$watcher == number], if (isTRUE(con)) stdout() else con
        ),
        error = function(e) {
          assign(key, NULL, envir = watchers)
          warning(
            "the traffic is not shown any more: ", conditionMessage(e),
            call. = FALSE
          )
        }
      )
    }
  }
}
