//! Requests recorded of commands in containers, in our types.

use stevedore_api::exec;

use super::{Row, row};

const ID: &str = "0cc09bb94ca0eb0295578d912384cd759bc372919b40d049ff8db4d6f79dfc2e";
const ID_2: &str = "82c6a2e5c40569636c5627b1a8e22cc6e75049e859453d9684dc377d6878efe2";
const ID_3: &str = "1677fd17005a08752dd29a55a44e7292740bde5df05d2238dd3c6c8ec9ac3ba0";
const ID_4: &str = "5ad794954e8ae2863a75b8841c7c07129dcb3fb3d1c5bed1118fe2211788d981";

pub(crate) fn rows() -> Vec<Row> {
    vec![
        row(
            "docker exec_create",
            &exec::Create::new()
                .id("web")
                .user("root")
                .privileged(true)
                .stderr(true)
                .stdout(true)
                .env(["X=1"])
                .working_dir("/tmp")
                .cmd(["sh", "-c", "echo $X"]),
        ),
        row("docker exec_start", &exec::Start::new().id(ID)),
        row("docker exec_inspect", &exec::InspectOne::new().id(ID)),
        row(
            "docker exec_create 2",
            &exec::Create::new().id("web").cmd(["sleep", "1"]),
        ),
        row(
            "docker exec_start 2",
            &exec::Start::new().id(ID_2).detach(true),
        ),
        row(
            "docker exec_create 3",
            &exec::Create::new()
                .id("web")
                .tty(true)
                .console_size([0, 0])
                .stdin(true)
                .stderr(true)
                .stdout(true)
                .detach_keys("ctrl-x")
                .cmd(["true"]),
        ),
        row(
            "docker exec_start 3",
            &exec::Start::new().id(ID_3).tty(true).console_size([0, 0]),
        ),
        row(
            "docker-py exec_create",
            &exec::Create::new()
                .id("py1")
                .user("root")
                .privileged(true)
                .tty(true)
                .stdin(true)
                .stdout(true)
                .stderr(true)
                .cmd(["sh", "-c", "echo $X"])
                .env(["X=1"])
                .working_dir("/tmp")
                .detach_keys("ctrl-x"),
        ),
        row(
            "docker-py exec_create 2",
            &exec::Create::new()
                .id("py1")
                .stdout(true)
                .stderr(true)
                .cmd(["true"]),
        ),
        row(
            "docker-py exec_create 3",
            &exec::Create::new()
                .id("py1")
                .tty(true)
                .stdin(true)
                .stdout(true)
                .stderr(true)
                .cmd(["cat"]),
        ),
        row("docker-py exec_resize", &exec::Resize::new(30, 90).id(ID_4)),
    ]
}
