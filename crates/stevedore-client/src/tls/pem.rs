//! Certificates and keys in PEM text.

use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use rustls::{InconsistentKeys, RootCertStore};

use crate::{Error, ErrorKind, Result};

/// Fails where `pem` holds no CA; `name` is what the user knows it by.
pub(super) fn check_ca(pem: &[u8], name: &str) -> Result<()> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(pem, name)? {
        roots
            .add(certificate)
            .map_err(|error| wrong(name, "is not a certificate").caused_by(error))?;
    }
    Ok(())
}

/// Fails where the two can't be used, or not together.
pub(super) fn check_identity(
    certificate: &[u8],
    of_certificate: &str,
    key: &[u8],
    of_key: &str,
) -> Result<()> {
    let chain = certificates(certificate, of_certificate)?;
    let key = private_key(key, of_key)?;
    let key = default_provider()
        .key_provider
        .load_private_key(key)
        .map_err(|error| {
            wrong(of_key, "is a key of a kind that can't be used here").caused_by(error)
        })?;
    match CertifiedKey::new(chain, key).keys_match() {
        // Where a key does not tell its public half, the handshake shows it.
        Ok(()) | Err(rustls::Error::InconsistentKeys(InconsistentKeys::Unknown)) => Ok(()),
        Err(rustls::Error::InconsistentKeys(_)) => Err(wrong(
            of_key,
            &format!("is not the key of {of_certificate}"),
        )),
        Err(error) => Err(wrong(of_certificate, "is not a certificate").caused_by(error)),
    }
}

/// All certificates, of which there must be one.
pub(crate) fn certificates(pem: &[u8], name: &str) -> Result<Vec<CertificateDer<'static>>> {
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<_, _>>()
        .map_err(|error| wrong(name, "is not PEM text").caused_by(error))?;
    if certificates.is_empty() {
        return Err(wrong(name, "holds no certificate in PEM form"));
    }
    Ok(certificates)
}

/// The first private key.
pub(crate) fn private_key(pem: &[u8], name: &str) -> Result<PrivateKeyDer<'static>> {
    if is_encrypted(pem) {
        return Err(wrong(
            name,
            "is encrypted; TLS needs it without a passphrase, such as `openssl pkey` writes it",
        ));
    }
    PrivateKeyDer::from_pem_slice(pem).map_err(|error| match error {
        pem::Error::NoItemsFound => wrong(name, "holds no private key in PEM form"),
        // Of what else it says, none may be shown: it could be part of the key.
        _ => wrong(name, "is not PEM text"),
    })
}

/// Whether a passphrase protects it: PKCS #8 has a label for that, RFC 1421 a header.
fn is_encrypted(pem: &[u8]) -> bool {
    pem.split(|byte| *byte == b'\n').any(|line| {
        let line = line.trim_ascii();
        line == b"-----BEGIN ENCRYPTED PRIVATE KEY-----" || line == b"Proc-Type: 4,ENCRYPTED"
    })
}

fn wrong(name: &str, why: &str) -> Error {
    Error::new(ErrorKind::Settings, format!("{name} {why}"))
}
