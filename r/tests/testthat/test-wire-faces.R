# What methods send where R's users give something else than the API has.

at <- function(on, body = NULL, reply = "{status: 204}") {
  c(
    sprintf("  - on: %s", sub(" /", " /v1.41/", on)),
    if (!is.null(body)) paste("    body:", body),
    paste("    reply:", reply)
  )
}

plays <- function(..., code) {
  script <- c("says: what the test says", "exchanges:", ...)
  wire(script, function(host, seen) {
    code(docker_client(host = host, api_version = "1.41"))
  })
}

test_that("what a secret or config keeps goes in base64, from text or bytes", {
  made <- "{status: 201, json: {Id: abc, ID: abc}}"
  plays(
    at("POST /secrets/create", '{Name: a, Data: "aMOpbGxv", Labels: {K.x: v}}', made),
    at("POST /secrets/create", '{Name: b, Data: "AP8="}', made),
    at("POST /configs/create", '{Name: c, Data: "YQ=="}', made),
    at("POST /configs/create", '{Name: d, Data: ""}', made),
    code = function(d) {
      expect_identical(
        d$secret$create("a", "h\u00e9llo", labels = c(K.x = "v")), "abc"
      )
      expect_identical(d$secret$create("b", as.raw(c(0, 255))), "abc")
      expect_identical(d$config$create("c", "a"), "abc")
      expect_identical(d$config$create("d", ""), "abc")
      expect_error(
        d$secret$create("a", 1), "'data' must be a scalar character or raw",
        fixed = TRUE, class = "docker_argument"
      )
    }
  )
})

test_that("the names of secrets and configs are a column", {
  list <- '{json: [{ID: a, Spec: {Name: one}}, {ID: b, Spec: {Name: two}}, {ID: c}]}'
  plays(
    at("GET /secrets", reply = list), at("GET /configs", reply = list),
    code = function(d) {
      for (x in list(d$secret$list(), d$config$list())) {
        expect_identical(names(x)[1:2], c("id", "name"))
        expect_identical(x$name, c("one", "two", NA))
      }
    }
  )
})

test_that("a plugin is configured by a named vector", {
  plays(
    at("POST /plugins/p/set", '["DEBUG=1", "B=x y"]'),
    at("POST /plugins/p/enable?timeout=0", reply = "{status: 200}"),
    code = function(d) {
      p <- new_plugin(environment(d$ping)$.handle, list(id = "a", name = "p"))
      expect_null(p$configure(c(DEBUG = "1", B = "x y")))
      expect_null(p$enable())
      expect_error(p$configure("a"), "'body' must be named", class = "docker_argument")
    }
  )
})

test_that("objects stand for their ids", {
  handle <- NULL
  plays(
    at("POST /networks/n1/connect", '{Container: c1}', "{status: 200}"),
    at("POST /networks/n1/disconnect", '{Container: c1, Force: true}', "{status: 200}"),
    at("DELETE /containers/c1"),
    at("DELETE /networks/n1"),
    at("DELETE /volumes/v1"),
    at(
      "POST /containers/create",
      '{Image: "sha256:1", HostConfig: {NetworkMode: n1}}',
      '{status: 201, json: {Id: c2, Warnings: []}}'
    ),
    at("GET /containers/c2/json", reply = "{json: {Id: c2}}"),
    code = function(d) {
      handle <- environment(d$ping)$.handle
      network <- new_network(handle, list(id = "n1"))
      container <- new_container(handle, list(id = "c1"))
      image <- new_image(handle, list(id = "sha256:1"), "i")
      expect_null(network$connect(container))
      expect_null(network$disconnect(container, force = TRUE))
      expect_null(d$container$remove(container))
      expect_null(d$network$remove(network))
      expect_null(d$volume$remove(new_volume(handle, list(name = "v1"))))
      expect_identical(d$container$create(image, network = network)$id(), "c2")
      expect_error(
        d$container$create(network),
        "'image' must be a scalar character (non-NA) or 'docker_image' object",
        fixed = TRUE, class = "docker_argument"
      )
    }
  )
})

test_that("subnets are named vectors up to 1.39, and a data frame later", {
  network <- paste0(
    '{json: {Id: n, IPAM: {Config: [{Subnet: "10.0.0.0/8", Gateway: "10.0.0.1"}, ',
    '{Subnet: "10.1.0.0/16"}]}}}'
  )
  script <- c(
    "says: subnets", "exchanges:",
    "  - on: GET /v1.39/networks/n", paste("    reply:", network),
    "  - on: GET /v1.41/networks/n", paste("    reply:", network)
  )
  wire(script, function(host, seen) {
    old <- docker_client(host = host, api_version = "1.39")$network$get("n")$inspect(FALSE)
    expect_identical(
      old$ipam$config,
      list(c(subnet = "10.0.0.0/8", gateway = "10.0.0.1"), c(subnet = "10.1.0.0/16"))
    )
    new <- docker_client(host = host, api_version = "1.41")$network$get("n")$inspect(FALSE)
    expect_identical(new$ipam$config$subnet, c("10.0.0.0/8", "10.1.0.0/16"))
    expect_identical(new$ipam$config$gateway, c("10.0.0.1", NA))
  })
})

test_that("the default of a withdrawn argument is not sent, another value is an error", {
  made <- "{status: 201, json: {Id: n}}"
  script <- c(
    "says: check_duplicate went away with 1.46", "exchanges:",
    "  - on: POST /v1.45/networks/create", "    body: {Name: a, CheckDuplicate: true}",
    paste("    reply:", made),
    "  - on: GET /v1.45/networks/n", "    reply: {json: {Id: n}}",
    "  - on: POST /v1.46/networks/create", "    body: {Name: a, CheckDuplicate: null}",
    paste("    reply:", made),
    "  - on: GET /v1.46/networks/n", "    reply: {json: {Id: n}}"
  )
  wire(script, function(host, seen) {
    docker_client(host = host, api_version = "1.45")$network$create("a")
    docker <- docker_client(host = host, api_version = "1.46")
    docker$network$create("a")
    error <- expect_error(
      docker$network$create("a", check_duplicate = FALSE), class = "docker_version"
    )
    expect_match(conditionMessage(error), "check_duplicate")
  })
})

test_that("processes come under the engine's own titles", {
  plays(
    at(
      "GET /containers/c1/top?ps_args=aux",
      reply = '{json: {Titles: [PID, Cmd line], Processes: [["1", sh], ["7"]]}}'
    ),
    code = function(d) {
      container <- new_container(environment(d$ping)$.handle, list(id = "c1"))
      x <- container$top("aux")
      expect_identical(
        x, data.frame(PID = c("1", "7"), `Cmd line` = c("sh", NA), check.names = FALSE)
      )
    }
  )
})

test_that("warnings of an update and of a list are R's warnings", {
  plays(
    at("POST /containers/c1/update", '{Memory: 1, NanoCpus: 2}', '{json: {Warnings: [be careful]}}'),
    at("GET /volumes", reply = '{json: {Volumes: null, Warnings: [lost one]}}'),
    code = function(d) {
      container <- new_container(environment(d$ping)$.handle, list(id = "c1"))
      expect_warning(
        container$update(memory = 1, nano_cpus = 2),
        "1 warning produced while updating container:\n- be careful", fixed = TRUE
      )
      expect_warning(
        expect_identical(nrow(d$volume$list()), 0L),
        "1 warning produced while reading volume list:\n- lost one", fixed = TRUE
      )
    }
  )
})
