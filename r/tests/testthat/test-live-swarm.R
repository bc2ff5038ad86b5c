# A swarm of one node, on an engine that may be made one: STEVEDORE_TEST_SWARM
# names it. It must be in no swarm, and is in none afterwards.

swarm_client <- function() {
  host <- Sys.getenv("STEVEDORE_TEST_SWARM")
  if (!nzchar(host)) {
    skip("STEVEDORE_TEST_SWARM does not name an engine for a swarm")
  }
  docker_client(host = host)
}

test_that("a swarm is made, told about, used and left", {
  docker <- swarm_client()
  if (is_podman(docker)) {
    skip("engine: Podman knows no swarm")
  }
  expect_identical(docker$info()$swarm$local_node_state, "inactive")
  id <- docker$swarm$init(advertise_addr = "127.0.0.1", listen_addr = "127.0.0.1:2377")
  on.exit(docker$swarm$leave(force = TRUE))
  expect_match(id, "^[a-z0-9]{25}$")

  swarm <- docker$swarm$inspect()
  expect_match(swarm$join_tokens$worker, "^SWMTKN-")
  expect_null(docker$swarm$update(
    swarm$version$index, name = "default",
    orchestration = list(task_history_retention_limit = 3)
  ))
  expect_identical(
    docker$swarm$inspect()$spec$orchestration$task_history_retention_limit, 3L
  )
  expect_identical(names(docker$swarm$unlock_key()), "unlock_key")

  nodes <- docker$node$list()
  expect_identical(nodes$id, id)
  node <- docker$node$get(id)
  expect_identical(node$role(), "manager")
  expect_identical(node$availability(), "active")
  expect_identical(node$status(), "ready")
  expect_identical(node$hostname(), docker$info()$name)
  expect_null(node$update(
    node$version(), labels = c(Where.It = "here"), role = "manager",
    availability = "active"
  ))
  expect_identical(node$inspect()$spec$labels, c(Where.It = "here"))

  key <- docker$secret$create("pass", "w\u00f6rd", labels = c(a = "b"))
  expect_identical(docker$secret$list()$name, "pass")
  secret <- docker$secret$inspect(key)
  expect_identical(secret$spec$labels, c(a = "b"))
  expect_null(docker$secret$update(
    key, secret$version$index, name = "pass", labels = c(a = "c")
  ))
  expect_identical(docker$secret$inspect("pass")$spec$labels, c(a = "c"))
  expect_null(docker$secret$remove("pass"))
  expect_identical(nrow(docker$secret$list()), 0L)

  kept <- docker$config$create("conf", as.raw(c(1, 0, 255)))
  expect_identical(docker$config$inspect(kept)$spec$data, "AQD/")
  expect_identical(docker$config$list()$name, "conf")
  expect_null(docker$config$remove(kept))

  expect_identical(nrow(docker$service$list()), 0L)
  expect_identical(nrow(docker$task$list()), 0L)
  expect_error(docker$service$get("nosuch"), class = "docker_no_such_service")
  expect_error(docker$task$get("nosuch"), class = "docker_404")
  expect_error(docker$node$delete("nosuch"), class = "docker_404")
  expect_error(
    docker$swarm$join(
      listen_addr = "0.0.0.0:2377", remote_addrs = "127.0.0.1:1", join_token = "x"
    ),
    class = "docker_503"
  )
})
