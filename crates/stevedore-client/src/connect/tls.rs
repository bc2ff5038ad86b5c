//! TLS over any of the other transports.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    AlertDescription, CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore,
    SignatureScheme,
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::{BoxStream, told};
use crate::error::Hitch;
use crate::tls::{certificates, private_key};
use crate::{Error, ErrorKind, Host, Result, Settings, Tls};

/// The configuration of all connections of a client, made when the first is.
#[derive(Default)]
pub(super) struct Secure(OnceLock<Arc<ClientConfig>>);

impl Secure {
    pub(super) fn config(&self, settings: &Settings) -> Result<Arc<ClientConfig>> {
        if let Some(config) = self.0.get() {
            return Ok(Arc::clone(config));
        }
        let made = match &settings.tls {
            Some(tls) => config(tls)?,
            None => config(&Tls::new())?,
        };
        Ok(Arc::clone(self.0.get_or_init(|| Arc::new(made))))
    }
}

fn config(tls: &Tls) -> Result<ClientConfig> {
    let wrong = |error: rustls::Error| {
        Error::new(
            ErrorKind::Settings,
            "the certificates can't be used for TLS",
        )
        .caused_by(error)
    };
    let (ca, identity) = tls.parts();
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(wrong)?;
    let builder = if tls.is_verifying() {
        let roots = match ca {
            Some(pem) => given(pem)?,
            None => of_the_system()?,
        };
        builder.with_root_certificates(roots)
    } else {
        builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Anybody(provider)))
    };
    let mut config = match identity {
        Some(identity) => {
            let chain = certificates(&identity.certificate, "the client's certificate")?;
            let key = private_key(&identity.key, "the client's key")?;
            builder.with_client_auth_cert(chain, key).map_err(wrong)?
        }
        None => builder.with_no_client_auth(),
    };
    // A connection can be handed over in HTTP/1.1 only.
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn given(pem: &[u8]) -> Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(pem, "the CA's certificate")? {
        roots.add(certificate).map_err(|error| {
            Error::new(ErrorKind::Settings, "the CA's certificate can't be used").caused_by(error)
        })?;
    }
    Ok(roots)
}

/// What the system trusts; single certificates of it that can't be read are left out.
fn of_the_system() -> Result<RootCertStore> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        let none = Error::new(
            ErrorKind::Settings,
            "this system has no CA certificates, and none was given (ca.pem)",
        );
        return Err(match found.errors.into_iter().next() {
            Some(error) => none.caused_by(error),
            None => none,
        });
    }
    Ok(roots)
}

/// Shakes hands over `stream`.
pub(super) async fn over(
    settings: &Settings,
    config: Arc<ClientConfig>,
    stream: BoxStream,
) -> Result<BoxStream> {
    let host = &settings.host;
    let name = match host {
        Host::Tcp(address) | Host::Tls(address) => {
            // Which of the machine's interfaces leads there is no part of its name.
            let name = address.host.split('%').next().unwrap_or_default();
            ServerName::try_from(name.to_owned()).map_err(|error| {
                let why = format!("`{name}` can't be the name in a certificate");
                Error::unreachable_because(settings, &why).caused_by(error)
            })?
        }
        Host::Unix(_) | Host::Npipe(_) | Host::Ssh(_) => {
            return Err(Error::unreachable_because(
                settings,
                "TLS is for ports only",
            ));
        }
    };
    let stream = TlsConnector::from(config)
        .connect(name, stream)
        .await
        .map_err(|error| match told(settings, &error) {
            Some(error) => error,
            None if error.kind() == io::ErrorKind::UnexpectedEof => Error::unreachable_because(
                settings,
                "it closed the connection in the middle of the TLS handshake; is it TLS that it speaks?",
            )
            .for_hitch(Hitch::Passing),
            None => Error::unreachable_because(settings, "the TLS handshake broke off").caused_by(error),
        })?;
    Ok(Box::pin(Secured {
        stream,
        is_closing: false,
    }))
}

/// What an error of TLS means, before and after the handshake: in TLS 1.3 an engine
/// looks at the client's certificate only when the client takes the handshake for done.
pub(super) fn explain(settings: &Settings, error: &rustls::Error) -> Error {
    let has_identity = settings.tls.as_ref().is_some_and(Tls::has_identity);
    let has_ca = settings.tls.as_ref().is_some_and(Tls::has_ca);
    let why = match error {
        rustls::Error::InvalidCertificate(problem) => match problem {
            CertificateError::UnknownIssuer | CertificateError::BadSignature if has_ca => {
                "its certificate is not signed by the CA that was given (ca.pem)"
            }
            CertificateError::UnknownIssuer | CertificateError::BadSignature => {
                "its certificate is not signed by a CA that this system trusts; give the engine's \
                 (ca.pem in DOCKER_CERT_PATH)"
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "its certificate is made for another name than the one that it is reached by"
            }
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                "its certificate has expired"
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "its certificate is not valid yet; is the clock right?"
            }
            _ => "its certificate can't be accepted",
        },
        rustls::Error::AlertReceived(AlertDescription::CertificateRequired) if !has_identity => {
            DEMANDS
        }
        // Before TLS 1.3 there was no word of its own for that.
        rustls::Error::AlertReceived(
            AlertDescription::BadCertificate | AlertDescription::HandshakeFailure,
        ) if !has_identity => DEMANDS,
        rustls::Error::AlertReceived(
            AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown
            | AlertDescription::CertificateRequired
            | AlertDescription::UnknownCA
            | AlertDescription::AccessDenied
            | AlertDescription::DecryptError,
        ) => "it refuses the client's certificate; is it of the engine's CA, and in date?",
        rustls::Error::AlertReceived(AlertDescription::ProtocolVersion)
        | rustls::Error::PeerIncompatible(_) => {
            "it has no way of TLS in common with this library, which speaks TLS 1.2 and 1.3"
        }
        _ => "TLS failed",
    };
    Error::unreachable_because(settings, why)
        .for_hitch(Hitch::TlsFailed)
        .caused_by(error.clone())
}

const DEMANDS: &str = "it demands a client's certificate, and none was given \
                       (cert.pem and key.pem in DOCKER_CERT_PATH)";

/// Takes anybody for the engine, as the user has said.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// A stream under TLS, whose half-close is finished also where nobody waits for it.
struct Secured {
    stream: TlsStream<BoxStream>,
    is_closing: bool,
}

impl AsyncRead for Secured {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        // The end of what was written is a record of its own, for which there may have
        // been no room yet when the writing half was dropped.
        if self.is_closing {
            let _ = self.as_mut().poll_shutdown(cx);
        }
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Secured {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.is_closing = polled.is_pending();
        polled
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
