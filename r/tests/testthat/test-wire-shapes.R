# What replies look like at API 1.39, against version 0.9.6 of the package.
#
# shapes.tsv has a line for each field of a reply as 0.9.6 gives it: the way to
# it, `[]` for the rows of a data frame, and what it is. A reply with nothing in
# it must have all these fields, of these types; `sent` is what must be there for
# the fields within fields to show.

shapes <- utils::read.delim(
  test_path("shapes.tsv"), quote = "", colClasses = "character"
)

sent <- c(
  version = "{}",
  info = paste0(
    '{"Plugins": {}, "RegistryConfig": {}, "ContainerdCommit": {}, "RuncCommit": {}, ',
    '"InitCommit": {}, "Swarm": {"Cluster": {}}}'
  ),
  df = "{}",
  container_list = "[]",
  container_inspect = paste0(
    '{"State": {}, "HostConfig": {"LogConfig": {}, "RestartPolicy": {}}, "Config": {}, ',
    '"NetworkSettings": {}}'
  ),
  container_diff = "[]",
  container_prune = "{}",
  image_list = "[]",
  image_inspect = '{"ContainerConfig": {}, "Config": {}, "GraphDriver": {}, "RootFS": {}}',
  image_history = "[]",
  image_remove = "[]",
  image_prune = "{}",
  image_search = "[]",
  network_list = "[]",
  network_inspect = '{"IPAM": {}}',
  network_prune = "{}",
  volume_list = "{}",
  volume_inspect = "{}",
  volume_prune = "{}",
  swarm_inspect = paste0(
    '{"Version": {}, "Spec": {"Orchestration": {}, "Raft": {}, "Dispatcher": {}, ',
    '"CAConfig": {}, "EncryptionConfig": {}}, "TLSInfo": {}, "JoinTokens": {}}'
  ),
  swarm_unlock_key = "{}",
  node_list = "[]",
  node_inspect = paste0(
    '{"Version": {}, "Spec": {}, "Description": {"Platform": {}, "Resources": {}, ',
    '"Engine": {}, "TLSInfo": {}}, "Status": {}, "ManagerStatus": {}}'
  ),
  service_list = "[]",
  service_inspect = paste0(
    '{"Version": {}, "Spec": {"TaskTemplate": {}, "Mode": {}, "UpdateConfig": {}, ',
    '"RollbackConfig": {}, "EndpointSpec": {}}, "Endpoint": {"Spec": {}}}'
  ),
  task_list = "[]",
  task_inspect = paste0(
    '{"Version": {}, "Spec": {"ContainerSpec": {}, "Resources": {}, "RestartPolicy": {}, ',
    '"Placement": {}}, "Status": {"ContainerStatus": {}}}'
  ),
  secret_list = "[]",
  secret_inspect = '{"Version": {}, "Spec": {"Driver": {}}}',
  config_list = "[]",
  config_inspect = '{"Version": {}, "Spec": {}}',
  plugin_list = "[]",
  plugin_inspect = paste0(
    '{"Settings": {}, "Config": {"Interface": {}, "User": {}, "Network": {}, "Linux": {}, ',
    '"Args": {}, "rootfs": {}}}'
  ),
  plugin_privileges = "[]"
)

# What 0.9.6 lacks: the API's descriptions are corrected here, because engines of
# these versions send it.
more <- c(
  container_inspect = "state$health",
  image_inspect = "variant",
  info = "swarm$cluster$default_addr_pool",
  info = "swarm$cluster$subnet_size",
  swarm_inspect = "default_addr_pool",
  swarm_inspect = "subnet_size",
  service_inspect = "spec$task_template$networks[]$driver_opts",
  service_inspect = "spec$networks[]$driver_opts",
  task_list = "[]$networks_attachments",
  task_inspect = "networks_attachments",
  task_inspect = "spec$networks[]$driver_opts"
)

# What only 0.9.6 has: no engine of these versions sends it.
less <- c(
  container_inspect = "node",
  image_inspect = "root_fs$base_layer"
)

# What is of another type, for the same reason: engines send times and names as
# text here.
other_type <- c(
  df = "build_cache[]$created_at",
  df = "build_cache[]$last_used_at",
  plugin_inspect = "config$interface$types"
)

