test_that("a list of containers is a data frame with typed columns", {
  wire(wire_spec("container_list"), function(host, seen) {
    x <- docker_client(host = host)$container$list()
    expect_s3_class(x, "data.frame", exact = TRUE)
    expect_identical(names(x), c(
      "id", "names", "image", "image_id", "command", "created", "ports", "size_rw",
      "size_root_fs", "labels", "state", "status", "host_config",
      "network_settings", "mounts", "name"
    ))
    expect_identical(row.names(x), c("1", "2", "3"))
    expect_identical(x$id, c("c0ffee012345", "decaf0123456", "facade012345"))
    expect_identical(x$names, I(list(c("web", "front/web"), character(), "bare")))
    expect_identical(x$name, c("web", NA, "bare"))
    expect_identical(x$image, c("nginx", "busybox:1.36", NA))
    expect_identical(x$size_rw, c(NA_integer_, NA, NA))
    expect_identical(x$state, c("running", "hibernating", NA))
    # A column of whole numbers is integer unless one of them does not fit.
    expect_identical(x$created, c(1714564800, 1714564801, 4102444800))
    ports <- data.frame(
      ip = c("0.0.0.0", NA), private_port = c(80L, 443L),
      public_port = c(8080L, NA), type = c("tcp", "tcp")
    )
    expect_identical(x$ports[[1]], ports)
    expect_identical(x$ports[[2]], ports[0, ])
    # Labels are the user's data: their names come back as they are.
    expect_identical(
      x$labels[[1]], c(app = "front", "com.example.Some-Key" = "kept as it is")
    )
    expect_null(x$labels[[2]])
    expect_identical(x$host_config[[1]]$network_mode, "default")
    expect_null(x$host_config[[2]])
    networks <- x$network_settings[[1]]$networks
    expect_identical(names(networks), "bridge")
    expect_identical(networks$bridge$ip_address, "172.17.0.2")
    expect_identical(networks$bridge$mac_address, NA_character_)
    expect_identical(networks$bridge$links, character())
    expect_identical(x$mounts[[1]]$rw, TRUE)
  })
})

test_that("containers without ports have tables of their own", {
  wire(wire_spec("container_list"), function(host, seen) {
    x <- docker_client(host = host)$container$list()
    before <- x$ports[[3]]
    mine <- x$ports[[2]]
    attr(mine, "seen") <- TRUE
    names(mine)[[1]] <- "address"
    class(mine$type) <- "port_type"
    x$ports[[2]]$ip <- logical()
    expect_identical(names(before), c("ip", "private_port", "public_port", "type"))
    expect_identical(x$ports[[3]], before)
    expect_identical(x$ports[[3]], x$ports[[1]][0, ])
    expect_null(attr(x$ports[[3]], "seen"))
  })
})

test_that("a list of no containers has all its columns, typed", {
  for (spec in c("container_list_empty", "container_list_null")) {
    wire(wire_spec(spec), function(host, seen) {
      x <- docker_client(host = host)$container$list()
      expect_identical(dim(x), c(0L, 16L))
      expect_identical(
        vapply(x, typeof, "", USE.NAMES = FALSE),
        c(
          "character", "list", "character", "character", "character", "integer",
          "list", "integer", "integer", "list", "character", "character",
          "list", "list", "list", "character"
        )
      )
      expect_s3_class(x$labels, "AsIs")
    })
  }
})

test_that("the user's function is applied to every data frame", {
  wire(wire_spec("container_list"), function(host, seen) {
    mark <- function(x) structure(x, class = c("marked", "data.frame"))
    x <- docker_client(host = host, data_frame = mark)$container$list()
    expect_s3_class(x, "marked")
    expect_s3_class(x$ports[[1]], "marked")
    expect_s3_class(x$ports[[3]], "marked")
    expect_s3_class(x$ports, "AsIs")
    expect_identical(x$labels[[1]][["app"]], "front")
  })
})

test_that("a reply that is no JSON is a protocol error that says where", {
  wire(wire_spec("container_list_not_json"), function(host, seen) {
    error <- expect_error(
      docker_client(host = host)$container$list(), "line 1 column",
      class = "docker_protocol"
    )
    expect_identical(error$endpoint, "container_list")
  })
})

