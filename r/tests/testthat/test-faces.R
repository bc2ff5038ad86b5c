# What objects offer at each version, against version 0.9.6 of the package.
#
# signatures.tsv has a line for each method and version from which on 0.9.6 has
# it with these arguments.

signatures <- local({
  x <- utils::read.delim(
    test_path("signatures.tsv"), quote = "", colClasses = "character",
    na.strings = character()
  )
  x$minor <- as.integer(sub("^1[.]", "", x$since))
  x
})

# What differs, with the reason. All else is the same at every version.
#
# Methods that take a stream or several requests, which are yet to come.
to_come <- c(
  "docker_client$events", "docker_client$login",
  "docker_image_collection$build", "docker_image_collection$pull",
  "docker_image_collection$push",
  "docker_plugin_collection$install",
  "docker_service$ps", "docker_service$tasks", "docker_service_collection$create"
)

# Classes that 0.9.6 lacks. No method makes one before API 1.40.
newer_classes <- "docker_stats_stream"

methods_of <- function(object) {
  members <- setdiff(ls(object), "help")
  members[vapply(members, function(name) is.function(object[[name]]), NA)]
}

signature_of <- function(fun) {
  args <- formals(fun)
  parts <- vapply(names(args), function(name) {
    default <- paste(deparse(args[[name]]), collapse = " ")
    if (nzchar(default)) paste0(name, "=", default) else name
  }, "")
  paste(parts, collapse = ", ")
}

# The methods that 0.9.6 has at a version, with their arguments.
known_at <- function(class, minor) {
  x <- signatures[signatures$object == class & signatures$minor <= minor, ]
  x <- x[!duplicated(x$method, fromLast = TRUE), ]
  x <- x[!paste0(class, "$", x$method) %in% to_come, ]
  stats::setNames(x$arguments, x$method)[order(x$method)]
}

test_that("methods and arguments are those of version 0.9.6 at each of its versions", {
  for (minor in 25:39) {
    for (class in setdiff(names(faces), newer_classes)) {
      object <- object_at(class, paste0("1.", minor))
      found <- vapply(methods_of(object), function(m) signature_of(object[[m]]), "")
      known <- known_at(class, minor)
      expect_identical(
        found[order(names(found))], known,
        label = sprintf("%s at 1.%d", class, minor)
      )
    }
  }
})

test_that("methods that are yet to come are absent and not stubs", {
  for (method in to_come) {
    part <- strsplit(method, "$", fixed = TRUE)[[1L]]
    if (part[[1L]] %in% names(faces)) {
      expect_false(part[[2L]] %in% ls(object_at(part[[1L]], "1.39")), label = method)
    }
  }
})

test_that("later versions keep these arguments first, and new ones follow", {
  for (minor in c(40L, 47L, 55L)) {
    for (class in names(faces)) {
      object <- object_at(class, paste0("1.", minor))
      known <- object_at(class, "1.39")
      for (name in methods_of(known)) {
        old <- as.list(formals(known[[name]]))
        if (length(old) == 0L) {
          next
        }
        expect_identical(
          utils::head(as.list(formals(object[[name]])), length(old)), old,
          label = sprintf("%s$%s at 1.%d", class, name, minor)
        )
      }
    }
  }
  newer <- names(formals(object_at("docker_network_collection", "1.40")$create))
  expect_identical(
    newer[-(1:10)], c("scope", "config_only", "config_from", "enable_ipv4")
  )
})

test_that("what a version lacks is there from the next one on", {
  expect_identical(
    names(formals(object_at("docker_container", "1.34")$logs)),
    c("follow", "stdout", "stderr", "since", "timestamps", "tail", "stream")
  )
  expect_true("until" %in% names(formals(object_at("docker_container", "1.35")$logs)))
  expect_false("update" %in% ls(object_at("docker_volume", "1.39")))
  expect_true("update" %in% ls(object_at("docker_volume", "1.42")))
})

test_that("lines and figures are there from API 1.40 on", {
  for (minor in c(25L, 39L)) {
    version <- paste0("1.", minor)
    expect_false(any(c("log_lines", "stats_stream") %in% ls(object_at("docker_container", version))))
    expect_false(any(c("stats", "stats_stream") %in% ls(object_at("docker_container_collection", version))))
  }
  container <- object_at("docker_container", "1.40")
  expect_identical(
    signature_of(container$log_lines),
    paste(
      "follow=FALSE, stdout=TRUE, stderr=TRUE, since=NULL, until=NULL,",
      "tail=NULL, stream=stdout()"
    )
  )
  expect_identical(signature_of(container$stats_stream), "")
  expect_identical(signature_of(container$stats), "")
  collection <- object_at("docker_container_collection", "1.40")
  expect_identical(signature_of(collection$stats), "id=NULL, all=FALSE")
  expect_identical(signature_of(collection$stats_stream), "id=NULL, all=FALSE")
})

test_that("objects that 0.9.6 lacks print as the others do", {
  local_reproducible_output(width = 75)
  for (class in newer_classes) {
    object <- object_at(class, "1.40")
    expect_snapshot(object)
    for (name in methods_of(object)) {
      method <- object[[name]]
      expect_snapshot(method)
    }
  }
})

test_that("a method that is too new says which version has it", {
  docker <- null_client(api_version = "1.25")
  error <- expect_error(docker$config$create("a", "b"), class = "docker_version")
  expect_identical(
    conditionMessage(error),
    paste(
      "'config_create' (POST /configs/create) requires docker API version at",
      "least 1.30 (version 1.25 used)"
    )
  )
  expect_identical(error$endpoint, "config_create")
  expect_error(docker$image$build_clean(), "at least 1.31", class = "docker_version")
  expect_error(
    docker$types$health_config(test = "x"),
    "'health_config' requires docker API version at least 1.26 (version 1.25 used)",
    fixed = TRUE, class = "docker_version"
  )
  volume <- object_at("docker_volume", "1.41")
  expect_error(volume$update(1), "at least 1.42", class = "docker_version")
})

test_that("every method has help for each of its arguments, at every version", {
  for (minor in c(25L, 31L, 39L, 55L)) {
    for (class in names(faces)) {
      object <- object_at(class, paste0("1.", minor))
      expect_true(nzchar(attr(object, "title")))
      for (name in c(methods_of(object), "help")) {
        method <- object[[name]]
        help <- attr(method, "help")
        args <- setdiff(as.character(names(formals(method))), if (length(help$args) == 0L) "...")
        expect_identical(as.character(names(help$args)), args, label = paste(class, name))
        expect_true(all(nzchar(help$args)) && nzchar(help$summary))
        expect_identical(help$name, name)
      }
    }
  }
})

test_that("no method names an argument that its version does not have", {
  for (minor in c(25L, 31L, 35L, 39L, 40L, 55L)) {
    for (class in names(faces)) {
      object <- object_at(class, paste0("1.", minor))
      for (name in methods_of(object)) {
        late <- as.character(names(faces[[class]]$methods[[name]]$newer))
        missing <- setdiff(late, names(formals(object[[name]])))
        expect_identical(
          intersect(all.vars(body(object[[name]])), missing), character(),
          label = paste(minor, class, name)
        )
      }
    }
  }
})

test_that("every class has its help page", {
  for (class in names(faces)) {
    expect_length(as.character(utils::help((class), package = "stevedore")), 1L)
  }
})

test_that("objects print as 0.9.6 prints them", {
  local_reproducible_output(width = 75)
  for (class in setdiff(names(faces), c("docker_client", newer_classes))) {
    object <- object_at(class, "1.39")
    expect_snapshot(object)
  }
})
