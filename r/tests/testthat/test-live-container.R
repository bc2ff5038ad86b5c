# Containers of a real engine.

test_that("the engine says who it is", {
  docker <- live_client()
  expect_identical(as.character(docker$ping()), "OK")
  version <- docker$version()
  cat(sprintf(
    "\nengine %s, API %s (it speaks %s to %s)\n", version$version,
    docker$api_version(), version$min_api_version, version$api_version
  ))
  expect_true(docker_available(host = live_host()))
  newest <- numeric_version(version$api_version)
  expect_identical(
    docker$api_version(), as.character(min(newest, numeric_version("1.55")))
  )
})

test_that("hello-world runs, and its log is what the engine has", {
  docker <- live_client()
  on.exit(remove_live())
  shown <- utils::capture.output(x <- suppressMessages(
    docker$container$run(hello, labels = live_label())
  ))
  expect_s3_class(x, "docker_run_output")
  expect_true(any(grepl("^O> Hello from Docker", shown)))
  expect_true(all(endsWith(x$logs, "\n")))
  expect_identical(as.character(x$container$logs()), as.character(x$logs))
  expect_identical(x$container$status(), "exited")
  expect_identical(x$container$labels(), live_label())
  expect_identical(x$container$wait(), list(exit_code = 0L))
})

test_that("a run with open input ends, for R has nothing to write", {
  docker <- live_client()
  on.exit(remove_live())
  x <- docker$container$run(
    busybox, c("sh", "-c", "cat; echo end"),
    open_stdin = TRUE, labels = live_label(), stream = FALSE
  )
  expect_identical(as.character(x$logs), "end\n")
})

test_that("a container goes through its life", {
  docker <- live_client()
  on.exit(remove_live())
  name <- paste0("stevedore-r-", Sys.getpid())
  x <- docker$container$create(
    busybox, c("sh", "-c", "trap 'exit 5' TERM; echo up; while :; do sleep 0.1; done"),
    name = name, labels = live_label(), env = c(A = "b c"),
    ports = c("80", "53/udp")
  )
  expect_identical(x$name(), name)
  expect_identical(x$status(), "created")
  expect_identical(docker$container$get(name)$id(), x$id())
  expect_true("A=b c" %in% x$inspect()$config$env)
  expect_setequal(names(x$inspect(FALSE)$config$exposed_ports), c("80/tcp", "53/udp"))

  list <- docker$container$list(all = TRUE, filters = c(name = name))
  expect_identical(list$id, x$id())
  expect_identical(list$name, name)
  expect_identical(list$labels[[1]], live_label())
  expect_identical(nrow(docker$container$list(filters = c(name = name))), 0L)

  expect_null(x$start())
  expect_null(x$start())
  expect_identical(x$status(), "running")
  wait_until(length(x$logs()) > 0L, "it has set its trap")
  expect_identical(as.character(x$logs()), "up\n")
  expect_null(x$stop(t = 10))
  expect_identical(x$wait(), list(exit_code = 5L))
  expect_error(x$kill(), class = if (is_podman(docker)) "docker_refused" else "docker_409")
  expect_null(x$remove())
  expect_error(x$status(), class = "docker_no_such_container")
  expect_identical(x$status(FALSE), "running")
  expect_error(docker$container$get(name), name, class = "docker_no_such_container")
})

test_that("lines are elements, however they were written", {
  docker <- live_client()
  on.exit(remove_live())
  lines <- function(command) {
    x <- docker$container$run(
      busybox, c("sh", "-c", command), rm = TRUE, stream = FALSE, labels = live_label()
    )
    x$logs
  }
  # Many lines in one write, one line in several, and a last one without an end.
  expect_identical(as.character(lines("printf 'a\\nb\\n\\nc\\n'")), c("a\n", "b\n", "\n", "c\n"))
  expect_identical(
    as.character(lines("for i in 1 2 3; do printf $i; sleep 0.05; done; echo; printf end")),
    c("123\n", "end")
  )
  both <- lines("echo out; echo err >&2")
  expect_setequal(as.character(both), c("out\n", "err\n"))
  expect_identical(
    as.character(attr(both, "stream"))[match("err\n", both)], "stderr"
  )
  expect_identical(lines("true"), character())
})

