//! Requests recorded of images, in our types.

use stevedore_api::{container, image};

use super::{Row, row};

pub(crate) fn rows() -> Vec<Row> {
    vec![
        row(
            "docker image_pull",
            &image::Pull::new()
                .name("docker.io/library/alpine")
                .tag("latest")
                .registry_auth("e30="),
        ),
        row(
            "docker image_pull 2",
            &image::Pull::new()
                .name("docker.io/library/busybox")
                .platform("linux/amd64")
                .tag("latest")
                .registry_auth("e30="),
        ),
        row(
            "docker image_pull 3",
            &image::Pull::new()
                .name("docker.io/library/busybox")
                .registry_auth("e30="),
        ),
        row(
            "docker image_list",
            &image::List::new()
                .all(true)
                .filter("dangling", "true")
                .filter("label", "tier"),
        ),
        row(
            "docker image_list 2",
            &image::List::new().filter("reference", "busy*:latest"),
        ),
        row(
            "docker image_pull 4",
            &image::Pull::new()
                .changes(["CMD [\"sh\"]"])
                .source("-")
                .message("imported")
                .repo("imported:1"),
        ),
        row(
            "docker image_pull 5",
            &image::Pull::new()
                .source("http://127.0.0.1:1/none.tar")
                .platform("linux/amd64")
                .repo("from-url:1"),
        ),
        row("docker image_save", &image::Save::new().names(["busybox"])),
        row(
            "docker image_save 2",
            &image::Save::new().names(["busybox", "alpine"]),
        ),
        row("docker image_load", &image::Load::new().quiet(true)),
        row(
            "docker image_tag",
            &image::Tag::new()
                .name("busybox")
                .repo("localhost:5000/team/busy")
                .tag("1"),
        ),
        row(
            "docker image_push",
            &image::Push::new("e30=")
                .name("localhost:5000/team/busy")
                .tag("1"),
        ),
        row(
            "docker image_push 2",
            &image::Push::new("e30=").name("localhost:5000/team/busy"),
        ),
        row(
            "docker image_history",
            &image::History::new().name("busybox"),
        ),
        row(
            "docker image_inspect",
            &image::InspectOne::new().name("busybox"),
        ),
        row(
            "docker image_search",
            &image::Search::new("busybox")
                .filter("is-official", "true")
                .limit(5)
                .registry_auth("e30="),
        ),
        row(
            "docker image_remove",
            &image::Remove::new().name("localhost:5000/team/busy:1"),
        ),
        row(
            "docker image_remove 2",
            &image::Remove::new()
                .name("made:1")
                .force(true)
                .noprune(true),
        ),
        row(
            "docker image_build",
            &image::Build::new()
                .dockerfile("Dockerfile")
                .tag(["built:1", "built:latest"])
                .version(image::Builder::V1)
                .registry_config("e30="),
        ),
        row(
            "docker image_build 2",
            &image::Build::new()
                .buildargs([("COLOUR", Some("blue".to_owned()))])
                .cachefrom(["busybox"])
                .cpushares(512)
                .dockerfile("Other.dockerfile")
                .extrahosts(["db:10.0.0.2"])
                .forcerm(true)
                .labels([("tier", "web")])
                .memory(67_108_864)
                .networkmode("none")
                .nocache(true)
                .platform("linux/amd64")
                .pull(true)
                .q(true)
                .shmsize(16_777_216)
                .ulimits([container::Ulimit::new().name("nofile").hard(200).soft(100)])
                .version(image::Builder::V1)
                .registry_config("e30="),
        ),
        row(
            "docker image_build 3",
            &image::Build::new()
                .buildargs([("COLOUR", None)])
                .cgroupparent("/x")
                .cpuperiod(100_000)
                .cpuquota(50_000)
                .cpusetcpus("0")
                .cpusetmems("0")
                .dockerfile("Dockerfile")
                .memswap(-1)
                .rm(false)
                .securityopt(["seccomp=unconfined"])
                .version(image::Builder::V1)
                .registry_config("e30="),
        ),
        row(
            "docker image_prune",
            &image::Prune::new().filter("dangling", "true"),
        ),
        row(
            "docker build_prune",
            &image::PruneBuild::new()
                .all(true)
                .filter("until", "24h")
                .reserved_space(1_073_741_824),
        ),
        row(
            "docker build_prune 2",
            &image::PruneBuild::new().filter("label", "tier=none"),
        ),
        row(
            "docker distribution_inspect",
            &image::InspectDistribution::new()
                .name("busybox:latest")
                .registry_auth("e30="),
        ),
        row(
            "docker-py image_pull",
            &image::Pull::new()
                .tag("latest")
                .name("alpine")
                .platform("linux/amd64"),
        ),
        row("docker-py image_pull 2", &image::Pull::new().name("alpine")),
        row(
            "docker-py image_list",
            &image::List::new()
                .all(true)
                .filter("dangling", "false")
                .filter("reference", "busybox"),
        ),
        row(
            "docker-py image_tag",
            &image::Tag::new()
                .name("busybox")
                .tag("v1")
                .repo("localhost:5000/team/py"),
        ),
        row(
            "docker-py image_push",
            &image::Push::new("redacted")
                .name("localhost:5000/team/py")
                .tag("v1"),
        ),
        row(
            "docker-py distribution_inspect",
            &image::InspectDistribution::new()
                .name("localhost:5000/team/py")
                .registry_auth("redacted"),
        ),
        row(
            "docker-py image_remove",
            &image::Remove::new()
                .name("localhost:5000/team/py:v1")
                .force(true)
                .noprune(true),
        ),
        row(
            "docker-py image_search",
            &image::Search::new("busybox").limit(3),
        ),
        row(
            "docker-py image_save_one",
            &image::SaveOne::new().name("busybox"),
        ),
        row("docker-py image_load", &image::Load::new().quiet(true)),
        row(
            "docker-py image_pull 3",
            &image::Pull::new()
                .repo("pyimported")
                .tag("1")
                .source("-")
                .changes(["CMD [\"sh\"]"]),
        ),
        row(
            "docker-py image_pull 4",
            &image::Pull::new()
                .repo("pyurl")
                .tag("1")
                .source("http://127.0.0.1:1/none.tar"),
        ),
        row(
            "docker-py image_build",
            &image::Build::new()
                .tag(["pybuilt:1"])
                .q(false)
                .nocache(true)
                .rm(true)
                .forcerm(true)
                .pull(false)
                .memory(67_108_864)
                .cpushares(512)
                .cpusetcpus("0")
                .memswap(134_217_728)
                .buildargs([("A", Some("1".to_owned()))])
                .shmsize(16_777_216)
                .labels([("tier", "web")])
                .cachefrom(["busybox"])
                .networkmode("none")
                .extrahosts(["db:10.0.0.2"])
                .platform("linux/amd64"),
        ),
        row(
            "docker-py image_build 2",
            &image::Build::new()
                .remote("http://127.0.0.1:1/x.tar")
                .q(true)
                .nocache(false)
                .rm(false)
                .forcerm(false)
                .pull(false),
        ),
        row(
            "docker-py image_prune",
            &image::Prune::new().filter("dangling", "true"),
        ),
        row(
            "docker-py build_prune",
            &image::PruneBuild::new()
                .filter("until", "24h")
                .reserved_space(1000)
                .all(true),
        ),
        row("docker image_list 3", &image::List::new()),
    ]
}
