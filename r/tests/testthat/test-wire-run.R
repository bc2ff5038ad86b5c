# Runs what a script plays; gives the value, what was shown, and the messages.
run <- function(spec, image = "busybox:1.36", ..., met = TRUE, signals = character()) {
  value <- NULL
  seen_rows <- NULL
  messages <- character()
  shown <- character()
  wire(wire_spec(spec), met = met, signals = signals, function(host, seen) {
    docker <- docker_client(host = host)
    shown <<- utils::capture.output(
      value <<- withCallingHandlers(
        tryCatch(docker$container$run(image, ...), error = identity),
        message = function(m) {
          messages <<- c(messages, conditionMessage(m))
          invokeRestart("muffleMessage")
        }
      )
    )
    seen_rows <<- seen()
  })
  list(value = value, shown = shown, messages = messages, seen = seen_rows)
}

test_that("a run shows its output and returns it with the container", {
  x <- run("run_hello", "hello-world")
  expect_s3_class(x$value, "docker_run_output", exact = TRUE)
  expect_identical(names(x$value), c("container", "logs"))
  expect_identical(x$value$container$id(), "c0ffee012345")
  expect_identical(x$value$container$name(), "web")
  expect_identical(
    as.character(x$value$logs),
    c(
      "Hello from Docker!\n", "a word aside\n", "This message shows that\n",
      "all is well.\n"
    )
  )
  expect_identical(
    x$shown,
    c(
      "O> Hello from Docker!", "E> a word aside", "O> This message shows that",
      "O> all is well."
    )
  )
  expect_identical(x$messages, character())
})

test_that("a run can be silent", {
  x <- run("run_hello", "hello-world", stream = NULL)
  expect_identical(x$shown, character())
  expect_length(x$value$logs, 4L)
})

test_that("an image that is missing is pulled, with progress", {
  x <- run("run_missing_image", stream = FALSE)
  expect_identical(x$messages, "Unable to find image 'busybox:1.36' locally\n")
  expect_identical(
    x$shown,
    c(
      "Pulling from library/busybox 1.36", "Pulling fs layer a1b2c3d4e5f6",
      "a1b2c3d4e5f6: Downloading 1.02 kB/2.05 kB 50%",
      "Download complete a1b2c3d4e5f6", "Digest: sha256:ba5eba11",
      "Status: Downloaded newer image for busybox:1.36"
    )
  )
  expect_identical(as.character(x$value$logs), "Hello from Docker!\n")
})

test_that("a status other than zero is an error with all there is", {
  x <- run("run_nonzero_exit", cmd = c("sh", "-c", "x"))
  error <- x$value
  expect_s3_class(error, c("container_error", "docker_error", "error", "condition"), exact = TRUE)
  expect_identical(
    conditionMessage(error),
    "Command 'sh -c x' in image 'busybox:1.36' returned non-zero exit status 3\nsh: not any more\n"
  )
  expect_identical(error$exit_status, 3L)
  expect_identical(error$container$id(), "c0ffee012345")
  expect_identical(as.character(error$out), c("so far so good\n", "sh: not any more\n"))
  expect_identical(x$shown, c("O> so far so good", "E> sh: not any more"))
})

test_that("without a command the message names the container's own", {
  x <- run("run_nonzero_exit", stream = FALSE)
  expect_match(conditionMessage(x$value), "^Command 'sh' in image")
})

test_that("with rm the container is removed after its end was seen", {
  x <- run("run_rm", rm = TRUE)
  expect_s3_class(x$value, "docker_run_output")
  expect_identical(x$value$container$status(FALSE), "exited")
  x <- run("run_rm_nonzero_exit", rm = TRUE)
  expect_s3_class(x$value, "container_error")
})

test_that("a container that the engine won't remove is named, and the run's outcome kept", {
  warnings <- character()
  x <- withCallingHandlers(
    run("run_rm_refused", rm = TRUE, stream = FALSE),
    warning = function(w) {
      warnings <<- c(warnings, conditionMessage(w))
      invokeRestart("muffleWarning")
    }
  )
  expect_identical(warnings, paste0(
    "Container c0ffee012345 may not have been removed (driver \"overlay2\" failed to ",
    "remove root filesystem: device or resource busy); ",
    "`$container$remove(\"c0ffee012345\", force = TRUE)` does that"
  ))
  expect_s3_class(x$value, "docker_run_output")
})

test_that("a terminal's output is a plain character vector", {
  x <- run("run_tty", tty = TRUE)
  expect_identical(x$value$logs, c("one", "two"))
  expect_identical(x$shown, c("one", "two"))
})

test_that("what goes wrong on the way is the error", {
  expect_s3_class(run("run_pull_fails")$value, "docker_stream_failed")
  expect_match(conditionMessage(run("run_pull_fails")$value), "toomanyrequests")
  missing <- run("run_image_nowhere")$value
  expect_s3_class(missing, "docker_error")
  there <- run("run_404_though_image_is_there")$value
  expect_s3_class(there, "docker_404")
  # The API's own word for it is another image.
  expect_s3_class(there, "docker_no_such_container")
  expect_identical(there$reason, "no such container")
  for (spec in c("run_start_fails", "run_rm_start_fails")) {
    failed <- run(spec, rm = spec == "run_rm_start_fails")$value
    expect_s3_class(failed, "docker_refused")
    expect_match(conditionMessage(failed), "executable file not found")
    expect_identical(
      grepl("its container c0ffee012345 is left behind", conditionMessage(failed)),
      spec == "run_start_fails"
    )
  }
})

test_that("output that comes after the exit is not lost", {
  x <- run("run_output_after_exit", signals = "exited")
  expect_identical(as.character(x$value$logs), c("early\n", "late\n"))
})
