# The plain methods on a real engine.

test_that("a container is renamed, paused, updated, looked into and restarted", {
  docker <- live_client()
  on.exit(remove_live())
  x <- docker$container$run(
    busybox, c("sh", "-c", "touch /made; while :; do sleep 0.2; done"),
    detach = TRUE, labels = live_label(), ports = "80"
  )
  name <- paste0("stevedore-faces-", Sys.getpid())
  expect_null(x$rename(name))
  expect_identical(x$reload()$name(), name)
  expect_identical(docker$container$get(x)$id(), x$id())

  ports <- x$ports()
  expect_identical(names(ports), c("container_port", "protocol", "host_ip", "host_port"))
  expect_true(nrow(ports) >= 1L)
  expect_identical(unique(ports$container_port), "80")
  expect_identical(unique(ports$protocol), "tcp")
  expect_match(ports$host_port, "^[0-9]+$")

  top <- x$top()
  expect_s3_class(top, "data.frame")
  expect_true(all(vapply(top, is.character, NA)))
  # The command stands last, whatever its column is called.
  expect_true(any(grepl("sleep 0.2", top[[length(top)]], fixed = TRUE)))
  wait_until("/made" %in% x$diff()$path, "the file is made")
  expect_identical(x$diff()$kind[x$diff()$path == "/made"], 1L)

  expect_null(x$pause())
  expect_identical(x$status(), "paused")
  expect_null(x$unpause())
  expect_identical(x$status(), "running")
  expect_invisible(x$update(memory = 64e6, memory_swap = 64e6))
  expect_identical(x$inspect()$host_config$memory, 64000000L)
  stats <- x$stats()
  expect_identical(stats$id, x$id())
  expect_gt(stats$memory_stats$usage, 0)
  expect_identical(x$resize(24, 80), "")
  expect_null(x$restart(t = 0))
  expect_identical(x$status(), "running")
  expect_identical(x$image()$inspect(FALSE)$id, x$inspect()$image)
})

test_that("files go in and come out of a container as tar archives", {
  docker <- live_client()
  on.exit(remove_live())
  x <- docker$container$create(busybox, "true", labels = live_label())
  stat <- x$path_stat("/etc/passwd")
  expect_identical(names(stat), c("name", "size", "mode", "mtime", "linkTarget"))
  expect_identical(stat$name, "passwd")
  archive <- x$get_archive("/etc/passwd", NULL)
  expect_type(archive, "raw")
  dest <- tempfile(fileext = ".tar")
  expect_invisible(x$get_archive("/etc/passwd", dest))
  expect_identical(readBin(dest, raw(), 1e6), archive)
  expect_identical(utils::untar(dest, list = TRUE), "passwd")
  expect_null(x$put_archive(archive, "/"))
  expect_identical(x$path_stat("/passwd")$size, stat$size)
  expect_error(x$put_archive(1, "/"), "'src' must be raw", class = "docker_argument")
  expect_error(x$path_stat("/nosuch"), class = "docker_404")
  expect_gt(length(x$export()), 1e5)
})

test_that("an image is made, named, told about and removed", {
  docker <- live_client()
  on.exit(remove_live())
  x <- docker$container$create(busybox, "true", labels = live_label())
  # With the host, which Podman would put before it.
  name <- paste0("localhost/stevedore-faces-", Sys.getpid())
  image <- x$commit(repo = name, tag = "a", labels = live_label(), cmd = "true")
  on.exit(image$remove(force = TRUE), add = TRUE, after = FALSE)
  expect_s3_class(image, "docker_image")
  expect_match(image$id(), "^sha256:[0-9a-f]{64}$")
  expect_identical(image$short_id(), substr(image$id(), 1, 17))
  expect_identical(image$tags(), paste0(name, ":a"))
  expect_identical(image$labels(), live_label())
  expect_identical(image$inspect()$config$cmd, "true")
  expect_invisible(image$tag(name, "b"))
  expect_setequal(image$tags(), paste0(name, c(":a", ":b")))
  expect_invisible(image$untag(paste0(name, ":b")))
  expect_identical(image$tags(), paste0(name, ":a"))
  expect_error(
    image$untag(name),
    sprintf("Invalid repo_tag '%s:latest' for image '%s'", name, image$id()),
    fixed = TRUE
  )
  expect_identical(docker$image$get(paste0(name, ":a"))$name(), paste0(name, ":a"))
  history <- image$history()
  expect_identical(names(history), c("id", "created", "created_by", "tags", "size", "comment"))
  list <- docker$image$list(filters = c(label = paste0("stevedore.test=", live_label())))
  expect_true(image$id() %in% list$id)
  saved <- image$export()
  expect_null(docker$image$import(saved))
  failure <- if (is_podman(docker)) "docker_refused" else "docker_stream_failed"
  expect_error(docker$image$import(as.raw(1:10)), class = failure)
  expect_error(docker$image$get("stevedore-no-such"), class = "docker_no_such_image")
})