# The request of each, and the method that makes it.
asked <- list(
  version = list("GET /version", function(d) d$version()),
  info = list("GET /info", function(d) d$info()),
  df = list("GET /system/df", function(d) d$df()),
  container_list = list("GET /containers/json", function(d) d$container$list()),
  container_inspect = list("GET /containers/x/json", function(d) d$container$get("x")$inspect(FALSE)),
  container_diff = list(
    "GET /containers/x/changes",
    function(d) new_container(environment(d$ping)$.handle, list(id = "x"))$diff()
  ),
  container_prune = list("POST /containers/prune", function(d) d$container$prune()),
  image_list = list("GET /images/json", function(d) d$image$list()),
  image_inspect = list("GET /images/x/json", function(d) d$image$get("x")$inspect(FALSE)),
  image_history = list(
    "GET /images/x/history",
    function(d) new_image(environment(d$ping)$.handle, list(id = "x"), "x")$history()
  ),
  image_remove = list("DELETE /images/x", function(d) d$image$remove("x")),
  image_prune = list("POST /images/prune", function(d) d$image$prune()),
  image_search = list("GET /images/search", function(d) d$image$search("x")),
  network_list = list("GET /networks", function(d) d$network$list()),
  network_inspect = list("GET /networks/x", function(d) d$network$get("x")$inspect(FALSE)),
  network_prune = list("POST /networks/prune", function(d) d$network$prune()),
  volume_list = list("GET /volumes", function(d) d$volume$list()),
  volume_inspect = list("GET /volumes/x", function(d) d$volume$get("x")$inspect(FALSE)),
  volume_prune = list("POST /volumes/prune", function(d) d$volume$prune()),
  swarm_inspect = list("GET /swarm", function(d) d$swarm$inspect()),
  swarm_unlock_key = list("GET /swarm/unlockkey", function(d) d$swarm$unlock_key()),
  node_list = list("GET /nodes", function(d) d$node$list()),
  node_inspect = list("GET /nodes/x", function(d) d$node$get("x")$inspect(FALSE)),
  service_list = list("GET /services", function(d) d$service$list()),
  service_inspect = list("GET /services/x", function(d) d$service$get("x")$inspect(FALSE)),
  task_list = list("GET /tasks", function(d) d$task$list()),
  task_inspect = list("GET /tasks/x", function(d) d$task$get("x")$inspect(FALSE)),
  secret_list = list("GET /secrets", function(d) d$secret$list()),
  secret_inspect = list("GET /secrets/x", function(d) d$secret$inspect("x")),
  config_list = list("GET /configs", function(d) d$config$list()),
  config_inspect = list("GET /configs/x", function(d) d$config$inspect("x")),
  plugin_list = list("GET /plugins", function(d) d$plugin$list()),
  plugin_inspect = list("GET /plugins/x/json", function(d) d$plugin$get("x")$inspect(FALSE)),
  plugin_privileges = list("GET /plugins/privileges", function(d) d$plugin$privileges("x"))
)

flatten <- function(x, way = "") {
  kind <- function(x) {
    switch(typeof(x),
      character = "chr", integer = "int", double = "num", logical = "lgl", "other"
    )
  }
  if (is.data.frame(x)) {
    below <- vapply(x, function(column) if (is.list(column)) "L" else kind(column), "")
    names(below) <- paste0(way, "[]$", names(x))
    c(stats::setNames("df", way), below)
  } else if (is.list(x) && length(x) > 0L) {
    parts <- lapply(names(x), function(name) {
      flatten(x[[name]], paste0(way, if (nzchar(way)) "$", name))
    })
    c(stats::setNames("list", way), unlist(parts))
  } else {
    stats::setNames(kind(x), way)
  }
}

test_that("replies have the fields of 0.9.6, typed, whether or not they were sent", {
  expect_setequal(names(sent), unique(shapes$reply))
  expect_setequal(names(sent), names(asked))
  exchanges <- vapply(names(sent), function(name) {
    sprintf(
      "  - on: %s\n    reply: {json: %s}",
      sub(" /", " /v1.39/", asked[[name]][[1L]]), sent[[name]]
    )
  }, "")
  script <- c("says: replies with next to nothing in them", "exchanges:", exchanges)
  wire(script, function(host, seen) {
    docker <- docker_client(host = host, api_version = "1.39")
    for (name in names(sent)) {
      found <- flatten(asked[[name]][[2L]](docker))
      for (way in more[names(more) == name]) {
        found <- found[!startsWith(names(found), way)]
      }
      known <- shapes[shapes$reply == name, ]
      way <- sub("^[.]$", "", known$field)
      way <- sub("^[.]\\[", "[", way)
      # What is within something that was not sent does not show.
      above <- sub("(^|[$])[^$]*$", "", sub("[]", "", way, fixed = TRUE))
      is_shown <- (way == "" | above %in% names(found)[found %in% c("list", "df")]) &
        !way %in% less[names(less) == name]
      is_shown <- is_shown &
        !(above %in% other_type[names(other_type) == name])
      expect_identical(names(found), way[is_shown], label = name)
      kind <- known$kind[is_shown]
      # Where 0.9.6 has shown a number beyond 32 bits.
      kind[kind == "num" & found == "int"] <- "int"
      atoms <- kind %in% c("chr", "int", "num", "lgl", "df", "L") &
        !names(found) %in% other_type[names(other_type) == name]
      expect_identical(unname(found)[atoms], kind[atoms], label = paste("types of", name))
    }
  })
})
