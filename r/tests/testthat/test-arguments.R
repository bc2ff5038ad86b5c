# With the null client arguments are read, and then nothing is sent.
reads <- function(expr) {
  expect_error(expr, "Can't make requests with the null client", class = "docker_settings")
}

refuses <- function(expr, message) {
  error <- expect_error(expr, class = "docker_argument")
  expect_identical(conditionMessage(error), message)
}

container <- null_client(api_version = "1.41")$container

test_that("scalars are checked by kind", {
  refuses(container$list(all = "yes"), "'all' must be scalar logical (non-NA)")
  refuses(container$list(all = NA), "'all' must be scalar logical (non-NA)")
  refuses(container$list(all = c(TRUE, FALSE)), "'all' must be scalar logical (non-NA)")
  refuses(container$list(limit = "1"), "'limit' must be a scalar integer (non-NA)")
  refuses(container$list(limit = 1.5), "'limit' must be a scalar integer (non-NA)")
  refuses(container$list(limit = NA_integer_), "'limit' must be a scalar integer (non-NA)")
  reads(container$list(limit = 2))
  refuses(container$get(1), "'id' must be a scalar character (non-NA)")
  refuses(container$get(NULL), "'id' must be a scalar character (non-NA)")
  refuses(container$get(""), "'id' must be a scalar character (non-NA, not empty)")
  refuses(container$remove(""), "'id' must be a scalar character (non-NA, not empty)")
  refuses(container$create(NULL), "'image' must be a scalar character (non-NA)")
  refuses(container$create(""), "'image' must be a scalar character (non-NA, not empty)")
  x <- object_at("docker_container", "1.41")
  for (ask in list(x$path_stat, x$rename, function(...) x$get_archive(..., dest = NULL))) {
    error <- expect_error(ask(""), class = "docker_argument")
    expect_match(conditionMessage(error), "must be a scalar character (non-NA, not empty)", fixed = TRUE)
  }
  refuses(container$get(NA_character_), "'id' must be a scalar character (non-NA)")
  refuses(container$get(c("a", "b")), "'id' must be a scalar character (non-NA)")
  refuses(container$create("i", tty = 1), "'tty' must be scalar logical (non-NA)")
  refuses(container$create(1), "'image' must be a scalar character (non-NA)")
  refuses(container$create("i", stop_timeout = "1"), "'stop_timeout' must be a scalar integer (non-NA)")
})

test_that("what is missing is named, and so is the method, of every object", {
  count <- 0L
  for (class in names(faces)) {
    object <- object_at(class, "1.41")
    for (name in ls(object)) {
      needed <- if (is.function(object[[name]])) {
        Filter(function(default) identical(default, quote(expr = )), formals(object[[name]]))
      }
      needed <- setdiff(names(needed), "...")
      if (length(needed) > 0L) {
        error <- expect_error(object[[name]](), class = "docker_argument")
        expect_identical(error$argument, needed[[1L]])
        expect_identical(
          conditionMessage(error),
          sprintf("'%s' is missing: $%s() can't do without it", needed[[1L]], name)
        )
        count <- count + 1L
      }
    }
  }
  expect_gt(count, 40L)
  # Also through a function of the user's, and where another was given.
  stop_one <- function(id) container$get(id)
  error <- expect_error(stop_one(), class = "docker_argument")
  expect_identical(error$call, quote(container$get(id)))
  error <- expect_error(object_at("docker_container", "1.41")$cp_in("x"), class = "docker_argument")
  expect_identical(error$argument, "dest")
})

test_that("a misspelt argument of run is named, with the one that is meant", {
  for (case in list(c("nmae", "name"), c("detahc", "detach"), c("host_confg", "host_config"))) {
    args <- list("busybox", 1)
    names(args) <- c("image", case[[1L]])
    error <- expect_error(do.call(container$run, args), class = "docker_argument")
    expect_identical(error$argument, case[[1L]])
    expect_identical(
      conditionMessage(error),
      sprintf("Unknown argument '%s'; is '%s' meant?", case[[1L]], case[[2L]])
    )
  }
  # No name of a function inside is taken for one.
  refuses(container$run("busybox", "ls", h = 1), "Unknown argument 'h'")
  refuses(container$run("busybox", "ls", cre = 1), "Unknown argument 'cre'")
  error <- expect_error(container$run("busybox", "echo", "hello"), class = "docker_argument")
  expect_identical(error$argument, "cmd")
})

