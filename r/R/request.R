# Requests that users write by hand.

# Sends one and gives back its answer, whatever its status; `stream`, where it is
# given, is called with each piece of the content instead.
send_by_hand <- function(handle, verb, path, query, body, headers, stream,
                         call = sys.call(-1L)) {
  force(call)
  if (!is.null(stream) && !is.function(stream)) {
    stop_argument("'stream' must be a function", call = call)
  }
  request <- list(
    verb = verb, path = path, query = query, body = body, headers = headers
  )
  answer <- unwrap(
    native_request(handle$pointer, request, is.null(stream)), call
  )
  if (!is.null(stream)) {
    on.exit(native_stream_close(answer))
    answer <- pass_on(answer, stream, call)
  }
  answer$modified <- last_modified(answer$modified)
  # What is not measured on its own is missing.
  times <- c(
    redirect = 0, namelookup = 0, connect = NA, pretransfer = NA,
    starttransfer = answer$answered, total = answer$total
  )
  parts <- c("url", "status_code", "type", "headers", "modified")
  c(answer[parts], list(times = times), answer[intersect("content", names(answer))])
}

# Calls `fun` with each piece; gives what there is to say beside them.
pass_on <- function(answer, fun, call) {
  repeat {
    piece <- unwrap(native_stream_read(answer), call)
    if (is.null(piece)) {
      break
    }
    fun(piece)
  }
  unwrap(native_stream_outcome(answer), call)
}

# The time that a header of an answer gives, "Tue, 24 Nov 2026 07:30:57 GMT".
last_modified <- function(text) {
  part <- regmatches(
    text, regexec("^\\w+, (\\d+) (\\w+) (\\d+) (\\d+):(\\d+):(\\d+) GMT$", text)
  )[[1L]][-1L]
  month <- match(part[2L], month.abb)
  ISOdatetime(part[3L], month, part[1L], part[4L], part[5L], part[6L], tz = "GMT")
}
