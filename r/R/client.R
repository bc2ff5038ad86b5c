docker_client <- function(..., api_version = NULL, host = NULL,
                          cert_path = NULL, tls_verify = NULL, machine = NULL,
                          http_client_type = NULL, data_frame = NULL,
                          quiet = FALSE, debug = NULL,
                          ignore_environment = FALSE) {
  check_no_extras("docker_client", ...)
  handle <- new_handle(
    api_version, host, cert_path, tls_verify, machine, http_client_type,
    data_frame, quiet, debug, ignore_environment
  )
  new_client(handle)
}

docker_available <- function(..., verbose = FALSE) {
  check_flag(verbose, "verbose")
  step <- "Failed to create docker client with error message:\n  "
  tryCatch(
    {
      handle <- connect(...)
      step <- "Failed to connect to docker daemon with error message:\n  "
      call_engine(handle, "system_ping")
      TRUE
    },
    error = function(e) {
      if (verbose) {
        message(step, conditionMessage(e))
      }
      FALSE
    }
  )
}

# The settings of docker_client() under the name that docker_available() gives
# them to, so that a wrong argument is one more reason for FALSE.
connect <- function(..., api_version = NULL, host = NULL, cert_path = NULL,
                    tls_verify = NULL, machine = NULL, http_client_type = NULL,
                    data_frame = NULL, quiet = FALSE, debug = NULL,
                    ignore_environment = FALSE) {
  check_no_extras("docker_client", ...)
  new_handle(
    api_version, host, cert_path, tls_verify, machine, http_client_type,
    data_frame, quiet, debug, ignore_environment
  )
}

# What every object of a client shares: the native client, the function that is
# applied to data frames, and whether progress is shown.
new_handle <- function(api_version, host, cert_path, tls_verify, machine,
                       http_client_type, data_frame, quiet, debug,
                       ignore_environment, call = sys.call(-1L)) {
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
  for (arg in c("host", "cert_path", "machine")) {
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
  watcher <- new_watcher(debug, call)

  pointer <- unwrap(
    native_client_new(list(
      api_version = api_version, host = host, cert_path = cert_path,
      tls_verify = tls_verify, machine = machine,
      http_client_type = http_client_type,
      ignore_environment = ignore_environment, watcher = watcher$number
    )),
    call
  )
  info <- unwrap(native_client_info(pointer), call)
  if (!quiet) {
    for (note in info$notes) {
      message(note)
    }
  }
  list(
    pointer = pointer, connection = info$connection, data_frame = data_frame,
    minor = as.integer(sub("^.*[.]", "", info$connection$api_version)),
    quiet = quiet, watcher = watcher
  )
}

# One request, answered in full.
call_engine <- function(handle, endpoint, args = list(), call = sys.call(-1L)) {
  noun <- sub("_.*$", "", endpoint)
  spoken <- attr(args, "spoken")
  args <- with_ids(args, noun, call)
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
