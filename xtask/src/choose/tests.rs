use std::fs;

use super::*;

fn nobody(_: &Path) -> io::Result<()> {
    Err(io::ErrorKind::NotFound.into())
}

fn everybody(socket: &Path) -> io::Result<()> {
    if socket.is_absolute() {
        Ok(())
    } else {
        nobody(socket)
    }
}

fn bare() -> Surroundings {
    Surroundings {
        host: None,
        context: None,
        settings: None,
    }
}

fn with_host(host: &str) -> Surroundings {
    Surroundings {
        host: Some(host.to_owned()),
        ..bare()
    }
}

/// A folder of docker settings whose current context is `lab`.
fn lab(host: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let meta = folder.path().join("contexts/meta/0123");
    fs::create_dir_all(&meta).unwrap();
    fs::write(
        folder.path().join("config.json"),
        r#"{"currentContext": "lab"}"#,
    )
    .unwrap();
    fs::write(
        meta.join("meta.json"),
        format!(r#"{{"Name": "lab", "Endpoints": {{"docker": {{"Host": "{host}"}}}}}}"#),
    )
    .unwrap();
    folder
}

#[test]
fn a_docker_host_that_is_silent_is_an_error_with_advice_and_never_replaced() {
    let error = own(&with_host("unix:///nowhere.sock"), nobody).unwrap_err();
    let error = error.to_string();
    assert!(
        error.contains("DOCKER_HOST is unix:///nowhere.sock"),
        "{error}"
    );
    assert!(error.contains("unset it"), "{error}");
}

#[test]
fn a_docker_host_without_permission_hints_at_the_group() {
    let denied = |_: &Path| Err(io::ErrorKind::PermissionDenied.into());
    let error = own(&with_host("unix:///run/x.sock"), denied).unwrap_err();
    assert!(error.to_string().contains("`docker` group"), "{error}");
}

#[test]
fn a_docker_host_that_is_no_socket_is_said_to_be_out_of_reach() {
    let error = own(&with_host("tcp://127.0.0.1:2375"), everybody).unwrap_err();
    assert!(error.to_string().contains("unix sockets only"), "{error}");
}

#[test]
fn a_docker_host_that_answers_is_used_as_it_is_written() {
    let choice = own(&with_host("unix:///run/x.sock"), everybody).unwrap();
    let expected = Choice::Own {
        host: "unix:///run/x.sock".to_owned(),
        socket: PathBuf::from("/run/x.sock"),
    };
    assert_eq!(choice, Some(expected));
}

#[test]
fn without_any_hint_the_usual_socket_is_tried_and_may_be_silent() {
    let choice = own(&bare(), everybody).unwrap().unwrap();
    let Choice::Own { socket, .. } = choice else {
        panic!("not the machine's own: {choice:?}")
    };
    assert_eq!(socket, Path::new("/var/run/docker.sock"));
    assert_eq!(own(&bare(), nobody).unwrap(), None);
}

#[test]
fn the_current_context_comes_before_the_usual_socket() {
    let folder = lab("unix:///run/lab.sock");
    let surroundings = Surroundings {
        settings: Some(folder.path().to_path_buf()),
        ..bare()
    };
    let hosts: Vec<String> = places(&surroundings)
        .unwrap()
        .into_iter()
        .map(|place| place.host)
        .collect();
    assert_eq!(
        hosts,
        ["unix:///run/lab.sock", "unix:///var/run/docker.sock"]
    );
}

#[test]
fn a_context_by_variable_is_a_promise_and_default_is_none() {
    let folder = lab("unix:///run/lab.sock");
    let with = |context: &str| Surroundings {
        context: Some(context.to_owned()),
        settings: Some(folder.path().to_path_buf()),
        ..bare()
    };
    assert!(own(&with("lab"), nobody).is_err());
    assert_eq!(own(&with("default"), nobody).unwrap(), None);
    let error = own(&with("moon"), everybody).unwrap_err().to_string();
    assert!(error.contains("no docker context moon"), "{error}");
}

#[test]
fn a_context_over_ssh_is_passed_by_in_favour_of_the_usual_socket() {
    let folder = lab("ssh://lab");
    let surroundings = Surroundings {
        settings: Some(folder.path().to_path_buf()),
        ..bare()
    };
    let choice = own(&surroundings, everybody).unwrap().unwrap();
    assert!(matches!(choice, Choice::Own { host, .. } if host == "unix:///var/run/docker.sock"));
}

#[test]
fn a_name_that_nobody_has_lists_those_that_there_are() {
    let error = by_name("docker-1.0", &bare()).unwrap_err().to_string();
    assert!(error.contains(USUAL) && error.contains("own"), "{error}");
}

#[test]
fn a_socket_that_accepts_and_hangs_up_does_not_answer() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s");
    let listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
    let server = std::thread::spawn(move || drop(listener.accept()));
    assert!(answers(&path).is_err());
    server.join().unwrap();
}
