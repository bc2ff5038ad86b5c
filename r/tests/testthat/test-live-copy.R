# Copies to, from and between the containers of a real engine.

running <- function(docker, ...) {
  docker$container$run(
    busybox, c("sleep", "600"), labels = live_label(), detach = TRUE, ...
  )
}

said <- function(x, script) {
  paste(x$exec(c("sh", "-c", script), stream = FALSE)$output, collapse = "")
}

# A folder with a file `f` and, in `d`, another.
folder <- function() {
  path <- tempfile("copy")
  dir.create(file.path(path, "d"), recursive = TRUE)
  writeLines("one", file.path(path, "f"))
  writeLines("two", file.path(path, "d", "g"))
  path
}

test_that("files go into a container, and come out again", {
  docker <- live_client()
  on.exit(remove_live())
  x <- running(docker)
  here <- folder()
  src <- file.path(here, "f")

  expect_null(x$cp_in(src, "/hello"))
  expect_invisible(x$cp_in(src, "/hello"))
  expect_identical(said(x, "cat /hello"), "one\n")
  x$cp_in(src, "/tmp")
  x$cp_in(file.path(here, "d"), "tmp/new")
  x$cp_in(file.path(here, "d", "."), "/tmp/")
  expect_identical(said(x, "cd /tmp; cat f new/g g"), "one\ntwo\ntwo\n")

  dest <- file.path(here, "dest")
  expect_invisible(x$cp_out("/hello", dest))
  expect_identical(readLines(dest), "one")
  x$cp_out("tmp/new", here)
  expect_identical(readLines(file.path(here, "new", "g")), "two")
  x$kill()
  x$cp_out("/tmp/.", file.path(here, "stopped"))
  expect_setequal(dir(file.path(here, "stopped")), c("f", "new", "g"))
})

test_that("what does not fit together is refused in the words of 0.9.6", {
  docker <- live_client()
  if (is_podman(docker)) {
    skip("engine: Podman makes folders that are missing")
  }
  on.exit(remove_live())
  x <- running(docker)
  here <- folder()
  path <- function(...) file.path(here, ...)
  refused <- function(expr, message, class = "docker_argument") {
    error <- expect_error(expr, message, fixed = TRUE, class = class)
    expect_s3_class(error, "docker_error")
  }
  refused(x$cp_in(path("nope"), "/"), paste("File does not exist:", path("nope")))
  refused(x$cp_in(path("f"), "/new/"), "is a directory but does not exist on container")
  refused(
    x$cp_in(path("d"), "/etc/passwd"),
    "Cannot copy dir 'd' as dest '/etc/passwd' is a file"
  )
  refused(x$cp_in(path("f"), "/no/where"), "Could not find the file", "docker_404")
  refused(
    x$cp_out("/etc", path("f")),
    sprintf("Can't overwrite file '%s' with directory '/etc'", path("f"))
  )
  refused(x$cp_out("/etc/passwd", path("no", "f")), "Destination directory does not exist")
  refused(x$cp_out("/etc/passwd", path("no/")), "Destination directory does not exist")
  refused(x$cp_out("/nope", here), "Could not find the file", "docker_404")
  refused(docker$cp(path("f"), path("g")), "must specify at least one container source")
  refused(x$cp_in(1, "/"), "'src' must be a scalar character (non-NA)")
  refused(x$cp_out("/etc", c("a", "b")), "'dest' must be a scalar character (non-NA)")
})

test_that("either end may be in a container, or both, whatever they are called", {
  docker <- live_client()
  on.exit(remove_live())
  name <- paste0("stevedore.copy-", Sys.getpid(), c(".a", ".b"))
  a <- running(docker, name = name[[1L]])
  b <- docker$container$create(busybox, labels = live_label(), name = name[[2L]])
  here <- folder()
  docker$cp(file.path(here, "f"), paste0(name[[1L]], ":/tmp/f"))
  docker$cp(paste0(name[[1L]], ":/tmp"), paste0(name[[2L]], ":/new"))
  expect_invisible(docker$cp(paste0(name[[2L]], ":new/f"), file.path(here, "back")))
  expect_identical(readLines(file.path(here, "back")), "one")
})

