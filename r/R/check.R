# Checks of arguments that never leave R; those that do are checked against the
# schema on their way out.

check_flag <- function(x, name, call = sys.call(-1L)) {
  if (!is.logical(x) || length(x) != 1L || is.na(x)) {
    stop_argument("'", name, "' must be scalar logical (non-NA)", call = call)
  }
  x
}

check_string <- function(x, name, call = sys.call(-1L)) {
  if (!is.character(x) || length(x) != 1L || is.na(x)) {
    stop_argument("'", name, "' must be a scalar character (non-NA)", call = call)
  }
  x
}

# Each method that has arguments without a default calls this first: one that was not
# given is told by its name, and by that of the method, instead of from inside.
check_given <- function() {
  method <- sys.function(-1L)
  frame <- parent.frame()
  args <- formals(method)
  for (name in setdiff(names(args), "...")) {
    has_default <- !identical(args[[name]], quote(expr = ))
    if (!has_default && eval(call("missing", as.name(name)), frame)) {
      stop_argument(
        "'", name, "' is missing: $", attr(method, "name"), "() can't do without it",
        call = sys.call(-1L)
      )
    }
  }
}

# Anything that `...` catches is a mistake: it is there so that arguments must
# be named in full.
check_no_extras <- function(fun, ..., call = sys.call(-1L)) {
  n <- ...length()
  if (n == 0L) {
    return(invisible())
  }
  given <- ...names()
  named <- given[!is.na(given) & nzchar(given)]
  extras <- named
  n_positional <- n - length(named)
  if (n_positional > 0L) {
    extras <- c(extras, sprintf(
      "%d positional argument%s", n_positional,
      if (n_positional == 1L) "" else "s"
    ))
  }
  stop_argument(
    "Unknown argument", if (n == 1L) "" else "s", " passed to '", fun, "': ",
    paste(extras, collapse = ", "),
    if (n_positional > 0L) " (arguments are given by name, as in `host = `)",
    argument = named[seq_along(named) == 1L], call = call
  )
}
