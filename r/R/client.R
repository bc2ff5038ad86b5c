docker_client <- function(..., api_version = NULL, host = NULL,
                          cert_path = NULL, tls_verify = NULL, machine = NULL,
                          http_client_type = NULL, data_frame = NULL,
                          quiet = FALSE, debug = NULL,
                          ignore_environment = FALSE, context = NULL) {
  check_no_extras("docker_client", ...)
  settings <- new_settings(
    api_version, host, cert_path, tls_verify, machine, http_client_type,
    data_frame, quiet, debug, ignore_environment, context
  )
  new_client(new_handle(settings))
}

docker_available <- function(..., verbose = FALSE) {
  check_flag(verbose, "verbose")
  step <- "Failed to create docker client with error message:\n  "
  settings <- NULL
  failure <- tryCatch(
    {
      settings <- read_settings(...)
      # One that is asked whether it is there must not hang.
      settings$native$request_timeout <- available_timeout
      handle <- new_handle(settings)
      step <- "Failed to connect to docker daemon with error message:\n  "
      on.exit(native_client_close(handle$pointer), add = TRUE)
      call_engine(handle, "system_ping")
      NULL
    },
    error = identity
  )
  if (verbose) {
    if (!is.null(failure)) {
      message(step, conditionMessage(failure))
    }
    show_places(settings)
  }
  is.null(failure)
}

# Seconds that an engine has for each answer.
available_timeout <- 10

# Tells where an engine was looked for, and what was found there.
show_places <- function(settings) {
  if (!is.null(settings)) {
    found <- tryCatch(
      unwrap(native_find(settings$native)),
      error = function(e) NULL
    )
    if (!is.null(found)) {
      message(found$text)
    }
  }
}

# The settings of docker_client() under the name that docker_available() gives
# them to, so that a wrong argument is one more reason for FALSE.
read_settings <- function(..., api_version = NULL, host = NULL,
                          cert_path = NULL, tls_verify = NULL, machine = NULL,
                          http_client_type = NULL, data_frame = NULL,
                          quiet = FALSE, debug = NULL,
                          ignore_environment = FALSE, context = NULL) {
  check_no_extras("docker_client", ...)
  new_settings(
    api_version, host, cert_path, tls_verify, machine, http_client_type,
    data_frame, quiet, debug, ignore_environment, context
  )
}

# Settings that are of the right kind: what the native client is made with, and
# what stays in R.
new_settings <- function(api_version, host, cert_path, tls_verify, machine,
                         http_client_type, data_frame, quiet, debug,
                         ignore_environment, context, call = sys.call(-1L)) {
  if (!is.null(api_version)) {
    if (is.numeric(api_version) && !is.object(api_version) ||
      inherits(api_version, "numeric_version")) {
      api_version <- as.character(api_version)
    }
    check_string(api_version, "api_version", call)
    api_version <- tryCatch(
      as.character(numeric_version(api_version)),
      error = function(e) {
        # In R's own words, as in version 0.9.6.
        raise(
          "docker_argument", conditionMessage(e), list(argument = "api_version"), call
        )
      }
    )
  }
  for (arg in c("host", "cert_path", "machine", "context")) {
    value <- get(arg, inherits = FALSE)
    if (!is.null(value)) {
      check_string(value, arg, call)
    }
  }
  if (!is.null(tls_verify)) {
    check_flag(tls_verify, "tls_verify", call)
  }
  if (is.null(http_client_type)) {
    http_client_type <- "curl"
  }
  check_string(http_client_type, "http_client_type", call)
  if (!http_client_type %in% c("curl", "httppipe", "null")) {
    stop_settings(
      "'http_client_type' must be one of 'curl', 'httppipe', 'null'",
      call = call
    )
  }
  if (!is.null(data_frame) && !is.function(data_frame)) {
    stop_settings("'data_frame' must be a function", call = call)
  }
  check_flag(quiet, "quiet", call)
  check_flag(ignore_environment, "ignore_environment", call)
  if (!is.null(debug) && !isTRUE(debug) && !isFALSE(debug) &&
    !inherits(debug, "connection")) {
    stop_settings("'debug' must be a connection", call = call)
  }
  list(
    native = list(
      api_version = api_version, host = host, cert_path = cert_path,
      tls_verify = tls_verify, machine = machine,
      http_client_type = http_client_type,
      ignore_environment = ignore_environment, context = context
    ),
    data_frame = data_frame, quiet = quiet, debug = debug, call = call
  )
}

# What every object of a client shares: the native client, the function that is
# applied to data frames, and whether progress is shown.
new_handle <- function(settings) {
  call <- settings$call
  watcher <- new_watcher(settings$debug, call)
  given <- c(settings$native, list(watcher = watcher$number))
  pointer <- native_client_new(given)
  if (inherits(pointer, "stevedore_failure") && "docker_local" %in% pointer$class) {
    # Clients that nobody uses any more may hold what is wanting.
    gc()
    pointer <- native_client_new(given)
  }
  pointer <- unwrap(pointer, call)
  info <- unwrap(native_client_info(pointer), call)
  if (!settings$quiet) {
    for (note in info$notes) {
      message(note)
    }
  }
  list(
    pointer = pointer, connection = info$connection,
    data_frame = settings$data_frame,
    minor = as.integer(sub("^.*[.]", "", info$connection$api_version)),
    quiet = settings$quiet, watcher = watcher
  )
}

# One request, answered in full.
call_engine <- function(handle, endpoint, args = list(), call = sys.call(-1L)) {
  spoken <- attr(args, "spoken")
  if (length(args) > 0L) {
    args <- with_ids(args, endpoint, call)
  }
  value <- native_call(handle$pointer, endpoint, args)
  if (!is.null(spoken) && inherits(value, "stevedore_failure")) {
    value <- respoken(value, spoken)
  }
  value <- unwrap(value, call)
  if (is.null(handle$data_frame)) {
    value
  } else {
    with_data_frames(value, handle$data_frame)
  }
}

# Applies the user's function to every data frame within `x`, inner ones first.
with_data_frames <- function(x, fun) {
  if (!is.list(x)) {
    return(x)
  }
  x[] <- lapply(x, with_data_frames, fun)
  if (is.data.frame(x)) fun(x) else x
}