test_that("a container goes through its life", {
  wire(wire_spec("container_lifecycle"), function(host, seen) {
    docker <- docker_client(host = host)
    expect_warning(
      x <- docker$container$create("busybox:1.36", name = "web"),
      "1 warning produced while creating container:\n- Your kernel"
    )
    expect_s3_class(x, c("docker_container", "stevedore_object"), exact = TRUE)
    expect_identical(x$id(), "c0ffee012345")
    expect_identical(x$name(), "web")
    expect_identical(x$status(), "created")
    expect_identical(x$status(FALSE), "created")
    expect_identical(x$inspect()$name, "/web")
    expect_identical(x$labels(), character())
    expect_identical(expect_invisible(x$reload()), x)
    expect_null(expect_invisible(x$start()))
    # It runs already: not an error.
    expect_null(x$start())
    expect_null(expect_visible(x$stop()))
    error <- expect_error(x$kill(), "is not running", class = "docker_container_is_not_running")
    expect_s3_class(error, "docker_409")
    expect_identical(error$code, 409L)
    expect_identical(error$reason, "container is not running")
    expect_identical(error$endpoint, "container_kill")
    expect_null(expect_visible(x$remove()))
  })
})

test_that("every field of an inspected container is there, typed", {
  wire(wire_spec("container_lifecycle"), met = FALSE, function(host, seen) {
    x <- docker_client(host = host)$container$get("c0ffee012345")$inspect(FALSE)
    expect_identical(x$state$running, FALSE)
    expect_identical(x$state$oom_killed, NA)
    expect_identical(x$state$pid, 0L)
    expect_identical(x$args, character())
    expect_identical(x$exec_ids, character())
    expect_identical(x$app_armor_profile, NA_character_)
    expect_identical(x$config$env, character())
    expect_identical(x$config$cmd, "sh")
    expect_null(x$config$healthcheck)
    expect_true("healthcheck" %in% names(x$config))
    expect_identical(x$size_rw, NA_integer_)
    expect_identical(dim(x$mounts), c(0L, 8L))
    expect_identical(names(x$host_config$ulimits), c("name", "soft", "hard"))
    expect_true(all(c("network_settings", "graph_driver") %in% names(x)))
  })
})

test_that("what the engine refuses is a condition with its fields", {
  wire(wire_spec("error_404"), function(host, seen) {
    container <- docker_client(host = host)$container
    error <- expect_error(container$get("web"), class = "docker_no_such_container")
    expect_s3_class(error, c(
      "docker_no_such_container", "docker_404", "docker_refused",
      "docker_error", "error", "condition"
    ), exact = TRUE)
    expect_identical(conditionMessage(error), "No such container: web")
    expect_identical(error$reason, "no such container")
    expect_identical(error$call, quote(container$get("web")))
  })
})

test_that("what the engine refuses without words of its own has the status's reason", {
  wire(wire_spec("error_text"), function(host, seen) {
    container <- docker_client(host = host)$container
    error <- expect_error(container$get("web"), "bad gateway")
    expect_s3_class(error, c(
      "docker_server_error", "docker_502", "docker_refused",
      "docker_error", "error", "condition"
    ), exact = TRUE)
    expect_identical(error$reason, "server error")
  })
})

test_that("a container may be named as the engine shows it, with a slash before it", {
  wire(wire_spec("container_lifecycle"), met = FALSE, function(host, seen) {
    docker <- docker_client(host = host)
    expect_identical(docker$container$get("/c0ffee012345")$id(), "c0ffee012345")
    for (other in c("//c0ffee012345", "/a/c0ffee012345", "/")) {
      expect_error(docker$container$get(other), class = "docker_argument")
    }
  })
})

test_that("an argument of a later version is named with both versions", {
  wire(wire_spec("container_lifecycle"), met = FALSE, function(host, seen) {
    docker <- docker_client(host = host)
    x <- docker$container$get("c0ffee012345")
    error <- expect_error(x$stop(signal = "SIGINT"), class = "docker_version")
    expect_match(conditionMessage(error), "signal.*1\\.42.*1\\.41")
    expect_identical(error$argument, "signal")
  })
})

# What is sent for the arguments of `create`.
sends <- function(body, ..., query = "") {
  script <- one_request(
    paste0("POST /v1.41/containers/create", query),
    "{status: 500, json: {message: as planned}}",
    more = paste0("body: ", body)
  )
  wire(script, function(host, seen) {
    expect_error(
      docker_client(host = host)$container$create(...), "^as planned$"
    )
  })
}

test_that("a command is sent as words", {
  sends("{Image: i, Cmd: [\"echo hello\"]}", "i", "echo hello")
  sends("{Cmd: [echo, \"a b\", \"c'd\"]}", "i", I("echo 'a b' \"c'd\""))
  sends("{Cmd: [\"1\", \"2\"], Entrypoint: [sh]}", "i", 1:2, entrypoint = "sh")
  sends("{Cmd: ~, Env: ~, HostConfig: ~, Tty: ~}", "i")
})

