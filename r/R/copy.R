# Copies between containers and here, and archives that go to files.

copy_in <- function(handle, id, src, dest, follow_link = NULL, archive = NULL,
                    call = sys.call(-1L)) {
  force(call)
  from <- list(path = local_path(src, "src", call), here = TRUE)
  to <- list(path = check_string(dest, "dest", call), container = id)
  copy_files(handle, from, to, follow_link, archive, call)
}

copy_out <- function(handle, id, src, dest, follow_link = NULL,
                     call = sys.call(-1L)) {
  force(call)
  from <- list(path = check_string(src, "src", call), container = id)
  to <- list(path = local_path(dest, "dest", call), here = TRUE)
  copy_files(handle, from, to, follow_link, NULL, call)
}

# Either may be `name:path`.
copy_anywhere <- function(handle, src, dest, follow_link = NULL, archive = NULL,
                          call = sys.call(-1L)) {
  force(call)
  from <- list(path = local_path(src, "src", call))
  to <- list(path = local_path(dest, "dest", call))
  copy_files(handle, from, to, follow_link, archive, call)
}

copy_files <- function(handle, from, to, follow_link, archive, call) {
  how <- list(
    follow_link = !is.null(follow_link) &&
      check_flag(follow_link, "follow_link", call),
    archive = !is.null(archive) && check_flag(archive, "archive", call)
  )
  warn_left_out(unwrap(native_copy(handle$pointer, from, to, how), call), call)
}

# A tar archive that is sent as it is, or files that are packed into one.
put_archive_in <- function(handle, args, call = sys.call(-1L)) {
  force(call)
  src <- args$src
  args$src <- NULL
  if (!is.raw(src)) {
    if (!is.character(src)) {
      stop_argument("'src' must be raw, or the name of a file", call = call)
    }
    src <- local_path(src, "src", call)
  }
  warn_left_out(unwrap(native_put(handle$pointer, src, args), call), call)
}

# A path on this side, as the native side takes it.
local_path <- function(path, name, call) {
  path.expand(check_string(path, name, call))
}

warn_left_out <- function(left_out, call) {
  if (!is.null(left_out)) {
    paths <- utils::head(left_out$paths, 10L)
    n <- left_out$count
    text <- sprintf(
      "%.0f %s left out, since devices, fifos and the like can't be copied:\n%s%s",
      n, if (n == 1) "file was" else "files were",
      paste0("- ", paths, collapse = "\n"),
      if (n > length(paths)) "\n- ..." else ""
    )
    warning(text, call. = FALSE)
  }
  invisible(NULL)
}
