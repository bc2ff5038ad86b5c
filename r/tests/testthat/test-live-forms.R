# The forms in which arguments may be given, on a real engine.

script <- function(...) c("sh", "-c", paste(..., sep = "\n"))

test_that("objects stand for what they are", {
  docker <- live_client()
  name <- paste0("stevedore-r-forms-", Sys.getpid())
  network <- docker$network$create(name, labels = live_label())
  on.exit({
    remove_live()
    network$remove()
  })
  # It is pulled where it is not there.
  suppressMessages(capture.output(docker$container$run(busybox, "true", rm = TRUE)))
  image <- docker$image$get(busybox)
  x <- docker$container$run(
    image, I("sleep 100"), detach = TRUE, network = network, labels = live_label()
  )
  expect_identical(docker$container$get(x)$id(), x$id())
  expect_identical(x$image()$id(), image$id())
  expect_named(x$inspect()$network_settings$networks, name)
  expect_null(network$disconnect(x, force = TRUE))
  expect_null(network$connect(x))
  expect_identical(vapply(network$containers(), function(it) it$id(), ""), x$id())
  expect_null(docker$container$remove(x, force = TRUE))
  expect_error(x$status(), class = "docker_no_such_container")

  names <- c(image$id(), image$inspect()$repo_digests)
  for (name in names) {
    run <- docker$container$run(name, c("echo", "it"), stream = FALSE, rm = TRUE)
    expect_identical(as.character(run$logs), "it\n")
  }
})

test_that("ports are published as they are written", {
  docker <- live_client()
  on.exit(remove_live())
  published <- function(ports) {
    x <- docker$container$run(
      busybox, I("sleep 100"), detach = TRUE, ports = ports, labels = live_label()
    )
    on.exit(x$remove(force = TRUE))
    table <- x$ports()
    expect_named(table, c("container_port", "protocol", "host_ip", "host_port"))
    table[table$host_ip != "::", ]
  }
  any <- published(c("80", "127.0.0.1::53/udp"))
  expect_identical(sort(paste0(any$container_port, "/", any$protocol)), c("53/udp", "80/tcp"))
  expect_true(all(as.integer(any$host_port) > 0L))
  expect_identical(any$host_ip[any$protocol == "udp"], "127.0.0.1")
  range <- published("127.0.0.1:18090-18092:90-92")
  expect_setequal(
    paste(range$container_port, range$host_port), paste(90:92, 18090:18092)
  )
  expect_identical(published(c(81, 82))$container_port, c("81", "82"))
  expect_identical(nrow(published(NULL)), 0L)
  expect_error(
    docker$container$create(busybox, ports = "70000"),
    "Port binding '70000' does not match", class = "docker_argument"
  )
})

test_that("volumes and folders are mounted as they are written", {
  docker <- live_client()
  name <- paste0("stevedore-r-forms-", Sys.getpid())
  volume <- docker$volume$create(name, labels = live_label())
  on.exit({
    remove_live()
    volume$remove()
  })
  said <- function(command, volumes) {
    run <- docker$container$run(
      busybox, script(command), volumes = volumes, rm = TRUE, stream = FALSE, labels = live_label()
    )
    as.character(run$logs)
  }
  expect_identical(said("echo kept > /v/file; cat /v/file", volume$map("/v")), "kept\n")
  expect_identical(said("touch /v/x 2>/dev/null || cat /v/file", volume$map("/v", TRUE)), "kept\n")
  expect_identical(said("cat /a/file /b/file", paste0(name, c(":/a", ":/b:ro"))), rep("kept\n", 2))
  expect_error(
    docker$container$create(busybox, volumes = c("/a", "b:c:d:e")),
    "Volume mapping '/a', 'b:c:d:e' does not match", class = "docker_argument"
  )
})

test_that("settings of the host go by R's names, the API's and as options", {
  docker <- live_client()
  on.exit(remove_live())
  x <- docker$container$create(
    busybox, "true", labels = live_label(),
    host_config = list(
      memory = "64m", ShmSize = 2^20, nano_cpus = "0.5", RestartPolicy = "on-failure:2",
      ulimits = "nofile=100:200", ExtraHosts = "db:10.0.0.1", tmpfs = "/run:size=1m"
    )
  )
  host <- x$inspect()$host_config
  expect_equal(
    host[c("memory", "shm_size", "nano_cpus")],
    list(memory = 2^26, shm_size = 2^20, nano_cpus = 5e8)
  )
  expect_identical(host$restart_policy, list(name = "on-failure", maximum_retry_count = 2L))
  expect_identical(host$ulimits$hard[grepl("nofile", host$ulimits$name, TRUE)], 200L)
  expect_identical(host$extra_hosts, "db:10.0.0.1")
  expect_match(host$tmpfs[["/run"]], "size=1m")
  expect_error(
    docker$container$create(busybox, host_config = list(memory = "64q")),
    "'host_config$memory': size '64q'", fixed = TRUE, class = "docker_argument"
  )
})

