# A client that talks to no engine.
null_client <- function(...) {
  docker_client(http_client_type = "null", ...)
}