test_that("links are followed and users changed where that is asked for", {
  docker <- live_client()
  if (is_podman(docker)) {
    skip("engine: Podman answers otherwise for a path that is a link")
  }
  on.exit(remove_live())
  x <- running(docker)
  here <- folder()
  file.symlink("f", file.path(here, "l"))
  x$cp_in(file.path(here, "l"), "/link")
  x$cp_in(file.path(here, "l"), "/file", follow_link = TRUE)
  expect_identical(said(x, "readlink /link; cat /file"), "f\none\n")
  x$cp_out("/link", file.path(here, "link"))
  expect_identical(Sys.readlink(file.path(here, "link")), "f")
  x$cp_in(file.path(here, "f"), "/owned", archive = TRUE)
  expect_identical(said(x, "stat -c %u /owned"), "0\n")
  expect_error(
    x$cp_in(here, "/", follow_link = NA), "'follow_link' must be scalar logical",
    class = "docker_argument"
  )
})

test_that("archives go to files and come from them", {
  docker <- live_client()
  on.exit(remove_live())
  x <- running(docker)
  here <- folder()
  file <- file.path(here, "archive.tar")

  x$cp_in(file.path(here, "d"), "/d")
  expect_identical(expect_invisible(x$get_archive("/d", file)), file)
  expect_identical(readBin(file, raw(), 1e6), x$get_archive("/d", NULL))
  # Some write a folder without the slash.
  listed <- function() sub("/$", "", utils::untar(file, list = TRUE))
  expect_setequal(listed(), c("d", "d/g"))
  expect_error(x$get_archive("/nope", file), class = "docker_404")
  expect_setequal(listed(), c("d", "d/g"))

  said(x, "mkdir /again")
  expect_null(expect_invisible(x$put_archive(readBin(file, raw(), 1e6), "/again")))
  x$put_archive(file.path(here, "f"), "/again")
  x$put_archive(file.path(here, "d"), "again/d")
  expect_identical(said(x, "cd /again; cat f d/g d/d/g"), "one\ntwo\ntwo\n")
  packed <- memCompress(readBin(file, raw(), 1e6), "gzip")
  expect_error(x$put_archive(packed, "/"), "must be decompressed", class = "docker_argument")
  expect_error(x$put_archive("nope", "/"), "File does not exist", class = "docker_argument")

  expect_identical(expect_invisible(x$export(file)), file)
  expect_true("etc/passwd" %in% utils::untar(file, list = TRUE))
  expect_type(x$export(), "raw")
  expect_false(any(startsWith(dir(here, all.files = TRUE), ".stevedore")))
  expect_error(
    x$export(file.path(here, "no", "file")), "Cannot write", class = "docker_local"
  )
})

test_that("what can't be copied is left out with a warning", {
  docker <- live_client()
  on.exit(remove_live())
  x <- running(docker)
  here <- folder()
  said(x, "mkdir /some; cd /some; mkfifo fifo; echo f >f")
  expect_warning(
    x$cp_out("/some", here), "1 file was left out, since .*\n- .*/some/fifo"
  )
  expect_identical(dir(file.path(here, "some")), "f")
  expect_error(x$cp_out("/some/fifo", here), "device or a fifo", class = "docker_argument")
})

test_that("what is at a path is told in the API's own words", {
  docker <- live_client()
  if (is_podman(docker)) {
    skip("engine: Podman tells a link's target of what is none")
  }
  on.exit(remove_live())
  x <- running(docker)
  said(x, "echo hello >/hello; chmod 775 /hello; ln -s hello /link")
  stat <- x$path_stat("hello")
  expect_named(stat, c("name", "size", "mode", "mtime", "linkTarget"))
  expect_identical(stat[c("name", "size", "mode", "linkTarget")], list(
    name = "hello", size = 6L, mode = 509L, linkTarget = ""
  ))
  expect_gt(x$path_stat("/etc")$mode, 2^31)
  expect_identical(x$path_stat("/link")$linkTarget, "/hello")
  expect_error(x$path_stat("/nope"), "path `/nope`", class = "docker_404")
})

test_that("a container that is removed is what is missing", {
  docker <- live_client()
  on.exit(remove_live())
  x <- running(docker)
  x$remove(force = TRUE)
  for (ask in list(
    function() x$path_stat("/etc"), function() x$get_archive("/etc", NULL),
    function() x$get_archive("/etc", tempfile()), function() x$cp_out("/etc", tempdir())
  )) {
    error <- expect_error(ask(), class = "docker_no_such_container")
    expect_match(conditionMessage(error), substr(x$id(), 1L, 12L))
  }
})
