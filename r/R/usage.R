# What containers use, once or as a stream.

# A row for each container: those of `id`, or all that run, or with `all` that
# there are.
container_usage <- function(handle, id, all, call = sys.call(-1L)) {
  force(call)
  whose <- whose_usage(id, all, call)
  as_user_frame(handle, unwrap(native_usage(handle$pointer, whose), call))
}

# The same as a stream of such data frames.
usage_stream <- function(handle, id, all = FALSE, call = sys.call(-1L)) {
  force(call)
  whose <- whose_usage(id, all, call)
  # Now, and not when it is first read.
  stream <- unwrap(native_usage_open(handle$pointer, whose), call)
  new_stats_stream(handle, stream)
}

read_usage <- function(handle, stream, timeout, call = sys.call(-1L)) {
  force(call)
  if (!is.numeric(timeout) || length(timeout) != 1L || is.object(timeout) ||
    is.na(timeout) || timeout < 0) {
    stop_argument("'timeout' must be a number of seconds, 0 or more", call = call)
  }
  as_user_frame(
    handle, unwrap(native_usage_read(stream, as.double(timeout)), call)
  )
}

whose_usage <- function(id, all, call) {
  check_flag(all, "all", call)
  list(id = container_ids(id, call), all = all)
}

# Names and ids of containers; NULL where all are meant.
container_ids <- function(id, call) {
  if (is.null(id)) {
    return(NULL)
  }
  if (inherits(id, "stevedore_object") || !is.list(id)) {
    id <- list(id)
  }
  ids <- lapply(id, function(one) {
    if (inherits(one, "docker_container")) {
      one$id()
    } else if (is.character(one) && !anyNA(one) && all(nzchar(one))) {
      one
    } else {
      stop_argument(
        "'id' must be a character vector (non-NA, not empty), a 'docker_container' object or a list of these",
        call = call
      )
    }
  })
  as.character(unlist(ids, use.names = FALSE))
}

# A data frame as the user of this client wants them.
as_user_frame <- function(handle, x) {
  if (is.null(x) || is.null(handle$data_frame)) x else handle$data_frame(x)
}
