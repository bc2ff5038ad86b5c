# What objects offer at a version of the API: which methods, with which
# arguments, and the help they carry. The generated files fill `faces`.

faces <- list()

# A method: what it does, the command of the docker program that is most alike,
# its arguments and, as minor versions, since when they are there (`newer`).
# Before `since` the method only says that it is too new; before `member_since`
# the object lacks it. Up to `until` the arguments have another `order`.
about <- function(doc, cli = NULL, args = character(), newer = integer(),
                  since = 25L, endpoint = NULL, member_since = 25L,
                  until = 0L, order = NULL) {
  list(
    doc = doc, cli = cli, args = args, newer = newer, since = since,
    endpoint = endpoint, member_since = member_since, until = until,
    order = order
  )
}

# The newest minor version of the API that this package speaks, and the newest
# that stevedore 0.9.6 did: up to there methods have the arguments that they had
# in it. From the next on they have all, and one that the engine lacks is an
# error that says which version has it.
newest_minor <- 55L
legacy_minor <- 39L

# Faces that were worked out before, by class and minor version.
known_faces <- new.env(parent = emptyenv())

# For each method of `object`, an object of `class` in the making: what it carries,
# and its formals and body where they are not those of the newest version; and
# which methods are absent.
face_at <- function(class, minor, object) {
  key <- paste(class, minor)
  face <- known_faces[[key]]
  if (is.null(face)) {
    methods <- faces[[class]]$methods
    there <- vapply(methods, function(m) minor >= m$member_since, NA)
    found <- lapply(stats::setNames(nm = names(methods)[there]), function(name) {
      face <- method_at(name, methods[[name]], minor, .subset2(object, name))
      face$attributes <- list(
        class = "docker_client_method", help = face$help, name = name
      )
      face
    })
    face <- list(
      title = faces[[class]]$title, methods = found,
      absent = names(methods)[!there]
    )
    assign(key, face, envir = known_faces)
  }
  face
}

method_at <- function(name, about, minor, fun) {
  help <- list(
    summary = about$doc, description = NULL, args = about$args,
    cli = about$cli, name = name
  )
  if (minor < about$since) {
    help$args <- character()
    body <- if (is.null(about$endpoint)) {
      bquote(too_new(.handle, .(name), .(about$since)))
    } else {
      bquote(call_engine(.handle, .(about$endpoint)))
    }
    return(list(help = help, formals = alist(... = ), body = body))
  }
  args <- formals(fun)
  shown <- if (minor > legacy_minor) newest_minor else minor
  late <- names(about$newer)[about$newer > shown]
  if (length(late) == 0L && minor > about$until) {
    return(list(help = help))
  }
  # Where the body names an argument that is not there, it is as if left out.
  body <- do.call(substitute, list(body(fun), as.list(args[late])))
  args <- args[!names(args) %in% late]
  if (minor <= about$until) {
    args <- args[about$order]
  }
  help$args <- help$args[names(args)]
  list(help = help, formals = args, body = body)
}

too_new <- function(handle, name, since, call = sys.call(-1L)) {
  raise(
    "docker_version",
    sprintf(
      "'%s' requires docker API version at least 1.%d (version %s used)",
      name, since, handle$connection$api_version
    ),
    call = call
  )
}