test_that("vectors that R has not computed yet are sent like others", {
  labels <- 1:3
  names(labels) <- as.character(4:6)
  sends(
    paste(
      "{Cmd: [\"1\", \"2\", \"3\"], Entrypoint: [\"2.5\", \"3.5\"],",
      "Labels: {\"4\": \"1\", \"5\": \"2\", \"6\": \"3\"}}"
    ),
    "i", as.character(1:3),
    entrypoint = as.character(c(2.5, 3.5)), labels = labels
  )
  sends("{Cmd: [\"1\", \"2\", \"3\", \"4\"], Shell: [a, b]}", "i", 1:4,
    shell = factor(c("a", "b"))
  )
})

test_that("environment variables are sent as NAME=value", {
  sends(
    "{Env: [A=x, B=, C=, D=1, E=TRUE, F=1.5]}", "i",
    env = list(A = "x", B = NULL, C = NA, D = 1, E = TRUE, F = 1.5)
  )
  sends("{Env: [A=b=c]}", "i", env = c(A = "b=c"))
})

test_that("ports are published and exposed", {
  sends(
    paste(
      "{ExposedPorts: {80/tcp: {}, 53/udp: {}, 90/tcp: {}},",
      "HostConfig: {PortBindings: {",
      "80/tcp: [{HostIp: \"\", HostPort: \"8080\"}, {HostIp: \"::1\", HostPort: \"81\"}],",
      "53/udp: [{HostIp: \"127.0.0.1\", HostPort: \"\"}],",
      "90/tcp: [{HostIp: \"\", HostPort: \"\"}]}}}"
    ),
    "i",
    ports = c("8080:80", "[::1]:81:80", "127.0.0.1::53/udp", "90")
  )
  sends(
    paste(
      "{HostConfig: {PortBindings: {",
      "80/udp: [{HostIp: \"::1\", HostPort: \"8080\"}],",
      "81/udp: [{HostIp: \"::1\", HostPort: \"8081\"}],",
      "90/tcp: [{HostIp: \"\", HostPort: \"9000-9010\"}]}}}"
    ),
    "i",
    ports = c("[::1]:8080-8081:80-81/udp", "9000-9010:90")
  )
  sends("{ExposedPorts: ~, HostConfig: {PublishAllPorts: true}}", "i", ports = TRUE)
  sends("{ExposedPorts: {80/tcp: {}}}", "i", ports = 80)
})

test_that("volumes, network and ports are merged into host_config", {
  sends(
    paste(
      "{HostConfig: {Binds: [\"/x:/y\", \"a1:/b:ro\"], NetworkMode: net,",
      "ShmSize: 1000000000, RestartPolicy: {Name: always}, CapAdd: [ALL],",
      "Ulimits: [{Name: nofile, Soft: 1, Hard: 2}], PublishAllPorts: true}}"
    ),
    "i",
    volumes = "a1:/b:ro", network = "net", ports = TRUE,
    host_config = list(
      Binds = "/x:/y",
      ShmSize = structure(1e9, class = "scalar"),
      restart_policy = list(name = "always"),
      CapAdd = "ALL",
      ulimits = list(list(Name = "nofile", Soft = 1, Hard = 2))
    )
  )
})

test_that("a volume that begins with a dot is read from the working directory on", {
  here <- normalizePath(getwd())
  sends(
    sprintf("{HostConfig: {Binds: [\"%s/data:/data:ro\", \"%s:/all\"]}}", here, here),
    "i",
    volumes = c("./x/../data:/data:ro", ".:/all")
  )
})

test_that("labels keep their names, and may be a list", {
  sends("{Labels: {MyLabel: a, com.Foo.Bar: b}}", "i", labels = c(MyLabel = "a", com.Foo.Bar = "b"))
  sends("{Labels: {MyLabel: \"1\"}}", "i", labels = list(MyLabel = 1))
})

test_that("a name goes into the query, a health check into the body", {
  sends(
    "{Healthcheck: {Test: [CMD, \"true\"], Interval: 1000000000}}", "i",
    name = "a b", query = "?name=a%20b",
    health_check = list(test = c("CMD", "true"), interval = 1e9)
  )
})

