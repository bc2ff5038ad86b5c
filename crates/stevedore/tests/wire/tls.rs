//! TLS: who is let in, who is not, and what is said of it.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use stevedore::container::List;
use stevedore::{Dialer, Docker, ErrorKind, Settings, Tls};
use stevedore_testing::Daemon;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{RootCertStore, ServerConfig, SupportedProtocolVersion};

use super::transport::{at, half_close, listen, relay, unreachable};
use crate::{ID, play};

/// One that signs certificates.
struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

/// A certificate and its key.
struct Signed {
    certificate: String,
    key: String,
}

impl Authority {
    fn new() -> Self {
        Self::named("an authority")
    }

    fn named(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let pem = params.self_signed(&key).unwrap().pem();
        let issuer = Issuer::new(params, key);
        Self { pem, issuer }
    }

    fn sign(&self, name: &str, usage: ExtendedKeyUsagePurpose, last_year: Option<i32>) -> Signed {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        params.extended_key_usages = vec![usage];
        if let Some(year) = last_year {
            params.not_after = date_time_ymd(year, 1, 1);
        }
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Signed {
            certificate: certificate.pem(),
            key: key.serialize_pem(),
        }
    }

    fn server(&self, name: &str) -> Signed {
        self.sign(name, ExtendedKeyUsagePurpose::ServerAuth, None)
    }

    fn client(&self) -> Signed {
        self.sign("client", ExtendedKeyUsagePurpose::ClientAuth, None)
    }

    /// A client that trusts it, and shows no certificate.
    fn trusted(&self) -> Tls {
        Tls::new().ca(&self.pem).unwrap()
    }

    /// A client that trusts it, and has a certificate of it.
    fn known(&self) -> Tls {
        let client = self.client();
        let trusted = self.trusted();
        trusted.identity(client.certificate, client.key).unwrap()
    }
}

const BOTH: &[&SupportedProtocolVersion] = &[&TLS13, &TLS12];

