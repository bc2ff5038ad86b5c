//! The same conversations over ports, and over connections of the caller's own making.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use stevedore::container::{Attach, List};
use stevedore::{Dialer, Docker, Error, ErrorKind, Host, Settings};
use stevedore_testing::Daemon;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream, UnixStream};

use crate::{ID, play, settings};

/// A port on loopback whose connections are treated by `each`.
pub(crate) async fn listen<F>(each: impl Fn(TcpStream) -> F + Send + 'static) -> u16
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(each(stream));
        }
    });
    port
}

/// Passes bytes both ways between `near` and the daemon's socket, half-closes too.
pub(crate) async fn relay(
    near: impl AsyncRead + AsyncWrite,
    daemon: std::path::PathBuf,
) -> io::Result<()> {
    let mut near = Box::pin(near);
    let mut far = UnixStream::connect(daemon).await?;
    copy_bidirectional(&mut near, &mut far).await.map(drop)
}

/// A port that leads to the daemon.
async fn plain(daemon: &Daemon) -> u16 {
    let path = daemon.path().to_owned();
    listen(move |stream| {
        let path = path.clone();
        async move {
            let _ = relay(stream, path).await;
        }
    })
    .await
}

/// A port whose every connection gets this answer, once something was asked.
async fn answering(answer: &'static [u8]) -> u16 {
    listen(move |mut stream| async move {
        let mut asked = [0; 4096];
        let _ = stream.read(&mut asked).await;
        let _ = stream.write_all(answer).await;
        let _ = stream.shutdown().await;
        // What is left unread would turn the end into a reset.
        while let Ok(1..) = stream.read(&mut asked).await {}
    })
    .await
}

pub(crate) fn at(host: &str) -> Settings {
    Settings::new().host(host.parse().unwrap())
}

/// How the engine can't be reached.
pub(crate) async fn unreachable(settings: Settings) -> Error {
    let error = Docker::new(settings).ping().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable, "{}", error.chain());
    error
}

/// Attaches, and half-closes the input before the last of the output comes.
pub(crate) async fn half_close(docker: &Docker) {
    let attach = Attach::new().stream(true).stdin(true).stdout(true);
    let attached = docker.container(ID).attach(attach).await;
    let (mut output, mut input) = attached.unwrap();
    input.write(b"hello\n").await.unwrap();
    let mut all = Vec::new();
    while all != b"hello\n" {
        all.extend(output.try_next().await.unwrap().unwrap().bytes);
    }
    input.close().await.unwrap();
    while let Some(chunk) = output.try_next().await.unwrap() {
        all.extend(chunk.bytes);
    }
    assert_eq!(all, b"hello\nand good-bye\n");
}

#[tokio::test]
async fn calls_go_over_a_port_as_over_a_socket() {
    let daemon = play("container_list");
    let docker = Docker::new(at(&format!("tcp://127.0.0.1:{}", plain(&daemon).await)));
    for _ in 0..3 {
        let listed = docker.containers().list(&List::new()).await.unwrap();
        assert_eq!(listed[0].id, ID);
    }
    assert_eq!(daemon.open_connections(), 1);
    drop(docker);
    daemon.finish().unwrap();
}

#[tokio::test]
async fn a_port_is_half_closed_as_a_socket_is() {
    let daemon = play("attach_input");
    let port = plain(&daemon).await;
    half_close(&Docker::new(at(&format!("tcp://localhost:{port}")))).await;
    daemon.finish().unwrap();
}

#[tokio::test]
async fn a_port_is_asked_by_its_name_and_below_its_path() {
    let answer = b"HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 2\r\n\r\nOK";
    let heard = Arc::new(tokio::sync::Mutex::new(Vec::new()));
    let hearing = Arc::clone(&heard);
    let port = listen(move |mut stream| {
        let hearing = Arc::clone(&hearing);
        async move {
            let mut asked = vec![0; 4096];
            let count = stream.read(&mut asked).await.unwrap();
            asked.truncate(count);
            *hearing.lock().await = asked;
            stream.write_all(answer).await.unwrap();
        }
    })
    .await;
    let docker = Docker::new(at(&format!("http://localhost:{port}/engines/one/")));
    docker.client().version().await.unwrap();
    let heard = String::from_utf8(heard.lock().await.clone()).unwrap();
    assert!(
        heard.starts_with("GET /engines/one/_ping HTTP/1.1\r\n"),
        "{heard}"
    );
    assert!(
        heard.contains(&format!("\r\nhost: localhost:{port}\r\n")),
        "{heard}"
    );
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_unreachable() {
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = format!("tcp://{}", gone.local_addr().unwrap());
    drop(gone);
    let error = unreachable(at(&host)).await;
    let said = error.to_string();
    assert!(
        said.contains(&host) && said.contains("nobody listens"),
        "{said}"
    );
    let error = unreachable(at("tcp://no-such-machine.invalid:1")).await;
    let said = error.to_string();
    assert!(
        said.contains("the name `no-such-machine.invalid`"),
        "{said}"
    );
}

#[tokio::test]
async fn plain_http_to_a_port_of_tls_says_so() {
    // What engines answer (a Go server), and the alerts of other servers.
    for answer in [
        &b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n"[..],
        &[21, 3, 1, 0, 2, 2, 70],
        &[21, 3, 3, 0, 2, 2, 22],
    ] {
        let port = answering(answer).await;
        let error = unreachable(at(&format!("tcp://127.0.0.1:{port}"))).await;
        assert!(
            error.to_string().contains("it speaks TLS on that port"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_refusal_by_http_1_0_with_headers_is_a_refusal() {
    let port =
        answering(b"HTTP/1.0 400 Bad Request\r\nServer: proxy\r\nContent-Length: 5\r\n\r\nno no")
            .await;
    let docker = Docker::new(at(&format!("tcp://127.0.0.1:{port}")));
    let error = docker.ping().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::Refused, Some(400))
    );
}

#[tokio::test]
async fn connections_are_made_by_whom_the_caller_names() {
    let daemon = play("container_list");
    let path = daemon.path().to_owned();
    let dialled = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&dialled);
    let dialer = Dialer::new(move |host| {
        assert_eq!(host, Host::default());
        counter.fetch_add(1, Ordering::Relaxed);
        UnixStream::connect(path.clone())
    });
    let docker = Docker::new(Settings::new().dialer(dialer));
    for _ in 0..3 {
        docker.containers().list(&List::new()).await.unwrap();
    }
    assert_eq!(dialled.load(Ordering::Relaxed), 1);
    daemon.finish().unwrap();

    let daemon = play("attach_input");
    let path = daemon.path().to_owned();
    let dialer = Dialer::new(move |_| {
        let path = path.clone();
        // Anything will do: here bytes that pass through memory.
        async move {
            let (near, far) = tokio::io::duplex(16);
            tokio::spawn(relay(far, path));
            Ok(near)
        }
    });
    half_close(&Docker::new(Settings::new().dialer(dialer))).await;
    daemon.finish().unwrap();
}

#[tokio::test]
async fn a_dialer_that_fails_is_the_cause() {
    let refusing =
        Dialer::new(|_| async { Err::<TcpStream, _>(io::Error::other("the tunnel is closed")) });
    let error = unreachable(settings(&play("ping")).dialer(refusing)).await;
    assert!(
        error.chain().ends_with(": the tunnel is closed"),
        "{}",
        error.chain()
    );
}