test_that("a signal is a name or a number from 1 to 64", {
  x <- object_at("docker_container", "1.44")
  message <- "must be the name of a signal, such as 'TERM', or a number from 1 to 64"
  for (signal in list(0, 1.5, -9, 65, "0", "-9", "1.5", NA, NA_character_, c("INT", "TERM"), TRUE)) {
    refuses(x$kill(signal = signal), paste("'signal'", message))
    refuses(x$stop(signal = signal), paste("'signal'", message))
    refuses(container$create("i", stop_signal = signal), paste("'stop_signal'", message))
  }
  for (signal in list(1, 64L, "9", "TERM", "SIGRTMIN+3", "")) {
    reads(x$kill(signal = signal))
  }
})

test_that("keys to leave a program by are looked at before anything is sent", {
  skip_on_os("windows")
  x <- object_at("docker_container", "1.44")
  for (ask in list(
    function(...) x$exec("sh", ..., stream = FALSE),
    function(...) x$exec_create("sh", ...),
    function(...) x$start(...)
  )) {
    error <- expect_error(ask(detach_keys = "zzz"), "^'detach_keys': .*zzz", class = "docker_argument")
    expect_identical(error$argument, "detach_keys")
    reads(ask(detach_keys = "ctrl-a,d"))
    reads(ask(detach_keys = ""))
  }
})

test_that("where a log is to be shown is looked at, also where it is not followed", {
  x <- object_at("docker_container", "1.44")
  for (stream in list(1, "", NA, c("a", "b"))) {
    for (ask in list(x$logs, x$log_lines)) {
      error <- expect_error(ask(stream = stream), "'stream' must be", class = "docker_argument")
      expect_identical(error$argument, "stream")
    }
  }
  file <- tempfile()
  reads(x$logs(stream = file))
  expect_false(file.exists(file))
})

test_that("filters are named vectors or lists, or JSON", {
  refuses(container$list(filters = "x"), "'filters' must be named")
  refuses(container$list(filters = c(a = "x", "y")), "All elements of 'filters' must be named")
  refuses(container$list(filters = c(a = "x", a = "y")), "'filters' must have unique names")
  refuses(
    container$list(filters = list(a = list("x"))),
    "'filters' must be a character vector or list of character vectors"
  )
  refuses(
    container$list(filters = list(a = NA)),
    "'filters' must be a character vector or list of character vectors"
  )
  reads(container$list(filters = list(label = c("a", "b"), status = "exited")))
  reads(container$list(filters = structure("{}", class = "json")))
})

test_that("env is a named vector or list of scalars", {
  refuses(container$create("i", env = "A"), "'env' must be named")
  refuses(
    container$create("i", env = list(A = 1:2)),
    "All elements of 'env' must be scalar (or use atomic vector)"
  )
  reads(container$create("i", env = list(A = NULL, B = NA, C = 1, D = "x")))
})

test_that("an option in host_config that is none is pointed at", {
  host <- function(...) container$create("i", host_config = list(...))
  refuses(
    host(memory = "512q"),
    "'host_config$memory': size '512q': expected one of the units b, k, m, g, t, p in place of 'q'"
  )
  refuses(host(memory = c("1g", "2g")), "'host_config$memory' must be a single value")
  refuses(host(memory = NA_character_), "'host_config$memory' must be without missing values")
  refuses(
    host(ulimits = c("core=0", "nofile")),
    "'host_config$ulimits': limit 'nofile': expected name=soft[:hard]"
  )
  refuses(
    host(devices = "a.com/b=c"),
    "'host_config$devices' must be paths, and 'a.com/b=c' is a CDI name; give it in 'device_requests'"
  )
  refuses(
    container$create("i", health_check = list(interval = "soon")),
    "'health_check$interval': length of time 'soon': expected a number that is not negative"
  )
})

test_that("ports are checked", {
  refuses(container$create("i", ports = FALSE), "'ports' must be a character")
  refuses(
    container$create("i", ports = c("80", "a:b")),
    "Port binding 'a:b' does not match '[<ip>:][<host>:]<container>[/<protocol>]'"
  )
  for (ports in list(
    80, 80L, "80:80", "127.0.0.1:80:80", "1.2.3.4::80", "53/udp", "8000-8002:80-82",
    "8000-8010:80/udp", "[::1]::80", "published=8080,target=80", TRUE, character()
  )) {
    reads(container$create("i", ports = ports))
  }
})

test_that("volumes are checked, and all wrong ones named", {
  refuses(
    container$create("i", volumes = c("a", "b:c", "d")),
    "Volume mapping 'a', 'd' does not match '<src>:<dest>[:ro]'"
  )
  refuses(
    container$create("i", volumes = "/anonymous"),
    "Volume mapping '/anonymous' does not match '<src>:<dest>[:ro]'"
  )
  reads(container$create("i", volumes = c("a1:/b", "/c:/d:ro")))
})