test_that("a network and a volume go through their lives", {
  docker <- live_client()
  on.exit(remove_live())
  name <- paste0("stevedore-faces-", Sys.getpid())
  net <- docker$network$create(name, labels = live_label())
  on.exit(net$remove(), add = TRUE)
  expect_identical(net$name(), name)
  expect_identical(net$inspect()$labels, live_label())
  expect_true(name %in% docker$network$list()$name)
  x <- docker$container$run(
    busybox, c("sleep", "600"), detach = TRUE, labels = live_label(), network = net
  )
  expect_identical(net$containers()[[1]]$id(), x$id())
  expect_null(net$disconnect(x))
  expect_identical(net$containers(), list())
  expect_null(net$connect(x, endpoint_config = list(aliases = "other")))
  expect_true("other" %in% x$inspect()$network_settings$networks[[name]]$aliases)
  x$remove(force = TRUE)
  expect_error(docker$network$get("stevedore-no-such"), class = "docker_404")
  expect_error(docker$container$get(net), "'docker_container' object", class = "docker_argument")

  volume <- docker$volume$create(name, labels = live_label())
  expect_identical(volume$name(), name)
  expect_identical(volume$map("/data", TRUE), paste0(name, ":/data:ro"))
  out <- docker$container$run(
    busybox, c("sh", "-c", "echo kept > /data/x"), volumes = volume$map("/data"),
    rm = TRUE, labels = live_label(), stream = FALSE
  )
  expect_identical(out$logs, character())
  listed <- docker$volume$list(filters = c(name = name))
  expect_identical(listed$name, name)
  expect_identical(listed$labels[[1]], live_label())
  expect_null(volume$remove())
  expect_error(volume$inspect(), class = "docker_404")
})

test_that("pruning takes what the filter says and tells what it was", {
  docker <- live_client()
  only <- c(label = paste0("stevedore.test=", live_label(), "-none"))
  expect_identical(docker$container$prune(only)$containers_deleted, character())
  expect_identical(docker$network$prune(only), list(networks_deleted = character()))
  expect_identical(docker$volume$prune(only)$volumes_deleted, character())
  expect_identical(names(docker$image$prune(only)$images_deleted), c("untagged", "deleted"))
})

test_that("the engine tells about itself, and that it is in no swarm", {
  docker <- live_client()
  info <- docker$info()
  expect_type(info$n_cpu, "integer")
  expect_identical(info$server_version, docker$version()$version)
  expect_true(all(c("images", "containers", "volumes") %in% names(docker$df())))
  if (identical(info$swarm$local_node_state, "inactive")) {
    refusal <- if (is_podman(docker)) "docker_refused" else "docker_503"
    expect_error(docker$node$list(), class = refusal)
    if (!is_podman(docker)) {
      expect_error(docker$secret$create("a", "b"), class = refusal)
    }
  }
  if (is_podman(docker)) {
    expect_error(docker$plugin$list(), class = "docker_refused")
  } else {
    expect_identical(names(docker$plugin$list())[1:3], c("id", "name", "enabled"))
  }
})