test_that("a great deal of output arrives whole", {
  docker <- live_client()
  on.exit(remove_live())
  x <- docker$container$run(
    busybox, c("seq", "1", "50000"), rm = TRUE, stream = FALSE, labels = live_label()
  )
  expect_identical(as.character(x$logs), paste0(1:50000, "\n"))
})

test_that("a terminal's output is a plain character vector", {
  docker <- live_client()
  on.exit(remove_live())
  x <- docker$container$run(
    busybox, I("sh -c 'echo one; echo two >&2'"), tty = TRUE, stream = FALSE,
    labels = live_label()
  )
  expect_identical(x$logs, c("one", "two"))
  expect_identical(x$container$logs(), c("one", "two"))
})

test_that("a failing command is an error, and rm removes all the same", {
  docker <- live_client()
  on.exit(remove_live())
  error <- expect_error(
    docker$container$run(
      busybox, c("sh", "-c", "echo bad >&2; exit 3"), rm = TRUE, stream = FALSE,
      labels = live_label()
    ),
    class = "container_error"
  )
  expect_identical(error$exit_status, 3L)
  expect_match(conditionMessage(error), "non-zero exit status 3\nbad\n$")
  expect_error(error$container$status(), class = "docker_404")
  expect_error(
    docker$container$run(busybox, "/nosuch", rm = TRUE, labels = live_label()),
    class = "docker_refused"
  )
  filter <- c(label = paste0("stevedore.test=", live_label()))
  expect_identical(nrow(docker$container$list(all = TRUE, filters = filter)), 0L)
})

test_that("a detached container is returned at once", {
  docker <- live_client()
  on.exit(remove_live())
  x <- docker$container$run(busybox, c("sleep", "1000"), detach = TRUE, labels = live_label())
  expect_s3_class(x, "docker_container")
  expect_identical(x$status(), "running")
  expect_error(x$wait(condition = "gone"), "one of 'not-running'", class = "docker_argument")
  for (cmd in list(character(), NULL)) {
    expect_error(x$exec(cmd), "'cmd' must be", class = "docker_argument")
    expect_error(x$exec_create(cmd), "'cmd' must be", class = "docker_argument")
  }
  # By its number, too.
  expect_error(x$kill(signal = 1.5), class = "docker_argument")
  expect_error(
    x$kill(signal = "NOPE"), "(?i)invalid signal: NOPE; 'signal' must be the name of a signal",
    perl = TRUE, class = "docker_refused"
  )
  expect_error(x$exec("ls", detach_keys = "zzz"), "^'detach_keys': ", class = "docker_argument")
  expect_null(x$kill(signal = 9))
  expect_identical(x$wait(), list(exit_code = 137L))
  expect_error(x$exec("ls"), class = "docker_container_is_not_running")
  expect_error(x$attach(), "does not run", class = "docker_container_is_not_running")
  y <- docker$container$run(busybox, "true", detach = TRUE, rm = TRUE, labels = live_label())
  expect_s3_class(y, "docker_container")
})

test_that("followed output ends with the container", {
  docker <- live_client()
  on.exit(remove_live())
  x <- docker$container$run(
    busybox, c("sh", "-c", "for i in 1 2 3; do echo $i; sleep 0.1; done"),
    detach = TRUE, labels = live_label()
  )
  file <- tempfile()
  followed <- x$logs(follow = TRUE, stream = file)
  expect_identical(as.character(followed), c("1\n", "2\n", "3\n"))
  expect_identical(readLines(file), c("O> 1", "O> 2", "O> 3"))
  expect_identical(as.character(x$logs(tail = 1)), "3\n")
  expect_identical(as.character(x$logs(tail = "all")), c("1\n", "2\n", "3\n"))
})