test_that("maps have names, once each, and may be vectors or lists", {
  refuses(container$create("i", labels = "a"), "'labels' must be named")
  refuses(container$create("i", labels = c(a = "1", a = "2")), "'labels' must have unique names")
  refuses(
    container$create("i", labels = list(a = 1:2)),
    "'labels' must be a named character vector (non-NA)"
  )
  refuses(
    container$create("i", labels = c(a = NA)),
    "'labels' must be a named character vector (non-NA)"
  )
  reads(container$create("i", labels = c(A = "b")))
  reads(container$create("i", labels = list(A = "b")))
})

test_that("a command is a vector of words, or a line in I()", {
  refuses(container$create("i", list(1:2)), "'cmd' must be a character vector (non-NA)")
  refuses(container$create("i", NA_character_), "'cmd' must be a character vector (non-NA)")
  refuses(container$create("i", I("echo 'a")), "'cmd' has a quote that is not closed")
  reads(container$create("i", I("echo 'a b'")))
})

test_that("host_config names are the API's or ours", {
  reads(container$create("i", host_config = list(ShmSize = 1e9, memory = 1)))
  refuses(
    container$create("i", host_config = list(pids_limit = "1")),
    "'host_config$pids_limit' must be a scalar integer (non-NA)"
  )
  refuses(container$create("i", host_config = 1), "'host_config' must be a named list")
})

test_that("a second word of a command is taken for nothing else", {
  refuses(
    container$run("i", "echo", "hello"),
    paste(
      "Arguments after 'cmd' are given by name; a command of several words is one vector,",
      "as in `cmd = c(\"echo\", \"hello\")`"
    )
  )
  refuses(container$run("i", comand = "ls"), "Unknown argument 'comand'")
  refuses(container$run("i", hostnam2 = "x"), "Unknown argument 'hostnam2'; is 'hostname' meant?")
  reads(container$run("i", "ls", volume = "/a:/b"))
  x <- object_at("docker_container", "1.41")
  refuses(
    x$exec("ls", "-l"),
    paste(
      "'stdin' must be given by name; a command of several words is one vector,",
      "as in `c(\"ls\", \"-l\")`"
    )
  )
  reads(x$exec("cat", stdin = "-l"))
})

test_that("text that is none is refused, and not rewritten", {
  wrong <- "a\xfc"
  refuses(container$create("i", wrong), "'cmd' must be valid text, not \"a\\xfc\"")
  refuses(container$create("i", env = c(A = wrong)), "'env' must be valid text, not \"a\\xfc\"")
  reads(container$create("i", "a<fc>"))
  latin1 <- wrong
  Encoding(latin1) <- "latin1"
  reads(container$create("i", latin1))
  expect_identical(line_bytes(c("a", wrong, "b\n")), as.raw(c(97, 10, 97, 0xfc, 10, 98, 10)))
  expect_identical(line_bytes(c("a", latin1)), charToRaw("a\na\u00fc\n"))
  expect_identical(line_bytes(character()), raw())
})

test_that("moments are told in many ways, and what is none is refused", {
  x <- object_at("docker_container", "1.41")
  for (since in list(
    "10m", "1h30m", "2024-05-01", "2024-05-01T12:00:00Z", "1714557600.5", 1e9, Sys.time(), Sys.Date()
  )) {
    reads(x$logs(since = since))
  }
  expect_error(x$logs(since = "soon"), "^'since' must be a time, such as", class = "docker_argument")
})

test_that("a stream is one that can be written to", {
  file <- tempfile()
  writeLines("x", file)
  con <- file(file, "r")
  refuses(
    container$run("i", stream = con), "'stream' must be a connection that is open for writing"
  )
  close(con)
  refuses(
    container$run("i", stream = con), "'stream' must be a connection, and not one that was closed"
  )
  con <- file(tempfile(), "w")
  x <- object_at("docker_container", "1.41")
  refuses(x$exec("cat", stdin = con), "'stdin' must be a connection that is open for reading")
  close(con)
  refuses(
    container$run("i", stream = ""), "'stream' must be a connection or the name of a file, not empty"
  )
  before <- nrow(showConnections())
  expect_error(
    container$run("i", stdin = file("/nope/x")), "^'stdin' can't be opened \\(/nope/x\\): cannot open",
    class = "docker_argument"
  )
  expect_identical(nrow(showConnections()), before)
})

