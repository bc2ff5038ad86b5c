//! What a client needs for TLS.

#[cfg(feature = "tls")]
mod pem;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

#[cfg(feature = "tls")]
pub(crate) use pem::{certificates, private_key};
#[cfg(feature = "tls")]
use pem::{check_ca, check_identity};

use crate::file::{self, Form};
use crate::{Error, ErrorKind, Result};

/// What a client needs for TLS: whom it trusts, and how it proves who it is.
///
/// The engine's certificate must be signed by the CA given here and be made for the
/// name that the client connects to. Without a CA, those of the system decide.
///
/// ```no_run
/// use stevedore_client::{Client, Settings, Tls};
///
/// let tls = Tls::from_dir("/home/me/.docker")?;
/// let client = Client::new(Settings::new().host("tcp://build:2376".parse()?).tls(tls));
/// # Ok::<(), stevedore_client::Error>(())
/// ```
///
/// Needs the feature `tls`; without it everything here that reads a certificate fails.
#[derive(Clone, PartialEq, Eq)]
pub struct Tls {
    ca: Option<Arc<[u8]>>,
    identity: Option<Arc<Identity>>,
    verify: bool,
}

/// A certificate and its key, as PEM.
#[derive(PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) certificate: Vec<u8>,
    pub(crate) key: Vec<u8>,
}

impl Default for Tls {
    fn default() -> Self {
        Self {
            ca: None,
            identity: None,
            verify: true,
        }
    }
}

impl Tls {
    /// The system's CAs are trusted, and the client shows no certificate.
    pub fn new() -> Self {
        Self::default()
    }

    /// What `ca.pem`, `cert.pem` and `key.pem` in a folder hold, as `DOCKER_CERT_PATH` names it.
    ///
    /// Without `ca.pem` the system's CAs decide; without the other two the client shows no
    /// certificate.
    ///
    /// # Errors
    /// Kind `Settings`, naming the file: none of them is there, one of `cert.pem` and
    /// `key.pem` is missing, one can't be read or holds something else, the key is
    /// encrypted or belongs to another certificate.
    pub fn from_dir(folder: impl AsRef<Path>) -> Result<Self> {
        let folder = folder.as_ref();
        let wrong = |why: &str| {
            let folder = folder.display();
            Error::new(ErrorKind::Settings, format!("{folder}: {why}"))
        };
        if !folder.is_dir() {
            return Err(wrong("there is no such folder of certificates"));
        }
        let file = |name: &str| file::read(&folder.join(name), Form::Pem);
        let (ca, certificate, key) = (file("ca.pem")?, file("cert.pem")?, file("key.pem")?);
        let tls = Self::new();
        let tls = match (&certificate, &key) {
            (Some(certificate), Some(key)) => {
                let [of_certificate, of_key] =
                    ["cert.pem", "key.pem"].map(|name| folder.join(name).display().to_string());
                tls.named_identity(certificate, &of_certificate, key, &of_key)?
            }
            (None, None) if ca.is_none() => {
                return Err(wrong(
                    "there is no certificate in it: ca.pem, cert.pem and key.pem",
                ));
            }
            (None, None) => tls,
            (Some(_), None) => return Err(wrong("cert.pem is there, but its key.pem is missing")),
            (None, Some(_)) => return Err(wrong("key.pem is there, but its cert.pem is missing")),
        };
        match ca {
            Some(ca) => tls.named_ca(&ca, &folder.join("ca.pem").display().to_string()),
            None => Ok(tls),
        }
    }

    /// What [`from_dir`](Self::from_dir) reads, or nothing where no certificate is there.
    pub(crate) fn in_dir(folder: &Path) -> Result<Option<Self>> {
        // What can't be looked at may be there: nobody takes that for leave to do without.
        let is_there = |name: &str| {
            let looked = folder.join(name).symlink_metadata();
            !looked.is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound)
        };
        if ["ca.pem", "cert.pem", "key.pem"].into_iter().any(is_there) {
            Self::from_dir(folder).map(Some)
        } else {
            Ok(None)
        }
    }

    /// Trusts the CAs of this PEM text, and no others.
    ///
    /// # Errors
    /// Kind `Settings`: there is no certificate in it that can be read.
    pub fn ca(self, pem: impl AsRef<[u8]>) -> Result<Self> {
        self.named_ca(pem.as_ref(), "the CA's certificate")
    }

    /// Shows this certificate, which its issuers' may follow, and proves it with this key; both PEM.
    ///
    /// # Errors
    /// Kind `Settings`: one of them can't be read, the key is encrypted or belongs to
    /// another certificate.
    pub fn identity(self, certificate: impl AsRef<[u8]>, key: impl AsRef<[u8]>) -> Result<Self> {
        self.named_identity(
            certificate.as_ref(),
            "the client's certificate",
            key.as_ref(),
            "the client's key",
        )
    }

    /// Whether the engine must prove who it is: yes, unless this says no.
    ///
    /// With `false` **any** machine on the way can pose as the engine, read and change
    /// everything that goes over the connection, secrets and commands alike. It is for
    /// tests of TLS itself. [`Settings::warnings`](crate::Settings::warnings) tells of it.
    pub fn verify(mut self, verify: bool) -> Self {
        self.verify = verify;
        self
    }

    /// Whether the engine must prove who it is.
    pub fn is_verifying(&self) -> bool {
        self.verify
    }

    /// Whether the client has a certificate to show.
    pub fn has_identity(&self) -> bool {
        self.identity.is_some()
    }

    /// Whether a CA was given; otherwise the system's decide.
    pub fn has_ca(&self) -> bool {
        self.ca.is_some()
    }

    fn named_ca(mut self, pem: &[u8], name: &str) -> Result<Self> {
        check_ca(pem, name)?;
        self.ca = Some(pem.into());
        Ok(self)
    }

    fn named_identity(
        mut self,
        certificate: &[u8],
        of_certificate: &str,
        key: &[u8],
        of_key: &str,
    ) -> Result<Self> {
        check_identity(certificate, of_certificate, key, of_key)?;
        self.identity = Some(Arc::new(Identity {
            certificate: certificate.to_vec(),
            key: key.to_vec(),
        }));
        Ok(self)
    }

    #[cfg(feature = "tls")]
    pub(crate) fn parts(&self) -> (Option<&[u8]>, Option<&Identity>) {
        (self.ca.as_deref(), self.identity.as_deref())
    }
}

/// Shows what is there, and no key.
impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("has_ca", &self.has_ca())
            .field("has_identity", &self.has_identity())
            .field("verify", &self.verify)
            .finish_non_exhaustive()
    }
}

#[cfg(not(feature = "tls"))]
fn check_ca(_: &[u8], _: &str) -> Result<()> {
    Err(lacking())
}

#[cfg(not(feature = "tls"))]
fn check_identity(_: &[u8], _: &str, _: &[u8], _: &str) -> Result<()> {
    Err(lacking())
}

/// What to say where TLS was left out of the program.
#[cfg(not(feature = "tls"))]
pub(crate) fn lacking() -> Error {
    Error::new(
        ErrorKind::Settings,
        "this program was built without TLS; the feature `tls` of the crate brings it",
    )
}

#[cfg(test)]
#[cfg(feature = "tls")]
mod tests;
