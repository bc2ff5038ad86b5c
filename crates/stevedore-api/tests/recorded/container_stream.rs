//! Requests recorded of what goes in and out of containers, in our types.

use stevedore_api::container;

use super::{Row, row};

const ID: &str = "5d2fbd088d389ad83022da4b8718788bd5b831c1ccb94a6fd61e99e6fb7cc67f";
const ID_2: &str = "cae16bdda73a4ed85223ecf7f84053678f2560ad42d6ef30ce310e6b500eba86";
const ID_3: &str = "4d4f617465a83590ef6d737cc60fb7bf92d7fcf0fcde58f0b50d80927bd25462";
const ID_4: &str = "e09193d1c85283a9a02404abeb28a2b23ba2f525be61de3d55830e17dcdf98e0";

pub(crate) fn rows() -> Vec<Row> {
    vec![
        row(
            "docker container_wait",
            &container::Wait::new()
                .id(ID)
                .condition(container::Condition::NextExit),
        ),
        row("docker container_wait 2", &container::Wait::new().id("web")),
        row(
            "docker container_attach",
            &container::Attach::new()
                .id("web")
                .detach_keys("ctrl-x")
                .stderr(true)
                .stdout(true)
                .stream(true),
        ),
        row(
            "docker container_logs",
            &container::Logs::new()
                .id(ID_2)
                .stderr(true)
                .stdout(true)
                .tail(container::Tail::All),
        ),
        row(
            "docker container_logs 2",
            &container::Logs::new()
                .id(ID_2)
                .details(true)
                .since(1_704_164_645)
                .stderr(true)
                .stdout(true)
                .tail(container::Tail::Lines(5))
                .timestamps(true)
                .until(1_893_456_000),
        ),
        row(
            "docker container_logs 3",
            &container::Logs::new()
                .id(ID_2)
                .follow(true)
                .since(1_795_505_181)
                .stderr(true)
                .stdout(true)
                .tail(container::Tail::All),
        ),
        row("docker container_top", &container::Top::new().id("web")),
        row(
            "docker container_top 2",
            &container::Top::new().id("web").ps_args("-o pid,args"),
        ),
        row(
            "docker container_stats",
            &container::Stats::new().id("web").stream(false),
        ),
        row(
            "docker container_commit",
            &container::Commit::new()
                .author("me")
                .changes(["CMD [\"sh\"]", "ENV Q=1"])
                .comment("note")
                .container("web")
                .pause(false)
                .repo("docker.io/library/made")
                .tag("1"),
        ),
        row(
            "docker container_export",
            &container::Export::new().id("web"),
        ),
        row(
            "docker-py container_top",
            &container::Top::new().id("py1").ps_args("-o pid"),
        ),
        row(
            "docker-py container_logs",
            &container::Logs::new()
                .id("py1")
                .stderr(false)
                .stdout(true)
                .timestamps(true)
                .follow(false)
                .tail(container::Tail::Lines(3))
                .since(1_700_000_000)
                .until(1_900_000_000),
        ),
        row(
            "docker-py container_stats",
            &container::Stats::new().id("py1").stream(true),
        ),
        row(
            "docker-py container_stats 2",
            &container::Stats::new()
                .id("py1")
                .stream(false)
                .one_shot(true),
        ),
        row(
            "docker-py container_resize",
            &container::Resize::new(30, 90).id("py1"),
        ),
        row(
            "docker-py container_attach",
            &container::Attach::new()
                .id("py1")
                .logs(true)
                .stdout(true)
                .stderr(true)
                .stream(false),
        ),
        row(
            "docker-py container_attach 2",
            &container::Attach::new().id("py1").stdin(true).stream(true),
        ),
        row(
            "docker-py container_export",
            &container::Export::new().id("py1"),
        ),
        row(
            "docker-py container_commit",
            &container::Commit::new()
                .container("py1")
                .repo("made")
                .tag("py")
                .comment("note")
                .author("me")
                .pause(true)
                .changes(["CMD [\"sh\"]"]),
        ),
        row(
            "docker-py container_wait",
            &container::Wait::new()
                .id("py1")
                .condition(container::Condition::NotRunning),
        ),
        row(
            "docker-py container_wait 2",
            &container::Wait::new().id("py1"),
        ),
        row(
            "docker-py container_logs 2",
            &container::Logs::new()
                .id(ID_3)
                .stderr(false)
                .stdout(true)
                .timestamps(false)
                .follow(true)
                .tail(container::Tail::All),
        ),
        row(
            "docker container_attach 2",
            &container::Attach::new()
                .id(ID_4)
                .stderr(true)
                .stdout(true)
                .stream(true),
        ),
        row(
            "docker container_wait 3",
            &container::Wait::new()
                .id(ID_4)
                .condition(container::Condition::Removed),
        ),
    ]
}