test_that("run takes the arguments of create", {
  reads(container$run("i", "true", name = "x"))
  refuses(container$run("i", nosuch = 1), "Unknown argument 'nosuch'")
  refuses(container$run(), "'image' is missing: $run() can't do without it")
  refuses(container$create(), "'image' is missing: $create() can't do without it")
  refuses(container$run("i", detach = NA), "'detach' must be scalar logical (non-NA)")
  refuses(container$run("i", rm = 1), "'rm' must be scalar logical (non-NA)")
  refuses(container$run("i", stream = 1), "'stream' must be a connection")
})

test_that("what is no vector is refused by its argument", {
  refuses(
    container$list(filters = quote(a(b = 1))),
    "'filters' must be a vector or a list, not of type 'language'"
  )
  refuses(
    container$create("i", env = pairlist(A = "x")),
    "'env' must be a vector or a list, not of type 'pairlist'"
  )
  refuses(container$create("i", quote(f(x))), "'cmd' must be a character vector (non-NA)")
  refuses(
    container$create("i", host_config = list(x = globalenv())),
    "'host_config$x' must be a vector or a list, not of type 'environment'"
  )
})

test_that("lists may be nested deep, but not without end", {
  nested <- function(depth) Reduce(function(x, i) list(a = x), seq_len(depth), "x")
  reads(container$create("i", host_config = nested(100)))
  refuses(
    container$create("i", host_config = nested(5000)),
    "'host_config' must not be nested deeper than 128 lists"
  )
})

test_that("what is wrong is told under the name that the user gave", {
  docker <- null_client(api_version = "1.55")
  argument_of <- function(expr) {
    expect_error(expr, class = "docker_argument")$argument
  }
  refuses(docker$image$get(1), "'id' must be a scalar character (non-NA)")
  expect_identical(argument_of(docker$image$get(1)), "id")
  refuses(
    docker$image$get(docker),
    "'id' must be a scalar character (non-NA) or 'docker_image' object"
  )
  refuses(docker$volume$get(1), "'name' must be a scalar character (non-NA)")
  refuses(
    docker$image$build_clean(`keep-storage` = "1"),
    "'keep-storage' must be a scalar integer (non-NA)"
  )
  expect_identical(argument_of(docker$image$build_clean(`keep-storage` = "1")), "keep-storage")
  expect_identical(argument_of(docker$container$run("i", rm = NA)), "rm")
  refuses(docker$container$list(all = docker), "'all' must be scalar logical (non-NA)")
})

test_that("text that is none in any encoding is refused", {
  latin <- "caf\xe9"
  Encoding(latin) <- "latin1"
  reads(container$get(latin))
  for (encoding in c("UTF-8", "bytes")) {
    bad <- "a\xff"
    Encoding(bad) <- encoding
    refuses(container$get(bad), "'id' must be valid text, not \"a\\xff\"")
    refuses(
      container$create("i", labels = stats::setNames("x", bad)),
      "'labels' must be valid text, not \"a\\xff\""
    )
  }
})

test_that("dates and times are moments, and no other numbers", {
  refuses(
    container$create("i", stop_timeout = Sys.Date()),
    "'stop_timeout' must be a scalar integer (non-NA)"
  )
  refuses(
    container$create("i", stop_timeout = as.difftime(1, units = "mins")),
    "'stop_timeout' must be a scalar integer (non-NA)"
  )
  refuses(
    container$create("i", cmd = Sys.time()), "'cmd' must be a character vector (non-NA)"
  )
  refuses(container$create("i", cmd = c("sleep", NA)), "'cmd' must be a character vector (non-NA)")
  refuses(container$create("i", cmd = Inf), "'cmd' must be a character vector (non-NA)")
  # What bit64 makes of 10.
  wide <- structure(readBin(as.raw(c(10, rep(0, 7))), "double"), class = "integer64")
  reads(container$create("i", stop_timeout = wide))
  reads(container$create("i", cmd = factor("x")))
})

test_that("nothing but a list is taken for one", {
  refuses(
    container$create("i", host_config = raw()),
    "'host_config' must be a vector or a list, not of type 'raw'"
  )
  refuses(
    container$create("i", host_config = quote(x)),
    "'host_config' must be a vector or a list, not of type 'symbol'"
  )
})

test_that("files that can't be written to are refused before anything is done", {
  nowhere <- file.path(tempfile(), "x")
  error <- expect_error(container$run("i", stream = nowhere), class = "docker_argument")
  expect_match(conditionMessage(error), "^'stream' must be a file that can be written to: ")
  expect_identical(error$argument, "stream")
})