/// What takes connections for `server`, from clients of `clients` alone where that is given.
fn acceptor(
    server: &Signed,
    clients: Option<&Authority>,
    versions: &[&'static SupportedProtocolVersion],
) -> TlsAcceptor {
    let provider = Arc::new(default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(versions)
        .unwrap();
    let builder = match clients {
        Some(authority) => {
            let mut roots = RootCertStore::empty();
            let ca = CertificateDer::from_pem_slice(authority.pem.as_bytes()).unwrap();
            roots.add(ca).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            builder.with_client_cert_verifier(verifier.build().unwrap())
        }
        None => builder.with_no_client_auth(),
    };
    let certificate = CertificateDer::from_pem_slice(server.certificate.as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(server.key.as_bytes()).unwrap();
    let mut config = builder.with_single_cert(vec![certificate], key).unwrap();
    // One that would rather have HTTP/2, in which nothing is handed over.
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    TlsAcceptor::from(Arc::new(config))
}

/// A port of TLS that leads to the daemon.
async fn secured(daemon: &Daemon, acceptor: TlsAcceptor) -> u16 {
    let path = daemon.path().to_owned();
    listen(move |stream| {
        let (path, acceptor) = (path.clone(), acceptor.clone());
        async move {
            if let Ok(stream) = acceptor.accept(stream).await {
                let _ = relay(stream, path).await;
            }
        }
    })
    .await
}

/// A client of the port on `localhost`.
fn to(port: u16, tls: Tls) -> Settings {
    at(&format!("tcp://localhost:{port}")).tls(tls)
}

#[tokio::test]
async fn with_certificates_on_both_sides_calls_go_over_tls() {
    let authority = Authority::new();
    let server = authority.server("localhost");
    for version in BOTH {
        let daemon = play("container_list");
        let acceptor = acceptor(&server, Some(&authority), &[*version]);
        let port = secured(&daemon, acceptor).await;
        let docker = Docker::new(to(port, authority.known()));
        for _ in 0..3 {
            let listed = docker.containers().list(&List::new()).await.unwrap();
            assert_eq!(listed[0].id, ID);
        }
        assert_eq!(daemon.open_connections(), 1);
        drop(docker);
        daemon.finish().unwrap();
    }
}

#[tokio::test]
async fn tls_is_half_closed_as_a_socket_is() {
    let authority = Authority::new();
    let server = authority.server("127.0.0.1");
    for version in BOTH {
        let daemon = play("attach_input");
        let port = secured(&daemon, acceptor(&server, None, &[*version])).await;
        let settings = at(&format!("https://127.0.0.1:{port}")).tls(authority.trusted());
        half_close(&Docker::new(settings)).await;
        daemon.finish().unwrap();
    }
}

#[tokio::test]
async fn tls_is_spoken_over_what_the_caller_dials() {
    let authority = Authority::new();
    let daemon = play("container_list");
    let acceptor = acceptor(&authority.server("far.example"), None, BOTH);
    let port = secured(&daemon, acceptor).await;
    let dialer = Dialer::new(move |_| TcpStream::connect(("127.0.0.1", port)));
    let settings = at("https://far.example").tls(authority.trusted());
    let docker = Docker::new(settings.dialer(dialer));
    docker.containers().list(&List::new()).await.unwrap();
    drop(docker);
    daemon.finish().unwrap();
}

#[tokio::test]
async fn an_engine_that_cannot_prove_who_it_is_gets_no_request() {
    let authority = Authority::new();
    // A name is no proof.
    let (namesake, stranger) = (Authority::new(), Authority::named("a stranger"));
    let daemon = play("ping");
    let here = authority.server("localhost");
    let port = secured(&daemon, acceptor(&here, None, BOTH)).await;
    let elsewhere = acceptor(&authority.server("elsewhere.example"), None, BOTH);
    let elsewhere = secured(&daemon, elsewhere).await;
    let old = authority.sign("localhost", ExtendedKeyUsagePurpose::ServerAuth, Some(2020));
    let old = secured(&daemon, acceptor(&old, None, BOTH)).await;
    for (settings, why) in [
        (
            to(port, stranger.trusted()),
            "not signed by the CA that was given",
        ),
        (
            to(port, namesake.trusted()),
            "not signed by the CA that was given",
        ),
        (
            to(port, Tls::new()),
            "not signed by a CA that this system trusts",
        ),
        (
            at(&format!("https://localhost:{port}")),
            "not signed by a CA that this system trusts",
        ),
        (to(elsewhere, authority.trusted()), "for another name"),
        (to(old, authority.trusted()), "has expired"),
    ] {
        let host = settings.host.to_string();
        let said = unreachable(settings).await.to_string();
        assert!(said.contains(why) && said.contains(&host), "{said}");
    }
    assert!(daemon.finish().unwrap().requests.is_empty());
}

#[tokio::test]
async fn a_client_that_the_engine_does_not_know_is_told_so() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let server = authority.server("localhost");
    let known_elsewhere = || {
        let client = stranger.client();
        let trusted = authority.trusted();
        trusted.identity(client.certificate, client.key).unwrap()
    };
    let old = authority.sign("client", ExtendedKeyUsagePurpose::ClientAuth, Some(2020));
    let outdated = authority
        .trusted()
        .identity(old.certificate, old.key)
        .unwrap();
    let daemon = play("ping");
    for version in BOTH {
        let acceptor = acceptor(&server, Some(&authority), &[*version]);
        let port = secured(&daemon, acceptor).await;
        for (tls, why) in [
            (authority.trusted(), "demands a client's certificate"),
            (known_elsewhere(), "refuses the client's certificate"),
            (outdated.clone(), "refuses the client's certificate"),
        ] {
            let said = unreachable(to(port, tls)).await.to_string();
            assert!(said.contains(why), "{said}");
        }
    }
    assert!(daemon.finish().unwrap().requests.is_empty());
}

#[tokio::test]
async fn nobody_is_verified_where_the_user_wants_nobody_verified() {
    let authority = Authority::new();
    let daemon = play("container_list");
    let acceptor = acceptor(&authority.server("elsewhere.example"), None, BOTH);
    let port = secured(&daemon, acceptor).await;
    let settings = to(port, Tls::new().verify(false));
    assert_eq!(settings.warnings().len(), 1);
    let docker = Docker::new(settings);
    docker.containers().list(&List::new()).await.unwrap();
    drop(docker);
    daemon.finish().unwrap();
}

#[tokio::test]
async fn tls_to_a_port_without_it_says_so_and_does_not_fall_back() {
    let authority = Authority::new();
    let daemon = play("ping");
    let path = daemon.path().to_owned();
    // Servers of plain HTTP answer a greeting of TLS with 400.
    let port = listen(move |mut stream| {
        let path = path.clone();
        async move {
            use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
            let mut first = [0; 1];
            assert_eq!(stream.peek(&mut first).await.unwrap(), 1);
            if first == [22] {
                let mut asked = vec![0; 4096];
                let _ = stream.read(&mut asked).await;
                let answer =
                    b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n400 Bad Request";
                let _ = stream.write_all(answer).await;
                while let Ok(1..) = stream.read(&mut asked).await {}
            } else {
                let _ = relay(stream, path).await;
            }
        }
    })
    .await;
    let said = unreachable(to(port, authority.known())).await.to_string();
    assert!(
        said.contains("it answers in plain HTTP, not in TLS"),
        "{said}"
    );
    assert!(daemon.finish().unwrap().requests.is_empty());
}

#[tokio::test]
async fn a_port_that_hangs_up_on_tls_says_so() {
    let port = listen(|stream| async move {
        let _ = stream.readable().await;
    })
    .await;
    let said = unreachable(to(port, Authority::new().known())).await;
    assert!(said.to_string().contains("handshake"), "{said}");
}

#[test]
fn a_client_can_be_made_before_its_certificates_are_looked_at() {
    let error = Tls::new().ca("no certificate").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Settings);
    assert!(Docker::new(to(1, Tls::new())).client().settings().is_tls());
}
