# What the methods of images, networks, volumes and types do beyond one call.

# Method names shadow base functions in the environments of objects, so
# generated methods collect their arguments with `given()`.
given <- list

# Arguments under the names that the API has for them; what is wrong with one is
# told under the name that the user knows.
rename <- function(args, names) {
  at <- match(names(names), names(args), nomatch = 0L)
  names(args)[at] <- names[at > 0L]
  attr(args, "spoken") <- stats::setNames(names(names), names)
  args
}

# Raises `failure`, whose argument has another name in `spoken`.
respoken <- function(failure, spoken) {
  argument <- failure$fields$argument
  first <- sub("[$[].*$", "", argument)
  if (length(first) == 1L && first %in% names(spoken)) {
    name <- spoken[[first]]
    failure$message <- sub(
      paste0("'", first), paste0("'", name), failure$message,
      fixed = TRUE
    )
    failure$fields$argument <- paste0(name, substring(argument, nchar(first) + 1L))
  }
  failure
}

# The names of an image, without the `<none>` of one that has none.
image_tags <- function(repo_tags) {
  setdiff(repo_tags, "<none>:<none>")
}

image_untag <- function(handle, id, repo_tags, repo_tag, call = sys.call(-1L)) {
  force(call)
  check_string(repo_tag, "repo_tag", call)
  # A colon before a slash belongs to the port of a registry.
  if (!grepl(":[^/]*$", repo_tag)) {
    repo_tag <- paste0(repo_tag, ":latest")
  }
  known <- call_engine(handle, "image_inspect", list(name = id), call)$repo_tags
  if (!repo_tag %in% known) {
    stop_argument(
      "Invalid repo_tag '", repo_tag, "' for image '", id, "'",
      argument = "repo_tag", call = call
    )
  }
  call_engine(handle, "image_remove", list(name = repo_tag), call)
  NULL
}

# Connections that are no container's have names that say so.
network_containers <- function(handle, containers, call = sys.call(-1L)) {
  force(call)
  ids <- as.character(names(containers))
  lapply(ids[!startsWith(ids, "ep-")], function(id) {
    get_container(handle, id, call)
  })
}

volume_map <- function(name, path, readonly, call = sys.call(-1L)) {
  force(call)
  check_string(path, "path", call)
  check_flag(readonly, "readonly", call)
  paste0(name, ":", path, if (readonly) ":ro")
}

# An argument of several parts in the API's own words; NULL where it has none.
make_type <- function(handle, name, of, args, call = sys.call(-1L)) {
  value <- unwrap(native_type(of, args), call)
  if (length(value) == 0L) {
    return(NULL)
  }
  structure(value, stevedore_type = name)
}

# Objects stand for their ids: an image, container or network where an argument
# is called that, and the noun's own objects where it is called `id` or `name`.
with_ids <- function(args, endpoint, call) {
  is_object <- vapply(args, inherits, NA, "stevedore_object", USE.NAMES = FALSE)
  if (!any(is_object)) {
    return(args)
  }
  noun <- sub("_.*$", "", endpoint)
  for (name in names(args)[is_object]) {
    class <- paste0("docker_", if (name %in% c("id", "name")) noun else name)
    if (is.null(faces[[class]])) {
      next
    }
    object <- args[[name]]
    if (!inherits(object, class)) {
      spoken <- attr(args, "spoken")
      stop_argument(
        "'", if (name %in% names(spoken)) spoken[[name]] else name,
        "' must be a scalar character (non-NA) or '", class,
        "' object",
        call = call
      )
    }
    args[[name]] <- if (is.function(.subset2(object, "id"))) {
      object$id()
    } else {
      object$name()
    }
  }
  args
}