test_that("settings may be written as the options of docker run", {
  sends(
    paste(
      "{HostConfig: {Memory: 536870912, MemorySwap: -1, ShmSize: 1073741824, NanoCpus: 1500000000,",
      "RestartPolicy: {Name: on-failure, MaximumRetryCount: 3},",
      "Ulimits: [{Name: nofile, Soft: 10, Hard: 20}, {Name: core, Soft: 0, Hard: 0}],",
      "Devices: [{PathOnHost: /dev/fuse, PathInContainer: /dev/fuse, CgroupPermissions: r}],",
      "Tmpfs: {/run: \"size=64m\", /tmp: \"\"}, ExtraHosts: [\"db:10.0.0.1\"],",
      "BlkioDeviceReadBps: [{Path: /dev/sda, Rate: 1048576}],",
      "DeviceRequests: [{Count: -1, Capabilities: [[gpu]]}],",
      "Mounts: [{Type: volume, Source: data, Target: /data, ReadOnly: true}]}}"
    ), "i",
    host_config = list(
      memory = "512m", MemorySwap = "-1", shm_size = "1g", nano_cpus = "1.5",
      RestartPolicy = "on-failure:3", ulimits = c("nofile=10:20", "core=0"),
      devices = "/dev/fuse:r", tmpfs = c("/run:size=64m", "/tmp"), extra_hosts = "db=10.0.0.1",
      blkio_device_read_bps = "/dev/sda:1mb", device_requests = "all",
      mounts = "type=volume,src=data,dst=/data,ro"
    )
  )
  sends(
    "{HostConfig: {Tmpfs: {/run: \"size=1m\"}, Memory: 1, RestartPolicy: {Name: always}}}", "i",
    host_config = list(
      tmpfs = c("/run" = "size=1m"), memory = 1, restart_policy = list(name = "always")
    )
  )
  sends(
    "{HostConfig: {Mounts: [{Type: bind, Source: /x, Target: /y}]}}", "i",
    host_config = list(mounts = data.frame(type = "bind", source = "/x", target = "/y"))
  )
  sends(
    "{Healthcheck: {Test: [CMD, \"true\"], Interval: 90000000000, Timeout: 5}}", "i",
    health_check = list(test = c("CMD", "true"), interval = "1m30s", timeout = 5)
  )
})

test_that("text in another encoding is sent as UTF-8", {
  latin1 <- "caf\xe9"
  Encoding(latin1) <- "latin1"
  sends("{Hostname: \"caf\\u00e9\"}", "i", hostname = latin1)
})

test_that("filters are sent as lists, JSON as it is", {
  lists <- function(query, filters) {
    script <- one_request(paste0("GET /v1.41/containers/json?", query), "{json: []}")
    wire(script, function(host, seen) {
      docker_client(host = host)$container$list(filters = filters)
    })
  }
  lists("filters={\"label\":[\"a\",\"b\"],\"status\":[\"exited\"]}", list(label = c("a", "b"), status = "exited"))
  lists("filters={\"dangling\":[\"true\"]}", c(dangling = TRUE))
  lists("filters={\"a\":[\"b\"]}", structure("{\"a\":[\"b\"]}", class = "json"))
})

test_that("wait gives the exit code", {
  script <- one_request(
    "POST /v1.41/containers/c0ffee/wait?condition=removed",
    "{json: {StatusCode: 7}}",
    more = "after: there"
  )
  script <- c(
    script,
    "  - on: GET /v1.41/containers/c0ffee/json",
    "    label: there",
    "    reply: {json: {Id: c0ffee, Name: /web}}"
  )
  wire(script, function(host, seen) {
    x <- docker_client(host = host)$container$get("c0ffee")
    expect_identical(x$wait("removed"), list(exit_code = 7L))
  })
})

test_that("logs can be asked for since a date or a time", {
  for (since in list(as.Date("2026-11-24"), as.POSIXct("2026-11-24", tz = "UTC"), 1795478400)) {
    script <- c(
      one_request("GET /v1.41/containers/c0ffee/json", "{json: {Id: c0ffee, Config: {Tty: false}}}"),
      "  - on: GET /v1.41/containers/c0ffee/logs?stdout=true&stderr=true&since=1795478400",
      "    reply: {text: \"\"}"
    )
    wire(script, function(host, seen) {
      container <- docker_client(host = host)$container$get("c0ffee")
      expect_identical(length(container$logs(since = since)), 0L)
    })
  }
})

test_that("a value that is changed leaves all others as they were", {
  wire(wire_spec("container_list"), function(host, seen) {
    listed <- docker_client(host = host)$container$list()
    before <- unserialize(serialize(listed, NULL))
    networks <- listed$network_settings[[1L]]$networks
    # Missing texts, zeros and empty frames are the same in memory.
    networks$bridge$gateway[[1L]] <- "10.0.0.1"
    networks$bridge$links <- "web"
    attr(networks$bridge$mac_address, "note") <- "changed"
    listed$mounts[[2L]]$type <- character()
    expect_identical(networks$bridge$network_id, before$network_settings[[1L]]$networks$bridge$network_id)
    expect_identical(listed$network_settings, before$network_settings)
    expect_identical(listed$mounts[[3L]], before$mounts[[3L]])
  })
})
