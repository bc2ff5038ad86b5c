# The terminal of the R session, which a program in a container can be given.

check_interactive <- function(interactive, call) {
  !is.null(interactive) && check_flag(interactive, "interactive", call)
}

check_keys <- function(detach_keys, interactive, call) {
  if (!is.null(detach_keys) && !interactive) {
    stop_argument("'detach_keys' are for 'interactive = TRUE'", call = call)
  }
}

# Whether a program can have the terminal, and whether what else was asked for goes
# together with that: nothing else shows its output or gives it input, flags in `no`
# are not set, and those in `yes`, where they are given, are.
check_terminal <- function(keys, stream, stdin, no = list(), yes = list(), call) {
  if (!is.null(keys[[1L]])) {
    check_string(keys[[1L]], names(keys), call)
  }
  if (!is_stdout(stream[[1L]])) {
    stop_argument(
      "'stream' must be left alone with 'interactive = TRUE': output goes to the terminal",
      call = call
    )
  }
  if (!is.null(stdin[[1L]])) {
    stop_argument(
      "'stdin' must be left alone with 'interactive = TRUE': input comes from the terminal",
      call = call
    )
  }
  for (name in names(no)) {
    if (check_flag(no[[name]], name, call)) {
      stop_argument("'", name, "' can't be TRUE with 'interactive = TRUE'", call = call)
    }
  }
  check_yes(yes, call)
  why <- no_terminal()
  if (!is.null(why)) {
    raise(
      c("docker_no_terminal", "docker_argument"),
      paste0("'interactive' needs the terminal of this R session: ", why),
      list(argument = "interactive"), call
    )
  }
}

check_yes <- function(flags, call) {
  for (name in names(flags)) {
    if (!is.null(flags[[name]]) && !check_flag(flags[[name]], name, call)) {
      stop_argument("'", name, "' can't be FALSE with 'interactive = TRUE'", call = call)
    }
  }
}

# Whether it is what `stream` is by default, also while that is diverted.
is_stdout <- function(stream) {
  isTRUE(stream) ||
    inherits(stream, "connection") && as.integer(stream) == as.integer(stdout())
}

# Why this session has no terminal to give, or NULL.
no_terminal <- function() {
  shell <- "start R in a shell, or run `docker` there"
  if (.Platform$OS.type == "windows") {
    return("on Windows there is none that could be given away; run `docker` in a shell")
  }
  if (.Platform$GUI %in% c("RStudio", "AQUA", "JGR")) {
    return(paste0("the console of ", .Platform$GUI, " is none; ", shell))
  }
  if (isTRUE(getOption("knitr.in.progress"))) {
    return(paste0("knitr keeps what is shown; ", shell))
  }
  if (sink.number() > 0L) {
    return("output is diverted by `sink()` or `capture.output()`; end that first")
  }
  if (!native_has_terminal()) {
    return(paste0("its standard input and output are not both one; ", shell))
  }
  NULL
}

# Where the keys left a program on the terminal, R would go on in its line.
end_line <- function(out) {
  if (out$detached) {
    cat("\n")
  }
}