test_that("a misspelt setting is answered with the one that is meant", {
  docker <- live_client()
  on.exit(remove_live())
  error <- expect_error(
    docker$container$create(busybox, host_config = list(memroy = "1g"), labels = live_label()),
    "(is `memory` meant?)", fixed = TRUE, class = "docker_argument"
  )
  expect_identical(error$argument, "host_config$memroy")
})

test_that("output goes where it is to go", {
  docker <- live_client()
  on.exit(remove_live())
  says <- function(stream) {
    docker$container$run(
      busybox, script("echo out", "echo err >&2"), stream = stream, rm = TRUE, labels = live_label()
    )
  }
  both <- c("O> out", "E> err")
  expect_setequal(capture.output(x <- says(TRUE)), both)
  expect_setequal(capture.output(x <- says(stdout())), both)
  for (nowhere in list(FALSE, NULL)) {
    expect_identical(capture.output(x <- says(nowhere)), character())
  }
  expect_setequal(as.character(x$logs), c("out\n", "err\n"))
  file <- tempfile()
  says(file)
  expect_setequal(readLines(file), both)
  con <- file(tempfile(), "w+")
  says(con)
  expect_setequal(readLines(con), both)
  close(con)
  expect_error(says(1), "'stream' must be a connection", class = "docker_argument")
})

test_that("logs begin and end where they are to", {
  docker <- live_client()
  on.exit(remove_live())
  x <- docker$container$run(
    busybox, script("echo 1", "echo 2", "echo 3 >&2"), stream = FALSE, labels = live_label()
  )$container
  expect_identical(length(x$logs(tail = 1)), 1L)
  expect_identical(length(x$logs(tail = "all")), 3L)
  expect_identical(as.character(x$logs(stderr = FALSE)), c("1\n", "2\n"))
  expect_identical(as.character(x$logs(stdout = FALSE)), "3\n")
  expect_match(as.character(x$logs(timestamps = TRUE)), "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[^ ]+Z? [123]\n$")
  began <- as.POSIXct(x$inspect()$state$started_at, format = "%Y-%m-%dT%H:%M:%S", tz = "UTC")
  for (since in list(began - 60, as.numeric(began - 60), as.Date(began) - 1)) {
    expect_identical(length(x$logs(since = since)), 3L)
  }
  expect_identical(length(x$logs(since = began + 60)), 0L)
  expect_identical(length(x$logs(until = began - 60)), 0L)
  expect_error(x$logs(stdout = FALSE, stderr = FALSE), class = "docker_400")
})

test_that("what can't be is refused in words that name it", {
  docker <- live_client()
  on.exit(remove_live())
  create <- function(...) docker$container$run(busybox, "true", ..., labels = live_label(), stream = FALSE)
  expect_error(create(network = "stevedore-no-such"), "stevedore-no-such", class = "docker_refused")
  expect_error(
    docker$container$run("stevedore-no-such:1", pull = "never"), "stevedore-no-such:1",
    class = "docker_404"
  )
  expect_error(
    docker$container$run(busybox, "/no-such-program", labels = live_label(), rm = TRUE),
    "/no-such-program", class = "docker_refused"
  )
  run <- function(cmd) docker$container$run(busybox, cmd, labels = live_label(), rm = TRUE)
  error <- expect_error(run("ls -l"), "ls -l", class = "docker_refused")
  expect_match(
    conditionMessage(error), "`ls -l` is one word; as several it is `ls`, `-l`",
    fixed = TRUE
  )
  error <- expect_error(run(c("ls -l", "x")), class = "docker_refused")
  expect_no_match(conditionMessage(error), "one word")
  name <- paste0("stevedore-r-forms-", Sys.getpid())
  create(name = name)
  expect_error(create(name = name), name, class = "docker_refused")
  expect_error(create(user = "stevedore-nobody"), "stevedore-nobody", class = "docker_refused")
  if (!is_podman(docker)) {
    expect_error(
      create(volumes = "stevedore-no:/v", host_config = list(volume_driver = "stevedore-no")),
      "stevedore-no", class = "docker_refused"
    )
  }
})

test_that("all works with an old version of the API, too", {
  docker <- live_client(api_version = "1.39")
  on.exit(remove_live())
  run <- tryCatch(
    docker$container$run(
      busybox, c("echo", "it"), rm = TRUE, stream = FALSE, labels = live_label()
    ),
    docker_version = function(e) NULL
  )
  if (is.null(run)) {
    skip("engine: it speaks no API version as old as 1.39")
  }
  expect_identical(as.character(run$logs), "it\n")
  x <- docker$container$run(busybox, I("sleep 100"), detach = TRUE, labels = live_label())
  expect_identical(as.character(x$exec(I("echo it"), stream = FALSE)$output), "it\n")
  file <- tempfile()
  writeLines("kept", file)
  expect_null(x$cp_in(file, "/file"))
  expect_null(docker$cp(paste0(x$id(), ":/file"), paste0(file, "2")))
  expect_null(x$cp_out("/file", paste0(file, "3")))
  expect_identical(readLines(paste0(file, "2")), "kept")
  expect_identical(readLines(paste0(file, "3")), "kept")
  expect_type(x$export(), "raw")
  expect_null(x$kill())
})