test_that("a client works on in a forked child, and in the parent after it", {
  skip_on_os("windows")
  docker <- live_client()
  docker$ping()
  answers <- parallel::mclapply(1:3, function(i) docker$ping(), mc.cores = 3)
  expect_identical(answers, rep(list(docker$ping()), 3))
  # What the children leave behind closes nothing of ours.
  expect_identical(docker$version()$api_version, docker$version()$api_version)
})

test_that("commands run in a container, with input, and to their exit code", {
  docker <- live_client()
  x <- docker$container$run(
    "busybox", c("sleep", "600"),
    detach = TRUE, labels = live_label(), stop_timeout = 1L
  )
  on.exit(x$remove(force = TRUE))
  shown <- utils::capture.output(
    res <- x$exec(c("sh", "-c", "echo out; echo err >&2; exit 7"))
  )
  expect_setequal(shown, c("O> out", "E> err"))
  expect_identical(res$exit_code, 7L)
  expect_identical(res$details$exit_code, 7L)
  expect_setequal(as.character(res$output), c("out\n", "err\n"))

  bytes <- as.raw(rep_len(c(1:255), 3e5))
  path <- tempfile()
  on.exit(unlink(path), add = TRUE)
  writeBin(bytes, path)
  md5 <- unname(tools::md5sum(path))
  for (stdin in list(bytes, file(path))) {
    res <- x$exec("md5sum", stdin = stdin, stream = FALSE)
    expect_identical(substr(res$output[[1L]], 1L, 32L), md5)
  }
  x$exec(c("sh", "-c", "cat > /copy"), stdin = file(path), stream = FALSE)
  res <- x$exec(c("md5sum", "/copy"), stream = FALSE)
  expect_identical(substr(res$output[[1L]], 1L, 32L), md5)

  made <- x$exec_create(c("sh", "-c", "echo $A; pwd"), env = c(A = "b c"), tty = TRUE)
  expect_s3_class(made, "docker_exec")
  expect_identical(made$start(stream = FALSE), c("b c", "/"))
  expect_identical(made$inspect()$exit_code, 0L)
})

test_that("a command is started once, also where it could not be, or runs by itself", {
  docker <- live_client()
  on.exit(remove_live())
  x <- docker$container$run(busybox, c("sleep", "600"), detach = TRUE, labels = live_label())
  for (case in list(list("true", FALSE), list("nosuch", FALSE), list(c("sleep", "600"), TRUE))) {
    made <- x$exec_create(case[[1L]])
    made$start(detach = case[[2L]], stream = FALSE)
    for (detach in c(FALSE, TRUE)) {
      expect_error(
        made$start(detach = detach, stream = FALSE), "already; make another",
        class = "docker_exec_has_already_run"
      )
    }
  }
})

test_that("a command that reads what nobody writes sees the end of its input", {
  docker <- live_client()
  on.exit(remove_live())
  x <- docker$container$run(busybox, c("sleep", "600"), detach = TRUE, labels = live_label())
  reads <- c("sh", "-c", "cat; echo end")
  for (tty in c(FALSE, TRUE)) {
    last <- if (tty) "end" else "end\n"
    shown <- x$exec(reads, stdin = TRUE, tty = tty, stream = FALSE)$output
    expect_identical(utils::tail(as.character(shown), 1L), last)
    shown <- x$exec_create(reads, stdin = TRUE, tty = tty)$start(stream = FALSE)
    expect_identical(utils::tail(as.character(shown), 1L), last)
    shown <- docker$container$run(
      busybox, reads, open_stdin = TRUE, tty = tty, stream = FALSE, labels = live_label()
    )$logs
    expect_identical(utils::tail(as.character(shown), 1L), last)
  }
})

test_that("a run reads what it is given", {
  docker <- live_client()
  res <- docker$container$run(
    "busybox", "sort",
    rm = TRUE, stdin = c("b", "a"), stream = FALSE, labels = live_label()
  )
  expect_identical(as.character(res$logs), c("a\n", "b\n"))
})
