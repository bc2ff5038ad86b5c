# Objects: environments with methods, locked, that print as a directory.

# Turns the environment of a factory function into an object: what it has at the
# version in use, and nothing in it can be replaced. Its functions become methods,
# with their help and the arguments of that version, when they are asked for: most
# objects are made for the sake of one of forty.
new_object <- function(self, class, handle) {
  self$help <- function(help_type = getOption("help_type")) {
    utils::help((class), package = "stevedore", help_type = help_type)
  }
  minor <- handle$minor
  if (is.null(minor)) {
    minor <- newest_minor
  }
  face <- face_at(class, minor, self)
  if (length(face$absent) > 0L) {
    rm(list = face$absent, envir = self)
  }
  self$.face <- face$methods
  lockEnvironment(self, bindings = TRUE)
  class(self) <- c(class, "stevedore_object")
  attr(self, "title") <- face$title
  self
}

# Objects have it as an active binding, which looks into their state.
utils::globalVariables(".attrs")

# What an object knows of itself and can learn anew, beside its locked bindings.
new_state <- function(attrs) {
  state <- new.env(parent = emptyenv())
  state$attrs <- attrs
  state
}

`$.stevedore_object` <- function(x, name) {
  member <- .subset2(x, name)
  if (is.function(member)) {
    return(as_method(member, .subset2(x, ".face")[[name]]))
  }
  if (is.null(member)) {
    no_element(x, name)
  }
  member
}

`[[.stevedore_object` <- function(x, i, ...) {
  if (!is.character(i) || length(i) != 1L || is.na(i)) {
    stop_argument("'i' must be a scalar character (non-NA)", call = NULL)
  }
  `$.stevedore_object`(x, i)
}

# A function as the version in use has it; hidden ones have no face.
as_method <- function(member, face) {
  if (is.null(face)) {
    return(member)
  }
  if (!is.null(face$body)) {
    member <- as.function(c(face$formals, face$body), environment(member))
  }
  attributes(member) <- face$attributes
  member
}

no_element <- function(x, name) {
  stop_argument(
    "No element '", name, "' within '", class(x)[[1L]], "' object",
    meant(name, ls(x)),
    call = NULL
  )
}

# The known name that a misspelt one was probably meant to be, as a message has it; by
# the same rule as within arguments.
meant <- function(name, known) {
  found <- unwrap(native_meant(name, known))
  if (!is.null(found)) paste0("; is '", found, "' meant?")
}

# Completion shows what a user may use, not the hidden state.
.DollarNames.stevedore_object <- function(x, pattern = "") {
  grep(pattern, ls(x), value = TRUE)
}

print.stevedore_object <- function(x, ...) {
  members <- sort(names(x))
  members <- members[!startsWith(members, ".")]
  is_method <- vapply(members, function(m) is.function(.subset2(x, m)), NA)

  places <- members[!is_method]
  places <- c(setdiff(places, "types"), intersect(places, "types"))
  titles <- vapply(places, function(m) attr(.subset2(x, m), "title"), "")

  methods <- members[is_method]
  calls <- lapply(methods, function(m) {
    format_call(m, x[[m]], getOption("width") - 4L, indent = 2L)
  })

  writeLines(c(
    sprintf("<%s>", class(x)[[1L]]),
    sprintf("  %s: %s", places, titles),
    unlist(calls)
  ))
  invisible(x)
}

# A call as its help page would show it, in lines shorter than `width`.
format_call <- function(name, fun, width, indent = 0L) {
  args <- formals(fun)
  words <- vapply(names(args), function(arg) {
    default <- paste(deparse(args[[arg]]), collapse = " ")
    if (nzchar(default)) paste(arg, "=", default) else arg
  }, "")
  n <- length(words)
  words <- paste0(words, rep(c(",", ")"), c(max(n - 1L, 0L), min(n, 1L))))
  opening <- paste0(strrep(" ", indent), name, "(")
  if (n == 0L) {
    return(paste0(opening, ")"))
  }

  lines <- character()
  line <- paste0(opening, words[[1L]])
  for (word in words[-1L]) {
    longer <- paste(line, word)
    if (nchar(longer) < width) {
      line <- longer
    } else {
      lines <- c(lines, line)
      line <- paste0(strrep(" ", indent + 4L), word)
    }
  }
  c(lines, line)
}

format.docker_client_method <- function(x, ..., type = "text") {
  help <- attr(x, "help")
  switch(type,
    text = format_method_text(x, help),
    rd = format_method_rd(x, help),
    stop_argument("'type' must be one of 'text', 'rd'")
  )
}

format_method_text <- function(x, help) {
  width <- getOption("width")
  bold <- if (has_colour()) function(text) paste0("\033[1m", text, "\033[22m") else identity
  call <- format_call("function", x, width - 4L)
  rule <- strrep("-", max(nchar(call)))
  about <- paste(c(help$summary, help$description), collapse = " ")
  if (!is.null(help$cli)) {
    about <- paste0(about, " Similar to the cli command `docker ", help$cli, "`.")
  }
  args <- lapply(names(help$args), function(arg) {
    lines <- strwrap(
      sprintf("%s: %s", arg, help$args[[arg]]), width,
      indent = 2L, exdent = 8L
    )
    sub(arg, bold(arg), lines, fixed = TRUE)[seq_along(lines)]
  })
  about <- strwrap(about, width)
  if (has_colour()) {
    about <- gsub("`([^`]+)`", bold("\\1"), about)
  }
  c(call, rule, about, rule, unlist(args))
}

format_method_rd <- function(x, help) {
  escape <- function(text) gsub("([%{}\\\\])", "\\\\\\1", text)
  code <- function(text) gsub("`([^`]+)`", "\\\\code{\\1}", escape(text))
  args <- sprintf(
    "      \\item{\\code{%s}}{%s}", names(help$args), code(unlist(help$args))
  )
  cli <- if (!is.null(help$cli)) {
    sprintf("  Similar to the cli command \\code{docker %s}.", escape(help$cli))
  }
  c(
    sprintf("\\item{\\code{%s}}{", attr(x, "name")),
    paste0("  ", code(c(help$summary, help$description))),
    cli,
    "  \\emph{Usage:}",
    paste0("  \\preformatted{", paste(format_call(attr(x, "name"), x, 72L), collapse = "\n"), "}"),
    if (length(args) > 0L) c("  \\emph{Arguments:}", "  \\describe{", args, "  }"),
    "}"
  )
}

print.docker_client_method <- function(x, ...) {
  writeLines(format(x, ...))
  invisible(x)
}
