//! Certificates for an engine that listens with TLS, and for clients that should be let in or
//! should not.
//!
//! ```text
//! server/      what the engine shows; its names are localhost, 127.0.0.1 and ::1
//! client/      ca.pem, cert.pem and key.pem that fit
//! wrong-ca/    ca.pem of an authority that the engine's certificate is not from
//! stranger/    a client certificate from an authority that the engine does not trust
//! expired/     a client certificate of the right authority whose time is over
//! without/     ca.pem alone
//! ```

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};

use super::place::make_dir;

/// Writes all of them anew, which takes milliseconds.
pub(super) fn make(folder: &Path) -> Result<()> {
    let ours = Authority::new("the authority of a private engine")?;
    let other = Authority::new("an authority that nobody trusts")?;
    let mut expired = client();
    expired.not_before = date_time_ymd(2001, 1, 1);
    expired.not_after = date_time_ymd(2001, 12, 31);
    for (name, trusted, signed) in [
        ("server", &ours, Some(ours.sign(&server()?)?)),
        ("client", &ours, Some(ours.sign(&client())?)),
        ("wrong-ca", &other, Some(ours.sign(&client())?)),
        ("stranger", &ours, Some(other.sign(&client())?)),
        ("expired", &ours, Some(ours.sign(&expired)?)),
        ("without", &ours, None),
    ] {
        let folder = folder.join(name);
        make_dir(&folder)?;
        let write = |file: &str, text: &str| {
            let path = folder.join(file);
            fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
        };
        write("ca.pem", &trusted.certificate)?;
        if let Some(Signed { certificate, key }) = signed {
            write("cert.pem", &certificate)?;
            write("key.pem", &key)?;
        }
    }
    Ok(())
}

fn server() -> Result<CertificateParams> {
    let names = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name.push(DnType::CommonName, "engine");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    Ok(params)
}

fn client() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "client");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    params
}

/// Somebody who signs certificates.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: String,
}

struct Signed {
    certificate: String,
    key: String,
}

impl Authority {
    fn new(name: &str) -> Result<Authority> {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate()?;
        let certificate = params.self_signed(&key)?.pem();
        Ok(Authority {
            issuer: Issuer::new(params, key),
            certificate,
        })
    }

    fn sign(&self, params: &CertificateParams) -> Result<Signed> {
        let key = KeyPair::generate()?;
        Ok(Signed {
            certificate: params.signed_by(&key, &self.issuer)?.pem(),
            key: key.serialize_pem(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_folder_is_what_a_docker_client_takes_and_only_the_wrong_ones_differ() {
        let dir = tempfile::tempdir().unwrap();
        make(dir.path()).unwrap();
        let read = |file: &str| fs::read_to_string(dir.path().join(file)).unwrap();
        let ours = read("server/ca.pem");
        for name in ["client", "stranger", "expired", "without"] {
            assert_eq!(read(&format!("{name}/ca.pem")), ours);
        }
        assert_ne!(read("wrong-ca/ca.pem"), ours);
        for name in ["client", "wrong-ca", "stranger", "expired"] {
            assert!(read(&format!("{name}/cert.pem")).contains("BEGIN CERTIFICATE"));
            assert!(read(&format!("{name}/key.pem")).contains("PRIVATE KEY"));
        }
        assert!(!dir.path().join("without/key.pem").exists());
    }
}
