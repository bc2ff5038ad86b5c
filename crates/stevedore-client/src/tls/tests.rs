use std::fs;
use std::path::PathBuf;

use rcgen::{CertificateParams, KeyPair};

use super::*;

struct Made {
    certificate: String,
    key: String,
}

fn made() -> Made {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
    Made {
        certificate: params.self_signed(&key).unwrap().pem(),
        key: key.serialize_pem(),
    }
}

/// A folder of its own for a test, with these files.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let name = format!("stevedore-tls-{name}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        for (name, text) in files {
            fs::write(folder.join(name), text).unwrap();
        }
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What `from_dir` says of a folder with these files.
fn refusal(name: &str, files: &[(&str, &str)]) -> String {
    let folder = Folder::new(name, files);
    let error = Tls::from_dir(&folder.0).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Settings);
    error.chain()
}

#[test]
fn a_folder_of_certificates_is_read_whole_or_in_part() {
    let (ca, me) = (made(), made());
    let whole = [
        ("ca.pem", ca.certificate.as_str()),
        ("cert.pem", me.certificate.as_str()),
        ("key.pem", me.key.as_str()),
    ];
    let folder = Folder::new("whole", &whole);
    let tls = Tls::from_dir(&folder.0).unwrap();
    assert!(tls.has_ca() && tls.has_identity() && tls.is_verifying());
    let same = Tls::new().ca(&ca.certificate).unwrap();
    assert_eq!(same.identity(&me.certificate, &me.key).unwrap(), tls);

    let folder = Folder::new("ca", &whole[..1]);
    let tls = Tls::from_dir(&folder.0).unwrap();
    assert!(tls.has_ca() && !tls.has_identity());
    let folder = Folder::new("identity", &whole[1..]);
    let tls = Tls::from_dir(&folder.0).unwrap();
    assert!(!tls.has_ca() && tls.has_identity());
}

#[test]
fn what_is_wrong_with_a_folder_is_said_by_file() {
    let (me, other) = (made(), made());
    let (certificate, key) = (me.certificate.as_str(), me.key.as_str());
    let key_of_pkcs8 = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAAA\n\
                        -----END ENCRYPTED PRIVATE KEY-----\n";
    let key_of_1993 = "-----BEGIN RSA PRIVATE KEY-----\r\nProc-Type: 4,ENCRYPTED\r\n\
                       DEK-Info: AES-128-CBC,00\r\n\r\nMAAA\r\n-----END RSA PRIVATE KEY-----\r\n";
    let broken = "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n";
    let nonsense = "-----BEGIN CERTIFICATE-----\nMAAA\n-----END CERTIFICATE-----\n";
    for (name, files, why) in [
        ("none", &[][..], "no certificate in it: ca.pem"),
        (
            "key",
            &[("cert.pem", certificate)],
            "its key.pem is missing",
        ),
        ("cert", &[("key.pem", key)], "its cert.pem is missing"),
        (
            "text",
            &[("ca.pem", "hello")],
            "ca.pem holds no certificate",
        ),
        ("base64", &[("ca.pem", broken)], "ca.pem is not PEM text"),
        (
            "der",
            &[("ca.pem", nonsense)],
            "ca.pem is not a certificate",
        ),
        (
            "swapped",
            &[("cert.pem", key), ("key.pem", certificate)],
            "cert.pem holds no certificate",
        ),
        (
            "no-key",
            &[("cert.pem", certificate), ("key.pem", certificate)],
            "key.pem holds no private key",
        ),
        (
            "pkcs8",
            &[("cert.pem", certificate), ("key.pem", key_of_pkcs8)],
            "key.pem is encrypted",
        ),
        (
            "1993",
            &[("cert.pem", certificate), ("key.pem", key_of_1993)],
            "key.pem is encrypted",
        ),
        (
            "stranger",
            &[("cert.pem", certificate), ("key.pem", other.key.as_str())],
            "key.pem is not the key of",
        ),
    ] {
        let said = refusal(name, files);
        assert!(said.contains(why), "{name}: {said}");
    }
    let large = "x".repeat((1 << 20) + 1);
    let said = refusal("large", &[("ca.pem", &large)]);
    assert!(
        said.contains("ca.pem: it is over 1 MiB, which no certificate or key is"),
        "{said}"
    );
}

#[test]
fn a_file_that_is_none_is_not_waited_for() {
    let folder = Folder::new("folder", &[]);
    fs::create_dir(folder.0.join("ca.pem")).unwrap();
    let error = Tls::from_dir(&folder.0).unwrap_err();
    assert!(
        error.to_string().contains("ca.pem: it is a folder and not"),
        "{error}"
    );
    fs::remove_dir(folder.0.join("ca.pem")).unwrap();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("/nowhere/ca.pem", folder.0.join("ca.pem")).unwrap();
        let error = Tls::from_dir(&folder.0).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("ca.pem: it is a link to /nowhere/ca.pem"),
            "{error}"
        );
    }
    let error = Tls::from_dir(folder.0.join("nowhere")).unwrap_err();
    assert!(error.to_string().contains("no such folder"), "{error}");
}

#[test]
fn neither_a_key_nor_a_broken_one_is_ever_shown() {
    let me = made();
    let body = me.key.lines().nth(1).unwrap();
    let tls = Tls::new().identity(&me.certificate, &me.key).unwrap();
    assert!(!format!("{tls:?}").contains(body));
    let broken = me.key.replacen(body, &format!("{body}hunter2!"), 1);
    let error = Tls::new().identity(&me.certificate, broken).unwrap_err();
    let said = format!("{error:?} {}", error.chain());
    assert!(!said.contains(body) && !said.contains("hunter2"), "{said}");
}
